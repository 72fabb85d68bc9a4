"""The sections of a document: what stands under one heading path, and the metadata of its story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.text.patterns import regex
from rag.text.periods import years_named
from rag.text.places import main_place, own_city
from rag.types import Block, Document, Metadata

CJK = regex(r"[㐀-鿿豈-﫿぀-ヿ，。；：！？、（）《》“”]")
"""A Chinese or Japanese character or sign."""
_MOST_ABOVE = 2
"""Captions right above a table that are read with it: its title and its unit."""
_TITLE_DASH = regex(r"^[—–-]+\s*")


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs and items under one heading path, with the metadata of the story they belong to."""

    headings: tuple[str, ...]
    blocks: tuple[Block, ...]
    metadata: Metadata


def sections(document: Document) -> Iterator[Section]:
    """The sections of a document in reading order; captions are in none, tables in ones of their own.

    What stands right above a table ("表1 主要指标", "单位：万吨") are the last headings over its rows.
    """
    headings: list[tuple[int, str]] = []
    held: list[Block] = []
    metadata, stories = _opening_metadata(document), 0
    above: tuple[str, ...] = ()
    for index, block in enumerate(document.blocks):
        tabular = bool(held) and held[-1].kind == "row"
        if block.kind == "heading" or tabular != (block.kind == "row"):
            yield from _section(headings, above if tabular else (), held, metadata)
            held, above = [], () if tabular or block.kind == "heading" else above
        if block.kind == "heading":
            headings = [entry for entry in headings if entry[0] < block.level]
            headings.append((block.level, plain(text_of(document, block))))
            if block.level == 1:
                metadata = _story_metadata(document, index) if stories else document.metadata
                stories += 1
        elif block.kind == "caption":
            above = (*above[1 - _MOST_ABOVE :], plain(text_of(document, block)))
        else:
            held.append(block)
            above = above if block.kind == "row" else ()
    yield from _section(headings, above, held, metadata)


def _section(
    headings: Sequence[tuple[int, str]], above: Sequence[str], blocks: Sequence[Block], metadata: Metadata
) -> Iterator[Section]:
    if blocks:
        path = (*(text for _, text in headings), *above)
        yield Section(path, tuple(blocks), metadata)


def _opening_metadata(document: Document) -> Metadata:
    """The metadata of what stands above the title, such as a column's introduction: its own place, no title."""
    title = next((n for n, block in enumerate(document.blocks) if block.level == 1), 0)
    text = "\n".join(text_of(document, block) for block in document.blocks[:title])
    return replace(document.metadata, title="", place=main_place(text)) if title else document.metadata


def _story_metadata(document: Document, index: int) -> Metadata:
    """The metadata of a further story in the same file, whose headline is block `index`."""
    rest = document.blocks[index + 1 :]
    stop = next((n for n, block in enumerate(rest) if block.level == 1), len(rest))
    title = plain(text_of(document, document.blocks[index]))
    text = "\n".join(text_of(document, block) for block in rest[:stop] if block.kind != "caption")
    return replace(own_metadata(document, text, title), title=title)


def own_metadata(document: Document, text: str, title: str = "") -> Metadata:
    """The metadata of a text that only shares a file with the document's own story.

    Nothing of that story's is taken over but the year the file was written in.
    """
    now = document.metadata.year
    place = main_place(text, titles=[title]) or own_city(text, document.body.text)
    years = {*years_named(f"{title}\n{text}"), *(() if now is None else (now,))}
    return replace(
        document.metadata,
        place=place,
        period=None if now is None else f"{now}{'年' if CJK.search(text) else ''}",
        years=tuple(sorted(years & {*document.metadata.years, now})),
    )


def text_of(document: Document, block: Block) -> str:
    """The clean text of a block."""
    return document.body.text[block.start : block.end]


def plain(heading: str) -> str:
    """A heading without the dash that a subtitle opens with."""
    return _TITLE_DASH.sub("", heading)

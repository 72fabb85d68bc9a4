"""A document becomes passages: runs of whole sentences of one section, each with its context."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from rag.text.places import main_place, own_city
from rag.text.sentences import split_sentences
from rag.types import AlignedText, Block, Document, Metadata, Passage

_CJK = re.compile(r"[㐀-鿿豈-﫿぀-ヿ，。；：！？、（）《》“”]")
_LATIN_SHARE = 3
"""Letters of a script with spaces that weigh as one Chinese character: 720 letters are 120 words."""
_CUT_ITEM, _CUT_PARAGRAPH, _MIXED = 0.3, 0.12, 0.5
"""What a cut inside an item or a paragraph costs, and a run of the end of one item and the start of the
next, in squared deviations from the target length."""
_UNFIT = 1e6
_TOPIC = re.compile(
    r"(?:[一二三四五六七八九十]+(?:是|要|、)|[-—–·]+是?|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.、．]|[①-⑳•●*+-])\s*"
)
_TOPIC_LENGTH = 28
_TITLE_DASH = re.compile(r"^[—–-]+\s*")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年")
_OPENING_YEAR = re.compile(r"(?:((?:19|20)\d{2})年|(今年|去年))(?!底|末|初)")
_OPENING_LENGTH = 40
_MOST_YEARS = 3
_MEASURE = re.compile(r"\d[\d.,]*\s*(?:[%％‰年月日万亿元吨亩处个人米公千]|percent|million|billion)")
_TOLD = re.compile(r"[，。；！？]|\.\s")
_TOLD_LENGTH = 20


def split(document: Document, *, target: int = 240, limit: int = 320) -> tuple[Passage, ...]:
    """Pack the sentences of a document into passages of about `target` Chinese characters.

    For text with spaces between words, three letters weigh as one Chinese character, so the default is
    about 120 English words. A passage never crosses a heading; a sentence, and a list item of up to
    `limit`, is never cut; only a sentence that is longer itself makes a longer passage. Passages do not
    overlap, and together hold every sentence of every paragraph and list item. Captions that tell
    something are passages of their own, at the end.
    """
    passages = [
        passage
        for section in _sections(document)
        for passage in _section_passages(document, section, target, limit)
    ]
    return tuple(replace(passage, ordinal=n) for n, passage in enumerate([*passages, *_captions(document)]))


@dataclass(frozen=True, slots=True)
class _Section:
    """Paragraphs and items under one heading path, with the metadata of the story they belong to."""

    headings: tuple[str, ...]
    blocks: tuple[Block, ...]
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence in clean coordinates of the document, with its block and its weight."""

    start: int
    end: int
    block: Block
    weight: int


def _sections(document: Document) -> Iterator[_Section]:
    headings: list[tuple[int, str]] = []
    held: list[Block] = []
    metadata, stories = _opening_metadata(document), 0
    for index, block in enumerate(document.blocks):
        if block.kind == "heading":
            yield from _section(headings, held, metadata)
            held = []
            headings = [entry for entry in headings if entry[0] < block.level]
            headings.append((block.level, _plain(_text(document, block))))
            stories += block.level == 1
            if block.level == 1:
                metadata = document.metadata if stories == 1 else _story_metadata(document, index)
        elif block.kind != "caption":
            held.append(block)
    yield from _section(headings, held, metadata)


def _section(
    headings: Sequence[tuple[int, str]], blocks: Sequence[Block], metadata: Metadata
) -> Iterator[_Section]:
    if blocks:
        yield _Section(tuple(text for _, text in headings), tuple(blocks), metadata)


def _opening_metadata(document: Document) -> Metadata:
    """The metadata of what stands above the title, such as the introduction of a column: its own place."""
    title = next((n for n, block in enumerate(document.blocks) if block.level == 1), 0)
    text = "\n".join(_text(document, block) for block in document.blocks[:title])
    return replace(document.metadata, title="", place=main_place(text)) if title else document.metadata


def _story_metadata(document: Document, index: int) -> Metadata:
    """The metadata of a further story in the same file, whose headline is block `index`.

    Its place and period are its own or none: nothing of the first story's is taken over but the year in
    which the file was written.
    """
    rest = document.blocks[index + 1 :]
    stop = next((n for n, block in enumerate(rest) if block.level == 1), len(rest))
    title = _plain(_text(document, document.blocks[index]))
    text = "\n".join(_text(document, block) for block in rest[:stop] if block.kind != "caption")
    year = document.metadata.year
    place = main_place(text, titles=[title]) or own_city(text, document.body.text)
    return replace(document.metadata, title=title, place=place, period=f"{year}年" if year else None)


def _section_passages(document: Document, section: _Section, target: int, limit: int) -> Iterator[Passage]:
    sentences = [sentence for block in section.blocks for sentence in _sentences(document, block)]
    periods = _periods(document, section)
    for first, stop in _pack(sentences, target, limit):
        run = sentences[first:stop]
        yield _passage(document, section, run, periods[run[0].block.start])


def _sentences(document: Document, block: Block) -> Iterator[_Sentence]:
    text = _text(document, block)
    for start, end in split_sentences(text):
        yield _Sentence(block.start + start, block.start + end, block, _weight(text[start:end]))


def _weight(text: str) -> int:
    """The length in Chinese characters, or the letters of another script at three to one."""
    return len(text) if 3 * len(_CJK.findall(text)) > len(text) else -(-len(text) // _LATIN_SHARE)


def _pack(sentences: Sequence[_Sentence], target: int, limit: int) -> list[tuple[int, int]]:
    """Cut sentences into runs near `target` with the fewest cuts inside items and paragraphs.

    The cheapest cutting by dynamic programming: a run costs its squared relative deviation from the
    target, a cut costs more the closer what it parts belongs together.
    """
    sums = [0, *accumulate(sentence.weight for sentence in sentences)]
    whole = _block_weights(sentences)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for stop in range(1, len(sentences) + 1):
        cut = _cut_cost(sentences, stop, whole, limit)
        options: list[tuple[float, int]] = []
        for first in range(stop - 1, -1, -1):
            weight = sums[stop] - sums[first]
            if weight > limit and first < stop - 1:
                break
            mixed = _MIXED if _mixes(sentences, first, stop) else 0.0
            options.append((best[first][0] + (weight / target - 1) ** 2 + mixed + cut, first))
        best.append(min(options))
    return _runs(best)


def _block_weights(sentences: Sequence[_Sentence]) -> dict[int, int]:
    weights: dict[int, int] = {}
    for sentence in sentences:
        weights[sentence.block.start] = weights.get(sentence.block.start, 0) + sentence.weight
    return weights


def _cut_cost(sentences: Sequence[_Sentence], stop: int, whole: dict[int, int], limit: int) -> float:
    """What it costs to cut before sentence `stop`."""
    if stop == len(sentences) or sentences[stop].block is not sentences[stop - 1].block:
        return 0.0
    block = sentences[stop].block
    if block.kind != "item":
        return _CUT_PARAGRAPH
    return _UNFIT if whole[block.start] <= limit else _CUT_ITEM


def _mixes(sentences: Sequence[_Sentence], first: int, stop: int) -> bool:
    """Whether the run begins in the middle of a list item and goes on to what is not about it."""
    begin = sentences[first]
    in_middle = begin.block.kind == "item" and begin.start != begin.block.start
    return in_middle and sentences[stop - 1].block is not begin.block


def _runs(best: Sequence[tuple[float, int]]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    stop = len(best) - 1
    while stop > 0:
        runs.append((best[stop][1], stop))
        stop = best[stop][1]
    return runs[::-1]


def _passage(document: Document, section: _Section, run: Sequence[_Sentence], period: str | None) -> Passage:
    body, sentences = _join(document.body, run)
    headings = section.headings
    topic = _topic(document, run[0])
    if topic:
        headings = (*headings, topic)
    years = _years_of(body.text, section.metadata.year)
    context = _context(section.metadata, headings, years or period)
    return Passage(document.source, 0, body, headings, context, sentences, section.metadata)


def _join(body: AlignedText, run: Sequence[_Sentence]) -> tuple[AlignedText, tuple[tuple[int, int], ...]]:
    """The text of the sentences, one line a block; what stands between blocks (captions) is left out."""
    parts: list[AlignedText] = []
    sentences: list[tuple[int, int]] = []
    length = 0
    for index, sentence in enumerate(run):
        last = index + 1 == len(run)
        same_block = not last and run[index + 1].block is sentence.block
        # Up to the next sentence, or with the line end that follows the block.
        stop = run[index + 1].start if same_block else sentence.end if last else sentence.block.end + 1
        parts.append(body.slice(sentence.start, stop))
        sentences.append((length, length + sentence.end - sentence.start))
        length += stop - sentence.start
    joined = AlignedText(
        "".join(part.text for part in parts),
        np.concatenate([part.starts for part in parts]),
        np.concatenate([part.ends for part in parts]),
    )
    return joined, tuple(sentences)


def _topic(document: Document, first: _Sentence) -> str | None:
    """What the list item is about whose middle the passage begins in: its first sentence, if short."""
    if first.block.kind != "item" or first.start == first.block.start:
        return None
    text = _text(document, first.block)
    start, end = split_sentences(text)[0]
    topic = _TOPIC.sub("", text[start:end], count=1).rstrip("。.；;：:")
    return topic if 0 < len(topic) <= _TOPIC_LENGTH else None


def _periods(document: Document, section: _Section) -> dict[int, str | None]:
    """The period each block of a section speaks of, by its start.

    A paragraph that opens with a year ("2024年，岢岚县将…") sets it for those below it; until one does,
    it is the story's.
    """
    periods: dict[int, str | None] = {}
    current = section.metadata.period
    for block in section.blocks:
        opening = _OPENING_YEAR.search(_text(document, block)[:_OPENING_LENGTH])
        if opening:
            current = _named_year(opening, section.metadata.year) or current
        periods[block.start] = current
    return periods


def _named_year(match: re.Match[str], year: int | None) -> str | None:
    if match.group(1):
        return f"{match.group(1)}年"
    return f"{year - (match.group(2) == '去年')}年" if year else None


def _years_of(text: str, year: int | None) -> str | None:
    """The years a passage itself speaks of, "去年" and "今年" included; `None` for none or too many."""
    years = {int(found) for found in _YEAR.findall(text)}
    if year:
        years |= {year - 1} if "去年" in text else set()
        years |= {year} if "今年" in text else set()
    return " ".join(f"{found}年" for found in sorted(years)) if 0 < len(years) <= _MOST_YEARS else None


def _context(metadata: Metadata, headings: Sequence[str], period: str | None) -> str:
    """Place, period, title and heading path, each said once."""
    title = metadata.title
    path = [title, *(heading for heading in headings if heading not in title)]
    return " ".join(part for part in (metadata.place, period, " > ".join(filter(None, path))) if part)


def _captions(document: Document) -> Iterator[Passage]:
    """Captions that state a figure or tell a sentence, each with the place and year it names itself."""
    for block in document.blocks:
        text = _text(document, block)
        if block.kind == "caption" and _is_telling(text):
            yield _caption(document, block, text)


def _is_telling(text: str) -> bool:
    return bool(_MEASURE.search(text)) or (len(text) >= _TOLD_LENGTH and bool(_TOLD.search(text)))


def _caption(document: Document, block: Block, text: str) -> Passage:
    metadata = document.metadata
    stories = sum(other.level == 1 for other in document.blocks)
    place = (
        main_place(text) or own_city(text, document.body.text) or (metadata.place if stories < 2 else None)
    )
    metadata = replace(metadata, place=place)
    year = f"{metadata.year}年" if metadata.year else None
    context = " ".join(part for part in (place, _years_of(text, metadata.year) or year) if part)
    body = document.body.slice(block.start, block.end)
    return Passage(document.source, 0, body, (), context, tuple(split_sentences(text)), metadata)


def _text(document: Document, block: Block) -> str:
    return document.body.text[block.start : block.end]


def _plain(heading: str) -> str:
    return _TITLE_DASH.sub("", heading)

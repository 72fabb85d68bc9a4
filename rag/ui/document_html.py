"""One document in the documents panel: what it is, what can be done with it, and what the assistant sees of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from rag.ingestion import UserWords, owner_of_source
from rag.library.given_words import FIELDS
from rag.terminal.clean_pages import Piece, pieces
from rag.terminal.shown import passage_begins
from rag.types import Document, Passage, SourceRecord
from rag.ui.exchange import Place
from rag.ui.texts import PageLanguage
from rag.ui.words_library import LIBRARY_WORDS, LibraryWords

PREVIEWED = 40
"""Passages that are shown at once."""
_TAGS = {"heading": "h4", "caption": "p class='caption'", "row": "p class='row'", "item": "p class='item'"}


def document_html(
    record: SourceRecord,
    words_of_user: UserWords | None,
    *,
    may_change: bool,
    is_shared: bool,
    owner: str,
    language: PageLanguage,
) -> str:
    """The head of the document's own view; its preview is `preview_html`."""
    words = LIBRARY_WORDS[language]
    title = record.metadata.title or record.source
    acts = f'<button type="button" data-open="{escape(str(Place("source", record.source)))}">{escape(words.open_original)}</button>'
    if may_change:
        acts += (
            f'<button type="button" data-do="reread" data-source="{escape(record.source)}">{escape(words.reread)}</button>'
            f'<button type="button" class="remove" data-sure>{escape(words.remove)}</button>'
        )
    return (
        f'<header><button type="button" class="back" data-back>← {escape(words.back)}</button>'
        f'<h2 lang="" tabindex="-1">{escape(title)}</h2><p class="facts">{escape(record.source)}</p>'
        f'<div class="acts">{acts}</div>{_sure(record, words) if may_change else ""}</header>'
        f"{_sharing(record.source, is_shared, words) if may_change and owner_of_source(record.source) == owner != '' else ''}"
        f"{_form(record, words_of_user, words) if may_change else ''}"
        f"<section class='preview'><h3>{escape(words.preview)}</h3><p class='hint'>{escape(words.preview_hint)}</p>"
    )


def _sure(record: SourceRecord, words: LibraryWords) -> str:
    """What is asked before a document is removed."""
    more = words.remove_uploaded if record.source.startswith("uploads/") else words.remove_file
    return (
        f'<div class="sure" hidden role="group"><p>{escape(words.remove_sure)} {escape(more)}</p>'
        f'<button type="button" class="remove" data-do="remove" data-source="{escape(record.source)}">'
        f'{escape(words.remove_yes)}</button><button type="button" data-unsure>{escape(words.keep)}</button></div>'
    )


def _sharing(source: str, is_shared: bool, words: LibraryWords) -> str:
    checked = " checked" if is_shared else ""
    return (
        f'<p class="share"><label><input type="checkbox" role="switch" data-share="{escape(source)}"{checked}> '
        f"{escape(words.share)}</label><br><small>{escape(words.share_hint)}</small></p>"
    )


def _form(record: SourceRecord, said: UserWords | None, words: LibraryWords) -> str:
    rows = "".join(_field(field, record, said, words) for field in FIELDS)
    reset = (
        f'<button type="button" data-do="reset" data-source="{escape(record.source)}">{escape(words.reset)}</button>'
        if said and said.given
        else ""
    )
    return (
        f'<form class="facts-form" data-source="{escape(record.source)}"><h3>{escape(words.facts)}</h3>'
        f"<p class='hint'>{escape(words.facts_hint)}</p>{rows}<p class='told' role='alert'></p>"
        f'<p><button type="submit">{escape(words.save)}</button>{reset}</p></form>'
    )


def _field(field: str, record: SourceRecord, said: UserWords | None, words: LibraryWords) -> str:
    name = dict(words.fields)[field]
    value = getattr(record.metadata, field) or ""
    note = ""
    if said and field in said.given:
        found = getattr(said.found, field)
        note = f"<small>{escape(words.found_was.format(value=found) if found else words.found_none)}</small>"
    return (
        f"<label><span>{escape(name)}</span>"
        f'<input name="{field}" value="{escape(value)}" maxlength="200" autocomplete="off">{note}</label>'
    )


def preview_html(document: Document, passages: Sequence[Passage], first: int, language: PageLanguage) -> str:
    """The cleaned text from passage `first` (from 0) on, with where passages begin; some, and a button for more."""
    words = LIBRARY_WORDS[language]
    begins = passage_begins(document, passages)
    places = sorted(begins)
    start = places[first] if 0 < first < len(places) else 0
    stop = places[first + PREVIEWED] if first + PREVIEWED < len(places) else len(document.body.text)
    shown = "".join(_pieces(document, begins, start, stop, words))
    left = len(places) - first - PREVIEWED
    more = (
        f'<button type="button" class="more" data-more="{first + PREVIEWED}">{escape(words.more.format(count=left))}</button>'
        if left > 0
        else ""
    )
    return f'<div class="cleaned" lang="">{shown}</div>{more}'


def _pieces(
    document: Document, begins: Mapping[int, Passage], start: int, stop: int, words: LibraryWords
) -> Iterator[str]:
    page: int | None = None
    for piece in pieces(document):
        if piece.end <= start or piece.start >= stop:
            continue
        if piece.page is not None and piece.page != page:
            page = piece.page
            yield f'<p class="page-begins">{escape(words.page.format(page=page))}</p>'
        yield from _parted(document, piece, begins, start, stop, words)


def _parted(
    document: Document,
    piece: Piece,
    begins: Mapping[int, Passage],
    start: int,
    stop: int,
    words: LibraryWords,
) -> Iterator[str]:
    """A piece as HTML, parted where passages begin."""
    position, end = max(piece.start, start), min(piece.end, stop)
    tag = _TAGS.get(piece.block.kind, "p")
    close = tag.split(" ")[0]

    def told(text: str) -> str:
        return f"<{tag}>{escape(text)}</{close}>" if text.strip() else ""

    for begin in sorted(one for one in begins if position <= one < end):
        yield told(document.body.text[position:begin])
        passage, position = begins[begin], begin
        number = words.passage.format(number=passage.ordinal + 1)
        yield f'<p class="passage-begins"><b>{escape(number)}</b> <span>{escape(passage.context)}</span></p>'
    yield told(document.body.text[position:end])

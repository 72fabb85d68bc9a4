"""What a question is limited to: documents, places and periods, chosen beside the question box."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from html import escape

from rag.library import Library
from rag.types import SourceRecord
from rag.ui.texts import PageLanguage
from rag.ui.words_library import LIBRARY_WORDS, LibraryWords

Limits = tuple[str, ...]
"""Such as "document:seeds/a.txt", "place:昔阳县", "period:2023年"."""
_KINDS = ("document", "place", "period")
_MOST = 500


def parsed_limits(chosen: object) -> Limits:
    """The limits in what a browser sent, whatever that is."""
    listed = chosen if isinstance(chosen, list) else []
    known = (one for one in listed if isinstance(one, str) and one.partition(":")[0] in _KINDS)
    return tuple(dict.fromkeys(known))[:_MOST]


def within(limits: Collection[str], records: Iterable[SourceRecord]) -> tuple[str, ...]:
    """The sources that fit: any of the chosen of each kind, and every kind that something is chosen of."""
    chosen = {kind: {_value(one) for one in limits if one.startswith(f"{kind}:")} for kind in _KINDS}
    return tuple(
        record.source
        for record in records
        if all(not values or values & _values(kind, record) for kind, values in chosen.items())
    )


def limited(library: Library, owner: str, limits: Limits) -> Collection[str] | None:
    """The sources that a reader's question is answered from; `None` for all there are."""
    return within(limits, library.records(owner)) if limits else library.sources(owner)


def _value(limit: str) -> str:
    return limit.partition(":")[2]


def _values(kind: str, record: SourceRecord) -> set[str]:
    if kind == "document":
        return {record.source}
    return {record.metadata.place or ""} if kind == "place" else set(periods_of(record))


def periods_of(record: SourceRecord) -> tuple[str, ...]:
    """The time a document is about, as one chooses it: the period it is of, else its year."""
    known = record.metadata
    if known.period:
        return (known.period,)
    year = known.year or (int(known.date[:4]) if known.date else None)
    return (f"{year}年",) if year else ()


def limits_html(limits: Limits, records: Sequence[SourceRecord], language: PageLanguage) -> str:
    """The control beside the question box: what is chosen, and how to choose."""
    words = LIBRARY_WORDS[language]
    titles = {one.source: one.metadata.title or one.source for one in records}
    chips = "".join(_chip(limit, titles, words) for limit in limits)
    if not limits:
        told = f"<span class='all'>{escape(words.limit_all)}</span>"
    else:
        count = len(within(limits, records))
        said = words.limit_count.format(count=count) if count else words.limit_none
        told = (
            f"{chips}<button type='button' class='clear' data-clear>{escape(words.clear)}</button>"
            f"<span class='fits' role='status'>{escape(said)}</span>"
        )
    return (
        f"<div class='limits' lang='{language}' data-limits='{escape(json.dumps(limits))}'>"
        f"<button type='button' class='choose' aria-expanded='false'>{escape(words.limit)}</button>{told}"
        f"<div class='chooser' role='dialog' aria-label='{escape(words.limit)}' hidden></div></div>"
    )


def _chip(limit: str, titles: dict[str, str], words: LibraryWords) -> str:
    value = _value(limit)
    name = titles.get(value, value) if limit.startswith("document:") else value
    label = escape(words.remove_limit.format(name=name))
    return (
        f"<span class='chip'><span lang=''>{escape(name)}</span>"
        f"<button type='button' data-unlimit='{escape(limit)}' aria-label='{label}'>×</button></span>"
    )


def choices_html(records: Sequence[SourceRecord], language: PageLanguage) -> str:
    """Everything that can be chosen, by kind, to be ticked."""
    words = LIBRARY_WORDS[language]
    documents = [(one.source, one.metadata.title or one.source) for one in records]
    places = sorted({one.metadata.place for one in records if one.metadata.place})
    periods = sorted({period for one in records for period in periods_of(one)}, reverse=True)
    groups = (
        _group("place", words.limit_places, [(one, one) for one in places]),
        _group("period", words.limit_periods, [(one, one) for one in periods]),
        _group("document", words.limit_documents, documents),
    )
    return (
        f"<header><p>{escape(words.limit_hint)}</p><button type='button' data-shut>{escape(words.close)}</button></header>"
        f"<input type='search' placeholder='{escape(words.filter)}' aria-label='{escape(words.filter)}'>{''.join(groups)}"
    )


def _group(kind: str, name: str, options: Sequence[tuple[str, str]]) -> str:
    if not options:
        return ""
    rows = "".join(
        f"<label><input type='checkbox' value='{escape(kind)}:{escape(value)}'> <span lang=''>{escape(shown)}</span></label>"
        for value, shown in options
    )
    return f"<fieldset class='{kind}s'><legend>{escape(name)}</legend>{rows}</fieldset>"

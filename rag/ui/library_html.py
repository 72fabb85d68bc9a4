"""The documents panel as HTML: its frame, the list, what is being read, and what failed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from html import escape

from rag.documents import ARCHIVES, SUFFIXES
from rag.documents.limits import MEGABYTE
from rag.errors import FailureCode
from rag.ingestion import KeptFailure, owner_of_source
from rag.library import Job
from rag.types import SourceRecord
from rag.ui.exchange import Place
from rag.ui.texts import PageLanguage
from rag.ui.words_library import LIBRARY_WORDS, LibraryWords

_RETRIED: tuple[FailureCode, ...] = ("timeout", "unreadable", "damaged", "no_text", "password")
"""Failures that another reading may not end in."""


def frame_html(language: PageLanguage, most_bytes: int, *, changeable: bool) -> str:
    """The panel before its script fills it; `most_bytes` is what one file may have."""
    words = LIBRARY_WORDS[language]
    options = "".join(f'<option value="{key}">{escape(name)}</option>' for key, name in words.sorts)
    endings = escape(" ".join((*SUFFIXES, *ARCHIVES)))
    return (
        f'<div class="library" lang="{language}" data-most="{most_bytes}" data-endings="{endings}"'
        f' data-changeable="{"yes" if changeable else ""}" data-sending="{escape(words.sending)}"'
        f' data-not-sent="{escape(words.not_sent)}" data-passed-over="{escape(words.passed_over)}"'
        f' data-failed="{escape(words.failed)}" data-drop="{escape(words.drop)}">'
        f"<div class='shelf'><header><button type='button' class='close' data-close>← {escape(words.close)}</button>"
        f"<h2>{escape(words.title)} <small class='count'></small></h2><p>{escape(words.about)}</p></header>"
        f"{_drop_zone(words, most_bytes) if changeable else _read_only(words)}"
        f"<div class='sending' aria-live='polite'></div><div class='queue' aria-live='polite'></div>"
        f"<div class='finder' hidden><input type='search' class='filter' aria-label='{escape(words.filter)}'"
        f" placeholder='{escape(words.filter)}'><label><span>{escape(words.sort)}</span><select class='sort'>{options}"
        f"</select></label></div><p class='none-match' hidden>{escape(words.none_match)}</p>"
        f"<ul class='documents'></ul></div><div class='paper' hidden></div></div>"
    )


def _drop_zone(words: LibraryWords, most_bytes: int) -> str:
    hint = words.drop_hint.format(most=f"{most_bytes // MEGABYTE:,} MB")
    return (
        f"<div class='drop'><p><b>{escape(words.drop)}</b><br><small>{escape(hint)}</small></p><p>"
        f"<button type='button' data-choose='files'>{escape(words.choose_files)}</button>"
        f"<button type='button' data-choose='folder'>{escape(words.choose_folder)}</button></p>"
        "<input type='file' class='files' multiple hidden tabindex='-1' aria-hidden='true'>"
        "<input type='file' class='folder' webkitdirectory hidden tabindex='-1' aria-hidden='true'></div>"
    )


def _read_only(words: LibraryWords) -> str:
    return f"<p class='hint'>{escape(words.read_only)}</p>"


def rows_html(
    records: Sequence[SourceRecord],
    read_at: Mapping[str, float],
    shared: Collection[str],
    owner: str,
    language: PageLanguage,
) -> str:
    """The list, a row a document; a script filters and sorts it by its `data-` attributes."""
    words = LIBRARY_WORDS[language]
    return "".join(
        _row(record, read_at.get(record.source, 0.0), record.source in shared, owner, words)
        for record in records
    )


def _row(record: SourceRecord, read_at: float, is_shared: bool, owner: str, words: LibraryWords) -> str:
    known = record.metadata
    title = known.title or record.source
    facts = "".join(f"<span>{fact}</span>" for fact in _facts(record, read_at, words))
    whose = _whose(record.source, is_shared, owner, words)
    return (
        f'<li data-title="{escape(title)}" data-place="{escape(known.place or "")}"'
        f' data-period="{escape(period_of(record))}" data-read="{read_at:.0f}" data-name="{escape(record.source)}">'
        f'<button type="button" class="open" data-open="{escape(str(Place("source", record.source)))}">'
        f'<b lang="">{escape(title)}</b><span class="facts">{facts}</span></button>{whose}'
        f'<button type="button" class="details" data-document="{escape(record.source)}"'
        f' aria-label="{escape(words.open_details.format(title=title))}">⋯</button></li>'
    )


def _whose(source: str, is_shared: bool, owner: str, words: LibraryWords) -> str:
    """Who sees an uploaded document, where there are several readers."""
    if not owner or not owner_of_source(source):
        return ""
    return f'<span class="whose">{escape(words.shared if is_shared else words.mine)}</span>'


def _facts(record: SourceRecord, read_at: float, words: LibraryWords) -> list[str]:
    """Escaped, in the order they are shown."""
    pages = words.pages.format(count=record.pages) if record.pages else ""
    day = datetime.fromtimestamp(read_at).strftime("%Y-%m-%d") if read_at else ""
    facts = (
        record.metadata.place or "",
        period_of(record),
        pages,
        words.passages.format(count=record.passages),
        words.read_on.format(date=day) if day else "",
    )
    return [*(escape(fact) for fact in facts if fact), f'<span class="file">{escape(record.source)}</span>']


def period_of(record: SourceRecord) -> str:
    """The time a document is about, else the day it is from."""
    return record.metadata.period or record.metadata.date or ""


def queue_html(jobs: Sequence[tuple[int, Job]], language: PageLanguage) -> str:
    """What is under way, waits, or was over just now; `data-busy` while there is more to come."""
    words = LIBRARY_WORDS[language]
    rows = "".join(_job(ahead, job, words) for ahead, job in jobs if job.state != "failed")
    if not rows:
        return ""
    busy = ' data-busy="yes"' if any(not job.is_over for _, job in jobs) else ""
    return f"<section{busy}><h3>{escape(words.queue)}</h3><ul>{rows}</ul></section>"


def _job(ahead: int, job: Job, words: LibraryWords) -> str:
    share = job.done / job.total if job.total and not job.is_over else None
    bar = f'<progress max="1" value="{share:.3f}"></progress>' if share is not None else ""
    cancel = (
        ""
        if job.is_over or job.kind != "read"
        else f'<button type="button" data-do="cancel" data-job="{job.number}"'
        f' aria-label="{escape(words.cancel)}: {escape(_name(job.source))}">{escape(words.cancel)}</button>'
    )
    return (
        f'<li data-state="{job.state}" data-source="{escape(job.source)}"><b lang="">{escape(_name(job.source))}</b>'
        f"<span>{escape(job_state(ahead, job, words))}</span>{cancel}{bar}</li>"
    )


def job_state(ahead: int, job: Job, words: LibraryWords) -> str:
    """How far a job has come, in words; `ahead` jobs are before it."""
    if job.state == "waiting":
        return f"{words.waiting} · {words.ahead.format(count=ahead)}" if ahead else words.waiting
    if job.state == "done":
        same = next((one.same_as for one in job.report.duplicates), "")
        return words.same_as.format(source=_name(same)) if same else words.done
    if job.state == "cancelled":
        return words.cancelled
    if job.kind == "remove":
        return words.removing
    if job.state == "embedding":
        return words.embedding.format(done=job.done, total=job.total)
    if job.state == "reading" and job.total:
        return words.reading.format(done=job.done, total=job.total)
    return words.working if job.kind == "read" else words.describing


def failures_html(
    failures: Sequence[KeptFailure], changed_by_owner: Collection[str], language: PageLanguage
) -> str:
    """What could not be taken in, each with its reason; `changed_by_owner` are those the reader may do something about."""
    if not failures:
        return ""
    words = LIBRARY_WORDS[language]
    rows = "".join(_failure(one, one.failure.source in changed_by_owner, words) for one in failures)
    return f'<section class="failures"><h3>{escape(words.failures)}</h3><ul>{rows}</ul></section>'


def _failure(kept: KeptFailure, may_change: bool, words: LibraryWords) -> str:
    one = kept.failure
    source = escape(one.source)
    does = ""
    if may_change:
        if one.code == "password":
            does += (
                f'<input type="password" aria-label="{escape(words.password)}" placeholder="{escape(words.password)}"'
                f' autocomplete="off"><button type="button" data-do="reread" data-source="{source}">'
                f"{escape(words.open_with)}</button>"
            )
        elif one.code in _RETRIED:
            does += f'<button type="button" data-do="reread" data-source="{source}">{escape(words.retry)}</button>'
        does += (
            f'<button type="button" data-do="dismiss" data-source="{source}">{escape(words.dismiss)}</button>'
        )
    reason = one.en if words.language == "en" else one.zh
    return (
        f'<li data-source="{source}"><b lang="">{escape(_name(one.source))}</b><br>{escape(reason)}'
        f'<span class="does">{does}</span></li>'
    )


def _name(source: str) -> str:
    """A file as its sender called it: without the folder of uploads, and that of its owner."""
    bare = source.removeprefix("uploads/")
    return bare.partition("/")[2] if owner_of_source(source) else bare

"""`--list`: what the index holds, what is known of each document, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rag.terminal.printing import noted, on_one_line, output, plain_table, said, shared_folder
from rag.types import Json, Metadata, Reason, SourceRecord

UNSURE = 0.6
"""A value whose confidence is below this is marked with a question mark."""

_FIELDS = {
    "title": ("标题", "title"),
    "kind": ("类型", "kind"),
    "place": ("地点", "place"),
    "places": ("提到的地点", "places"),
    "period": ("时期", "period"),
    "year": ("年份", "year"),
    "years": ("涉及年份", "years"),
    "date": ("日期", "date"),
    "publisher": ("发布单位", "publisher"),
    "author": ("作者", "author"),
}
_COLUMNS = ("title", "kind", "place", "period", "date", "publisher", "author")


def record_json(record: SourceRecord) -> Json:
    """A document as the list gives it to programs."""
    return asdict(record)


def print_list(
    records: Sequence[SourceRecord], language: str, *, reasons: bool = False, console: Console | None = None
) -> None:
    """A table of the documents; with `reasons`, for each one why its metadata is what it is."""
    console = console or output()
    if reasons:
        for record in records:
            console.print(_reasoned(record, language), soft_wrap=True)
    elif records:
        console.print(_stacked(records, language) if console.is_terminal else _flat(records, language))
        for record in records if console.is_terminal else ():
            for warning in record.warnings:
                note = Text(f"! {on_one_line(record.source)}: {noted(language, warning)}", "yellow")
                console.print(note, soft_wrap=True)
    if records:
        console.print(_sums(records, language, reasons), soft_wrap=True)


def _flat(records: Sequence[SourceRecord], language: str) -> Table:
    """A line a document, for a file or a program."""
    table = plain_table()
    table.add_column(said(language, "文件", "File"))
    for field in _COLUMNS:
        table.add_column(said(language, *_FIELDS[field]))
    for zh, en in (
        ("格式", "Format"),
        ("页", "Pages"),
        ("字", "Chars"),
        ("段", "Passages"),
        ("注意", "Note"),
    ):
        table.add_column(said(language, zh, en))
    for record in records:
        values = (valued(record.metadata, field) for field in _COLUMNS)
        counts = (record.pages, record.characters, record.passages)
        figures = ("" if count is None else str(count) for count in counts)
        notes = "；".join(_notes(record, language)).replace("\n", " ")
        table.add_row(on_one_line(record.source), *values, record.format, *figures, notes)
    return table


def _stacked(records: Sequence[SourceRecord], language: str) -> Table:
    """What belongs together in one column, so that nothing is cut in a narrow window."""
    within = shared_folder([record.source for record in records])
    table = plain_table()
    head = said(language, "文件与标题", "File and title") + (f"\n{within}" if within else "")
    table.add_column(head, overflow="fold", ratio=5)
    table.add_column(
        said(language, "类型、地点、时期", "Kind, place, period", "\n"), overflow="fold", ratio=3
    )
    table.add_column(said(language, "发布、作者、日期", "Source and date", "\n"), overflow="fold", ratio=3)
    table.add_column(said(language, "页", "Pages", "\n"), justify="right", no_wrap=True)
    table.add_column(said(language, "段", "Passages", "\n"), justify="right", no_wrap=True)
    for record in records:
        known = record.metadata
        name = Text(on_one_line(record.source.removeprefix(within)))
        name.append(f"\n{valued(known, 'title')}", "dim")
        if record.same_as is not None:
            name.append(f"\n={on_one_line(record.same_as.removeprefix(within))}", "dim")
        about = [valued(known, field) for field in ("kind", "place", "period")]
        by = [valued(known, field) for field in ("publisher", "author", "date")]
        pages = "" if record.pages is None else str(record.pages)
        table.add_row(
            name, "\n".join(filter(None, about)), "\n".join(filter(None, by)), pages, str(record.passages)
        )
    return table


def _reasoned(record: SourceRecord, language: str) -> Text:
    text = Text(f"{on_one_line(record.source)}\n", "bold")
    reasons = {reason.field: reason for reason in record.metadata.reasons}
    for field, names in _FIELDS.items():
        if value := valued(record.metadata, field):
            text.append(f"  {said(language, *names)}: {value}", "default")
            if reason := reasons.get(field):
                text.append(f"  [{reason.confidence:.2f}] {said(language, reason.zh, reason.en)}", "dim")
            text.append("\n")
    for note in _notes(record, language):
        text.append(f"  ! {note}\n", "yellow")
    return text


def valued(metadata: Metadata, field: str) -> str:
    """A field as it is shown, with a question mark where it is a guess; "" where nothing is known."""
    value = getattr(metadata, field)
    shown = "、".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
    shown = on_one_line(shown)
    unsure = any(reason.field == field and is_unsure(reason) for reason in metadata.reasons)
    return f"{shown}?" if shown and unsure else shown


def is_unsure(reason: Reason) -> bool:
    """Whether a value is no more than a guess."""
    return reason.confidence < UNSURE


def _notes(record: SourceRecord, language: str) -> list[str]:
    notes = [noted(language, warning) for warning in record.warnings]
    if record.same_as is not None:
        notes.insert(0, f"{said(language, '同', 'same as')} {on_one_line(record.same_as)}")
    return notes


def _sums(records: Sequence[SourceRecord], language: str, reasons: bool) -> str:
    passages = sum(record.passages for record in records if record.same_as is None)
    text = said(
        language,
        f"共 {len(records)} 份文档、{passages} 段。",
        f"{len(records)} documents, {passages} passages.",
    )
    if not reasons and any(is_unsure(reason) for record in records for reason in record.metadata.reasons):
        text += "\n" + said(
            language,
            "带“?”的是推测，--reasons 说明理由。",
            "A value with ? is a guess; --reasons says why.",
        )
    return text

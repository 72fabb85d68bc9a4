"""An ingestion report for a person: a line a document, what to mind about it, what failed and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rag.ingestion import IngestReport, TakenIn
from rag.terminal.printing import noted, on_one_line, output, plain_table, said, shared_folder

_STYLES = {"+": "green", "~": "cyan", ">": "cyan", "=": "dim", "-": "red"}
_UNDER = "\n  "
"""Between the two languages where the second stands under the first."""


@dataclass(frozen=True, slots=True)
class _Row:
    """What became of one document; `notes` are what to mind about it, `other` is its former name or its equal's."""

    sign: str
    status: tuple[str, str]
    source: str
    taken: TakenIn | None = None
    notes: tuple[str, ...] = ()
    other: str = ""

    def told_other(self, language: str, within: str = "") -> str:
        """How the other name is told, without the folder it is `within`."""
        if not self.other:
            return ""
        words = ("原名", "was") if self.sign == ">" else ("同", "same as")
        return f"{said(language, *words)} {on_one_line(self.other.removeprefix(within))}"


def print_report(report: IngestReport, language: str, console: Console | None = None) -> None:
    """The table and its sums on standard output, what failed after it on standard error."""
    console = console or output()
    if report.dry_run:
        _line(console, said(language, "试运行，什么也没有写。", "A dry run: nothing was written."), "bold")
    rows = list(_rows(report, language))
    if rows:
        console.print(_stacked(rows, language) if console.is_terminal else _flat(rows, language))
    for line in _sums(report, language):
        _line(console, line)
    print_failures(report, language)


def print_failures(report: IngestReport, language: str) -> None:
    """One entry a file that failed: its name, then why and what to do."""
    sys.stdout.flush()
    for failure in report.failed:
        zh, en = on_one_line(failure.zh), on_one_line(failure.en)
        if failure.code == "password":
            option = f'--password "{failure.source}=…"'
            zh, en = f"{zh}写法：{option}", f"{en} Written as {option}"
        reason = said(language, zh, en, "\n")
        sys.stderr.write(f"! {on_one_line(failure.source)}\n{reason}\n")


def _rows(report: IngestReport, language: str) -> Iterator[_Row]:
    was = {one.source: one.was for one in report.renamed}
    for taken in report.added:
        if taken.source in was:
            yield _Row(">", ("改名", "renamed"), taken.source, taken, other=was[taken.source])
        else:
            yield _Row("+", ("新增", "new"), taken.source, taken, _notes(taken, language))
    for taken in report.updated:
        yield _Row("~", ("更新", "changed"), taken.source, taken, _notes(taken, language))
    for duplicate in report.duplicates:
        yield _Row("=", ("相同", "same"), duplicate.source, other=duplicate.same_as)
    for source in report.removed:
        if source not in was.values():
            yield _Row("-", ("移除", "gone"), source)


def _notes(taken: TakenIn, language: str) -> tuple[str, ...]:
    return tuple(noted(language, warning) for warning in taken.warnings)


def _flat(rows: list[_Row], language: str) -> Table:
    """A line a document with all that is known of it, for a file or a program."""
    table = plain_table()
    for zh, en in (("", ""), ("文件", "File"), ("标题", "Title"), *_FIGURES, ("注意", "Note")):
        table.add_column(said(language, zh, en).strip())
    for row in rows:
        title = on_one_line(row.taken.title) if row.taken else ""
        head = f"{row.sign} {said(language, *row.status)}"
        notes = "；".join(filter(None, (row.told_other(language), *row.notes))).replace("\n", " ")
        table.add_row(head, on_one_line(row.source), title, *_figures(row.taken), notes)
    return table


_FIGURES = (("格式", "Format"), ("页", "Pages"), ("字", "Chars"), ("段", "Passages"))


def _stacked(rows: list[_Row], language: str) -> Table:
    """Title and notes stand under the file's name, so that nothing is cut in a narrow window."""
    within = shared_folder([row.source for row in rows])
    table = plain_table()
    table.add_column(no_wrap=True)
    table.add_column(
        said(language, "文件与标题", "File and title") + (f"\n{within}" if within else ""),
        overflow="fold",
        ratio=1,
    )
    for number, (zh, en) in enumerate(_FIGURES):
        table.add_column(said(language, zh, en, "\n"), justify="right" if number else "left", no_wrap=True)
    for row in rows:
        head = Text(f"{row.sign} {said(language, *row.status, between=_UNDER)}", _STYLES[row.sign])
        table.add_row(head, _described(row, language, within), *_figures(row.taken))
    return table


def _described(row: _Row, language: str, within: str) -> Text:
    cell = Text(on_one_line(row.source.removeprefix(within)))
    for line in (on_one_line(row.taken.title) if row.taken else "", row.told_other(language, within)):
        if line:
            cell.append(f"\n{line}", "dim")
    for note in row.notes:
        cell.append(f"\n! {note}", "yellow")
    return cell


def _figures(taken: TakenIn | None) -> tuple[str, ...]:
    if taken is None:
        return ("",) * len(_FIGURES)
    counts = (taken.pages, taken.characters, taken.passages)
    return (taken.format, *("" if count is None else f"{count:,}" for count in counts))


def _sums(report: IngestReport, language: str) -> Iterator[str]:
    counts = (
        ("新增", "new", len(report.added)),
        ("更新", "changed", len(report.updated)),
        ("未变", "unchanged", len(report.unchanged)),
        ("移除", "gone", len(report.removed)),
        ("失败", "failed", len(report.failed)),
        ("改名", "renamed", len(report.renamed)),
        ("相同", "the same as another", len(report.duplicates)),
    )
    # What seldom happens is told only when it does.
    told = [one for number, one in enumerate(counts) if number < 5 or one[2]]
    zh = "，".join(f"{name} {count}" for name, _, count in told)
    en = ", ".join(f"{count} {name}" for _, name, count in told)
    if not report.dry_run:
        zh += f"；新算向量 {report.embedded} 段，{report.seconds:.1f} 秒。"
        en += f"; {report.embedded} passages embedded, {report.seconds:.1f} s."
    yield said(language, zh, en, "\n")
    if report.passed_over:
        number = sum(report.passed_over.values())
        kinds = ", ".join(f"{ending or '—'} {count}" for ending, count in report.passed_over.items())
        zh = f"另有 {number} 个其他类型的文件没有读（{kinds}）。"
        yield said(language, zh, f"{number} files of other kinds passed over ({kinds}).", "\n")


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(Text(text, style), soft_wrap=True)

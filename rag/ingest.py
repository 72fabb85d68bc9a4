"""`python -m rag.ingest PATH …`: put documents into the index, list them, take them out.

Exit status: 0 all in, 1 some files failed (each named with its reason; the rest are in), 2 a usage error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from rag.assistant import Assistant, find_files, open_index, store_folder_for
from rag.command import run_command
from rag.contract import report_json
from rag.errors import SettingsError
from rag.ingestion import IngestReport, refit
from rag.progress import ProgressLine
from rag.settings import Settings, load_settings

ALL_IN, SOME_FAILED = 0, 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    said = "已停止；已收入的文档都在。\nStopped; every finished document is in."
    return run_command(_run, _parser().parse_args(argv), interrupted=said)


def _run(arguments: argparse.Namespace) -> int:
    settings = load_settings(store=arguments.store)
    assistant = _open(arguments, settings)
    if arguments.list:
        return _list(assistant, arguments.json)
    if arguments.show:
        return _show(assistant, arguments.show)
    if arguments.remove:
        return _remove(assistant, arguments.remove, arguments.json)
    with ProgressLine() as line:
        if assistant.store.stale or not arguments.paths:
            report = refit(assistant.store, announce=line.announce, progress=line.embedded)
        if arguments.paths:
            report = assistant.add(
                arguments.paths,
                mirror=arguments.sync or arguments.rebuild,
                passwords=_passwords(arguments.password),
                announce=line.announce,
                progress=line.embedded,
            )
    _print_report(report, arguments.json, settings.language)
    return SOME_FAILED if report.failed else ALL_IN


def _open(arguments: argparse.Namespace, settings: Settings) -> Assistant:
    if not (arguments.paths or arguments.list or arguments.show or arguments.remove or arguments.rebuild):
        raise SettingsError(
            "没有说要收入什么。请写上文件或文件夹，或用 --list、--show、--remove。",
            "Nothing to take in. Name files or folders, or use --list, --show or --remove.",
        )
    takes_in = not (arguments.list or arguments.show or arguments.remove)
    if takes_in:
        find_files(arguments.paths)  # a path that is not there is noticed before anything is thrown away
    store, embedder = open_index(
        store_folder_for([], settings.store),
        settings.embedding_model,
        create=takes_in,
        rebuild=bool(arguments.rebuild and arguments.paths),
    )
    return Assistant(store, embedder)


def _passwords(given: Sequence[str]) -> dict[str, str]:
    """SOURCE=PASSWORD pairs, cut at the first "="."""
    passwords = {}
    for pair in given:
        source, mark, password = pair.partition("=")
        if not (source and mark):
            raise SettingsError(
                "--password 要写成 文件=密码。", "--password has to be written as SOURCE=PASSWORD."
            )
        passwords[source] = password
    return passwords


def _print_report(report: IngestReport, as_json: bool, language: str) -> None:
    if as_json:
        print(json.dumps(report_json(report, language), ensure_ascii=False))
    else:
        for taken in (*report.added, *report.updated):
            print(f"+ {taken.source}  {taken.title}  ({taken.passages} 段 passages)")
        for duplicate in report.duplicates:
            print(f"= {duplicate.source}  与此相同 same as {duplicate.same_as}")
        for source in report.removed:
            print(f"- {source}")
        print(
            f"新增 {len(report.added)}，更新 {len(report.updated)}，未变 {len(report.unchanged)}，移除 {len(report.removed)}，"
            f"失败 {len(report.failed)}；{report.seconds:.1f} 秒  "
            f"(added, updated, unchanged, removed, failed)"
        )
    for failure in report.failed:
        print(f"! {failure.source}\n{failure.zh}\n{failure.en}", file=sys.stderr)


def _list(assistant: Assistant, as_json: bool) -> int:
    records = assistant.store.sources()
    if as_json:
        print(json.dumps([asdict(record) for record in records], ensure_ascii=False))
        return ALL_IN
    for record in records:
        known = record.metadata
        facts = "  ".join(filter(None, (known.title, known.place, known.period, known.publisher)))
        print(f"{record.source}  {facts}  ({record.passages} 段 passages, {record.characters} 字 characters)")
    return ALL_IN


def _show(assistant: Assistant, source: str) -> int:
    """The cleaned text the assistant works with, page by page."""
    document = assistant.store.document(source)
    body, begin, pages = document.body, 0, []
    for page, text in document.original.pages():
        first, last = np.searchsorted(body.starts, (begin, begin + len(text)))
        pages.append({"page": page, "text": body.text[first:last]})
        begin += len(text)
    shown = {
        "source": source,
        "title": document.metadata.title,
        "metadata": asdict(document.metadata),
        "pages": pages,
    }
    print(json.dumps(shown, ensure_ascii=False))
    return ALL_IN


def _remove(assistant: Assistant, sources: Sequence[str], as_json: bool) -> int:
    removed = assistant.remove(sources)
    unknown = [source for source in sources if source not in removed]
    report = IngestReport(removed=list(removed))
    if as_json:
        print(json.dumps(report_json(report, ""), ensure_ascii=False))
    else:
        for source in removed:
            print(f"- {source}")
    for source in unknown:
        print(f"索引里没有 {source}。\n{source} is not in the index.", file=sys.stderr)
    return SOME_FAILED if unknown else ALL_IN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag.ingest",
        description="管理索引里的文档。Put documents into the index, list them, take them out.",
    )
    add = parser.add_argument
    add("paths", nargs="*", type=Path, metavar="PATH", help="文件或文件夹。Files or folders.")
    add("--store", type=Path, metavar="DIR", help="索引文件夹。The folder of the index.")
    add("--json", action="store_true", help="输出 JSON。Print JSON.")
    add("--list", action="store_true", help="列出已收入的文档。List what is in.")
    add("--show", metavar="SOURCE", help="显示一个文档清理后的文本。Show a document's cleaned text.")
    add("--remove", nargs="+", metavar="SOURCE", help="移除文档。Take documents out.")
    add("--sync", action="store_true", help="使索引与所给文件夹一致。Make the index equal the folder.")
    add(
        "--password",
        action="append",
        default=[],
        metavar="SOURCE=PASSWORD",
        help="打开有密码的文件。Open a locked file.",
    )
    add(
        "--rebuild",
        action="store_true",
        help="重建索引：用所给文件，不给就用其中已有的文档。Build the index anew: from the files named, else from what it holds.",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""`python -m rag.ingest PATH …`: put documents into the index, list them, take them out.

Exit status: 0 all in, 1 some files failed (each named with its reason; the rest are in), 2 a usage error,
130 stopped by the user (what was done is kept).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rag.assistant import Assistant, find_files
from rag.command import INTERRUPTED, run_command
from rag.contract import report_json
from rag.documents.files.discovery import source_of
from rag.errors import MissingStoreError, SettingsError, StoreError, WenjuError
from rag.index import delete_index, open_index, store_folder_for, store_place_for
from rag.ingestion import (
    IngestReport,
    Interrupted,
    Looked,
    Opening,
    below,
    follow,
    is_below,
    meant,
    refit,
    rehearse,
)
from rag.progress import ProgressLine
from rag.retrieval.cedict import cedict
from rag.settings import Settings, load_settings
from rag.store import DamagedStoreError
from rag.terminal.ingest_options import ingest_options
from rag.terminal.listing import print_list, record_json
from rag.terminal.printing import on_one_line, said
from rag.terminal.report import print_failures, print_report
from rag.terminal.shown import document_json, print_document
from rag.types import Json

ALL_IN, SOME_FAILED = 0, 1
_ALONE = ("list", "show", "remove")
"""What is done with an index as it is."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    return run_command(_run, ingest_options().parse_args(argv), interrupted="已停止。\nStopped.")


def _run(arguments: argparse.Namespace) -> int:
    settings = load_settings(store=arguments.store)
    _check(arguments)
    if arguments.dry_run:
        return _told(_rehearsed(arguments, settings), arguments, settings)
    assistant = _open(arguments, settings)
    if arguments.list:
        return _list(assistant, arguments, settings)
    if arguments.show:
        return _show(assistant, arguments, settings)
    if arguments.remove:
        return _remove(assistant, arguments, settings)
    try:
        try:
            report = _taken_in(assistant, arguments, settings)
        except DamagedStoreError:  # met on the way: what it held is not wanted in a rebuild
            if not _is_anew(arguments):
                raise
            assistant.store.close()
            delete_index(store_place_for([], settings.store))
            assistant = _open(arguments, settings)
            report = _taken_in(assistant, arguments, settings)
    except Interrupted as stop:
        return _stopped(stop, arguments, settings)
    status = _told(report, arguments, settings)
    return _watch(assistant, arguments, settings) if arguments.watch else status


def _check(arguments: argparse.Namespace) -> None:
    """Raise `SettingsError` or `ReadError` for what can't be meant, before anything is thrown away."""
    others = [option for option in _ALONE if getattr(arguments, option)]
    more = arguments.paths or arguments.sync or arguments.watch or arguments.rebuild or arguments.dry_run
    if others and (more or len(others) > 1):
        raise SettingsError(
            f"--{others[0]} 要单独使用，不能和要收入的文件或别的操作写在一起。请分成几条命令。",
            f"--{others[0]} stands alone, without files to take in and without other deeds. Use several commands.",
        )
    if not (arguments.paths or others or arguments.rebuild):
        raise SettingsError(
            "没有说要收入什么。请写上文件或文件夹，或用 --list、--show、--remove。",
            "Nothing to take in. Name files or folders, or use --list, --show or --remove.",
        )
    if (arguments.watch or arguments.dry_run) and not arguments.paths:
        raise SettingsError(
            "--watch 和 --dry-run 要写上文件或文件夹。", "--watch and --dry-run need files or folders."
        )
    _passwords(arguments.password)
    if not others:
        find_files(arguments.paths)


def _open(arguments: argparse.Namespace, settings: Settings) -> Assistant:
    place, model = store_place_for([], settings.store), settings.embedding_model
    create = not (arguments.list or arguments.show or arguments.remove)
    return Assistant(*open_index(place, model, create=create, rebuild=_is_anew(arguments)))


def _is_anew(arguments: argparse.Namespace) -> bool:
    """Whether the index is to hold what is named and nothing of what it held."""
    return bool(arguments.rebuild and arguments.paths)


def _taken_in(
    assistant: Assistant,
    arguments: argparse.Namespace,
    settings: Settings,
    looked: Looked | None = None,
) -> IngestReport:
    with ProgressLine() as line:
        told = line.told
        anew = arguments.rebuild and looked is None
        if assistant.store.stale and not arguments.rebuild:
            raise assistant.store.stale
        if not arguments.paths:
            report = refit(assistant.store, told=told)
        if arguments.paths:
            mirror = arguments.sync or arguments.rebuild
            report = assistant.add(
                arguments.paths,
                mirror=mirror or arguments.watch,
                within="" if mirror else is_below(arguments.paths),
                opening=_opening(arguments, settings, looked),
                told=told,
                anew=anew,
            )
        cedict()  # compiled here, where people expect to wait, and not at their first question
    return report


def _opening(arguments: argparse.Namespace, settings: Settings, looked: Looked | None = None) -> Opening:
    return Opening(_passwords(arguments.password), settings.limits, looked or Looked())


def _rehearsed(arguments: argparse.Namespace, settings: Settings) -> IngestReport:
    """What would be done; an index that is not there is empty, and stays away."""
    anew = arguments.rebuild
    try:
        opened = open_index(store_place_for([], settings.store), settings.embedding_model, create=False)
        records = () if anew else opened[0].sources()
    except MissingStoreError:
        records = ()
    except StoreError:
        if store_folder_for([], settings.store).exists() and not anew:
            raise
        records = ()
    mirror = arguments.sync or arguments.rebuild
    return rehearse(
        records,
        find_files(arguments.paths),
        mirror=mirror or arguments.watch,
        within="" if mirror else is_below(arguments.paths),
        opening=_opening(arguments, settings),
    )


def _watch(assistant: Assistant, arguments: argparse.Namespace, settings: Settings) -> int:
    """Follow what is named until the user stops it: that is how it ends well."""
    looked = Looked()

    def take() -> IngestReport:
        try:
            return _taken_in(assistant, arguments, settings, looked)
        except WenjuError as error:  # the next change may have put it right
            sys.stderr.write(f"{error}\n")
            return IngestReport()

    language = settings.language
    sys.stderr.write(said(language, "正在跟踪，Ctrl-C 停止。", "Following; Ctrl-C stops it.", "\n") + "\n")
    try:
        for report in follow(take, arguments.paths, ignored=store_folder_for([], settings.store)):
            _told(report, arguments, settings)
    except KeyboardInterrupt:
        sys.stderr.write(said(language, "已停止跟踪。", "No longer following.", "\n") + "\n")
    return ALL_IN


def _told(report: IngestReport, arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what was done; returns the exit status."""
    if arguments.json:
        _print_json(report_json(report, settings.language))
        print_failures(report, settings.language)
    else:
        print_report(report, settings.language)
    return SOME_FAILED if report.failed else ALL_IN


def _stopped(stop: Interrupted, arguments: argparse.Namespace, settings: Settings) -> int:
    _told(stop.report, arguments, settings)
    done = len(stop.report.added) + len(stop.report.updated)
    if arguments.rebuild:
        zh, en = "已停止：索引和原来一样。", "Stopped: the index is as it was."
    else:
        zh = (
            f"已停止：这次收入了 {done} 份，都在索引里；还有 {stop.left} 份没有看。再运行同一条命令就接着做。"
        )
        en = (
            f"Stopped: {done} documents were taken in and stay, {stop.left} were not looked at. "
            "Run the same command again to go on."
        )
    words = said(settings.language, zh, en, "\n")
    sys.stderr.write(f"{words}\n")
    return INTERRUPTED


def _list(assistant: Assistant, arguments: argparse.Namespace, settings: Settings) -> int:
    records = assistant.store.sources()
    if arguments.json:
        _print_json([record_json(record) for record in records])
    else:
        print_list(records, settings.language, reasons=arguments.reasons)
    return ALL_IN


def _show(assistant: Assistant, arguments: argparse.Namespace, settings: Settings) -> int:
    store = assistant.store
    source = next(iter(meant(store, arguments.show)), arguments.show)
    document = store.document(source)
    stored = () if store.stale else store.passages_of(source)
    passages = [one.passage for one in stored]
    if arguments.json:
        _print_json(document_json(document, passages))
    else:
        print_document(document, passages, settings.language)
    return ALL_IN


def _remove(assistant: Assistant, arguments: argparse.Namespace, settings: Settings) -> int:
    asked = {
        name: (*meant(assistant.store, name), *below(assistant.store, name)) for name in arguments.remove
    }
    removed = assistant.remove([source for sources in asked.values() for source in sources])
    unknown = [name for name, sources in asked.items() if not sources]
    if arguments.json:
        _print_json(report_json(IngestReport(removed=list(removed)), settings.language))
    else:
        for source in removed:
            print(f"- {on_one_line(source)}")
    for source in unknown:
        words = said(settings.language, f"索引里没有 {source}。", f"{source} is not in the index.", "\n")
        sys.stderr.write(f"{words}\n")
    return SOME_FAILED if unknown else ALL_IN


def _passwords(given: Sequence[str]) -> dict[str, str]:
    """SOURCE=PASSWORD pairs, cut at the first "="."""
    passwords = {}
    for pair in given:
        source, mark, password = pair.partition("=")
        if not (source and mark):
            raise SettingsError(
                "--password 要写成 文件=密码。", "--password has to be written as SOURCE=PASSWORD."
            )
        passwords[source] = passwords[source_of(Path(source))] = password
    return passwords


def _print_json(value: Json | list[Json]) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())

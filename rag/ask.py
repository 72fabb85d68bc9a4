"""`python -m rag.ask QUESTION`: one question, one cited answer.

Exit status: 0 answered, 1 refused (not in the documents), 2 a usage or input error.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from rag.assistant import Assistant, open_assistant
from rag.command import WRONG, run_command
from rag.errors import QuestionError, SettingsError
from rag.history_place import HistoryPlace
from rag.ingestion import Opening
from rag.progress import ProgressLine
from rag.resources import default_history_file
from rag.settings import load_settings
from rag.types import Answer, Citation, Json, Turn

if TYPE_CHECKING:
    from rag.history import History

ANSWERED, REFUSED = 0, 1
_CLOSEST = 3
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question with what came along with it."""

    question: str
    history: tuple[Turn, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """The conversation on disk that goes on."""

    history: History
    name: str

    @classmethod
    def of(cls, name: str | None, place: HistoryPlace | None) -> _Kept | None:
        if name is None:
            return None
        from rag.history import History

        history = History(place or default_history_file())
        return cls(history, history.begin(id=name))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    return run_command(_run, _parser().parse_args(argv), interrupted="已停止。\nStopped.")


def _run(arguments: argparse.Namespace) -> int:
    settings = load_settings(llm=arguments.llm, store=arguments.store, hits=arguments.k)
    single = None if arguments.question == "-" else _characters(arguments.question)
    history = _read_history(arguments.history)
    kept = _Kept.of(arguments.conversation, settings.history)
    if single is not None and not single.strip():
        raise QuestionError(
            "问题是空的。请写下要问的话。", "The question is empty. Write what you want to know."
        )
    with ProgressLine() as line:
        assistant = open_assistant(
            arguments.docs,
            settings.store,
            settings.llms[0],
            embedding_model=settings.embedding_model,
            reranker=settings.reranker,
            timeout=settings.llm_timeout,
            window=settings.llm_window,
            unsupported=settings.unsupported,
            opening=Opening(limits=settings.limits),
            told=line.told,
        )
    for failure in assistant.report.failed:
        print(f"{failure.zh}\n{failure.en}", file=sys.stderr)
    if single is not None:
        asked = _Asked(single, history, tuple(arguments.source))
        return _answer(assistant, asked, arguments, settings.hits, kept)
    statuses = [_answer_line(assistant, line, history, arguments, settings.hits, kept) for line in _lines()]
    return max(statuses, default=ANSWERED)


def _answer_line(
    assistant: Assistant,
    line: str,
    history: tuple[Turn, ...],
    arguments: argparse.Namespace,
    hits: int,
    kept: _Kept | None,
) -> int:
    """Answer one line of standard input; what is wrong with it is said, and the next one goes on."""
    try:
        return _answer(assistant, _asked(line, history, tuple(arguments.source)), arguments, hits, kept)
    except (QuestionError, SettingsError) as error:
        print(error, file=sys.stderr)
        if arguments.json:
            print(json.dumps({"question": line, "error": error.en, "error_zh": error.zh}, ensure_ascii=False))
        return WRONG


def _answer(
    assistant: Assistant, asked: _Asked, arguments: argparse.Namespace, hits: int, kept: _Kept | None
) -> int:
    sources = _chosen_sources(assistant, asked.sources)
    history = asked.history or (kept.history.turns(kept.name) if kept else ())
    answer = assistant.ask(asked.question, history, k=hits, sources=sources)
    if kept:
        from rag.answer_record import answer_record

        record = answer_record(answer, assistant.store.original)
        kept.history.keep(kept.name, asked.question, answer.text, record)
    if arguments.explain:
        from rag.explanation import explain

        print(explain(answer), file=sys.stderr)
    if arguments.json:
        print(json.dumps(_told(assistant, answer, arguments), ensure_ascii=False), flush=True)
    else:
        _print_answer(answer)
    return REFUSED if answer.refused else ANSWERED


def _told(assistant: Assistant, answer: Answer, arguments: argparse.Namespace) -> Json:
    from rag.contract import answer_json

    told = answer_json(answer, assistant.store.original)
    if arguments.explain:
        from rag.explanation import explanation_json

        told["explanation"] = explanation_json(answer)
    return told


def _print_answer(answer: Answer) -> None:
    print(answer.text)
    if answer.citations:
        print()
    for citation in answer.citations:
        quote = " ".join(citation.quote.split())
        place = f"{citation.source}{_where(citation)} {citation.start}-{citation.end}"
        print(f"[{citation.number}] {place}  {citation.title}\n    {quote}")
    sys.stdout.flush()
    chinese = answer.language == "zh"
    if answer.resolved_question:
        asked = "理解为：" if chinese else "Taken to mean: "
        print(f"{asked}{answer.resolved_question}", file=sys.stderr)
    for warning in answer.warnings:
        print(warning, file=sys.stderr)
    if answer.suggestions:
        print("可以改问：" if chinese else "You could ask:", file=sys.stderr)
    for suggestion in answer.suggestions:
        print(f"- {suggestion}", file=sys.stderr)
    if answer.refused and answer.hits:
        print("最接近的内容：" if answer.language == "zh" else "Closest found:", file=sys.stderr)
        for hit in answer.hits[:_CLOSEST]:
            print(f"- {hit.passage.source}  {' '.join(hit.passage.text.split())[:80]}…", file=sys.stderr)


def _where(citation: Citation) -> str:
    """The page of a citation, or the cells as a spreadsheet names them."""
    if not citation.cells:
        return f" p.{citation.page}" if citation.page else ""
    first, last = citation.cells[0], citation.cells[-1]
    names = dict.fromkeys(f"{_letters(cell.column)}{cell.row}" for cell in (first, last))
    sheet = f"{first.sheet}!" if first.sheet else f"table {first.table} "
    return f"{f' p.{citation.page}' if citation.page else ''} {sheet}{':'.join(names)}"


def _letters(column: int) -> str:
    """The name of a spreadsheet's column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _chosen_sources(assistant: Assistant, globs: Sequence[str]) -> tuple[str, ...] | None:
    if not globs:
        return None
    known = [record.source for record in assistant.store.sources()]
    chosen = tuple(source for source in known if any(fnmatch(source, glob) for glob in globs))
    if not chosen:
        raise SettingsError(
            f"--source {' '.join(globs)} 没有对应的文档。用 python -m rag.ingest --list 查看文档名。",
            f"--source {' '.join(globs)} names no indexed document. python -m rag.ingest --list shows their names.",
        )
    return chosen


def _lines() -> Iterator[str]:
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # one line in another encoding must not stop the others
    for line in sys.stdin:
        if question := line.strip().removeprefix(_BYTE_ORDER_MARK):
            yield question


def _characters(text: str) -> str:
    """The text with lone surrogates, which nothing can print, as question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _asked(line: str, history: tuple[Turn, ...], sources: tuple[str, ...]) -> _Asked:
    """A line of standard input: a question, or an object with `question`, `history` and `source`."""
    if not line.startswith("{"):
        return _Asked(line, history, sources)
    try:
        row = json.loads(line)
        question = row["question"]
        turns = _turns(row.get("history") or ())
        named = row.get("source") or ()
        chosen = (named,) if isinstance(named, str) else tuple(map(str, named))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise QuestionError(
            f'这一行不是可用的 JSON 问题：{line[:80]}（{error}）。请写成 {{"question": "…"}}。',
            f'This line is not a usable JSON question: {line[:80]} ({error}). Write {{"question": "…"}}.',
        ) from error
    if not isinstance(question, str):
        raise QuestionError("question 要是文字。", "question has to be text.")
    return _Asked(_characters(question), turns or history, chosen or sources)


def _turns(rows: Iterable[Json]) -> tuple[Turn, ...]:
    """Earlier exchanges as JSON has them; raises `KeyError`, `TypeError` or `AttributeError` if they are not."""
    turns = [Turn(row["question"], row.get("answer") or "") for row in rows]
    if not all(isinstance(text, str) for turn in turns for text in (turn.question, turn.answer)):
        raise TypeError("history: question and answer have to be text")
    return tuple(Turn(_characters(turn.question), _characters(turn.answer)) for turn in turns)


def _read_history(path: Path | None) -> tuple[Turn, ...]:
    if path is None:
        return ()
    try:
        return _turns(json.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f'--history {path} 读不出来（{error}）。它应是 [{{"question": "…", "answer": "…"}}] 这样的 JSON。',
            f'--history {path} can\'t be read ({error}). It has to be JSON like [{{"question": "…", "answer": "…"}}].',
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag.ask", description="向自己的文档提问。Ask a question of your documents."
    )
    add = parser.add_argument
    add(
        "question",
        metavar="QUESTION",
        help="问题；“-”从标准输入逐行读取。The question; - reads one a line from standard input.",
    )
    add("--json", action="store_true", help="输出 JSON。Print JSON.")
    add(
        "--docs",
        nargs="+",
        type=Path,
        default=[],
        metavar="PATH",
        help="从这些文件或文件夹回答。Answer from these files or folders.",
    )
    add("--store", metavar="DIR", help="索引文件夹，或 milvus:地址。The folder of the index, or milvus:URI.")
    add(
        "--llm",
        metavar="SPEC",
        help="extractive（默认）、openai:MODEL、ollama:MODEL …。Who words the answer.",
    )
    add("--k", type=int, metavar="N", help="取多少段落（默认 10）。How many passages to retrieve (10).")
    add("--source", nargs="+", default=[], metavar="GLOB", help="只问这些文档。Only ask these documents.")
    add("--history", type=Path, metavar="FILE.json", help="此前的问答。Earlier questions and answers.")
    add(
        "--conversation",
        metavar="NAME",
        help="接着这个对话问，并把问答存下来。Go on with this conversation, and keep it.",
    )
    add(
        "--explain", action="store_true", help="在标准错误上说明每一步。Explain every step on standard error."
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

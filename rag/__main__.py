"""`wenju chat | ask | ingest | eval`: one name for the four ways in, the same as the modules."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module

_USAGE = """wenju COMMAND …

  chat     打开对话页面                 open the chat page
  ask      问一个问题                   ask one question
  ingest   收入、列出、移除文档         put documents in, list them, take them out
  eval     用标准问题集评测             measure against a gold question set

wenju COMMAND --help 有更多说明。 says more."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command named first; returns its exit status."""
    command, *rest = list(sys.argv[1:] if argv is None else argv) or ["--help"]
    if command in ("-h", "--help"):
        print(_USAGE)
        return 0
    if command not in ("chat", "ask", "ingest", "eval"):
        print(f"没有“{command}”这个命令。\nThere is no command {command!r}.\n\n{_USAGE}", file=sys.stderr)
        return 2
    return _entry(command)(rest)


def _entry(command: str) -> Callable[[Sequence[str]], int]:
    """The entry point, imported only when it is asked for."""
    module = {"ask": "rag.ask", "ingest": "rag.ingest", "chat": "app", "eval": "eval.__main__"}[command]
    entry: Callable[[Sequence[str]], int] = import_module(module).main
    return entry


if __name__ == "__main__":
    sys.exit(main())

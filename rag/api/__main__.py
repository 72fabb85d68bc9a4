"""`python -m rag.api`: makes keys, and exports what readers thought of answers."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from rag.api.feedback_file import FeedbackFile
from rag.api.gold_row import gold_row
from rag.api.keys import made_key
from rag.command import run_command
from rag.resources import default_feedback_file
from rag.settings import load_settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0 done, 2 a usage or input error."""
    return run_command(_run, _parser().parse_args(argv), interrupted="已停止。\nStopped.")


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "key":
        key, line = made_key(arguments.name)
        sys.stderr.write("密钥只显示这一次；把第二行放进 RAG_API_KEYS_FILE 所指的文件。\n")
        sys.stderr.write(
            "The key is shown this once. The second line goes into the file of RAG_API_KEYS_FILE.\n"
        )
        sys.stdout.write(f"{key}\n{line}\n")
        return 0
    path = load_settings().feedback or default_feedback_file()
    for opinion in FeedbackFile(path).opinions():
        if row := gold_row(opinion):
            sys.stdout.write(f"{json.dumps(row, ensure_ascii=False)}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rag.api", description="密钥与反馈。Keys and feedback.")
    commands = parser.add_subparsers(dest="command", required=True)
    key = commands.add_parser("key", help="生成一个密钥。Make a key.")
    key.add_argument("name", metavar="NAME", help="给谁用：小写字母、数字、连字符。Whose it is.")
    commands.add_parser(
        "feedback", help="把反馈导出为候选标准问题。Export feedback as candidate gold questions."
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

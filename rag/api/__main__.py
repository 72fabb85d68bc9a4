"""`python -m rag.api`: makes users and keys, and exports what readers thought of answers."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Sequence

from rag.api.feedback_file import FeedbackFile
from rag.api.gold_row import gold_row
from rag.api.keys import made_key
from rag.api.users import remove_user, user_line, write_user
from rag.command import run_command
from rag.errors import SettingsError
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
    if arguments.command == "user":
        return _user(arguments.name, removed=arguments.remove)
    path = load_settings().feedback or default_feedback_file()
    for opinion in FeedbackFile(path).opinions():
        if row := gold_row(opinion):
            sys.stdout.write(f"{json.dumps(row, ensure_ascii=False)}\n")
    return 0


def _user(name: str, *, removed: bool) -> int:
    """Put a user into the file of RAG_USERS_FILE, or take one out; without a file, print the user's line."""
    file = load_settings().users_file
    if removed:
        if file is None:
            raise SettingsError("请先设置 RAG_USERS_FILE。", "Set RAG_USERS_FILE first.")
        remove_user(file, name)
        return 0
    line = user_line(name, _password())
    if file is not None:
        write_user(file, line)
        sys.stderr.write(f"已写入 {file}；重启页面后生效。\nWritten to {file}; restart the page.\n")
        return 0
    sys.stderr.write(
        "把这一行放进 RAG_USERS_FILE 所指的文件。\nThis line goes into the file of RAG_USERS_FILE.\n"
    )
    sys.stdout.write(f"{line}\n")
    return 0


def _password() -> str:
    """Asked for twice without showing it; where nobody sits at a terminal, the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("密码 Password: ")
    if getpass.getpass("再输一遍 Again: ") != password:
        raise SettingsError("两次输入的密码不一样。", "The two passwords are not the same.")
    return password


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag.api", description="用户、密钥与反馈。Users, keys and feedback."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    user = commands.add_parser("user", help="建立用户或改密码。Make a user, or change a password.")
    user.add_argument("name", metavar="NAME", help="用户名。The user's name.")
    user.add_argument("--remove", action="store_true", help="删除这个用户。Take the user out.")
    key = commands.add_parser("key", help="生成一个密钥。Make a key.")
    key.add_argument("name", metavar="NAME", help="给谁用：小写字母、数字、连字符。Whose it is.")
    commands.add_parser(
        "feedback", help="把反馈导出为候选标准问题。Export feedback as candidate gold questions."
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""Users: who may log in at the page. Their passwords are kept as argon2 hashes in a file of lines `NAME HASH`."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rag.api.hash_file import HashFile
from rag.errors import SettingsError

LEAST_CHARACTERS = 8
MOST_CHARACTERS = 256
_NAME = re.compile(r"[\w.@-]{1,40}")
_LINE = re.compile(r"(?P<name>[\w.@-]{1,40})\s+(?P<hash>\$argon2\S+)")
_ONLY_OWNER = 0o600


class Users:
    """Names and the argon2 hashes of their passwords. Without any, nobody has to log in."""

    def __init__(self, hashes: Mapping[str, str] | None = None) -> None:
        self._hashes = dict(hashes or {})
        self._hasher = PasswordHasher()
        # Compared with where there is no such user: how long it takes does not say who there is.
        self._nobody = self._hasher.hash("nobody") if self._hashes else ""

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def named(self, name: str, password: str) -> str | None:
        """The user's name as it is kept, if the password is theirs. Takes a tenth of a second, right or wrong."""
        name = normal_name(name)
        if len(password) > MOST_CHARACTERS:
            return None
        try:
            self._hasher.verify(self._hashes.get(name, self._nobody), password)
        except (VerificationError, InvalidHashError):
            return None
        return name if name in self._hashes else None


def normal_name(name: str) -> str:
    """One spelling for a name, however it was typed."""
    return unicodedata.normalize("NFKC", name).strip()


_FILE = HashFile("用户文件", "file of users", "RAG_USERS_FILE", "python -m rag.api user", _LINE, normal_name)


def open_users(file: Path | None) -> Users:
    """The users of a file of lines `NAME HASH`; none without a file. Raises `SettingsError`."""
    return Users(_FILE.read(file) if file else {})


def user_line(name: str, password: str) -> str:
    """The line of the file for a user. Raises `SettingsError` for a name or a password that can't be used."""
    name = normal_name(name)
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"名字“{name}”不能用：只能有文字、数字和 . _ @ -，至多 40 个字符。",
            f"The name {name!r} can't be used: letters, digits and . _ @ - only, 40 at most.",
        )
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise SettingsError(
            f"密码须有 {LEAST_CHARACTERS} 至 {MOST_CHARACTERS} 个字符。",
            f"A password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters.",
        )
    return f"{name} {PasswordHasher().hash(password)}"


def write_user(file: Path, line: str) -> None:
    """Put a user into the file, in place of an earlier line of that name. Only the file's owner can read it after."""
    name = line.partition(" ")[0]
    known = _FILE.read(file) if file.exists() else {}
    kept = [f"{other} {hashed}" for other, hashed in known.items() if other != name]
    _write(file, [*kept, line])


def remove_user(file: Path, name: str) -> None:
    """Take a user out of the file. Raises `SettingsError` where there is none of that name."""
    name = normal_name(name)
    known = _FILE.read(file)
    if known.pop(name, None) is None:
        raise SettingsError(f"{file} 里没有用户“{name}”。", f"There is no user {name!r} in {file}.")
    _write(file, [f"{other} {hashed}" for other, hashed in known.items()])


def _write(file: Path, lines: list[str]) -> None:
    """Whole or not at all: a run that is stopped halfway locks nobody out."""
    new = file.with_name(f"{file.name}.new")
    try:
        with os.fdopen(
            os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_OWNER), "w", encoding="utf-8"
        ) as out:
            out.write("".join(f"{line}\n" for line in lines))
        new.replace(file)
    except OSError as error:
        raise SettingsError(
            f"用户文件 {file} 写不进去（{error}）。请检查 RAG_USERS_FILE。",
            f"The file of users {file} can't be written ({error}). Check RAG_USERS_FILE.",
        ) from error

"""API keys: who may use the server. Stored ones are argon2 hashes, and none is ever told to anyone."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rag.api.hash_file import HashFile
from rag.errors import SettingsError

LEAST_CHARACTERS = 16
_MADE = re.compile(r"wenju_(?P<name>[a-z0-9-]{1,40})_(?P<secret>\S{20,200})")
_LINE = re.compile(r"(?P<name>[a-z0-9-]{1,40})\s+(?P<hash>\$argon2\S+)")
_SECRET_BYTES = 32

_FILE = HashFile("密钥文件", "file of keys", "RAG_API_KEYS_FILE", "python -m rag.api key", _LINE)


class ApiKeys:
    """The keys a server knows: `given` in plain text by the environment, by name; `hashed` in a file, by name.

    A key of the file says its own name, so that only one slow hash is computed for it, and that once.
    """

    def __init__(self, given: Mapping[str, str], hashed: Mapping[str, str] | None = None) -> None:
        self._digests = {name: _digest(key) for name, key in given.items()}
        self._hashed = dict(hashed or {})
        self._verified: dict[str, bytes] = {}

    def __bool__(self) -> bool:
        return bool(self._digests or self._hashed)

    def holder(self, key: str) -> str | None:
        """The name of whoever has this key; `None` for a wrong one. May take a tenth of a second."""
        digest = _digest(key)
        known = {**self._digests, **self._verified}
        # Every one is compared, in constant time: how long it takes says nothing of any.
        matches = [name for name, one in known.items() if hmac.compare_digest(one, digest)]
        if matches:
            return matches[0]
        made = _MADE.fullmatch(key)
        return made["name"] if made and self._verifies(made["name"], key, digest) else None

    def _verifies(self, name: str, key: str, digest: bytes) -> bool:
        try:
            PasswordHasher().verify(self._hashed.get(name, ""), key)
        except (VerificationError, InvalidHashError):
            return False
        self._verified[name] = digest
        return True


def open_keys(listed: str = "", file: Path | None = None) -> ApiKeys:
    """The keys of RAG_API_KEYS, comma-separated, and of a file of lines `NAME HASH`. Raises `SettingsError`."""
    given = [key.strip() for key in listed.split(",") if key.strip()]
    if any(len(key) < LEAST_CHARACTERS for key in given):
        raise SettingsError(
            f"RAG_API_KEYS 里有短于 {LEAST_CHARACTERS} 个字符的密钥。请用 python -m rag.api key 名字 生成。",
            f"RAG_API_KEYS holds a key of fewer than {LEAST_CHARACTERS} characters. python -m rag.api key NAME makes one.",
        )
    named = {f"key-{number}": key for number, key in enumerate(given, start=1)}
    return ApiKeys(named, _FILE.read(file) if file else {})


def made_key(name: str) -> tuple[str, str]:
    """A new key, and the line for the file. Raises `SettingsError` for a name that can't be used."""
    key = f"wenju_{name}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    if not _MADE.fullmatch(key):
        raise SettingsError(
            f"名字“{name}”不能用：只能有小写字母、数字和连字符，至多 40 个。",
            f"The name {name!r} can't be used: lower-case letters, digits and hyphens, 40 at most.",
        )
    return key, f"{name} {PasswordHasher().hash(key)}"


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()

"""Where a Milvus store is: `milvus:http://user:password@host:19530/database#name`, or `milvus:FOLDER` for milvus-lite."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from rag.errors import SettingsError

SCHEME = "milvus:"
DEFAULT_NAME = "wenju"
_LITE = ".db"
"""By this ending the client knows that a path is milvus-lite's."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
"""What Milvus takes for the name of a collection, with room for ours behind it."""


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """`uri` is a server's address or the folder of milvus-lite; `name` tells several stores of one server apart."""

    uri: str
    database: str = ""
    name: str = DEFAULT_NAME
    token: str = field(default="", repr=False)
    """`user:password`, or a key; never shown."""

    @classmethod
    def of(cls, text: str) -> MilvusAddress:
        """The address that a setting names; raises `SettingsError` for one that can't be used."""
        place, _, name = text.removeprefix(SCHEME).partition("#")
        if not text.startswith(SCHEME) or not place or not _NAME.fullmatch(name or DEFAULT_NAME):
            raise _no_address(text)
        if "://" not in place:
            path = Path(place).expanduser()
            return cls(
                str(path if path.suffix == _LITE else path / f"milvus{_LITE}"), name=name or DEFAULT_NAME
            )
        try:
            parts = urlsplit(place)
            port = parts.port
        except ValueError as error:
            raise _no_address(text) from error
        if parts.scheme not in ("http", "https", "tcp") or not parts.hostname:
            raise _no_address(text)
        user = unquote(parts.username or "")
        token = f"{user}:{unquote(parts.password)}" if parts.password else user
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        uri = f"{parts.scheme}://{host}{'' if port is None else f':{port}'}"
        return cls(uri, parts.path.strip("/"), name or DEFAULT_NAME, token)

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of milvus-lite, which one program opens at a time."""
        return "://" not in self.uri

    @property
    def digest(self) -> str:
        """What tells this store from others among the folders of one machine; passwords don't count."""
        place = str(Path(self.uri).resolve()) if self.is_local else self.uri
        return hashlib.sha256(f"{place}\0{self.database}\0{self.name}".encode()).hexdigest()[:12]

    def __str__(self) -> str:
        """The address as it may be shown: without the password."""
        database = f"/{self.database}" if self.database else ""
        return f"{SCHEME}{self.uri}{database}#{self.name}"


def _no_address(text: str) -> SettingsError:
    """The setting names no place that a Milvus store could be at."""
    shown = text.rpartition("@")[2] if "@" in text else text
    return SettingsError(
        f"RAG_STORE 或 --store 的“{shown}”不是可用的 Milvus 地址。请写成 milvus:http://主机:19530，"
        "或 milvus:文件夹；库名放在 # 后面，只用字母、数字和下划线。",
        f"RAG_STORE or --store can't be {shown!r}: it is no Milvus address. Write milvus:http://HOST:19530, or "
        "milvus:FOLDER; a store's name goes behind #, in letters, digits and underscores.",
    )

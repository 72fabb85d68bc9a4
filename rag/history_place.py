"""Where conversations are kept: in a file, or in a PostgreSQL database that several machines share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from rag.errors import SettingsError

_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """`url` is `postgresql://user:password@host:port/database`; it is never shown as it is."""

    url: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> PostgresAddress:
        """The address that a setting names; raises `SettingsError` for one that can't be used."""
        try:
            parts = urlsplit(text)
            usable = parts.scheme in _SCHEMES and bool(parts.path.strip("/")) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise SettingsError(
                "RAG_HISTORY 或 RAG_QUEUE 不是可用的数据库地址。请写成 postgresql://用户:密码@主机:5432/库名。",
                "RAG_HISTORY or RAG_QUEUE names no database that can be used. Write it as "
                "postgresql://USER:PASSWORD@HOST:5432/DATABASE.",
            )
        return cls(text)

    @property
    def conninfo(self) -> str:
        """The address as PostgreSQL's own library takes it."""
        return f"postgresql:{self.url.partition(':')[2]}"

    def __str__(self) -> str:
        """The address as it may be shown: without user and password."""
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"postgresql://{parts.hostname or ''}{port}{parts.path}"


HistoryPlace = Path | PostgresAddress


def history_place(text: str) -> HistoryPlace:
    """What a setting names: `postgresql:…` is an address, what is no other address a file.

    Raises `SettingsError` for an address that can't be used.
    """
    if text.partition(":")[0] in _SCHEMES or "://" in text:
        return PostgresAddress.of(text)
    return Path(text)

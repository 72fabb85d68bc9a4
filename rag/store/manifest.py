"""What an index was built with, kept in it; it decides whether the index still fits.

A copy in a file of its own tells people what the index is, and programs of another version whether they
know its format.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from rag.store import failures
from rag.store.folder import StoreFolder

FORMAT = 3
"""The version of the files' layout, and of the terms in them. A change of either adds one."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Two indexes with the same manifest and documents hold the same passages, vectors and terms."""

    model: str
    dimensions: int
    token_dimensions: int
    passages: Mapping[str, int]
    format: int = FORMAT

    def to_json(self) -> str:
        """The manifest as it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    def differences(self, found: Manifest) -> tuple[str, str] | None:
        """In what the `found` manifest differs from this wanted one, in words (zh, en); `None` if it fits."""
        if found.format != self.format:
            return "它是旧版本的格式", "its format is of an older version"
        clauses = []
        if (found.model, found.dimensions) != (self.model, self.dimensions):
            clauses.append(
                (
                    f"它用的向量模型是 {found.model}，现在用的是 {self.model}",
                    f"its embedding model is {found.model}, the one in use is {self.model}",
                )
            )
        elif found.token_dimensions != self.token_dimensions:
            clauses.append(("词元向量的长度变了", "the length of the token vectors has changed"))
        if dict(found.passages) != dict(self.passages):
            clauses.append(("分段设置变了", "the passage settings have changed"))
        if not clauses:
            return None
        return "，".join(zh for zh, _ in clauses), ", ".join(en for _, en in clauses)

    @classmethod
    def of(cls, state: sqlite3.Row) -> Manifest:
        """The manifest of a row of table `state`; of an older format, that it is one. Format 1 kept none there."""
        if "manifest" not in state.keys():  # noqa: SIM118 - a row's `in` looks at its values
            return cls("", 0, 0, {}, format=1)
        values = json.loads(state["manifest"])
        return cls(**values) if values["format"] == FORMAT else cls("", 0, 0, {}, format=values["format"])


def refuse_newer(folder: StoreFolder) -> None:
    """Raise `StoreError` if the file says that the index is of a newer format than this program knows."""
    try:
        version = json.loads(folder.manifest.read_bytes())["format"]
    except (OSError, ValueError, TypeError, KeyError):
        return  # The database will tell.
    if isinstance(version, int) and version > FORMAT:
        raise failures.newer(folder.path, version, FORMAT)

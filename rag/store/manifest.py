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

FORMAT = 2
"""The version of the files' layout, and of the terms in them. A change of either adds one."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Two indexes with the same manifest and documents hold the same passages, vectors and terms."""

    model: str
    dimensions: int
    passages: Mapping[str, int]
    sentence_vectors: bool
    sentence_context: bool
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
        if dict(found.passages) != dict(self.passages):
            clauses.append(("分段设置变了", "the passage settings have changed"))
        if (found.sentence_vectors, found.sentence_context) != (self.sentence_vectors, self.sentence_context):
            clauses.append(("句向量设置变了", "the sentence vector settings have changed"))
        if not clauses:
            return None
        return "，".join(zh for zh, _ in clauses), ", ".join(en for _, en in clauses)

    @classmethod
    def of(cls, state: sqlite3.Row) -> Manifest:
        """The manifest of a row of table `state`; format 1 kept none there."""
        if "manifest" not in state.keys():  # noqa: SIM118 - a row's `in` looks at its values
            return cls("", 0, {}, sentence_vectors=False, sentence_context=False, format=1)
        return cls(**json.loads(state["manifest"]))


def refuse_newer(folder: StoreFolder) -> None:
    """Raise `StoreError` if the file says that the index is of a newer format than this program knows."""
    try:
        version = json.loads(folder.manifest.read_bytes())["format"]
    except (OSError, ValueError, TypeError, KeyError):
        return  # The database will tell.
    if isinstance(version, int) and version > FORMAT:
        raise failures.newer(folder.path, version, FORMAT)

"""What an index was built with, kept beside it; it decides whether the index still fits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rag.store import failures
from rag.store.folder import StoreFolder

FORMAT = 1
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

    def to_json(self) -> bytes:
        """The manifest as the file holds it."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n").encode()

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


def read_manifest(folder: StoreFolder) -> Manifest | None:
    """The manifest of an index; `None` if there is none.

    Raises `StoreError` if it is damaged, or of a newer format than this program knows.
    """
    with failures.told(folder.manifest):
        if not folder.manifest.exists():
            return None
        content = json.loads(folder.manifest.read_bytes())
    try:
        return _manifest(folder, content)
    except (KeyError, TypeError, AttributeError) as error:
        raise failures.damaged(folder.manifest) from error


def _manifest(folder: StoreFolder, content: dict[str, Any]) -> Manifest:
    version = content["format"]
    if version > FORMAT:
        raise failures.newer(folder.path, version, FORMAT)
    if version < FORMAT:
        return Manifest("", 0, {}, sentence_vectors=False, sentence_context=False, format=version)
    return Manifest(**content)

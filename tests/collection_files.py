"""Files of public collections, written and read back."""

from __future__ import annotations

import json
from pathlib import Path

from eval.formats import corpus_path
from rag.types import Json


def write(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def lines(*rows: Json) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def documents(corpus: Path, cache: Path, kept: frozenset[str] | None = None) -> list[Json]:
    made = corpus_path(corpus, cache, kept)
    return [json.loads(line) for line in made.read_text(encoding="utf-8").splitlines()]

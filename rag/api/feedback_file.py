"""What readers think of answers, on disk: one private file, an opinion a line."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from rag.errors import WenjuError
from rag.types import Json

_PRIVATE, _PRIVATE_FOLDER = 0o600, 0o700
_BUSY_SECONDS = 10.0
MOST_BYTES = 200 << 20
"""What the file may grow to."""


class FeedbackError(WenjuError):
    """The file of opinions can't be used."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A reader's opinion of one answer; `answer` is the part of its JSON that is kept.

    `history` are pairs of question and answer, `by` is the name of the reader's key or "", `at` seconds since 1970.
    `expected` is the right answer where the reader told it, `answerable` whether there is one.
    """

    question: str
    answer: Json
    verdict: Literal["good", "bad"]
    history: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    expected: str = ""
    answerable: bool | None = None
    by: str = ""
    at: float = field(default_factory=time.time)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


class FeedbackFile:
    """Opinions in a JSON Lines file, made when the first one is kept. Raises `FeedbackError` if it can't be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def keep(self, opinion: Opinion) -> None:
        """Add an opinion, whole, at the end; it takes the place of one with the same id."""
        self._add(asdict(opinion))

    def withdraw(self, id: str) -> None:  # noqa: A002  what it is called everywhere
        """Take the opinion of an id back, if there is one."""
        self._add({"id": id, "withdrawn": True})

    def _add(self, row: Json) -> None:
        line = json.dumps(row).encode() + b"\n"  # ASCII: lone surrogates stay escapes
        try:
            self.path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=_BUSY_SECONDS, mode=_PRIVATE):
                self._append(line)
        except (OSError, Timeout) as error:
            raise self._unusable(error) from error

    def opinions(self) -> Iterator[Opinion]:
        """Every opinion that stands, the oldest first; a line that is none, as of a full disk, is passed over."""
        if not self.path.exists():
            return
        try:
            with self.path.open(encoding="utf-8") as lines:
                last = {name: number for number, line in enumerate(lines) if (name := _id(line))}
                lines.seek(0)
                for number, line in enumerate(lines):
                    opinion = _opinion(line)
                    if opinion and last[opinion.id] == number:
                        yield opinion
        except (OSError, UnicodeDecodeError) as error:
            raise self._unusable(error) from error

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE)
        with open(descriptor, "ab") as file:  # noqa: PTH123  a descriptor, so that nobody else may ever read it
            if file.tell() + len(line) > MOST_BYTES:
                raise OSError(f"more than {MOST_BYTES >> 20} MB")
            file.write(line)

    def _unusable(self, error: Exception) -> FeedbackError:
        return FeedbackError(
            f"反馈文件 {self.path} 用不了（{error}）。请检查权限和磁盘空间，或用 RAG_FEEDBACK 换一个位置。",
            f"The file of feedback {self.path} can't be used ({error}). Check permissions and disk space, or name "
            "another place with RAG_FEEDBACK.",
        )


def _id(line: str) -> str:
    try:
        return str(json.loads(line)["id"])
    except (ValueError, TypeError, KeyError):
        return ""


def _opinion(line: str) -> Opinion | None:
    try:
        row = json.loads(line)
        return Opinion(**{**row, "history": tuple((q, a) for q, a in row["history"])})
    except (ValueError, TypeError, KeyError):
        return None

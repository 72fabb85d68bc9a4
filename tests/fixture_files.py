"""The fixtures and what is true of them; where each came from is in `tests/fixtures/README.md`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf

FIXTURES = Path(__file__).parent / "fixtures"
BAD = FIXTURES / "bad"

PASSWORD = "晋中2024"  # the password of the locked fixtures, no secret
"""Opens `bad/encrypted-aes.pdf` and `bad/locked.xlsx`."""
LATIN_PASSWORD = "secret"  # as above
"""Opens `bad/encrypted-rc4.pdf`, whose kind of lock takes Latin letters alone."""


@dataclass(frozen=True, slots=True)
class Story:
    """A story (or a chapter, a notice) as it is to be read; `sentences` are those of its paragraphs in order."""

    headline: str
    paragraphs: tuple[str, ...]
    sentences: tuple[str, ...]
    subtitle: str = ""
    byline: str = ""

    @property
    def text(self) -> str:
        """All of it from the headline on, in one string: what `character_accuracy` compares."""
        return "\n".join((self.headline, self.subtitle, self.byline, *self.paragraphs))


@dataclass(frozen=True, slots=True)
class PageTruth:
    """What a page of stories says: in reading order, with what must be kept out of the body."""

    stories: tuple[Story, ...]
    captions: tuple[str, ...]
    furniture: tuple[str, ...]

    @property
    def sentences(self) -> tuple[tuple[str, ...], ...]:
        """The sentences of each story."""
        return tuple(story.sentences for story in self.stories)


@dataclass(frozen=True, slots=True)
class CellTruth:
    """A cell of a table: `headers` are the words over it and before it, `value` is what it shows."""

    value: str
    headers: tuple[str, ...]
    row: int
    column: int
    sheet: str | None = None


def fixture(name: str) -> Path:
    """The path of a fixture, for example "newspaper.pdf" or "bad/zero.txt"."""
    path = FIXTURES / name
    assert path.exists(), f"{name} is no fixture: see tests/fixtures/README.md"
    return path


def layer(name: str) -> str:
    """The text layer of a PDF fixture, all pages."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(fixture(name)).pages)


def truth(name: str) -> dict[str, Any]:
    """The truth of a fixture as it was written beside it: NAME.truth.json, else that of its stem."""
    exact = FIXTURES / f"{name}.truth.json"
    path = exact if exact.exists() else (FIXTURES / name).with_suffix(".truth.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def page_truth(name: str) -> PageTruth:
    """The truth of a fixture made of stories."""
    found = truth(name)
    stories = tuple(
        Story(
            story["headline"],
            tuple(story["paragraphs"]),
            tuple(story["sentences"]),
            story.get("subtitle", ""),
            story.get("byline", ""),
        )
        for story in found["stories"]
    )
    return PageTruth(stories, tuple(found["captions"]), tuple(found["furniture"]))


def cell_truths(name: str) -> tuple[CellTruth, ...]:
    """The cells that hold data, of a fixture with tables."""
    return tuple(
        CellTruth(cell["value"], tuple(cell["headers"]), cell["row"], cell["column"], cell.get("sheet"))
        for cell in truth(name)["cells"]
    )

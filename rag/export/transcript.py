"""A conversation as it is exported: texts in pieces, each marker the footnote it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

_PIECE = re.compile(r"\[(\d{1,3})\]|~~(.+?)~~")
_RULE = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+")


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: where the quote stands, in words, and its exact characters."""

    where: str
    quote: str


@dataclass(frozen=True, slots=True)
class Said:
    """A question and its answer's text, with the notes that its markers `[n]` mean, and what is to be noted of it."""

    question: str
    text: str
    notes: Mapping[int, Note] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation with its title; `foot` is said of the whole at the end."""

    title: str
    said: tuple[Said, ...]
    language: str
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: its text, or the note that a marker means; `struck` is said not to stand."""

    text: str
    note: int = 0
    struck: bool = False


Row = tuple[tuple[Piece, ...], ...]
"""The cells of a table's row."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a table whose first row is its head."""

    paragraph: tuple[Piece, ...] = ()
    table: tuple[Row, ...] = ()


def blocks(said: Said) -> Iterator[Block]:
    """The paragraphs and tables of an answer; a citation without a marker is noted at the end."""
    lines = [line for line in said.text.split("\n") if line.strip()]
    for barred, run in groupby(lines, key=lambda line: line.startswith("|")):
        rows = list(run)
        if barred and len(rows) > 1 and _RULE.fullmatch(rows[1]):
            cells = [row.strip().strip("|").split("|") for row in (rows[0], *rows[2:])]
            yield Block(table=tuple(tuple(_pieces(cell.strip(), said) for cell in row) for row in cells))
        else:
            yield from (Block(_pieces(row, said)) for row in rows)
    marked = {int(found[1]) for found in _PIECE.finditer(said.text) if found[1]}
    left = tuple(Piece(f"[{number}]", number) for number in said.notes if number not in marked)
    if left:
        yield Block(left)


def _pieces(text: str, said: Said) -> tuple[Piece, ...]:
    pieces, end = [], 0
    for found in _PIECE.finditer(text):
        if found[1] and int(found[1]) not in said.notes:
            continue
        pieces.append(Piece(text[end : found.start()]))
        pieces.append(Piece(found[0], int(found[1])) if found[1] else Piece(found[2], struck=True))
        end = found.end()
    return tuple(piece for piece in (*pieces, Piece(text[end:])) if piece.text)

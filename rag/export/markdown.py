"""A conversation as Markdown with footnotes, as GitHub, Pandoc and Obsidian read them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.export.transcript import Block, Piece, Said, Transcript, blocks

_MEANS_SOMETHING = re.compile(r"[\\`*_{}\[\]<>#|~&$^!]")
_AT_THE_HEAD = re.compile(r"^([-+=:]|\d{1,9}[.)])")


def markdown_of(transcript: Transcript) -> str:
    """The conversation, a heading a question. What documents and readers wrote is only text, whatever it looks like."""
    parts = [f"# {escaped(transcript.title)}"]
    first = 1
    notes: list[str] = []
    for said in transcript.said:
        numbers = {number: first + place for place, number in enumerate(said.notes)}
        first += len(numbers)
        parts.append(f"## {escaped(said.question)}")
        parts += [_block(block, numbers) for block in blocks(said)]
        parts += [f"> {escaped(warning)}" for warning in said.warnings]
        notes += _notes(said, numbers)
    foot = [f"---\n\n{escaped(transcript.foot)}"] if transcript.foot else []
    return "\n\n".join([*parts, *foot, *notes]) + "\n"


def escaped(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    return _headed(_inline(text))


def _inline(text: str) -> str:
    return _MEANS_SOMETHING.sub(r"\\\g<0>", re.sub(r"\s+", " ", text))


def _headed(line: str) -> str:
    """A line that is no item of a list nor a heading, whatever it begins with."""
    return _AT_THE_HEAD.sub(lambda found: f"{found[1][:-1]}\\{found[1][-1]}", line.strip())


def _notes(said: Said, numbers: dict[int, int]) -> list[str]:
    return [
        f"[^{numbers[number]}]: {escaped(note.where)}: {escaped(note.quote)}"
        for number, note in said.notes.items()
    ]


def _block(block: Block, numbers: dict[int, int]) -> str:
    if not block.table:
        return _line(block.paragraph, numbers)
    head, *rows = [f"| {' | '.join(_line(cell, numbers) for cell in row)} |" for row in block.table]
    return "\n".join([head, f"|{' --- |' * len(block.table[0])}", *rows])


def _line(pieces: Sequence[Piece], numbers: dict[int, int]) -> str:
    return _headed("".join(_piece(piece, numbers) for piece in pieces))


def _piece(piece: Piece, numbers: dict[int, int]) -> str:
    if piece.note:
        return f"[^{numbers[piece.note]}]"
    return f"~~{_inline(piece.text)}~~" if piece.struck else _inline(piece.text)

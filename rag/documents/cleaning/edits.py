"""Edits of an aligned text: the one way in which cleaning changes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from rag.original import AlignedText, Offsets


class Edit(NamedTuple):
    """Put `text` in place of the clean characters `[start, end)`, of which there is at least one."""

    start: int
    end: int
    text: str = ""


def rewrite(aligned: AlignedText, edits: Iterable[Edit]) -> AlignedText:
    """Apply edits that stand in order and do not overlap.

    A replacement as long as what it replaces keeps each character's own place; any other one takes,
    for each of its characters, the whole original stretch of what it replaces.
    """
    texts: list[str] = []
    starts: list[Offsets] = []
    ends: list[Offsets] = []
    position = 0
    for edit in edits:
        kept, replaced = aligned.slice(position, edit.start), aligned.slice(edit.start, edit.end)
        texts += (kept.text, edit.text)
        starts += (kept.starts, _spread(replaced.starts, len(edit.text), replaced.starts[0]))
        ends += (kept.ends, _spread(replaced.ends, len(edit.text), replaced.ends[-1]))
        position = edit.end
    if not position:
        return aligned
    rest = aligned.slice(position, len(aligned.text))
    return AlignedText(
        "".join([*texts, rest.text]),
        np.concatenate([*starts, rest.starts]),
        np.concatenate([*ends, rest.ends]),
    )


def _spread(places: Offsets, length: int, whole: np.uint32) -> Offsets:
    return places if len(places) == length else np.full(length, whole, dtype=np.uint32)

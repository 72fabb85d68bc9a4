"""Signs put into clean text that are not in the original."""

from __future__ import annotations

import numpy as np

from rag.original import AlignedText


def mark(sign: str, after: AlignedText) -> AlignedText:
    """The sign, with the place in the original of the last character of `after`."""
    size = len(sign)
    return AlignedText(sign, np.repeat(after.starts[-1:], size), np.repeat(after.ends[-1:], size))

"""How XLM-R's tokenizer, which e5 shares, sees a text: its normalisation as data, and in Python."""

from __future__ import annotations

import re
import unicodedata

LEFT_OUT = r"[\x01-\x08\x0b\x0e-\x1f\x7f\u008f\u009f]"
READ_AS_SPACE = r"[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
KEPT = "～"
"""NFKC would make it "~"; Chinese ranges are written with it, and the model has learnt it."""

_LEFT_OUT, _READ_AS_SPACE = re.compile(LEFT_OUT), re.compile(READ_AS_SPACE)


def normalised(text: str) -> str:
    """Apply NFKC to all but `KEPT`, drop control characters, and leave single spaces between words."""
    text = _READ_AS_SPACE.sub(" ", _LEFT_OUT.sub("", text))
    text = KEPT.join(unicodedata.normalize("NFKC", part) for part in text.split(KEPT))
    return " ".join(text.split())

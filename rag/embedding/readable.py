"""Text that any tokenizer takes."""

from __future__ import annotations

import re

_UNREADABLE = re.compile("[\x00\ud800-\udfff]")


def readable(text: str) -> str:
    """Put a space for each NUL and lone surrogate.

    A C engine reads a text up to its first NUL, and half a surrogate pair has no UTF-8. Both turn up in
    text extracted from damaged PDFs.
    """
    return _UNREADABLE.sub(" ", text)

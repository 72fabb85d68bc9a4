"""Text that any tokenizer takes."""

from __future__ import annotations

import re

_UNREADABLE = re.compile("[\x00\ud800-\udfff]")


def readable(text: str) -> str:
    """Put a space for each NUL and lone surrogate.

    Half a surrogate pair has no UTF-8, and what stands behind a NUL is lost to libraries in C. Both turn up in
    text extracted from damaged PDFs. Every character keeps its place.
    """
    return _UNREADABLE.sub(" ", text)

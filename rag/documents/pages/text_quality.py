"""Whether a page's text layer can be trusted, or the page must be looked at."""

from __future__ import annotations

import re
import unicodedata

from rag.documents.pages.page_view import PageView

_MOST_BROKEN = 0.15
_MOST_UNMAPPED = 0.3
_MOST_NAMED = 0.3
_MOST_ACCENTED = 0.35
_MOST_SIGNS = 0.45
_LEAST_JUDGED = 12
_PICTURE = 0.55
"""A picture that takes up so much of a page may be a scan of it."""
_SCANNED_LAYER = 60
"""So many characters over such a picture are the text of the scan; fewer are a stamp or a folio."""
_GLYPH_NAME = re.compile(r"\(cid:\d+\)|/(?:g|G|C|cid|glyph|uni)[0-9A-Fa-f]{1,5}\b")


def is_trusted(text: str, view: PageView | None) -> bool:
    """Whether `text` is what a reader sees on the page; an empty page's empty text is."""
    visible = [char for char in text if not char.isspace()]
    if not visible:
        return view is None or not (view.pictures or view.frames or view.rules or view.glyphs.text)
    if _is_scan(view) and len(visible) < _SCANNED_LAYER:
        return False
    if len(visible) < _LEAST_JUDGED:
        return True
    unmapped = float(view.glyphs.unmapped.mean()) if view is not None and view.glyphs.text else 0.0
    return unmapped <= _MOST_UNMAPPED and not _is_garbage("".join(visible))


def _is_scan(view: PageView | None) -> bool:
    if view is None:
        return False
    area = max(((box.right - box.left) * (box.bottom - box.top) for box in view.pictures), default=0.0)
    return area > _PICTURE * view.width * view.height


def _is_garbage(text: str) -> bool:
    total = len(text)
    if sum(map(_is_broken, text)) > _MOST_BROKEN * total:
        return True
    if sum(len(name) for name in _GLYPH_NAME.findall(text)) > _MOST_NAMED * total:
        return True
    if sum("\xa0" <= char <= "\xff" for char in text) > _MOST_ACCENTED * total:
        return True
    signs = sum(char.isascii() and not char.isalnum() and char not in ".…_-·|" for char in text)
    return signs > _MOST_SIGNS * total


def _is_broken(char: str) -> bool:
    """Replacement and private-use characters, control characters, and such as Unicode does not know."""
    return char == "\ufffd" or unicodedata.category(char) in ("Co", "Cc", "Cn", "Cs")

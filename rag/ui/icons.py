"""Small drawings for buttons, as SVG in the colour of the text around them."""

from __future__ import annotations

_PATHS = {
    "again": "M19 12a7 7 0 1 1-2.2-5.1L19 9M19 4.5V9h-4.5",
    "bad": "M17 13V4h3v9zM17 13l-4 8c-2 0-3-1.2-2.6-3.2L11 15H5.5C4.1 15 3.2 13.8 3.5 12.5L4.9 6C5.1 4.8 6 4 7.2 4H17",
    "edit": "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM14 6.5L17.5 10",
    "good": "M7 11v9H4v-9zM7 11l4-8c2 0 3 1.2 2.6 3.2L13 9h5.5c1.4 0 2.3 1.2 2 2.5L19.1 18c-.2 1.2-1.1 2-2.3 2H7",
}


def icon(name: str) -> str:
    """The drawing; it says nothing to a screen reader."""
    return (
        '<svg viewBox="0 0 24 24" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.7" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{_PATHS[name]}"/></svg>'
    )

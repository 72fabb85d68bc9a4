"""The list of conversations as HTML. It is flat; `past.js` groups it by the days of the reader's own clock."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.history import Conversation, Found
from rag.ui.words_past import PastWords

_TOLD = (
    "show_list",
    "search",
    "today",
    "week",
    "earlier",
    "rename",
    "title",
    "delete",
    "really",
    "cancel",
    "as_markdown",
    "as_word",
)
"""The words that `past.js` needs."""


def past_html(
    found: Sequence[Found],
    current: str,
    words: PastWords,
    *,
    searched: bool = False,
    deleted: Conversation | None = None,
    note: str = "",
) -> str:
    """The conversations found, `current` (an id) marked among them.

    `deleted` is the one that was just thrown away and can be had back; `note` is plain text.
    """
    told = "".join(f' data-{name.replace("_", "-")}="{escape(getattr(words, name))}"' for name in _TOLD)
    rows = "".join(_row(one, current, words) for one in found)
    empty = "" if found else f'<p class="hint">{escape(words.none_found if searched else words.none_yet)}</p>'
    said = f'<p class="hint" role="alert">{escape(note)}</p>' if note else ""
    return (
        f'<nav class="past" aria-label="{escape(words.conversations)}" data-current="{escape(current)}"{told}>'
        f"{_undo(deleted, words)}{said}{empty}<ul>{rows}</ul></nav>"
    )


def _row(found: Found, current: str, words: PastWords) -> str:
    one = found.conversation
    here = ' aria-current="page"' if one.id == current else ""
    excerpt = f"<small>{escape(found.excerpt)}</small>" if found.excerpt else ""
    return (
        f'<li data-id="{escape(one.id)}" data-at="{one.updated:.0f}">'
        f'<button type="button" class="choose" title="{escape(one.title)}"{here}><span>{escape(one.title)}</span>{excerpt}</button>'
        f'<button type="button" class="more" aria-haspopup="menu" aria-label="{escape(words.more.format(title=one.title))}">'
        "⋯</button></li>"
    )


def _undo(deleted: Conversation | None, words: PastWords) -> str:
    if deleted is None:
        return ""
    return (
        f'<p class="undo" role="status"><span>{escape(words.deleted.format(title=deleted.title))}</span>'
        f'<button type="button" data-restore="{escape(deleted.id)}">{escape(words.undo)}</button></p>'
    )

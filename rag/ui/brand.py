"""The head of the page as HTML: its name and its promise."""

from __future__ import annotations

from html import escape

from rag.ui.texts import Texts


def brand_html(texts: Texts) -> str:
    """The name and the promise."""
    return (
        f'<div class="brand" lang="{texts.language}"><span class="seal" aria-hidden="true">据</span>'
        f"<b>{escape(texts.name)}</b><span class='promise'>{escape(texts.promise)}</span></div>"
    )

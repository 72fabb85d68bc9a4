"""The head of the page as HTML: its name, its promise, and who words the answers."""

from __future__ import annotations

from html import escape

from rag.ui.texts import Texts


def brand_html(backend: str, texts: Texts) -> str:
    """`backend` is a spec, "extractive" or a model's."""
    if backend == "extractive":
        name, hint = texts.backend_extractive, texts.backend_extractive_hint
    else:
        name, hint = backend, texts.backend_model_hint
    return (
        f'<div class="brand" lang="{texts.language}"><span class="seal" aria-hidden="true">据</span>'
        f"<b>{escape(texts.name)}</b><span class='promise'>{escape(texts.promise)}</span>"
        f'<span class="backend" title="{escape(hint)}">{escape(name)}</span></div>'
    )

"""The conversation as HTML: every question with its answer, or the empty state with questions to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.ui.answer import answer_html, streaming_html
from rag.ui.exchange import Exchange
from rag.ui.texts import Texts


def thread_html(exchanges: Sequence[Exchange], texts: Texts) -> str:
    """The conversation so far."""
    if not exchanges:
        return _welcome(texts)
    rows = "".join(_exchange(one, number, texts) for number, one in enumerate(exchanges))
    return f'<div class="thread" role="log" lang="{texts.language}">{rows}</div>'


def _exchange(exchange: Exchange, number: int, texts: Texts) -> str:
    question = f'<h2 class="question" aria-label="{escape(texts.you)}">{escape(exchange.question)}</h2>'
    if exchange.answer is not None:
        reply = answer_html(exchange.answer, number, texts)
    elif exchange.trouble:
        reply = f'<div class="answer trouble" role="alert"><p>{escape(exchange.trouble)}</p></div>'
    else:
        reply = streaming_html(exchange.streamed, texts, exchange.checked, exchange.covered, number)
    return f'<article class="exchange">{question}{reply}</article>'


def _welcome(texts: Texts) -> str:
    """The empty state; what it offers comes from the documents, when the page is there (`library.js`)."""
    return (
        f'<div class="welcome" lang="{texts.language}"><h1>{escape(texts.welcome)}</h1>'
        f"<p>{escape(texts.welcome_text)}</p><div data-suggest></div></div>"
    )

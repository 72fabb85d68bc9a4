"""The conversation as HTML: every question with its answer, or the empty state with questions to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.ui.answer import answer_html, streaming_html
from rag.ui.exchange import Exchange
from rag.ui.texts import Texts


def thread_html(exchanges: Sequence[Exchange], texts: Texts, *, examples: bool) -> str:
    """The conversation so far. `examples`: whether the empty state offers questions about the seed corpus."""
    if not exchanges:
        return _welcome(texts, examples)
    rows = "".join(_exchange(one, number, texts) for number, one in enumerate(exchanges))
    return f'<div class="thread" role="log" lang="{texts.language}">{rows}</div>'


def _exchange(exchange: Exchange, number: int, texts: Texts) -> str:
    question = f'<h2 class="question" aria-label="{escape(texts.you)}">{escape(exchange.question)}</h2>'
    if exchange.answer is not None:
        reply = answer_html(exchange.answer, number, texts)
    elif exchange.trouble:
        reply = f'<div class="answer trouble" role="alert"><p>{escape(exchange.trouble)}</p></div>'
    else:
        reply = streaming_html(exchange.streamed, texts)
    return f'<article class="exchange">{question}{reply}</article>'


def _welcome(texts: Texts, examples: bool) -> str:
    head = f"<h1>{escape(texts.welcome)}</h1><p>{escape(texts.welcome_text)}</p>"
    if not examples:
        return f'<div class="welcome" lang="{texts.language}">{head}<p>{escape(texts.no_examples)}</p></div>'
    rows = "".join(
        f'<li><button type="button" class="example" data-ask="{escape(one)}">{escape(one)}</button></li>'
        for one in texts.examples
    )
    return f'<div class="welcome" lang="{texts.language}">{head}<h3>{escape(texts.try_asking)}</h3><ul>{rows}</ul></div>'

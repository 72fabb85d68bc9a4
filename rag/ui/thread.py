"""The conversation as HTML: every question with its answer, or the empty state with questions to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.ui.answer import answer_html, streaming_html
from rag.ui.exchange import Exchange
from rag.ui.exchange_foot import foot_html
from rag.ui.icons import icon
from rag.ui.texts import Texts
from rag.ui.words_past import PAST_WORDS

_TOLD = (
    "edited_question", "ask_again", "cancel", "drops", "why", "expected", "not_there", "send", "thanks",
)  # fmt: skip
"""The words that `actions.js` needs."""


def thread_html(exchanges: Sequence[Exchange], texts: Texts) -> str:
    """The conversation so far."""
    if not exchanges:
        return _welcome(texts)
    newest = len(exchanges) - 1
    rows = "".join(
        _exchange(one, number, texts, newest=number == newest) for number, one in enumerate(exchanges)
    )
    words = PAST_WORDS[texts.language]
    told = "".join(f' data-{name.replace("_", "-")}="{escape(getattr(words, name))}"' for name in _TOLD)
    return f'<div class="thread" role="log" lang="{texts.language}"{told}>{rows}</div>'


def _exchange(exchange: Exchange, number: int, texts: Texts, *, newest: bool) -> str:
    edit = escape(PAST_WORDS[texts.language].edit)
    question = (
        f'<header><h2 class="question" aria-label="{escape(texts.you)}">{escape(exchange.question)}</h2>'
        f'<button type="button" class="edit" title="{edit}" aria-label="{edit}">{icon("edit")}</button></header>'
    )
    if exchange.answer is not None:
        reply = answer_html(exchange.answer, number, texts)
    elif exchange.trouble:
        reply = f'<div class="answer trouble" role="alert"><p>{escape(exchange.trouble)}</p></div>'
    else:
        reply = streaming_html(exchange.streamed, texts, exchange.checked, exchange.covered, number)
    foot = foot_html(exchange, texts, newest=newest)
    return f'<article class="exchange" data-exchange="{number}">{question}{reply}{foot}</article>'


def _welcome(texts: Texts) -> str:
    """The empty state; what it offers comes from the documents, when the page is there (`library.js`)."""
    return (
        f'<div class="welcome" lang="{texts.language}"><h1>{escape(texts.welcome)}</h1>'
        f"<p>{escape(texts.welcome_text)}</p><div data-suggest></div></div>"
    )

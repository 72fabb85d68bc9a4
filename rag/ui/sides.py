"""What documents say differently, side by side: each figure with the words and the source it is from."""

from __future__ import annotations

from html import escape

from rag.types import Answer
from rag.ui.claims import marker_html
from rag.ui.places_told import cited_where
from rag.ui.series import Point, differing
from rag.ui.texts import Texts
from rag.ui.words_answer import ANSWER_TEXTS

_EXCERPT = 120


def sides_html(answer: Answer, exchange: int, texts: Texts) -> str:
    """The sources that differ, a card each; nothing where they don't."""
    points = differing(answer)
    if not points:
        return ""
    cards = "".join(_card(point, answer, exchange, texts) for point in points)
    head = escape(ANSWER_TEXTS[texts.language].differing)
    return f'<section class="sides-by-side"><h3>{head}</h3><div class="cards">{cards}</div></section>'


def _card(point: Point, answer: Answer, exchange: int, texts: Texts) -> str:
    cited = [one for one in answer.citations if one.number in point.claim.citations]
    when = "" if point.when in ("", "—") else f"<small>{escape(point.when)}</small>"
    rows = "".join(
        f'<p class="said">{escape(_excerpt(one.quote))}{marker_html(one, answer, exchange, texts)}</p>'
        f"<small>{escape(cited_where(one, answer, texts))}</small>"
        for one in cited[:1]
    )
    return f'<div class="card"><b>{escape(point.figure.text)}</b> {when}{rows}</div>'


def _excerpt(quote: str) -> str:
    text = " ".join(quote.split())
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…"

"""What stands below an answer, as HTML: what was checked, who worded it, and what its reader may do with it."""

from __future__ import annotations

from html import escape

from rag.types import Answer
from rag.ui.exchange import Exchange
from rag.ui.icons import icon
from rag.ui.places_told import where
from rag.ui.texts import Texts
from rag.ui.words_past import PAST_WORDS, PastWords


def foot_html(exchange: Exchange, texts: Texts, *, newest: bool) -> str:
    """Nothing for an answer on its way. Only the `newest` one can be answered again without dropping others."""
    if exchange.pending:
        return ""
    words = PAST_WORDS[texts.language]
    answer = exchange.answer
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in _facts(answer, texts)) if answer else ""
    again = _button("again", "again", words.regenerate) if newest else ""
    actions = f"{_copy(answer, texts)}{again}{_thumbs(exchange, words)}" if answer else again
    note = f'<p class="hint" role="alert">{escape(exchange.unkept)}</p>' if exchange.unkept else ""
    return f'<footer>{facts}<span class="actions">{actions}</span></footer>{note}'


def copied(answer: Answer, texts: Texts) -> str:
    """The answer with its sources as plain text."""
    rows = [
        f"[{one.number}] {where(one.source, one.title, one.page, texts)} ({one.source}): {' '.join(one.quote.split())}"
        for one in answer.citations
    ]
    return "\n".join([answer.text, "", *rows])


def _facts(answer: Answer, texts: Texts) -> list[str]:
    facts = []
    if answer.claims and all(claim.supported for claim in answer.claims):
        figures = sum(figure.supported for claim in answer.claims for figure in claim.figures)
        facts.append(f"✓ {texts.checked.format(claims=len(answer.claims), figures=figures)}")
    facts.append(texts.backend_extractive if answer.backend == "extractive" else answer.backend)
    if "total" in answer.timings_ms:
        facts.append(texts.seconds.format(seconds=f"{answer.timings_ms['total'] / 1000:.1f}"))
    return facts


def _copy(answer: Answer, texts: Texts) -> str:
    if answer.refused:
        return ""
    return (
        f'<button type="button" class="copy" data-copy="{escape(copied(answer, texts))}"'
        f' data-done="{escape(texts.copied)}">{escape(texts.copy)}</button>'
    )


def _thumbs(exchange: Exchange, words: PastWords) -> str:
    return "".join(
        _button(
            "thumb",
            verdict,
            label,
            f' data-verdict="{verdict}" aria-pressed="{str(exchange.verdict == verdict).lower()}"',
        )
        for verdict, label in (("good", words.good), ("bad", words.bad))
    )


def _button(css_class: str, drawing: str, label: str, more: str = "") -> str:
    said = escape(label)
    return f'<button type="button" class="{css_class}" title="{said}" aria-label="{said}"{more}>{icon(drawing)}</button>'

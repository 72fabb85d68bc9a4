"""How an answer's passages were found, as HTML: the question as understood, and what each stage gave each passage."""

from __future__ import annotations

from html import escape

from rag.explanation import Judgement, judgements, understood, words_in
from rag.explanation_words import Words
from rag.types import Answer, Hit
from rag.ui.exchange import Place
from rag.ui.texts import Texts
from rag.ui.words_answer import ANSWER_TEXTS

_EXCERPT = 90
"""Characters shown of a passage."""


def inspector_html(answer: Answer, exchange: int, texts: Texts) -> str:
    """Folded away until it is wanted; nothing for an answer that no passage was found for."""
    if not answer.hits:
        return ""
    words = words_in(texts.language)
    return (
        f'<details class="inspector"><summary>{escape(texts.inspector)}</summary>'
        f"{_question(answer, words, texts)}{_hits(answer, exchange, words, texts)}{_prompt(answer, texts)}"
        f"{_times(answer, words)}</details>"
    )


def _prompt(answer: Answer, texts: Texts) -> str:
    """What a language model was sent, to the letter."""
    if not answer.prompt:
        return ""
    words = ANSWER_TEXTS[texts.language]
    parts = "".join(f"<h5>{escape(role)}</h5><pre>{escape(text)}</pre>" for role, text in answer.prompt)
    return (
        f'<details class="prompt"><summary>{escape(words.prompt)}</summary>'
        f'<p class="hint">{escape(words.prompt_hint)}</p>{parts}</details>'
    )


def _question(answer: Answer, words: Words, texts: Texts) -> str:
    if answer.query is None:
        return ""
    label, resolved = ANSWER_TEXTS[texts.language].resolved, answer.resolved_question
    rows = f"<dt>{escape(label)}</dt><dd>{escape(resolved)}</dd>" if resolved else ""
    rows += "".join(
        f"<dt>{escape(fact.label)}</dt><dd>{escape(fact.words)}</dd>"
        for fact in understood(answer.query, words)
    )
    return f"<section><h3>{escape(texts.understood)}</h3><dl>{rows}</dl></section>"


def _hits(answer: Answer, exchange: int, words: Words, texts: Texts) -> str:
    judged = [judgements(hit, answer.query, words) for hit in answer.hits]
    longest = max((abs(one.added) for row in judged for one in row if one.added), default=1.0)
    rows = "".join(
        f"<li>{_passage(hit, Place('hit', '', exchange, number), words)}<ul>"
        f"{''.join(_stage(one, longest) for one in row)}</ul></li>"
        for number, (hit, row) in enumerate(zip(answer.hits, judged, strict=True), start=1)
    )
    hint = f'<p class="hint">{escape(texts.inspector_hint)}</p>'
    return f"<section><h3>{escape(texts.judged)}</h3>{hint}<ol>{rows}</ol></section>"


def _passage(hit: Hit, place: Place, words: Words) -> str:
    text = " ".join(hit.passage.text.split())
    excerpt = f"{text[:_EXCERPT]}…" if len(text) > _EXCERPT else text
    name = hit.passage.metadata.title or hit.passage.source
    return (
        f'<button type="button" class="passage" data-open="{place}"><span class="said">{escape(excerpt)}</span>'
        f"<small>{escape(name)}</small><small>{escape(words.score)} {hit.score:.2f}</small></button>"
    )


def _stage(one: Judgement, longest: float) -> str:
    """A stage's label, a bar as long as what it added, and its measure in words; below nothing the bar is a warning."""
    if one.added is None:
        bar = ""
    else:
        share = round(100 * abs(one.added) / longest)
        way = "lowers" if one.added < 0 else "raises"
        bar = (
            f'<span class="bar {way}" aria-hidden="true"><i style="width:{share}%"></i></span>'
            f"<b>{one.added:+.2f}</b>"
        )
    return f'<li class="stage"><span>{escape(one.label)}</span>{bar}<small>{escape(one.words)}</small></li>'


def _times(answer: Answer, words: Words) -> str:
    times = [f"{words.timings.get(stage, stage)} {ms:.0f} ms" for stage, ms in answer.timings_ms.items()]
    said = f"{words.confidence} {answer.confidence:.0%}"
    if times:
        said += f"{words.semicolon}{words.took}{words.colon}{words.comma.join(times)}"
    return f'<p class="hint">{escape(said)}</p>'

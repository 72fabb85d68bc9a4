"""A piece of evidence as a statement: the source's own words, introduced and completed in the question's language."""

from __future__ import annotations

from rag.answering.additions import meanings, place_left_out, topic_left_out, year_told
from rag.answering.draft import Quote, Statement
from rag.answering.evidence import Evidence, row_opening
from rag.answering.excerpt import excerpt
from rag.answering.lead_in import lead_in
from rag.answering.premise import other_direction, verdict
from rag.text.language import detect_language
from rag.text.plans import Stance, stance_at
from rag.types import Query

_CLOSED = "！？”…"
"""Marks that end a Chinese sentence as they are."""
_INTRODUCED = frozenset({"figure", "date", "fact", "yes_no"})
"""Kinds of question whose answer is a clause that may have lost its subject."""


def worded(query: Query, evidence: Evidence, span: tuple[int, int] | None = None) -> Statement:
    """The clauses that answer, cited with their whole sentence; with a `span` of the passage, all of that."""
    quote = Quote(evidence.hit, *(span or (evidence.start, evidence.end)))
    text = " ".join(quote.text.split("\n")).strip() if span else excerpt(query, evidence)
    if query.language == "zh":
        return _in_chinese(query, evidence, quote, text.rstrip("。"))
    if detect_language(text) == query.language:
        return Statement(text, (quote,), before=_EN_VERDICTS.get(verdict(query, text) or "", ""))
    return _in_english(query, evidence, quote, text.rstrip("。"))


_EN_VERDICTS = {"yes": "Yes. ", "no": "No. ", "otherwise": "Not quite that. "}
_ZH_VERDICTS = {"yes": "是的，", "no": "不是。资料里说：", "otherwise": "资料没有这样说，说的是："}
_ZH_DIRECTIONS = {"up": "，并非下降", "down": "，并非增长"}
_EN_DIRECTIONS = {"up": "it rose, it did not fall", "down": "it fell, it did not rise"}


def _in_chinese(query: Query, evidence: Evidence, quote: Quote, text: str) -> Statement:
    before = _ZH_VERDICTS.get(verdict(query, text) or "", "") or _subject(query, evidence, text)
    meant = meanings(text, quote.hit.passage)
    told = [f"{word}指{meaning}" for word, meaning in meant] + ["这是计划或目标"] * is_silent_plan(
        evidence, text
    )
    notes = f"（{'，'.join(told)}）" if told else ""
    against = other_direction(query, text)
    direction = _ZH_DIRECTIONS[against] if against else ""
    end = "" if text[-1:] in _CLOSED and not notes and not direction else "。"
    return Statement(text, (quote,), before, f"{direction}{notes}{end}")


def _subject(query: Query, evidence: Evidence, text: str) -> str:
    """Place, year and topic that the text leaves out, as far as the document tells them."""
    if query.kind not in _INTRODUCED:
        return ""
    place = place_left_out(text, evidence.hit.passage) if query.places else None
    topic = topic_left_out(query, evidence, text)
    year = year_told(evidence) if query.years and not meanings(text, evidence.hit.passage) else None
    told = "" if year is None or str(year) in text else f"{year}年"
    name = f"{place or ''}{told}{topic}"
    return f"{name}：" if name else ""


def _in_english(query: Query, evidence: Evidence, quote: Quote, text: str) -> Statement:
    notes = [f"{word} = {meaning.removesuffix('年')}" for word, meaning in meanings(text, quote.hit.passage)]
    notes += ["a plan or target"] * is_silent_plan(evidence, text)
    if against := other_direction(query, text):
        notes.append(_EN_DIRECTIONS[against])
    yes_or_no = _EN_VERDICTS.get(verdict(query, text) or "", "")
    before = f"{yes_or_no}{lead_in(query, text, year_told(evidence))}The source says: “"
    return Statement(text, (quote,), before, f"”{_noted(notes)}")


def is_silent_plan(evidence: Evidence, text: str) -> bool:
    """Whether the clauses are a plan only by what stands before them: of "任务是，甲增长5%；乙增长6%" the second."""
    before = f"{row_opening(evidence.hit.passage, evidence.index)}，{evidence.text[: evidence.run.start]}"
    return stance_at(text) is Stance.OPEN and stance_at(before) is Stance.PLANNED


def _noted(notes: list[str]) -> str:
    return f" ({', '.join(notes)})" if notes else ""

"""Follow-up questions: what "那2024年呢？" or "how about Zuoquan?" asks, given what was asked before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import QuestionError
from rag.text.language import detect_language
from rag.text.questions import plain_question
from rag.types import Turn

LONGEST_QUESTION = 2000
_ELLIPSIS = (
    re.compile(r"^(?:那么?|那)?\s*(?P<what>.{1,16}?)\s*(?:呢|又如何|又怎么样|怎么样)\s*[?？。]*$"),
    re.compile(r"^(?:and\s+)?(?:what|how)\s+about\s+(?P<what>.+?)\s*\??$", re.IGNORECASE),
    re.compile(r"^and\s+(?:in|for|of)?\s*(?P<what>[\w\s'-]{1,30}?)\s*\?$", re.IGNORECASE),
)
_LEANS = re.compile(
    r"^(?:那|它|他|她|其|该|这|此|上述|前者|后者|又|还有|另外)|它|其中|该[项县市公厂园]|这[个些项家座]|那[个些项家座]|此(?:项|次)"
    r"|\b(?:it|its|they|their|them|this|that|these|those|he|she|his|her|there)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d{2}(?=\s*年?)")
_PLACE = re.compile(r"(?P<name>[㐀-鿿]{2,3})(?:县|市|区)")
_SHORT = 12
"""A question of so few characters after another one leans on it, unless it names a place of its own."""
_LEAD = re.compile(r"^(?:那么?|那)[,，]?\s*")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""A lone surrogate, which JSON may hold and no converter of script takes."""
_ASKS = re.compile(r"(?:分别)?(?:是|有|为|达到?|完成)?(?:多少|几|什么|哪些|谁|哪里|如何|怎么样)|吗|呢|[?？]")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone, and what the conversation was about where that still matters."""

    question: str
    background: str = ""


def checked_question(question: str) -> str:
    """The question without surrounding blanks. Raises `QuestionError` if it is empty or far too long."""
    question = question.strip()
    if not question:
        raise QuestionError(
            "问题是空的。请写下要问的话。", "The question is empty. Write what you want to know."
        )
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"问题有 {len(question)} 个字符，超过了 {LONGEST_QUESTION} 个的上限。请缩短，把长文放进文档里。",
            f"The question has {len(question)} characters; the limit is {LONGEST_QUESTION}. "
            "Shorten it, and put long text into a document.",
        )
    return question


def resolve(question: str, history: Sequence[Turn], places: Sequence[str] = ()) -> Resolved:
    """Make a follow-up stand alone; `places` are names (without 县, 市) that may be exchanged.

    A question that needs no help is returned as it is, but for traditional characters and the like.
    """
    question = _HALF_CHARACTER.sub(" ", question)
    question = plain_question(question) if detect_language(question) == "zh" else question
    if not history:
        return Resolved(question)
    earlier = _standing(history, places)
    for pattern in _ELLIPSIS:
        match = pattern.match(question.strip())
        if match:
            return _exchanged(match["what"], earlier, places)
    if _LEANS.search(question) or _is_short(question, places):
        return Resolved(_LEAD.sub("", question), _ASKS.sub(" ", earlier.question).strip())
    return Resolved(question)


def _standing(history: Sequence[Turn], places: Sequence[str]) -> Resolved:
    """The last question, itself made to stand alone."""
    return resolve(history[-1].question, history[:-1], places)


def _exchanged(what: str, earlier: Resolved, places: Sequence[str]) -> Resolved:
    """The earlier question with its year or place exchanged, else asked of something else."""
    question = earlier.question
    year, place, asked = _YEAR.search(what), _place(question, places), _place(what, places)
    exchanged = question
    if year:
        exchanged = _YEAR.sub(year[0], exchanged)
    if place and asked:
        exchanged = exchanged.replace(place, asked)
    if exchanged != question:
        return Resolved(exchanged, earlier.background)
    if year:
        return Resolved(f"{what} {question}", earlier.background)
    return Resolved(what, _ASKS.sub(" ", f"{earlier.background} {question}").strip())


def _place(text: str, places: Sequence[str]) -> str | None:
    known = next((name for name in places if name in text), None)
    other = _PLACE.search(text)
    return known or (other["name"] if other else None)


def _is_short(question: str, places: Sequence[str]) -> bool:
    return len(question.strip()) <= _SHORT and _place(question, places) is None

"""What the check of a claim found, and why a claim does not stand, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.answering.draft import Quote
from rag.types import CheckedFigure, Language


class Unsupported(StrEnum):
    """Why a claim is not supported; the value is what answers carry as `reason`."""

    NO_EVIDENCE = "no_evidence"
    """No passage was found for it."""
    FIGURE = "figure"
    """A figure stands in none of its passages, in this unit."""
    BOUND = "bound"
    """The figure stands there, but not as more, less or about so much."""
    ARITHMETIC = "arithmetic"
    """A computed figure does not come out of the figures it is made of."""
    PERIOD = "period"
    """The passages say it of another year, part of a year or day."""
    PLACE = "place"
    """The passages say it of another place."""
    SUBJECT = "subject"
    """The figure stands there, for something else."""
    ORDINAL = "ordinal"
    """The rank is another one."""
    DIRECTION = "direction"
    """The passages say up for down, more for less, or the like."""
    NEGATION = "negation"
    """It denies what the passages say, or says what they deny."""
    PLAN = "plan"
    """It tells as done what the passages plan, or as planned what was done."""
    NAME = "name"
    """A person, body or project that the passages don't name."""
    WORDING = "wording"
    """Too few of its words stand in the passages."""

    def told(self, language: Language) -> str:
        """The reason for a reader: in Chinese, or in English for every other language."""
        zh, en = _TOLD[self]
        return zh if language == "zh" else en


_TOLD: dict[Unsupported, tuple[str, str]] = {
    Unsupported.NO_EVIDENCE: ("资料里没有依据", "nothing in the documents is about it"),
    Unsupported.FIGURE: ("数字或单位与资料不符", "a figure or its unit is not in the documents"),
    Unsupported.BOUND: ("资料没有说“超过、不足、约”，或说的正相反", "the documents do not say “more than”, “less than” or “about” here"),
    Unsupported.ARITHMETIC: ("算出来的数不对", "the computed figure does not come out"),
    Unsupported.PERIOD: ("资料说的是另一个时间", "the documents say it of another time"),
    Unsupported.PLACE: ("资料说的是另一个地方", "the documents say it of another place"),
    Unsupported.SUBJECT: ("资料里这个数字说的是另一件事", "in the documents the figure is of something else"),
    Unsupported.ORDINAL: ("名次或序号与资料不符", "the rank is another one in the documents"),
    Unsupported.DIRECTION: ("增减或比较的方向与资料相反", "the documents say the opposite direction"),
    Unsupported.NEGATION: ("肯定与否定与资料相反", "the documents say the contrary"),
    Unsupported.PLAN: ("资料说的是计划，不是结果，或正相反", "the documents tell a plan, not a result, or the other way round"),
    Unsupported.NAME: ("资料里没有这个名称", "the documents do not name it there"),
    Unsupported.WORDING: ("资料里没有这样说", "the documents do not say so"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """A statement after the check: the stretches that support it, each of its figures, and why it fails if it does."""

    text: str
    quotes: tuple[Quote, ...]
    supported: bool
    figures: tuple[CheckedFigure, ...]
    reason: Unsupported | None = None

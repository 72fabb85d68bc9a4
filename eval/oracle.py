"""A second opinion on figures, stricter and simpler than verification, and with none of its code.

Every figure of a claim that is shown as supported must stand, by value, in a quote that the claim cites: nothing is
computed, converted or concluded. A year may also be one that the cited document is known to be of.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isclose

from rag.types import Answer, Claim, Metadata

_MAGNITUDES = {
    "万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4,
    "trillion": 1e12, "billion": 1e9, "million": 1e6, "thousand": 1e3,
}  # fmt: skip
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER = re.compile(
    rf"(?<![\d.A-Za-z])(\d+(?:\.\d+)?)\s*({'|'.join(_MAGNITUDES)})?\s*(%|个?百分点|percent(?:age points?)?)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True, slots=True)
class Stray:
    """A figure of a claim that none of its quotes holds."""

    figure: str
    claim: str


def stray_figures(answer: Answer) -> tuple[Stray, ...]:
    """The figures shown as supported that do not stand in what is cited for them."""
    return tuple(
        Stray(figure, claim.text)
        for claim in answer.claims
        if claim.supported
        for figure in _strays(answer, claim)
    )


def figures_not_in(text: str, others: Iterable[str]) -> tuple[str, ...]:
    """The figures of a text that stand in none of the others: what a model made up."""
    known = [value for other in others for value in _values(other)]
    numbers = _numbers(_plain(text))
    return tuple(shown for shown, value, percent in numbers if not _among((value, percent), known))


def _strays(answer: Answer, claim: Claim) -> Iterator[str]:
    cited = [citation for citation in answer.citations if citation.number in claim.citations]
    known = [value for citation in cited for value in _values(citation.quote)]
    sources = {citation.source for citation in cited}
    years = {
        year
        for hit in answer.hits
        if hit.passage.source in sources
        for year in _years_of(hit.passage.metadata, f"{hit.passage.context} {hit.passage.text}")
    }
    for shown, value, percent in _numbers(_plain(claim.text)):
        if not _among((value, percent), known) and not (_YEAR.fullmatch(shown) and int(shown) in years):
            yield shown


def _years_of(metadata: Metadata, text: str) -> Iterator[int]:
    """The years a document may be told to be of: those it names, and the one before and after its own."""
    yield from metadata.years
    if metadata.year is not None:
        yield from (metadata.year - 1, metadata.year, metadata.year + 1)
    yield from map(int, _YEAR.findall(text))


def _values(text: str) -> list[tuple[float, bool]]:
    """Every value of a text as it is and with its blanks taken out, which printing puts into numbers."""
    plain = _plain(text)
    forms = (plain, "".join(plain.split()))
    return [(value, percent) for form in forms for _, value, percent in _numbers(form)]


def _numbers(text: str) -> Iterator[tuple[str, float, bool]]:
    for match in _NUMBER.finditer(text):
        magnitude = _MAGNITUDES.get((match[2] or "").lower(), 1.0)
        yield match[0].strip(), float(match[1]) * magnitude, bool(match[3])


def _plain(text: str) -> str:
    return _THOUSANDS.sub("", unicodedata.normalize("NFKC", text))


def _among(value: tuple[float, bool], known: Iterable[tuple[float, bool]]) -> bool:
    return any(percent == value[1] and isclose(one, value[0], rel_tol=1e-9) for one, percent in known)

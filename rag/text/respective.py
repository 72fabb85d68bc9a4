"""Lists that are told side by side: "A、B、C分别为1、2、3" says three things, each of one of them.

A clause with as many figures in a row as things in a list before them is told again as one statement a thing; a clause
that goes on with 分别 alone is of the things of the clause before it. 城乡 are two things: 城镇 and 农村.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from rag.text.figures import CALENDAR, find_figures
from rag.text.indicators import indicators_in
from rag.text.patterns import regex
from rag.types import Figure

_RESPECTIVELY = regex(r"[，,]?(?:同比|各自)?(?:分别|依次)")
_BETWEEN = regex(r"\s*(?:、|以及|[和与及,])\s*")
_COMMAS = regex(r"、|以及")
_HEAD = regex(
    r"^(?:.*\d{4}年|去年|今年|上半年|下半年|全年|前?[一二三四]季度|其中|[：:，,“]|[全我本各][县市省区]|[㐀-鿿]{1,5}?[县市](?=[^场政委级民]))*"
)
"""What may stand before the first thing of a list: when and where."""
_VERB = regex(r"(?:为|达到?|完成|实现|增长|下降|增加|减少|提高|是|有)$")
_TOWN_AND_COUNTRY = ("城镇", "农村")


@dataclass(frozen=True, slots=True)
class Portion:
    """One of the statements: what it is `of`, its `text`, and where its figure stands in the clause."""

    of: str
    text: str
    start: int


def portions(clause: str, things: Sequence[str] = ()) -> tuple[Portion, ...]:
    """The statements that a clause makes side by side; none where it doesn't.

    `things` are those of the clauses before it, the last of which one that names none goes on with.
    """
    figures = _run(clause)
    if len(figures) < 2:
        return ()
    before, ending = clause[: figures[0].start], clause[figures[-1].end :]
    said = list(_RESPECTIVELY.finditer(before))
    subject, verb = (before[: said[-1].start()], before[said[-1].end() :]) if said else (before, "")
    own = _things(subject, len(figures), told=bool(said))
    if not own and (subject or not said or len(things) < len(figures)):
        return ()
    return tuple(
        Portion(of, f"{of}{verb}{clause[one.start : one.end]}{ending}", one.start)
        for of, one in zip(own or things[-len(figures) :], figures, strict=True)
    )


def head_of(text: str) -> str:
    """What stands before the first figure of a statement, without the verb."""
    first = next((one for one in find_figures(text) if one.unit not in CALENDAR), None)
    return _VERB.sub("", text[: first.start]) if first else ""


def _run(clause: str) -> list[Figure]:
    """The first figures that stand in a row, with nothing but 、 or 和 between them."""
    run: list[Figure] = []
    for figure in find_figures(clause):
        if figure.unit in CALENDAR:
            continue
        if run and not _BETWEEN.fullmatch(clause, run[-1].end, figure.start):
            if len(run) > 1:
                break
            run = []
        run.append(figure)
    return run


def _things(subject: str, count: int, *, told: bool) -> tuple[str, ...]:
    """What a list of so many things is of, each said in full; none where the list has another number of them."""
    parts = next((found for found in _splits(subject) if len(found) == count), None)
    if parts is None:
        town, country = _TOWN_AND_COUNTRY
        both = count == len(_TOWN_AND_COUNTRY) and "城乡" in subject
        subject = subject.replace("城乡人均", "城乡居民人均")
        return (subject.replace("城乡", town), subject.replace("城乡", country)) if both else ()
    head = _HEAD.match(parts[0])
    opening = head[0] if head else ""
    names = [parts[0][len(opening) :], *parts[1:]]
    if not all(names):
        return ()
    last = _own_part(names, told=told)
    tail = names[-1][len(last) :]
    return tuple(f"{opening}{name}{tail}" for name in (*names[:-1], last))


def _splits(subject: str) -> tuple[list[str], list[str]]:
    return _BETWEEN.split(subject), _COMMAS.split(subject)


def _own_part(names: Sequence[str], *, told: bool) -> str:
    """The beginning of the last name that is its own; what is behind it ("居民人均可支配收入") is said of all.

    Without a 分别 the rest has to name an indicator or end in a verb, or nothing is left to all.
    """
    *others, last = names
    length = min(map(len, others))
    if all(one[0] == last[0] for one in others) and len(set(map(len, others))) == 1:
        return last[:length]
    if _is_indicator(last) and all(map(_is_indicator, others)):
        return last
    (ends,) = {one[-1] for one in others} if len({one[-1] for one in others}) == 1 else ("",)
    if ends and ends in last:
        return last[: last.index(ends) + 1]
    own = _first_words(last, length)
    rest = last[len(own) :]
    return own if told or indicators_in(rest) or _VERB.search(rest) else last


def _first_words(text: str, length: int) -> str:
    """The first words of a text, until they are so long; of a word of two words (农村居民), the first if that will do."""
    found = ""
    for word in rjieba.cut(text):
        first, second = word[: length - len(found)], word[length - len(found) :]
        two = len(second) > 1 and list(rjieba.cut(first)) == [first] and list(rjieba.cut(second)) == [second]
        found += first if two else word
        if len(found) >= length:
            break
    return found


def _is_indicator(name: str) -> bool:
    return any((one.start, one.end) == (0, len(name)) for one in indicators_in(name))

"""One piece of a claim held against one piece of a quote: when, where, which way, of what.

Each check names the reason for which the piece of the quote is no support; the first that does is told.
"""

from __future__ import annotations

import re

from rag.answering.pieces import Piece
from rag.answering.rows import same_indicator, same_row, same_things
from rag.answering.stretches import Stretch
from rag.answering.verdict import Unsupported
from rag.text.directions import is_denied, opposed, sign_at, turns
from rag.text.gazetteer import Division, gazetteer
from rag.text.latin_names import latin_names, spelt_in
from rag.text.patterns import regex
from rag.text.period_mentions import year_before_meant
from rag.text.plans import Stance, is_stated, stance_at
from rag.text.quantities import Fit, Quantity, fit
from rag.text.scopes import ranks
from rag.types import Figure, Language

_YEAR_AND_ENDS = frozenset({"year", "start", "end"})
"""Parts of a year that a claim may name where its quote names none."""
_BY_THE_END = frozenset({"year", "end"})
_LEVEL = regex(r"(?:到了?|至|达|为|成|是|\bto|\bat|\bof)\s*(?:了|约|近|超过?)?\s*$", re.IGNORECASE)
_FROM = regex(r"(?:从|由|自|\bfrom)[^，,。]{0,8}$", re.IGNORECASE)
_TO = regex(r"(?:到|至|\bto)\s*$", re.IGNORECASE)
_BEFOREHAND = regex(
    r"原[来先本有]?|此前|之前|以前|[年期]初|起初|起点|基数|曾|\b(?:was|were|from|before|originally|initially|previously)\b",
    re.IGNORECASE,
)
"""Says that a figure is where something began."""
_GOES_TO = regex(r"[到至]|\bto\b", re.IGNORECASE)
_SHARE = regex(r"占比|占|比重|份额|\bshare|proportion|account\w* for", re.IGNORECASE)
_STATES = tuple(
    regex(forms)
    for forms in (
        r"开工|动工|开建|破土|奠基",
        r"投产|投运|投用|投入(?:使用|运营|生产|运行)|启用|达产|并网|运营",
        r"竣工|完工|建成|落成|封顶|建设完成|完成建设|投用|投产|投运",
        r"通车|开通|贯通",
        r"停产|停工|关停|关闭|停运|停业",
        r"签约|签订|签署|签下",
        r"获批|批复|批准|核准",
        r"开幕|闭幕",
        r"去世|逝世|辞职|卸任",
    )
)
"""States of a thing: words of one row may stand for one another."""
_PERCENT = frozenset({"%", "个百分点"})


def figure_problem(
    claim: Piece, claimed: Quantity, piece: Piece, written: Quantity, stretch: Stretch, language: Language
) -> Unsupported | None:
    """Why this figure of a quote is no support for that of the claim; `None` if it is."""
    if problem := circumstance_problem(claim, piece, stretch):
        return problem
    if not same_indicator(claim, piece, stretch):
        return Unsupported.SUBJECT
    if language == stretch.language and not same_row(claim, piece, stretch):
        return Unsupported.SUBJECT
    if (language, stretch.language) == ("en", "zh") and not same_things(
        claim, claimed.figure, piece, stretch
    ):
        return Unsupported.SUBJECT
    if _other_role(claim, claimed.figure, piece, written.figure):
        return Unsupported.SUBJECT
    if _other_way(claim, claimed.figure, piece, written.figure):
        return Unsupported.DIRECTION
    if problem := statement_problem(claim, piece):
        return problem
    if other_scope(claim, stretch):
        return Unsupported.ORDINAL
    if other_stance(claim, claimed.figure.start, piece, written.figure.start, stretch):
        return Unsupported.PLAN
    return Unsupported.BOUND if fit(claimed, written) is Fit.OTHER_BOUND else None


def circumstance_problem(claim: Piece, piece: Piece, stretch: Stretch) -> Unsupported | None:
    """Whether the quote's piece is of another time or place than the claim's."""
    if not (_years_agree(claim, piece, stretch) and _parts_agree(claim, piece, stretch)):
        return Unsupported.PERIOD
    if not _dates_agree(claim, piece, stretch):
        return Unsupported.PERIOD
    return None if _places_agree(claim, piece, stretch) else Unsupported.PLACE


def statement_problem(claim: Piece, piece: Piece) -> Unsupported | None:
    """Whether the quote's piece says the opposite, or denies what the claim says."""
    if opposed(claim.chained, piece.chained):
        return Unsupported.DIRECTION
    if is_denied(claim.text) != is_denied(piece.chained):
        return Unsupported.NEGATION
    return None


def other_state(claim: Piece, stretch: Stretch) -> bool:
    """Whether a claim says that something is built, begun or closed, and the quote of no such thing."""
    return any(state.search(claim.text) and not state.search(stretch.text) for state in _STATES)


def other_scope(claim: Piece, stretch: Stretch) -> bool:
    """Whether a claim compares or ranks within what the quote does not: 全国第一 for 全省第一."""
    return not ranks(claim.text) <= ranks(stretch.text)


def other_stance(
    claim: Piece, claimed_at: int | None, piece: Piece, written_at: int | None, stretch: Stretch
) -> bool:
    """Whether one tells a plan and the other a result.

    A claim that marks neither is a result if it states its figure (完成, 是) and the quote's very clause plans it.
    """
    said, there = claim.stance(claimed_at), piece.stance(written_at)
    if said is Stance.PLANNED:
        return there is Stance.DONE or (there is Stance.OPEN and _is_past(piece, stretch))
    if said is Stance.DONE:
        return there is Stance.PLANNED or (there is Stance.OPEN and stretch.under_plans)
    planned = stance_at(piece.text, written_at) is Stance.PLANNED
    return planned and claimed_at is not None and is_stated(claim.text) and not _is_ahead(claim, stretch)


def _is_past(piece: Piece, stretch: Stretch) -> bool:
    years = stretch.years_of(piece)
    return bool(years) and stretch.written is not None and max(years) < stretch.written


def _is_ahead(claim: Piece, stretch: Stretch) -> bool:
    return bool(claim.years) and stretch.written is not None and min(claim.years) > stretch.written


def trend_opposed(claim: Piece, piece: Piece, stretch: Stretch) -> bool:
    """Whether a piece without figures goes up where the quote's, or all of it, only goes down.

    Of several turns in one piece each has to be the quote's: 随温度升高而下降.
    """
    said = [turn.sign for turn in turns(claim.text)]
    there = [turn.sign for turn in turns(piece.chained)] or [turn.sign for turn in turns(stretch.text)]
    if len(said) == len(there) > 1:
        return said != there
    return bool(there) and not set(said) <= set(there)


def _years_agree(claim: Piece, piece: Piece, stretch: Stretch) -> bool:
    there = stretch.years_of(piece)
    if claim.years and not claim.years & (there or stretch.pool):
        return False
    if not claim.base_years:
        return True
    before = {year - 1 for year in there} if year_before_meant(stretch.text) else set()
    return bool(claim.base_years & ((piece.base_years or stretch.pool) | before))


def _parts_agree(claim: Piece, piece: Piece, stretch: Stretch) -> bool:
    there = piece.parts or stretch.parts
    if not claim.parts or claim.parts & there:
        return True
    return claim.parts <= (_YEAR_AND_ENDS if not there else _BY_THE_END) and there <= _BY_THE_END


def _dates_agree(claim: Piece, piece: Piece, stretch: Stretch) -> bool:
    if not claim.dates:
        return True
    there = piece.dates or tuple(date for one in stretch.pieces for date in one.dates)
    return all(any(date.within(other) for other in there) for date in claim.dates)


def _places_agree(claim: Piece, piece: Piece, stretch: Stretch) -> bool:
    """Whether a place the claim's piece is about is one that the quote's may be of."""
    there = set(piece.places)
    if piece.place:
        there.add(piece.place)
    if stretch.place and (not piece.place or not _rivals(piece.place, stretch)):
        there.add(stretch.place)
    said = claim.places or ({claim.place} if claim.place else set())
    if said and not any(_same_place(name, other) for name in said for other in there):
        return bool(not there and all(name in stretch.near for name in said))
    names = latin_names(claim.chained) if stretch.language == "zh" else ()
    around = f"{stretch.near}\n{' '.join(there)}"
    return all(spelt_in(name, around) for name in names)


def _rivals(place: str, stretch: Stretch) -> bool:
    """Whether a piece's own place stands instead of its document's: one of the same rank does.

    A short name that the table has in other provinces alone is part of some other name: 太行龙泉.
    """
    named, own = _named(place), _named(stretch.place or "")
    if place == stretch.place:
        return False
    if not named or not own:
        return True
    abroad = not {one.province for one in named} & {one.province for one in own}
    if abroad and not re.search(rf"{place}[省市县区旗]", stretch.text):
        return False
    return bool({one.level for one in named} & {one.level for one in own})


def _named(place: str) -> tuple[Division, ...]:
    table = gazetteer()
    in_full = (one for kind in "省市县区旗" for one in table.full.get(place + kind, ()))
    return (*table.short.get(place, ()), *in_full)


def _same_place(one: str, other: str) -> bool:
    if one.isascii() != other.isascii():
        han, latin = (other, one) if one.isascii() else (one, other)
        return spelt_in(latin, han)
    return one == other


def _other_role(claim: Piece, claimed: Figure, piece: Piece, written: Figure) -> bool:
    """Whether one is a share and the other a growth, or one where it began and the other where it ended."""
    if claimed.unit in _PERCENT and _is_share(claim.text, claimed) != _is_share(piece.text, written):
        grows = (
            sign_at(claim.text, claimed.start, claimed.end),
            sign_at(piece.text, written.start, written.end),
        )
        if any(grows):
            return True
    ours, theirs = claim.text[: claimed.start], piece.text[: written.start]
    begins, ended = bool(_FROM.search(ours)), bool(_TO.search(ours))
    begun, ends = bool(_FROM.search(theirs)), bool(_TO.search(theirs))
    if begun and not ends and not begins and _GOES_TO.search(piece.text, written.end):
        return ended or not _BEFOREHAND.search(claim.chained)
    return (begins and not ended and ends and not begun) or (ended and not begins and begun and not ends)


def _is_share(text: str, figure: Figure) -> bool:
    """Whether a percentage is told as a share: the last word before it of that kind is no word of direction."""
    before = text[: figure.start]
    shares = [match.end() for match in _SHARE.finditer(before)]
    moved = [turn.end for turn in turns(before)]
    return bool(shares) and (not moved or shares[-1] > moved[-1])


def _other_way(claim: Piece, claimed: Figure, piece: Piece, written: Figure) -> bool:
    ours = sign_at(claim.text, claimed.start, claimed.end)
    theirs = sign_at(piece.text, written.start, written.end) or sign_at(
        piece.chained, len(piece.chained) - len(piece.text) + written.start, len(piece.chained)
    )
    if not ours:
        return False
    if theirs:
        return ours != theirs
    adds = claimed.unit in _PERCENT or not _LEVEL.search(claim.text[: claimed.start])
    directly = any(0 <= claimed.start - turn.end <= 2 for turn in turns(claim.text))
    return adds and directly and not _LEVEL.search(claim.text[: claimed.start])

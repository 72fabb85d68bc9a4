"""A text cut into pieces that each say one thing, with what each leaves to be taken from those before it.

"第一产业增加值47.8亿元，同比增长2.5%；第二产业增加值497.3亿元" has three pieces; the second takes its subject from
the first. Claims and quotes are read in the same way, so that one can be held against the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.text.figures import find_figures
from rag.text.language import detect_language
from rag.text.mentions import find_mentions
from rag.text.patterns import regex
from rag.text.period_mentions import (
    DateMention,
    YearMention,
    dates_in,
    period_spans,
    year_mentions,
    year_parts,
)
from rag.text.places import place_names
from rag.text.plans import Stance, stance_at
from rag.text.quantities import Quantity, find_quantities
from rag.text.respective import head_of, portions
from rag.text.sentences import split_clauses, split_sentences
from rag.text.stopwords import EN, ZH
from rag.text.synonyms import canonical
from rag.text.words import simplified, words
from rag.types import Figure

CALENDAR = frozenset({"年", "月", "日"})
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_JOINTS = regex(r"[、；;]|[和与及而]|，|\s(?:and|while|whereas|but)\s", re.IGNORECASE)
"""Where a clause is cut if there are figures on both sides."""
_SPACE = regex(r"(?<=[㐀-鿿，。；：、“”（）])[^\S\n]+(?=\S)|(?<=\S)[^\S\n]+(?=[㐀-鿿，。；：、“”（）])")
_HALF_WIDTH = {
    code: code - 0xFEE0
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF05, 0xFF0E)
}
_EDGE = regex(r"[\s，。；：、！？,.;:!?“”\"'‘’（）()《》—-]")
PREDICATES = frozenset(
    "增长 同比 环比 下降 增加 减少 提高 提升 达到 达 完成 实现 占比 占 比重 突破 超过 高达 增幅 增速 约 约为 左右 以上 以下 "
    "并非 去年 今年 明年 全县 全市 全省 全区 全国 全年 其中 累计 总额 跃升 升至 降至 较 末 余 多 近 超 逾 共 为 是 共有 总计 "
    "合计 共计 分别 均 仅 已 已经 目前 接近 大约 不足 不到 至少 上升 降低 回落 下滑 上涨 变化 相当于 上半年 下半年 季度 "
    "一季度 目标 任务 计划 预计 预期 力争 争取 确保 涨 跌 给 增 降 至 从 由 比 上年 同期 年度 十四五 十三五 "
    "reach stood total amount about around nearly over more than less rose grew increas decreas fell up down year million "
    "billion yuan".split()
)
"""Words that say how a figure stands, not what it is of."""
_AMOUNT_OF = regex(
    r"(?<=[㐀-鿿]{2})(?:总?面积|总量|总?数量|总?规模|总?金额|总?人数|(?<=投资)额)(?=[为是达约近超逾有的]|[^㐀-鿿]|$)"
)
"""Nouns that the unit behind them says as well: 耕地面积49.8万亩 is 49.8万亩耕地."""
_HEAD = 2
"""A place this near to a piece's beginning is its subject."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a text says, `[start, end)` of it.

    `subject` are the words, in order, that say what it is about; `leading` those of the pieces before it in
    its sentence; `years` are the nearest named in it or before it, `base_years` those it compares with;
    `places` those it names, `place` the one its sentence is about, if it names any; `leads_to` is whether the
    pieces before it in its sentence tell a plan or a result.
    """

    text: str
    start: int
    end: int
    sentence: int
    quantities: tuple[Quantity, ...]
    subject: tuple[str, ...]
    leading: frozenset[str]
    clause: frozenset[str]
    chained: str
    years: frozenset[int]
    own_years: frozenset[int]
    base_years: frozenset[int]
    parts: frozenset[str]
    dates: tuple[DateMention, ...]
    places: frozenset[str]
    place: str | None
    leads_to: Stance

    def stance(self, at: int | None = None) -> Stance:
        """Whether it tells a plan or a result, at a figure of it or as a whole."""
        own = stance_at(self.text, at)
        return self.leads_to if own is Stance.OPEN else own

    @property
    def figures(self) -> tuple[Quantity, ...]:
        """What it measures or counts: its figures without years, months and days."""
        return tuple(one for one in self.quantities if not is_calendar(one.figure))


def is_calendar(figure: Figure) -> bool:
    """Whether a figure is a year, month or day; "5年" is a length of time."""
    if figure.unit == "年" or (figure.unit == "" and figure.text.isdigit() and len(figure.text) == 4):
        return _FIRST_YEAR <= figure.value <= _LAST_YEAR
    return figure.unit in CALENDAR


@lru_cache(maxsize=4096)
def tidy(text: str) -> str:
    """The text in simplified characters and half-width digits, without blanks beside Chinese ones; line ends stay."""
    return _SPACE.sub("", simplified(text.translate(_HALF_WIDTH)))


def apart(text: str, place: str | None) -> str:
    """The text with a blank behind a place's short name where 县 or the like is left out: no word goes over its end."""
    return re.sub(rf"(?<={place})(?=[㐀-鿿])(?![省市县区旗州盟])", " ", text) if place else text


@lru_cache(maxsize=2048)
def pieces_of(text: str, written: int | None) -> tuple[Piece, ...]:
    """The pieces of a tidy text, in order; “去年” is read by the year it was `written` in."""
    found: list[Piece] = []
    for number, (start, end) in enumerate(split_sentences(text)):
        found.extend(_of_sentence(text, start, end, number, written))
    return tuple(found)


def with_one_year(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces, with the years of the whole text for those that stand before its only mention of any.

    In Chinese the year of a later figure is not that of an earlier one.
    """
    named = [piece for piece in pieces if piece.own_years]
    if len({piece.own_years for piece in named}) != 1:
        return pieces
    first = named[0]
    if first.figures and detect_language(first.text) == "zh":
        return pieces
    return tuple(piece if piece.years else replace(piece, years=first.own_years) for piece in pieces)


def _of_sentence(text: str, start: int, end: int, number: int, written: int | None) -> Iterator[Piece]:
    leading: list[str] = []
    before: Piece | None = None
    things: tuple[str, ...] = ()
    for clause in split_clauses(text[start:end]):
        told = text[start + clause[0] : start + clause[1]]
        rows = portions(told, things)
        things = tuple(row.of for row in rows) or tuple(one for one in (*things, head_of(told)) if one)
        so_far = tuple(leading)
        for at, said, words_around in (
            ((clause[0] + row.start, row.text, row.text) for row in rows)
            if rows
            else ((a, text[start + a : start + b], told) for a, b in _cut(text[start:end], *clause))
        ):
            around = frozenset(subject_words(words_around))
            piece = _piece(said, start + at, number, written, before, so_far if rows else leading, around)
            leading.extend(piece.subject)
            yield piece
            before = piece


def _cut(sentence: str, start: int, end: int) -> list[tuple[int, int]]:
    """A clause cut where figures stand on both sides of "、" or 和; figures alone ("5.5%、9.3%") stay together."""
    figures = [f for f in find_figures(sentence[start:end]) if not is_calendar(f)]
    if len(figures) < 2:
        return [(start, end)]
    cuts = [start]
    for match in _JOINTS.finditer(sentence, start, end):
        here = sentence[cuts[-1] : match.start()], sentence[match.end() : end]
        if all(any(not is_calendar(f) for f in find_figures(side)) and subject_words(side) for side in here):
            cuts.append(match.end())
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _piece(
    said: str,
    at: int,
    number: int,
    written: int | None,
    before: Piece | None,
    leading: Sequence[str],
    clause: frozenset[str],
) -> Piece:
    mentions = year_mentions(said, written)
    own = frozenset(year for one in mentions if not one.base for year in one.years)
    names = places_in(said)
    subject = subject_words(said)
    head = next((name for name, offset in names if offset <= _HEAD), None)
    piece = Piece(
        text=said,
        start=at,
        end=at + len(said),
        sentence=number,
        quantities=find_quantities(said),
        subject=subject,
        leading=frozenset(leading),
        clause=clause,
        chained=said,
        years=_nearest(mentions) or (before.years if before else frozenset()),
        own_years=own,
        base_years=frozenset(year for one in mentions if one.base for year in one.years),
        parts=year_parts(said) or (before.parts if before else frozenset()),
        dates=dates_in(said) or (before.dates if before else ()),
        places=frozenset(name for name, _ in names),
        place=head or (before.place if before else None),
        leads_to=before.stance() if before and not own else Stance.OPEN,
    )
    if subject or before is None:
        return piece
    return replace(
        piece, chained=before.chained + said, subject=before.subject, clause=before.clause | clause
    )


def _nearest(mentions: Sequence[YearMention]) -> frozenset[int]:
    return frozenset(year for one in mentions if not one.base for year in one.years)


@lru_cache(maxsize=8192)
def subject_words(text: str) -> tuple[str, ...]:
    """The words of a text that say what its figures are of, in order: no figures, directions or function words."""
    plain = _AMOUNT_OF.sub("", without_figures(canonical(_without_periods(text))))
    return tuple(
        word for word in words(plain) if word not in ZH and word not in EN and word not in PREDICATES
    )


@lru_cache(maxsize=4096)
def meant_words(text: str) -> frozenset[str]:
    """All words of a text that mean something, its figures left out."""
    return frozenset(word for word in words(without_figures(text)) if word not in ZH and word not in EN)


def _without_periods(text: str) -> str:
    spans = period_spans(text)
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at : max(at, start)])
        at = max(at, end)
    return " ".join([*kept, text[at:]])


def without_figures(text: str) -> str:
    """The text with its figures cut out: they are checked by value, not by wording."""
    at, kept = 0, []
    for figure in find_figures(text):
        kept.append(text[at : figure.start])
        at = figure.end
    return " ".join([*kept, text[at:]])


@lru_cache(maxsize=8192)
def places_in(text: str) -> tuple[tuple[str, int], ...]:
    """The counties, cities and provinces a text names, without 县 and the like, each with where it stands."""
    found = {mention.start: _stem(mention.name) for mention in find_mentions(text) if not mention.indefinite}
    for name in place_names(text):
        at = text.find(name)
        if at >= 0 and not any(start <= at < start + len(stem) + 1 for start, stem in found.items()):
            found[at] = _stem(name)
    return tuple((name, at) for at, name in sorted(found.items()))


def _stem(name: str) -> str:
    if " " in name:
        return name.rpartition(" ")[0]
    return name[:-1] if len(name) > 2 and name[-1] in "省市县区旗州盟" else name


def is_quoted(text: str, source: str) -> bool:
    """Whether a text is the source's own words, from one edge of a clause to another."""
    said = text.strip().rstrip("。.；;，,")
    at = source.find(said)
    if at < 0 or not said or not (subject_words(said) or find_figures(said)):
        return False
    end = at + len(said)
    return (at == 0 or bool(_EDGE.match(source[at - 1]))) and (
        end == len(source) or bool(_EDGE.match(source[end]))
    )

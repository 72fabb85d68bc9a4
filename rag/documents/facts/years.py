"""Which year a text was written in, and which years it reports on or plans for, by the words it uses.

A report seldom says when it was written, but "今年" means nothing without it. Firm evidence is read first:
a date line, or words that tie the present to a year ("刚刚过去的2023年", "今年（2024年）", an anniversary).
Without any, it is the latest year that the text does not only look forward to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

Y = r"((?:19|20)\d{2})"
_YEAR = re.compile(rf"(?<!\d){Y}(?=\s?年|[-/.]\d{{1,2}}[-/.]\d)")
_ENGLISH_YEAR = re.compile(
    r"(?:\b(?i:in|by|since|from|until|during|for|through|year|FY|early|late|end of)|"
    rf"\b[A-Z][a-z]{{2,8}}\.?(?: \d{{1,2}},?)?|^)\s?{Y}(?![\d%]|[,.]\d)",
    re.MULTILINE,
)
_SENTENCE = re.compile(r"(?:[^。！？\n.]|\.(?!\s))+")
_AIMED = re.compile(rf"(?:到|至|[—–~～]|\b[Bb]y |\b[Uu]ntil )\s?{Y}(?!\d)")
_PLANNED = re.compile(rf"(?:计划|预计|力争|争取|拟)(?:于|在)?\s?{Y}(?!\d)")
_GOAL = re.compile(
    r"目标|规划|计划|愿景|远景|基本实现|力争|争取|确保|将|达到|建成|翻番|\b(?:will|aims?|targets?|goals?|plans?)\b"
)
_DONE = re.compile(r"已|完成|同比|\b(?:was|were|had|rose|fell|reached)\b")
_PLAN_YEARS = {"十二五": 2011, "十三五": 2016, "十四五": 2021, "十五五": 2026}
_FIVE_YEARS = re.compile(
    r"[“\"‘']?(十[二三四五]五)[”\"’']?(?:期间|时期|以来|这?五年|是[^，。]{0,30}的五年)|过去(?:的)?五年|五年来"
)
_PLAN_NAME = re.compile(r"十[二三四五]五(?!”?末)")
_FOUNDED = re.compile(r"(?:中华人民共和国|新中国)成立(\d{2,3})周年")
_PARTY_FOUNDED = re.compile(r"(?:建党|中国共产党成立)(\d{2,3})周年")
_DATED = re.compile(
    r"(?:发布|发表|成文|印发|更新|刊发)?(?:时间|日期)[：:]\s*((?:19|20)\d{2})|"
    r"(?:^|\n)\s*[（(]?((?:19|20)\d{2})年\d{1,2}月\d{1,2}日[）)]?\s*(?:\n|$)|"
    r"(?:本报|新华社|本网|讯)[^。\n]{0,20}((?:19|20)\d{2})年\d{1,2}月\d{1,2}日|"
    r"(?:Published|Date|Posted|Updated)[^\n\d]{0,12}((?:19|20)\d{2})"
)
_MONTH = re.compile(r"(?<![\d年])(\d{1,2})月\d{1,2}日")
_MOST_YEARS = 3
_OPENING = 200
_THIS_YEAR = re.compile(r"今年|this year", re.IGNORECASE)
_LAST_MONTHS = (10, 11, 12)

_TIES: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(rf"(?:刚刚|刚)(?:过去|走过|结束)的{Y}年"), 1),
    (re.compile(rf"(?:今年|本年)[（(是]即?{Y}"), 0),
    (re.compile(rf"{Y}年[（(](?:今年|本年)"), 0),
    (re.compile(rf"(?:去年|上年)[（(]即?{Y}"), 1),
    (re.compile(rf"(?:明年|下一年)[（(]即?{Y}"), -1),
    (re.compile(rf"(?:当前|即将|日前)[，,][^。，]{{0,4}}{Y}年[^。，]{{0,12}}(?:召开在即|开幕)"), 0),
    (re.compile(rf"[Tt]his year\W{{1,2}}(?:i\.e\.,? )?{Y}"), 0),
    (re.compile(rf"[Ll]ast year\W{{1,2}}(?:i\.e\.,? )?{Y}"), 1),
    (re.compile(rf"[Tt]he year {Y} (?:has just|just) (?:ended|passed)"), 1),
)
_LOOK_BACK = re.compile(rf"(?:回顾|总结|盘点){Y}年")
_LOOK_AHEAD = re.compile(rf"(?:部署|安排|谋划){Y}年")


Ground = Literal["date", "date line", "review", "tie", "anniversary", "latest"]
"""What tells the year a text was written in, the surest first."""


class Years(NamedTuple):
    """`now` is what "今年" means; `covered` every year reported or planned; `period` in words.

    `ground` is what tells `now`; `None` where nothing does.
    """

    now: int | None
    covered: tuple[int, ...]
    period: str | None
    ground: Ground | None = None


def read_years(text: str, dated: int | None = None) -> Years:
    """The years of a clean text; `now` and `period` are `None` for a text that names no year.

    `dated` is the year of the document's date, where it has one: that is then its "this year".
    """
    mentioned = Counter(_mentions(text))
    targets = set(_targets(text)) if mentioned else set()
    covered = Counter({year: n for year, n in mentioned.items() if year not in targets}) or mentioned
    now, ground = (dated, "date") if dated else _now(text, covered)
    five = _five_years(text, now)
    years = {*mentioned, *(five or ())} | ({now} if now else set())
    return Years(now, tuple(sorted(years)), _period(covered, five, text), ground)


def _mentions(text: str) -> Iterator[int]:
    pattern = _YEAR if "年" in text else _ENGLISH_YEAR
    return (int(year) for year in pattern.findall(text))


def _targets(text: str) -> Iterator[int]:
    """Years that are only looked forward to: "计划2030年", "力争到2027年" and later, and all but the first of a row of goals."""
    mentions = Counter(_mentions(text))
    aimed: Counter[int] = Counter()
    for sentence in _SENTENCE.findall(text):
        aimed.update({int(year) for year in _PLANNED.findall(sentence)})
        if _GOAL.search(sentence) and not _DONE.search(sentence):
            row = list(dict.fromkeys(_mentions(sentence)))
            later = row[1:] if len(row) > 2 and row == sorted(row) else []
            first = min((int(year) for year in _AIMED.findall(sentence)), default=None)
            aimed.update({*later, *(year for year in row if first is not None and year >= first)})
    return (year for year, n in aimed.items() if n >= mentions[year])


def _now(text: str, covered: Counter[int]) -> tuple[int | None, Ground | None]:
    for ground, evidence in _EVIDENCE:
        year = evidence(text)
        if year is not None:
            return year, ground
    latest = max(covered, default=None)
    return latest, None if latest is None else "latest"


def _dated(text: str) -> int | None:
    match = _DATED.search(text)
    return int(next(group for group in match.groups() if group)) if match else None


def _tied(text: str) -> int | None:
    votes = Counter(int(year) + shift for pattern, shift in _TIES for year in pattern.findall(text))
    return votes.most_common(1)[0][0] if votes else None


def _anniversary(text: str) -> int | None:
    for pattern, founded in ((_FOUNDED, 1949), (_PARTY_FOUNDED, 1921)):
        match = re.search(rf"今年[^。]{{0,20}}?{pattern.pattern}", text)
        if match:
            return founded + int(match.group(1))
    return None


def _reviewed(text: str) -> int | None:
    """A meeting that closes one year and plans the next: late in the year, or early in the new one."""
    back, ahead = _LOOK_BACK.search(text), _LOOK_AHEAD.search(text)
    if not ahead or (back and int(ahead.group(1)) != int(back.group(1)) + 1):
        return None
    month = _MONTH.search(text[: ahead.start()])
    late = bool(back and month and int(month.group(1)) in _LAST_MONTHS)
    return int(ahead.group(1)) - late


_EVIDENCE: tuple[tuple[Ground, Callable[[str], int | None]], ...] = (
    ("date line", _dated),
    ("review", _reviewed),
    ("tie", _tied),
    ("anniversary", _anniversary),
)


def _five_years(text: str, now: int | None) -> range | None:
    """The plan period a text looks back on; only a text that says so more than once is about it."""
    matches = list(_FIVE_YEARS.finditer(text))
    if len(matches) < 2:
        return None
    plans = Counter(name for match in matches if (name := match.group(1)))
    if not plans:
        plans = Counter(match.group() for match in _PLAN_NAME.finditer(text))
    if plans:
        first = _PLAN_YEARS[plans.most_common(1)[0][0]]
        return range(first, first + 5)
    return range(now - 4, now + 1) if now else None


def _period(covered: Counter[int], five: range | None, text: str) -> str | None:
    """The years a text is mostly about: those named three fifths as often as the one named most.

    A year named a single time is the text's only if it is named in its opening, or is "this year".
    """
    most = max(covered.values(), default=0)
    main = five or sorted(year for year, n in covered.items() if 5 * n >= 3 * most)
    if not main or (not five and (len(main) > _MOST_YEARS or (most == 1 and not _is_told_of(main, text)))):
        return None
    unit = "年" if "年" in text else ""
    return f"{main[0]}{unit}" if len(main) == 1 else f"{main[0]}—{main[-1]}{unit}"


def _is_told_of(years: Sequence[int], text: str) -> bool:
    return str(years[0]) in text[:_OPENING] or bool(_THIS_YEAR.search(text))

"""The date a document bears: a label's, a date line's, a dateline's."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.documents.facts.findings import LABELLED, SHOWN, TELLING, Finding, found

_FIELD = "date"
_EDGE_BLOCKS = 5
_DATE_LENGTH = 40
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_NUMERIC = re.compile(r"(?<!\d)((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?")
_COMPACT = re.compile(r"(?:D:)?((?:19|20)\d{2})([01]\d)([0-3]\d)(?:\d{6}|T|Z|$)")
_IN_NUMERALS = re.compile(
    r"([一二][〇○零九〇一二三四五六七八]{3})\s?年\s?([一二三四五六七八九十]{1,3})\s?月\s?([一二三四五六七八九十]{1,3})\s?日"
)
_DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)? {_MONTH},? ((?:19|20)\d{{2}})", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? ((?:19|20)\d{{2}})", re.IGNORECASE)

_PUBLISHED = re.compile(
    r"(?:发布|发表|成文|印发|刊发|发文|公开|公布|报送|更新)(?:时间|日期)\s*[：:]|"
    r"(?:Published|Posted|Issued|Release date|Date of issue)\b|^Date\s?[：:]"
)
_DATED = re.compile(
    r"(?<!会议)(?<!公示)(?<!报名)(?<!截止)(?<!开标)(?<!办公)(?<!施工)(?<!招聘)(?<!活动)(?<!有效)(?<!实施)(?<!生效)(?<!执行)"
    r"(?:时间|日期)\s*[：:]|Date:"
)
_MEETING = re.compile(r"会议(?:时间|日期)\s*[：:]")
_AT_A_MEETING = re.compile(
    r"^[（(—–-]*\s*(?:19|20)\d{2}年\d{1,2}月\d{1,2}日.{0,8}在.{2,60}(?:会议|大会|全会)上"
)
_DATELINE = re.compile(
    r"(?:本报|新华社|本网|中新社|中新网|人民网|讯|电)[^。\n]{0,20}?(?=(?:19|20)\d{2}年\d{1,2}月\d{1,2}日)|"
    r"[A-Z]{3,}[A-Z, ]{0,20}, (?=[A-Z\d])"
)


class _Kind(NamedTuple):
    """A label that tells a date, how sure it is, and in words."""

    label: re.Pattern[str]
    confidence: float
    zh: str
    en: str


_LABELS = (
    _Kind(_PUBLISHED, LABELLED, "文中标明的发布日期", "the text labels it as its date of publication"),
    _Kind(_DATED, SHOWN, "文中标明的日期", "a date the text labels"),
)
_MEETING_DATE = _Kind(
    _MEETING, TELLING, "文中标明的会议日期", "the date of the meeting, as the text labels it"
)


def find_date(texts: Sequence[str]) -> Finding | None:
    """The date of a document whose blocks have these texts, as YYYY-MM-DD; `None` if it bears none.

    A label says more than a date line at the head or foot, that more than a news agency's dateline. A date
    in the middle of a sentence is the date of what it tells of.
    """
    for kind in _LABELS:
        labelled = [text[match.end() :] for text in texts if (match := kind.label.search(text))]
        for text in labelled:
            if has_date(text):
                value = first_date(text)
                return found(_FIELD, value, kind.confidence, kind.zh, kind.en) if value else None
    return _date_line(texts) or _meeting(texts) or _dateline(texts)


def printed_date(edges: Sequence[str]) -> Finding | None:
    """The date that a page's head or foot bears, as newspapers have it; the one printed most often."""
    dates = Counter(date for line in edges if (date := first_date(line)))
    if not dates:
        return None
    return found(_FIELD, dates.most_common(1)[0][0], SHOWN, "版面上印的日期", "the date printed on its pages")


def first_date(text: str) -> str | None:
    """The first date in a text, in figures, Chinese numerals or English words, as YYYY-MM-DD.

    `None` where there is none, or the first one is no day of the calendar.
    """
    _, year, month, day = min(_written(text), default=(0, 0, 0, 0))
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def stated_date(text: str) -> str | None:
    """The date of a file's property: as in a text, or in figures alone ("D:20240305120000+08'00'")."""
    compact = _COMPACT.match(text.strip())
    return first_date("-".join(compact.groups()) if compact else text)


def has_date(text: str) -> bool:
    """Whether a full date stands in the text, be it of the calendar or not."""
    return any(True for _ in _written(text))


def _written(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Where each date of a text begins, with its year, month and day."""
    for match in _NUMERIC.finditer(text):
        yield match.start(), int(match[1]), int(match[2]), int(match[3])
    for match in _IN_NUMERALS.finditer(text):
        year, month, day = match.groups()
        yield match.start(), int(year.translate(_NUMERALS)), _small(month), _small(day)
    for match in _DAY_FIRST.finditer(text):
        yield match.start(), int(match[3]), _month(match[2]), int(match[1])
    for match in _MONTH_FIRST.finditer(text):
        yield match.start(), int(match[3]), _month(match[1]), int(match[2])


def _small(numeral: str) -> int:
    """A numeral below a hundred: 十 is 10, 二十三 is 23."""
    tens, ten, ones = numeral.rpartition("十")
    value = int(ones.translate(_NUMERALS)) if ones else 0
    return value + 10 * int(tens.translate(_NUMERALS) or 1) if ten else value


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _date_line(texts: Sequence[str]) -> Finding | None:
    """A short line with a date at the head or the foot, or the line that says at which meeting it was given."""
    for place, edge in ((("开头", "head"), texts[:_EDGE_BLOCKS]), (("末尾", "foot"), texts[-_EDGE_BLOCKS:])):
        for text in edge:
            stands_alone = len(text) <= _DATE_LENGTH and not text.endswith("。")
            if (stands_alone or _AT_A_MEETING.match(text)) and has_date(text):
                value = first_date(text)
                zh, en = f"{place[0]}单独成行的日期", f"a line with a date at the {place[1]}"
                return found(_FIELD, value, SHOWN, zh, en) if value else None
    return None


def _meeting(texts: Sequence[str]) -> Finding | None:
    after = (text[match.end() :] for text in texts if (match := _MEETING.search(text)))
    value = next((value for text in after if (value := first_date(text))), None)
    kind = _MEETING_DATE
    return found(_FIELD, value, kind.confidence, kind.zh, kind.en) if value else None


def _dateline(texts: Sequence[str]) -> Finding | None:
    """The date of "本报2024年3月5日讯" and the like, at the head of a paragraph near the top."""
    for text in texts[: 2 * _EDGE_BLOCKS]:
        match = _DATELINE.match(text)
        value = first_date(text[match.end() :]) if match else None
        if value:
            return found(_FIELD, value, TELLING, "消息电头里的日期", "the date in the story's dateline")
    return None

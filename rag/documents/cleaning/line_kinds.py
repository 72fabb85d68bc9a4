"""What each line of a text is: a heading, a list item, a picture caption, or running text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import rjieba

from rag.documents.cleaning import lines as line_words
from rag.documents.cleaning.lines import Line

LineKind = Literal["heading", "item", "caption", "prose"]

_NUMERAL = "一二三四五六七八九十"
MARKED = re.compile(r"(?P<marks>#{1,6})\s+|\*\*(?=[^*]+\*\*$)")
NUMBERED: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(rf"第[{_NUMERAL}百\d]+[章编]|第[{_NUMERAL}\d]+部分|Chapter \d|Part [IVX\d]"), 2),
    (re.compile(rf"[{_NUMERAL}]+、"), 2),
    (re.compile(rf"第[{_NUMERAL}\d]+节|[（(][{_NUMERAL}]+[）)]"), 3),
    (re.compile(r"\d{1,2}(?:\.\d{1,2})*(?:[.、．]\s?|\s)(?=[^\d\s.%])"), 4),
)
"""How numbered headings begin, and their depth."""
COLUMN = re.compile(r"【[^】]*】$")
DASHED = re.compile(r"[—–-]+\s?(?=\S)")
_BULLET = re.compile(r"[•●○◆◇■□▪▶➤◎※·|]|[*+-]\s")
_ORDINAL = re.compile(
    rf"([{_NUMERAL}]+)(?:是|要|、)|[（(]([{_NUMERAL}]+|\d+)[）)]|(\d{{1,2}})[.、．)）](?!\d)"
)
_ITEM = re.compile(
    rf"[{_NUMERAL}]+(?:是|要|则)|[-—–·]+是|第[{_NUMERAL}\d]+(?:条|，|,)|[①-⑳]|[a-zA-Z]\)|——|[-–—](?=\S)"
)
_CREDIT = re.compile(
    r"资料(?:图片|照片|图)|(?<=[\s：:/）])摄[）)]?$|记者.{0,12}摄[）)]?$|供图[）)]?$|[/／]图$|图[/／]文|"
    r"^(?:图片|照片|图|摄影|供稿|供图|文|来源|图片来源|责任编辑|责编|编辑|校对|审核|签发)[：:/／]|"
    r"图片由.{2,30}提供|^本报(?:通讯员|记者)\s?\S{2,4}(?:\s\S{2,4})*$|"
    r"^[（(][^（）()\d]{2,12}[）)]$|^(?:[Pp]hoto|[Ii]mage|[Ss]ource|[Cc]redit)s?(?: by|:)"
)
_PICTURE = re.compile(r"^图为|^图\s?\d+(?![\d.])|^(?:Figure|Fig\.) \d")
_NOTE = re.compile(
    r"[（(].*\d.*[）)]$|(?:19|20)\d{2}\s?[年/.-].{0,40}日?$|表\s?\d+(?:[-.]\d+)?(?!\d)|Table \d|"
    r"\S{0,12}(?:长|书记|主任|主席|代表|作者|记者|通讯员)\s\S{1,2}\s?\S{1,2}$"
)
"""Lines that stand like headings and are none: a date, the name of a table, who wrote or spoke."""
_PHOTO_STORY = re.compile(r"^(?:\d{1,2}月\d{1,2}日|近日|日前|连日来|图为)")
_PHOTOGRAPHED = re.compile(r"(?:摄|供图)[）)]?$")
_SCENE = re.compile(
    r"(?:全景|一角|夜景|外景|风光|风貌|新貌|鸟瞰|俯瞰|航拍|现场|河畔|湖畔|景区|园区|开发区|示范园|产业园|公园|(?:文化|生态|农业|科技|物流|植物|采摘)园|街区|"
    r"生产线|车间|厂房|电站|有限公司|民宿|大院|古城|公路|大桥|广场|艺术节)$"
)
_DEED = re.compile(
    r"^(?:打造|建设|推进|加快|坚持|聚焦|实施|加强|推动|做强|做优|做大|提升|发展|培育|构建|深化|着力|全力|走进|点亮|让)"
)
_CREDIT_LENGTH = 60
_PICTURE_LENGTH = 200
_CAPTION_LENGTH = 25
_SLOGAN_LENGTH = 20
_REACH = 12
_TOP_LABELS = 4
_LIST_LABELS = 3


def line_kinds(lines: Sequence[Line]) -> list[LineKind]:
    """The kind of every line, from its own words first and then from its neighbours."""
    width = line_words.wrap_width(lines)
    kinds = [_own_kind(line.text) for line in lines]
    _see_running_text(lines, kinds, width)
    _see_subtitles(lines, kinds)
    _see_captions(lines, kinds)
    _see_lists(lines, kinds)
    return kinds


def is_marked(text: str) -> bool:
    """Whether the line is a heading by its own mark or number."""
    return bool(MARKED.match(text)) or (_is_numbered(text) and not _ITEM.match(text))


def splits_word(before: str, after: str) -> bool:
    """Whether a Chinese word lies across the break between the two texts ("去年原煤产", "量2694.5万吨")."""
    left, right = before[-6:], after[:6]
    if not (left and right and line_words.is_cjk(left[-1]) and line_words.is_cjk(right[0])):
        return False
    position = 0
    for word in rjieba.cut(left + right):
        if position < len(left) < position + len(word):
            return bool(rjieba.has_word(word))
        position += len(word)
    return False


def numbered_level(text: str) -> int:
    """The depth that the line's number gives it as a heading; 0 without one."""
    return next((level for pattern, level in NUMBERED if pattern.match(text)), 0)


def _own_kind(text: str) -> LineKind:
    if MARKED.match(text):
        return "heading"
    if _is_caption(text):
        return "caption"
    if _NOTE.match(text):
        return "prose"
    if _is_numbered(text):
        return "heading"
    if _BULLET.match(text) or _ITEM.match(text) or _ORDINAL.match(text):
        return "item"
    return "heading" if line_words.is_label(text) else "prose"


def _is_numbered(text: str) -> bool:
    numbers = (pattern.match(text) for pattern, _ in NUMBERED)
    return any(number and line_words.is_label(text[number.end() :] or text) for number in numbers)


def _is_caption(text: str) -> bool:
    if len(text) <= _CREDIT_LENGTH and _CREDIT.search(text):
        return True
    if len(text) > _PICTURE_LENGTH:
        return False
    return bool(_PICTURE.match(text)) and (text.startswith("图为") or not line_words.ends_sentence(text))


def _see_running_text(lines: Sequence[Line], kinds: list[LineKind], width: int | None) -> None:
    """Short or unpunctuated lines that are the middle or the end of a broken sentence."""
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind != "heading" or is_marked(line.text):
            continue
        before = lines[index - 1] if index else None
        after = lines[index + 1] if index + 1 < len(lines) else None
        if (before and _runs_on(before, kinds[index - 1], line, width)) or (
            after and _runs_on(line, "prose", after, width)
        ):
            kinds[index] = "prose"


def _runs_on(line: Line, kind: LineKind, below: Line, width: int | None) -> bool:
    if kind not in ("prose", "item") or line_words.is_finished(line.text) or MARKED.match(below.text):
        return False
    if below.gap == 0 and (
        line_words.is_full(line, width) or (line.text[-1].islower() and below.text[0].islower())
    ):
        return True
    return splits_word(line.text, below.text)


def _see_subtitles(lines: Sequence[Line], kinds: list[LineKind]) -> None:
    """A dash before a label makes a subtitle beside a heading, and a list item anywhere else."""
    for index, line in enumerate(lines):
        rest = DASHED.sub("", line.text, count=1)
        if kinds[index] != "item" or rest == line.text or not line_words.is_label(rest):
            continue
        beside = [lines[n] for n in (index - 1, index + 1) if 0 <= n < len(lines)]
        if line.text[1:2] != " " and not any(DASHED.match(other.text) for other in beside):
            near = index == 0 or kinds[index - 1] == "heading"
            kinds[index] = "heading" if near else kinds[index]


def _see_captions(lines: Sequence[Line], kinds: list[LineKind]) -> None:
    has_marks = sum(bool(MARKED.match(line.text)) for line in lines) > 1
    for index, line in enumerate(lines):
        if kinds[index] == "heading" and not is_marked(line.text):
            if _is_picture_label(lines, kinds, index, has_marks=has_marks):
                kinds[index] = "caption"
        elif kinds[index] == "prose" and (_is_photo_story(lines, index) or _is_slogan(lines, kinds, index)):
            kinds[index] = "caption"


def _is_picture_label(
    lines: Sequence[Line], kinds: Sequence[LineKind], index: int, *, has_marks: bool
) -> bool:
    text = lines[index].text
    if has_marks and len(text) <= _CAPTION_LENGTH and not DASHED.match(text) and not line_words.is_pair(text):
        return line_words.is_cjk(text[0])
    before, after = _around(kinds, index)
    if before is None or after is None:
        return before is not None and bool(_SCENE.search(text))
    above, below = lines[before].text, lines[after].text
    if kinds[before] == kinds[after] == "item" and _ordinal(below) == _ordinal(above) + 1 > 1:
        return True
    if (
        kinds[before] == kinds[after] == "prose"
        and not line_words.is_finished(above)
        and splits_word(above, below)
    ):
        return True
    return bool(_SCENE.search(text)) and not _DEED.match(text) and text not in below[: 2 * len(text)]


def _around(kinds: Sequence[LineKind], index: int) -> tuple[int | None, int | None]:
    """The nearest lines of text above and below, past a few captions and other labels."""
    above = range(index - 1, max(-1, index - 1 - _REACH), -1)
    below = range(index + 1, min(len(kinds), index + 1 + _REACH))
    return (
        next((n for n in above if kinds[n] in ("prose", "item")), None),
        next((n for n in below if kinds[n] in ("prose", "item")), None),
    )


def _ordinal(text: str) -> int:
    """The number an item begins with; 0 for none. A lost "一" ("-是", "·是") counts as 1."""
    if re.match(r"[-—–·]+是", text):
        return 1
    match = _ORDINAL.match(text)
    if not match:
        return 0
    digits = next(group for group in match.groups() if group)
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    return (10 * (_NUMERAL.find(tens) + 1 or 1) if ten else 0) + _NUMERAL.find(ones) + 1 if ones else 10


def _is_photo_story(lines: Sequence[Line], index: int) -> bool:
    """A paragraph that tells what a picture shows, with its photographer below or at its end."""
    text = lines[index].text
    if _PHOTOGRAPHED.search(text) and len(text) <= _PICTURE_LENGTH:
        return True
    below = lines[index + 1].text if index + 1 < len(lines) else ""
    return bool(_PHOTO_STORY.match(text) and len(below) <= _CREDIT_LENGTH and _PHOTOGRAPHED.search(below))


def _is_slogan(lines: Sequence[Line], kinds: Sequence[LineKind], index: int) -> bool:
    """A single short sentence that stands above the title."""
    text = lines[index].text
    return (
        index == 0
        and len(text) <= _SLOGAN_LENGTH
        and line_words.is_cjk(text[0])
        and line_words.ends_sentence(text)
        and not any(char.isdigit() for char in text)
        and len(kinds) > 2
        and kinds[1] == "heading"
    )


def _see_lists(lines: Sequence[Line], kinds: list[LineKind]) -> None:
    """Labels in a row with no text under them are the rows of a list or table; so is a last label."""
    _see_numbered_lists(lines, kinds)
    start = 0
    while start < len(kinds):
        stop = start
        while stop < len(kinds) and kinds[stop] == "heading" and not is_marked(lines[stop].text):
            stop += 1
        least = _TOP_LABELS + 1 if start == 0 else 1 if stop == len(kinds) else _LIST_LABELS
        if stop - start >= least:
            first = start + 1 if start == 0 else start
            kinds[first:stop] = ["prose"] * (stop - first)
        start = max(stop, start + 1)
    _see_pairs(lines, kinds)


def _see_numbered_lists(lines: Sequence[Line], kinds: list[LineKind]) -> None:
    levels = [
        numbered_level(line.text) if kind == "heading" else 0 for line, kind in zip(lines, kinds, strict=True)
    ]
    for index, level in enumerate(levels):
        if level and level in (levels[index - 1] if index else 0, *levels[index + 1 : index + 2]):
            kinds[index] = "item"


def _see_pairs(lines: Sequence[Line], kinds: list[LineKind]) -> None:
    """A pair such as "联系人：张三" is a heading only where a title can stand."""
    seen_heading = False
    for index, line in enumerate(lines):
        if kinds[index] == "heading":
            if seen_heading and line_words.is_pair(line.text) and not is_marked(line.text):
                kinds[index] = "prose"
            seen_heading = seen_heading or not COLUMN.match(line.text)

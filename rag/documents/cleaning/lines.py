"""Lines of a text, and what one can tell of a line from its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.documents.cleaning.characters import CJK, CJK_MARKS

_CJK_CHAR = re.compile(f"[{CJK}{CJK_MARKS}]")
_CONTENT = re.compile(r"[^\s](?:[^\n]*[^\s])?")
_CLOSERS = r"[”’」』》〉）)\]】\"']*"
_BYLINE = r"(?:\s*[（(][^（）()]{2,12}[）)])?"
_FINISHED = re.compile(rf"(?:[。！？!?；;：:…]|\.){_CLOSERS}{_BYLINE}$")
_SENTENCE_END = re.compile(rf"(?:[。！？!?…]|\.){_CLOSERS}{_BYLINE}$")
_STOP = re.compile(r"[。！？；]|[.!?;](?:\s|$)")
_PROSE = re.compile(r"[，。！？；、]|[a-z][,;.!?](?:\s|$)")
_OPEN_END = re.compile(r"[。！？!?；;：:，,、…]$|(?<![A-Z])\.$")
_MEASURE = re.compile(r"\d\s*(?:[%％‰万亿元吨亩]|公里|公斤|千瓦|平方)|\d\.\d")
_ROW = re.compile(r"(?:[ \t]+-?\d\S*){2}|\t")
_KEY_AND_VALUE = re.compile(r"^[^：:]{1,12}[：:]")

LABEL_LENGTH = 45
"""Characters: no heading or caption of the seeds has more than 40, no paragraph less than 50."""
LATIN_LABEL_LENGTH = 90
_FULL = 0.8
_LEAST_WRAPPED = 3
_WRAP_WIDTHS = range(28, 140)
_ODD_LINES = 20
"""One line in so many may be longer than the wrap width."""
_SETTLED = 0.7
_LEAST_GAPS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty, without the spaces around it: `[start, end)` in clean coordinates.

    `gap` counts the empty lines before it, `indent` the spaces at its front.
    """

    start: int
    end: int
    text: str
    gap: int
    indent: int


def lines_of(text: str) -> list[Line]:
    """The lines of a text that are not empty, in order."""
    found: list[Line] = []
    position = 0
    for match in _CONTENT.finditer(text):
        between = text[position : match.start()]
        breaks = between.count("\n")
        indent = len(between) - between.rfind("\n") - 1
        found.append(Line(match.start(), match.end(), match.group(), max(0, breaks - 1), indent))
        position = match.end()
    return found


def columns(text: str) -> int:
    """The width in a fixed-width font: two columns for a Chinese character."""
    return len(text) + len(_CJK_CHAR.findall(text))


def is_cjk(char: str) -> bool:
    """Whether the character is Chinese or Japanese, or punctuation of theirs."""
    return bool(_CJK_CHAR.match(char))


def ends_sentence(text: str) -> bool:
    """Whether the line's last sentence is complete."""
    return bool(_SENTENCE_END.search(text))


def is_finished(text: str) -> bool:
    """Whether the line ends a sentence, a member of a list, or an announcement ("如下：")."""
    return bool(_FINISHED.search(text))


def has_stop(text: str) -> bool:
    """Whether a sentence ends somewhere in the line."""
    return bool(_STOP.search(text))


def is_prose(text: str) -> bool:
    """Whether the line is punctuated as running text is."""
    return bool(_PROSE.search(text))


def is_measured(text: str) -> bool:
    """Whether the line states a quantity, as headings hardly ever do."""
    return bool(_MEASURE.search(text))


def is_row(text: str) -> bool:
    """Whether the line is of cells, of which two or more begin with a figure."""
    return bool(_ROW.search(text))


def is_pair(text: str) -> bool:
    """Whether the line is of the form "联系人：张三"."""
    return bool(_KEY_AND_VALUE.match(text))


def is_label(text: str) -> bool:
    """Whether the line may be a heading or a caption: short, and not running text."""
    longest = LABEL_LENGTH if _CJK_CHAR.search(text) else LATIN_LABEL_LENGTH
    if len(text) > longest or _OPEN_END.search(text) or is_measured(text) or has_stop(text) or is_row(text):
        return False
    if _CJK_CHAR.search(text):
        return _is_balanced(text)
    return text[:1].isupper() or text[:1].isdigit()


def _is_balanced(text: str) -> bool:
    """A comma stands in a Chinese heading only between halves of a length ("凝心聚力，再创辉煌")."""
    parts = [len(part) for part in text.split("，")]
    return len(parts) <= 3 and max(parts) - min(parts) <= (1 if len(parts) > 1 else 0)


def wrap_width(lines: Sequence[Line]) -> int | None:
    """The columns at which the text was broken into lines; `None` if a line is a paragraph.

    Lines that have another right below them are then mostly of one width, and many break off
    in mid-sentence.
    """
    above = [line for line, below in pairwise(lines) if below.gap == 0]
    if not above:
        return None
    widths = sorted(columns(line.text) for line in above)
    width = widths[-1 - len(widths) // _ODD_LINES]
    full = [line for line in above if columns(line.text) >= _FULL * width]
    broken = sum(not is_finished(line.text) for line in full)
    if len(full) < _LEAST_WRAPPED:
        return None
    if width in _WRAP_WIDTHS and 2 * len(full) >= len(above) and 2 * broken >= len(full):
        return width
    return None


def is_full(line: Line, width: int | None) -> bool:
    """Whether the line reaches the wrap width, so that its end says nothing about its sentence."""
    return width is not None and columns(line.text) >= _FULL * width


def is_settled(text: str) -> bool:
    """Whether a paragraph whose former lines show as spaces ends in a short one, as its own end does.

    Recognised newspaper columns keep a space where each line ended; a last stretch well below the usual
    length is the end of the paragraph even where the full stop was lost.
    """
    stretches = [len(part) for part in re.split(r"[ \t]+", text)]
    if len(stretches) <= _LEAST_GAPS:
        return False
    return stretches[-1] < _SETTLED * median(stretches[:-1])

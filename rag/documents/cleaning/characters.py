"""Cleaning of single characters: what can't be seen, what is too wide, and spaces that mean nothing.

Each step takes an aligned text and returns one; none of them changes a figure, a word or a quotation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from rag.documents.cleaning.edits import Edit, rewrite
from rag.documents.cleaning.radicals import CHARACTER_OF
from rag.original import AlignedText

CJK = r"㐀-鿿豈-﫿぀-ヿ々〇\U00020000-\U0003ffff"
"""Characters of scripts that put no space between words, for use inside a regular expression's [ ]."""
CJK_MARKS = r"、。〈-】〔-〟，：；？！（）～·—…“”‘’《》"

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff\ue000-\uf8ff]+"
)
_LINE_END = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_WIDE = re.compile(
    "[ -~가-힣ぁ-ヿa-zA-Z]?[\u0300-\u036f\u3099\u309a]+"  # a letter and the marks that stand on it
    "|[\uff66-\uff9d][\uff9e\uff9f]"
    "|[\u00a0\u2000-\u200a\u202f\u205f\u3000\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06\uff01-\uffee]"
)
_KEPT_WIDE = frozenset("，：；？！（）～")
_HALF_TO_FULL = str.maketrans(",:;?!()", "，：；？！（）")
_HALF_MARK = re.compile(r"[,:;?!]")
_BRACKETS = re.compile(r"\(([^()\n]{0,80})\)")
_QUOTES = "\"'“”‘’)]}（）《》"
_IS_CJK = re.compile(f"[{CJK}、。《》【】「」『』，：；？！（）]")
_GAP = re.compile(r"[ \t]+")
_LINE = re.compile(r"[^\n]+")
_PROSE_MARK = re.compile(r"[，。；！？]")
_CELLS = re.compile(r"\d%?[ \t]+-?\d|\t|(?:[ \t]+\d\S+){2}")
_MARK = re.compile(r"\s*(?:#{1,6}|[*+-])")
_TIGHT_SIDE = re.compile(f"[{CJK}{CJK_MARKS}]")


def drop_invisible(aligned: AlignedText) -> AlignedText:
    """Take out control, zero-width and private-use characters; every line end becomes one line feed.

    The joiners U+200C and U+200D stay: Persian spelling and emoji need them.
    """
    aligned = rewrite(aligned, (Edit(*match.span(), "\n") for match in _LINE_END.finditer(aligned.text)))
    return rewrite(aligned, (Edit(*match.span()) for match in _INVISIBLE.finditer(aligned.text)))


def fold_width(aligned: AlignedText) -> AlignedText:
    """Unicode compatibility forms become plain ones, Chinese punctuation excepted.

    Full-width digits, letters and signs ("２０２３", "％"), wide spaces, radicals, ligatures and
    letters with loose accents. Superscripts, circled numbers and fractions stay: 10² must not become 102.
    """
    return rewrite(aligned, _folds(aligned.text))


def _folds(text: str) -> Iterator[Edit]:
    for match in _WIDE.finditer(text):
        wide = match.group()
        plain = wide if wide in _KEPT_WIDE else unicodedata.normalize("NFKC", CHARACTER_OF.get(wide, wide))
        if plain and plain != wide:
            yield Edit(*match.span(), plain)


def widen_punctuation(aligned: AlignedText) -> AlignedText:
    """Half-width `,:;?!()` beside Chinese become `，：；？！（）`; inside numbers and Latin text they stay."""
    text = aligned.text
    if not _IS_CJK.search(text):
        return aligned
    edits = [*_wide_marks(text), *_wide_brackets(text)]
    return rewrite(aligned, sorted(edits))


def _wide_marks(text: str) -> Iterator[Edit]:
    for match in _HALF_MARK.finditer(text):
        before, after = _neighbour(text, match.start(), -1), _neighbour(text, match.start(), 1)
        between_digits = before.isdigit() and after.isdigit()
        if not between_digits and (_IS_CJK.match(before) or _IS_CJK.match(after)):
            yield Edit(*match.span(), match.group().translate(_HALF_TO_FULL))


def _neighbour(text: str, position: int, step: int) -> str:
    """The nearest character on one side that is no space and no quotation mark; " " at the text's edge."""
    position += step
    while 0 <= position < len(text) and (text[position].isspace() or text[position] in _QUOTES):
        position += step
    return text[position] if 0 <= position < len(text) else " "


def _wide_brackets(text: str) -> Iterator[Edit]:
    for match in _BRACKETS.finditer(text):
        start, end = match.span()
        around = text[max(0, start - 1) : start] + text[end : end + 1] + match.group(1)
        if _IS_CJK.search(around):
            yield Edit(start, start + 1, "（")
            yield Edit(end - 1, end, "）")


def close_spaces(aligned: AlignedText) -> AlignedText:
    """Take out spaces inside Chinese text and at line ends; any other run of spaces becomes one.

    In a line without a sentence's punctuation, such as a heading, a space between two stretches of
    Chinese is a pause and stays ("锚定目标 勇站前列"), unless a single character was split off
    ("山西工 作"). The cells of a row of figures stay apart too.
    """
    return rewrite(
        aligned,
        (edit for line in _LINE.finditer(aligned.text) for edit in _line_gaps(aligned.text, *line.span())),
    )


def _line_gaps(text: str, start: int, end: int) -> Iterator[Edit]:
    line = text[start:end]
    prose, cells = bool(_PROSE_MARK.search(line)), bool(_CELLS.search(line))
    for gap in _GAP.finditer(line):
        if _is_closed(line, *gap.span(), prose=prose, cells=cells):
            yield Edit(start + gap.start(), start + gap.end())
        elif gap.group() != " ":
            yield Edit(start + gap.start(), start + gap.end(), " ")


def _is_closed(line: str, start: int, end: int, *, prose: bool, cells: bool) -> bool:
    if start == 0 or end == len(line):
        return True
    if _MARK.fullmatch(line[:start]):
        return False
    if not (_TIGHT_SIDE.match(line[start - 1]) or _TIGHT_SIDE.match(line[end])):
        return False
    if prose:
        return True
    if cells:
        return False
    both = _TIGHT_SIDE.match(line[start - 1]) and _TIGHT_SIDE.match(line[end])
    return not both or _is_lone(line, start, end)


def _is_lone(line: str, start: int, end: int) -> bool:
    """Whether the stretch on either side of the gap is a single character."""
    before, after = line[:start].split(), line[end:].split()
    return min(len(before[-1]), len(after[0])) == 1

"""The words of a table's row put together: its names, then each value with its header and its unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.documents.cleaning.characters import CJK
from rag.documents.cleaning.marks import mark
from rag.documents.tables.units import fitting, kind_of_unit, kind_spoken_of, unit_of_header
from rag.original import AlignedText

_CJK = re.compile(f"[{CJK}]")
_NUMBER = re.compile(r"[-+−]?\d[\d,，]*(?:\.\d+)?")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_DATE = re.compile(
    r"(?:19|20)\d{2}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|(?:19|20)\d{2}([-/])\d{1,2}\1\d{1,2}"
)
_YEAR_HEADER = re.compile(r"年(?=[份度]?$)|(?:)(?<=^[Yy]ear)$")
_ORDINAL_HEADER = re.compile(r"序号|编号|No\.?|#")
_NAMING = re.compile(
    "项目|名称|指标|类别|类型|品种|科目|事项|行业|部门|单位|分组|姓名|职务|[省市县区乡镇村]|[年月日]|时间|"
    r"(?i:\b(?:items?|name|indicator|type|category|sector|county|city|province|district|region|town|village|year|month|date)\b)"
)
"""What the header of a second name speaks of."""
_LONGEST_NAME = 60
_SENTENCE = re.compile("[。；！？]")
_UNIT_HEADER = re.compile(r"(?:计量)?单位|[Uu]nits?")
_WIDEST = 200
"""Characters of a row's values that make one sentence, three times as many of another script than Chinese:
with its names and its context it is read whole by an embedding model of 512 tokens."""
_ENDS_SENTENCE = re.compile(r"[。！？!?]$")


@dataclass(frozen=True, slots=True)
class RowValue:
    """What a cell of a data row says, under the headers of its column, the uppermost first."""

    text: AlignedText
    headers: tuple[AlignedText, ...]
    is_headed: bool = True
    """Whether its table has headers at all."""

    @property
    def is_bare(self) -> bool:
        """Whether it is a figure without a unit."""
        return bool(_NUMBER.fullmatch(self.text.text))

    def is_under(self, header: re.Pattern[str]) -> bool:
        """Whether the nearest header is of this kind."""
        return bool(self.headers and header.fullmatch(self.headers[-1].text))

    @property
    def is_unit(self) -> bool:
        """Whether it is the unit of its row's figures; "单位" is also an organisation."""
        return self.is_under(_UNIT_HEADER) and kind_of_unit(self.text.text) is not None

    @property
    def may_follow(self) -> bool:
        """Whether it is understood behind another name without its header, as 乙方 would not be."""
        header = self.headers[-1].text if self.headers else ""
        return not header or bool(_NAMING.search(header) or _DATE.fullmatch(self.text.text))

    def as_name(self) -> AlignedText | None:
        """What the row is about rather than what it says of it: a label, a date, a year ("2023" below "年份")."""
        if len(self.text.text) > _LONGEST_NAME or _SENTENCE.search(self.text.text):
            return None
        if not self.headers:  # above labels a header is often left out
            return None if _NUMBER.match(self.text.text) or not self.is_headed else self.text
        year = _YEAR_HEADER.search(self.headers[-1].text)
        if year and _YEAR.fullmatch(self.text.text):
            return AlignedText.joined([self.text, self.headers[-1].slice(*year.span())])
        is_figure = _NUMBER.match(self.text.text) and not _DATE.fullmatch(self.text.text)
        return None if is_figure and not self.is_under(_ORDINAL_HEADER) else self.text


def row_sentence(
    values: Sequence[RowValue], own: Sequence[AlignedText], general: Sequence[AlignedText]
) -> AlignedText:
    """Names first, as far as there are any, then facts; units are the row's `own` or the table's `general` ones."""
    names: list[AlignedText] = []
    facts: list[AlignedText] = []
    for value in values:
        name = None if facts else value.as_name()
        if name is not None and (not names or value.may_follow):
            names.append(name)
            continue
        unit = _unit_of(value, names, own, general) if value.is_bare else None
        facts.append(_fact(value, unit))
    return sentence(facts, names)


def _unit_of(
    value: RowValue, names: Sequence[AlignedText], own: Sequence[AlignedText], general: Sequence[AlignedText]
) -> AlignedText | None:
    """The unit of a bare figure: its header's, else that of the row's name, of the row, of the table."""
    headers = tuple(header.text for header in value.headers)
    labels = tuple(name.text for name in names)
    of_name = [unit for name in names if (unit := _unit_in(name))][-1:]
    is_of_part = bool(names and of_name and _unit_in(names[-1]))
    of_header = [unit for header in value.headers if (unit := _unit_in(header))][-1:]
    if of_header:
        own_kind = kind_of_unit(of_header[0].text)
        spoken_for = kind_spoken_of(headers, ()) is not None
        kinds = {own_kind, *(kind_of_unit(other.text) for other in of_name)}
        sure = spoken_for or (len(kinds) == 1 and kind_spoken_of((), labels) in (None, *kinds))
        return of_header[0] if sure or not names else None
    for units, told in ((of_name, () if is_of_part else labels), (own, ()), (general, labels)):
        if units:
            number = fitting([unit.text for unit in units], value.text.text, headers, told)
            return units[number] if number is not None else None
    return None


def _fact(value: RowValue, unit: AlignedText | None) -> AlignedText:
    """A value with the words of its headers before it and its unit after it."""
    parts: list[AlignedText] = []
    for header in value.headers:
        name = _without_unit(header, unit.text if unit is not None else value.text.text)
        parts += [*_gap(parts[-1:], name), name] if name.text else []
    if parts and not value.is_bare and not _NUMBER.match(value.text.text):
        parts.append(mark("：" if _CJK.search(parts[-1].text) else ": ", parts[-1]))
    parts += [*_gap(parts[-1:], value.text), value.text]
    if unit is not None:
        parts += [*_gap(parts[-1:], unit), unit]
    return AlignedText.joined(parts)


def _unit_in(header: AlignedText) -> AlignedText | None:
    """The unit that a header (or a row's label) gives, the bracket behind it counted as part of its place."""
    found = unit_of_header(header.text)
    if found is None:
        return None
    name, (start, end) = found
    unit = header.slice(start, end)
    if name == len(header.text):
        return unit
    return AlignedText(unit.text, unit.starts, np.append(unit.ends[:-1], header.ends[-1]))


def _without_unit(header: AlignedText, said: str) -> AlignedText:
    """A header without its unit, where that is `said` at the end of the value: "产量（万吨）" → "产量"."""
    unit = _unit_in(header)
    found = unit_of_header(header.text)
    return header.slice(0, found[0]) if found and unit and said.endswith(unit.text) else header


def _gap(before: Sequence[AlignedText], after: AlignedText) -> list[AlignedText]:
    """A space between words of a script that has them."""
    if not before or not before[0].text or before[0].text.endswith((" ", "：")):
        return []
    last, first = before[0].text[-1], after.text[0]
    tight = _CJK.match(last) or _CJK.match(first) or first in "%％‰"
    return [] if tight else [mark(" ", before[0])]


def sentence(facts: Sequence[AlignedText], names: Sequence[AlignedText]) -> AlignedText:
    """Names before a colon, facts after it, and a full stop; with no name the facts alone.

    A row that is too wide for a passage becomes several sentences, each with the names before it (the first
    fact, where there are none).
    """
    chinese = any(_CJK.search(part.text) for part in (*names, *facts))
    widest = _WIDEST if chinese else _WIDEST * 3
    if sum(len(fact.text) for fact in facts) > widest and not names:
        names, facts = facts[:1], facts[1:]
    groups: list[list[AlignedText]] = [[]]
    for fact in facts:
        if groups[-1] and sum(len(other.text) for other in groups[-1]) + len(fact.text) > widest:
            groups.append([])
        groups[-1].append(fact)
    parts: list[AlignedText] = []
    for group in groups:
        parts += [mark(" ", parts[-1])] if parts and not chinese else []
        parts.append(_one_sentence(group, names, chinese=chinese))
    return AlignedText.joined(parts)


def _one_sentence(
    facts: Sequence[AlignedText], names: Sequence[AlignedText], *, chinese: bool
) -> AlignedText:
    comma, colon, stop = ("，", "：", "。") if chinese else (", ", ": ", ".")
    parts: list[AlignedText] = []
    for index, name in enumerate(names):
        if index and not (_YEAR.match(name.text) and _CJK.search(parts[-1].text)):
            parts.append(mark(comma, parts[-1]))
        parts.append(name)
    for index, fact in enumerate(facts):
        if parts:
            parts.append(mark(comma if index else colon, parts[-1]))
        parts.append(fact)
    if parts and not _ENDS_SENTENCE.search(parts[-1].text):
        parts.append(mark(stop, parts[-1]))
    return AlignedText.joined(parts)

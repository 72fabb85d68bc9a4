"""What a user writes of a document beside its text wins over what was found in it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from rag.documents.facts.dates import stated_date
from rag.documents.facts.findings import WRITTEN
from rag.types import Metadata, Reason

Overrides = Mapping[str, Any]
"""Checked values by the fields of `Metadata`; `None` says that the document has none."""

_KEYS = {
    "title": ("title", "标题", "题目", "题名"),
    "author": ("author", "authors", "作者"),
    "publisher": ("publisher", "source", "来源", "发布单位", "发布机构", "发文机关"),
    "date": ("date", "日期", "发布日期", "发布时间", "成文日期"),
    "period": ("period", "时期", "期间"),
    "place": ("place", "地点", "地区"),
    "places": ("places", "地名"),
    "kind": ("kind", "type", "类型", "文种"),
    "year": ("year", "年份"),
    "years": ("years", "各年"),
}
_FIELDS = {key: field for field, keys in _KEYS.items() for key in keys}
_YEAR = re.compile(r"((?:19|20)\d{2})年?")
_SHOWN_LENGTH = 40


def checked(
    given: Mapping[Any, Any], name: str, *, only_ours: bool = True
) -> tuple[Overrides, tuple[str, ...]]:
    """Overrides by field, out of what the file or front matter `name` gives, and warnings of what is wrong in it.

    Keys may be Chinese or English ("标题", "title"). A value that can't be what its key says is left out with a
    warning, and so is a key nobody knows if the file is `only_ours`; the rest counts.
    """
    overrides: dict[str, Any] = {}
    warnings: list[str] = []
    for key, value in given.items():
        field = _FIELDS.get(str(key).strip().lower())
        if field is None:
            warnings.extend([_unknown(name, str(key))] if only_ours else [])
        elif value is None or value == "":
            overrides[field] = () if field in ("years", "places") else "" if field == "title" else None
        elif (read := _READERS[field](value)) is None:
            warnings.append(_misfit(name, str(key), value, field))
        else:
            overrides[field] = read
    return overrides, tuple(warnings)


def overridden(metadata: Metadata, overrides: Overrides, *, zh: str, en: str) -> Metadata:
    """The metadata with these values in place of what was found, for the reason `zh` and `en`, which is certain.

    A date without a year says the year as well, as it does in a text; a place, a year and a period given are
    also among the places and years.
    """
    if not overrides:
        return metadata
    values = dict(overrides)
    if values.get("date") and "year" not in values:
        values["year"] = int(values["date"][:4])
    if "years" not in values:
        named = {int(year) for year in _YEAR.findall(values.get("period") or "")}
        named |= {values["year"]} if values.get("year") else set()
        values["years"] = tuple(sorted({*metadata.years, *named}))
    if values.get("place") and "places" not in values:
        others = (place for place in metadata.places if place != values["place"])
        values["places"] = (values["place"], *others)
    changed = {
        field for field, value in values.items() if value != getattr(metadata, field) or field in overrides
    }
    kept = (reason for reason in metadata.reasons if reason.field not in changed)
    new = (Reason(field, WRITTEN, zh, en) for field in _KEYS if field in changed and values[field])
    return replace(metadata, **values, reasons=(*kept, *new))


def _text(value: object) -> str | None:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return " ".join(str(value).split()) or None
    return None


def _names(value: object) -> str | None:
    """A name, or names as a list."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "、".join(one.strip() for one in value)
    return _text(value)


def _date(value: object) -> str | None:
    if isinstance(value, datetime.date):
        return value.strftime("%Y-%m-%d")
    return stated_date(str(value)) if isinstance(value, str | int) else None


def _year(value: object) -> int | None:
    match = _YEAR.fullmatch(str(value).strip()) if not isinstance(value, bool) else None
    return int(match[1]) if match else None


def _period(value: object) -> str | None:
    year = _year(value)
    return f"{year}年" if isinstance(value, int) and year else _text(value)


def _years(value: object) -> tuple[int, ...] | None:
    years = [_year(one) for one in (value if isinstance(value, list) else [value])]
    return tuple(sorted({year for year in years if year})) if all(years) else None


def _places(value: object) -> tuple[str, ...] | None:
    listed = re.split(r"[、,，;；]", value) if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        return None
    return tuple(dict.fromkeys(name for one in listed if (name := " ".join(one.split()))))


_READERS: dict[str, Callable[[object], Any]] = {
    "title": _text, "author": _names, "publisher": _text, "date": _date, "period": _period, "place": _text,
    "places": _places, "kind": _text, "year": _year, "years": _years,
}  # fmt: skip
_MEANT = {
    "title": ("一行文字", "a line of text"), "author": ("姓名", "a name"), "publisher": ("单位名", "a name"),
    "date": ("2024-03-05 这样的日期", "a date such as 2024-03-05"), "period": ("2023年 这样的时期", "a period such as 2023"),
    "place": ("地名", "a place"), "places": ("地名的列表", "a list of places"), "kind": ("文种", "a type of document"),
    "year": ("2024 这样的年份", "a year such as 2024"), "years": ("年份的列表", "a list of years"),
}  # fmt: skip


def _unknown(name: str, key: str) -> str:
    zh, en = "、".join(keys[1] for keys in _KEYS.values()), ", ".join(_KEYS)
    return f"{name} 里的“{key}”不认识，没有采用；可以写：{zh}。 / {name}: unknown key “{key}”, left out. Known are {en}."


def _misfit(name: str, key: str, value: object, field: str) -> str:
    zh, en = _MEANT[field]
    shown = str(value)[:_SHOWN_LENGTH]
    return (
        f"{name} 里的“{key}”应是{zh}，而不是“{shown}”，没有采用。 / "
        f"{name}: “{key}” should be {en}, not “{shown}”; left out."
    )

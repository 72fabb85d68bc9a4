"""The provinces, prefectures and counties of China: their names, long and short, and what lies in what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_KEY = 2
"""How many characters of a name find it."""


class Division(NamedTuple):
    """A division with its code (GB/T 2260, six digits); `former` if it no longer bears the name.

    `short` is its name without the word for what it is (昔阳, 延边), the same as `name` where one character
    would be left (祁县).
    """

    code: str
    name: str
    short: str
    former: bool

    @property
    def level(self) -> int:
        """1 for a province, 2 for a prefecture, 3 for a county."""
        return 1 if self.code.endswith("0000") else 2 if self.code.endswith("00") else 3

    @property
    def province(self) -> str:
        """The first two digits of the code: those of its province."""
        return self.code[:2]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Divisions by full name, by short name, and the names by their first two characters, longest first."""

    full: dict[str, tuple[Division, ...]] = field(repr=False)
    short: dict[str, tuple[Division, ...]] = field(repr=False)
    forms: dict[str, tuple[str, ...]] = field(repr=False)
    _by_code: dict[str, str] = field(repr=False)

    @classmethod
    def of(cls, divisions: Iterable[Division]) -> Gazetteer:
        """A gazetteer of these divisions."""
        full: dict[str, tuple[Division, ...]] = {}
        short: dict[str, tuple[Division, ...]] = {}
        by_code: dict[str, str] = {}
        for division in divisions:
            full[division.name] = (*full.get(division.name, ()), division)
            if division.short != division.name:
                short[division.short] = (*short.get(division.short, ()), division)
            if not division.former:
                by_code[division.code] = division.name
        forms: dict[str, tuple[str, ...]] = {}
        for name in sorted((*full, *short), key=len, reverse=True):
            forms[name[:_KEY]] = (*forms.get(name[:_KEY], ()), name)
        return cls(full, short, forms, by_code)

    def beginning(self, key: str) -> tuple[str, ...]:
        """Every name, full or short, that begins with these two characters; the longest first."""
        return self.forms.get(key, ())

    def above(self, division: Division) -> tuple[str, ...]:
        """The names of the province and prefecture that a division lies in."""
        codes = dict.fromkeys((f"{division.code[:2]}0000", f"{division.code[:4]}00"))
        return tuple(self._by_code[code] for code in codes if code != division.code and code in self._by_code)

    def path(self, division: Division) -> str:
        """The division's full name: 山西省晋中市昔阳县."""
        return "".join((*self.above(division), division.name))

    def resolve(self, name: str, others: Iterable[str] = ()) -> Division | None:
        """The one division that a full or short name means; `None` for none, or if nothing tells which.

        Of several of a name, the one that most of the `others` (names of one text) lie near: above it, or
        in its prefecture or province. Without any, the one of the highest rank still in use.
        """
        candidates = self.full.get(name) or self.short.get(name) or ()
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        around = [division for other in others if other != name for division in self._only(other)]
        ranked = sorted(((self._nearness(one, around), one) for one in candidates), key=lambda pair: pair[0])
        (best, division), (second, _) = ranked[-1], ranked[-2]
        return division if best > second else None

    def _only(self, name: str) -> tuple[Division, ...]:
        """The division of a name that has no other."""
        found = self.full.get(name) or self.short.get(name) or ()
        return found if len(found) == 1 else ()

    @staticmethod
    def _nearness(division: Division, around: Iterable[Division]) -> tuple[int, int, bool]:
        near = sum(
            3 if other.code == f"{division.code[:4]}00" else 2 if other.code[:4] == division.code[:4] else 1
            for other in around
            if other.code[:2] == division.code[:2]
        )
        return near, -division.level, not division.former


@cache
def gazetteer() -> Gazetteer:
    """The shipped table, `gazetteer.tsv`; its first lines say where it comes from."""
    text = files("rag.text").joinpath("gazetteer.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return Gazetteer.of(Division(row[0], row[1], row[2], len(row) > 3) for row in rows)

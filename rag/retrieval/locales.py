"""Names that Unicode's locale data (CLDR, Unicode-3.0 licence, through `babel`) has in every language.

Countries, languages and currencies, and the months and days of the week: Frankreich, Франция, 法国.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from rag.text.words import plain

if TYPE_CHECKING:
    from babel import Locale

_SHORTEST = 3
_CONTINENTS = frozenset("001 002 003 005 009 013 019 021 142 150 419".split())


@cache
def names_in(language: str) -> dict[str, tuple[str, ...]]:
    """Every name in a language, folded without accents → the keys of what it names; empty if CLDR lacks it."""
    table: dict[str, tuple[str, ...]] = {}
    locale = _locale(language)
    if locale is not None:
        for key, name in _named(locale):
            folded = plain(name)
            if len(folded) >= _SHORTEST or not folded.isascii():
                table[folded] = (*table.get(folded, ()), key)
    return table


@cache
def names_of(key: str, language: str) -> tuple[str, ...]:
    """The names in a language of what has this key."""
    return tuple(dict.fromkeys(name for name, keys in names_in(language).items() if key in keys))


def _locale(language: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return None


def _named(locale: Locale) -> Iterator[tuple[str, str]]:
    for code, name in locale.territories.items():
        if code.isalpha() or code in _CONTINENTS:
            yield f"territory {code}", name
    yield from (
        (f"language {code}", name) for code, name in locale.languages.items() if len(code) <= _SHORTEST
    )
    yield from ((f"currency {code}", name) for code, name in locale.currencies.items())
    for kind in ("format", "stand-alone"):
        yield from ((f"month {number}", name) for number, name in locale.months[kind]["wide"].items())
        yield from ((f"day {number}", name) for number, name in locale.days[kind]["wide"].items())

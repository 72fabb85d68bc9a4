"""Names that Unicode's locale data (CLDR, Unicode-3.0 licence, through `babel`) has in every language.

Countries, languages and currencies, and the months and days of the week: Frankreich, Франция, 法国.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.text.words import plain

if TYPE_CHECKING:
    from babel import Locale

LANGUAGES = ("zh", "en", "es", "de", "fr", "vi", "ru", "ar", "th", "ja", "ko", "el", "hi")
"""Those that `rag.text.language` tells."""
_SHORTEST = 3
_CONTINENTS = frozenset("001 002 003 005 009 013 019 021 142 150 419".split())


def locale_names() -> Iterator[tuple[str, str, str]]:
    """Language, name in it (folded without accents), and the key of what is named, of all that CLDR names."""
    from babel import Locale

    for language in LANGUAGES:
        for key, name in _named(Locale.parse(language)):
            folded = plain(name)
            if len(folded) >= _SHORTEST or not folded.isascii():
                yield language, folded, key


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

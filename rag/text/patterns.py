"""Regular expressions that are compiled when they are first used.

The rules of language are some four hundred expressions, and one question meets a part of them: to compile them all
is a third of what a question on the command line would take.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")


class _Later:
    """Stands for a compiled expression. Its methods are those of the real one from the first use on."""

    __slots__ = (*_METHODS, "_flags", "_source")

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    @property
    def pattern(self) -> str:
        """The expression as it is written."""
        return self._source

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  whatever the compiled one has
        # Asked for only what is not there yet: a method is from its first use on, and costs what it always costs.
        compiled = re.compile(self._source, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)

    def __reduce__(self) -> tuple[object, ...]:
        return regex, (self._source, self._flags)

    def __repr__(self) -> str:
        return f"regex({self._source!r}, {self._flags})"


def regex(source: str, flags: int | re.RegexFlag = 0) -> re.Pattern[str]:
    """What `re.compile` makes of `source`, compiled when it is first used; a mistake in it shows only then.

    It is used by its methods: the functions of `re` don't take it.
    """
    return cast("re.Pattern[str]", _Later(source, int(flags)))

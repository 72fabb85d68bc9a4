"""What the history asks of a database, of whichever kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol


class Rows(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:  # noqa: ANN401  a row holds anything
        """The next row; `None` after the last."""


class Database(Protocol):
    """A database within one transaction."""

    def execute(self, statement: str, values: Mapping[str, object] = ..., /) -> Rows:
        """Carry a statement out with its named values (`:name`)."""

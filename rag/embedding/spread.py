"""Texts spread over the cores, and what is made of them in the order they came."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.vectors import Encoded

if TYPE_CHECKING:
    from rag.seams import Progress

_AHEAD = 16
"""Texts a core reads before what is made of them is handed on, so that a long document's states never pile up."""


def encoded_in_order(
    encode: Callable[[Sequence[str]], list[Encoded]],
    texts: Sequence[str],
    *,
    batch: int,
    progress: Progress | None = None,
) -> Iterator[Encoded]:
    """What `encode` makes of these texts, `batch` at a time and one batch a core, in the order of the texts.

    Of the texts read ahead the longest come first: no core is left with a long one while the others wait.
    """
    cores = core_count()
    starts = range(0, len(texts), cores * _AHEAD)
    with ThreadPoolExecutor(cores) as pool:
        begun: deque[_Window] = deque()
        for number, start in enumerate(starts):
            begun.append(_Window.begin(pool, encode, texts[start : start + starts.step], batch, cores))
            if number:  # while one window is handed on, the next is under way
                yield from _handed_on(begun.popleft(), starts[number - 1], len(texts), progress)
        for window in begun:
            yield from _handed_on(window, starts[-1], len(texts), progress)


@dataclass(frozen=True, slots=True)
class _Window:
    """Texts under way: the places of each batch, and what comes of it."""

    batches: list[list[int]]
    futures: list[Future[list[Encoded]]]

    @classmethod
    def begin(
        cls,
        pool: ThreadPoolExecutor,
        encode: Callable[[Sequence[str]], list[Encoded]],
        texts: Sequence[str],
        batch: int,
        cores: int,
    ) -> _Window:
        size = min(batch, -(-len(texts) // cores))  # few texts keep every core at work, too
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        batches = [order[first : first + size] for first in range(0, len(order), size)]
        return cls(batches, [pool.submit(encode, [texts[at] for at in places]) for places in batches])

    def encoded(self) -> list[Encoded]:
        """Wait for all, and put them in order."""
        made = {
            place: one
            for places, future in zip(self.batches, self.futures, strict=True)
            for place, one in zip(places, future.result(), strict=True)
        }
        return [made[place] for place in range(len(made))]


def _handed_on(window: _Window, done: int, total: int, progress: Progress | None) -> Iterator[Encoded]:
    for number, one in enumerate(window.encoded(), done + 1):
        yield one
        if progress is not None:
            progress(number, total)


def core_count() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

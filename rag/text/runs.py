"""The cheapest way to cut a row of things into runs."""

from __future__ import annotations

from collections.abc import Callable


def cheapest_runs(count: int, cost: Callable[[int, int], float | None]) -> list[tuple[int, int]]:
    """Cut `count` things into runs `[first, stop)` so that the sum of `cost(first, stop)` is least.

    `cost` gives `None` for a run that is too long; a longer run that ends at the same place is then not
    asked about. A run of one must have a cost. Dynamic programming over the ends of runs.
    """
    best: list[tuple[float, int]] = [(0.0, 0)]
    for stop in range(1, count + 1):
        options: list[tuple[float, int]] = []
        for first in range(stop - 1, -1, -1):
            price = cost(first, stop)
            if price is None:
                break
            options.append((best[first][0] + price, first))
        best.append(min(options))
    return _trace(best)


def _trace(best: list[tuple[float, int]]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    stop = len(best) - 1
    while stop > 0:
        runs.append((best[stop][1], stop))
        stop = best[stop][1]
    return runs[::-1]

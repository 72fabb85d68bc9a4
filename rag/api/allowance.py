"""How much one user may ask of the server: requests a minute, questions at once, the size of a request."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_FAILURES_A_MINUTE = RateLimitItemPerMinute(20, namespace="failed")
_SLOW_HASHES = 2
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Allowance:
    """What each key may do; where none is asked for, each address."""

    requests_a_minute: int = 120
    at_once: int = 4
    body_bytes: int = 2 * MEGABYTE
    upload_bytes: int = 512 * MEGABYTE


class Meter:
    """Counts what each user asks, of the page as of the API. Any thread may call it."""

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self._rate = RateLimitItemPerMinute(allowance.requests_a_minute, namespace="asked")
        self._window = MovingWindowRateLimiter(MemoryStorage())
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()
        # A slow hash takes 64 MB: guessers must not have many computed at once.
        self.slow_hashes = asyncio.Semaphore(_SLOW_HASHES)

    def seconds_to_wait(self, user: str) -> int:
        """Count a request; 0, or how long until another one is allowed."""
        return 0 if self._window.hit(self._rate, user) else self._left(self._rate, user)

    def seconds_to_wait_after_failures(self, address: str) -> int:
        """0, or how long an address that tried too many wrong keys has to wait."""
        return (
            0 if self._window.test(_FAILURES_A_MINUTE, address) else self._left(_FAILURES_A_MINUTE, address)
        )

    def count_failure(self, address: str) -> None:
        """Count a wrong key."""
        self._window.hit(_FAILURES_A_MINUTE, address)

    @contextmanager
    def place(self, user: str) -> Iterator[bool]:
        """A place among those who are answered, for as long as the context lasts; false where all are taken."""
        with self._lock:
            has_place = self._running[user] < self.allowance.at_once
            self._running[user] += has_place
        try:
            yield has_place
        finally:
            with self._lock:
                self._running[user] -= has_place
                if not self._running[user]:
                    del self._running[user]

    def _left(self, rate: RateLimitItemPerMinute, user: str) -> int:
        return max(1, round(self._window.get_window_stats(rate, user).reset_time - time.time() + 0.5))

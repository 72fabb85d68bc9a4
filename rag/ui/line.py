"""The line of questions that wait for an answer: who comes next, and how many come before."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Ticket:
    """A question's place in the line. `lap` is how many of its owner's questions already waited when it came."""

    owner: str
    lap: int
    number: int
    begun: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Line:
    """Lets so many questions be answered at once; the others wait.

    First come, first served, but by laps: everyone's first question comes before anyone's second, so that one
    reader with many questions does not keep the others waiting. Only the server's event loop may use it.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: list[Ticket] = []
        self._owned: Counter[str] = Counter()
        self._issued = 0

    @contextmanager
    def ticket(self, owner: str) -> Iterator[Ticket]:
        """A place in the line, and then among those being answered, for as long as the context lasts."""
        self._issued += 1
        ticket = Ticket(owner, self._owned[owner], self._issued)
        self._owned[owner] += 1
        self._waiting.append(ticket)
        self._waiting.sort(key=lambda one: (one.lap, one.number))
        self._call_next()
        try:
            yield ticket
        finally:
            self._leave(ticket)

    async def waits(self, ticket: Ticket) -> AsyncIterator[int]:
        """How many questions wait before this one, whenever that changes; ends when it is its turn."""
        while not ticket.begun:
            ticket.changed.clear()
            yield self._waiting.index(ticket)
            if not ticket.begun:
                await ticket.changed.wait()

    def _leave(self, ticket: Ticket) -> None:
        self._owned[ticket.owner] -= 1
        if not self._owned[ticket.owner]:
            del self._owned[ticket.owner]
        if ticket.begun:
            self._free += 1
        else:
            self._waiting.remove(ticket)
        self._call_next()

    def _call_next(self) -> None:
        called = self._waiting[: self._free]
        self._free -= len(called)
        for ticket in called:
            ticket.begun = True
        for ticket in self._waiting:
            ticket.changed.set()
        del self._waiting[: len(called)]

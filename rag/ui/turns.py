"""Questions of the page in turn: within what each reader is allowed, in one line for all, their place told."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from functools import wraps
from html import escape
from typing import Any

import gradio as gr
from anyio import CapacityLimiter, to_thread

from rag.api.allowance import Meter
from rag.ui.line import Line
from rag.ui.reader import reader_of
from rag.ui.texts import PageLanguage
from rag.ui.words_bar import BAR_WORDS

Values = list[Any]
_PAUSE = 0.02
"""Seconds between tries to stop a handler that is just at work."""


class Turns:
    """Who may ask now: `meter` says how much each reader may, the line who comes next."""

    def __init__(self, at_once: int, meter: Meter) -> None:
        self._line = Line(at_once)
        self._meter = meter
        # Threads of their own: answers must not take those that the rest of the page runs in.
        self._at_once = at_once
        self._threads: CapacityLimiter | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def taking(
        self, handler: Callable[..., Iterator[Values]], outputs: int
    ) -> Callable[..., AsyncIterator[Values]]:
        """The handler of a question, in its turn, with one more output: the reader's place in the line as HTML.

        The handler takes `language` and `request`. Its first values, which show that the question was taken, come at
        once; what it does then waits for its turn.
        """
        signature = inspect.signature(handler)

        @wraps(handler)
        async def taken(*arguments: object) -> AsyncIterator[Values]:
            given = signature.bind(*arguments).arguments
            language: PageLanguage = given["language"]
            reader = reader_of(given["request"])
            if wait := self._meter.seconds_to_wait(reader):
                yield _told(outputs, BAR_WORDS[language].too_many.format(seconds=wait), "alert")
                return
            with self._meter.place(reader) as has_place:
                if not has_place:
                    most = self._meter.allowance.at_once
                    yield _told(outputs, BAR_WORDS[language].too_many_at_once.format(count=most), "alert")
                    return
                values = handler(*arguments)
                try:
                    async with aclosing(self._in_line(values, reader, language, outputs)) as answered:
                        async for one in answered:
                            yield one
                finally:
                    self._close_soon(values)

        return taken

    async def _in_line(
        self, values: Iterator[Values], reader: str, language: PageLanguage, outputs: int
    ) -> AsyncGenerator[Values]:
        first = await to_thread.run_sync(_next, values)
        if first is None:
            return
        with self._line.ticket(reader) as ticket:
            yield [*first, ""]
            waited = False
            async for before in self._line.waits(ticket):
                waited = True
                yield _told(outputs, place_words(before, language))
            if waited:
                yield _told(outputs, "")
            while (one := await to_thread.run_sync(_next, values, limiter=self._limiter())) is not None:
                yield [*one, gr.skip()]

    def _close_soon(self, values: Iterator[Values]) -> None:
        """Without being waited for: whoever presses stop is free to go on, however long a model is silent."""
        closing = asyncio.create_task(_closed(values))
        self._closing.add(closing)  # a loop keeps no hold of its tasks
        closing.add_done_callback(self._closing.discard)

    def _limiter(self) -> CapacityLimiter:
        """Made at the first question: it belongs to the loop that runs then."""
        if self._threads is None:
            self._threads = CapacityLimiter(self._at_once)
        return self._threads


def place_words(before: int, language: PageLanguage) -> str:
    """How many questions come first, in words."""
    words = BAR_WORDS[language]
    return (
        words.next if before == 0 else words.before_one if before == 1 else words.before.format(count=before)
    )


def _next(values: Iterator[Values]) -> Values | None:
    return next(values, None)


def _told(outputs: int, words: str, role: str = "status") -> Values:
    """Words for the reader below the conversation, and nothing else changed."""
    told = f'<p class="turn" role="{role}">{escape(words)}</p>' if words else ""
    return [*(gr.skip() for _ in range(outputs)), told]


async def _closed(values: Iterator[Values]) -> None:
    """Close a handler's generator, which stops the model; one that a thread is just inside of, as soon as it can be."""
    close = getattr(values, "close", None)
    while close is not None:
        try:
            await to_thread.run_sync(close)
        except ValueError:  # "generator already executing"
            await asyncio.sleep(_PAUSE)
        else:
            return

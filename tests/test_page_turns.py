"""Questions in turn: the line, each reader's limits, and a question that is stopped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, cast

import gradio as gr
from hypothesis import given
from hypothesis import strategies as st

from rag.api.allowance import Allowance, Meter
from rag.ui.line import Line
from rag.ui.turns import Turns
from tests.api_server import awaited


@dataclass
class Visit:
    """What a handler sees of a request."""

    session_hash: str
    username: str | None = None


class Slow:
    """A handler whose answers come when they may; says how many are being answered at the same time."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.at_work = self.most = self.closed = 0

    def reply(self, question: str, language: str, request: gr.Request) -> Iterator[list[Any]]:
        if not question:
            return
        try:
            yield [f"{question}?"]
            self.at_work += 1
            self.most = max(self.most, self.at_work)
            self.may.wait(10)
            self.at_work -= 1
            yield [f"{question}!"]
        finally:
            self.closed += 1


def asked(
    turns: Turns, slow: Slow, question: str, who: str, language: str = "zh"
) -> AsyncIterator[list[Any]]:
    return turns.taking(slow.reply, 1)(question, language, cast("gr.Request", Visit(who)))


async def watched(values: AsyncIterator[list[Any]], seen: list[list[Any]]) -> None:
    """Gather values where they can be looked at before the last one has come."""
    async for value in values:
        seen.append(value)  # noqa: PERF401  a comprehension would keep them to itself until the end


async def shown(values: AsyncIterator[list[Any]]) -> list[list[Any]]:
    return [value async for value in values]


def words(value: list[Any]) -> str:
    return str(value[-1])


def test_a_question_that_waits_is_told_its_place_and_then_answered() -> None:
    async def scene() -> list[list[list[Any]]]:
        turns, slow = Turns(1, Meter(Allowance())), Slow()
        seen: list[list[list[Any]]] = [[] for _ in range(4)]
        running = []
        for n in range(4):  # one after another: a question's place is that of its coming
            running.append(asyncio.create_task(watched(asked(turns, slow, f"q{n}", f"r{n}"), seen[n])))
            while len(seen[n]) < min(n + 1, 2):
                await asyncio.sleep(0.01)
        slow.may.set()
        await asyncio.gather(*running)
        assert slow.most == 1
        return seen

    done = awaited(scene())
    for number, values in enumerate(done):
        assert values[0][0] == f"q{number}?", "it is shown at once that the question was taken"
        assert values[-1][0] == f"q{number}!"
    assert not any("个问题" in words(value) for value in done[0])
    last = [words(value) for value in done[3]]
    assert ["前面还有 2 个问题" in last[1], "前面还有 1 个问题" in last[2], "下一个就轮到您" in last[3]] == [
        True
    ] * 3
    assert last[4] == ""


def test_a_reader_with_too_many_questions_is_told_so_in_their_language() -> None:
    async def scene() -> list[list[Any]]:
        turns, slow = Turns(4, Meter(Allowance(at_once=1))), Slow()
        first = asyncio.create_task(shown(asked(turns, slow, "q", "r")))
        await asyncio.sleep(0.1)
        refused = await shown(asked(turns, slow, "again", "r", "en"))
        slow.may.set()
        assert (await first)[-1][0] == "q!"
        assert (await shown(asked(turns, slow, "later", "r")))[-1][0] == "later!"
        return refused

    refused = awaited(scene())
    assert (
        len(refused) == 1
        and "1 of your questions" in words(refused[0])
        and 'role="alert"' in words(refused[0])
    )


def test_more_questions_a_minute_than_allowed_wait() -> None:
    async def scene() -> str:
        turns, slow = Turns(4, Meter(Allowance(requests_a_minute=2))), Slow()
        slow.may.set()
        for _ in range(2):
            assert (await shown(asked(turns, slow, "q", "r")))[-1][0] == "q!"
        return words((await shown(asked(turns, slow, "q", "r")))[0])

    assert "提问太频繁" in awaited(scene())


def test_a_question_that_is_stopped_gives_its_place_to_the_next() -> None:
    async def scene() -> Slow:
        turns, slow = Turns(1, Meter(Allowance(at_once=1))), Slow()
        stopped = asyncio.create_task(shown(asked(turns, slow, "q", "r")))
        waiting = asyncio.create_task(shown(asked(turns, slow, "gives up", "s")))
        next_one = asyncio.create_task(shown(asked(turns, slow, "next", "t")))
        await asyncio.sleep(0.2)
        waiting.cancel()
        stopped.cancel()
        slow.may.set()
        assert (await next_one)[-1][0] == "next!"
        await asyncio.gather(stopped, waiting, return_exceptions=True)
        assert (await shown(asked(turns, slow, "q", "r")))[-1][0] == "q!", (
            "what it may do at once is free again"
        )
        return slow

    assert awaited(scene()).closed == 4


def test_a_reader_who_leaves_between_two_pieces_gives_the_place_up() -> None:
    async def scene() -> list[Any]:
        turns, slow = Turns(1, Meter(Allowance(at_once=1))), Slow()
        left = turns.taking(slow.reply, 1)("q", "zh", cast("gr.Request", Visit("r")))
        await anext(left)
        await cast("AsyncGenerator[list[Any]]", left).aclose()
        slow.may.set()
        return (await shown(asked(turns, slow, "next", "r")))[-1]

    assert awaited(scene())[0] == "next!"


def test_an_empty_question_takes_no_place() -> None:
    async def scene() -> list[list[Any]]:
        return await shown(asked(Turns(1, Meter(Allowance())), Slow(), "", "r"))

    assert awaited(scene()) == []


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=12), st.integers(1, 3))
def test_everyones_first_question_comes_before_anyones_second(owners: list[str], at_once: int) -> None:
    async def scene() -> list[str]:
        line, order = Line(at_once), []
        with ExitStack() as stack:
            everyone = {
                line_ticket: stack.enter_context(line.ticket("busy")) for line_ticket in range(at_once)
            }
            assert all(ticket.begun for ticket in everyone.values())

            async def ask(owner: str) -> None:
                with line.ticket(owner) as ticket:
                    befores = [before async for before in line.waits(ticket)]
                    assert befores == sorted(befores, reverse=True) or len(set(owners)) > 1
                    order.append(owner)
                    await asyncio.sleep(0)

            tasks = [asyncio.create_task(ask(owner)) for owner in owners]
            await asyncio.sleep(0.001)
        await asyncio.gather(*tasks)
        return order

    order = awaited(scene())
    assert sorted(order) == sorted(owners)
    firsts = len(set(owners))
    assert len(set(order[:firsts])) == firsts

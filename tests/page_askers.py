"""People at the page without a browser: they log in, ask, and read, over the same HTTP that the browser speaks."""

from __future__ import annotations

import asyncio
import html
import json
import random
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
from gradio_client.utils import apply_diff

_PATIENCE = 300.0
"""Seconds until a silent server counts as an error."""
_QUESTION = re.compile(r'<h2 class="question"[^>]*>(.*?)</h2>', re.S)
_PROSE = re.compile(r'<div class="prose"[^>]*>(.*?)</div>', re.S)
_TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Form:
    """How the page's own question is sent: the event's number, the values it takes, where its question and thread are."""

    event: int
    values: tuple[Any, ...]
    question: int
    thread: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Form:
        """Read from what the server tells every browser."""
        props = {one["id"]: one["props"] for one in config["components"]}
        named = {props[one].get("elem_id"): one for one in props}
        box = named["question"]
        event = next(one for one in config["dependencies"] if [box, "submit"] in one["targets"])
        values = tuple(props[one].get("value", props[one].get("default_value")) for one in event["inputs"])
        return cls(event["id"], values, event["inputs"].index(box), event["outputs"].index(named["thread"]))


@dataclass(slots=True)
class Told:
    """One question as its asker saw it: seconds to the first and the last piece, and the text of the answer."""

    question: str
    right: str
    first: float = 0.0
    last: float = 0.0
    answer: str = ""
    places: int = 0
    trouble: str = ""


@dataclass
class Asker:
    """Someone with questions of their own, each with the words that its answer has to have."""

    address: str
    name: str
    password: str
    questions: Sequence[tuple[str, str]]
    told: list[Told] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    async def ask_until(
        self, client: httpx.AsyncClient, form: Form, end: float, pause: tuple[float, float]
    ) -> None:
        """Ask one question after another, reading each answer for between so and so many seconds."""
        chance = random.Random(self.name)
        session = secrets.token_hex(6)
        await asyncio.sleep(chance.uniform(0, pause[1]))
        while time.perf_counter() < end:
            question, right = chance.choice(self.questions)
            self.asked.add(question)
            self.told.append(await self._ask(client, form, session, Told(question, right)))
            await asyncio.sleep(chance.uniform(*pause))

    async def entered(self, client: httpx.AsyncClient) -> Form:
        """Log in, and open the page."""
        form = {"name": self.name, "password": self.password}
        assert (await client.post("/login", data=form)).status_code == 303
        return Form.of((await client.get("/config")).json())

    async def _ask(self, client: httpx.AsyncClient, form: Form, session: str, told: Told) -> Told:
        values = list(form.values)
        values[form.question] = told.question
        began = time.perf_counter()
        try:
            joined = await client.post(
                "/gradio_api/queue/join",
                json={"data": values, "fn_index": form.event, "session_hash": session},
            )
            joined.raise_for_status()
            thread, sent = "", None
            async with client.stream(
                "GET", "/gradio_api/queue/data", params={"session_hash": session}
            ) as events:
                async for line in events.aiter_lines():
                    if not line.startswith("data:"):
                        continue
                    message = json.loads(line[5:])
                    kind = message.get("msg")
                    if kind == "process_generating":
                        told.places += 'class="turn"' in line.replace("\\", "")
                        sent = _sent(sent, message["output"]["data"][form.thread])
                        thread = sent if isinstance(sent, str) else thread
                        if not told.first and 'class="prose"' in _newest(thread):
                            told.first = time.perf_counter() - began
                    elif kind == "process_completed":
                        told.trouble = "" if message["success"] else str(message["output"])
                        break
            told.last = time.perf_counter() - began
            self._read(thread, told)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            told.trouble = f"{type(error).__name__}: {error}"
        return told

    def _read(self, thread: str, told: Told) -> None:
        asked = [html.unescape(_TAGS.sub("", one)).strip() for one in _QUESTION.findall(thread)]
        if foreign := set(asked) - self.asked:
            told.trouble = f"the thread holds questions of others: {foreign}"
        elif not asked or asked[-1] != told.question:
            told.trouble = f"the newest question shown is not the one asked: {asked[-1:]}"
        proses = _PROSE.findall(_newest(thread))
        told.answer = html.unescape(_TAGS.sub("", proses[-1])) if proses else ""


def _newest(thread: str) -> str:
    return thread.rpartition('class="question"')[2]


def _sent(before: Any, given: Any) -> Any:
    """What a component was sent last: the first message of an event is whole, later ones say what changed."""
    return apply_diff(before, given) if isinstance(given, list) else given


async def crowd(askers: Sequence[Asker], seconds: float, pause: tuple[float, float]) -> float:
    """Everyone comes in; then all ask at once, for so many seconds. Returns how many it were in the end."""
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=asker.address, timeout=_PATIENCE))
            for asker in askers
        ]
        forms = await asyncio.gather(
            *(asker.entered(client) for asker, client in zip(askers, clients, strict=True))
        )
        began = time.perf_counter()
        everyone = zip(askers, clients, forms, strict=True)
        await asyncio.gather(
            *(asker.ask_until(client, form, began + seconds, pause) for asker, client, form in everyone)
        )
        return time.perf_counter() - began

"""Asking, wired: a question typed or chosen, its answer as it comes, stopping it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.events import Dependency

from rag.ui.handlers import Handlers
from rag.ui.turns import Turns

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The components that a conversation is shown in, what they remember, and how a question is asked.

    `limits` is what it is limited to, `backend` who words the answer, `words` what the list is searched for.
    """

    question: gr.Textbox
    thread: gr.HTML
    turn: gr.HTML
    evidence: gr.HTML
    listed: gr.HTML
    conversation: gr.State
    exchanges: gr.State
    place: gr.State
    words: gr.State
    language: gr.State
    remembered: gr.BrowserState
    limits: Component
    backend: Component


@dataclass(frozen=True, slots=True)
class Asking:
    """The event that asks a question again, those that may have an answer on its way, and the one that stops it."""

    again: dict[str, Any]
    running: tuple[Dependency, ...]
    stopped: dict[str, Any]


def wire_questions(shown: Shown, again: gr.State, handlers: Handlers, turns: Turns) -> Asking:
    """Wire what asks; `again` holds a question that is asked again."""
    outputs = [
        shown.question, shown.exchanges, shown.thread, shown.place, shown.evidence, shown.conversation, shown.listed,
    ]  # fmt: skip
    given = [shown.conversation, shown.exchanges, shown.limits, shown.words, shown.language, shown.backend]
    reply: dict[str, Any] = {
        "fn": turns.taking(handlers.reply, len(outputs)),
        "inputs": [shown.question, *given],
        "outputs": [*outputs, shown.turn],
        "concurrency_limit": None,  # they wait in a line of their own, which says one's place
        **_QUIET,
    }
    once_more = {**reply, "fn": turns.taking(handlers.reply_again, len(outputs)), "inputs": [again, *given]}
    typed = shown.question.submit(**reply)
    example = shown.thread.example(handlers.take_example, None, shown.question, **_QUIET).then(**reply)
    stopped = {
        "fn": handlers.stop,
        "inputs": [shown.conversation, shown.exchanges, shown.language],
        "outputs": [shown.question, shown.exchanges, shown.thread, shown.turn],
        **_QUIET,
    }
    return Asking(once_more, (typed, example), stopped)

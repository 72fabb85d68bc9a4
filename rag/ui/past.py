"""The left bar: a new conversation, search, the list; and what a reader does with it, wired."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.events import Dependency

from rag.ui.asking import Asking, Shown
from rag.ui.past_handlers import PastHandlers
from rag.ui.theme import page_file

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True, slots=True)
class Past:
    """The components of the left bar, and which conversation is open (its id, "" for a new one)."""

    new_chat: gr.Button
    listed: gr.HTML
    download: gr.HTML
    conversation: gr.State
    words: gr.State
    """What the list is searched for."""
    again: gr.State
    """The question that is asked again."""


def lay_out_past() -> Past:
    """The left bar, inside the row of the page's sides."""
    with gr.Column(elem_id="past"):
        new_chat = gr.Button("", elem_id="new-chat", size="sm")
        listed = gr.HTML(elem_id="past-list", js_on_load=page_file("past.js"), apply_default_css=False)
        download = gr.HTML(elem_id="download", html_template="", js_on_load=page_file("download.js"))
    return Past(new_chat, listed, download, *(gr.State("") for _ in range(3)))


def wire_past(
    page: gr.Blocks, past: Past, shown: Shown, handlers: PastHandlers, asking: Asking, switched: Dependency
) -> None:
    """Wire the left bar and the actions below answers; `switched` is the event of another language.

    Another conversation, or going back in this one, stops an answer on its way.
    """
    words = past.words
    view = [
        shown.question, past.conversation, shown.exchanges, shown.place, shown.thread, shown.evidence, past.listed,
        shown.turn,
    ]  # fmt: skip
    here = [past.conversation, words, shown.language]
    page.load(handlers.arrive, [shown.remembered], [past.new_chat, *view], **_QUIET)
    switched.then(
        handlers.speak, [shown.language, past.conversation, words], [past.new_chat, past.listed], **_QUIET
    )
    running = _wire_actions(past, shown, handlers, asking)
    for leaves in (shown.question.stop, past.new_chat.click, past.listed.choose):
        _cancel_first(leaves, running)
    shown.question.stop(**asking.stopped)
    past.new_chat.click(handlers.restart, [shown.language, words], view, **_QUIET)
    past.listed.choose(handlers.choose, [shown.language, words], view, **_QUIET)
    past.listed.remove(handlers.remove, here, view, **_QUIET)
    past.listed.rename(handlers.rename, here, past.listed, **_QUIET)
    past.listed.restore(handlers.restore, here, past.listed, **_QUIET)
    past.listed.export(handlers.export, shown.language, past.download, **_QUIET)
    searched = [past.conversation, shown.language]
    past.listed.search(handlers.search, searched, [words, past.listed], trigger_mode="always_last", **_QUIET)


def _wire_actions(past: Past, shown: Shown, handlers: PastHandlers, asking: Asking) -> tuple[Dependency, ...]:
    """Asking again and judging; every event that may have an answer on its way."""
    said = [past.conversation, shown.exchanges, shown.language]
    shown.thread.judge(handlers.judge, said, shown.exchanges, **_QUIET)
    _cancel_first(shown.thread.again, asking.running)
    back = shown.thread.again(handlers.go_back, said, [past.again, shown.exchanges], **_QUIET)
    return (*asking.running, back.then(**asking.again))


def _cancel_first(event: Callable[..., Any], running: Iterable[Dependency]) -> None:
    """Cancel what is on its way, before anything else that is wired to the event.

    Given to the handler's own `cancels`, Gradio would cancel only after the handler's answer came back: a piece of
    the old answer that arrived in between would be shown over it, and stay.
    """
    event(None, cancels=list(running), **_QUIET)

"""The top bar's own components, and what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag.api.allowance import Meter
from rag.ui.backends import Backends, Connection
from rag.ui.bar_html import backend_html, connection_html, tools_html
from rag.ui.reader import owner_of, reader_of
from rag.ui.texts import PageLanguage
from rag.ui.theme import page_file
from rag.ui.words_bar import BAR_WORDS

Values = list[Any]
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_PANEL: dict[str, Any] = {"apply_default_css": False}


@dataclass(frozen=True, slots=True)
class Bar:
    """The components; `chosen` is who words the answers, remembered by the browser."""

    backend: gr.HTML
    connection: gr.HTML
    tools: gr.HTML
    chosen: gr.BrowserState


class BarHandlers:
    """What happens in the bar. `leaves`: readers came in through the log-in form, and may log out."""

    def __init__(self, backends: Backends, meter: Meter, *, leaves: bool) -> None:
        self._backends = backends
        self._meter = meter
        self._leaves = leaves

    def show(self, chosen: str, language: PageLanguage, request: gr.Request) -> Values:
        """The choice, the connection and the tools in the reader's language."""
        chosen = self._backends.chosen(chosen)
        tools = tools_html(language, owner_of(request), leaves=self._leaves)
        return [backend_html(self._backends.names, chosen, language), "", tools]

    def choose(self, language: PageLanguage, request: gr.Request, event: gr.EventData) -> Iterator[Values]:
        """The backend that was chosen, and whether it can be reached."""
        chosen = self._backends.chosen(str(event.name))
        for connection in self._checked(chosen, language, request):
            yield [chosen, connection]

    def check(self, chosen: str, language: PageLanguage, request: gr.Request) -> Iterator[str]:
        """Whether the backend that is chosen can be reached."""
        yield from self._checked(self._backends.chosen(chosen), language, request)

    def _checked(self, chosen: str, language: PageLanguage, request: gr.Request) -> Iterator[str]:
        words = BAR_WORDS[language]
        if wait := self._meter.seconds_to_wait(reader_of(request)):
            yield connection_html(Connection(False, words.too_many.format(seconds=wait)))
            return
        yield connection_html(Connection(None, words.checking))
        yield connection_html(self._backends.checked(chosen, language))


def lay_out_bar() -> tuple[gr.HTML, gr.HTML]:
    """The choice of backend, and the connection below it."""
    backend = gr.HTML(elem_id="backend", js_on_load=page_file("backend.js"), **_PANEL)
    return backend, gr.HTML(elem_id="connection", **_PANEL)


def lay_out_tools(backend: gr.HTML, connection: gr.HTML) -> Bar:
    """The end of the bar."""
    tools = gr.HTML(elem_id="tools", js_on_load=page_file("bar.js"), **_PANEL)
    # The secret only scrambles a name; a fixed one lets the choice outlive a restart.
    chosen = gr.BrowserState("", storage_key="wenju-backend", secret="backend")  # noqa: S106
    return Bar(backend, connection, tools, chosen)


def wire_bar(
    page: gr.Blocks, bar: Bar, language: gr.State, spoken: gr.BrowserState, handlers: BarHandlers,
    named: Callable[[str, gr.Request], PageLanguage],
) -> None:  # fmt: skip
    """Wire the bar; `named` tells the language of a reader who comes, from what `spoken` remembers."""
    panels = [bar.backend, bar.connection, bar.tools]

    def arrive(chosen: str, remembered: str, request: gr.Request) -> Values:
        return handlers.show(chosen, named(remembered, request), request)

    page.load(arrive, [bar.chosen, spoken], panels, **_QUIET)
    language.change(handlers.show, [bar.chosen, language], panels, **_QUIET)
    bar.backend.choose(handlers.choose, [language], [bar.chosen, bar.connection], **_QUIET)
    bar.backend.check(handlers.check, [bar.chosen, language], bar.connection, **_QUIET)

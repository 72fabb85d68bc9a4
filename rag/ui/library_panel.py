"""The documents panel and the control that limits questions, as components of the page, and what happens on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag.library import Library
from rag.ui.library_html import frame_html
from rag.ui.limits import Limits, limits_html, parsed_limits
from rag.ui.reader import owner_of
from rag.ui.texts import PageLanguage, page_language
from rag.ui.theme import page_file

LIBRARY_PLACE = '<div data-place="library"></div>'
"""What stands in the right side's source view while the panel is shown instead (`library.css`)."""
_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}


@dataclass(frozen=True, slots=True)
class LimitsControl:
    """The row beside the question box; `chosen` are the `Limits` it shows."""

    row: gr.HTML
    chosen: gr.State


def lay_out_limits() -> LimitsControl:
    """The control, where it is called."""
    row = gr.HTML(elem_id="only", js_on_load=page_file("limits.js"), apply_default_css=False)
    return LimitsControl(row, gr.State(()))


def lay_out_panel() -> gr.HTML:
    """The panel, where it is called; its script asks the server for what is in it (`rag.ui.library_routes`)."""
    return gr.HTML(elem_id="papers", js_on_load=page_file("library.js"), apply_default_css=False)


class LibraryHandlers:
    """What happens on the two, in the values of components."""

    def __init__(self, library: Library, named_language: str = "", *, changeable: bool = False) -> None:
        self._library = library
        self._named_language = named_language
        self._changeable = changeable

    def greet(self, remembered: str, request: gr.Request) -> list[str]:
        """Panel and control, for a reader who comes."""
        accepted = request.headers.get("accept-language", "")
        return self.speak(page_language(remembered or self._named_language, accepted), (), request)

    def speak(self, language: PageLanguage, chosen: Limits, request: gr.Request) -> list[str]:
        """Panel and control in a language."""
        frame = frame_html(language, self._library.limits.file_bytes, changeable=self._changeable)
        return [frame, self.show(language, chosen, request)]

    def show(self, language: PageLanguage, chosen: Limits, request: gr.Request) -> str:
        """The control, after documents came or went."""
        return limits_html(chosen, self._library.records(owner_of(request)), language)

    def choose(self, language: PageLanguage, request: gr.Request, event: gr.EventData) -> list[object]:
        """The limits that were chosen, and the control showing them."""
        chosen = parsed_limits(event.limits)
        return [chosen, self.show(language, chosen, request)]


def wire_library(
    page: gr.Blocks,
    panel: gr.HTML,
    control: LimitsControl,
    language: gr.State,
    remembered: gr.BrowserState,
    handlers: LibraryHandlers,
) -> None:
    """Let the two speak the page's language, and the control follow what is chosen and what documents there are."""
    shown = [panel, control.row]
    page.load(handlers.greet, [remembered], shown, **_QUIET)
    language.change(handlers.speak, [language, control.chosen], shown, **_QUIET)
    panel.changed(handlers.show, [language, control.chosen], [control.row], **_QUIET)
    control.row.choose(handlers.choose, [language], [control.chosen, control.row], **_QUIET)

"""What happens on the page: each method takes components' values and returns their new ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from rag.ui.dialogue import Dialogue, Exchanges
from rag.ui.exchange import Place
from rag.ui.limits import Limits
from rag.ui.reader import SINGLE_USER, owner_of
from rag.ui.texts import TEXTS, PageLanguage, page_language

Values = list[Any]
"""New values of components, in the order `app.py` lists them."""


class Handlers:
    """The page's answers to what its reader does. `named_language` is spoken unless the reader chose another."""

    def __init__(self, dialogue: Dialogue, named_language: str = "") -> None:
        self._dialogue = dialogue
        self._named_language = named_language

    def greet(self, remembered: str, request: gr.Request) -> Values:
        """The language to speak, every word, both panels: for a reader who comes."""
        language = self.language(remembered, request)
        return [language, *self._words(language), *self._panels((), Place(), language)]

    def language(self, remembered: str, request: gr.Request) -> PageLanguage:
        """The language to speak to a reader who comes."""
        return page_language(remembered or self._named_language, request.headers.get("accept-language", ""))

    def switch_language(
        self, language: PageLanguage, exchanges: Exchanges, place: Place, request: gr.Request
    ) -> Values:
        """The other language to remember and to speak, every word, both panels."""
        other: PageLanguage = "en" if language == "zh" else "zh"
        return [other, other, *self._words(other), *self._panels(exchanges, place, other, owner_of(request))]

    def reply(
        self, question: str, exchanges: Exchanges, limits: Limits, language: PageLanguage, backend: str,
        request: gr.Request,
    ) -> Iterator[Values]:  # fmt: skip
        """The question box, exchanges, thread, place and evidence, as the answer comes.

        When it is there, its first source opens; beside a refusal nothing is left open that could pass for one.
        """
        if not question.strip():
            return
        unchanged, owner = gr.skip(), owner_of(request)
        box, grown = _busy(), exchanges
        for grown in self._dialogue.replies(question, exchanges, limits, language, backend, owner):
            yield [box, grown, self._dialogue.thread(grown, language), unchanged, unchanged]
            box = unchanged  # the reader may be typing the next question
        answer = grown[-1].answer
        cited = answer is not None and answer.citations
        place = Place("citation", exchange=len(grown) - 1, number=1) if cited else Place()
        yield [_ready(), grown, unchanged, place, self._dialogue.evidence(place, grown, language, owner)]

    def stop(self, exchanges: Exchanges, language: PageLanguage) -> Values:
        """The question box, exchanges, thread and place in line, after the reader stopped an answer on its way."""
        if exchanges and exchanges[-1].pending:
            exchanges = (*exchanges[:-1], exchanges[-1].failed(TEXTS[language].stopped))
        return [_ready(), exchanges, self._dialogue.thread(exchanges, language), ""]

    def restart(self, language: PageLanguage) -> Values:
        """The question box, exchanges, place and both panels of a new conversation."""
        return [_ready(), (), Place(), *self._panels((), Place(), language)]

    def show(
        self, exchanges: Exchanges, language: PageLanguage, request: gr.Request, event: gr.EventData
    ) -> Values:
        """The place that was clicked, and the right side open there."""
        place = Place.parse(str(event.place))
        return [place, self._dialogue.evidence(place, exchanges, language, owner_of(request))]

    def show_library(self, language: PageLanguage) -> Values:
        """The library, and the right side showing it."""
        return [Place(), self._dialogue.evidence(Place(), (), language, SINGLE_USER)]

    @staticmethod
    def take_example(event: gr.EventData) -> str:
        """The question of the example that was clicked."""
        return str(event.question)

    def _panels(
        self, exchanges: Exchanges, place: Place, language: PageLanguage, owner: str = SINGLE_USER
    ) -> Values:
        thread = self._dialogue.thread(exchanges, language)
        return [thread, self._dialogue.evidence(place, exchanges, language, owner)]

    def _words(self, language: PageLanguage) -> Values:
        texts = TEXTS[language]
        return [
            self._dialogue.brand(language),
            gr.update(value=texts.library),
            gr.update(value=texts.new_chat),
            gr.update(value=texts.other_language),
            gr.update(placeholder=texts.placeholder, label=texts.question_label),
        ]


def _busy() -> dict[str, Any]:
    """The question box while an answer is on its way. Made anew each time: Gradio takes updates apart."""
    return gr.update(value="", submit_btn=False, stop_btn=True)


def _ready() -> dict[str, Any]:
    return gr.update(submit_btn=True, stop_btn=False)

"""What happens on the page: each method takes components' values and returns their new ones."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import Any

import gradio as gr

from rag.ui.conversations import Conversations
from rag.ui.dialogue import Dialogue, Exchanges
from rag.ui.exchange import Place, place_after
from rag.ui.limits import Limits
from rag.ui.reader import SINGLE_USER, owner_of
from rag.ui.texts import TEXTS, PageLanguage, page_language

Values = list[Any]
"""New values of components, in the order `app.py` lists them."""


class Handlers:
    """The page's answers to what its reader does. `named_language` is spoken unless the reader chose another."""

    def __init__(self, dialogue: Dialogue, conversations: Conversations, named_language: str = "") -> None:
        self._dialogue = dialogue
        self._conversations = conversations
        self._named_language = named_language

    def greet(self, remembered: str, request: gr.Request) -> Values:
        """The language to speak, and every word: for a reader who comes."""
        language = self.language(remembered, request)
        return [language, *self._words(language)]

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
        self, question: str, conversation: str, exchanges: Exchanges, limits: Limits, words: str,
        language: PageLanguage, backend: str, request: gr.Request,
    ) -> Generator[Values]:  # fmt: skip
        """The question box, exchanges, thread, place, evidence, conversation and list, as the answer comes.

        When it is there, its first source opens; beside a refusal nothing is left open that could pass for one.
        However it ends, the reader gone included, what became of the question is kept.
        """
        if not question.strip():
            return
        owner, same = owner_of(request), gr.skip()
        begun = self._conversations.begun(owner, conversation, exchanges, question.strip(), language)
        listed = self._conversations.listed(owner, words, begun.conversation, language)
        box, grown = _busy(), (*begun.earlier, begun.exchange)
        try:
            for grown in self._dialogue.replies(
                begun.exchange, begun.earlier, limits, language, backend, owner
            ):
                thread = self._dialogue.thread(grown, language)
                yield [box, grown, thread, same, same, begun.conversation, listed]
                box = listed = same  # the reader may be typing the next question
        finally:
            last = grown[-1].failed(TEXTS[language].stopped) if grown[-1].pending else grown[-1]
            last = self._conversations.answered(owner, begun.conversation, last, language)
        grown = (*grown[:-1], last)
        place, thread = place_after(grown), self._dialogue.thread(grown, language) if last.unkept else same
        shown = self._dialogue.evidence(place, grown, language, owner)
        yield [ready(), grown, thread, place, shown, same, same]

    def reply_again(
        self, question: str, conversation: str, exchanges: Exchanges, limits: Limits, words: str,
        language: PageLanguage, backend: str, request: gr.Request,
    ) -> Generator[Values]:  # fmt: skip
        """As `reply`, for a question that was not typed: what stands in the question box stays there."""
        box: dict[str, Any] | None = gr.update(submit_btn=False, stop_btn=True)
        replies = self.reply(question, conversation, exchanges, limits, words, language, backend, request)
        with closing(replies):
            for values in replies:
                yield [box, *values[1:]] if box else values
                box = None

    def stop(
        self, conversation: str, exchanges: Exchanges, language: PageLanguage, request: gr.Request
    ) -> Values:
        """The question box, exchanges, thread and place in line, after the reader stopped an answer on its way."""
        if exchanges and exchanges[-1].pending:
            last = exchanges[-1].failed(TEXTS[language].stopped)
            last = self._conversations.answered(owner_of(request), conversation, last, language)
            exchanges = (*exchanges[:-1], last)
        return [ready(), exchanges, self._dialogue.thread(exchanges, language), ""]

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
            gr.update(value=texts.other_language),
            gr.update(placeholder=texts.placeholder, label=texts.question_label),
        ]


def _busy() -> dict[str, Any]:
    """The question box while an answer is on its way. Made anew each time: Gradio takes updates apart."""
    return gr.update(value="", submit_btn=False, stop_btn=True)


def ready() -> dict[str, Any]:
    """The question box while nothing is on its way."""
    return gr.update(submit_btn=True, stop_btn=False)

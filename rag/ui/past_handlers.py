"""What happens to conversations on the page: opened, renamed, thrown away, gone back in, judged, exported."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import Any, TypeVar

import gradio as gr

from rag.errors import WenjuError
from rag.history import Conversation
from rag.ui.conversations import Conversations
from rag.ui.dialogue import Dialogue, Exchanges
from rag.ui.download import exported
from rag.ui.exchange import place_after
from rag.ui.handlers import Values, ready
from rag.ui.opinions import Opinions, Said
from rag.ui.reader import owner_of
from rag.ui.texts import TEXTS, PageLanguage, page_language

_Result = TypeVar("_Result")


class PastHandlers:
    """The page's answers to what its reader does with conversations. "View" is what `view` gives."""

    def __init__(
        self, dialogue: Dialogue, conversations: Conversations, opinions: Opinions, named_language: str = ""
    ) -> None:
        self._dialogue = dialogue
        self._conversations = conversations
        self._opinions = opinions
        self._named_language = named_language

    def arrive(self, remembered: str, request: gr.Request) -> Values:
        """The button of a new conversation, and the view of the conversation that the address names, if it does."""
        accepted = request.headers.get("accept-language", "")
        language = page_language(remembered or self._named_language, accepted)
        view = self.view(request.query_params.get("c", ""), "", language, request)
        return [self.button(language), *view]

    @staticmethod
    def button(language: PageLanguage) -> dict[str, Any]:
        """The button of a new conversation."""
        return gr.update(value=TEXTS[language].new_chat)

    def speak(self, language: PageLanguage, conversation: str, words: str, request: gr.Request) -> Values:
        """The left bar in another language."""
        return [self.button(language), self._listed(words, conversation, language, request)]

    def restart(self, language: PageLanguage, words: str, request: gr.Request) -> Values:
        """The view of a new conversation."""
        return self.view("", words, language, request)

    def choose(self, language: PageLanguage, words: str, event: gr.EventData, request: gr.Request) -> Values:
        """The view of the conversation that was clicked."""
        return self.view(str(event.id), words, language, request)

    def search(
        self, conversation: str, language: PageLanguage, event: gr.EventData, request: gr.Request
    ) -> Values:
        """The words that were typed, and the list of the conversations that have them."""
        words = str(event.words)
        return [words, self._listed(words, conversation, language, request)]

    def rename(
        self, conversation: str, words: str, language: PageLanguage, event: gr.EventData, request: gr.Request
    ) -> str:
        """The list, after a conversation got the title that was typed."""
        history = self._conversations.of(owner_of(request))
        _told(lambda: history.rename(str(event.id), str(event.title)), language)
        return self._listed(words, conversation, language, request)

    def remove(
        self, conversation: str, words: str, language: PageLanguage, event: gr.EventData, request: gr.Request
    ) -> Values:
        """The view after a conversation was thrown away: a new one's if it was open, else only the list is new."""
        history, chosen = self._conversations.of(owner_of(request)), str(event.id)
        deleted = _told(lambda: history.conversation(chosen), language)
        if deleted:
            _told(lambda: history.throw_away(chosen), language)
        if chosen == conversation:
            return self.view("", words, language, request, deleted)
        return [
            *(gr.skip() for _ in range(6)),
            self._listed(words, conversation, language, request, deleted),
            gr.skip(),
        ]

    def restore(
        self, conversation: str, words: str, language: PageLanguage, event: gr.EventData, request: gr.Request
    ) -> str:
        """The list with a conversation that was thrown away in it again."""
        history = self._conversations.of(owner_of(request))
        _told(lambda: history.take_back(str(event.id)), language)
        return self._listed(words, conversation, language, request)

    def export(self, language: PageLanguage, event: gr.EventData, request: gr.Request) -> str:
        """A file for the browser to save, as JSON: its name, its type and its bytes in base64."""
        owner, chosen = owner_of(request), str(event.id)
        transcript = _told(lambda: self._conversations.transcript(owner, chosen, language), language)
        file = _told(lambda: exported(transcript, str(event.form)), language) if transcript else None
        return json.dumps(file) if file else ""

    def go_back(
        self,
        conversation: str,
        exchanges: Exchanges,
        language: PageLanguage,
        event: gr.EventData,
        request: gr.Request,
    ) -> Values:
        """The question to ask again, and the exchanges without it and all that followed it."""
        place = int(event.exchange)
        if not 0 <= place < len(exchanges):
            return ["", exchanges]
        dropped = exchanges[place]
        question = str(event.question or "").strip() or dropped.question
        if dropped.number:
            history = self._conversations.of(owner_of(request))
            _told(lambda: history.cut(conversation, dropped.number), language)
        # The thread stays as it is until the question, which is asked at once, is in it: nothing flickers.
        return [question, exchanges[:place]]

    def judge(
        self,
        conversation: str,
        exchanges: Exchanges,
        language: PageLanguage,
        event: gr.EventData,
        request: gr.Request,
    ) -> Exchanges:
        """The exchanges, after the reader said what they think of an answer."""
        place = int(event.exchange)
        if not 0 <= place < len(exchanges) or exchanges[place].answer is None:
            return exchanges
        said = Said.of(event)
        owner = owner_of(request)

        def kept() -> bool:
            self._opinions.keep(owner, conversation, exchanges, place, said)
            history = self._conversations.of(owner)
            return history.judge(conversation, exchanges[place].number, said.verdict)

        _told(kept, language)
        return (*exchanges[:place], exchanges[place].judged(said.verdict), *exchanges[place + 1 :])

    def view(
        self,
        conversation: str,
        words: str,
        language: PageLanguage,
        request: gr.Request,
        deleted: Conversation | None = None,
    ) -> Values:
        """Question box, conversation, exchanges, place, thread, evidence, list and place in line: of a conversation, "" for a new one."""
        owner = owner_of(request)
        exchanges = _told(lambda: self._conversations.opened(owner, conversation, language), language) or ()
        name = conversation if exchanges else ""
        place = place_after(exchanges)
        return [
            ready(),
            name,
            exchanges,
            place,
            self._dialogue.thread(exchanges, language),
            self._dialogue.evidence(place, exchanges, language, owner),
            self._listed(words, name, language, request, deleted),
            "",
        ]

    def _listed(
        self,
        words: str,
        conversation: str,
        language: PageLanguage,
        request: gr.Request,
        deleted: Conversation | None = None,
    ) -> str:
        return self._conversations.listed(owner_of(request), words, conversation, language, deleted)


def _told(done: Callable[[], _Result], language: PageLanguage) -> _Result | None:
    """What was done; where it can't be, the reader is told why."""
    try:
        return done()
    except WenjuError as error:
        gr.Warning(escape(error.en if language == "en" else error.zh))
        return None

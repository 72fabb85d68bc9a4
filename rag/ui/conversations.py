"""The conversations of whoever is at the page, as exchanges: read from the history, and kept there as they go."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rag.answer_record import answer_from_json, answer_record
from rag.contract import Originals
from rag.errors import HistoryError
from rag.export import Note, Said, Transcript
from rag.history import Conversation, Found, History, PastExchange
from rag.history_place import HistoryPlace
from rag.types import Json
from rag.ui.exchange import Exchange
from rag.ui.past_list import past_html
from rag.ui.places_told import cited_where
from rag.ui.texts import TEXTS, PageLanguage
from rag.ui.words_past import PAST_WORDS


@dataclass(frozen=True, slots=True)
class Begun:
    """A question that is being answered: its conversation ("" where it is not kept), what was said before, and it."""

    conversation: str
    earlier: tuple[Exchange, ...]
    exchange: Exchange


_TROUBLE = "trouble"
"""The key of a record that says why there is no answer."""


class Conversations:
    """What every reader asked, in one place. `original` is needed for answers as earlier versions kept them."""

    def __init__(self, path: HistoryPlace, original: Originals) -> None:
        self._path = path
        self._original = original

    def of(self, owner: str) -> History:
        """The history of one owner."""
        return History(self._path, owner)

    def found(self, owner: str, words: str) -> tuple[Found, ...]:
        """The conversations to list: those that have the words, all for none. Raises `HistoryError`."""
        history = self.of(owner)
        if words.strip():
            return history.search(words)
        return tuple(Found(one) for one in history.conversations())

    def opened(self, owner: str, conversation: str, language: PageLanguage) -> tuple[Exchange, ...]:
        """A conversation with its answers as they were given; nothing for one that is not there. Raises `HistoryError`."""
        past = self.of(owner).exchanges(conversation) if conversation else ()
        return tuple(self._exchange(one, language) for one in past)

    def begun(
        self,
        owner: str,
        conversation: str,
        exchanges: tuple[Exchange, ...],
        question: str,
        language: PageLanguage,
    ) -> Begun:
        """Keep a question whose answer is on its way, in a new conversation where there is none yet.

        What was said before is as in the file, where another window may have gone on with it. Where the file can't be
        used, the conversation goes on without, and the exchange says why.
        """
        try:
            history = self.of(owner)
            known = bool(conversation) and history.conversation(conversation) is not None
            if known and history.numbers(conversation) != tuple(one.number for one in exchanges):
                exchanges = self.opened(owner, conversation, language)
            name = conversation if known else history.begin()
            number = history.keep(name, question, "")
        except HistoryError as error:
            return Begun(conversation, exchanges, Exchange(question, unkept=unkept(error, language)))
        return Begun(name, exchanges if known else (), Exchange(question, number=number))

    def answered(self, owner: str, conversation: str, exchange: Exchange, language: PageLanguage) -> Exchange:
        """Keep what became of a question that was `begun`; the exchange, which says why if that can't be done."""
        if not exchange.number:
            return exchange
        text = exchange.answer.text if exchange.answer else ""
        try:
            self.of(owner).answered(conversation, exchange.number, text, self._record(exchange))
        except HistoryError as error:
            return replace(exchange, unkept=unkept(error, language))
        return exchange

    def listed(
        self,
        owner: str,
        words: str,
        current: str,
        language: PageLanguage,
        deleted: Conversation | None = None,
    ) -> str:
        """The list as HTML: the conversations that have the words, all for none; or why there is no list."""
        said = PAST_WORDS[language]
        try:
            found = self.found(owner, words)
        except HistoryError as error:
            return past_html((), current, said, note=error.en if language == "en" else error.zh)
        return past_html(found, current, said, searched=bool(words.strip()), deleted=deleted)

    def transcript(self, owner: str, conversation: str, language: PageLanguage) -> Transcript | None:
        """A conversation to be exported; `None` for one that is not there. Raises `HistoryError`."""
        named = self.of(owner).conversation(conversation)
        if named is None:
            return None
        said = tuple(_said(one, language) for one in self.opened(owner, conversation, language))
        return Transcript(named.title, said, language, PAST_WORDS[language].exported_by)

    def _record(self, exchange: Exchange) -> Json:
        if exchange.answer is None:
            return {_TROUBLE: exchange.trouble}
        return answer_record(exchange.answer, self._original)

    def _exchange(self, past: PastExchange, language: PageLanguage) -> Exchange:
        exchange = Exchange(past.question, number=past.number, verdict=past.verdict)
        if not past.answer and past.record.get(_TROUBLE):
            return exchange.failed(str(past.record[_TROUBLE]))
        try:
            return replace(exchange, answer=answer_from_json(past.record, self._original))
        except ValueError:
            # Never finished, or kept by a program that kept no more than the text.
            return exchange.failed(past.answer or PAST_WORDS[language].unfinished)


def _said(exchange: Exchange, language: PageLanguage) -> Said:
    answer = exchange.answer
    if answer is None:
        return Said(exchange.question, "", warnings=(exchange.trouble,))
    notes = {
        one.number: Note(cited_where(one, answer, TEXTS[language]), one.quote) for one in answer.citations
    }
    return Said(exchange.question, answer.text, notes, answer.warnings)


def unkept(error: HistoryError, language: PageLanguage) -> str:
    """Why a conversation is not kept, for its reader."""
    return PAST_WORDS[language].unkept.format(reason=error.en if language == "en" else error.zh)

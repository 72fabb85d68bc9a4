"""Who may word the answers of the page, and whether it can be reached."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rag.assistant import EXTRACTIVE, open_chat
from rag.errors import ModelError
from rag.ui.texts import PageLanguage
from rag.ui.words_bar import BAR_WORDS

if TYPE_CHECKING:
    from collections.abc import Generator

    from rag.answering.chat_model import ChatBackend
    from rag.answering.prompts import Message

_HELLO: list[Message] = [("user", "Reply with one word: ready")]


@dataclass(frozen=True, slots=True)
class Connection:
    """What a check found, in words for the reader; `works` is unknown (`None`) before it ended."""

    works: bool | None
    words: str


class Backends:
    """The language models there are, by name, beside the documents' own words; the first spec is the default."""

    def __init__(self, models: Sequence[ChatBackend] = (), default: str = EXTRACTIVE) -> None:
        self._models = {model.name: model for model in models}
        self.default = default

    @property
    def names(self) -> tuple[str, ...]:
        """Everyone who can word an answer, the default one first."""
        return tuple(dict.fromkeys((self.default, *self._models, EXTRACTIVE)))

    def chosen(self, name: str) -> str:
        """The name, if there is such a one; else the default's."""
        return name if name in self.names else self.default

    def model(self, name: str) -> ChatBackend | None:
        """The model chosen; none for the documents' own words."""
        return self._models.get(self.chosen(name))

    def checked(self, name: str, language: PageLanguage) -> Connection:
        """Whether a model answers, or what is wrong with it. Sends it one short message."""
        model, words = self.model(name), BAR_WORDS[language]
        if model is None:
            return Connection(True, words.always_works)
        began = time.perf_counter()
        try:
            # An iterator in name, a generator in fact: closing it is what stops the model.
            with closing(cast("Generator[str]", model.stream(_HELLO))) as pieces:
                next(pieces, "")
        except ModelError as error:
            return Connection(False, error.en if language == "en" else error.zh)
        return Connection(True, words.works.format(seconds=f"{time.perf_counter() - began:.1f}"))


def open_others(specs: Sequence[str], timeout: float, window: int | None) -> tuple[ChatBackend, ...]:
    """The models of all specs but the first, which is the assistant's own. Raises `ModelError`."""
    opened = (open_chat(spec, timeout, window) for spec in specs[1:])
    return tuple(model for model in opened if model)

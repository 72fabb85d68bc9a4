"""What the API's routes share: the assistant, who may word its answers, and what a request may ask of them."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, cast

from rag.api.failures import ApiError
from rag.assistant import EXTRACTIVE
from rag.conversation import checked_question
from rag.documents.limits import Limits
from rag.library import Library
from rag.types import Answer, Hit, Turn

if TYPE_CHECKING:
    from rag.answering.chat_model import ChatBackend
    from rag.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as a request has it; `k` of 0 is the server's own number of hits.

    `model` is one of `Service.models`, or empty for the server's own choice; `patterns` limit it to documents, of
    those that `owner` sees.
    """

    question: str
    history: tuple[Turn, ...] = ()
    patterns: tuple[str, ...] = ()
    k: int = 0
    model: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """One assistant for everyone. `changeable`: documents may be uploaded and deleted, each within `limits`.

    `others` are language models to choose beside the assistant's own.
    """

    assistant: Assistant
    hits: int = 10
    changeable: bool = False
    limits: Limits = field(default_factory=Limits)
    others: tuple[ChatBackend, ...] = ()
    library: Library = field(init=False)

    def __post_init__(self) -> None:
        """The library is the assistant's own: whatever changes documents goes through it."""
        object.__setattr__(self, "library", Library(self.assistant, self.limits))

    def check_changeable(self) -> None:
        """Raises `ApiError` where documents may not be changed."""
        if not self.changeable:
            raise ApiError(
                403,
                "read_only",
                "这台服务器不接受文档的增删。用 --allow-changes 启动才可以。",
                "This server's documents can't be changed. Start it with --allow-changes.",
                kind="permission_error",
            )

    @property
    def models(self) -> tuple[str, ...]:
        """Who can word an answer: the documents themselves, and the language models the server was given."""
        return (EXTRACTIVE, *(model.name for model in self.chat_models))

    @property
    def chat_models(self) -> tuple[ChatBackend, ...]:
        """The language models: the assistant's own, if it has one, and the others."""
        own = self.assistant.model
        return (own, *self.others) if own else self.others

    def stream(self, asking: Asking) -> Generator[str | Answer]:
        """See `Assistant.stream`. Raises at once what can be known at once: `QuestionError`, `ApiError`."""
        checked_question(asking.question)
        if asking.model:
            self.known_model(asking.model)
        pieces = self.assistant.stream(
            asking.question,
            asking.history,
            k=asking.k or self.hits,
            sources=self.chosen(asking.patterns, asking.owner),
            seen=self.library.seen(asking.owner),
            model=next((model for model in self.others if model.name == asking.model), None),
            extractive=asking.model == EXTRACTIVE,
        )
        # An iterator in name, a generator in fact: closing it is what stops the model.
        return cast("Generator[str | Answer]", pieces)

    def ask(self, asking: Asking) -> Answer:
        """The whole, verified answer; raises as `stream` does, and `ModelError`."""
        *_, answer = self.stream(asking)
        assert isinstance(answer, Answer)
        return answer

    def search(self, asking: Asking) -> list[Hit]:
        """The best passages; raises as `stream` does."""
        return self.assistant.search(
            asking.question,
            history=asking.history,
            k=asking.k or self.hits,
            sources=self.chosen(asking.patterns, asking.owner),
            seen=self.library.seen(asking.owner),
        )

    def chosen(self, patterns: Sequence[str], owner: str = "") -> Collection[str] | None:
        """The sources that patterns as `seeds/*` mean, of those an owner sees; for no pattern all of these (`None`: all).

        Raises `ApiError` where there is none.
        """
        if not patterns:
            return self.library.sources(owner)
        known = [one.source for one in self.library.records(owner)]
        chosen = tuple(one for one in known if any(fnmatchcase(one, pattern) for pattern in patterns))
        if not chosen:
            raise ApiError(
                400,
                "source_not_found",
                "source 没有对应的文档。GET /api/documents 列出所有文档名。",
                "source names no document. GET /api/documents lists their names.",
                param="source",
            )
        return chosen

    def known_model(self, name: str) -> str:
        """The name, if there is such a model. Raises `ApiError`."""
        if name in self.models:
            return name
        known = ", ".join(self.models)
        raise ApiError(
            404,
            "model_not_found",
            f"没有“{name[:80]}”这个模型。可用的有：{known}。",
            f"There is no model {name[:80]!r}. There are: {known}.",
            param="model",
        )

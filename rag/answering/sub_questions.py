"""A chat model splits a question that asks several things; what it writes is only ever searched with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rag.answering.prompts import load_prompt, neutral
from rag.errors import ModelError
from rag.text.patterns import regex
from rag.types import Language

if TYPE_CHECKING:
    from rag.answering.chat_model import ChatBackend

_MOST: Final = 4
_LONGEST_REPLY: Final = 800
"""Characters of a reply that are read; a model that goes on is stopped."""
_BULLET = regex(r"^\s*(?:[-*•]|\(?\d{1,2}[.、)）:：])\s*")
_NUMBER = regex(r"\d+(?:\.\d+)?")
_QUESTION_LENGTH: Final = range(4, 200)


def sub_questions(question: str, language: Language, model: ChatBackend) -> tuple[str, ...]:
    """The questions a model makes of one, two to four; none if it fails or its reply can't be trusted.

    A reply is data: lines that end like questions are taken, and nothing in it is followed. One that brings in
    a figure or a year of its own is dropped whole.
    """
    prompt = load_prompt("parts", language)
    reply = ""
    try:
        pieces = model.stream(prompt.render(question=neutral(question.strip())))
        for piece in pieces:
            reply += piece
            if len(reply) > _LONGEST_REPLY:
                break
    except ModelError:
        return ()
    return _trusted(question, reply[:_LONGEST_REPLY])


def _trusted(question: str, reply: str) -> tuple[str, ...]:
    lines = [_BULLET.sub("", line).strip() for line in reply.splitlines()]
    asked = tuple(dict.fromkeys(line for line in lines if line.endswith(("?", "？"))))
    known = set(_NUMBER.findall(question))
    if not 1 < len(asked) <= _MOST or any(len(one) not in _QUESTION_LENGTH for one in asked):
        return ()
    return asked if all(set(_NUMBER.findall(one)) <= known for one in asked) else ()

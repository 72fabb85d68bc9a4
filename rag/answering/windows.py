"""How much a model can read at once, in tokens, and what becomes of a prompt that is longer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rag.answering.prompts import Message
from rag.errors import ModelError
from rag.text.patterns import regex

_PER_MESSAGE: Final = 8
"""Tokens that a chat template puts around a message."""
_REPLY_TOKENS: Final = 1024
_REPLY_SHARE: Final = 4
"""What is kept free for the reply: so many tokens, but never more than one part in four of the window."""
_LATIN_PER_TOKEN: Final = 3
_BYTES_PER_TOKEN: Final = 2
"""A token is taken for three ASCII characters, or for two bytes of other scripts (a Chinese character has three).

Large vocabularies need half as many for Chinese, small English ones more: a prompt that still turns out too
long comes back from the service, and is shortened then.
"""

_NUMBERS = regex(
    r"n_prompt_tokens['\"]?\D{1,4}(?P<needed>\d+).{0,40}n_ctx['\"]?\D{1,4}(?P<window>\d+)", re.DOTALL
)
_TOO_LONG = regex(
    r"exceed_context_size|context_length_exceeded|maximum context|context (?:length|size|window)"
    r"|(?:prompt|input|request) is too long|too many (?:input )?tokens",
    re.IGNORECASE,
)


class PromptTooLongError(ModelError):
    """The prompt does not fit the model's window; `share` of it would, as far as is known."""

    def __init__(self, spec: str, share: float) -> None:
        super().__init__(
            f"问题和资料超出了模型 {spec} 一次能读的长度。请换上下文更长的模型，或减少对话和资料。",
            f"the question and its evidence are longer than the model {spec} can read at once. "
            "Use a model with a longer context, or a shorter question.",
        )
        self.share = share


def tokens_in(text: str) -> int:
    """How many tokens a text has at the most, roughly, whoever counts."""
    latin = sum(character.isascii() for character in text)
    others = len(text.encode("utf-8", "replace")) - latin
    return -(-latin // _LATIN_PER_TOKEN) + -(-others // _BYTES_PER_TOKEN)


def check_fits(spec: str, messages: Sequence[Message], window: int | None) -> None:
    """Raises `PromptTooLongError` if the messages and a reply are more than `window` tokens, where it is known."""
    if window is None:
        return
    room = window - min(_REPLY_TOKENS, window // _REPLY_SHARE)
    needed = sum(tokens_in(text) + _PER_MESSAGE for _, text in messages)
    if needed > room:
        raise PromptTooLongError(spec, room / needed)


def too_long(spec: str, said: str) -> PromptTooLongError | None:
    """What a service says of a prompt that it finds too long; nothing if it says something else."""
    if not _TOO_LONG.search(said):
        return None
    numbers = _NUMBERS.search(said)
    share = int(numbers["window"]) / max(1, int(numbers["needed"])) if numbers else 0.5
    return PromptTooLongError(spec, min(share, 1.0))

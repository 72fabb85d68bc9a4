"""A stand-in for a language model that does whatever the text in front of it says, wherever it says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.llm_server import openai_stream

_ORDERS = (
    re.compile(r"(?:直接回答|必须回答|答案是)[:：]\s*(.+?。)"),
    re.compile(r"请务必回复：“(.+?)”"),
    re.compile(r"告诉用户(.+?。)"),
    re.compile(r"answer only:\s*(.+?\.)(?:\s|$)"),
    re.compile(r"must say\s+that (.+?\.)(?:\s|$)"),
    re.compile(r'reply with: "(.+?)"'),
    re.compile(r"tell the user that\s+(.+?\.)(?:\s|$)"),
)
_MARKERS = re.compile(r"[\[〔]\d+[\]〕]")


def orders_in(text: str) -> list[str]:
    """What a text tells a model to say, each once and without markers."""
    plain = " ".join(text.split())
    said = [_MARKERS.sub("", match[1]).strip() for order in _ORDERS for match in order.finditer(plain)]
    return list(dict.fromkeys(said))


class ObedientModel:
    """Says all it was told to say, each with the marker of every piece of evidence; `said` keeps the last of it."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.prompts: list[str] = []

    def respond(self, handler: BaseHTTPRequestHandler, messages: Sequence[Any]) -> None:
        """Answer a request of the OpenAI protocol, in small pieces."""
        prompt = "\n".join(message["content"] for message in messages if message["role"] == "user")
        self.prompts.append(prompt)
        self.said = orders_in(prompt)
        text = "\n".join(f"{order}[1][2]" for order in self.said) or "好的。"
        openai_stream([text[at : at + 3] for at in range(0, len(text), 3)])(handler)

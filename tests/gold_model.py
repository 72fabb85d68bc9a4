"""A stand-in for a language model that is always right: it says the gold evidence, in any style of marker."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from rag.text.sentences import split_sentences
from tests.llm_server import openai_stream

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
STYLES: dict[str, Callable[[int, int], str]] = {
    "[1]": lambda n, of: f"[{n}]",
    "【1】": lambda n, of: f"【{n}】",
    "［1］": lambda n, of: f"［{n}］",
    "[^1]": lambda n, of: f"[^{n}]",
    "[1,2]": lambda n, of: f"[{n},{n % of + 1}]",
    "[1-3]": lambda n, of: f"[{n}-{min(n + 2, of)}]",
    "[[1]]": lambda n, of: f"[[{n}]]",
    "(1)": lambda n, of: f"({n})",
    "（1）": lambda n, of: f"（{n}）",
    "¹": lambda n, of: str(n).translate(_RAISED),
    "<sup>1</sup>": lambda n, of: f"<sup>{n}</sup>",
    "[来源1]": lambda n, of: f"[来源{n}]",
    "(Source 1)": lambda n, of: f" (Source {n})",
    "nothing": lambda n, of: "",
    "off by one": lambda n, of: f"[{n % of + 1}]",
    "from nought": lambda n, of: f"[{n - 1}]",
    "out of range": lambda n, of: f"[{of + 7}]",
}
"""How evidence number n of so many is cited."""

_BLOCK = re.compile(r"^\[(\d+)\] ", re.MULTILINE)


@dataclass
class GoldModel:
    """Answers with the sentences of its prompt that hold the gold `evidence`; says so if there are none."""

    style: str = "[1]"
    evidence: Sequence[str] = ()
    found: list[int] = field(default_factory=list)

    def respond(self, handler: BaseHTTPRequestHandler, messages: Sequence[Any]) -> None:
        """Answer a request of the OpenAI protocol two characters at a time, so that markers are cut in two."""
        said = self._answer(messages[-1]["content"])
        openai_stream([said[at : at + 2] for at in range(0, len(said), 2)])(handler)

    def _answer(self, prompt: str) -> str:
        fenced = prompt.partition("<evidence>")[2].partition("</evidence>")[0]
        _, *parts = _BLOCK.split(fenced)
        blocks = dict(zip(map(int, parts[::2]), parts[1::2], strict=True))
        self.found = []
        said = []
        for evidence in self.evidence:
            for number, block in blocks.items():
                if sentence := _holding(block.partition("\n")[2], evidence):
                    self.found.append(number)
                    said.append(_marked(sentence, STYLES[self.style](number, len(blocks))))
                    break
        return "\n".join(said) or "好的，没有更多了。"


def _marked(sentence: str, marker: str) -> str:
    """The marker stands before the full stop, where most models put it."""
    return sentence[:-1] + marker + sentence[-1] if sentence[-1:] in "。.！!；;" else sentence + marker


def _holding(text: str, evidence: str) -> str | None:
    wanted = "".join(evidence.split())
    for start, end in split_sentences(text):
        sentence = "".join(text[start:end].split())
        if wanted in sentence or (len(sentence) > 8 and sentence.rstrip("。.；;") in wanted):
            return text[start:end]
    return None

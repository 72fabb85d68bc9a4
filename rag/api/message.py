"""An answer as a chat message in Markdown, its citations as OpenAI's annotations, and back to plain history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from rag.contract import citation_json
from rag.types import Answer, Citation, Json

_MARKER = re.compile(r"\[(\d{1,3})\]")
_LIVE = re.compile(r"\\(?=[!-/:-@\[-`{-~])|<|!(?=\[)|(?<=\])\(|\[(?=[^\]]{0,999}\]:)")
"""What would begin a tag, a picture, a link's address or its definition; and a backslash that would undo an escape."""
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_RULE = "\n\n---\n"
_QUOTE_CHARACTERS = 300
_STEP = re.compile(r"[^。！？!?\n]*(?:[。！？!?\n]+(?:\[\d{1,3}\])*|$)")
"""A sentence with its markers: what a stream sends at a time."""
_TOKEN = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+|[^\s\w]|_")


@dataclass(frozen=True, slots=True)
class Message:
    """The Markdown, and what it cites: annotations count characters of `content`."""

    content: str
    annotations: tuple[Json, ...]

    def steps(self) -> Iterator[str]:
        """The content, a sentence at a time."""
        return (step for step in _STEP.findall(self.content) if step)


def message_of(answer: Answer, documents: str) -> Message:
    """The message of an answer; `documents` is the address its sources are found below.

    What documents and models say is text here: none of it can become a tag, a picture or a link.
    """
    body = inert(answer.text)
    by_number = {citation.number: citation for citation in answer.citations}
    annotations = tuple(
        _annotation(by_number[int(marker[1])], marker, documents)
        for marker in _MARKER.finditer(body)
        if int(marker[1]) in by_number
    )
    listed = "".join(f"\n{_listed(citation, documents)}" for citation in answer.citations)
    return Message(f"{body}{_RULE}{listed}" if listed else body, annotations)


def plain_text(content: str) -> str:
    """What an earlier message of ours said, without its list of sources and the escapes."""
    return _ESCAPED.sub(r"\1", content.split(_RULE, 1)[0])


def inert(text: str) -> str:
    """The text, of which Markdown makes neither tags nor links nor pictures; tables and markers stay."""
    return _LIVE.sub(lambda live: f"\\{live[0]}", text)


def token_count(texts: Sequence[str]) -> int:
    """About how many tokens: a Chinese character, a word, a number or a sign counts as one."""
    return sum(len(_TOKEN.findall(text)) for text in texts)


def _annotation(citation: Citation, marker: re.Match[str], documents: str) -> Json:
    return {
        "type": "url_citation",
        "url_citation": {
            "start_index": marker.start(),
            "end_index": marker.end(),
            "title": citation.title,
            "url": _address(citation, documents),
        },
        "citation": citation_json(citation),
    }


def _listed(citation: Citation, documents: str) -> str:
    title = _line(citation.title or citation.source)
    words = _line(citation.quote)
    shown = words if len(words) <= _QUOTE_CHARACTERS else f"{words[:_QUOTE_CHARACTERS]}…"
    page = f" · p. {citation.page}" if citation.page else ""
    return f"- **\\[{citation.number}\\]** [{title}]({_address(citation, documents)}){page}: {shown}"


def _line(text: str) -> str:
    """The text on one line, with every sign that means something to Markdown told literally."""
    return re.sub(r"([\\`*_{}\[\]<>#|~!])", r"\\\1", " ".join(text.split()))


def _address(citation: Citation, documents: str) -> str:
    # Slashes too: in a path, clients would take "../a.txt" and "/a.txt" for other addresses.
    return f"{documents}/{quote(citation.source, safe='', errors='replace')}"

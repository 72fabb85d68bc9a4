"""What each family of models wants to read before a question and before a passage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefixes:
    """The words put before every question and every passage."""

    query: str = ""
    passage: str = ""


_BY_FAMILY: tuple[tuple[re.Pattern[str], Prefixes], ...] = (
    (
        re.compile(r"\be5\b.*\binstruct\b"),
        Prefixes(
            query="Instruct: Given a web search query, retrieve relevant passages that answer the query\n"
            "Query: "
        ),
    ),
    (re.compile(r"\be5\b"), Prefixes(query="query: ", passage="passage: ")),
    (re.compile(r"\bbge\b.*\bzh\b"), Prefixes(query="为这个句子生成表示以用于检索相关文章：")),
    (
        re.compile(r"\bbge\b.*\ben\b"),
        Prefixes(query="Represent this sentence for searching relevant passages: "),
    ),
    (
        re.compile(r"\bnomic embed text\b"),
        Prefixes(query="search_query: ", passage="search_document: "),
    ),
)
"""By words of the model's name, first match wins. From the model cards on the Hugging Face hub."""

_QUERY_PROMPTS = ("query",)
_PASSAGE_PROMPTS = ("passage", "document", "corpus")


def prefixes_for(model: str, prompts: Mapping[str, str | None]) -> Prefixes:
    """Find the prefixes of a model: those in its own configuration, else those of its family, else none.

    `model` is a hub name or a folder; `prompts` is what the model's sentence-transformers configuration
    holds under that key. Prompts that are all empty say nothing (the library fills them in by itself).
    """
    own = Prefixes(_first(prompts, _QUERY_PROMPTS), _first(prompts, _PASSAGE_PROMPTS))
    if own != Prefixes():
        return own
    for part in reversed(re.split(r"[/\\]", model.lower())):
        words = re.sub(r"[-_.]+", " ", part)
        for family, prefixes in _BY_FAMILY:
            if family.search(words):
                return prefixes
    return Prefixes()


def _first(prompts: Mapping[str, str | None], names: tuple[str, ...]) -> str:
    return next((prompt for name in names if (prompt := prompts.get(name))), "")

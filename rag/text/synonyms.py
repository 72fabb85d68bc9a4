"""Concepts and the forms they take: the domain's synonyms, in Chinese and English, from `synonyms.tsv`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from rag.text.words import fold, stem


@dataclass(frozen=True, slots=True)
class Concept:
    """Forms that mean the same: Chinese ones folded, English ones as they are written."""

    zh: tuple[str, ...]
    en: tuple[str, ...]


@cache
def concepts() -> tuple[Concept, ...]:
    """Every concept of the shipped table."""
    table = files("rag.text").joinpath("synonyms.tsv").read_text(encoding="utf-8")
    rows = (line for line in table.splitlines() if line and not line.startswith("#"))
    return tuple(_concept(*row.split("\t")) for row in rows)


def _concept(zh: str, en: str) -> Concept:
    return Concept(tuple(fold(form) for form in zh.split("|")), tuple(en.split("|")))


def stems(text: str) -> tuple[str, ...]:
    """The stems of an English phrase, cut at everything that is neither letter, digit nor "&"."""
    cleaned = "".join(c if c.isalnum() or c in "&'" else " " for c in fold(text))
    return tuple(stem(word.removesuffix("'s")) for word in cleaned.split())


@cache
def zh_forms() -> dict[str, tuple[str, ...]]:
    """Every Chinese form → all forms of its concepts (itself first)."""
    table: dict[str, tuple[str, ...]] = {}
    for concept in concepts():
        for form in concept.zh:
            table[form] = tuple(dict.fromkeys((form, *table.get(form, ()), *concept.zh)))
    return table


@cache
def _first_forms() -> tuple[tuple[str, str], ...]:
    pairs = ((form, concept.zh[0]) for concept in concepts() for form in concept.zh[1:] if len(form) > 2)
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=8192)
def canonical(text: str) -> str:
    """The folded text with every form of a concept in its first one: "财政收入" as 一般公共预算收入."""
    folded = fold(text)
    for form, first in _first_forms():
        if form in folded and first not in folded:
            folded = folded.replace(form, first)
    return folded


@cache
def en_forms() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Every English form, as stems → the Chinese forms of its concepts."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for concept in concepts():
        for form in map(stems, concept.en):
            table[form] = tuple(dict.fromkeys((*table.get(form, ()), *concept.zh)))
    return table

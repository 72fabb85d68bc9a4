"""Expressions compiled when they are first used: they do what compiled ones do, and all of them compile."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
import re
from collections.abc import Iterator

import pytest

import rag
from rag.text.patterns import regex

TEXT = "昔阳县2023年原煤产量2694.5万吨，Same as 2022."
SOURCES = (r"\d+", r"(?P<year>20\d{2})年?", r"same", r"[，,]\s*", r"x*")


def every_pattern() -> Iterator[tuple[str, re.Pattern[str]]]:
    """The expressions at the top of the program's modules, by where they stand."""
    for module in pkgutil.walk_packages(rag.__path__, "rag."):
        if not module.name.startswith(
            ("rag.text", "rag.retrieval", "rag.answering", "rag.passages", "rag.conv")
        ):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if type(value) is type(regex("")):
                yield f"{module.name}.{name}", value


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_one_finds_what_a_compiled_one_finds(source: str, flags: int) -> None:
    later, compiled = regex(source, flags), re.compile(source, flags)
    for _ in range(2):  # the first use, and one after it
        assert later.findall(TEXT) == compiled.findall(TEXT)
        assert [found.span() for found in later.finditer(TEXT)] == [
            found.span() for found in compiled.finditer(TEXT)
        ]
        assert later.sub("_", TEXT) == compiled.sub("_", TEXT)
        assert later.split(TEXT) == compiled.split(TEXT)
        assert bool(later.search(TEXT, 3, 9)) == bool(compiled.search(TEXT, 3, 9))
        assert bool(later.match(TEXT)) == bool(compiled.match(TEXT))
        assert bool(later.fullmatch(TEXT)) == bool(compiled.fullmatch(TEXT))
    assert (later.pattern, later.flags, later.groups) == (compiled.pattern, compiled.flags, compiled.groups)


def test_a_mistake_shows_when_it_is_used() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.search("")


def test_every_expression_of_the_program_compiles() -> None:
    patterns = dict(every_pattern())
    assert len(patterns) > 200
    for name, pattern in patterns.items():
        assert pattern.groups >= 0, name


def test_one_travels_to_another_process() -> None:
    later = pickle.loads(pickle.dumps(regex("same", re.IGNORECASE)))
    assert later.findall(TEXT) == ["Same"]

"""What is kept of an answer gives the very answer back: every field, of any answer there may be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer_record import answer_from_json, answer_record
from rag.assistant import Assistant
from rag.contract import answer_json
from rag.original import AlignedText, Original
from rag.types import Answer, Citation, Claim, Hit, Json, Metadata, Passage, Query
from tests.command_lines import COAL, NOBODY_KNOWS

PAGES = Original("昔阳县2023年原煤产量。\r\n 左权县第二页的字。" * 20, (0, 100, 250), ((595.0, 842.0),) * 3)
_OFFSETS = st.integers(0, len(PAGES.text) - 1)


@st.composite
def bodies(draw: st.DrawFn) -> AlignedText:
    """Runs of the original as cleaning leaves them: gaps, pieces out of order, characters made of several."""
    starts = draw(st.lists(_OFFSETS, min_size=1, max_size=30))
    pieces = []
    for start in starts:
        length = draw(st.integers(1, min(8, len(PAGES.text) - start)))
        made_of_several = draw(st.booleans())
        body = AlignedText.identity(PAGES.text[start : start + length], start)
        if made_of_several:
            body = AlignedText(body.text[:1], body.starts[:1], body.ends[-1:])
        pieces.append(body)
    return AlignedText.joined(pieces)


def answers() -> st.SearchStrategy[Answer]:
    """Any answer whose hits stand in `PAGES`."""
    passages = st.builds(Passage, source=st.text(), body=bodies(), metadata=st.builds(Metadata))
    return st.builds(
        Answer,
        claims=st.lists(st.builds(Claim), max_size=2).map(tuple),
        citations=st.lists(st.builds(Citation), max_size=2).map(tuple),
        hits=st.lists(st.builds(Hit, passage=passages), max_size=2).map(tuple),
        query=st.none() | st.builds(Query),
    )


def plain(value: Any) -> Any:
    """A value as nested tuples, arrays as lists with their type: equal where everything in it is."""
    if is_dataclass(value):
        return type(value), [(one.name, plain(getattr(value, one.name))) for one in fields(value)]
    if isinstance(value, np.ndarray):
        return str(value.dtype), value.tolist()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return type(value), [plain(item) for item in value]
    return type(value), repr(value)  # repr: also of what is not a number


def through_a_file(record: Json) -> Json:
    read: Json = json.loads(json.dumps(record))
    return read


@given(answers())
def test_any_answer_comes_back_as_it_was(answer: Answer) -> None:
    record = through_a_file(answer_record(answer, lambda _: PAGES))
    assert plain(answer_from_json(record, lambda _: PAGES)) == plain(answer)


@given(answers())
def test_the_contracts_json_alone_gives_an_answer_of_the_same_json(answer: Answer) -> None:
    told = through_a_file(answer_json(answer, lambda _: PAGES))
    again = answer_json(answer_from_json(told, lambda _: PAGES), lambda _: PAGES)
    assert json.dumps(again) == json.dumps(told)


@pytest.mark.parametrize(
    "question", [COAL, NOBODY_KNOWS, "岢岚2023年和左权2024年的一般公共预算收入增幅各是多少？"]
)
def test_a_real_answer_comes_back_as_it_was(question: str, seed_assistant: Assistant) -> None:
    answer = seed_assistant.ask(question)
    original = seed_assistant.store.original
    record = through_a_file(answer_record(answer, original))
    assert plain(answer_from_json(record, original)) == plain(answer)
    assert {key: record[key] for key in record if key != "whole"} == through_a_file(
        answer_json(answer, original)
    )


def test_a_field_that_came_later_has_its_default(seed_assistant: Assistant) -> None:
    answer = seed_assistant.ask(COAL)
    record = through_a_file(answer_record(answer, seed_assistant.store.original))
    del record["whole"]["suggestions"]
    record["whole"]["a_field_of_the_future"] = 1
    assert plain(answer_from_json(record, seed_assistant.store.original)) == plain(answer)


@pytest.mark.parametrize(
    "damaged", [{}, {"whole": {}}, {"whole": None}, {"question": "昔阳"}, {"whole": {"hits": 3}}]
)
def test_what_is_no_answer_is_told(damaged: Json) -> None:
    with pytest.raises(ValueError, match="no answer is kept here"):
        answer_from_json(damaged, lambda _: PAGES)

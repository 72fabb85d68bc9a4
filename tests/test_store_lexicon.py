"""The lexical index: which terms stand in which column, and which of a question's are worth looking for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.store import FaissStore, TermWeights, lexicon, open_store, queries
from rag.store.lexicon import telling, term_columns
from rag.text.words import bigrams, words
from rag.types import Passage
from tests.store_samples import (
    KELAN,
    SETTINGS,
    XIYANG,
    RecordingEmbedder,
    document,
    found,
    opened,
    passages,
    put,
    put_all,
)


@pytest.fixture
def store(tmp_path: Path) -> FaissStore:
    return opened(tmp_path)


# Columns


def _headed(context: str, title: str) -> Passage:
    (first, *_) = passages(document("昔阳.txt", XIYANG))
    return replace(first, context=context, metadata=replace(first.metadata, title=title))


@pytest.mark.parametrize(
    ("context", "title", "titles", "rest"),
    [
        (
            "昔阳 2023年 政府工作报告 > 一、回顾 > 工业",
            "政府工作报告",
            "政府工作报告",
            "昔阳 2023年 一、回顾 工业",
        ),
        ("政府工作报告", "政府工作报告", "政府工作报告", ""),
        ("政府工作报告 > 政府工作报告", "政府工作报告", "政府工作报告", "政府工作报告"),
        ("昔阳 2023年 > 一、回顾", "昔阳", "", "昔阳 2023年 > 一、回顾"),
        ("昔阳 2023年 一、回顾", "", "", "昔阳 2023年 一、回顾"),
        ("昔阳的政府工作报告", "政府工作报告", "", "昔阳的政府工作报告"),
        ("Coal (2023) > Output", "Coal (2023)", "Coal (2023)", "Output"),
    ],
)
def test_a_title_is_told_from_the_rest_of_the_context(
    context: str, title: str, titles: str, rest: str
) -> None:
    columns = term_columns(_headed(context, title))
    for text, column in zip((titles, rest), columns, strict=False):
        assert column.split() == [*words(text), *bigrams(text)]


_HEADS = st.text("昔阳2023年 报告Wharf>一、", max_size=20)


@given(_HEADS, _HEADS, _HEADS)
def test_no_term_of_the_context_is_lost_or_doubled(before: str, title: str, after: str) -> None:
    context = " ".join(part for part in (before, " > ".join(filter(None, (title, after)))) if part)
    titles, headings, *_ = term_columns(_headed(context, title))
    assert sorted(f"{titles} {headings}".split()) == sorted([*words(context), *bigrams(context)])


@pytest.mark.parametrize("field", ["title", "headings", "words", "bigrams"])
def test_each_column_has_a_weight_of_its_own(tmp_path: Path, field: str) -> None:
    weights = replace(TermWeights(0, 0, 0, 0), **{field: 1.0})
    made = document("昔阳.txt", XIYANG)
    first, second = passages(made)
    with open_store(
        tmp_path, embedder=RecordingEmbedder(), passage_settings=SETTINGS, weights=weights
    ) as store:
        store.replace(
            made,
            "abc",
            [
                replace(
                    first, context="平顺 统计公报 > 能源", metadata=replace(first.metadata, title="统计公报")
                ),
                second,
            ],
        )
        put(store, "岢岚.txt", KELAN)
        told = {
            term: bool(hits and hits[0][1] > 0.1)
            for term, hits in (
                (term, store.lexical([term], 9)) for term in ("公报", "平顺", "2694.5", "煤产")
            )
        }
    assert [term for term, weighs in told.items() if weighs] == {
        "title": ["公报"],
        "headings": ["平顺"],
        "words": ["2694.5"],
        "bigrams": ["煤产"],
    }[field]


# Frequent terms


@given(st.dictionaries(st.text("abcdef", min_size=1), st.integers(0, 9000)), st.integers(1, 9000))
def test_the_rarest_term_that_is_there_is_always_looked_for(frequencies: dict[str, int], more: int) -> None:
    total = max(frequencies.values(), default=0) + more
    kept = telling(list(frequencies), frequencies, total)
    there = [frequency for frequency in frequencies.values() if frequency]
    assert min((frequencies[term] for term in kept if frequencies[term]), default=0) == min(there, default=0)
    assert all(term in kept for term, frequency in frequencies.items() if frequency <= total / 3)


def test_in_a_large_index_a_term_of_most_passages_is_not_looked_for_beside_rarer_ones(
    store: FaissStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_all(store)
    assert store.document_frequencies(["2024", "2694.5"]) == {"2024": 7, "2694.5": 1}
    everywhere = store.lexical(["2024", "2694.5"], 9)
    monkeypatch.setattr(lexicon, "_FEW", 2)
    assert len(everywhere) == 7
    assert store.lexical(["2024", "2694.5"], 9) == store.lexical(["2694.5"], 9)
    (hit,) = store.lexical(["2694.5"], 9)
    assert hit[0] == everywhere[0][0]
    assert hit[1] == pytest.approx(everywhere[0][1], abs=1e-5)
    assert len(store.lexical(["2024", "没有"], 9)) == 7
    assert len(store.lexical(["2024", "2694.5"], 9, sources=["岢岚.txt"])) == 3


def test_frequencies_are_those_of_the_present_state(store: FaissStore, tmp_path: Path) -> None:
    put_all(store)
    assert store.document_frequencies(["收入", "修路", "收入"]) == {"收入": 2, "修路": 0}
    with opened(tmp_path) as other:
        put(other, "新.txt", "收入用来修路。")
    with store.reading():
        assert store.document_frequencies(["收入", "修路"]) == {"收入": 3, "修路": 1}
        with opened(tmp_path) as other:
            other.remove(["新.txt"])
        assert store.document_frequencies(["收入", "修路"]) == {"收入": 3, "修路": 1}
    assert store.document_frequencies(["收入", "修路"]) == {"收入": 2, "修路": 0}


def test_a_search_within_sources_is_one_search_not_one_a_passage(store: FaissStore, tmp_path: Path) -> None:
    put_all(store)
    assert found(store, store.lexical(["收入"], 1, sources=["岢岚.txt"]))
    with closing(sqlite3.connect(tmp_path / "passages.sqlite")) as database:
        values = (1, 1, 1, 1, "x", "[]", 9)
        plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {queries.MATCHES_AMONG}", values)]
    (search,) = [step for step in plan if step.startswith("SCAN term")]
    assert "=" not in search  # "=" stands for one search for each number

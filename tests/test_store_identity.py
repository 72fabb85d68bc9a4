"""A document is its content; its names come and go."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from rag.errors import UnknownSourceError
from rag.seams import DocumentStore
from tests.store_contents import tell
from tests.store_kinds import OpenStore
from tests.store_samples import (
    KELAN,
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
def embedder() -> RecordingEmbedder:
    return RecordingEmbedder()


@pytest.fixture
def store(opened_store: OpenStore, tmp_path: Path, embedder: RecordingEmbedder) -> DocumentStore:
    return opened_store(tmp_path / "store", embedder)


def listed(store: DocumentStore) -> list[tuple[str, str | None]]:
    return [(record.source, record.same_as) for record in store.sources()]


def test_the_same_bytes_under_two_names_are_kept_once_and_listed_twice(store: DocumentStore) -> None:
    put(store, "乙.txt", XIYANG)
    store.link("丙.txt", "乙.txt")
    assert len(store) == 2
    put(store, "一.txt", XIYANG)
    assert len(store) == 2
    assert listed(store) == [("一.txt", None), ("丙.txt", "一.txt"), ("乙.txt", "一.txt")]
    assert {record.passages for record in store.sources()} == {2}


def test_a_document_answers_to_each_of_its_names(store: DocumentStore, embedder: RecordingEmbedder) -> None:
    put_all(store)
    store.link("抄件/昔阳.txt", "昔阳.txt")
    vector = embedder.embed_query("原煤产量")
    own = store.passages_of("昔阳.txt")
    for name in ("昔阳.txt", "抄件/昔阳.txt"):
        assert store.original(name).text == XIYANG
        assert store.document(name).source == name
        assert [one.id for one in store.passages_of(name)] == [one.id for one in own]
        assert {number for number, _ in store.dense(vector, 99, sources=[name])} == {one.id for one in own}
        assert store.lexical(["2694.5"], 9, sources=[name])
    assert {one.passage.source for one in own} == {"抄件/昔阳.txt"}  # 抄 sorts before 昔


def test_a_document_goes_with_its_last_name(store: DocumentStore, embedder: RecordingEmbedder) -> None:
    put(store, "甲.txt", XIYANG)
    store.link("乙.txt", "甲.txt")
    before = [one.id for one in store.passages_of("甲.txt")]
    assert store.remove(["乙.txt"]) == ("乙.txt",)
    assert [one.id for one in store.passages_of("甲.txt")] == before
    assert store.remove(["甲.txt", "乙.txt"]) == ("甲.txt",)
    assert len(store) == 0
    assert store.dense(embedder.embed_query("原煤"), 9) == store.lexical(["2694.5"], 9) == []
    assert store.vocabulary() == frozenset()


def test_a_new_name_costs_no_embedding_and_titles_the_document(
    store: DocumentStore, embedder: RecordingEmbedder
) -> None:
    put(store, "旧.txt", XIYANG)
    embedder.read.clear()
    store.rename("旧.txt", "新.txt")
    assert embedder.read == []
    assert listed(store) == [("新.txt", None)]
    assert store.document("新.txt").metadata.title == "新"
    assert {one.passage.metadata.title for one in store.passages_of("新.txt")} == {"新"}
    with pytest.raises(UnknownSourceError):
        store.original("旧.txt")


def test_a_title_of_the_texts_own_stays_when_the_file_is_renamed(store: DocumentStore) -> None:
    made = document("旧.txt", XIYANG)
    titled = replace(made, metadata=replace(made.metadata, title="昔阳县政府工作报告", reasons=()))
    store.replace(titled, "abc", passages(titled))
    store.rename("旧.txt", "新.txt")
    assert store.sources()[0].metadata.title == "昔阳县政府工作报告"
    assert store.passages_of("新.txt")[0].passage.metadata.title == "昔阳县政府工作报告"


def test_a_passage_keeps_what_it_alone_knows(store: DocumentStore) -> None:
    made = document("甲.txt", XIYANG)
    first, second = passages(made)
    story = replace(first, metadata=replace(first.metadata, title="另一篇", place=None, places=(), year=1999))
    store.replace(made, "abc", [story, second])
    assert [one.passage.metadata for one in store.passages_of("甲.txt")] == [story.metadata, second.metadata]


def test_the_same_bytes_read_as_another_format_are_another_document(store: DocumentStore) -> None:
    put(store, "甲.txt", XIYANG)
    other = replace(document("甲.md", XIYANG), format="md")
    sha256 = store.sources()[0].sha256
    store.replace(other, sha256, passages(other))
    assert listed(store) == [("甲.md", None), ("甲.txt", None)]
    assert len(store) == 4
    assert store.source_with(sha256, "md") == "甲.md"
    assert store.source_with(sha256, "pdf") is None


def test_a_name_given_to_another_document_lets_go_of_its_own(store: DocumentStore) -> None:
    put(store, "甲.txt", XIYANG)
    put(store, "乙.txt", KELAN)
    store.link("甲.txt", "乙.txt")
    assert listed(store) == [("乙.txt", None), ("甲.txt", "乙.txt")]
    assert len(store) == 3
    put(store, "乙.txt", XIYANG)
    assert listed(store) == [("乙.txt", None), ("甲.txt", None)]
    store.rename("甲.txt", "乙.txt")
    assert listed(store) == [("乙.txt", None)]
    assert store.original("乙.txt").text == KELAN


def test_a_name_for_a_document_that_is_not_there_is_refused_and_nothing_changes(store: DocumentStore) -> None:
    put(store, "甲.txt", XIYANG)
    generation = store.generation
    for change in (store.link, lambda source, other: store.rename(other, source)):
        with pytest.raises(UnknownSourceError, match=r"没有\.txt"):
            change("甲.txt", "没有.txt")
    store.link("甲.txt", "甲.txt")
    store.rename("甲.txt", "甲.txt")
    assert listed(store) == [("甲.txt", None)]
    assert store.generation > generation


def test_sources_can_be_asked_for_by_name(store: DocumentStore) -> None:
    put_all(store)
    store.link("又.txt", "昔阳.txt")
    assert [(r.source, r.same_as) for r in store.sources(["昔阳.txt", "没有.txt", "左权.txt"])] == [
        ("左权.txt", None),
        ("昔阳.txt", "又.txt"),
    ]


def test_the_order_of_changes_leaves_no_trace(tmp_path: Path) -> None:
    told = []
    for number, order in enumerate(permutations(("甲.txt", "乙.txt", "丙.txt", "丁.txt"))):
        with opened(tmp_path / str(number)) as store:
            for name in order:
                put(store, name, KELAN if name == "丁.txt" else XIYANG)
            told.append(tell(store, tmp_path / str(number)))
    assert all(one == told[0] for one in told)


def test_what_is_equally_near_comes_in_one_order_however_it_came_in(
    opened_store: OpenStore, tmp_path: Path
) -> None:
    texts = [f"编号{n}。\n同一句话。" for n in range(30)]
    hits = []
    for number, order in enumerate((texts, texts[::-1])):
        with opened_store(tmp_path / str(number)) as store:
            for text in order:
                put(store, f"{text[:4]}.txt", f"{text}")
            for _ in range(3):
                put(store, "旁.txt", "旁的。")
            vector = RecordingEmbedder().embed_query("同一句话")
            hits.append((store.dense(vector, 7), store.lexical(["同一", "句话"], 7)))
            assert found(store, hits[-1][0]) == ["同一句话。"] * 7
    assert hits[0] == hits[1]

"""What a store finds, by meaning and by term."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.seams import DocumentStore
from rag.store import TermWeights, open_store
from rag.text.words import bigrams, words
from tests.store_kinds import OpenStore
from tests.store_samples import (
    CORPUS,
    SETTINGS,
    RecordingEmbedder,
    document,
    found,
    passages,
    put,
    put_all,
)


@pytest.fixture
def embedder() -> RecordingEmbedder:
    return RecordingEmbedder()


@pytest.fixture
def store(opened_store: OpenStore, tmp_path: Path, embedder: RecordingEmbedder) -> DocumentStore:
    return opened_store(tmp_path / "索引 #1?", embedder)


def test_dense_search_finds_the_nearest_first(store: DocumentStore, embedder: RecordingEmbedder) -> None:
    put_all(store)
    hits = store.dense(embedder.embed_query("羊饲养量稳定在80万只"), 3)
    assert found(store, hits)[0] == "羊饲养量稳定在80万只。"
    scores = [score for _, score in hits]
    assert scores == sorted(scores, reverse=True)
    np.testing.assert_allclose(
        store.similarities(embedder.embed_query("羊饲养量稳定在80万只"), [number for number, _ in hits]),
        scores,
        rtol=1e-5,
    )


def test_more_hits_than_passages_gives_every_passage_once(
    store: DocumentStore, embedder: RecordingEmbedder
) -> None:
    put_all(store)
    hits = store.dense(embedder.embed_query("收入"), 1000)
    assert len({number for number, _ in hits}) == len(hits) == len(store) == 7
    assert store.dense(embedder.embed_query("收入"), 0) == []
    assert store.lexical(["收入"], 0) == []


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("2694.5", "昔阳县原煤产量2694.5万吨，同比增长42%。全县粮食总产量3.2亿斤。"),
        ("5.5%", "岢岚县一般公共预算收入增长5.5%。"),
        ("百分点", "脱贫人口人均收入提高1.2个百分点。"),
        ("Projects", "The pumped storage project is under construction."),
        ("饲养", "羊饲养量稳定在80万只。"),
    ],
)
def test_a_term_is_matched_whole(store: DocumentStore, question: str, text: str) -> None:
    put_all(store)
    assert found(store, store.lexical(words(question), 5))[0] == text


@pytest.mark.parametrize("part", ["2694", "694.5", "5.5", "%", "百"])
def test_a_part_of_a_term_is_not_the_term(store: DocumentStore, part: str) -> None:
    put_all(store)
    assert store.lexical([part], 5) == []
    assert store.document_frequencies([part]) == {part: 0}


def test_a_lexical_score_is_bm25_by_the_formula(tmp_path: Path, embedder: RecordingEmbedder) -> None:
    only_words = TermWeights(title=0, headings=0, words=1, bigrams=0)
    store = open_store(tmp_path, embedder=embedder, passage_settings=SETTINGS, weights=only_words)
    put_all(store)
    texts = {s.id: s.passage for source in CORPUS for s in store.passages_of(source)}
    lengths = {
        number: len([*words(p.context), *bigrams(p.context), *words(p.text), *bigrams(p.text)])
        for number, p in texts.items()
    }
    average = sum(lengths.values()) / len(lengths)
    for term in ("原煤", "收入", "投资"):
        holding = [number for number, p in texts.items() if term in [*words(p.text), *bigrams(p.text)]]
        rarity = np.log((len(texts) - len(holding) + 0.5) / (len(holding) + 0.5))
        for number, score in store.lexical([term], 10):
            often = words(texts[number].text).count(term)
            longer = 1 - 0.75 + 0.75 * lengths[number] / average
            assert score == pytest.approx(rarity * often * 2.2 / (often + 1.2 * longer))


@pytest.mark.parametrize(
    "terms",
    [
        ['" OR *'],
        ["原煤 NOT 产量"],
        ["words:原煤"],
        ["NEAR(原煤 产量)"],
        ["'; DROP TABLE passage; --"],
        ["^", "-", "(", '"', "*"],
        ["", " ", "\0", "\ud800", "\t"],
        ["AND", "OR", "NOT"],
    ],
)
def test_no_term_is_read_as_a_query(store: DocumentStore, terms: list[str]) -> None:
    put_all(store)
    assert store.lexical(terms, 5) == []
    assert store.document_frequencies(terms) == dict.fromkeys(terms, 0)
    assert len(store) == 7


def test_ten_thousand_terms_are_one_question(store: DocumentStore) -> None:
    put_all(store)
    hits = store.lexical([*(f"没有{n}" for n in range(10_000)), "2694.5"], 5)
    assert found(store, hits)[0].startswith("昔阳县原煤产量")


def test_searches_can_be_limited_to_sources(store: DocumentStore, embedder: RecordingEmbedder) -> None:
    put_all(store)
    vector = embedder.embed_query("昔阳县原煤产量")
    for sources in (["岢岚.txt"], ["岢岚.txt", "左权.txt"], ["岢岚.txt", "没有.txt"]):
        hits = store.dense(vector, 100, sources=sources) + store.lexical(["2024"], 100, sources=sources)
        found_in = {stored.passage.source for stored in store.passages(number for number, _ in hits)}
        assert found_in == set(sources) & set(CORPUS)
    assert store.dense(vector, 100, sources=[]) == store.lexical(["2024"], 100, sources=[]) == []
    for every in ([*CORPUS], [*CORPUS, "没有.txt"]):
        assert store.dense(vector, 1, sources=every) == store.dense(vector, 1)
        assert store.lexical(["2024"], 9, sources=every) == store.lexical(["2024"], 9)


def test_a_limit_to_all_sources_holds_when_another_comes(
    store: DocumentStore, embedder: RecordingEmbedder
) -> None:
    put_all(store)
    vector, every = embedder.embed_query("昔阳县原煤产量"), [*CORPUS]
    before = store.dense(vector, 100, sources=every)
    put(store, "和顺.txt", "和顺县原煤产量100万吨。")
    assert store.dense(vector, 100, sources=every) == before
    assert len(store.dense(vector, 100, sources=[*every, "和顺.txt"])) == len(before) + 1


def test_document_frequencies_count_passages_and_the_vocabulary_lists_their_terms(
    store: DocumentStore,
) -> None:
    put_all(store)
    assert store.document_frequencies(["收入", "2694.5", "没有"]) == {"收入": 2, "2694.5": 1, "没有": 0}
    texts = [p.embedded_text for s, t in CORPUS.items() for p in passages(document(s, t))]
    assert store.vocabulary() == {term for text in texts for term in [*words(text), *bigrams(text)]}

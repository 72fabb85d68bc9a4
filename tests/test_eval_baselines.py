"""The baselines run for real: LangChain's splitter, a FAISS store, BM25 and their ensemble."""

from __future__ import annotations

import subprocess
import sys

import pytest

from eval.baselines import (
    CHUNK_SIZE,
    DENSE,
    DESCRIPTIONS,
    OTHER_MODEL,
    OUR_PASSAGES,
    Baseline,
    build_baselines,
    our_chunks,
    tutorial_chunks,
)
from eval.gold import GoldQuestion
from eval.judge import Ranking
from eval.plain_vectors import PlainVectors
from eval.targets import OriginalTexts, passage_span
from rag.original import AlignedText, Original
from rag.types import Metadata, Passage
from tests.fakes import HashedBagOfWords
from tests.scripted_assistant import Originals, ScriptedAssistant

COAL = "昔阳县全年原煤产量2694.5万吨，同比增长42%。\n全县财政收入12.6亿元。\n"
GRAIN = "Grain output reached 8 tons in Zuoquan county.\n左权县粮食产量8万吨。\n"
FILLER = "".join(f"第{i}件小事与产量无关，说的是天气和道路。\n" for i in range(60))
STORE = Originals({"coal.txt": Original(FILLER + COAL), "grain.txt": Original(GRAIN + FILLER)})
TEXTS = OriginalTexts(STORE)


@pytest.fixture(scope="module")
def baselines() -> dict[str, Baseline]:
    built = build_baselines(TEXTS, ScriptedAssistant(STORE).passages(), PlainVectors(HashedBagOfWords()))
    return {baseline.name: baseline for baseline in built}


def asked(question: str, source: str, evidence: str, *, answerable: bool = True) -> GoldQuestion:
    return GoldQuestion("q", question, "zh", "fact", ("x",), (), (source,), (evidence,), answerable, (), None)


def rank(baseline: Baseline, question: GoldQuestion) -> Ranking:
    (ranking,) = baseline.rankings([question], TEXTS)
    return ranking


COAL_QUESTION = asked("昔阳县原煤产量是多少万吨？", "coal.txt", "原煤产量2694.5万吨")


def test_there_is_each_retriever_over_both_kinds_of_chunks(baselines: dict[str, Baseline]) -> None:
    over_ours = {name + OUR_PASSAGES for name in DESCRIPTIONS if name != DENSE}
    assert set(baselines) == {*DESCRIPTIONS, *over_ours}


def test_dense_alone_is_the_cosine_with_each_passage(baselines: dict[str, Baseline]) -> None:
    passages, model = ScriptedAssistant(STORE).passages(), HashedBagOfWords()
    cosines = model.embed_passages([p.text for p in passages]) @ model.embed_query(COAL_QUESTION.question)
    ranked = baselines[DENSE].rank(COAL_QUESTION.question)
    assert ranked[0] == passage_span(passages[int(cosines.argmax())])
    order = {passage_span(passage): cosine for passage, cosine in zip(passages, cosines, strict=True)}
    found = [float(order[span]) for span in ranked]
    assert found == sorted(found, reverse=True)


def test_another_model_gives_each_baseline_with_vectors_once_more() -> None:
    narrow, wide = HashedBagOfWords(64), HashedBagOfWords(512)
    passages = ScriptedAssistant(STORE).passages()
    built = build_baselines(TEXTS, passages, PlainVectors(narrow), PlainVectors(wide))
    names = {baseline.name: baseline for baseline in built}
    other = {name for name in names if OTHER_MODEL in name}
    with_vectors = {"langchain-faiss", "langchain-ensemble", "ensemble-words"}
    assert other == {DENSE + OTHER_MODEL} | {
        name + OTHER_MODEL + chunks for name in with_vectors for chunks in ("", OUR_PASSAGES)
    }
    alone = build_baselines(TEXTS, passages, PlainVectors(wide))[0]
    question = COAL_QUESTION.question
    assert names[DENSE + OTHER_MODEL].rank(question) == alone.rank(question)


def test_tutorial_chunks_know_where_they_stand_in_the_raw_text() -> None:
    chunks = tutorial_chunks(TEXTS)
    assert len(chunks) > 4
    for chunk in chunks:
        place = chunk.metadata
        assert STORE.original(place["source"]).text[place["start"] : place["end"]] == chunk.page_content
        assert len(chunk.page_content) <= CHUNK_SIZE


def test_our_chunks_are_what_is_embedded_at_the_place_that_is_quoted() -> None:
    original = "产 量５吨"
    body = AlignedText.identity(original, 10)
    passage = Passage("a.txt", 0, body, (), "昔阳县 2023年", ((0, len(original)),), Metadata())
    (chunk,) = our_chunks([passage])
    assert chunk.page_content == "昔阳县 2023年\n产 量５吨"
    assert chunk.metadata == {"source": "a.txt", "start": 10, "end": 15}


@pytest.mark.parametrize(
    "name", ["langchain-faiss", "bm25-words", "ensemble-words", "langchain-faiss" + OUR_PASSAGES]
)
def test_a_baseline_that_reads_chinese_finds_the_evidence(baselines: dict[str, Baseline], name: str) -> None:
    assert rank(baselines[name], COAL_QUESTION) == Ranking((1,), (1,))


def test_bm25_reads_english_by_default(baselines: dict[str, Baseline]) -> None:
    question = asked("Grain output in Zuoquan", "grain.txt", "8 tons")
    assert rank(baselines["bm25"], question) == Ranking((1,), (1,))


def test_bm25_at_white_space_orders_chunks_alike_for_every_chinese_question(
    baselines: dict[str, Baseline],
) -> None:
    bm25 = baselines["bm25" + OUR_PASSAGES]
    assert bm25.rank("昔阳县原煤产量是多少？") == bm25.rank("左权县粮食产量是多少？")


def test_an_ensemble_ranks_what_either_of_its_two_found(baselines: dict[str, Baseline]) -> None:
    spans = [set(baselines[name].rank(COAL_QUESTION.question)) for name in ("langchain-faiss", "bm25-words")]
    fused = baselines["ensemble-words"].rank(COAL_QUESTION.question)
    assert set(fused) == spans[0] | spans[1]
    assert len(fused) == len(set(fused))


def test_an_unanswerable_question_is_not_ranked(baselines: dict[str, Baseline]) -> None:
    question = asked("县长是谁？", "coal.txt", "x", answerable=False)
    assert rank(baselines["langchain-faiss"], question) == Ranking((), ())


def test_each_text_is_embedded_once_and_told_of() -> None:
    told: list[tuple[int, int]] = []
    passages = ScriptedAssistant(STORE).passages()
    vectors = PlainVectors(HashedBagOfWords(), progress=lambda done, total: told.append((done, total)))
    build_baselines(TEXTS, passages, vectors)
    texts = {chunk.page_content for chunk in (*tutorial_chunks(TEXTS), *our_chunks(passages))}
    assert sum(done for done, total in told if done == total) == len(texts)


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, eval.__main__\n"
        "heavy = ('langchain_core', 'langchain_community', 'faiss', 'matplotlib', 'torch', 'jinja2')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

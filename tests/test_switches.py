"""Parts of retrieval switched off: each takes away what it says, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.retrieval.fusion import Fusion
from rag.retrieval.query import QueryReader
from rag.retrieval.retriever import Retriever
from rag.retrieval.switches import Switches
from rag.types import Query
from tests.fakes import HashedBagOfWords
from tests.store_samples import opened, put_all

SAME = "2024年羊饲养量稳定在80万只，一般公共预算收入增长5.5%，粮食产量再创历史新高。"


def read(assistant: Assistant, question: str, switches: Switches) -> tuple[Query, Query]:
    """A question read with everything, and without what is switched off."""
    return QueryReader(assistant.store).read(question), QueryReader(assistant.store, switches).read(question)


def forms(query: Query) -> set[str]:
    return {form for term in query.terms for form in term.forms}


def test_without_the_dictionary_words_stay_in_their_own_language(seed_assistant: Assistant) -> None:
    whole, without = read(seed_assistant, "How many sheep are there in Kelan?", Switches(dictionary=False))
    assert {"羊", "岢岚"} <= forms(whole)
    assert forms(without) == {"sheep", "kelan"}


def test_without_the_dictionary_the_table_still_speaks(seed_assistant: Assistant) -> None:
    _, without = read(seed_assistant, "What is the gross domestic product?", Switches(dictionary=False))
    assert "地区生产总值" in forms(without)


@pytest.mark.parametrize("question", ["昔阳县GDP是多少？", "What is Xiyang's gross domestic product?"])
def test_without_synonyms_a_concept_is_a_word_like_any_other(
    seed_assistant: Assistant, question: str
) -> None:
    whole, without = read(seed_assistant, question, Switches(synonyms=False))
    assert "地区生产总值" in forms(whole)
    assert "concept" in {term.role for term in whole.terms}
    assert "concept" not in {term.role for term in without.terms}
    assert "昔阳" in forms(without)


def test_without_correction_a_typo_stays(seed_assistant: Assistant) -> None:
    question = "昔阳县2023年原媒产量是多少？"
    whole, without = read(seed_assistant, question, Switches(typos=False))
    assert "原煤" in whole.text
    assert without.text == question


def test_without_parts_a_question_is_one(seed_assistant: Assistant) -> None:
    whole, without = read(seed_assistant, "岢岚和左权的粮食产量各是多少？", Switches(parts=False))
    assert len(whole.parts) == 2
    assert without.parts == ()
    assert without.terms == whole.terms


def test_near_duplicates_stay_where_nothing_takes_them_away(tmp_path: Path) -> None:
    embedder = HashedBagOfWords()
    with opened(tmp_path, embedder) as store:
        put_all(store, {"岢岚.txt": SAME, "左权.txt": f"{SAME}。"})
        counts = [
            len(Retriever(store, embedder, switches=switches).search("羊饲养量？", 5).hits)
            for switches in (Switches(), Switches(distinct=False))
        ]
    assert counts == [1, 2]


def test_a_fusion_deaf_to_words_puts_no_passage_forward_for_its_words(tmp_path: Path) -> None:
    embedder = HashedBagOfWords()
    with opened(tmp_path, embedder) as store:
        put_all(store, {"岢岚.txt": "羊饲养量稳定。", "左权.txt": "羊毛产量增长。"})
        hits = Retriever(store, embedder, Fusion({"passage": 1.0})).search("羊饲养量？", 5).hits
        heard = (
            Retriever(store, embedder, Fusion({"passage": 1.0, "words": 1.0})).search("羊饲养量？", 5).hits
        )
    assert {hit.lexical for hit in hits} == {0.0}
    assert max(hit.lexical for hit in heard) > 0

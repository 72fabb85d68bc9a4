"""A hit that is cut off from its subject brings what stands before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.answering.evidence import find_evidence
from rag.answering.prompts import build_request, load_prompt
from rag.assistant import Assistant
from rag.retrieval.neighbours import lead_ins
from rag.retrieval.query import QueryReader
from rag.seams import DocumentStore
from rag.store import FaissStore
from rag.types import Hit
from tests.fakes import HashedBagOfWords
from tests.store_samples import opened, put_all

CUT_OFF = "全县工业用电量稳步增长，结构继续优化。\n其中，高新技术企业用电3.2亿千瓦时。\n粮食总产量达到5万吨。\n同比增长4.5%。"
LISTED = "今年抓好四项农业重点。\n一是核桃提质。\n二是连翘扩种。\n三是养羊扩群。\n畜牧业产值增长。"
OTHER = "望河县工业用电量下降。\n望河县粮食减产。"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FaissStore]:
    """A store whose passages are lines."""
    with opened(tmp_path, HashedBagOfWords()) as made:
        put_all(made, {"清溪.txt": CUT_OFF, "临山.txt": LISTED, "望河.txt": OTHER})
        yield made


def hits(store: DocumentStore, source: str) -> list[Hit]:
    return [Hit(one.id, one.passage, 1.0, 1.0, 1.0, 1.0) for one in store.passages_of(source)]


def leads(store: FaissStore, source: str) -> dict[str, str]:
    """Passage → its lead-in."""
    found = hits(store, source)
    texts = {number: lead.text for number, lead in lead_ins(store, found).items()}
    return {hit.passage.text: texts[hit.id] for hit in found if hit.id in texts}


class TestTheLeadIn:
    def test_is_the_sentence_before_one_that_leans_on_it(self, store: FaissStore) -> None:
        assert leads(store, "清溪.txt") == {
            "其中，高新技术企业用电3.2亿千瓦时。": "全县工业用电量稳步增长，结构继续优化。",
            "同比增长4.5%。": "粮食总产量达到5万吨。",
        }

    def test_of_a_later_item_is_what_opens_its_list(self, store: FaissStore) -> None:
        assert leads(store, "临山.txt") == {
            "二是连翘扩种。": "今年抓好四项农业重点。",
            "三是养羊扩群。": "今年抓好四项农业重点。",
        }

    def test_is_not_wanted_where_a_sentence_names_its_subject(self, store: FaissStore) -> None:
        assert leads(store, "望河.txt") == {}

    def test_stands_so_in_the_original(self, store: FaissStore) -> None:
        for source in ("清溪.txt", "临山.txt"):
            original = store.original(source).text
            for lead in lead_ins(store, hits(store, source)).values():
                start, end = lead.original_span(0, len(lead.text))
                assert original[start:end] == lead.text

    def test_never_comes_from_another_section_or_document(self, seed_assistant: Assistant) -> None:
        for record in seed_assistant.store.sources():
            found = {hit.id: hit for hit in hits(seed_assistant.store, record.source)}
            original = seed_assistant.store.original(record.source).text
            for number, lead in lead_ins(seed_assistant.store, list(found.values())).items():
                start, end = lead.original_span(0, len(lead.text))
                assert end <= found[number].passage.body.original_span(0, 1)[0]
                assert 0 < len(lead.text) <= 160
                assert "".join(lead.text.split())[:5] in "".join(original[start:end].split())


class TestWhatItIsGoodFor:
    def test_a_figure_is_evidence_for_the_subject_before_it(self, store: FaissStore) -> None:
        query = QueryReader(store).read("清溪粮食产量同比增长多少？")
        found = [hit for hit in hits(store, "清溪.txt") if hit.passage.text.startswith("同比")]
        silent = [np.zeros(0)] * len(found)
        (without,) = find_evidence(query, found, silent)
        (within,) = find_evidence(query, found, silent, lead_ins(store, found))
        assert within.features.near > without.features.near
        assert within.text == without.text == "同比增长4.5%。"

    def test_a_model_sees_it_above_the_passage_and_not_in_it(self, store: FaissStore) -> None:
        found = [hit for hit in hits(store, "清溪.txt") if hit.passage.text.startswith("同比")]
        prompt = load_prompt("answer", "zh")
        request = build_request("增长多少？", "zh", found, (), prompt, lead_ins=lead_ins(store, found))
        lines = request.messages[-1][1].splitlines()
        at = lines.index("同比增长4.5%。")
        assert lines[at - 1].startswith("[1] ")
        assert lines[at - 1].endswith("… 粮食总产量达到5万吨。")

"""The proofs with models, on a handful of questions; `make proof` runs them over all."""

from __future__ import annotations

import pytest

from eval.oracle import Stray, figures_not_in, stray_figures
from rag.answering.chat_model import open_chat_model
from rag.assistant import Assistant
from rag.types import Answer, Citation, Claim
from tests.gold_model import STYLES
from tests.llm_server import no_provider, smollm2
from tests.proofs.models import SECONDS, WINDOW, marked_by_style, questions, told_by

__all__ = ["no_provider"]


def answer(claim: str, *quotes: str, supported: bool = True) -> Answer:
    """An answer of one claim that cites these quotes."""
    citations = tuple(Citation(n, "a.txt", "", None, 0, len(q), q) for n, q in enumerate(quotes, 1))
    claims = (Claim(claim, tuple(range(1, len(quotes) + 1)), supported),)
    return Answer("", "zh", claim, False, 1.0, claims, citations, (), "m")


class TestTheOracle:
    @pytest.mark.parametrize(
        ("claim", "quote"),
        [
            ("产量2694.5万吨。", "原煤产 量26 94.5万吨，"),
            ("Output was 26.945 million tonnes.", "原煤产量2694.5万吨"),
            ("产量26,945,000吨。", "原煤产量2694.5万吨"),
            ("同比增长42%。", "同比增长４２％"),
            ("没有数字。", "也没有。"),
        ],
    )
    def test_finds_a_figure_however_it_is_written(self, claim: str, quote: str) -> None:
        assert stray_figures(answer(claim, quote)) == ()

    @pytest.mark.parametrize(
        ("claim", "quote", "stray"),
        [
            ("产量2694.6万吨。", "原煤产量2694.5万吨", "2694.6万"),
            ("产量2694.5亿吨。", "原煤产量2694.5万吨", "2694.5亿"),
            ("增长42%。", "增长42个", "42%"),
            ("2021年。", "2023年", "2021"),
        ],
    )
    def test_finds_what_stands_in_no_quote(self, claim: str, quote: str, stray: str) -> None:
        assert stray_figures(answer(claim, quote)) == (Stray(stray, claim),)

    def test_asks_nothing_of_what_is_not_shown_as_supported(self) -> None:
        assert stray_figures(answer("产量9万吨。", "8万吨", supported=False)) == ()

    def test_tells_what_a_model_made_up(self) -> None:
        assert figures_not_in("产量8万吨，增长48%。", ["产量8万吨，增长42%。"]) == ("48%",)


def test_a_model_that_is_right_is_cited_right_in_every_style(
    seed_assistant: Assistant, no_provider: None
) -> None:
    results = marked_by_style(seed_assistant, questions(("seeds.jsonl",), step=40), styles=len(STYLES) // 2)
    citations = sum(one.citations for one in results.values())
    assert citations >= 10
    assert sum(one.right for one in results.values()) >= 0.97 * citations
    assert not any(one.dangling for one in results.values())


def test_no_figure_that_a_real_model_made_up_is_shown_as_supported(
    seed_assistant: Assistant, no_provider: None
) -> None:
    pytest.importorskip("xllamacpp", reason="xllamacpp has no wheel for this machine")
    model = open_chat_model(f"gguf:{smollm2()}", timeout=SECONDS, window=WINDOW)
    told = told_by(seed_assistant, model, questions(("seeds.jsonl",), step=75))
    assert sum(told.backends.values()) == 3
    assert told.strays == []

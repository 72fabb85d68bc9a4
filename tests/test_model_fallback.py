"""Where a model's reply can't be used, the documents' own words stand in for it, and a warning says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from rag.answering.prompts import Message
from rag.answering.replies import in_another_language
from rag.answering.windows import check_fits
from rag.assistant import Assistant

COAL = "昔阳县2023年原煤产量是多少？"
COAL_EN = "How many tonnes of raw coal did Xiyang County produce in 2023?"


@dataclass
class SmallChat:
    """Reads `window` tokens at once, and keeps how long the prompts were that it was given."""

    says: str
    window: int | None = None
    name: str = "small:model"
    heard: list[int] = field(default_factory=list)

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.heard.append(sum(len(text) for _, text in messages))
        check_fits(self.name, messages, self.window)
        yield self.says


class TestAnotherLanguage:
    def test_is_not_given_to_a_reader_who_asked_in_chinese(self, seed_assistant: Assistant) -> None:
        model = SmallChat("The county produced 26.945 million tonnes of raw coal in 2023 [1].")
        answer = seed_assistant.ask(COAL, model=model)
        assert answer.backend == "extractive"
        assert "2694.5万吨" in answer.text
        assert any("没有用提问的语言" in warning for warning in answer.warnings)

    def test_is_not_given_to_a_reader_who_asked_in_english(self, seed_assistant: Assistant) -> None:
        model = SmallChat("2023年，昔阳县全县原煤产量达到2694.5万吨，同比增长42%[1]。")
        answer = seed_assistant.ask(COAL_EN, model=model)
        assert answer.backend == "extractive"
        assert any("language of the question" in warning for warning in answer.warnings)

    @pytest.mark.parametrize(
        ("text", "asked"),
        [
            ("2694.5万吨", "en"),
            ("Xiyang produced 2694.5万吨 of 原煤.", "en"),
            ("GDP", "zh"),
            ("26.9%", "zh"),
            ("", "zh"),
            ("", "en"),
            ("昔阳县与 Siemens Energy 签约。", "zh"),
        ],
    )
    def test_is_not_seen_in_names_and_figures(self, text: str, asked: str) -> None:
        assert not in_another_language(text, asked)


class TestAWindow:
    def test_that_is_small_gets_less_evidence(self, seed_assistant: Assistant) -> None:
        model = SmallChat("昔阳县2023年原煤产量为2694.5万吨[1]。", window=1700)
        answer = seed_assistant.ask(COAL, model=model)
        assert answer.backend == model.name
        assert "2694.5万吨" in answer.text
        assert len(model.heard) > 1
        assert model.heard == sorted(model.heard, reverse=True)

    def test_that_is_too_small_for_any_is_said(self, seed_assistant: Assistant) -> None:
        answer = seed_assistant.ask(COAL, model=SmallChat("x", window=512))
        assert answer.backend == "extractive"
        assert any("一次能读的长度" in warning for warning in answer.warnings)

"""Whatever a chat model writes, only what the documents hold is in the answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from rag.answering.prompts import REFUSALS, Message
from rag.assistant import Assistant
from rag.errors import ModelError
from rag.types import Answer, Turn

COAL = "昔阳县2023年原煤产量是多少？"
COAL_EN = "How many tonnes of raw coal did Xiyang County produce in 2023?"


@dataclass
class ScriptedChat:
    """A chat backend that says its lines and keeps what it was told; it may break off with an error."""

    pieces: Sequence[str]
    breaks_off: bool = False
    name: str = "scripted:model"
    heard: list[Sequence[Message]] = field(default_factory=list)

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.heard.append(messages)
        yield from self.pieces
        if self.breaks_off:
            raise ModelError("模型断线了。", "The model hung up.")


def ask(assistant: Assistant, *pieces: str, question: str = COAL, breaks_off: bool = False) -> Answer:
    """The answer to a question where the model says this."""
    return assistant.ask(question, model=ScriptedChat(pieces, breaks_off))


class TestWhatIsKept:
    def test_a_cited_sentence_the_passage_holds(self, seed_assistant: Assistant) -> None:
        answer = ask(seed_assistant, "2023年昔阳县原煤产量为2694.5万吨", "，同比增长42%[1]。")
        assert answer.text == "2023年昔阳县原煤产量为2694.5万吨，同比增长42%。[1]"
        assert answer.backend == "scripted:model"
        assert answer.warnings == ()
        assert "同比增长42%" in answer.citations[0].quote

    def test_a_marker_on_the_wrong_passage_is_moved_to_the_right_one(self, seed_assistant: Assistant) -> None:
        for wrong in ("[2]", "[3]", "【4】", "", "[99]"):
            answer = ask(seed_assistant, f"原煤产量为2694.5万吨{wrong}。")
            assert answer.text == "原煤产量为2694.5万吨。[1]"
            assert "量2694.5万吨" in answer.citations[0].quote

    def test_a_figure_written_in_another_way(self, seed_assistant: Assistant) -> None:
        answer = ask(seed_assistant, "Raw coal output was 26.945 million tonnes [1].", question=COAL_EN)
        assert answer.text == "Raw coal output was 26.945 million tonnes.[1]"
        assert answer.claims[0].figures[0].supported

    def test_evidence_numbers_become_citation_numbers(self, seed_assistant: Assistant) -> None:
        answer = ask(seed_assistant, "原煤产量2694.5万吨[1]。同比增长42%[1]。")
        assert [claim.citations for claim in answer.claims] == [(1,), (1,)]
        assert len(answer.citations) == 1


class TestWhatIsRemoved:
    @pytest.mark.parametrize(
        "invented",
        [
            "同比增长48%[1]。",
            "原煤产量为2694.5亿吨[1]。",
            "2021年原煤产量为2694.5万吨[1]。",
            "原煤产量同比下降42%[1]。",
            "昔阳县地区生产总值为12.6亿元[1]。",
            "昔阳县有三座国际机场[1]。",
        ],
    )
    def test_an_invented_sentence_goes_and_the_rest_stays(
        self, invented: str, seed_assistant: Assistant
    ) -> None:
        answer = ask(seed_assistant, "原煤产量为2694.5万吨[1]。", invented)
        assert answer.text == "原煤产量为2694.5万吨。[1]"
        assert answer.backend == "scripted:model"
        assert any(invented[:-4] in warning for warning in answer.warnings)

    @pytest.mark.parametrize("pieces", [("原煤产量为9999万吨[1]。",), ("   ",), (), ("？",), ("[1][2]",)])
    def test_where_nothing_holds_the_documents_own_words_are_given(
        self, pieces: tuple[str, ...], seed_assistant: Assistant
    ) -> None:
        answer = ask(seed_assistant, *pieces)
        assert answer.backend == "extractive"
        assert "2694.5万吨" in answer.text
        assert "9999" not in answer.text
        assert len(answer.warnings) == 1
        assert "大模型" in answer.warnings[0]

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(
                    ["原煤产量", "新能源装机", "一般公共预算收入", "同比增长", "签约项目", "昔阳县"]
                ),
                st.sampled_from(["2694.5万吨", "42%", "48%", "208万千瓦", "11个", "三倍", "", "很多"]),
                st.sampled_from(["[1]", "[2]", "[1][3]", "【6】", "", "[0]"]),
            ),
            min_size=1,
            max_size=5,
        )
    )
    def test_no_claim_or_figure_is_ever_given_that_its_citations_do_not_hold(
        self, seed_assistant: Assistant, sentences: list[tuple[str, str, str]]
    ) -> None:
        answer = ask(seed_assistant, *(f"{what}{figure}{marker}。" for what, figure, marker in sentences))
        quotes = {citation.number: "".join(citation.quote.split()) for citation in answer.citations}
        for claim in answer.claims:
            assert claim.supported
            assert claim.citations
            for figure in claim.figures:
                assert figure.supported
                if figure.figure.unit != "年":
                    assert any(figure.figure.text in quotes[number] for number in claim.citations)


class TestAModelThatFails:
    @pytest.mark.parametrize("said", [(), ("原煤产量",), ("原煤产量为9999万吨[1]。",)])
    def test_leaves_the_extractive_answer_with_a_warning(
        self, said: tuple[str, ...], seed_assistant: Assistant
    ) -> None:
        answer = ask(seed_assistant, *said, breaks_off=True)
        plain = seed_assistant.ask(COAL)
        assert (answer.text, answer.citations) == (plain.text, plain.citations)
        assert answer.backend == "extractive"
        assert answer.warnings == ("大模型没有答成，以下是直接摘自资料的回答。模型断线了。",)

    def test_is_told_of_in_the_language_of_the_question(self, seed_assistant: Assistant) -> None:
        answer = ask(seed_assistant, question=COAL_EN, breaks_off=True)
        assert "The model hung up." in answer.warnings[0]


class TestRefusing:
    def test_a_model_may_refuse(self, seed_assistant: Assistant) -> None:
        for question, language in ((COAL, "zh"), (COAL_EN, "en")):
            answer = ask(seed_assistant, REFUSALS[language], question=question)
            assert answer.refused
            assert (len(answer.citations), len(answer.claims)) == (0, 0)
            assert answer.backend == "scripted:model"
            assert answer.hits

    def test_a_model_is_not_asked_what_the_documents_do_not_say(self, seed_assistant: Assistant) -> None:
        model = ScriptedChat(["左权县长是张三[1]。"])
        assert seed_assistant.ask("左权县长是谁？", model=model).refused
        assert model.heard == []


class TestWhatTheModelIsTold:
    def test_the_question_and_the_evidence(self, seed_assistant: Assistant) -> None:
        model = ScriptedChat(["原煤产量为2694.5万吨[1]。"])
        seed_assistant.ask(COAL, model=model)
        told = "\n".join(text for _, text in model.heard[0])
        assert COAL in told
        assert told.index("[1]") < told.index("2694.5万吨")
        assert REFUSALS["zh"] in told

    def test_in_english_where_asked_in_english(self, seed_assistant: Assistant) -> None:
        model = ScriptedChat(["Raw coal output was 2694.5万吨 [1]."])
        seed_assistant.ask(COAL_EN, model=model)
        assert REFUSALS["en"] in "\n".join(text for _, text in model.heard[0])

    def test_the_conversation_so_far(self, seed_assistant: Assistant) -> None:
        model = ScriptedChat(["同比增长42%[1]。"])
        answer = seed_assistant.ask("同比增长了多少？", [Turn(COAL, "2694.5万吨[1]")], model=model)
        assert COAL in "\n".join(text for _, text in model.heard[0])
        assert answer.text == "同比增长42%。[1]"


def test_text_comes_as_it_is_written_and_the_checked_answer_last(seed_assistant: Assistant) -> None:
    model = ScriptedChat(["原煤产", "量为2694.5万吨【", "1】。", "增长48%[1]。"])
    *pieces, last = seed_assistant.stream(COAL, model=model)
    assert "".join(str(piece) for piece in pieces) == "原煤产量为2694.5万吨[1]。增长48%[1]。"
    assert isinstance(last, Answer)
    assert last.text == "原煤产量为2694.5万吨。[1]"

"""`--explain`: how a question was understood, and what each stage gave each hit, in words."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from rag import ask
from rag.assistant import Assistant
from rag.explanation import explain, explanation_json, found_and_missing, judgements, understood
from rag.explanation_words import EN, ZH, Words
from rag.given import Given, Stage
from rag.original import AlignedText
from rag.types import Answer, Hit, Metadata, Passage, Query, QuestionKind, Term
from tests.command_lines import Run

HAN = re.compile("[一-鿿]")
QUERY = Query(
    text="昔阳县2024年GDP和投资是多少？",
    language="zh",
    kind="figure",
    terms=(
        Term("昔阳", ("昔阳",), 1.0, "place"),
        Term("gdp", ("gdp", "地区生产总值", "生产总值"), 3.0, "concept"),
        Term("投资", ("投资",), 2.0),
    ),
    years=(2024,),
    units=("元", "%"),
    lexical_terms=(),
    parts=("昔阳县2024年GDP是多少？", "昔阳县2024年投资是多少？"),
)
GIVEN = (
    Given("passage", 0.831, 0.412),
    Given("sentence", 0.866, 0.2),
    Given("tokens", 0.613, 0.25),
    Given("words", 7.25, 0.3),
    Given("coverage", 0.6, 0.54),
    Given("place", 1.0, 0.35),
    Given("year", -1.0, -0.15),
)
TEXT = "地区生产总值增长5.5%。"


def hit(text: str = TEXT, given: tuple[Given, ...] = GIVEN) -> Hit:
    body = AlignedText.identity(text, 0)
    passage = Passage("a.txt", 0, body, (), "昔阳县 2023年", ((0, len(text)),), Metadata())
    return Hit(1, passage, 1.952, 0.831, 7.25, 0.6, given)


def answer(*hits: Hit, query: Query | None = QUERY, language: str = "zh") -> Answer:
    return Answer(
        "？",
        language,
        "",
        True,
        0.4,
        (),
        (),
        hits,
        "extractive",
        {"retrieve": 12.3, "total": 15.0},
        (),
        query,
    )


def words_of(one: Hit, words: Words, query: Query | None = QUERY) -> dict[str, str]:
    return {judged.label: judged.words for judged in judgements(one, query, words)}


class TestTheQuestion:
    def test_is_told_as_it_was_understood(self) -> None:
        assert [(fact.label, fact.words) for fact in understood(QUERY, ZH)] == [
            ("语言", "中文"),
            ("想知道", "数字（元、%）"),
            ("地点", "昔阳"),
            ("年份", "2024"),
            ("要找的词", "GDP（也认地区生产总值、生产总值），投资"),
            ("分开查", "昔阳县2024年GDP是多少？；昔阳县2024年投资是多少？"),
        ]

    def test_leaves_out_what_it_does_not_say(self) -> None:
        bare = replace(QUERY, terms=(), years=(), units=(), parts=(), kind="fact")
        assert [fact.label for fact in understood(bare, EN)] == ["language", "asks for"]

    def test_counts_the_forms_of_a_word_that_has_many(self) -> None:
        many = Term("project", ("project", *(f"形{n}" for n in range(6))), 1.0)
        facts = {fact.label: fact.words for fact in understood(replace(QUERY, terms=(many,)), EN)}
        assert facts["words looked for"] == "project (also 形0 / 形1 / 形2 / 形3 and 2 more)"

    def test_names_a_language_it_has_no_name_for_by_its_code(self) -> None:
        assert understood(replace(QUERY, language="xx"), EN)[0].words == "xx"


class TestAHit:
    def test_has_every_stage_in_words(self) -> None:
        assert words_of(hit(), ZH) == {
            "整段的意思": "相似度 0.83",
            "最像的一句": "相似度 0.87",
            "逐词的意思": "相似度 0.61",
            "相同的词": "BM25 7.2",
            "问题里的词": "60%（有：GDP=地区生产总值；没有：投资）",
            "地点": "相符",
            "年份": "不符",
        }

    def test_says_the_same_in_english(self) -> None:
        told = words_of(hit(), EN)
        assert told["words of the question"] == "60% (has: GDP=地区生产总值; lacks: 投资)"
        assert told["year"] == "another one"

    def test_does_not_tell_of_stages_that_had_nothing_to_say(self) -> None:
        quiet = (Given("passage", 0.0, 0.0), Given("place", 0.0, 0.0), Given("year", 0.0, 0.0))
        assert [judged.label for judged in judgements(hit(given=quiet), QUERY, ZH)] == ["整段的意思"]

    def test_that_a_reranker_placed_says_so(self) -> None:
        judged = judgements(hit(given=(*GIVEN, Given("reranker", 0.93, -1.022))), QUERY, ZH)[-1]
        assert (judged.label, judged.words, judged.added) == ("重排模型", "0.93，名次由它定", None)

    def test_holds_a_word_in_the_form_it_has_there(self) -> None:
        assert found_and_missing(hit("ＧＤＰ与投资"), QUERY) == (("GDP", "投资"), ())

    def test_with_nothing_known_of_its_stages_keeps_to_what_is_known(self) -> None:
        judged = judgements(hit(given=()), None, EN)
        assert [one.words for one in judged] == ["similarity 0.83", "BM25 7.2", "60%"]
        assert {one.added for one in judged} == {None}

    @for_any(st.lists(st.builds(Given, st.sampled_from(get_args(Stage)), st.floats(-9, 9), st.floats(-9, 9))))
    def test_can_be_told_whatever_it_was_given(self, given: list[Given]) -> None:
        for words in (ZH, EN):
            assert len(judgements(hit(given=(*given, GIVEN[0])), QUERY, words)) <= len(given) + 1


class TestTheText:
    def test_begins_with_the_question_and_ends_with_the_time_it_took(self) -> None:
        lines = explain(answer(hit())).splitlines()
        assert lines[0] == "语言：中文"
        assert lines[6] == "1. a.txt  总分 1.95"
        assert lines[7] == f"   昔阳县 2023年 | {TEXT}…"
        assert lines[8].startswith("   整段的意思 相似度 0.83，得 +0.41；最像的一句 相似度 0.87，得 +0.20；")
        assert lines[8].endswith("；年份 不符，得 -0.15")
        assert lines[-1] == "把握 0.40；用时：查找 12 ms，共 15 ms"

    def test_is_english_for_any_other_language(self) -> None:
        lines = explain(answer(hit(), language="de")).splitlines()
        assert "gives +0.41" in lines[8]
        assert lines[-1] == "confidence 0.40; took: search 12 ms, in all 15 ms"

    def test_of_hits_without_stages_is_one_line_of_scores(self) -> None:
        [first, *_] = explain(answer(hit(given=()), query=None)).splitlines()
        assert first == "1. a.txt  总分 1.952，语义 0.831，词语 7.25，问题覆盖 60%"


class TestTheJson:
    def test_has_the_question_and_each_hit(self) -> None:
        told = explanation_json(answer(hit()))
        assert told["question"]["places"] == ["昔阳"]
        assert told["question"]["terms"][1] == {
            "text": "gdp", "forms": ["gdp", "地区生产总值", "生产总值"], "role": "concept", "weight": 3.0,
        }  # fmt: skip
        assert told["hits"][0]["stages"][0] == {"stage": "passage", "value": 0.831, "added": 0.412}
        assert told["hits"][0]["missing"] == ["投资"]
        assert json.loads(json.dumps(told)) == told

    def test_of_an_answer_whose_question_is_not_known_says_so(self) -> None:
        assert explanation_json(answer(hit(), query=None))["question"] is None

    def test_is_there_only_when_asked_for(self, run: Run, seed_store: Path) -> None:
        plain = run(ask.main, QUERY.text, "--store", seed_store, "--json").json
        told = run(ask.main, QUERY.text, "--store", seed_store, "--json", "--explain").json
        assert "explanation" not in plain
        assert len(told.pop("explanation")["hits"]) == len(told["hits"])
        assert told.keys() == plain.keys()


def test_an_answer_knows_how_its_question_was_understood(seed_assistant: Assistant) -> None:
    query = seed_assistant.ask(QUERY.text).query
    assert query is not None
    assert query.years == (2024,)
    assert [place.text for place in query.places] == ["昔阳"]


@pytest.mark.parametrize("words", [ZH, EN])
def test_every_stage_and_every_kind_of_question_has_words(words: Words) -> None:
    assert set(words.stages) == set(get_args(Stage))
    assert set(words.kinds) == set(get_args(QuestionKind))


def test_the_words_are_in_their_language() -> None:
    for one in fields(Words):
        for words, is_right in ((ZH, True), (EN, False)):
            value = getattr(words, one.name)
            said = [value] if isinstance(value, str) else list(value.values())
            letters = [text for text in said if re.search(r"\w", text.replace("{}", ""))]
            assert all(bool(HAN.search(text)) == is_right for text in letters), one.name

"""The mutation benchmark draws claims that are truly wrong, and rewritings that are truly right."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.__main__ import main
from eval.gold import GoldQuestion
from eval.mutations.amounts import amounts_in, same_amount, stands_in
from eval.mutations.benchmark import Benchmark, Mutant, Outcome
from eval.mutations.checking import Checked
from eval.mutations.claims import TrueClaim, chinese_claims
from eval.mutations.corpus import Corpus
from eval.mutations.english import english_answers, english_claims
from eval.mutations.report import mutations_json
from eval.mutations.rewritings import RIGHT
from eval.mutations.wrong_figures import WRONG_FIGURES
from eval.mutations.wrong_words import WRONG_WORDS
from eval.targets import OriginalTexts
from rag.assistant import Assistant, open_assistant
from rag.original import AlignedText
from rag.text.sentences import split_sentences
from rag.types import Metadata, Passage

PINGYAO = "去年全县苹果产量31.25万吨，同比增长6.1%。苹果出口完成2.1亿元。1月24日，县委书记王建国说，古城已修缮城墙6公里。"
QIXIAN = "全县酥梨产量47万吨，下降3.5%，出口创汇1.8亿元。5月6日，县长李海涛说，“双着力”已见成效。"


def passage(text: str, *, place: str = "平遥县", source: str = "a.txt", year: int = 2024) -> Passage:
    metadata = Metadata(title=f"{place}报告", place=place, places=(place,), year=year)
    return Passage(source, 0, AlignedText.identity(text), (), place, tuple(split_sentences(text)), metadata)


CORPUS = Corpus.of([passage(PINGYAO), passage(QIXIAN, place="祁县", source="b.txt")])


def question(text: str = "平遥县2023年苹果产量是多少？", *evidence: str, kind: str = "fact") -> GoldQuestion:
    return GoldQuestion("q", text, "zh", kind, ("x",), (), ("a.txt",), evidence, True, (), "dev")


def claim(
    text: str, *, of: str | None = None, place: str | None = None, year: int | None = None
) -> TrueClaim:
    """A claim made from the sentence that holds `of`, or the claim itself."""
    sentence = next(one for one in CORPUS.sentences if (of or text) in one.text)
    return TrueClaim(question(), "clause", text, sentence, (), place, year)


def made(kind: str, one: TrueClaim, seed: int = 0) -> list[str]:
    """What the rule of a kind makes of a claim, all of it."""
    rules = {**WRONG_FIGURES, **WRONG_WORDS, **RIGHT}
    return [change.text for change in rules[kind](one, CORPUS, random.Random(seed))]


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "measure", "value"),
        [
            ("2694.5万吨", "mass", 26945000),
            ("1.5亿公斤", "mass", 150000),
            ("12.6亿元", "money", 1.26e9),
            ("252万千瓦", "power", 2.52e9),
            ("2公顷", "land", 30),
            ("130多名", "people", 130),
            ("25个百分点", "point", 25),
        ],
    )
    def test_are_read_with_their_unit(self, text: str, measure: str, value: float) -> None:
        (amount,) = amounts_in(f"共{text}。")
        assert (amount.measure, amount.value) == (measure, value)

    @pytest.mark.parametrize("text", ["2023年", "1月24日", "3A级", "5G", "第3个", "2021-2025年"])
    def test_dates_ordinals_ranges_and_names_are_none(self, text: str) -> None:
        assert not amounts_in(text)

    @given(st.integers(1, 9999), st.sampled_from(["万", "亿", ""]), st.sampled_from(["吨", "元", "亩", "%"]))
    def test_what_is_written_is_read_again(self, number: int, magnitude: str, unit: str) -> None:
        (amount,) = amounts_in(f"共{number}{magnitude}{unit}")
        assert amount.written() == f"{number}{magnitude}{unit}"
        assert stands_in(amount, f"是{amount.written()}。")


class TestWrongClaims:
    APPLES = "去年全县苹果产量31.25万吨，同比增长6.1%"

    def test_one_digit_is_another(self) -> None:
        for text in made("digit", claim(self.APPLES)):
            assert sum(a != b for a, b in zip(text, self.APPLES, strict=True)) == 1

    @pytest.mark.parametrize("kind", ["digit", "unit"])
    def test_a_figure_the_document_has_is_never_put_in(self, kind: str) -> None:
        for seed in range(5):
            for text in made(kind, claim(self.APPLES), seed):
                changed = [a for a in amounts_in(text) if not stands_in(a, self.APPLES)]
                assert changed, text
                assert not any(stands_in(amount, PINGYAO) for amount in changed)

    def test_a_percentage_becomes_points(self) -> None:
        assert made("percent", claim(self.APPLES)) == [self.APPLES.replace("6.1%", "6.1个百分点")]

    def test_the_other_countys_figure_is_of_the_same_measure(self) -> None:
        found = made("county_figure", claim("平遥县苹果产量31.25万吨", of="苹果产量", place="平遥县"))
        assert found == ["平遥县苹果产量47万吨"]

    def test_a_claim_that_names_no_county_is_not_given_another_ones_figure(self) -> None:
        assert made("county_figure", claim(self.APPLES)) == []

    def test_another_row_of_the_passage(self) -> None:
        assert made("row", claim("苹果出口完成2.1亿元")) == [], "no other figure is money"
        assert "全县酥梨产量47万吨，下降3.5%" not in made("row", claim("全县酥梨产量47万吨，下降3.5%"))

    def test_the_county_is_another_one_throughout(self) -> None:
        named = claim("平遥县委说平遥县古城已修缮城墙6公里", of="古城", place="平遥县")
        assert made("county", named) == ["祁县委说祁县古城已修缮城墙6公里"]

    def test_a_year_is_another_one(self) -> None:
        found = made("year", claim("2023年平遥县苹果产量31.25万吨", of="苹果产量", year=2023))
        assert sorted(text[:4] for text in found) == ["2021", "2022", "2024", "2025"]

    def test_a_date_that_stands_in_the_passage_is_not_put_in(self) -> None:
        found = made("date", claim("1月24日，县委书记王建国说"))
        assert found
        assert not any("1月24日" in text for text in found)

    def test_the_direction_is_the_other_one_but_not_in_a_name(self) -> None:
        assert made("direction", claim(self.APPLES)) == [self.APPLES.replace("增长", "下降")]
        assert made("direction", claim("实施“提升行动”", of="古城")) == []

    def test_what_was_done_was_not(self) -> None:
        (denied,) = made("negation", claim("苹果出口完成2.1亿元"))
        assert denied in {f"苹果出口{no}完成2.1亿元" for no in ("未", "没有", "并未")}

    def test_what_is_planned_is_not_denied(self) -> None:
        assert made("negation", claim("力争苹果出口完成2.1亿元", of="苹果出口")) == []

    def test_a_plan_is_told_as_done_and_a_result_as_planned(self) -> None:
        assert made("plan", claim("力争苹果出口完成2.1亿元", of="苹果出口")) == ["苹果出口已完成2.1亿元"]
        assert made("plan", claim("去年苹果出口完成2.1亿元", of="苹果出口")) == [
            "去年苹果出口计划完成2.1亿元"
        ]
        assert made("plan", claim("苹果出口完成2.1亿元", of="苹果出口")) == []

    def test_two_figures_of_a_list_change_places(self) -> None:
        listed = claim("苹果、酥梨分别出口2.1亿元、1.8亿元", of="苹果")
        assert made("respectively", listed) == ["苹果、酥梨分别出口1.8亿元、2.1亿元"]
        assert made("respectively", claim("苹果2.1亿元、酥梨1.8亿元", of="苹果")) == []

    def test_a_person_is_another_one(self) -> None:
        assert made("entity", claim("县委书记王建国说")) == ["县委书记李海涛说"]


class TestRightRewritings:
    @pytest.mark.parametrize("kind", ["converted", "thousands"])
    def test_keep_every_figures_value(self, kind: str) -> None:
        for text in ("苹果产量31.25万吨", "苹果出口完成2.1亿元", "古城已修缮城墙6公里"):
            (was,) = amounts_in(text)
            for other in made(kind, claim(text, of=text[-4:])):
                (now,) = amounts_in(other.replace(",", ""))
                assert same_amount(was, now), other

    def test_a_rounded_figure_is_told_to_be_and_on_its_right_side(self) -> None:
        found = made("rounded", claim("苹果产量31.25万吨"))
        assert set(found) == {"苹果产量约31万吨", "苹果产量近32万吨", "苹果产量超过31万吨"}

    def test_chinese_numerals(self) -> None:
        assert "同比增长百分之六点一" in made("han_numeral", claim("同比增长6.1%"))

    def test_last_year_is_the_year_before_the_documents(self) -> None:
        assert made("relative_year", claim("去年全县苹果产量31.25万吨")) == ["2023年全县苹果产量31.25万吨"]

    def test_year_and_county_change_places(self) -> None:
        one = claim("2023年平遥县苹果产量31.25万吨", of="苹果产量", place="平遥县")
        assert made("order", one) == ["平遥县2023年苹果产量31.25万吨"]


class TestClaims:
    def claims(self, asked: GoldQuestion, seed_assistant: Assistant) -> dict[str, str]:
        corpus = Corpus.of(seed_assistant.passages())
        target = OriginalTexts(seed_assistant.store).target(asked)
        return {one.form: one.text for one in chinese_claims(asked, target, corpus, ())}

    def test_are_the_sentence_its_clause_and_this_with_county_and_year(
        self, seed_assistant: Assistant
    ) -> None:
        asked = question("昔阳县2023年原煤产量是多少？", "去年原煤产\n\n量2694.5万吨")
        source = "000_0947b72908ea111b_xiyang-2023-review.txt"
        found = self.claims(replace(asked, sources=(source,)), seed_assistant)
        assert found["sentence"].startswith("去年原煤产量2694.5万吨，同比增长42%")
        assert found["clause"] == "去年原煤产量2694.5万吨"
        assert found["placed"] == "2023年昔阳县原煤产量2694.5万吨"

    def test_in_the_questions_words_have_the_answer_where_it_is_asked_for(
        self, seed_assistant: Assistant
    ) -> None:
        asked = question("2023年昔阳县外出招商考察了多少次？", "先后赴上海、海南、成都等地考察14次")
        source = "000_0947b72908ea111b_xiyang-2023-review.txt"
        found = self.claims(replace(asked, sources=(source,), answers=("14次",)), seed_assistant)
        assert found["asked"] == "2023年昔阳县外出招商考察了14次"

    def test_in_english_have_the_figure_as_english_writes_it(self) -> None:
        placed = claim(
            "2023年平遥县粮食产量31.25万吨，同比增长6.1%", of="苹果产量", place="平遥县", year=2023
        )
        texts = [one.text for one in english_claims(placed)]
        assert texts == ["Pingyao County's grain output was 312,500 tonnes in 2023, up 6.1%."]

    def test_in_english_answer_an_english_question_in_its_words(self) -> None:
        asked = replace(
            question("What was the apple export of Pingyao County in 2023?"), lang="en", answers=("2.1亿元",)
        )
        one = replace(claim("苹果出口完成2.1亿元"), question=asked)
        assert [told.text for told in english_answers(one)] == [
            "The apple export of Pingyao County in 2023 was 210 million yuan."
        ]


class TestReport:
    def outcome(self, kind: str, *, wrong: bool, supported: bool) -> Outcome:
        one = claim("苹果出口完成2.1亿元")
        change = next(iter(RIGHT["verbatim"](one, CORPUS, random.Random(0))))
        return Outcome(Mutant(one, kind, wrong, change, (), ()), Checked(supported, (), 4.0))

    def test_a_wrong_claim_let_through_and_a_right_one_refused_are_listed(self) -> None:
        told = mutations_json(
            [
                self.outcome("digit", wrong=True, supported=False),
                self.outcome("digit", wrong=True, supported=True),
                self.outcome("verbatim", wrong=False, supported=True),
                self.outcome("order", wrong=False, supported=False),
            ],
            0,
        )
        assert told["by_kind"]["digit"]["value"] == 0.5
        assert told["by_kind"]["digit"]["measure"] == "caught"
        assert told["by_kind"]["order"]["value"] == 1.0
        assert told["overall"]["rewritings"]["value"] == 0.5
        assert told["overall"]["figures"]["claims"] == 2
        assert [row["kind"] for row in told["failures"]] == ["digit", "order"]
        assert told["ms"]["claim"]["p50"]["value"] == 4.0

    def test_a_group_without_a_claim_has_no_share(self) -> None:
        told = mutations_json([self.outcome("verbatim", wrong=False, supported=True)], 0)
        assert told["overall"]["figures"]["value"] is None


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two reports and a gold set about them."""
    folder = tmp_path_factory.mktemp("counties")
    docs = folder / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text(f"平遥县2024年经济工作\n\n{PINGYAO}\n", encoding="utf-8")
    (docs / "b.txt").write_text(f"祁县2024年经济工作\n\n{QIXIAN}\n", encoding="utf-8")
    row = {
        "id": "q1",
        "question": "平遥县去年苹果产量是多少？",
        "answers": ["31.25万吨"],
        "sources": ["a.txt"],
        "evidence": ["苹果产量31.25万吨，同比增长6.1%"],
    }
    (folder / "gold.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder


class TestCommand:
    def test_writes_the_report_and_shows_it(
        self, county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        options = ["--corpus", str(county / "docs"), "--gold", str(county / "gold.jsonl")]
        assert main(["--mutations", *options, "--store", str(tmp_path / "s"), "--out", str(tmp_path)]) == 0
        told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["mutations"]
        assert told["by_kind"]["digit"]["claims"] >= 1
        assert told["by_kind"]["verbatim"]["measure"] == "false_alarms"
        assert "Wrong claims caught, by kind" in capsys.readouterr().out
        assert "## Misses" in (tmp_path / "report.md").read_text(encoding="utf-8")

    def test_a_seed_draws_the_same_again_and_another_one_others(self, county: Path, tmp_path: Path) -> None:
        assistant = open_assistant([county / "docs"], store=tmp_path / "s")
        asked = question("平遥县去年苹果产量是多少？", "苹果产量31.25万吨，同比增长6.1%")

        def drawn(seed: int) -> list[str]:
            texts = OriginalTexts(assistant.store)
            return [one.change.text for one in Benchmark(assistant, texts, seed).mutants([asked])]

        assert drawn(0) == drawn(0)
        assert drawn(0) != drawn(1)

"""Questions are mistyped in ways that can be told apart, the same on every run, and the loss is counted on pairs."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from eval import perturbations, variants
from eval.gold import GoldQuestion
from eval.judge import Ranking
from eval.perturbations import Outcome, losses
from eval.variants import EN_RULES, RULES, ZH_RULES, content_words, variant_of
from rag.text.words import fold

ZH = "昔阳县2023年原煤产量同比增长多少，签约项目12个？"
EN = "What is the output of raw coal in Xiyang County in 2023?"
seeds = st.integers(0, 10_000).map(random.Random)


def gold(question: str, lang: str = "zh", **fields: object) -> GoldQuestion:
    row = {"id": "q1", "kind": "fact", "answers": ("1",), "must_contain_all": (), "sources": ("a",)}
    rest = {"evidence": (), "answerable": True, "history": (), "split": "dev"}
    return GoldQuestion(question=question, lang=lang, **{**row, **rest, **fields})  # type: ignore[arg-type]  # of a dict


def changed(one: str, other: str) -> list[int]:
    return [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]


def test_content_words_name_something() -> None:
    words = [ZH[word.start : word.end] for word in content_words(ZH)]
    assert {"原煤", "产量", "签约", "项目"} <= set(words)
    assert not {"多少", "2023", "12"} & set(words)


@pytest.mark.parametrize("rule", ["wrong_character", "random_character", "homophone"])
@given(rng=seeds)
def test_one_character_of_a_content_word_is_exchanged_and_no_figure(rule: str, rng: random.Random) -> None:
    text = ZH_RULES[rule](ZH, rng)
    assert text is not None
    (at,) = changed(ZH, text)
    assert any(word.start <= at < word.end for word in content_words(ZH))
    assert not text[at].isdigit()


@given(rng=seeds)
def test_a_homophone_sounds_the_same(rng: random.Random) -> None:
    text = variants.homophone("原煤产量", rng)
    assert text is not None
    (at,) = changed("原煤产量", text)
    assert lazy_pinyin(text[at]) == [lazy_pinyin("原煤产量")[at]]


def test_common_characters_are_the_first_level_of_gb_2312() -> None:
    characters = variants.common_characters()
    assert len(characters) == len(set(characters)) == 3755
    assert (characters[0], characters[-1]) == ("啊", "座")


def test_script_and_numerals_change_while_the_meaning_stays() -> None:
    rng = random.Random(1)
    assert variants.traditional(ZH, rng) == "昔陽縣2023年原煤產量同比增長多少，簽約項目12個？"
    assert fold(variants.traditional(ZH, rng)) == fold(ZH)
    assert variants.full_width("2023年5.5%", rng) == "２０２３年５．５％"
    assert variants.chinese_numerals(ZH, rng) == "昔阳县二〇二三年原煤产量同比增长多少，签约项目十二个？"


@given(rng=seeds)
def test_a_dropped_word_leaves_the_rest_as_it_was(rng: random.Random) -> None:
    text = variants.dropped_word(ZH, rng)
    assert text in {ZH[: word.start] + ZH[word.end :] for word in content_words(ZH)}


def test_no_word_is_dropped_of_a_short_question() -> None:
    assert variants.dropped_word("原煤产量多少？", random.Random(1)) is None


@given(rng=seeds)
def test_english_letters_are_dropped_or_swapped_inside_a_word(rng: random.Random) -> None:
    dropped, swapped = variants.dropped_letter(EN, rng), variants.swapped_letters(EN, rng)
    assert dropped is not None
    assert swapped is not None
    assert len(dropped) == len(EN) - 1
    assert sorted(swapped) == sorted(EN)
    assert len(changed(EN, swapped)) in (0, 2)  # two equal letters may change places


def test_names_lose_their_capitals() -> None:
    assert (
        variants.lower_case(EN, random.Random(1))
        == "What is the output of raw coal in xiyang county in 2023?"
    )


@pytest.mark.parametrize("rule", RULES)
def test_a_variant_is_the_same_on_every_run_and_another_with_another_seed(rule: str) -> None:
    question = gold(EN, "en") if rule in EN_RULES else gold(ZH)
    assert variant_of(question, rule, 0) == variant_of(question, rule, 0)
    if rule not in ("traditional", "full_width", "chinese_numerals", "lower_case"):
        assert len({variant_of(question, rule, seed) for seed in range(20)}) > 1


def test_rules_apply_to_answerable_questions_of_their_language_alone() -> None:
    assert variant_of(gold(EN, "en"), "homophone", 0) is None
    assert variant_of(gold(ZH), "dropped_letter", 0) is None
    assert variant_of(gold(ZH, answerable=False), "homophone", 0) is None
    assert variant_of(gold("原煤产量多少？"), "full_width", 0) is None  # nothing to change


def test_a_loss_is_counted_over_the_questions_a_rule_applies_to() -> None:
    found = [
        Outcome("homophone", "q1", "", Ranking((1,), ()), Ranking((7,), ())),
        Outcome("homophone", "q2", "", Ranking((2,), ()), Ranking((2,), ())),
        Outcome("traditional", "q1", "", Ranking((1,), (1, 3)), Ranking((1,), (1, None))),
    ]
    table = {(loss.rule, loss.measure): loss for loss in losses(found)}
    homophone = table["homophone", "recall@5"]
    assert (homophone.n, homophone.before, homophone.after, homophone.lost) == (2, 1.0, 0.5, 0.5)
    assert ("homophone", "evidence@5") not in table
    assert table["traditional", "evidence@5"].lost == 1.0
    assert table["homophone", "recall@1"].before == 0.5


def test_the_command_measures_a_corpus_and_writes_every_variant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, questions, out = tmp_path / "corpus.jsonl", tmp_path / "gold.jsonl", tmp_path / "rows.json"
    texts = {"a": "昔阳县2023年原煤产量2694.5万吨。", "b": "岢岚县种植沙棘3.5万亩。"}
    rows = [{"id": name, "title": "", "text": text} for name, text in texts.items()]
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    row = {
        "id": "1",
        "question": "昔阳2023年原煤产量是多少？",
        "lang": "zh",
        "kind": "fact",
        "answers": ["2694.5万吨"],
    }
    questions.write_text(json.dumps({**row, "sources": ["a"], "split": "dev"}) + "\n", encoding="utf-8")
    options = ["--corpus", corpus, "--gold", questions, "--store", tmp_path / "store", "--json", out]
    assert perturbations.main([*map(str, options), "--draws", "2"]) == 0
    assert "homophone" in capsys.readouterr().out
    report = json.loads(out.read_text(encoding="utf-8"))
    assert {one["rule"] for one in report["rows"]} <= set(ZH_RULES)
    assert all(loss["lost"] == 0 for loss in report["losses"] if loss["measure"] == "recall@5")


def test_a_missing_gold_file_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert perturbations.main(["--gold", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err

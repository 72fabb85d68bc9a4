"""The measures of reading give what they say, on texts where that can be counted by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading_measures import (
    character_accuracy,
    edits_within,
    figures,
    figures_exact,
    missing_figures,
    reading_order,
)

STORIES = [["甲一。", "甲二。", "甲三。"], ["乙一。", "乙二。"]]


def test_a_page_read_as_it_should_be_has_all_its_sentences_in_order() -> None:
    found = reading_order(STORIES, "题目\n甲一。\n甲 二。甲三。\n题目\n乙一。乙二。")
    assert (found.whole, found.share, found.adjacent, found.missing) == (1.0, 1.0, 1.0, ())


def test_the_order_of_stories_does_not_count() -> None:
    assert reading_order(STORIES, "乙一。乙二。甲一。甲二。甲三。").share == 1.0


def test_a_sentence_out_of_place_costs_one_sentence() -> None:
    found = reading_order(STORIES, "甲二。甲三。甲一。乙一。乙二。")
    assert found.whole == 1.0
    assert found.share == pytest.approx(4 / 5)
    assert found.adjacent == pytest.approx(2 / 3)


def test_a_sentence_cut_in_two_is_missing() -> None:
    found = reading_order(STORIES, "甲一。甲（图）二。甲三。乙一。乙二。")
    assert found.missing == ("甲二。",)
    assert found.whole == found.share == pytest.approx(4 / 5)


def test_columns_that_interleave_are_in_order_but_not_adjacent() -> None:
    found = reading_order(STORIES, "甲一。乙一。甲二。乙二。甲三。")
    assert found.share == 1.0
    assert found.adjacent == 0.0


def test_a_truth_without_sentences_is_refused() -> None:
    with pytest.raises(ValueError, match="without sentences"):
        reading_order([], "正文。")


def test_a_wrong_character_costs_one_character() -> None:
    assert character_accuracy(
        ["清溪县去年", "云岭县今年"], "云岭县今年 前后都不算 清渓县去年"
    ) == pytest.approx(0.9)


def test_a_story_that_is_not_there_costs_all_its_characters() -> None:
    assert character_accuracy(["甲乙丙丁", "戊己"], "戊己") == pytest.approx(2 / 6)


@given(st.text("甲乙丙", max_size=12), st.text("甲乙丙", max_size=12), st.text("甲乙丙", max_size=12))
def test_text_around_a_pattern_is_free(before: str, pattern: str, after: str) -> None:
    assert edits_within(pattern, before + pattern + after) == 0


@given(st.text("甲乙丙", max_size=8), st.text("甲乙丙", max_size=8))
def test_edits_are_the_smallest_levenshtein_distance_to_any_stretch(pattern: str, text: str) -> None:
    stretches = {text[start:end] for start in range(len(text) + 1) for end in range(start, len(text) + 1)}
    assert edits_within(pattern, text) == min(_levenshtein(pattern, stretch) for stretch in stretches)


def _levenshtein(first: str, second: str) -> int:
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


def test_a_figure_is_found_as_a_whole_and_as_often_as_it_should_be() -> None:
    truth = "增长6.8%，其中26户、26人，2024年"
    assert list(figures(truth)) == ["6.8%", "26", "26", "2024"]
    assert figures_exact(truth, "2024年增长6.8%，126户，26人") == pytest.approx(3 / 4)
    assert missing_figures(truth, "2024年增长6.8%，126户，26人") == ("26",)
    assert figures_exact("没有数字", "") == 1.0

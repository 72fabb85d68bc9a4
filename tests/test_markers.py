"""Markers come out in one form however they were written and cut up; answers come apart into claims."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.markers import DraftClaim, MarkerStream, normalise_stream, split_claims


def normalise(text: str, count: int = 3) -> str:
    return "".join(normalise_stream([text], count))


def claims(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(claim.text, claim.markers) for claim in split_claims(text)]


class TestEveryWayOfWritingAMarker:
    @pytest.mark.parametrize(
        ("written", "canonical"),
        [
            ("产量2694.5万吨[1]。", "产量2694.5万吨[1]。"),
            ("产量2694.5万吨【1】。", "产量2694.5万吨[1]。"),
            ("产量2694.5万吨［１］。", "产量2694.5万吨[1]。"),
            ("产量2694.5万吨[^2]。", "产量2694.5万吨[2]。"),
            ("产量2694.5万吨[ 2 ]。", "产量2694.5万吨[2]。"),
            ("增长42%[1,2]。", "增长42%[1][2]。"),
            ("增长42%[1， 2、3]。", "增长42%[1][2][3]。"),
            ("增长42%[1 2]。", "增长42%[1][2]。"),
            ("增长42%[1-3]。", "增长42%[1][2][3]。"),
            ("增长42%[1][2]。", "增长42%[1][2]。"),
            ("增长42%[2,2]。", "增长42%[2]。"),
            ("增长42%[来源1]。", "增长42%[1]。"),
            ("增长42%【资料 1、资料２】。", "增长42%[1][2]。"),
            ("增长42%[来源：3]。", "增长42%[3]。"),
            ("It rose [Source 1].", "It rose [1]."),
            ("It rose [source 1, source 2].", "It rose [1][2]."),
            ("It rose [Sources: 1, 2].", "It rose [1][2]."),
            ("It rose [doc #2].", "It rose [2]."),
            ("It rose 【1†L3-L5】.", "It rose [1]."),
            ("增长42%(1)。", "增长42%[1]。"),
            ("增长42%（２）。", "增长42%[2]。"),
            ("It rose (1)(2).", "It rose [1][2]."),
            ("It rose (3)", "It rose [3]"),
            ("增长42%。（1）\n下一句", "增长42%。[1]\n下一句"),
            ("增长42%（1），投资增长7%（2）。", "增长42%[1]，投资增长7%[2]。"),
            ("增长42%（1、3）。", "增长42%[1][3]。"),
            ("It rose (1, 2).", "It rose [1][2]."),
            ("增长42%¹。", "增长42%[1]。"),
            ("增长42%¹²。", "增长42%[1][2]。"),
            ("2694.5万吨³，", "2694.5万吨[3]，"),
            ("It rose¹, and fell².", "It rose[1], and fell[2]."),
            ("In 2023², output rose.", "In 2023[2], output rose."),
            ("增长42%<sup>1</sup>。", "增长42%[1]。"),
            ("It rose.<sup>[1, 2]</sup>", "It rose.[1][2]"),
            ("增长42%[[1]]。", "增长42%[1]。"),
            ("增长42%[[2, 3]]。", "增长42%[2][3]。"),
            ("增长42%（来源1）。", "增长42%[1]。"),
            ("据（资料2）所说增长", "据[2]所说增长"),
            ("It rose (Source 1, Source 3) again.", "It rose [1][3] again."),
        ],
    )
    def test_becomes_the_one_form(self, written: str, canonical: str) -> None:
        assert normalise(written) == canonical

    @pytest.mark.parametrize(
        "text",
        [
            "国发[2023]12号",
            "[注：不含市级]",
            "[10,500]吨",
            "见[附件]和[source code]",
            "数组 a[i] 和 []",
            "【1月】开工",
            "[1.5]倍",
            "重点抓好三件事：（1）项目；（2）招商；（3）民生。",
            "（1）加快建设。\n（2）加快招商。",
            "增长5%（2）的说法",
            "f(1).",
            "见下表(4)。",
            "见附表（1）。",
            "as in Table (2).",
            "依照第三条（1）。",
            "增长到（2023）。",
            "In the year (2023).",
            "原煤（2694.5）。",
            "面积5 km²。",
            "建筑面积5000米²。",
            "10² 和 2³",
            "库容3m³",
            "P<0.05",
            "<su",
            "<b>粗</b>",
            "（来源不明）",
            "(Source: county office)",
            "增长（42%）。",
            "(see note",
            "[1",
            "[Source",
            "两个空格  不变 ",
        ],
    )
    def test_but_ordinary_brackets_stay_as_they_are(self, text: str) -> None:
        assert normalise(text) == text

    @pytest.mark.parametrize(
        ("written", "left"),
        [
            ("增长42%[4]。", "增长42%。"),
            ("It rose [9].", "It rose."),
            ("增长42%[1,9]。", "增长42%[1]。"),
            ("增长42%[0]。", "增长42%。"),
            ("增长42%[2-9]。", "增长42%[2][3]。"),
            ("增长42%[123]。", "增长42%。"),
            ("增长42%⁹。", "增长42%。"),
            ("增长42%<sup>7</sup>。", "增长42%。"),
            ("增长42%（来源8）。", "增长42%。"),
        ],
    )
    def test_and_numbers_no_evidence_has_are_dropped(self, written: str, left: str) -> None:
        assert normalise(written) == left

    def test_without_evidence_no_marker_is_left(self) -> None:
        assert normalise("增长42%[1]。", 0) == "增长42%。"


class TestStreaming:
    def test_text_is_passed_on_at_once(self) -> None:
        stream = MarkerStream(3)
        assert [stream.feed(piece) for piece in ("原煤", "产量", "为2694.5万吨")] == [
            "原煤",
            "产量",
            "为2694.5万吨",
        ]

    def test_a_marker_in_pieces_comes_out_whole(self) -> None:
        stream = MarkerStream(3)
        assert [stream.feed(piece) for piece in ("万吨", "[", "来", "源", "1", "]", "。")] == [
            *("万吨", "", "", "", "", "[1]", "。")
        ]

    def test_a_bracket_is_let_go_as_soon_as_it_can_be_no_marker(self) -> None:
        stream = MarkerStream(3)
        assert [stream.feed(piece) for piece in ("[", "s", "e", "e")] == ["", "", "[se", "e"]
        assert stream.feed("（") == ""
        assert stream.feed("其") == "（其"

    def test_a_bracket_that_never_closes_is_not_held_for_ever(self) -> None:
        stream = MarkerStream(3)
        out = stream.feed("[")
        for number in range(100):
            out += stream.feed(f"{number % 10},")
        assert len(out) > 100
        assert out + stream.finish() == "[" + "".join(f"{number % 10}," for number in range(100))

    def test_the_end_releases_what_was_held(self) -> None:
        stream = MarkerStream(3)
        assert stream.feed("增长[1") == "增长"
        assert stream.finish() == "[1"

    def test_no_empty_piece_is_passed_on(self) -> None:
        assert list(normalise_stream(["a", "", "[", "1", "]", ""], 1)) == ["a", "[1]"]


MARKER_BITS = st.sampled_from(
    [
        *(
            "[",
            "]",
            "【",
            "】",
            "(",
            ")",
            "（",
            "）",
            "1",
            "2",
            "10",
            "２",
            ",",
            "，",
            "、",
            " ",
            "  ",
            "-",
            "–",
            "^",
            "†",
            "#",
        ),
        *(
            "来源",
            "来",
            "资料",
            "source",
            "Source ",
            "sour",
            "s",
            "ref",
            "doc",
            "：",
            "。",
            ".",
            "\n",
            "原煤",
            "a",
            "42%",
            "；",
        ),
        *("¹", "²", "⁹", "km", "2023", "<", "sup>", "</sup>", "<sup>1</sup>", "[[2]]", "(来源", "表"),
        *("[1]", "【资料1】", "(2)", "（1）。", " [3]", "[1, 2]", "[^1]", "[" + "1," * 40),
    ]
)
TEXTS = st.lists(MARKER_BITS, max_size=30).map("".join)


class TestLaws:
    @given(TEXTS, st.lists(st.integers(0, 60), max_size=12), st.integers(0, 12))
    def test_how_the_text_is_cut_makes_no_difference(self, text: str, cuts: list[int], count: int) -> None:
        bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
        pieces = [text[start:end] for start, end in pairwise(bounds)]
        assert "".join(normalise_stream(pieces, count)) == normalise(text, count)

    @given(TEXTS, st.integers(0, 12))
    def test_character_by_character_is_the_same_as_all_at_once(self, text: str, count: int) -> None:
        assert "".join(normalise_stream(text, count)) == normalise(text, count)

    @given(st.text(alphabet=st.characters(exclude_characters="[【［(（<⁰¹²³⁴⁵⁶⁷⁸⁹")), st.integers(0, 5))
    def test_text_without_brackets_is_never_changed(self, text: str, count: int) -> None:
        assert "".join(normalise_stream(text, count)) == text

    @given(
        st.lists(
            st.sampled_from(["原煤产量增长", "42%", "[1]", "[2]", " ", "，", "[注]", "coal rose "]),
            max_size=20,
        )
    )
    def test_what_is_canonical_stays_so(self, parts: list[str]) -> None:
        text = "".join(parts)
        assert normalise(text) == text

    @given(TEXTS, st.integers(1, 12))
    def test_every_marker_of_a_claim_has_evidence(self, text: str, count: int) -> None:
        for claim in split_claims(normalise(text, count)):
            assert all(1 <= number <= count for number in claim.markers)
            assert claim.text == claim.text.strip() != ""


class TestClaims:
    def test_are_the_sentences_with_their_markers(self) -> None:
        assert split_claims("原煤产量2694.5万吨[1]。同比增长42%[1][2]。") == [
            DraftClaim("原煤产量2694.5万吨。", (1,)),
            DraftClaim("同比增长42%。", (1, 2)),
        ]

    def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before(self) -> None:
        assert claims("原煤产量2694.5万吨。[1]同比增长42%。[2]") == [
            ("原煤产量2694.5万吨。", (1,)),
            ("同比增长42%。", (2,)),
        ]
        assert claims("Output was 26.9 million tonnes. [1] It rose by 42%. [2]") == [
            ("Output was 26.9 million tonnes.", (1,)),
            ("It rose by 42%.", (2,)),
        ]

    def test_a_marker_inside_a_sentence_belongs_to_it(self) -> None:
        assert claims("原煤产量[1]为2694.5万吨，洗煤[2]增长。") == [
            ("原煤产量为2694.5万吨，洗煤增长。", (1, 2))
        ]
        assert claims("In 2023 [1], output rose [2].") == [("In 2023, output rose.", (1, 2))]

    def test_a_marker_in_front_of_a_line_belongs_to_its_first_sentence(self) -> None:
        assert claims("[2] 原煤产量增长。洗煤下降。") == [("原煤产量增长。", (2,)), ("洗煤下降。", ())]

    def test_a_sentence_without_a_marker_is_a_claim_too(self) -> None:
        assert claims("原煤产量2694.5万吨。") == [("原煤产量2694.5万吨。", ())]

    def test_lines_of_a_list_are_claims_without_their_bullets(self) -> None:
        text = "主要有：\n- 种植玉米20万亩[1]\n* **养殖**生猪[2]\n3. 3.5万亩核桃[1]\n（4）大棚[3]\n5、菌菇"
        assert claims(text) == [
            ("主要有：", ()),
            ("种植玉米20万亩", (1,)),
            ("养殖生猪", (2,)),
            ("3.5万亩核桃", (1,)),
            ("大棚", (3,)),
            ("菌菇", ()),
        ]

    @pytest.mark.parametrize("line", ["12.5万吨原煤", "-5.2%的增速", "2023年产量增长", "208万千瓦"])
    def test_a_figure_in_front_of_a_line_is_no_bullet(self, line: str) -> None:
        assert claims(line) == [(line, ())]

    def test_a_line_of_markers_belongs_to_the_claim_before(self) -> None:
        assert claims("原煤产量增长。\n[1][2]\n") == [("原煤产量增长。", (1, 2))]

    def test_a_sentence_said_again_is_the_same_claim(self) -> None:
        assert claims("产量增长。[1]产量增长。[2]产量增长。[1]") == [("产量增长。", (1, 2))]

    def test_a_question_said_back_is_no_claim(self) -> None:
        assert claims("昔阳县2023年原煤产量是多少？\n2694.5万吨。[1]") == [("2694.5万吨。", (1,))]

    @pytest.mark.parametrize("text", ["", " \n ", "[1]", "---", "**"])
    def test_nothing_said_is_no_claim(self, text: str) -> None:
        assert split_claims(text) == []

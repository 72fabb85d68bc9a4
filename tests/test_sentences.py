"""How text is cut into sentences and clauses."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.sentences import split_clauses, split_sentences

Cut = Callable[[str], list[tuple[int, int]]]

_MIXED = st.text(alphabet="昔阳产量，。；：！？…“”（）《》 \n.,;:!?'\"()123aBU—、％", max_size=120)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def clauses(text: str) -> list[str]:
    return [text[start:end] for start, end in split_clauses(text)]


@given(_MIXED | st.text(max_size=200))
@pytest.mark.parametrize("cut", [split_sentences, split_clauses])
def test_every_character_but_white_space_is_in_exactly_one_span(cut: Cut, text: str) -> None:
    spans = cut(text)
    covered = [n for start, end in spans for n in range(start, end)]
    assert len(covered) == len(set(covered))
    assert covered == sorted(covered)
    assert all(n in set(covered) or text[n].isspace() for n in range(len(text)))
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)


@given(_MIXED)
def test_a_clause_lies_within_one_sentence(text: str) -> None:
    bounds = split_sentences(text)
    assert all(any(a <= start and end <= b for a, b in bounds) for start, end in split_clauses(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("产量增长42%。煤炭占68%！真的吗？", ["产量增长42%。", "煤炭占68%！", "真的吗？"]),
        ("他说：“要加快。”大家鼓掌。", ["他说：“要加快。”", "大家鼓掌。"]),
        ("发出“加油！”的喊声。走了。", ["发出“加油！”的喊声。", "走了。"]),
        ("看了《你好，世界！》这部电影。很好。", ["看了《你好，世界！》这部电影。", "很好。"]),
        ("（注意。不切开）正文。", ["（注意。不切开）正文。"]),
        (
            "优势建设“最美昔阳红”……2023年以来，全力推动。",
            ["优势建设“最美昔阳红”……", "2023年以来，全力推动。"],
        ),
        ("看山……的人。", ["看山……的人。"]),
        ('叫响"左权羊"。"链主"带动。', ['叫响"左权羊"。', '"链主"带动。']),
        ('他说"要干。"走了。', ['他说"要干。"', "走了。"]),
        ("浓墨重彩的一笔。（皇甫慧卿）", ["浓墨重彩的一笔。", "（皇甫慧卿）"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        ("1. 农业。\n2. 工业。", ["1. 农业。", "2. 工业。"]),
        ("增长5.5%;完成2694.5万吨。", ["增长5.5%;完成2694.5万吨。"]),
    ],
)
def test_chinese_is_cut_at_its_stops(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GDP rose 5.5% in 2023. Exports fell.", ["GDP rose 5.5% in 2023.", "Exports fell."]),
        ("Dr. Smith met Mr. J. Lee. They left.", ["Dr. Smith met Mr. J. Lee.", "They left."]),
        ("He works in the U.S. Army. Fine.", ["He works in the U.S. Army.", "Fine."]),
        ("She moved to the U.S. The move took weeks.", ["She moved to the U.S.", "The move took weeks."]),
        ("See No. 3 and Fig. 2 for it. Done.", ["See No. 3 and Fig. 2 for it.", "Done."]),
        ('"Stop!" he said. "Why?"', ['"Stop!" he said.', '"Why?"']),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ("Coal, oil, etc. were sold. The rest stayed.", ["Coal, oil, etc. were sold.", "The rest stayed."]),
        ("They chose plan B. It worked.", ["They chose plan B.", "It worked."]),
        ("1. Coal is up.\n2. Gas is down.", ["1. Coal is up.", "2. Gas is down."]),
        (
            "It opened at 7 p.m. on 3 Jan. 2024. Then it closed.",
            ["It opened at 7 p.m. on 3 Jan. 2024.", "Then it closed."],
        ),
    ],
)
def test_english_is_cut_at_its_stops_and_not_at_abbreviations(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_semicolons_part_only_long_sentences() -> None:
    short = "方向明，则力量聚；定位准，则发展兴。"
    long = "全年地区生产总值完成50.9亿元，增长5.4%；规上工业增加值完成23.4亿元，增长11.6%；社会消费品零售总额完成14.56亿元，增长5.7%。"
    assert sentences(short) == [short]
    assert len(sentences(long)) == 3
    assert sentences(long)[1] == "规上工业增加值完成23.4亿元，增长11.6%；"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "原煤产量2694.5万吨，同比增长42%；占比达68%。",
            ["原煤产量2694.5万吨，", "同比增长42%；", "占比达68%。"],
        ),
        ("共1,234.5吨, 12:30 开会", ["共1,234.5吨,", "12:30 开会"]),
        (
            "打造“避暑，旅游”品牌，推进（一期，二期）建设",
            ["打造“避暑，旅游”品牌，", "推进（一期，二期）建设"],
        ),
        (
            "Output was 1,234 tonnes, up 5%; exports fell",
            ["Output was 1,234 tonnes,", "up 5%;", "exports fell"],
        ),
    ],
)
def test_clauses_end_at_commas_outside_numbers_quotations_and_brackets(
    text: str, expected: list[str]
) -> None:
    assert clauses(text) == expected


@given(
    st.lists(
        st.from_regex(r"[1-9][0-9]{0,2}(,[0-9]{3})*(\.[0-9]{1,3})?%?", fullmatch=True), min_size=1, max_size=6
    )
)
def test_no_number_is_cut(numbers: list[str]) -> None:
    text = "，".join(f"指标为{number}" for number in numbers) + "。"
    joined = "\n".join(clauses(text))
    assert re.findall(r"[\d.,]*\d%?", joined) == numbers

"""Passages: what they hold, where they are cut, what context travels with them."""

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import read
from rag.documents.cleaning.steps import clean
from rag.documents.facts.metadata import describe
from rag.original import Original
from rag.passages import split
from rag.text.sentences import split_sentences
from rag.types import Document, Passage

SEEDS = {path.name[:3]: path for path in sorted(Path("seeds").glob("00*.txt"))}
_LIMIT = 320


def document(text: str) -> Document:
    original = Original(text)
    body, blocks = clean(original)
    return Document("a.txt", "txt", original, body, blocks, describe(body, blocks))


@pytest.fixture(scope="module", params=SEEDS)
def seed(request: pytest.FixtureRequest) -> Document:
    return read(SEEDS[request.param], f"seeds/{SEEDS[request.param].name}")


def of(number: str) -> tuple[Passage, ...]:
    return split(read(SEEDS[number], number))


def sentences(passage: Passage) -> list[str]:
    return [passage.text[start:end] for start, end in passage.sentences]


def holding(passages: tuple[Passage, ...], words: str) -> Passage:
    (found,) = (passage for passage in passages if words in passage.text)
    return found


def bare(text: str) -> str:
    """Text as one compares it with its source: width folded, without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_within(needle: str, hay: str) -> bool:
    """Whether the characters of `needle` stand in `hay` in this order."""
    rest = iter(hay)
    return all(char in rest for char in needle)


def test_every_sentence_of_a_seed_is_in_exactly_one_passage(seed: Document) -> None:
    expected = [
        seed.body.text[block.start + start : block.start + end]
        for block in seed.blocks
        if block.kind in ("paragraph", "item")
        for start, end in split_sentences(seed.body.text[block.start : block.end])
    ]
    found = [sentence for passage in split(seed) if passage.headings for sentence in sentences(passage)]
    assert found == expected


def test_every_sentence_of_a_seed_leads_back_to_its_original(seed: Document) -> None:
    for passage in split(seed):
        for start, end in passage.sentences:
            first, stop = passage.body.original_span(start, end)
            source = bare(seed.original.text[first:stop])
            assert is_within(bare(passage.text[start:end]), source)
            assert source[0] == bare(passage.text[start:end])[0]
            assert source[-1] == bare(passage.text[start:end])[-1]


def test_no_figure_of_a_seed_is_cut_or_changed(seed: Document) -> None:
    figure = re.compile(r"\d+(?:\.\d+)?[%万亿]?")
    for passage in split(seed):
        for start, end in passage.sentences:
            first, stop = passage.body.original_span(start, end)
            source = "".join(seed.original.text[first:stop].split())
            assert figure.findall(passage.text[start:end]) == figure.findall(source)


def test_the_passages_of_a_seed_are_of_the_wanted_size(seed: Document) -> None:
    passages = split(seed)
    sizes = [len(passage.text) for passage in passages]
    assert all(
        size <= _LIMIT + 5 or len(passage.sentences) == 1
        for size, passage in zip(sizes, passages, strict=True)
    )
    assert 180 <= sorted(sizes)[len(sizes) // 2] <= 300
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))


def test_a_list_item_that_fits_is_in_one_passage(seed: Document) -> None:
    passages = split(seed)
    for block in seed.blocks:
        if block.kind == "item" and block.end - block.start <= _LIMIT:
            assert any(seed.body.text[block.start : block.end] in passage.text for passage in passages)


def test_context_says_place_period_title_and_headings() -> None:
    coal = holding(of("000"), "2694.5万吨")
    assert coal.context == (
        "昔阳县 2023年 奋力谱写中国式现代化昔阳篇章 打造全省县域经济高质量发展样板 > 笃行不怠谋振兴 砥砺前行谱新篇 > 聚焦转型经济持续向好"
    )
    assert coal.headings[-1] == "聚焦转型经济持续向好"
    assert (
        holding(of("002"), "总投资90亿元").context
        == "左权县 2023年 2024年 竖定不移抓产业 全力队赴促发展 > 工业方面"
    )
    assert holding(of("003"), "949.6亿元").context == "晋中市 2023年 晋中：晋商故里开新局 > 肩负使命 勇毅笃行"


def test_a_year_that_opens_a_paragraph_holds_for_those_below() -> None:
    kelan = of("004")
    assert holding(kelan, "50.9亿元").context.startswith("岢岚县 2023年")
    assert holding(kelan, "三是坚持园区引领").context.startswith("岢岚县 2024年")


def test_what_stands_above_the_title_does_not_take_its_place() -> None:
    introduction = holding(of("004"), "春天里的忻州")
    assert introduction.metadata.place is None
    assert introduction.context == "2023年 开栏语"
    assert introduction.metadata.title == "干在实处 书写高质量发展新答卷"


@pytest.mark.parametrize(
    ("words", "place", "title"),
    [
        ("邢俊勤艺术馆", "寿阳县", "太行山抗战主题摄影艺术展巡展举办"),
        ("谷子产业发展需求", None, "山西农大“山西省谷子遗传改良工程研究中心”成功获批"),
        ("体育设施200余处", "晋中市", "五年转型谱新篇 经济民生双跃升"),
    ],
)
def test_another_story_on_the_page_has_its_own_place(words: str, place: str | None, title: str) -> None:
    passage = holding(of("001"), words)
    assert (passage.metadata.place, passage.metadata.title) == (place, title)
    assert "昔阳" not in passage.context
    assert passage.metadata.year == 2025


def test_short_captions_and_credits_stand_together_in_the_last_passage() -> None:
    last = of("000")[-1]
    assert "图片由昔阳县融媒体中心提供" in last.text.split("\n")
    others = "\n".join(passage.text for passage in of("000")[:-1])
    for caption in ("松溪河畔", "融媒体中心提供"):
        assert caption not in others


def test_a_caption_between_two_paragraphs_is_left_out_of_their_passage() -> None:
    text = "武乡：红色热土\n\n第一段说小米，产量很大。\n\n武乡县小米加工车间\n\n第二段说光伏，装机很多。"
    passage, captions = split(document(text))
    assert passage.text == "第一段说小米，产量很大。\n第二段说光伏，装机很多。"
    first, stop = passage.body.original_span(0, len(passage.text))
    assert text[first:stop].startswith("第一段")
    assert text[first:stop].endswith("很多。")
    assert captions.text == "武乡县小米加工车间"


def test_the_rest_of_a_long_item_is_told_what_it_is_about() -> None:
    item = "二是连翘产业。" + "".join(
        f"第{n}个基地要新建育苗大棚，扩大抚育面积，带动农户增收致富。" for n in range(1, 20)
    )
    passages = split(document(f"农业工作要点\n\n要抓好农业。\n\n{item}"))
    assert len(passages) > 1
    assert passages[-1].headings == ("农业工作要点", "连翘产业")
    assert "连翘产业" in passages[-1].context


def test_an_overlong_sentence_stands_alone_and_whole() -> None:
    long = "要" + "、".join(["抓好项目建设工作"] * 60) + "。"
    passages = split(document(f"工作要点\n\n前面有一句话。{long}后面还有一句。"))
    assert long in [passage.text for passage in passages]


def test_english_passages_are_of_about_120_words() -> None:
    sentence = "The county grew by five percent and built {} new roads in the hills last year. "
    text = "Annual report\n\n" + "".join(sentence.format(n) for n in range(10, 60))
    words = [len(passage.text.split()) for passage in split(document(text))]
    assert all(80 <= count <= 165 for count in words)


def test_headings_part_passages_even_when_they_are_short() -> None:
    passages = split(document("# 报告\n\n## 农业\n\n粮食丰收。\n\n## 工业\n\n产值增长。\n"))
    assert [(passage.headings, passage.text) for passage in passages] == [
        (("报告", "农业"), "粮食丰收。"),
        (("报告", "工业"), "产值增长。"),
    ]


def test_a_text_of_nothing_but_headings_is_still_found() -> None:
    assert [passage.text for passage in split(document("武乡县小米"))] == ["武乡县小米"]


_PROSE = st.lists(
    st.sampled_from(
        ["产量增长42%。", "一是抓农业。", "二是抓工业，建设20个项目；完善配套；提升能力。", "## 标题", "农业方面", "2023年，全县平稳。",
         "（张三）", "\n", "\n\n", "The output rose 5.5% in 2021. ", "岢岚县城全景", "，继续推进", "表1 产量 20万吨"]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(_PROSE, st.integers(20, 300))
def test_passages_never_overlap_and_lose_no_sentence(text: str, target: int) -> None:
    original = document(text)
    wanted = [
        original.body.text[block.start + start : block.start + end]
        for block in original.blocks
        if block.kind in ("paragraph", "item")
        for start, end in split_sentences(original.body.text[block.start : block.end])
    ]
    told: list[str] = []
    told_by: list[Passage] = []
    for passage in split(original, target=target, limit=target + 60):
        if len(told) < len(wanted):
            told += sentences(passage)
            told_by.append(passage)
    assert told == wanted
    assert all(a.body.ends[-1] <= b.body.starts[0] for a, b in pairwise(told_by))


def test_a_year_in_a_heading_is_the_period_of_its_section() -> None:
    text = (
        "沁源县工作报告\n（2024年2月3日）\n一、2023年工作回顾\n（一）产业转型成效显著\n原煤产量达到3800万吨。\n"
        "二、2024年工作安排\n（一）产业\n新建项目20个。\n"
    )
    passages = split(document(text))
    assert holding(passages, "3800万吨").context.startswith(
        "沁源县 2023年 沁源县工作报告 > 一、2023年工作回顾"
    )
    assert holding(passages, "20个").context.startswith("沁源县 2024年")


def test_the_rows_of_a_table_are_text_and_stay_apart() -> None:
    text = "统计公报\n\n全年平稳。\n\n表1 主要指标\n指标 2022年 2023年\n原煤产量（万吨） 3650 3800\n粮食产量（万吨） 20.1 20.5\n"
    (passage,) = split(document(text))
    assert passage.text.split("\n")[2:] == [
        "指标 2022年 2023年",
        "原煤产量（万吨） 3650 3800",
        "粮食产量（万吨） 20.1 20.5",
    ]

"""What cleaning repairs, what it leaves alone, and that every character keeps its place."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.cleaning.characters import close_spaces, drop_invisible, fold_width, widen_punctuation
from rag.documents.cleaning.markup import drop_markup
from rag.documents.cleaning.paragraphs import join_paragraphs
from rag.documents.cleaning.repeats import drop_repeats
from rag.documents.cleaning.steps import STEPS, Step, clean
from rag.original import AlignedText, Original
from rag.types import BlockKind

SEEDS = sorted(Path("seeds").glob("*.txt"))
_NOISE = st.text(
    alphabet="昔阳县产量，。；：、“”（）《》#*-|一二是摄图 \u3000\t\r\n\f\u200b\ufeffＡ１％,.;:()\"'aB1０9é\u0301ｶﾞ",
    max_size=200,
)
_TEXT = _NOISE | st.text(max_size=200)


def after(step: Step, text: str) -> str:
    return step(AlignedText.identity(text)).text


def blocks(text: str) -> list[tuple[BlockKind, str]]:
    body, found = clean(Original(text))
    return [(block.kind, body.text[block.start : block.end]) for block in found]


def body(text: str) -> str:
    return clean(Original(text))[0].text


def assert_aligned(aligned: AlignedText, original: str) -> None:
    starts, ends = aligned.starts.tolist(), aligned.ends.tolist()
    assert len(starts) == len(ends) == len(aligned.text)
    assert all(a <= b for a, b in pairwise(starts))
    assert all(a <= b for a, b in pairwise(ends))
    assert all(0 <= a < b <= len(original) for a, b in zip(starts, ends, strict=True))


@given(_TEXT)
@pytest.mark.parametrize("step", [*STEPS, drop_markup])
def test_a_step_keeps_every_character_in_its_place(step: Step, text: str) -> None:
    assert_aligned(step(AlignedText.identity(text)), text)


@given(_TEXT)
def test_the_whole_pipeline_keeps_every_character_in_its_place(text: str) -> None:
    cleaned, found = clean(Original(text))
    assert_aligned(cleaned, text)
    assert all(a.end < b.start for a, b in pairwise(found))
    assert "".join(cleaned.text[b.start : b.end] for b in found) == cleaned.text.replace("\n", "")


@given(st.lists(_NOISE, min_size=1, max_size=5))
def test_pages_keep_every_character_in_its_place(pages: list[str]) -> None:
    starts = tuple(sum(map(len, pages[:n])) for n in range(len(pages)))
    cleaned, _ = clean(Original("".join(pages), starts))
    assert_aligned(cleaned, "".join(pages))


@given(_TEXT)
@pytest.mark.parametrize("step", [drop_repeats, drop_markup])
def test_a_step_that_only_takes_out_leaves_the_rest_as_it_was(step: Step, text: str) -> None:
    aligned = step(AlignedText.identity(text))
    assert aligned.text == "".join(text[n] for n in aligned.starts.tolist())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("２０２３年增长５．５％", "2023年增长5.5%"),
        ("ＧＤＰ，（亿元）：好！", "GDP，（亿元）：好！"),
        ("面积10²，①第一，½", "面积10²，①第一，½"),
        ("e\u0301tude ﬁnance", "étude finance"),
        ("⼯作⽬标", "工作目标"),
        ("ｶﾞｽ\u3000A\u00a0B", "ガス A B"),
    ],
)
def test_width_is_folded_where_the_meaning_stays(text: str, expected: str) -> None:
    assert after(fold_width, text) == expected


def test_characters_nobody_sees_are_dropped_and_line_ends_are_one() -> None:
    assert after(drop_invisible, "\ufeff昔\u200b阳\u00ad县\r\n产\x00量\r多\u2028好") == "昔阳县\n产量\n多\n好"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1月25日,左权县召开会议;增长5.5%;完成!", "1月25日，左权县召开会议；增长5.5%；完成！"),
        ("产量1,234.5吨,时间12:30", "产量1,234.5吨，时间12:30"),
        ("地区生产总值(GDP)增长", "地区生产总值（GDP）增长"),
        ("a note (see page 3), then: stop?", "a note (see page 3), then: stop?"),
        ("见 http://example.org/a?b=1 为准", "见 http://example.org/a?b=1 为准"),
        ('打造"品牌",叫响', '打造"品牌"，叫响'),
    ],
)
def test_punctuation_beside_chinese_becomes_full_width(text: str, expected: str) -> None:
    assert after(widen_punctuation, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("会议召 开，山西工 作扎实。", "会议召开，山西工作扎实。"),
        ("总结 2023 年工作", "总结2023年工作"),
        ("山西工 作", "山西工作"),
        ("锚定目标 勇站前列", "锚定目标 勇站前列"),
        ("a  small   town", "a small town"),
        ("  左权县推进。  ", "左权县推进。"),
        ("城区 12 34", "城区 12 34"),
        ("## 农业 \n- 粮食", "## 农业\n- 粮食"),
    ],
)
def test_spaces_are_closed_inside_chinese_only(text: str, expected: str) -> None:
    assert after(close_spaces, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("去年原煤产\n\n量2694.5万吨，同比增长42%。", "去年原煤产量2694.5万吨，同比增长42%。"),
        (
            "全市经济形势不错，为11所中小学配套完善物理、化学等6\n\n大类28个实验室。好。",
            "全市经济形势不错，为11所中小学配套完善物理、化学等6大类28个实验室。好。",
        ),
        ("形势喜人，这是我们的独特优\n\n势,也是底气。", "形势喜人，这是我们的独特优势,也是底气。"),
        (
            "The county grew fast. It is now the second\n\nlargest in the province.",
            "The county grew fast. It is now the second largest in the province.",
        ),
    ],
)
def test_a_sentence_broken_over_paragraphs_is_joined(text: str, expected: str) -> None:
    assert after(join_paragraphs, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "一是发展农业。春节前要完成签约，争取年\n\n三是抽水蓄能项目。总投资90亿元。",
        "会议召开了。强化后续扶持，实施德润嘉园“老年友好\n\n### 文旅融合发展\n\n全年接待游客10万人。",
        "农业方面\n\n继续围绕壮大特色产业，做足文章。",
        "全年完成了任务。\n\n下一年再接再厉。",
        "会议指出如下：\n\n要抓好农业，抓好工业。",
        "Economy\n\nThe county grew fast.",
    ],
)
def test_paragraphs_that_are_two_stay_two(text: str) -> None:
    assert after(join_paragraphs, text) == text


def test_a_lost_full_stop_is_seen_by_the_short_last_line() -> None:
    column = (
        "2024年全县主要经济指标任务是，地区生产 总值增长5.5%，固定资产投资增长11%，规模 以上工业增加值增长9%，"
        "社会消费品零售总 额增长5.5%，城镇居民收入与经济增长同步， "
    )
    following = "\n\n围绕目标任务，今年要着力做好工作。"
    short, full = column + "完成下达任务", column + "农村居民收入增长高于经济增长水平，各项指标"
    assert after(join_paragraphs, short + following) == short + following
    assert after(join_paragraphs, full + following) == full + following.strip()


def test_wrapped_lines_become_paragraphs_again() -> None:
    wrapped = (
        "　　2022年，武乡县坚持以高质量发展为统领，全县经济\n"
        "运行总体平稳，全年地区生产总值完成一百零二亿元，同\n"
        "比增长百分之五，一般公共预算收入完成十二亿元，增长\n"
        "百分之九。\n"
        "　　2023年，全县将继续推进项目建设，力争固定资产投\n"
        "资增长百分之八以上，城镇居民人均可支配收入增长百分\n"
        "之六。"
    )
    kinds_and_texts = blocks(wrapped)
    assert [kind for kind, _ in kinds_and_texts] == ["paragraph", "paragraph"]
    assert kinds_and_texts[0][1].endswith("同比增长百分之五，一般公共预算收入完成十二亿元，增长百分之九。")


def test_wrapped_english_is_joined_and_its_hyphens_are_healed() -> None:
    wrapped = (
        "The county's annual report says that output of coal reached a new\n"
        "record last year, and that the county govern-\n"
        "ment intends to invest more than before in wind and solar power, so\n"
        "that half of the power it uses will be clean by the end of 2027, when\n"
        "the plan ends.\n"
    )
    assert blocks(wrapped) == [
        (
            "paragraph",
            "The county's annual report says that output of coal reached a new record last year, and that the "
            "county government intends to invest more than before in wind and solar power, so that half of the "
            "power it uses will be clean by the end of 2027, when the plan ends.",
        )
    ]


def test_captions_inside_a_sentence_are_taken_out_of_it() -> None:
    text = "今年上半年，晋中市经济保持恢复\n\n\n\n祁县乔家大院。 资料图片\n\n\n\n平遥古城。 资料图片\n\n向好态势，质效提升。"
    cleaned, _ = clean(Original(text))
    assert cleaned.text == "今年上半年，晋中市经济保持恢复向好态势，质效提升。"
    assert cleaned.original_span(0, len(cleaned.text)) == (0, len(text))


def test_a_caption_that_states_a_figure_is_not_dropped() -> None:
    text = "今年上半年，全市经济保持恢复\n\n图为年产20万吨的生产线，总投资40亿元。 资料图片\n\n向好态势，质效提升。"
    assert "总投资40亿元" in body(text)


_TOLD = "松溪儿女劈波斩浪，奋楫前行，一幕幕场景令人难忘，面对疫情后经济下行压力挑战，昔阳县坚持稳中求进工作总基调，破解了一批难题。"


def test_a_repeated_paragraph_is_kept_once() -> None:
    assert body(f"{_TOLD}\n\n中间还有一段话，说的是别的事情。\n\n{_TOLD}").count("松溪儿女") == 1


def test_of_two_tellings_the_more_complete_one_stays() -> None:
    truncated = "路虽远行则将至。" + _TOLD[:-8]
    whole = f"{_TOLD}产业兴旺，百业兴。"
    assert body(f"{whole}\n\n{truncated}") == whole
    assert body(f"{truncated}\n\n### 产业\n\n{whole}") == f"产业\n{whole}"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2023年，全县地区生产总值完成50.9亿元，同比增长5.4%，增速位居全市前列，各项事业取得新的进步，群众生活水平不断提高。",
         "2024年，全县地区生产总值完成53.1亿元，同比增长4.1%，增速位居全市前列，各项事业取得新的进步，群众生活水平不断提高。"),
        ("左权县认真贯彻落实上级部署，各项事业取得新的进步，在左权县委的领导下群众生活水平不断提高，发展基础更加坚实。",
         "榆社县认真贯彻落实上级部署，各项事业取得新的进步，在榆社县委的领导下群众生活水平不断提高，发展基础更加坚实。"),
    ],
    ids=["other figures", "another county"],
)  # fmt: skip
def test_paragraphs_on_one_pattern_are_no_repeats(first: str, second: str) -> None:
    assert body(f"{first}\n\n{second}") == f"{first}\n{second}"


def test_headings_items_captions_and_paragraphs_are_told_apart() -> None:
    text = (
        "武乡：红色热土展新颜\n\n2023年，武乡县干部群众齐心协力，取得了成绩。\n\n武乡县八路军文化园\n\n"
        "产业方面\n\n一是小米产业。种植20万亩。\n\n武乡县农业公司加工车间\n\n二是光伏产业。装机30万千瓦。\n\n（李明）\n\n来源:长治日报\n"
    )
    assert blocks(text) == [
        ("heading", "武乡：红色热土展新颜"),
        ("paragraph", "2023年，武乡县干部群众齐心协力，取得了成绩。"),
        ("caption", "武乡县八路军文化园"),
        ("heading", "产业方面"),
        ("item", "一是小米产业。种植20万亩。"),
        ("caption", "武乡县农业公司加工车间"),
        ("item", "二是光伏产业。装机30万千瓦。"),
        ("caption", "（李明）"),
        ("caption", "来源：长治日报"),
    ]

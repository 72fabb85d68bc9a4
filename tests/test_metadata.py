"""What is read of a document's title, publisher, place, date and years; on the seeds and on other texts."""

from pathlib import Path

import pytest

from rag.documents import read
from rag.documents.cleaning import clean
from rag.documents.metadata import describe
from rag.documents.years import read_years
from rag.original import Original
from rag.text.places import main_place, own_city, place_names
from rag.types import Metadata


def metadata(text: str) -> Metadata:
    return describe(*clean(Original(text)))


@pytest.mark.parametrize(
    ("number", "title", "publisher", "place", "period", "year", "years"),
    [
        (0, "奋力谱写中国式现代化昔阳篇章 打造全省县域经济高质量发展样板", None, "昔阳县", "2023年", 2024, (2023, 2024)),
        (1, "五年转型谱新篇 经济民生双跃升", None, "昔阳县", "2021—2025年", 2025, (2021, 2022, 2023, 2024, 2025)),
        (2, "竖定不移抓产业 全力队赴促发展", None, "左权县", "2024年", 2024, (2023, 2024)),
        (3, "晋中：晋商故里开新局", None, "晋中市", "2023年", 2023, (2023, 2025, 2027, 2030)),
        (4, "干在实处 书写高质量发展新答卷", "忻州日报", "岢岚县", "2023—2024年", 2024, (2023, 2024)),
    ],
)  # fmt: skip
def test_the_seeds_say_what_they_are(
    number: int,
    title: str,
    publisher: str | None,
    place: str,
    period: str,
    year: int,
    years: tuple[int, ...],
) -> None:
    (path,) = Path("seeds").glob(f"00{number}_*.txt")
    assert read(path, path.name).metadata == Metadata(title, publisher, place, None, period, year, years)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 武乡县政府工作报告\n\n## 农业\n\n粮食丰收了。", "武乡县政府工作报告"),
        ("【走基层】\n\n沁源：绿色转型\n\n沁源县推进转型。", "沁源：绿色转型"),
        ("实干兴邦。\n\n太谷区奋力开新局\n\n太谷区推进改革。", "太谷区奋力开新局"),
        (
            "编者按\n今天推出系列报道，敬请关注。\n乘势而上\n谱写榆社新篇章\n榆社县取得了成绩。",
            "乘势而上 谱写榆社新篇章",
        ),
        ("平定县工作总结\n一、农业\n农业丰收了。\n二、工业\n工业增长了。", "平定县工作总结"),
        ("Annual report of Wuxiang County\n\nThe county grew fast.", "Annual report of Wuxiang County"),
        ("没有标题的一段话，说完了。", ""),
    ],
)
def test_the_title_is_the_first_headline(text: str, title: str) -> None:
    assert metadata(text).title == title


@pytest.mark.parametrize(
    ("text", "publisher"),
    [
        ("标题在此\n\n正文说完了。\n\n来源:长治日报\n", "长治日报"),
        ("标题在此\n\n发布机构：武乡县统计局\n发布时间：2024-03-01\n\n正文说完了。", "武乡县统计局"),
        ("Report\n\nThe text ends.\n\nSource: Shanxi Daily\n", "Shanxi Daily"),
        ("标题在此\n\n这些数据的来源很多，说完了。", None),
    ],
)
def test_the_publisher_is_the_one_named_as_the_source(text: str, publisher: str | None) -> None:
    assert metadata(text).publisher == publisher


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("标题在此\n\n发布时间：2024年3月1日\n\n正文说完了。", "2024-03-01"),
        ("标题在此\n（2023年12月28日）\n\n正文说完了。", "2023-12-28"),
        ("标题在此\n\n2020年5月6日，会议召开，这不是本文的日期，正文要比日期行长得多，所以不会弄错。", None),
        ("标题在此\n\n发布时间：2024-13-41\n\n正文说完了。", None),
    ],
)
def test_the_date_is_a_date_line_s(text: str, date: str | None) -> None:
    assert metadata(text).date == date


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("动员全县推动武乡县发展。武乡县是革命老区，武乡人民勤劳。市区示范区也在建设。", "武乡县"),
        ("石家庄市召开会议，石家庄的工业园区建成，正定县也参加。", "石家庄市"),
        ("祁县的玻璃器皿远销海外，祁县县城扩大。", "祁县"),
        ("准格尔旗煤炭产量增长，准格尔旗财政收入提高。", "准格尔旗"),
        ("全市各县区都建设了开发区、示范区和旅游景区，打造文化强县。", None),
        ("Wuxiang County grew. The county of Wuxiang lies near Changzhi City.", "Wuxiang County"),
        ("The text is about nothing in particular.", None),
    ],
)
def test_the_place_is_the_one_named_most(text: str, place: str | None) -> None:
    assert main_place(text) == place


def test_a_place_in_the_title_outweighs_others_in_the_text() -> None:
    text = "长治市召开会议。长治市委要求抓落实。长治市武乡县参加。"
    assert main_place(text) == "长治市"
    assert main_place(text, titles=["武乡：红色热土展新颜"]) == "武乡县"


def test_our_city_is_the_city_of_the_page() -> None:
    assert own_city("我市新增体育设施200处。", "晋中市召开会议。晋中市委研究。太原市来人。") == "晋中市"
    assert own_city("山西农大获批中心。", "晋中市召开会议。") is None
    assert place_names("动员全县各县区") == {}


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("刚刚过去的2021年令人难忘。今年要继续努力。", 2022),
        ("1月10日，县委经济工作会议召开，总结2021年工作，部署2022年任务。", 2022),
        ("12月28日，县委经济工作会议召开，总结2021年工作，部署2022年任务。今年成绩很大。", 2021),
        ("今年是新中国成立70周年。去年我们完成了任务。", 2019),
        ("今年是中国共产党成立100周年，要讲好2020年的故事。", 2021),
        ("今年（2020年），产量增长。到2025年，产值翻番。", 2020),
        ("去年（2018年）产量增长。", 2019),
        ("发布时间：2023-02-01\n2022年，产量增长5%。", 2023),
        ("2022年，全县完成产值50亿元。力争到2027年达到80亿元，2035年基本实现现代化。", 2022),
        ("目标是，2022年取得突破，2025年形成成果，2030年基本实现。", 2022),
        ("2019年完成20亿元，2020年完成25亿元，2021年完成30亿元。", 2021),
        ("产量增长，没有说是哪一年。", None),
        ("Output rose in 2021. By 2030 the county will double it.", 2021),
        ("The year 2020 has just ended. This year we plan more.", 2021),
        ("A crowd of 2050 people came to see 1,999 sheep.", None),
    ],
)
def test_this_year_is_known_by_what_the_text_says(text: str, year: int | None) -> None:
    assert read_years(text).now == year


@pytest.mark.parametrize(
    ("text", "period", "covered"),
    [
        ("2022年，产量增长。2022年，产值提高。2023年，再接再厉。", "2022年", (2022, 2023)),
        ("2022年，产量增长。2023年，产值提高。", "2022—2023年", (2022, 2023)),
        ("“十三五”期间，产值翻番。五年来，“十三五”规划完成，2020年收官。", "2016—2020年", (2016, 2017, 2018, 2019, 2020)),
        ("今年是实现“十四五”规划目标任务的关键一年。2023年开了好局，2023年很好。", "2023年", (2023,)),
        ("先说别的。" * 60 + "1949年、1958年、1962年、1978年、1992年都有大事。", None, (1949, 1958, 1962, 1978, 1992)),
        ("In 2021 output rose, and in 2021 prices fell.", "2021", (2021,)),
    ],
)  # fmt: skip
def test_the_period_is_the_years_the_text_is_mostly_about(
    text: str, period: str | None, covered: tuple[int, ...]
) -> None:
    years = read_years(text)
    assert (years.period, years.covered) == (period, covered)


_REPORT = """沁源县人民政府工作报告
（2024年2月3日在沁源县第十六届人民代表大会第四次会议上）
县长 王某某

各位代表：
　　现在，我代表县人民政府，向大会报告工作，请予审议。
一、2023年工作回顾
　　过去一年，主要经济指标稳中有进。地区生产总值完成210.5亿元，增长4.2%。
（一）产业转型成效显著
　　原煤产量达到3800万吨，先进产能占比78%。
二、2024年工作安排
　　重点抓好以下工作：
　　1.坚持产业兴县。新建项目20个。
　　2.坚持生态立县。造林3万亩。
　　到2025年，全县新能源装机达到100万千瓦。
"""


def test_a_government_report_is_dated_by_its_head() -> None:
    assert metadata(_REPORT) == Metadata(
        title="沁源县人民政府工作报告",
        place="沁源县",
        date="2024-02-03",
        period="2024年",
        year=2024,
        years=(2023, 2024, 2025),
    )


def test_an_office_named_under_the_title_is_the_publisher() -> None:
    text = (
        "# 阳城县2022年统计公报\n\n阳城县统计局\n\n2023年3月28日\n\n## 综合\n\n全年地区生产总值320.1亿元。\n"
    )
    found = metadata(text)
    assert (found.publisher, found.date, found.year) == ("阳城县统计局", "2023-03-28", 2023)

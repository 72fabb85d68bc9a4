"""Markdown is read by its blocks; every word keeps its place in the file."""

import string

from hypothesis import given
from hypothesis import strategies as st

from tests.fixture_files import cell_truths, fixture
from tests.read_documents import assert_every_quote_is_exact, assert_lawful, folded, read_bytes, texts, told


def of(text: str) -> list[tuple[str, int, str]]:
    return told(assert_lawful("a.md", text.encode()))


def test_headings_of_both_kinds_have_their_depth() -> None:
    text = "# 报告\n\n工业\n----\n\n### 煤炭 ###\n\n**四、其他**\n\n都好。\n"
    assert of(text) == [
        ("heading", 1, "报告"),
        ("heading", 2, "工业"),
        ("heading", 3, "煤炭"),
        ("heading", 3, "四、其他"),
        ("paragraph", 0, "都好。"),
    ]


def test_the_lines_of_a_paragraph_a_quotation_and_an_item_are_joined() -> None:
    text = "原煤产量\n创新高。\n\n> 引用的话\n> 第二行。\n\n- 第一项\n  接着说。\n- 第二项。\n"
    assert [(kind, words) for kind, _, words in of(text)] == [
        ("paragraph", "原煤产量创新高。"),
        ("paragraph", "引用的话第二行。"),
        ("item", "第一项接着说。"),
        ("item", "第二项。"),
    ]


def test_a_table_is_told_row_by_row_under_the_line_above_it() -> None:
    text = "表1 产量 单位：万吨\n\n| 县 | 2022年 | **2023年** |\n|---|---:|---|\n| 清溪县 | 1.5 | **2.5** |\n| 云岭县 | | 3 |\n"
    assert of(text) == [
        ("caption", 0, "表1产量 单位：万吨"),
        ("row", 0, "清溪县：2022年1.5万吨，2023年2.5万吨。"),
        ("row", 0, "云岭县：2023年3万吨。"),
    ]


def test_code_is_text_and_a_comment_is_none() -> None:
    assert of("```\noutput = 3\n```\n\n<!-- 不给人看 -->\n\n正文。\n") == [
        ("paragraph", 0, "output = 3"),
        ("paragraph", 0, "正文。"),
    ]


def test_line_ends_of_other_systems_count_as_they_stand_in_the_file() -> None:
    document = assert_lawful("a.md", "# 甲\r\n\r\n乙一\r\n乙二。\r\r- 丙\r".encode())
    assert [words for _, _, words in told(document)] == ["甲", "乙一乙二。", "丙"]


def test_every_cell_of_the_fixture_is_told() -> None:
    rows = [folded(row) for row in texts(read_bytes("english.md", fixture("english.md").read_bytes()), "row")]
    for cell in cell_truths("english.md"):
        words = [folded(word.removesuffix(" (MW)")) for word in (*cell.headers, cell.value)]
        assert any(all(word in row for word in words) for row in rows), cell


@given(st.text("#>-*_`|[]()!<>=~1. \n\r\t\\&;ab产量。" + string.punctuation, max_size=120))
def test_whatever_is_written_every_quote_is_exact(text: str) -> None:
    document = read_bytes("a.md", f"# 标题\n\n正文。\n\n{text}".encode())
    assert_every_quote_is_exact(document)
    assert "标题" in document.body.text


def test_marks_of_note_programs_are_no_words_and_notes_are_read() -> None:
    text = (
        "- [ ] 核对[[煤炭产量|原煤产量]]：==2650万吨==\n- [x] 焦化企业 **6家**\n\n"
        "> [!note] 备注\n> 2023年焦炭产能为480万吨[^1]，见[网站][a]。\n\n[^1]: 县能源局提供。\n\n[a]: https://example.cn/x\n"
    )
    assert of(text) == [
        ("item", 0, "核对原煤产量：2650万吨"),
        ("item", 0, "焦化企业6家"),
        ("paragraph", 0, "备注2023年焦炭产能为480万吨，见[网站][a]。"),
        ("paragraph", 0, "县能源局提供。"),
    ]

"""Word documents and presentations: structure by styles and places, what is shown and what is not."""

import datetime
import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx.util import Inches

from rag.documents.limits import Limits
from rag.errors import ReadError
from tests.fixture_files import cell_truths, fixture, page_truth, truth
from tests.read_documents import assert_lawful, extracted, folded, headers_of, read_bytes, texts, told
from tests.reading_measures import reading_order
from tests.test_slides import slides

_W = nsdecls("w")


def word(fill: Callable[[Any], None]) -> bytes:
    """A .docx that `fill` writes."""
    document = docx.Document()
    fill(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def from_xml(*elements: str) -> bytes:
    """A .docx with these elements in its body."""

    def fill(document: Any) -> None:
        for element in elements:
            document.element.body.insert(-1, parse_xml(element))

    return word(fill)


def paragraph(inside: str) -> str:
    return f"<w:p {_W}>{inside}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


@pytest.mark.parametrize("name", ["report-table.docx", "letter.docx", "slides.pptx"])
def test_fixtures_are_read_whole_and_in_order_with_all_their_cells(name: str) -> None:
    data = fixture(name).read_bytes()
    document = assert_lawful(name, data)
    said = truth(name)
    stories = page_truth(name).sentences if "stories" in said else [said["sentences"]]
    assert reading_order(stories, document.body.text).share == 1.0
    assert not [line for line in said.get("furniture", []) if folded(line) in folded(document.body.text)]
    rows = [folded(row) for row in texts(document, "row")]
    for cell in cell_truths(name) if "cells" in said else ():
        assert any(folded(cell.value) in row for row in rows)


def test_headings_follow_styles_by_name_and_by_outline_level() -> None:
    def fill(document: Any) -> None:
        document.add_heading("昔阳县政府工作报告", 0)
        document.add_heading("一、工业", 1)
        document.add_heading("（一）煤炭", 2)
        style = document.styles.add_style("标题 3", WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("1.产量", style=style)
        outlined = document.add_paragraph("二、农业")
        outlined._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {_W} w:val="0"/>'))
        document.add_paragraph("正文一段。")

    assert told(read_bytes("a.docx", word(fill))) == [
        ("heading", 1, "昔阳县政府工作报告"),
        ("heading", 2, "一、工业"),
        ("heading", 3, "（一）煤炭"),
        ("heading", 4, "1.产量"),
        ("heading", 2, "二、农业"),
        ("paragraph", 0, "正文一段。"),
    ]


def test_without_a_title_style_the_line_in_the_middle_at_the_top_is_the_title() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("关于2023年预算执行情况的报告").alignment = WD_ALIGN_PARAGRAPH.CENTER
        document.add_paragraph("各位代表：")
        document.add_heading("一、收入", 1)

    assert told(read_bytes("a.docx", word(fill))) == [
        ("heading", 1, "关于2023年预算执行情况的报告"),
        ("paragraph", 0, "各位代表："),
        ("heading", 2, "一、收入"),
    ]


def test_insertions_are_in_and_deletions_and_hidden_text_are_out() -> None:
    data = from_xml(
        paragraph(
            run("产量")
            + f'<w:ins w:id="1" w:author="a">{run("2694.5万吨")}</w:ins>'
            + '<w:del w:id="2" w:author="a"><w:r><w:delText>1万吨</w:delText></w:r></w:del>'
            + run("绝密", "<w:vanish/>")
            + run("显示", '<w:vanish w:val="0"/>')
            + f'<w:hyperlink w:anchor="x">{run("见附表")}</w:hyperlink>'
            + "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:noBreakHyphen/></w:r>"
        )
    )
    assert extracted("a.docx", data).original.text.strip() == "产量2694.5万吨显示见附表\u2011"


def test_of_a_text_box_and_its_fallback_one_is_read() -> None:
    box = f"<w:txbxContent>{'<w:p>' + run('框内文字。') + '</w:p>'}</w:txbxContent>"
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    drawing = (
        f'<w:r><mc:AlternateContent {compatible}><mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(read_bytes("a.docx", from_xml(paragraph(run("正文。") + drawing))), "paragraph") == [
        "正文。",
        "框内文字。",
    ]


def test_captions_stand_beside_tables_and_lists_are_items() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("表1 原煤产量")
        document.add_paragraph("单位：万吨")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ["年份", "产量", "2023", "2694.5"], strict=True):
            cell.text = text
        document.add_paragraph("表1说明全县产量增长较快，比上年增加四成。")
        document.add_paragraph("抓好春耕", style="List Bullet")

    assert told(read_bytes("a.docx", word(fill))) == [
        ("caption", 0, "表1原煤产量"),
        ("caption", 0, "单位：万吨"),
        ("row", 0, "2023年：产量2694.5万吨。"),
        ("paragraph", 0, "表1说明全县产量增长较快，比上年增加四成。"),
        ("item", 0, "抓好春耕"),
    ]


def test_merged_cells_span_and_a_table_in_a_cell_comes_after_its_table() -> None:
    def fill(document: Any) -> None:
        table = document.add_table(4, 3)
        rows = [["县", "原煤", ""], ["", "产量", "增速"], ["昔阳", "2694.5", "42%"], ["左权", "150", ""]]
        for row, texts_of_row in enumerate(rows):
            for column, text in enumerate(texts_of_row):
                table.cell(row, column).text = text
        table.cell(0, 0).merge(table.cell(1, 0))
        table.cell(0, 1).merge(table.cell(0, 2))
        inner = table.cell(3, 2).add_table(2, 2)
        for cell, text in zip(inner._cells, ["镇", "人口", "乐平", "9.3"], strict=True):
            cell.text = text

    data = word(fill)
    document = assert_lawful("a.docx", data)
    assert texts(document, "row") == [
        "昔阳：原煤产量2694.5，原煤增速42%。",
        "左权：原煤产量150。",
        "乐平：人口9.3。",
    ]
    spans = {
        document.original.text[cell.start : cell.end].strip(): (cell.rows, cell.columns)
        for cell in document.original.cells
    }
    assert spans["县"] == (2, 1)
    assert spans["原煤"] == (1, 2)


def test_page_headers_and_contents_are_out_and_a_box_of_one_cell_is_text() -> None:
    def fill(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "内部资料"
        style = document.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
        document.add_paragraph("一、工业\t3", style=style)
        document.add_table(1, 1).cell(0, 0).text = "提示：数据为初步数。"

    document = read_bytes("a.docx", word(fill))
    assert told(document) == [("paragraph", 0, "提示：数据为初步数。")]
    assert "内部资料" not in document.original.text


def test_core_properties_are_stated_unless_a_program_made_them_up() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("正文。")
        document.core_properties.title = "昔阳县报告"
        document.core_properties.author = "县政府办"
        document.core_properties.created = datetime.datetime(2024, 3, 5)

    assert extracted("a.docx", word(fill)).stated == {
        "title": "昔阳县报告",
        "author": "县政府办",
        "date": "2024-03-05",
    }

    def made_up(document: Any) -> None:
        document.add_paragraph("正文。")
        document.core_properties.title = "Word Document"

    assert extracted("a.docx", word(made_up)).stated == {}


@pytest.mark.parametrize(
    ("name", "as_name", "code"),
    [
        ("bad/truncated.docx", "a.docx", "damaged"),
        ("bad/entities.docx", "a.docx", "damaged"),
        ("bad/pdf-named.docx", "a.docx", "damaged"),
        ("bad/old.doc", "a.docx", "unsupported"),
        ("indicators.xlsx", "a.docx", "damaged"),
        ("indicators.xlsx", "a.pptx", "damaged"),
        ("bad/locked.xlsx", "a.pptx", "password"),
    ],
)
def test_what_is_no_open_package_of_its_kind_gets_a_reason(name: str, as_name: str, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        extracted(as_name, fixture(name).read_bytes())
    assert caught.value.code == code
    assert as_name in caught.value.zh
    assert as_name in caught.value.en


def test_an_old_word_file_is_told_from_a_broken_one() -> None:
    with pytest.raises(ReadError) as caught:
        extracted("a.docx", fixture("bad/old.doc").read_bytes())
    assert ".doc " in caught.value.zh
    assert ".docx" in caught.value.en


_TEXT = st.text(alphabet="昔阳产量年（）。，%.0123456789 ab\t\u3000", max_size=12)


@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.sampled_from(["Normal", "Heading 1", "List Bullet", "Title"]), _TEXT), max_size=5),
    st.lists(st.lists(_TEXT, min_size=3, max_size=3), min_size=1, max_size=4),
)
def test_both_laws_hold_for_any_document_and_any_slide(
    lines: list[tuple[str, str]], rows: list[list[str]]
) -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("第一段。")
        for style, text in lines:
            document.add_paragraph(text, style=style)
        table = document.add_table(len(rows), 3)
        for cell, text in zip(table._cells, [text for row in rows for text in row], strict=True):
            cell.text = text

    assert_lawful("a.docx", word(fill))

    def show_it(show: Any) -> None:
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = "标题"
        slide.placeholders[1].text = "\n".join(text for _, text in lines)
        table = slide.shapes.add_table(len(rows), 3, 0, Inches(2), Inches(4), Inches(1)).table
        for cell, text in zip(table.iter_cells(), [text for row in rows for text in row], strict=True):
            cell.text = text

    assert_lawful("a.pptx", slides(show_it))


def test_a_header_that_word_repeats_on_each_page_is_one_though_it_holds_figures() -> None:
    def fill(document: Any) -> None:
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ["3", "4", "5", "6"], strict=True):
            cell.text = text
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {_W}/>"))

    assert headers_of(extracted("a.docx", word(fill))) == ["3", "4"]


def test_a_long_document_is_refused_by_its_characters() -> None:
    data = word(lambda document: document.add_paragraph("字" * 101))
    with pytest.raises(ReadError, match="100 ") as caught:
        extracted("a.docx", data, limits=Limits(characters=100))
    assert caught.value.code == "too_large"

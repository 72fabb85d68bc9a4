"""Web pages: what is text and what is round it, headings, tables, encodings, what a page says of itself."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents.limits import Limits
from rag.errors import ReadError
from rag.passages import split
from tests.fixture_files import cell_truths, fixture, truth
from tests.read_documents import assert_lawful, extracted, folded, headers_of, read_bytes, texts, told
from tests.reading_measures import reading_order

_PROSE = "2023年，昔阳县原煤产量2694.5万吨，同比增长42%，全县经济持续向好。"


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode()


def read_page(body: str, head: str = "") -> list[tuple[str, int, str]]:
    return told(assert_lawful("a.html", page(body, head)))


@pytest.mark.parametrize("name", ["page.html", "page-gb.html"])
def test_the_fixture_page_is_read_whole_without_what_is_round_it(name: str) -> None:
    document = assert_lawful(name, fixture(name).read_bytes())
    said = truth(name)
    body = folded(document.body.text)
    assert reading_order([said["sentences"]], document.body.text).share == 1.0
    assert [line for line in said["furniture"] if folded(line) in body] == []
    rows = [folded(row) for row in texts(document, "row")]
    for cell in cell_truths(name):
        assert any(folded(cell.value) in row for row in rows)


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><a href=/>杂物一</a></nav>",
        "<header><img src=logo.png>杂物县人民政府</header>",
        "<footer>杂物：主办单位</footer>",
        "<aside>杂物推荐</aside>",
        "<div class='breadcrumb'>杂物：<a>首页</a></div>",
        "<div id='page-footer'>杂物</div>",
        "<div class='share'>杂物：<a>微信</a></div>",
        "<form><input value=1>杂物检索</form>",
        "<ul><li><a>杂物新闻一</a><li><a>杂物新闻二</a><li><a>杂物新闻三</a></ul>",
        "<p>上一篇：<a>杂物</a></p>",
        "<p>下一篇：杂物</p>",
        "<h3>相关阅读：杂物</h3>",
        "<p>版权所有：杂物县人民政府 晋ICP备12345号</p>",
        "<p>您当前的位置：首页 &gt; 杂物</p>",
        "<div class='cookie-consent'>杂物 We use cookies</div>",
        "<p style='color:red; display : none'>杂物</p>",
        "<p hidden>杂物</p>",
        "<span aria-hidden=true>杂物</span>",
        "<script>var 杂物=1</script><style>.杂物{}</style><noscript>杂物</noscript><template><p>杂物</p></template>",
        "<select><option>杂物</select><button>杂物</button><textarea>杂物</textarea>",
        "<div role=navigation>杂物</div>",
        "<!-- 杂物 --><?php 杂物 ?>",
    ],
)
def test_furniture_is_kept_out_of_the_body(furniture: str) -> None:
    blocks = read_page(f"{furniture}<h1>昔阳</h1><p>{_PROSE}</p>{furniture}<p>尾段也在。</p>")
    assert blocks == [("heading", 1, "昔阳"), ("paragraph", 0, _PROSE), ("paragraph", 0, "尾段也在。")]


@pytest.mark.parametrize(
    "content",
    [
        f"<article><header><p>{_PROSE}</p></header></article>",
        f"<div class=share-of-market><p>{_PROSE}</p></div>",
        f"<div class=position-relative><p>{_PROSE}</p></div>",
        f"<div id=foot-note><p>{_PROSE}</p></div>",
        f"<section><header><p>{_PROSE}</p></header></section>",
        f"<table><tr><td class=left><a>左</a></td><td><p>{_PROSE}</p></td></tr></table>",
        f"<p>{_PROSE[:8]}<a>{_PROSE[8:18]}</a>{_PROSE[18:]}</p>",
        f"<div>{_PROSE}</div>",
    ],
)
def test_text_is_kept_whatever_it_is_wrapped_in(content: str) -> None:
    longer = "全县粮食总产量保持稳定，农民收入稳步增加，城乡面貌有了新的变化，各项社会事业全面进步。" * 9
    assert ("paragraph", 0, _PROSE) in read_page(f"<div><p>{longer}</p>{content}</div>")


def test_a_form_round_the_whole_page_is_none_of_its_furniture() -> None:
    assert read_page(f"<form id=aspnetForm><div class=nav><a>首页</a></div><p>{_PROSE}</p></form>") == [
        ("paragraph", 0, _PROSE)
    ]


def test_a_page_that_is_all_navigation_is_read_as_it_is_shown() -> None:
    assert read_page("<nav><p><a href=1>政务公开</a></p><p><a href=2>办事指南</a></p></nav>") == [
        ("paragraph", 0, "政务公开"),
        ("paragraph", 0, "办事指南"),
    ]


def test_headings_items_captions_and_line_breaks_are_blocks() -> None:
    body = (
        "<h1>报\n  告</h1><h3>一、煤炭</h3><p>　　第一段。<br>　　第二段，<br>还是第二段。</p><ul><li>甲<ul><li>乙</ul><li>丙</ul>"
        "<figure><img src='http://example.invalid/a.png'><figcaption>图1 矿井</figcaption></figure><blockquote>引文。</blockquote>"
    )
    assert read_page(body) == [
        ("heading", 1, "报告"),
        ("heading", 3, "一、煤炭"),
        ("paragraph", 0, "第一段。"),
        ("paragraph", 0, "第二段，还是第二段。"),
        ("item", 0, "甲"),
        ("item", 0, "乙"),
        ("item", 0, "丙"),
        ("caption", 0, "图1矿井"),
        ("paragraph", 0, "引文。"),
    ]


def test_white_space_is_as_the_page_shows_it_and_small_print_beside_characters_is_out() -> None:
    body = "<p>The  quick\n\t<b>brown</b> fox &nbsp;jumps</p><p><ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp>字</ruby>好。</p>"
    assert extracted("a.html", page(body)).original.text == "The quick brown fox \u00a0jumps\n汉字好。\n"


def test_a_table_with_spans_has_its_headers_over_its_cells() -> None:
    body = (
        "<table><caption>表1 产量</caption><thead><tr><th rowspan=2>县</th><th colspan=2>原煤</th></tr>"
        "<tr><th>产量（万吨）</th><th>增速</th></tr></thead><tbody>"
        "<tr><td rowspan=2>昔阳</td><td>1899</td><td>5%</td></tr><tr><td>2694.5</td><td>42%</td></tr></tbody></table>"
    )
    assert read_page(body) == [
        ("caption", 0, "表1产量"),
        ("row", 0, "昔阳：原煤产量1899万吨，原煤增速5%。"),
        ("row", 0, "昔阳：原煤产量2694.5万吨，原煤增速42%。"),
    ]
    cells = extracted("a.html", page(body)).original.cells
    assert [(cell.row, cell.column, cell.rows, cell.columns) for cell in cells][:3] == [
        (1, 1, 2, 1),
        (1, 2, 1, 2),
        (2, 2, 1, 1),
    ]


def test_a_table_without_marked_headers_has_its_first_row_for_one() -> None:
    body = "<table><tr><td>年份<td>产量<tr><td>2022<td>1,899<tr><td>2023<td>2,694.5</table>"
    assert headers_of(extracted("a.html", page(body))) == ["年份", "产量"]
    assert read_page(body)[-1] == ("row", 0, "2023年：产量2,694.5。")


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=gb2312>", "gb18030"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=GBK">', "gb18030"),
        ("<meta charset='big5'>", "big5"),
        ("<meta charset=utf-8>", "utf-8"),
        ("", "gb18030"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("<meta charset=iso-8859-1>", "utf-8"),
        ("<meta charset=utf-8>", "gb18030"),
        ("<meta charset=no-such-thing>", "utf-8"),
    ],
)
def test_a_page_is_decoded_as_it_says_or_as_it_must_be(head: str, encoding: str) -> None:
    text = "臺灣縣市經濟發展報告，產業升級。" if encoding == "big5" else f"镕基：{_PROSE}"
    data = f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode(encoding)
    assert extracted("a.html", data).original.text == f"{text}\n"


def test_what_the_page_says_of_itself_is_stated() -> None:
    head = (
        "<title>昔阳县统计公报_昔阳县人民政府</title><meta name=ArticleTitle content=昔阳县2023年统计公报>"
        "<meta name=PubDate content='2024-03-20 10:11'><meta name=ContentSource content=县统计局><meta name=Author content=张三>"
    )
    assert extracted("a.html", page(_PROSE, head)).stated == {
        "title": "昔阳县2023年统计公报",
        "author": "张三",
        "publisher": "县统计局",
        "date": "2024-03-20",
    }
    head = "<title>Report - Site</title><meta property='article:published_time' content='2024-03-20T10:11:00+08:00'>"
    assert extracted("a.html", page(_PROSE, head)).stated == {"title": "Report", "date": "2024-03-20"}


def test_the_line_that_is_the_title_is_a_heading_where_no_other_is() -> None:
    head = "<meta name=ArticleTitle content=昔阳县公报>"
    assert read_page(f"<div class=bt>昔阳县公报</div><p>{_PROSE}</p>", head)[0] == (
        "heading",
        1,
        "昔阳县公报",
    )


def test_nothing_a_page_names_is_fetched() -> None:
    document = read_bytes("remote.html", fixture("bad/remote.html").read_bytes())
    assert "http" not in document.body.text
    xml = b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>a&x;b</p></body></html>'
    assert "root:" not in extracted("a.xhtml", xml).original.text


def test_deep_and_wide_pages_are_read_in_good_time() -> None:
    began = time.process_time()
    deep = "<div>" * 1500 + _PROSE + "</div>" * 1500
    assert _PROSE in extracted("a.html", page(deep)).original.text
    wide = "<div><p>some text <b>x</b></p></div>" * 5000
    assert extracted("a.html", page(wide)).regions
    spans = "<table>" + "<tr><td rowspan=65000 colspan=1000>1<td>2</tr>" * 50 + "</table>"
    assert extracted("a.html", page(spans)).original.cells
    assert time.process_time() - began < 10


def test_an_empty_page_and_one_too_long_get_their_reasons(tmp_path: object) -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes("a.html", page("<script>1</script>"))
    assert caught.value.code == "no_text"
    with pytest.raises(ReadError) as caught:
        extracted("a.html", page("字" * 101), limits=Limits(characters=100))
    assert caught.value.code == "too_large"


_TAGS = st.sampled_from(
    "p div span b h1 h2 li ul ol table tr td th thead caption br nav footer article section pre ruby rt form a".split()
)
_PIECES = st.one_of(
    _TAGS.map(lambda tag: f"<{tag}>"),
    _TAGS.map(lambda tag: f"</{tag}>"),
    st.text(alphabet="昔阳县产量增长。，2694.5%  \n\u3000&<;ab", max_size=10),
)


@settings(max_examples=100)
@given(st.lists(_PIECES, max_size=30))
def test_both_laws_hold_for_any_tags_in_any_order(pieces: list[str]) -> None:
    assert_lawful("a.html", page(f"<p>首句在此。</p>{''.join(pieces)}"))


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        extracted("a.html", data)
    except ReadError as error:
        assert error.code in ("damaged", "no_text")


def test_lines_above_a_table_that_give_its_title_and_unit_are_its_captions() -> None:
    page = (
        "<h1>公报</h1><p>全年粮食丰收。</p><p>表1 农产品产量</p><p align='right'>单位：吨</p>"
        "<table><tr><td>品种</td><td>2023年</td></tr><tr><td>粮食</td><td>125600</td></tr></table>"
        "<p>单位：各乡镇</p><p>以上为初步数。</p>"
    )
    document = read_bytes("a.html", page.encode())
    assert texts(document, "caption") == ["表1农产品产量", "单位：吨"]
    assert texts(document, "row") == ["粮食：2023年125600吨。"]
    assert "单位：各乡镇" in texts(document, "paragraph")
    assert split(document)[1].headings == ("公报", "表1农产品产量", "单位：吨")


def test_the_line_of_a_sites_registration_is_furniture_whoever_stands_before_it() -> None:
    page = (
        "<h1>公报</h1><p>全年粮食丰收。</p><p>主办：县政府办公室 晋ICP备05001234号 网站标识码：1407210001</p>"
    )
    assert texts(read_bytes("a.html", page.encode()), "paragraph") == ["全年粮食丰收。"]

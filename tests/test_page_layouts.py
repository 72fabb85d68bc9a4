"""Layouts beyond plain columns: divided words, large letters, quoted sentences, headlines set downwards, section heads."""

from collections.abc import Sequence
from functools import cache

import pytest

from rag.documents import read
from rag.documents.cleaning.pieces import clean_regions, seams_of
from rag.documents.extract import Region
from rag.documents.pages.page_ornaments import downward_groups, with_initials
from rag.documents.pages.page_view import PageLine
from rag.documents.pages.reading_order import Page, regions_of
from rag.original import Original, Rectangle
from rag.types import Document
from tests.fixture_files import fixture, page_truth
from tests.reading_measures import folded, reading_order

PAGES = [f"held_out/{name}.pdf" for name in ("courier", "magazine", "hospital", "briefs")]
SIZE = 10.0


@cache
def document(name: str) -> Document:
    return read(fixture(name), name)


def blocks(name: str) -> list[tuple[str, str]]:
    found = document(name)
    return [(block.kind, folded(found.body.text[block.start : block.end])) for block in found.blocks]


def line(
    text: str, left: float, top: float, *, start: int = 0, width: float = 200, size: float = SIZE
) -> PageLine:
    box = Rectangle(left, top, left + width, top + size)
    return PageLine(text, ((start, start + len(text)),), box, size)


def clean(original: str, spans: Sequence[tuple[int, int]]) -> str:
    return clean_regions(Original(original), [Region("paragraph", tuple(spans))])[0].text


@pytest.mark.parametrize("name", PAGES)
def test_sentences_are_whole_and_in_order(name: str) -> None:
    found = reading_order(page_truth(name).sentences, document(name).body.text)
    assert found.missing == ()
    assert found.share == 1


@pytest.mark.parametrize("name", PAGES)
def test_mastheads_sections_and_folios_are_not_in_the_body(name: str) -> None:
    body = folded(document(name).body.text)
    assert [words for words in page_truth(name).furniture if folded(words) in body] == []


@pytest.mark.parametrize("name", PAGES)
def test_captions_below_and_beside_pictures_are_captions(name: str) -> None:
    captions = {text for kind, text in blocks(name) if kind == "caption"}
    assert [caption for caption in page_truth(name).captions if folded(caption) not in captions] == []


@pytest.mark.parametrize("name", PAGES)
def test_headlines_are_headings_wherever_they_run(name: str) -> None:
    headings = {text for kind, text in blocks(name) if kind == "heading"}
    assert [
        story.headline for story in page_truth(name).stories if folded(story.headline) not in headings
    ] == []


def test_a_headline_set_downwards_comes_before_its_subtitle_and_story() -> None:
    texts = [text for _, text in blocks("held_out/hospital.pdf")]
    story = page_truth("held_out/hospital.pdf").stories[0]
    assert texts[:2] == [folded(story.headline), folded(story.subtitle)]
    assert texts[3] == folded(story.paragraphs[0])


def test_a_sentence_quoted_in_large_type_is_no_heading() -> None:
    assert ("caption", "“一粒米的价格,不该比一瓶水还便宜。”") in blocks("held_out/magazine.pdf")


def test_a_quote_of_divided_words_is_one_stretch_of_the_page() -> None:
    found = document("held_out/courier.pdf")
    start = found.body.text.index("A cooperative of 642 households")
    spans = found.original.page_spans(*found.body.original_span(start, start + 31))
    assert [span.text.count("\n") for span in spans] == [0]


@pytest.mark.parametrize(
    ("original", "spans", "text"),
    [
        ("the trans-\nportation", [(0, 10), (11, 20)], "the transportation"),
        ("a well-\nknown man, well-known", [(0, 7), (8, 29)], "a well-known man, well-known"),
        ("a 186-million-\nyuan plan", [(0, 14), (15, 24)], "a 186-million-yuan plan"),
        ("from 2019-\n2023", [(0, 10), (11, 15)], "from 2019- 2023"),
        ("agri cul -\ntural land", [(0, 4), (5, 8), (9, 10), (11, 21)], "agricultural land"),
        ("T\nhe county", [(0, 1), (2, 12)], "The county"),
        ("A\ncounty is a county too", [(0, 1), (2, 24)], "A county is a county too"),
    ],
)
def test_words_are_put_together_over_line_ends(
    original: str, spans: Sequence[tuple[int, int]], text: str
) -> None:
    assert clean(original, spans) == text


def test_what_a_space_nobody_sees_parts_is_no_piece_of_its_own() -> None:
    region = Region("paragraph", ((0, 4), (5, 8), (9, 13)))
    assert seams_of(Original("agri cul land"), [region]) == (0,)


def test_a_large_first_letter_begins_the_line_beside_it() -> None:
    text = [line("分那天下着雨，", 40, 0, start=2), line("他又出门了。", 40, 18, start=10)]
    letter = line("春", 0, 0, width=36, size=36)
    first, second = with_initials([letter, *text], SIZE)
    assert first.text == "春分那天下着雨，"
    assert first.spans == ((0, 1), (2, 9))
    assert first.box.left == second.box.left == 0


def test_a_large_figure_or_word_beside_lines_is_left_alone() -> None:
    text = [line("条建议来自代表，", 40, 0), line("都已经答复。", 40, 18)]
    for words in ("7", "春天的", "。"):
        lines = [line(words, 0, 0, width=36, size=36), *text]
        assert with_initials(lines, SIZE) == tuple(lines)


def test_lines_that_run_downwards_are_read_from_the_right() -> None:
    def down(text: str, left: float, size: float) -> PageLine:
        box = Rectangle(left, 0, left + size, size * len(text))
        return PageLine(text, ((0, len(text)),), box, size, down=True)

    title, subtitle, far = (
        down("山里看病", 60, 30),
        down("医共体建设见闻", 30, 12),
        down("别处的题目", 400, 20),
    )
    groups = downward_groups([subtitle, far, title, line("横排的文字", 100, 0)])
    assert set(groups) == {(title, subtitle), (far,)}


def test_a_spread_head_with_a_date_is_kept_out_and_a_title_is_not() -> None:
    prose = "全县粮食总产量达到十九万吨，比上年增长百分之三，再创历史新高水平。"
    texts = ["社会新闻", "2024年5月8日", "三夏生产全面展开", *[prose] * 6]
    starts = [sum(map(len, texts[:n])) for n in range(len(texts))]
    lines = [
        line(texts[0], 40, 30, start=starts[0], width=60, size=14),
        line(texts[1], 460, 32, start=starts[1], width=90),
        line(texts[2], 40, 90, start=starts[2], width=300, size=24),
        *(line(prose, 40, 140 + 16 * n, start=starts[3 + n], width=510) for n in range(6)),
    ]
    regions = regions_of([Page(600, 800, tuple(lines))])
    read_starts = {start for region in regions for start, _ in region.spans}
    assert starts[2] in read_starts
    assert not {starts[0], starts[1]} & read_starts

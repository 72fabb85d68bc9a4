"""How an answer was found, as the page shows it."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given as for_any
from hypothesis import strategies as st

from rag.given import Given
from rag.original import AlignedText
from rag.types import Answer, Hit, Metadata, Passage, Query, Term
from rag.ui.answer import answer_html
from rag.ui.inspector import inspector_html
from rag.ui.texts import EN, ZH

TRICK = '<img src=x onerror=alert(1)> "quoted" & ${x}'
QUERY = Query(
    "青石县核桃产量？",
    "zh",
    "figure",
    (Term("核桃", ("核桃",), 1.0), Term("苹果", ("苹果",), 1.0)),
    (),
    (),
    (),
)


class Seen(HTMLParser):
    """The tags of a piece of HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "

    def of_class(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.tags if name in (attrs.get("class") or "").split()]

    @property
    def widths(self) -> list[str | None]:
        """How long the bars are."""
        return [attrs["style"] for tag, attrs in self.tags if tag == "i"]


def hit(*given: Given, text: str = "核桃产量2.1万吨。", title: str = "青石县简报") -> Hit:
    body = AlignedText.identity(text, 0)
    passage = Passage("简报.txt", 0, body, (), "", ((0, len(text)),), Metadata(title=title))
    return Hit(1, passage, 1.25, 0.8, 4.0, 0.5, given)


def answered(*hits: Hit, query: Query | None = QUERY, refused: bool = False) -> Answer:
    times = {"retrieve": 12.0, "total": 20.0}
    return Answer("？", "zh", "甲。", refused, 0.9, (), (), hits, "extractive", times, (), query)


def test_it_is_folded_away_below_answers_and_refusals() -> None:
    for refused in (False, True):
        html = answer_html(answered(hit(), refused=refused), 0, ZH)
        [details] = Seen(html).of_class("inspector")
        assert "open" not in details
        assert html.index('class="prose"') < html.index("inspector")


def test_it_begins_with_the_question_and_has_a_passage_a_hit() -> None:
    html = inspector_html(answered(hit(), hit()), 3, ZH)
    assert html.index(ZH.understood) < html.index("核桃，苹果") < html.index(ZH.judged)
    assert [one["data-open"] for one in Seen(html).of_class("passage")] == ["hit/3/1", "hit/3/2"]
    assert "把握 90%；用时：查找 12 ms，共 20 ms" in html


def test_a_bar_is_as_long_as_what_a_stage_added_and_tells_what_it_took_away() -> None:
    seen = Seen(inspector_html(answered(hit(Given("passage", 0.9, 0.8), Given("year", -1.0, -0.2))), 0, ZH))
    assert seen.widths == ["width:100%", "width:25%"]
    assert len(seen.of_class("raises")) == len(seen.of_class("lowers")) == 1
    assert "+0.80" in seen.text
    assert "-0.20" in seen.text


def test_what_no_stage_gave_has_no_bar() -> None:
    seen = Seen(inspector_html(answered(hit()), 0, ZH))
    assert seen.widths == []
    assert "相似度 0.80" in seen.text


def test_stages_that_added_nothing_have_bars_of_no_length() -> None:
    assert Seen(inspector_html(answered(hit(Given("passage", 0.9, 0.0))), 0, ZH)).widths == ["width:0%"]


def test_it_says_which_words_a_passage_lacks() -> None:
    one = hit(Given("coverage", 0.5, 0.4))
    assert "50%（有：核桃；没有：苹果）" in Seen(inspector_html(answered(one), 0, ZH)).text
    assert "50% (has: 核桃; lacks: 苹果)" in Seen(inspector_html(answered(one), 0, EN)).text


def test_it_speaks_the_pages_language_and_not_the_questions() -> None:
    assert "How the question was understood" in inspector_html(answered(hit()), 0, EN)


def test_without_hits_there_is_nothing_to_show() -> None:
    assert inspector_html(answered(), 0, ZH) == ""


@for_any(st.text(max_size=60))
def test_it_is_text_whatever_a_document_or_a_question_says(said: str) -> None:
    said += TRICK
    query = replace(
        QUERY, terms=(Term(said, (said, TRICK), 1.0),), units=(said,), parts=(said,), language=said
    )
    given = (Given("coverage", 0.5, 0.4),)
    tricky = Seen(inspector_html(answered(hit(*given, text=said, title=said), query=query), 0, ZH))
    plain = Seen(inspector_html(answered(hit(*given)), 0, ZH))
    assert {tag for tag, _ in tricky.tags} == {tag for tag, _ in plain.tags}
    assert not any("onerror" in attrs for _, attrs in tricky.tags)

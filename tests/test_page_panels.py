"""What the panels of the page say, without a browser: answers and sources become HTML."""

from __future__ import annotations

import re
from dataclasses import fields
from html.parser import HTMLParser
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.original import AlignedText, Original
from rag.types import (
    Answer,
    CheckedFigure,
    Citation,
    Claim,
    Figure,
    Hit,
    Metadata,
    Passage,
    SourceRecord,
    Turn,
)
from rag.ui.answer import answer_html, streaming_html
from rag.ui.brand import brand_html
from rag.ui.evidence import cited_stretch, hit_stretch, source_html
from rag.ui.exchange import Exchange, Place, cited, hit_of, turns
from rag.ui.exchange_foot import foot_html
from rag.ui.texts import EN, TEXTS, ZH, Texts, page_language
from rag.ui.thread import thread_html

TEXT = "青石县2022年工作简报\n\n苹果产量 31.5\n\n万吨，同比增长4%。\n核桃产量2.1万吨。\n"
QUOTE = "苹果产量 31.5\n\n万吨"
TRICK = '<img src=x onerror=alert(1)> ![a](http://b.invalid) "quoted" & ${x} {{y}}'


class Seen(HTMLParser):
    """The tags of a piece of HTML, and its text by tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self._texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, "every element is closed where it should be"

    def handle_data(self, data: str) -> None:
        self._texts.append((tuple(self._open), data))

    def text(self, within: str = "") -> str:
        return "".join(data for opened, data in self._texts if not within or within in opened)

    def opened(self, css_class: str) -> list[dict[str, str | None]]:
        return [attrs for _, attrs in self.tags if css_class in (attrs.get("class") or "").split()]


def citation(
    number: int = 1, source: str = "简报.txt", page: int | None = None, quote: str = QUOTE
) -> Citation:
    start = TEXT.index(quote) if quote in TEXT else 0
    return Citation(number, source, "青石县简报", page, start, start + len(quote), quote)


def below(answer: Answer) -> str:
    """What stands below an answer."""
    return foot_html(Exchange("", answer=answer), ZH, newest=True)


def hit(text: str = "核桃产量2.1万吨。", source: str = "简报.txt") -> Hit:
    start = TEXT.index(text) if text in TEXT else 0
    body = AlignedText.identity(text, start)
    passage = Passage(source, 0, body, (), "", ((0, len(text)),), Metadata(title="青石县简报"))
    return Hit(1, passage, 1.0, 1.0, 1.0, 1.0)


def answered(text: str = "苹果产量31.5万吨。[1]", *citations: Citation, **changes: object) -> Answer:
    figure = CheckedFigure(Figure("31.5万吨", 315000.0, "吨"), True)
    given_parts: dict[str, object] = {
        "question": "？",
        "language": "zh",
        "text": text,
        "refused": False,
        "confidence": 0.9,
        "claims": (Claim("苹果产量31.5万吨。", (1,), True, (figure,)),),
        "citations": citations or (citation(),),
        "hits": (hit(),),
        "backend": "extractive",
        "timings_ms": {"total": 230.0},
    }
    return Answer(**{**given_parts, **changes})  # type: ignore[arg-type]  # the values above fit


def refused(**changes: object) -> Answer:
    return answered("资料里没有找到这个问题的答案。", refused=True, citations=(), claims=(), **changes)


def record(title: str = "青石县简报", source: str = "简报.txt") -> SourceRecord:
    return SourceRecord(source, "txt", "", len(TEXT), None, 1, Metadata(title=title, place="青石县"))


def shown(original: Original, one: Citation, texts: Texts = ZH) -> Seen:
    place = Place("citation", exchange=0, number=one.number)
    return Seen(source_html(record(), original, cited_stretch(original, one), place, texts, citations=[one]))


class TestAnAnswer:
    def test_has_a_marker_for_every_citation_that_knows_its_quote(self) -> None:
        markers = Seen(answer_html(answered(), 2, ZH)).opened("marker")
        assert [(m["data-open"], m["data-quote"]) for m in markers] == [("citation/2/1", QUOTE)]

    def test_leaves_a_number_in_brackets_alone_where_nothing_is_cited_by_it(self) -> None:
        seen = Seen(answer_html(answered("见文件[7]。[1]"), 0, ZH))
        assert "见文件[7]。[1]" in seen.text()
        assert len(seen.opened("marker")) == 1

    def test_shows_a_table_as_one_with_its_markers_and_nothing_of_it_as_html(self) -> None:
        text = "| 对象 | 数值 |\n|---|---|\n| <b>甲</b> | 31.5万吨[1]\n相差3万吨。"
        seen = Seen(answer_html(answered(text), 0, ZH))
        assert [tag for tag, _ in seen.tags if tag in ("table", "th", "tr", "td", "b")].count("td") == 2
        assert "<b>甲</b>" in seen.text("td")
        assert len(seen.opened("marker")) == 1
        assert "相差3万吨。" in seen.text("p")

    def test_takes_a_line_with_a_bar_alone_for_a_line(self) -> None:
        seen = Seen(answer_html(answered("| 甲 | 乙[1]"), 0, ZH))
        assert not any(tag == "table" for tag, _ in seen.tags)
        assert "| 甲 | 乙" in seen.text("p")

    def test_lists_its_sources_document_by_document(self) -> None:
        cited_ones = (citation(1, "a.txt"), citation(2, "b.txt"), citation(3, "a.txt", 4))
        seen = Seen(answer_html(answered("甲[1]乙[2]丙[3]", *cited_ones), 0, ZH))
        order = [q["data-open"] for q in seen.opened("quote")]
        assert order == ["citation/0/1", "citation/0/3", "citation/0/2"]
        assert "第 4 页" in seen.text("ul")

    def test_folds_away_the_passages_it_did_not_cite(self) -> None:
        answer = answered(hits=(hit("苹果产量31.5万吨，同比增长4%。"), hit()))
        seen = Seen(answer_html(answer, 0, ZH))
        assert "找到的其他段落（1）" in seen.text("summary")
        assert [h["data-open"] for h in seen.opened("hit")] == ["hit/0/2"]

    def test_shows_its_warnings(self) -> None:
        assert "依据不多" in Seen(answer_html(answered(warnings=("依据不多。",)), 0, ZH)).text()

    def test_says_what_was_checked_and_how_long_it_took(self) -> None:
        foot = Seen(below(answered())).text("footer")
        assert "1 句，1 个数字" in foot
        assert "0.2 秒" in foot

    def test_claims_no_check_where_a_claim_is_unsupported(self) -> None:
        foot = Seen(below(answered(claims=(Claim("甲", (), False),)))).text("footer")
        assert "核对" not in foot

    def test_can_be_copied_with_its_sources(self) -> None:
        copied = Seen(below(answered())).opened("copy")[0]["data-copy"] or ""
        assert copied.startswith("苹果产量31.5万吨。[1]\n")
        assert "简报.txt" in copied

    def test_that_is_a_refusal_offers_the_closest_passages_and_no_sources(self) -> None:
        seen = Seen(answer_html(refused(hits=(hit(),) * 5), 0, ZH))
        assert "资料里没有" in seen.text()
        assert "最接近的内容" in seen.text("h3")
        assert len(seen.opened("hit")) == 3
        assert seen.opened("marker") == seen.opened("sources") == seen.opened("copy") == []

    @given(st.text(max_size=200))
    def test_is_text_whatever_a_model_or_a_document_says(self, said: str) -> None:
        said = f"{said}{TRICK}[1]"
        answer = answered(
            said, citation(quote=said), hits=(hit(said, said),), warnings=(said,), language=said, backend=said
        )
        plain = answered("a[1]", citation(quote="a"), hits=(hit("b"),), warnings=("a",))
        tags = [tag for tag, _ in Seen(answer_html(answer, 0, ZH)).tags]
        assert set(tags) <= {tag for tag, _ in Seen(answer_html(plain, 0, ZH)).tags} | {"p"}


class TestAnAnswerOnItsWay:
    def test_says_that_it_searches_until_there_are_words(self) -> None:
        assert ZH.searching in streaming_html("", ZH)

    def test_has_markers_that_wait(self) -> None:
        seen = Seen(streaming_html(f"苹果[2]{TRICK}", ZH))
        assert len(seen.opened("waiting")) == 1
        assert not any("data-open" in attrs for _, attrs in seen.tags)
        assert seen.text() == f"苹果[2]{TRICK}"


class TestASource:
    def test_marks_the_quote_and_keeps_every_character(self) -> None:
        seen = shown(Original(TEXT), citation())
        assert seen.text("mark") == QUOTE
        assert TEXT in seen.text()

    def test_marks_a_quote_of_a_page_on_that_page(self) -> None:
        seen = shown(Original(f"封面{QUOTE}" + TEXT, (0, len(f"封面{QUOTE}"))), citation(page=2))
        assert seen.text("mark") == QUOTE
        assert seen.text().index("第 2 页") < seen.text().rindex(QUOTE)

    @pytest.mark.parametrize("page", [None, 0, 3])
    def test_marks_nothing_if_the_page_is_not_there(self, page: int | None) -> None:
        assert cited_stretch(Original(TEXT + TEXT, (0, len(TEXT))), citation(page=page)) is None

    def test_marks_nothing_if_the_words_stand_elsewhere_now(self) -> None:
        seen = shown(Original("改过的" + TEXT), citation())
        assert seen.opened("target") == []

    def test_tints_a_near_passage_without_marking_it(self) -> None:
        near = hit_stretch(Original(TEXT), hit())
        seen = Seen(source_html(record(), Original(TEXT), near, Place("hit", number=1), ZH, note=ZH.close_by))
        assert len(seen.opened("target")) == 1
        assert "mark" not in [tag for tag, _ in seen.tags]
        assert ZH.close_by in seen.text()

    def test_that_is_long_shows_what_is_around_the_quote_and_says_what_is_left_out(self) -> None:
        long = "零" * 50_000
        one = Citation(1, "简报.txt", "", None, 50_000, 50_000 + len(QUOTE), QUOTE)
        seen = shown(Original(long + QUOTE + long), one)
        assert seen.text("mark") == QUOTE
        assert "前面还有 30,000 字未显示" in seen.text()
        assert "后面还有 30,000 字未显示" in seen.text()

    def test_says_where_else_the_answer_quotes(self) -> None:
        place = Place("citation", exchange=3, number=2)
        ones = [citation(1), citation(2)]
        html = source_html(record(), Original(TEXT), None, place, ZH, citations=ones)
        jumps = [(m["data-open"], m.get("aria-current")) for m in Seen(html).opened("marker")]
        assert jumps == [("citation/3/1", None), ("citation/3/2", "true")]

    @given(st.text(max_size=80), st.text(min_size=1, max_size=40).filter(str.strip), st.text(max_size=80))
    def test_marks_exactly_the_quote_of_any_text(self, before: str, quote: str, after: str) -> None:
        one = Citation(1, "简报.txt", "", None, len(before), len(before) + len(quote), quote)
        seen = shown(Original(before + quote + after), one)
        assert seen.text("mark") == quote
        assert {tag for tag, _ in seen.tags} <= {
            "div", "header", "button", "h2", "p", "span", "nav", "mark",
        }  # fmt: skip


class TestTheConversation:
    def test_shows_each_question_with_its_answer_or_its_trouble(self) -> None:
        said = [Exchange("一", answer=answered()), Exchange("二").failed(TRICK), Exchange("三").grown("正")]
        seen = Seen(thread_html(said, ZH))
        assert [attrs["class"] for tag, attrs in seen.tags if tag == "article"] == ["exchange"] * 3
        assert TRICK in seen.text("article")

    def test_goes_on_with_what_was_answered(self) -> None:
        said = [Exchange("一", answer=answered("甲。[1]")), Exchange("二").failed("坏了")]
        assert turns(said) == (Turn("一", "甲。[1]"),)

    def test_finds_the_citation_and_the_hit_of_a_place(self) -> None:
        said = [Exchange("零").failed("坏了"), Exchange("一", answer=answered())]
        assert cited(Place("citation", exchange=1, number=1), said) == citation()
        assert hit_of(Place("hit", exchange=1, number=1), said) is said[1].answer.hits[0]  # type: ignore[union-attr]  # it has one
        for exchange, number in ((0, 1), (1, 2), (1, 0), (2, 1)):
            assert cited(Place("citation", exchange=exchange, number=number), said) is None
            assert hit_of(Place("hit", exchange=exchange, number=number), said) is None


class TestAPlace:
    places = st.one_of(
        st.just(Place()),
        st.text(min_size=1).map(lambda source: Place("source", source)),
        st.builds(
            Place, st.sampled_from(["citation", "hit"]), st.just(""), st.integers(0, 99), st.integers(0, 99)
        ),
    )

    @given(places)
    def test_survives_its_way_through_the_browser(self, place: Place) -> None:
        assert Place.parse(str(place)) == place

    @given(st.text())
    def test_is_always_something_that_can_be_shown(self, text: str) -> None:
        assert Place.parse(text).kind in ("library", "source", "citation", "hit")


class TestTheTexts:
    def test_are_all_there_in_both_languages(self) -> None:
        for texts in TEXTS.values():
            for one in fields(texts):
                assert getattr(texts, one.name), f"{texts.language}: {one.name} is empty"

    def test_take_the_same_variables_in_both_languages(self) -> None:
        for one in fields(Texts):
            variables = [
                {name for _, name, _, _ in Formatter().parse(str(getattr(texts, one.name))) if name}
                for texts in (ZH, EN)
            ]
            assert variables[0] == variables[1], one.name

    def test_are_in_their_language(self) -> None:
        for one in fields(Texts):
            if one.name not in ("language", "other_language"):
                assert re.search("[一-鿿]", getattr(ZH, one.name)), one.name
                assert not re.search("[一-鿿]", getattr(EN, one.name)), one.name

    @pytest.mark.parametrize(
        ("named", "accepted", "spoken"),
        [
            ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
            ("", "en-US,en;q=0.9", "en"),
            ("", "fr;q=0.9, zh-TW;q=0.4, en;q=0.3", "zh"),
            ("", "de-DE", "en"),
            ("", "", "zh"),
            ("", "en;q=0, zh", "zh"),
            ("", "zh;q=much, en", "en"),
            ("en", "zh-CN", "en"),
            ("xx", "zh-CN", "zh"),
        ],
    )
    def test_are_chosen_by_name_then_by_the_browser(self, named: str, accepted: str, spoken: str) -> None:
        assert page_language(named, accepted) == spoken


def test_the_head_has_the_name_and_what_it_promises() -> None:
    assert EN.promise in Seen(brand_html(EN)).text()
    assert ZH.name in Seen(brand_html(ZH)).text()

"""What the page shows of an answer's sentences: their state, their figures, charts, and sources that differ."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.assembly import removal_told
from rag.answering.words import words_of
from rag.original import AlignedText
from rag.types import Answer, CheckedFigure, Citation, Claim, Figure, Hit, Metadata, Passage
from rag.ui.answer import answer_html, streaming_html
from rag.ui.chart import chart_html
from rag.ui.inspector import inspector_html
from rag.ui.series import differing, series_of
from rag.ui.sides import sides_html
from rag.ui.texts import EN, TEXTS, ZH
from rag.ui.words_answer import ANSWER_TEXTS
from rag.ui.words_source import SOURCE_WORDS

TRICK = '<img src=x onerror=alert(1)> [a](javascript:alert(1)) "q" \u202e${x}</svg><script>alert(1)</script>'


class Seen(HTMLParser):
    """The tags of a piece of HTML, and the text in each kind of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append(f"{tag}.{dict(attrs).get('class') or ''}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().startswith(f"{tag}.")

    def handle_data(self, data: str) -> None:
        self.texts += [(opened, data) for opened in self._open]

    def said(self, opened: str) -> str:
        return "".join(data for one, data in self.texts if one == opened)

    def notes(self, css_class: str) -> list[str]:
        return [attrs["data-note"] or "" for _, attrs in self.tags if attrs.get("class") == css_class]


def figure(text: str, value: float, unit: str, *, supported: bool = True) -> CheckedFigure:
    return CheckedFigure(Figure(text, value, unit), supported)


def citation(number: int, quote: str, source: str = "a.txt", title: str = "清溪简报") -> Citation:
    return Citation(number, source, title, None, 0, len(quote), quote)


def answer(text: str, claims: tuple[Claim, ...], *citations: Citation) -> Answer:
    body = AlignedText.identity("清溪县")
    metadata = Metadata(title="清溪简报", period="2023年")
    hit = Hit(1, Passage("a.txt", 0, body, (), "", ((0, 3),), metadata), 1.0, 1.0, 1.0, 1.0)
    return Answer("？", "zh", text, False, 0.9, claims, citations, (hit,), "extractive")


COAL = answer(
    "原煤产量26,945千吨，同比增长42%。[1]",
    (Claim("原煤产量26,945千吨，同比增长42%。", (1,), True, (figure("26,945千吨", 26945000.0, "吨"), figure("42%", 42.0, "%"))),),
    citation(1, "原煤产量2694.5\n万吨，同比增长42%"),
)  # fmt: skip


class TestASentence:
    def test_says_quietly_that_it_was_checked(self) -> None:
        seen = Seen(answer_html(COAL, 0, ZH))
        assert seen.notes("state") == [ANSWER_TEXTS["zh"].supported]
        assert "原煤产量" in seen.said("span.claim supported")

    def test_tells_of_each_figure_how_the_source_writes_it(self) -> None:
        converted, same = Seen(answer_html(COAL, 0, ZH)).notes("figure")
        assert "“2694.5万吨”" in converted
        assert "与原文相同" in same
        assert "清溪简报 · 2023年" in same

    def test_leaves_years_and_dates_without_a_line(self) -> None:
        said = "清溪县2023年：公布日期2024-03-15，总量312.6亿元。"
        figures = (
            figure("2023年", 2023.0, "年"), figure("2024", 2024.0, ""), figure("03", 3.0, ""),
            figure("15", 15.0, ""), figure("312.6亿元", 3.126e10, "元"),
        )  # fmt: skip
        one = answer(
            f"{said}[1]", (Claim(said, (1,), True, figures),), citation(1, "清溪县,2023,312.6,2024-03-15")
        )
        seen = Seen(answer_html(one, 0, ZH))
        assert seen.said("span.figure") == "312.6亿元"
        assert "“312.6”" in seen.notes("figure")[0], "a table's cell has its unit in the header"

    def test_that_was_worked_out_says_so(self) -> None:
        said = "两者相差2万吨（3万吨 − 1万吨 = 2万吨）。"
        figures = tuple(figure(f"{n}万吨", n * 1e4, "吨") for n in (3, 1, 2))
        one = answer(
            f"{said}[1][2]",
            (Claim(said, (1, 2), True, figures),),
            citation(1, "甲3万吨"),
            citation(2, "乙1万吨"),
        )
        seen = Seen(answer_html(one, 0, ZH))
        assert seen.notes("state") == [ANSWER_TEXTS["zh"].computed]
        assert seen.said("span.figure") == "2万吨3万吨1万吨2万吨", "each as often as it stands there"
        assert seen.notes("figure")[0] == ANSWER_TEXTS["zh"].worked_out

    def test_that_nothing_supports_is_struck_out_with_the_reason(self) -> None:
        struck = Claim("产量48万吨。", (), False, (), "figure")
        text = f"{COAL.text}\n{words_of('zh').struck('产量48万吨。', '数字或单位与资料不符')}"
        seen = Seen(answer_html(replace(COAL, text=text, claims=(*COAL.claims, struck)), 0, EN))
        assert seen.said("s.") == "产量48万吨。"
        assert "a figure or its unit is not in the documents" in seen.said("span.claim unsupported")
        assert "~~" not in seen.said("div.prose")

    def test_that_was_left_out_is_folded_away_with_the_reason(self) -> None:
        gone = Claim("产量48万吨。", (), False, (), "figure")
        one = replace(COAL, removed=(gone,), warnings=(removal_told(gone, "zh"), words_of("zh").thin))
        seen = Seen(answer_html(one, 0, ZH))
        assert seen.said("s.") == "产量48万吨。"
        assert "数字或单位与资料不符" in seen.said("details.removed")
        assert seen.said("div.warnings") == f"{ANSWER_TEXTS['zh'].thin} {words_of('zh').thin}"

    def test_with_brackets_of_its_own_is_still_known(self) -> None:
        one = answer(
            "国发［2023］12号、见［7］。[1]",
            (Claim("国发［2023］12号、见[7]。", (1,), True),),
            citation(1, "x"),
        )
        assert Seen(answer_html(one, 0, ZH)).notes("state")


class TestAnAnswerOnItsWay:
    def test_has_markers_to_open_as_far_as_it_is_checked(self) -> None:
        text = f"{COAL.text}正在写下一句[2]"
        seen = Seen(streaming_html(text, ZH, COAL, len(COAL.text), 3))
        markers = [attrs for _, attrs in seen.tags if attrs.get("class") == "marker"]
        assert [(one["data-open"], one["data-quote"]) for one in markers] == [
            ("citation/3/1", COAL.citations[0].quote)
        ]
        assert seen.said("div.prose rest") == "正在写下一句[2]"

    def test_loses_and_doubles_nothing_between_checked_and_waiting(self) -> None:
        seen = Seen(streaming_html(f"{COAL.text}后", ZH, COAL, len(COAL.text)))
        assert seen.said("div.prose").count("原煤产量") == 1


def row(label: str, when: str, said: str, value: float, numbers: tuple[int, ...]) -> Claim:
    return Claim(f"| {label} | {when} | {said} | 原文{said}", numbers, True, (figure(said, value, "元"),))


def compared(*claims: Claim, sources: tuple[str, ...] = ("a.txt",)) -> Answer:
    head = "| 对象 | 时间 | 数值 | 原文 |\n|---|---|---|---|\n"
    body = "\n".join(f"{one.text}[{one.citations[0]}]" for one in claims)
    cited = [citation(n + 1, f"原文{n}", source) for n, source in enumerate(sources)]
    return answer(head + body, claims, *cited)


YEARS = compared(
    row("2023年", "—", "3亿元", 3e8, (1,)),
    row("2021年", "—", "1亿元", 1e8, (1,)),
    row("2022年", "—", "2亿元", 2e8, (1,)),
)


class TestAChart:
    def test_is_drawn_of_three_figures_of_one_kind_in_order_of_time(self) -> None:
        series = series_of(YEARS)
        assert series
        assert [point.name for point in series.points] == ["2021年", "2022年", "2023年"]

    def test_has_bars_as_long_as_their_figures(self) -> None:
        svg = ElementTree.fromstring(
            chart_html(YEARS, ZH).split("</svg>")[0].split('class="chart">')[1] + "</svg>"
        )
        widths = [float(one.attrib["width"]) for one in svg.iter("{http://www.w3.org/2000/svg}rect")]
        assert [round(width / widths[-1], 2) for width in widths] == [0.33, 0.67, 1.0]

    def test_has_its_numbers_as_a_table_and_can_be_copied_with_its_sources(self) -> None:
        seen = Seen(chart_html(YEARS, ZH))
        assert seen.said("td.") == "1亿元2亿元3亿元"
        [copied] = [attrs["data-copy"] or "" for _, attrs in seen.tags if "data-copy" in attrs]
        assert copied.splitlines()[0] == "2021年\t1亿元\t[1]"
        assert copied.splitlines()[-1] == "[1] 清溪简报 · 2023年"
        assert "清溪简报" in seen.said("text.note")

    @pytest.mark.parametrize(
        "claims",
        [
            YEARS.claims[:2],
            (*YEARS.claims[:2], replace(YEARS.claims[2], text="| 2022年 | — | 2% | 原文2%")),
            (*YEARS.claims[:2], YEARS.claims[1]),
            (*YEARS.claims[:2], replace(YEARS.claims[2], supported=False)),
        ],
        ids=["two", "units", "same name", "unsupported"],
    )
    def test_is_not_drawn_of_less(self, claims: tuple[Claim, ...]) -> None:
        assert chart_html(compared(*claims), ZH) == ""

    def test_is_drawn_of_sentences_that_name_their_figure_too(self) -> None:
        claims = tuple(
            Claim(f"{place}2023年：生产总值{n}亿元。", (1,), True, (figure(f"{n}亿元", n * 1e8, "元"),))
            for n, place in enumerate(("清溪县", "云岭县", "望河县"), 1)
        )
        series = series_of(answer("", claims, citation(1, "x")))
        assert series
        assert [point.figure.text for point in series.points] == ["1亿元", "2亿元", "3亿元"]


class TestSourcesThatDiffer:
    claims = (
        row("昔阳县 208亿元", "2023年（计划）", "208亿元", 2.08e10, (1,)),
        row("昔阳县 252亿元", "—", "252亿元", 2.52e10, (2,)),
    )

    def test_stand_side_by_side_with_their_words(self) -> None:
        one = compared(*self.claims, sources=("a.txt", "b.txt"))
        seen = Seen(sides_html(one, 0, ZH))
        markers = [attrs["data-open"] for _, attrs in seen.tags if attrs.get("class") == "marker"]
        assert markers == ["citation/0/1", "citation/0/2"]
        assert "2023年（计划）" in seen.said("div.card")

    def test_do_not_where_one_document_says_both_or_they_are_of_two_things(self) -> None:
        assert differing(compared(*self.claims, sources=("a.txt", "a.txt"))) == ()
        other = row("左权县 252亿元", "—", "252亿元", 2.52e10, (2,))
        assert differing(compared(self.claims[0], other, sources=("a.txt", "b.txt"))) == ()


def test_the_inspector_has_the_prompt_to_the_letter() -> None:
    sent = (("system", "只用证据。"), ("user", f"[1] 原煤\n{TRICK}"))
    seen = Seen(inspector_html(replace(COAL, prompt=sent), 0, ZH))
    assert seen.said("pre.") == "".join(text for _, text in sent)


@given(st.text(max_size=60))
def test_everything_is_text_whatever_documents_and_models_say(said: str) -> None:
    said = f"{said.replace(chr(10), ' ')}{TRICK}"
    claim = Claim(said, (1,), True, (figure(said, 1.0, said),))
    claims = (claim, *(row(f"{n}{said.replace('|', '')}", "—", f"{n}亿元", n * 1e8, (1,)) for n in (1, 2, 3)))
    tricky = answer(f"{said}[1]", claims, citation(1, said, said, said))
    tricky = replace(
        tricky, removed=(claim,), suggestions=(said,), prompt=((said, said),), resolved_question=said
    )
    seen = Seen(answer_html(tricky, 0, ZH))
    assert {tag for tag, _ in seen.tags} <= _ALLOWED
    for _, attrs in seen.tags:
        for name, value in attrs.items():
            assert not name.startswith("on")
            assert name not in ("href", "src")
            assert name != "style" or (value or "").startswith("width:")


_ALLOWED = frozenset(
    "div p section h3 h4 h5 ul li button span s small details summary figure figcaption svg title rect text table "
    "caption tbody tr th td thead b i ol dl dt dd pre footer".split()
)


def test_the_words_are_there_in_both_languages() -> None:
    for words in (ANSWER_TEXTS, SOURCE_WORDS):
        for name in words["zh"].__slots__:
            assert getattr(words["zh"], name)
            assert getattr(words["en"], name)
    assert set(ANSWER_TEXTS) == set(TEXTS)

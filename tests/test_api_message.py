"""Answers as Markdown: documents and models can say anything, and all of it stays text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.api.message import inert, message_of, plain_text, token_count
from rag.types import Answer, Citation

TRICKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://elsewhere.invalid/b.png)",
    "[y](javascript:alert(1))",
    "[y]( <javascript:alert(1)> 'title')",
    "<http://elsewhere.invalid/>",
    "![x][a] [y][a]\n\n[a]: http://elsewhere.invalid/",
    "[1]: http://elsewhere.invalid/ 'x'",
    r"\<b>bold\</b> !\[x](http://elsewhere.invalid/) [y\](http://elsewhere.invalid/)",
    r"\\<script> \![x](y) [x]\(y) [x\\](y)",
    "[a\nb]: http://elsewhere.invalid/\n\n[a b]",
)
LIVE = {"html_inline", "html_block", "image", "link_open"}


def answer(text: str, *citations: Citation) -> Answer:
    return Answer("?", "zh", text, not citations, 0.9, (), citations, (), "extractive")


def cite(number: int, quote: str, title: str = "报告", source: str = "a b.txt") -> Citation:
    return Citation(number, source, title, None, 0, len(quote), quote)


def tokens(markdown: str) -> list[Any]:
    """Everything Markdown makes of a text, inline and in blocks."""
    found: list[Any] = []
    for token in MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(markdown):
        found += [token, *(token.children or ())]
    return found


@pytest.mark.parametrize("trick", TRICKS)
def test_tricks_in_an_answer_are_shown_and_do_nothing(trick: str) -> None:
    shown = tokens(inert(f"苹果{trick}产量"))
    assert not LIVE & {token.type for token in shown}


@given(st.text(alphabet="<>![]()\\:`ab /\n\"'#", max_size=40))
def test_no_text_at_all_becomes_a_tag_a_picture_or_a_link(text: str) -> None:
    assert not LIVE & {token.type for token in tokens(inert(text))}


@given(st.text(max_size=80))
def test_what_was_made_inert_reads_as_before(text: str) -> None:
    once = inert(text)
    assert plain_text(once) == plain_text(text) or "\\" in text
    if "\\" not in text and "\n\n---\n" not in text:
        assert plain_text(once) == text


@pytest.mark.parametrize("trick", TRICKS)
def test_tricks_in_a_quote_or_title_leave_one_link_to_the_source_alone(trick: str) -> None:
    message = message_of(answer("产量3吨。[1]", cite(1, trick, trick)), "http://here/api/documents")
    links = [token.attrs["href"] for token in tokens(message.content) if token.type == "link_open"]
    assert links == ["http://here/api/documents/a%20b.txt"]
    assert not {"html_inline", "html_block", "image"} & {token.type for token in tokens(message.content)}


@pytest.mark.parametrize(
    "source", ["x) [y](javascript:alert(1)", 'a"b<c>.txt', "../../etc/passwd", "a\udc80.txt"]
)
def test_a_source_of_any_name_stays_below_the_address_of_documents(source: str) -> None:
    message = message_of(
        answer("产量3吨。[1]", cite(1, "产量3吨", source=source)), "http://here/api/documents"
    )
    address = message.annotations[0]["url_citation"]["url"]
    assert address.startswith("http://here/api/documents/")
    assert not set(address) & set(" ()<>\"'")


def test_every_marker_is_an_annotation_and_tables_stay_tables() -> None:
    text = "| 县 | 产量 |\n|---|---|\n| 左权 | 3吨[1] |\n| 昔阳 | 4吨[2] |\n\n共7吨（见下）[1][2](算出)"
    message = message_of(answer(text, cite(1, "3吨"), cite(2, "4吨")), "http://here/api/documents")
    cited = [one["url_citation"] for one in message.annotations]
    assert [message.content[one["start_index"] : one["end_index"]] for one in cited] == [
        "[1]",
        "[2]",
        "[1]",
        "[2]",
    ]
    assert "table_open" in {token.type for token in tokens(message.content)}
    assert plain_text(message.content) == text


def test_a_refusal_has_no_list_of_sources() -> None:
    assert message_of(answer("资料里没有。"), "http://here").content == "资料里没有。"


@given(st.text(alphabet="产量。！[1]\n-ab", max_size=60))
def test_the_steps_of_a_stream_make_the_message_again(text: str) -> None:
    message = message_of(answer(text, cite(1, "产量")), "http://here")
    assert "".join(message.steps()) == message.content


def test_tokens_are_characters_of_chinese_and_words_of_english() -> None:
    assert token_count(["昔阳县2023年"]) == 5
    assert token_count(["raw coal, 2023"]) == 4

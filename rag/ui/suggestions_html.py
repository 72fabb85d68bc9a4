"""What the empty conversation offers: questions the documents answer, or how to add documents."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.ui.texts import TEXTS, PageLanguage
from rag.ui.words_library import LIBRARY_WORDS


def suggestions_html(questions: Sequence[str], language: PageLanguage, *, pending: bool) -> str:
    """The questions, or a hint where none could be made; `pending` while more are being made."""
    texts = TEXTS[language]
    mark = "<span data-pending hidden></span>" if pending else ""
    if not questions:
        return mark or f"<p>{escape(texts.no_examples)}</p>"
    rows = "".join(
        f'<li><button type="button" class="example" lang="" data-ask="{escape(one)}">{escape(one)}</button></li>'
        for one in questions
    )
    return f"<h3>{escape(texts.try_asking)}</h3><ul>{rows}</ul>{mark}"


def empty_html(language: PageLanguage, *, changeable: bool) -> str:
    """How to add documents, where there are none."""
    words = LIBRARY_WORDS[language]
    if not changeable:
        return f"<p>{escape(TEXTS[language].library_empty)}</p>"
    return (
        f"<div class='drop'><p><b>{escape(words.empty)}</b></p><p>"
        f"<button type='button' data-choose='files'>{escape(words.choose_files)}</button>"
        f"<button type='button' data-choose='folder'>{escape(words.choose_folder)}</button></p></div>"
    )

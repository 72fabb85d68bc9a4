"""Web pages saved as files."""

from __future__ import annotations

from rag.documents.extract import Extract, SourceFile
from rag.documents.files.damage import named_damage
from rag.documents.office.writing import Writing
from rag.documents.web.page import page_text, parse_page
from rag.documents.web.page_blocks import write_page
from rag.documents.web.page_facts import stated_facts


def read(file: SourceFile) -> Extract:
    """The page's text in its blocks, without navigation and other furniture. Nothing it names is fetched.

    Raises `ReadError`: "damaged" (no text, no page), "too_large".
    """
    text = page_text(file.data, file.source)
    writing = Writing(file)
    if text.strip():
        with named_damage(file.source):
            page = parse_page(text, file.source)
            facts = stated_facts(page)
            write_page(writing, page, title=facts["title"] or "")
        return writing.extract(facts)
    return writing.extract()

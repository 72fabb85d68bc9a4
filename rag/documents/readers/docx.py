"""Word documents: body, tables, text boxes and notes, with headings by their styles."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from rag.documents.extract import Extract, SourceFile
from rag.documents.files.damage import named_damage
from rag.documents.office.office_files import package, stated_properties
from rag.documents.office.trees import xml_tree
from rag.documents.office.word_styles import WordStyles
from rag.documents.office.word_tables import cells_in, grid_of, is_box
from rag.documents.office.word_text import W, inside, paragraph_text
from rag.documents.office.writing import Writing, is_caption
from rag.types import BlockKind

_TITLE_LENGTH = 60
_SENTENCE_END = ("。", "；", "：", "，", "！", "？", ":", ";", ",")
_NOTES = {"footnote": RELATIONSHIP_TYPE.FOOTNOTES, "endnote": RELATIONSHIP_TYPE.ENDNOTES}
_TOLD_EACH = 100


def read(file: SourceFile) -> Extract:
    """The document as it would read with all changes accepted: deletions and hidden text are left out.

    Page headers, footers and the table of contents are no part of it; notes stand at the end. Raises
    `ReadError`: "password", "unsupported" (an old binary file), "damaged", "too_large".
    """
    data = package(file)
    with named_damage(file.source):
        document = docx.Document(io.BytesIO(data))
        body = _Body(Writing(file), WordStyles(_part(document, RELATIONSHIP_TYPE.STYLES)))
        body.write(list(inside(document.element.body)), file.told)
        body.write_notes({kind: _part(document, relation) for kind, relation in _NOTES.items()})
        return body.writing.extract(stated_properties(document.core_properties))


def _part(document: docx.document.Document, relation: str) -> etree._Element | None:
    """The tree of a part of the package that the document refers to; parsed anew, none where it is missing."""
    try:
        return xml_tree(document.part.part_related_by(relation).blob)
    except (KeyError, etree.XMLSyntaxError):
        return None


class _Body:
    """The elements of a document on their way into a `Writing`."""

    def __init__(self, writing: Writing, styles: WordStyles) -> None:
        self.writing = writing
        self._styles = styles
        self._title: etree._Element | None = None
        self._deeper = 0
        self._notes: dict[tuple[str, str], None] = {}

    def write(self, elements: Sequence[etree._Element], told: Callable[[int, int], None]) -> None:
        """Write the body, paragraphs and tables in order."""
        self._find_title(elements)
        for index, element in enumerate(elements):
            if element.tag == f"{W}tbl":
                self._table(element)
            else:
                self._paragraph(element, elements[max(0, index - 1) : index + 3])
            if index % _TOLD_EACH == _TOLD_EACH - 1:
                told(index + 1, len(elements))
        told(len(elements), len(elements))

    def write_notes(self, parts: dict[str, etree._Element | None]) -> None:
        """Write the notes that were referred to, each as a paragraph."""
        notes = {
            (kind, note.get(f"{W}id")): note
            for kind, part in parts.items()
            if part is not None
            for note in part.iterfind(f"{W}{kind}")
        }
        for key in self._notes:
            if key in notes:
                self._flow(notes[key])

    def _find_title(self, elements: Sequence[etree._Element]) -> None:
        """The title by its style, or else the line in the middle that a document begins with."""
        paragraphs = [element for element in elements if element.tag == f"{W}p"]
        if any(
            self._styles.title(paragraph) and paragraph_text(paragraph).text.strip()
            for paragraph in paragraphs
        ):
            self._deeper = 1
            return
        first = next((element for element in elements if _says_something(element)), None)
        if first is None or first.tag != f"{W}p":
            return
        text = paragraph_text(first).text.strip()
        headline = len(text) <= _TITLE_LENGTH and not text.endswith(_SENTENCE_END)
        if headline and self._styles.is_centred(first) and not self._styles.level(first):
            self._title, self._deeper = first, 1

    def _paragraph(self, paragraph: etree._Element, around: Sequence[etree._Element] = ()) -> None:
        found = paragraph_text(paragraph)
        for note in found.notes:
            self._notes[note] = None
        if self._styles.is_contents(paragraph) or self._styles.is_hidden(paragraph):
            self.writing.line(None, found.text)
        else:
            kind, level = self._kind(paragraph, found.text, around)
            self.writing.line(kind, found.text, level)
        for box in found.boxes:
            self._flow(box)

    def _kind(
        self, paragraph: etree._Element, text: str, around: Sequence[etree._Element]
    ) -> tuple[BlockKind, int]:
        if paragraph is self._title or self._styles.title(paragraph):
            return "heading", 1
        if (is_caption(text) and any(map(_is_shown_thing, around))) or self._styles.is_caption(paragraph):
            return "caption", 0
        if level := self._styles.level(paragraph):
            return "heading", level + self._deeper
        return ("item" if self._styles.is_item(paragraph) else "paragraph"), 0

    def _flow(self, container: etree._Element) -> None:
        """Write what is in a box, a note or a cell as paragraphs and tables of their own."""
        for element in inside(container):
            if element.tag == f"{W}tbl":
                self._table(element)
            else:
                self._paragraph(element)

    def _table(self, table: etree._Element) -> None:
        if is_box(table):
            for cell in cells_in(table):
                self._flow(cell)
            return
        apart: list[etree._Element] = []
        self.writing.table(grid_of(table, lambda cell: self._cell_text(cell, apart)))
        for element in apart:
            if element.tag == f"{W}tbl":
                self._table(element)
            else:
                self._flow(element)

    def _cell_text(self, cell: etree._Element, apart: list[etree._Element]) -> str:
        """The paragraphs of a cell, a line each; tables and boxes in it go to `apart`, to be written after."""
        lines: list[str] = []
        for element in inside(cell):
            if element.tag == f"{W}tbl":
                apart.append(element)
                continue
            found = paragraph_text(element)
            apart += found.boxes
            self._notes.update(dict.fromkeys(found.notes))
            lines += [found.text] if found.text.strip() else []
        return "\n".join(lines)


def _says_something(element: etree._Element) -> bool:
    return element.tag != f"{W}p" or bool(paragraph_text(element).text.strip())


def _is_shown_thing(element: etree._Element) -> bool:
    """Whether it is what a caption stands beside: a table or a picture."""
    return element.tag == f"{W}tbl" or bool(paragraph_text(element).pictures)

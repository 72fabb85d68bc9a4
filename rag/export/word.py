"""A conversation as a Word document with real footnotes, which python-docx has no way to make: their part is ours."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from rag.errors import WenjuError
from rag.export.transcript import Block, Note, Piece, Said, Transcript, blocks

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FONT = "Microsoft YaHei"
_PART, _CONTENT = (
    "/word/footnotes.xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
)


class MissingWordError(WenjuError):
    """python-docx is not installed."""


def word_of(transcript: Transcript) -> bytes:
    """The conversation as a .docx file, a heading a question. Raises `MissingWordError`."""
    try:
        import docx
    except ImportError as error:
        raise MissingWordError(
            "导出 Word 需要 python-docx。请运行：pip install 'wenju[office]'",
            "Word files need python-docx. Run: pip install 'wenju[office]'",
        ) from error
    document = docx.Document()
    _set_up(document, transcript)
    footnotes = _Footnotes()
    document.add_heading(_printable(transcript.title), 0)
    for said in transcript.said:
        _add(document, said, footnotes)
    if transcript.foot:
        document.add_paragraph(_printable(transcript.foot), style="Intense Quote")
    footnotes.attach(document)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up(document: Document, transcript: Transcript) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn
    from docx.shared import Pt

    known = document.core_properties
    known.title, known.author, known.comments = _printable(transcript.title)[:255], "Wenju 问据", ""
    known.created = known.modified = datetime.now(UTC)
    known.language = transcript.language
    for name in ("Normal", "Title", "Heading 2", "Intense Quote"):
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), _FONT)
    text: Any = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.font.size = Pt(9)
    mark: Any = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    mark.font.superscript = True


def _add(document: Document, said: Said, footnotes: _Footnotes) -> None:
    document.add_heading(_printable(said.question), 2)
    numbers: dict[int, int] = {}
    for block in blocks(said):
        if block.table:
            _add_table(document, block, said, footnotes, numbers)
        else:
            _write(document.add_paragraph(), block.paragraph, said, footnotes, numbers)
    for warning in said.warnings:
        document.add_paragraph().add_run(_printable(warning)).italic = True


def _add_table(
    document: Document, block: Block, said: Said, footnotes: _Footnotes, numbers: dict[int, int]
) -> None:
    table = document.add_table(len(block.table), max(map(len, block.table)), style="Table Grid")
    for cells, row in zip(table.rows, block.table, strict=True):
        for cell, pieces in zip(cells.cells, row, strict=False):
            _write(cell.paragraphs[0], pieces, said, footnotes, numbers)
    document.add_paragraph()


def _write(
    paragraph: Paragraph,
    pieces: tuple[Piece, ...],
    said: Said,
    footnotes: _Footnotes,
    numbers: dict[int, int],
) -> None:
    for piece in pieces:
        if not piece.note:
            paragraph.add_run(_printable(piece.text)).font.strike = piece.struck or None
        elif piece.note in numbers:
            footnotes.refer_again(paragraph, numbers[piece.note])
        else:
            numbers[piece.note] = footnotes.add(paragraph, said.notes[piece.note])


class _Footnotes:
    """The footnotes of a document, numbered from 1 as Word numbers them."""

    def __init__(self) -> None:
        self._notes: list[Note] = []

    def add(self, paragraph: Paragraph, note: Note) -> int:
        """A footnote where the paragraph ends now; its number. It is bookmarked, so that it can be referred to."""
        self._notes.append(note)
        number = len(self._notes)
        bookmark = f'w:id="{number}" w:name="_Note{number}"'
        mark = f'<w:r>{_MARK}<w:footnoteReference w:id="{number}"/></w:r>'
        _append(paragraph, f'<w:bookmarkStart {bookmark}/>{mark}<w:bookmarkEnd w:id="{number}"/>')
        return number

    @staticmethod
    def refer_again(paragraph: Paragraph, number: int) -> None:
        """The number of a footnote that is there already: a field, which follows it if footnotes are added before."""
        inside = (
            '<w:fldChar w:fldCharType="begin"/>',
            f'<w:instrText xml:space="preserve"> NOTEREF _Note{number} \\f \\h </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            f"<w:t>{number}</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
        _append(paragraph, "".join(f"<w:r>{_MARK}{one}</w:r>" for one in inside))

    def attach(self, document: Document) -> None:
        """Put the footnotes into the document."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.oxml.ns import nsdecls

        lines = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
        )
        notes = "".join(_footnote(number, note) for number, note in enumerate(self._notes, start=1))
        blob = f"{_DECLARATION}<w:footnotes {nsdecls('w')}>{lines}{notes}</w:footnotes>".encode()
        part = Part(PackURI(_PART), _CONTENT, blob, document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MARK = '<w:rPr><w:rStyle w:val="footnotereference"/></w:rPr>'


def _footnote(number: int, note: Note) -> str:
    return (
        f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="footnotetext"/></w:pPr>'
        f"<w:r>{_MARK}<w:footnoteRef/></w:r><w:r>{_text(f' {note.where}: ')}</w:r><w:r>{_text(note.quote)}</w:r></w:p>"
        "</w:footnote>"
    )


def _text(text: str) -> str:
    """The text of a run, its line ends as breaks, which is how Word keeps them."""
    lines = (escape(line) for line in re.split("\r\n|\r|\n", _printable(text)))
    return "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)


def _append(paragraph: Paragraph, xml: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paragraph._p.extend(list(parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>")))


def _printable(text: str) -> str:
    """The text without what XML can't hold."""
    return _NOT_IN_XML.sub("\ufffd", text)

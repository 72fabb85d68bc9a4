"""Markdown: the characters of the file, in the blocks that CommonMark and GitHub's tables make of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from rag.documents.extract import Extract, Region, SourceFile
from rag.documents.files.decoding import decode
from rag.original import Cell, Original
from rag.types import BlockKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_BOLD = re.compile(r"\*\*[^*]+\*\*|__[^_]+__")
_DRESSED = re.compile(r"(\*{1,3}|_{1,3}|`+)(\S|\S.*?\S)\1")
_BOLD_LEVEL = 3
_ADDRESS = re.compile(r"\[(?!\^)[^\]]+\]:\s*\S+(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?")
"""The address of a link, given apart from it."""
_LEAD = re.compile(r"\[\^[^\]]+\]:\s*|\[[ xX]\]\s+|\[![A-Za-z]+\][+-]?\s*")
"""A note's number, a task's box and a call-out's kind before their words."""
_PIPE = re.compile(r"(?<!\\)\|")
_TABLE_NAME = re.compile(r"(?:表\s?\d|Table \d|.*单位[：:])")

Span = tuple[int, int]


def read(file: SourceFile) -> Extract:
    """The decoded text, and its blocks: https://spec.commonmark.org and GitHub's pipe tables.

    A line that is bold as a whole is a heading. Marks inside of lines stay in the regions. Raises
    `ReadError` ("damaged") for bytes that are no text.
    """
    from markdown_it import MarkdownIt

    text = decode(file.data, file.source)
    # One line end a line, so that the parser counts lines as we do; no character is gained or lost.
    parser = MarkdownIt("commonmark").enable("table").disable("reference")  # notes look like references
    tokens = parser.parse(text.replace("\r\n", " \n").replace("\r", "\n"))
    blocks = _Blocks(text)
    regions = tuple(blocks.regions(tokens))
    return Extract(Original(text, cells=tuple(blocks.cells)), regions, marked=True)


class _Blocks:
    """The blocks of one text; `cells` grows as its tables are met."""

    def __init__(self, text: str) -> None:
        lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
        self._text = text
        self._starts = [*accumulate(map(len, lines), initial=0)]
        self.cells: list[Cell] = []
        self._tables = 0

    def regions(self, tokens: Sequence[Token]) -> Iterator[Region]:
        """The regions of parsed tokens, in order."""
        items: list[bool] = []
        for index, token in enumerate(tokens):
            if token.type == "list_item_open":
                items.append(True)
            elif token.type == "list_item_close":
                items.pop()
            elif token.type == "table_open":
                yield from self._table(tokens[index : _closing(tokens, index)])
            elif token.type in ("fence", "code_block", "html_block"):
                yield from self._plain(token)
            elif (
                token.type == "inline"
                and token.level
                and tokens[index - 1].type in ("heading_open", "paragraph_open")
            ):
                if spans := self._spans(token):
                    kind: BlockKind = "item" if items and items[-1] else "paragraph"
                    yield self._region(tokens[index - 1], tokens[index + 2 :], token.content, kind, spans)
                if items:
                    items[-1] = False

    def _region(
        self, opening: Token, after: Sequence[Token], content: str, kind: BlockKind, spans: tuple[Span, ...]
    ) -> Region:
        if opening.type == "heading_open":
            return Region("heading", spans, int(opening.tag[1:]))
        if _BOLD.fullmatch(content) and len(spans) == 1:
            return Region("heading", ((spans[0][0] + 2, spans[0][1] - 2),), _BOLD_LEVEL)
        if after and after[0].type == "table_open" and _TABLE_NAME.match(content):
            return Region("caption", spans)
        return Region(kind, spans)

    def _spans(self, token: Token) -> tuple[Span, ...]:
        """Where the lines of a token's content stand, without the marks in front of them."""
        assert token.map is not None
        spans = []
        position = self._starts[token.map[0]]
        for line in filter(None, (line.strip() for line in token.content.split("\n"))):
            start = self._text.find(line, position, self._starts[token.map[1]])
            if start < 0:  # the parser has put other characters in place of some: its lines as they are
                return tuple((self._starts[n], self._starts[n + 1]) for n in range(*token.map))
            position = start + len(line)
            lead = _LEAD.match(line)
            start += lead.end() if lead else 0
            if start < position and not _ADDRESS.fullmatch(line):
                spans.append((start, position))
        return tuple(spans)

    def _plain(self, token: Token) -> Iterator[Region]:
        """Each line of a block whose words are its own, such as code."""
        assert token.map is not None
        inside = slice(1, -1) if token.type == "fence" else slice(None)
        for number in range(*token.map)[inside]:
            start, end = self._starts[number], self._starts[number + 1]
            if self._text[start:end].strip():
                yield Region("paragraph", ((start, end),))

    def _table(self, tokens: Sequence[Token]) -> Iterator[Region]:
        self._tables += 1
        row = 0
        for index, token in enumerate(tokens):
            if token.type != "tr_open":
                continue
            row += 1
            assert token.map is not None
            header = tokens[index + 1].type == "th_open"
            found = list(
                self._row(self._starts[token.map[0]], self._starts[token.map[1]], row, header=header)
            )
            self.cells += found
            if not header and found:
                yield Region("row", tuple((cell.start, cell.end) for cell in found))

    def _row(self, start: int, end: int, row: int, *, header: bool) -> Iterator[Cell]:
        """The cells of a line; bars at its edges are none between."""
        line = self._text[start:end].rstrip()
        bars = [match.start() for match in _PIPE.finditer(line)]
        bounds = [-1, *bars, len(line)]
        column = 0
        for left, right in pairwise(bounds):
            inner = line[left + 1 : right]
            if not inner.strip() and (left < 0 or right == len(line)):
                continue
            column += 1
            words = inner.strip()
            first = start + left + 1 + inner.find(words)
            if dressed := _DRESSED.fullmatch(words):
                first, words = first + dressed.start(2), dressed[2]
            if words:
                yield Cell(first, first + len(words), self._tables, row, column, header=header)


def _closing(tokens: Sequence[Token], index: int) -> int:
    return next(n for n in range(index, len(tokens)) if tokens[n].type == "table_close")

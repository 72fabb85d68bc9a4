"""The sentences of an answer as HTML: each with its markers, its state, and its checked figures marked quietly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import groupby

from rag.answering.arithmetic import says_computed
from rag.answering.verdict import Unsupported
from rag.text.figures import comparable, find_figures, measured
from rag.types import Answer, CheckedFigure, Citation, Claim, Figure
from rag.ui.exchange import Place
from rag.ui.places_told import cited_where
from rag.ui.texts import Texts
from rag.ui.words_answer import ANSWER_TEXTS

_MARKER = re.compile(r"\[(\d{1,3})\]")
_RULE = re.compile(r"\|(?:\s*:?-{3,}:?\s*\|)+")
"""The second line of a table, as Markdown writes one."""
_STRUCK = re.compile(r"~~(?P<said>.*)~~[（( ].*", re.DOTALL)
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_THREE, _GROUP_BEFORE, _HAN = (
    re.compile(r"\d{3}(?!\d)"),
    re.compile(r"(?<!\d)\d{1,3},$"),
    re.compile("[一-鿿]"),
)
_CALENDAR = frozenset("年月日")
_IN_DATE = re.compile(r"[-/]\d|\d[-/]\d")
_ALIKE = 1e-9

Shown = Callable[[str], str]
"""A piece of a line as HTML."""


def prose_html(answer: Answer, exchange: int, texts: Texts) -> str:
    """The answer's text with all that is known of its sentences; `exchange` is its place, from 0."""
    sentences = _Sentences(answer, exchange, texts)
    return (
        f'<div class="prose" lang="{escape(answer.language)}">{lines_html(answer.text, sentences.line)}</div>'
    )


def lines_html(text: str, shown: Shown) -> str:
    """The text, a paragraph a line, each line as `shown` gives it.

    Neighbouring lines that begin with "|" are the rows of a table, if the second of them is its rule.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    parts = []
    for barred, run in groupby(lines, key=lambda line: line.startswith("|")):
        rows = list(run)
        if barred and len(rows) > 1 and _RULE.fullmatch(rows[1]):
            parts.append(_table(rows, shown))
        else:
            parts += [f"<p>{shown(row)}</p>" for row in rows]
    return "".join(parts)


def _table(rows: Sequence[str], shown: Shown) -> str:
    cells = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in (rows[0], *rows[2:])]
    told = [
        n for n in range(len(cells[0])) if not cells[1:] or any(row[n : n + 1] != ["—"] for row in cells[1:])
    ]
    head, *body = [[shown(row[n]) for n in told if n < len(row)] for row in cells]
    # A column in which nothing is known says nothing.
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in body)
    return f'<div class="table"><table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table></div>'


def waiting_html(text: str, texts: Texts) -> str:
    """A line that is not checked yet; its markers wait."""
    return _MARKER.sub(
        lambda found: (
            f'<span class="marker waiting" title="{escape(texts.waiting_marker)}">{escape(found[0])}</span>'
        ),
        escape(text),
    )


def marker_html(citation: Citation, answer: Answer, exchange: int, texts: Texts) -> str:
    """A button that opens a citation, and knows its quote and where that stands."""
    place = cited_where(citation, answer, texts)
    label = texts.open_quote.format(number=citation.number, where=place)
    target = Place("citation", exchange=exchange, number=citation.number)
    return (
        f'<button type="button" class="marker" data-open="{target}"'
        f' data-quote="{escape(citation.quote)}" data-where="{escape(place)}"'
        f' data-again="{escape(ANSWER_TEXTS[texts.language].tap_again)}"'
        f' aria-label="{escape(label)}">[{citation.number}]</button>'
    )


def removed_html(answer: Answer, texts: Texts) -> str:
    """The sentences that were left out, struck out and folded away, each with the reason."""
    if not answer.removed:
        return ""
    words = ANSWER_TEXTS[texts.language]
    rows = "".join(
        f"<li><s>{escape(claim.text)}</s> <small>{escape(_reason(claim, texts))}</small></li>"
        for claim in answer.removed
    )
    summary = escape(words.removed.format(count=len(answer.removed)))
    return f'<details class="removed"><summary>{summary}</summary><ul>{rows}</ul></details>'


class _Sentences:
    """The lines of an answer, each held against the claim it tells."""

    def __init__(self, answer: Answer, exchange: int, texts: Texts) -> None:
        self._answer, self._exchange, self._texts = answer, exchange, texts
        self._words = ANSWER_TEXTS[texts.language]
        self._known = {citation.number: citation for citation in answer.citations}
        self._claims = {_claim_key(claim.text): claim for claim in answer.claims}
        self._cells = [claim for claim in answer.claims if claim.text.startswith("|")]

    def line(self, text: str) -> str:
        """A line, or a cell of a table."""
        if struck := _STRUCK.fullmatch(text):
            claim = self._claims.get(_line_key(struck["said"].replace("～～", "~~")))
            if claim is not None and not claim.supported:
                return self._struck(claim)
        claim = self._claims.get(_line_key(text)) or self._of_cell(text)
        if claim is None or not claim.supported:
            return self._with_markers(text, lambda piece: escape(piece))
        said = self._with_markers(text, lambda piece: self._figures(piece, claim))
        if claim.text.startswith("|"):
            return said
        state, told = (
            ("computed", self._words.computed)
            if self._is_computed(claim)
            else ("supported", self._words.supported)
        )
        sign = "=" if state == "computed" else "✓"
        return (
            f'<span class="claim {state}">{said}</span>'
            f'<span class="state" role="img" aria-label="{escape(told)}" data-note="{escape(told)}">{sign}</span>'
        )

    def _of_cell(self, text: str) -> Claim | None:
        """The row that a cell of a table belongs to, if only one has this cell."""
        cell = _line_key(text)
        rows = [
            claim
            for claim in self._cells
            if cell and cell in (one.strip() for one in _claim_key(claim.text).strip("|").split("|"))
        ]
        return rows[0] if len(rows) == 1 else None

    def _struck(self, claim: Claim) -> str:
        told = self._words.unsupported.format(reason=_reason(claim, self._texts))
        return f'<span class="claim unsupported"><s>{escape(claim.text)}</s> <small>{escape(told)}</small></span>'

    def _with_markers(self, text: str, shown: Shown) -> str:
        parts, at = [], 0
        for found in _MARKER.finditer(text):
            parts.append(shown(text[at : found.start()]))
            citation = self._known.get(int(found[1]))
            parts.append(
                marker_html(citation, self._answer, self._exchange, self._texts)
                if citation
                else escape(found[0])
            )
            at = found.end()
        return "".join((*parts, shown(text[at:])))

    def _is_computed(self, claim: Claim) -> bool:
        return says_computed(claim.text) and any(
            self._source_of(one.figure, claim) is None for one in claim.figures
        )

    def _figures(self, text: str, claim: Claim) -> str:
        """The text escaped, its checked figures underlined; each says what it was checked against."""
        parts, at = [], 0
        for start, end, checked in _placed(text, claim.figures):
            note = self._note(checked.figure, claim)
            parts.append(f'{escape(text[at:start])}<span class="figure" data-note="{escape(note)}">')
            parts.append(f"{escape(text[start:end])}</span>")
            at = end
        return "".join((*parts, escape(text[at:])))

    def _note(self, figure: Figure, claim: Claim) -> str:
        found = self._source_of(figure, claim)
        if found is None:
            return self._words.worked_out if says_computed(claim.text) else self._words.supported
        written, citation = found
        place = cited_where(citation, self._answer, self._texts)
        if "".join(written.split()) == "".join(figure.text.split()):
            return self._words.written_same.format(number=citation.number, where=place)
        return self._words.written_as.format(text=written, number=citation.number, where=place)

    def _source_of(self, figure: Figure, claim: Claim) -> tuple[str, Citation] | None:
        """How a quote of the claim writes the figure, and which; `None` where none has it as it is."""
        for number in claim.citations:
            citation = self._known.get(number)
            if citation is None:
                continue
            for written in _figures_of(citation.quote):
                if comparable(written, figure) and _same(written, figure):
                    return written.text, citation
            if digits := _digits_in(figure, citation.quote):
                return digits, citation
        return None


def _placed(text: str, figures: Sequence[CheckedFigure]) -> Iterator[tuple[int, int, CheckedFigure]]:
    """Where supported figures stand in a text, in order, each as often as it does; not years, days and parts of dates."""
    known = {
        one.figure.text: one
        for one in figures
        if one.supported and one.figure.text and one.figure.unit not in _CALENDAR
    }
    if not known:
        return
    texts = "|".join(re.escape(said) for said in sorted(known, key=len, reverse=True))
    for found in re.finditer(rf"(?<![\d.,])(?:{texts})(?![.,]?\d)", text):
        around = text[max(0, found.start() - 1) : found.end() + 2]
        if _IN_DATE.search(around) is None:
            yield found.start(), found.end(), known[found[0]]


def _figures_of(quote: str) -> Iterator[Figure]:
    """The figures of a quote, over the line breaks that a page puts into them."""
    if _HAN.search(quote):
        yield from find_figures("".join(quote.split()))
    yield from find_figures(" ".join(quote.split()))


def _digits_in(figure: Figure, quote: str) -> str:
    """The digits of a figure, if they stand in a quote by themselves: the unit of a table's cell is in its header."""
    digits = _DIGITS.match(figure.text)
    if digits is None:
        return ""
    # Commas part cells as well as thousands: what could be a longer number is not taken.
    behind = "" if "." in digits[0] else r"(?!,\d{3}(?!\d))"
    for found in re.finditer(rf"(?<![\d.]){re.escape(digits[0])}(?!\d|\.\d){behind}", quote):
        grouped = _THREE.match(digits[0]) and _GROUP_BEFORE.search(quote[: found.start()])
        if not grouped:
            return digits[0]
    return ""


def _same(one: Figure, other: Figure) -> bool:
    a, b = measured(one)[1], measured(other)[1]
    return abs(a - b) <= _ALIKE * max(abs(a), abs(b), 1.0)


def _reason(claim: Claim, texts: Texts) -> str:
    try:
        return Unsupported(claim.reason or Unsupported.NO_EVIDENCE).told(texts.language)
    except ValueError:  # of an answer that a newer version kept
        return Unsupported.NO_EVIDENCE.told(texts.language)


def _line_key(text: str) -> str:
    """A line without its markers."""
    return _MARKER.sub("", text).strip()


def _claim_key(text: str) -> str:
    """A claim as an answer's text has it: brackets that are its own are full-width there."""
    return _MARKER.sub(r"［\1］", text).strip()

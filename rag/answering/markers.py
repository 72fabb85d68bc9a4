"""Citation markers as models write them, brought to one form `[n]`, and an answer cut into claims.

Models are asked for `[1]` and write `【1】`, `[1, 2]`, `[1-3]`, `[^1]`, `[[1]]`, `[来源1]`, `(Source 1)`, full-width
digits, `¹`, `<sup>1</sup>`, or `(1)` where a sentence or a clause ends. Four digits in brackets are a year
(国发[2023]12号), a small one raised is a power (5 km²), one behind “表” or “Table” is that table's: no markers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rag.text.patterns import regex
from rag.text.sentences import split_sentences

_LABELS: Final = (
    *("来源", "资料", "证据", "引用", "参考", "文献"),
    *("source", "evidence", "passage", "document", "doc", "reference", "ref"),
)
"""Words that models put before the number."""

_LONGEST: Final = 60
"""The longest stretch, in characters, that is taken for a marker: so little is ever held back."""

_SQUARE_OPENINGS: Final = "[【［"
_ROUND_OPENINGS: Final = "(（"
_CLAUSE_END: Final = "。！？；，、：.!?;,:\n"
_LIST_COUNTS_AFTER: Final = "\n:：;；、,，(（"
"""After one of these `(1)` counts the items of a list."""

_SPACE: Final = r"[ \t\u3000]"
_S: Final = rf"{_SPACE}*"
_LABEL: Final = rf"(?:{'|'.join(_LABELS)})s?"
_NUMBER: Final = rf"\^?(?:{_LABEL}{_S}[:：#]?{_S})?\d{{1,3}}"
# A comma with three digits right behind it joins no list: "[10,500]" is a figure.
_JOINT: Final = rf"(?:{_S},(?!\d{{3}}){_S}|{_S}[，、;；&和\-–~]{_S}|{_SPACE}+)"
_CLOSE: Final = r"\]】］"

# Some models name the lines they read after "†": 【1†L3-L5】.
_INSIDE: Final = rf"{_S}({_NUMBER}(?:{_JOINT}{_NUMBER})*){_S}(?:†[^{_CLOSE}\n]*)?"
_SQUARE = regex(rf"\[\[{_INSIDE}\]\]|[\[【［]{_INSIDE}[{_CLOSE}]", re.IGNORECASE)
# Matches every beginning of a marker and a little more; what follows in letters has to begin a label.
_BODY: Final = rf"(?:{_LABEL}|{_SPACE}|[\d^:：#,，、;；&和\-–~])*"
_SQUARE_BEGUN = regex(
    rf"\[\[{_BODY}\]|(?:\[\[|[\[【［]){_BODY}(?:†[^{_CLOSE}\n]*|([^\W\d_]*))", re.IGNORECASE
)
_ROUND_ONE: Final = rf"[(（]{_S}\d{{1,2}}(?:{_S}[,，、]{_S}\d{{1,2}})*{_S}[)）]"
_ROUND = regex(rf"((?:{_ROUND_ONE})+)")
_ROUND_BEGUN = regex(rf"(?:{_ROUND_ONE})*(?:[(（](?:{_SPACE}|[\d,，、])*)?")
# With a word for it, a number in round brackets is a marker wherever it stands.
_LABELLED: Final = rf"{_LABEL}{_S}[:：#]?{_S}\d{{1,2}}"
_ROUND_LABELLED = regex(
    rf"[(（]{_S}({_LABELLED}(?:{_JOINT}(?:{_LABELLED}|\d{{1,2}}))*){_S}[)）]", re.IGNORECASE
)
_ROUND_LABEL_BEGUN = regex(rf"[(（](?:{_LABEL}|{_SPACE}|[\d:：#,，、;；&和\-–~])*([^\W\d_]*)", re.IGNORECASE)

_RAISED: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_RAISED_RUN = regex(rf"[{_RAISED}]+")
_UNRAISED: Final = str.maketrans(_RAISED, "0123456789")
# Of a unit ("km²", "5000米²"), or of a small number ("10⁸"): a power. Behind a year or an amount it is none.
_POWER_OF = regex(r"(?:(?<![A-Za-z])(?:[kcdhmµμ]?m|ft|in|s|kg)|米|里|(?<![\d.,])\d{1,2})$")
_SUP = regex(r"<sup>\s*\[?((?:\^?\d{1,3}[\s,，、;\-–]*)+)\]?\s*</sup>", re.IGNORECASE)
_SUP_BEGUN = regex(
    r"<(?:s(?:u(?:p(?:>[\s\[\]\d^,，、;\-–]*(?:<(?:/(?:s(?:u(?:p>?)?)?)?)?)?)?)?)?)?", re.IGNORECASE
)
_NAMED_BY = regex(
    r"(?:[表图式例注条款]|附件|(?:tables?|fig(?:ure)?s?|eq|no|sections?|items?)\.?)\s*$", re.IGNORECASE
)
"""What a number in round brackets belongs to, where it stands behind one of these."""
_BEHIND: Final = 12
"""How many characters before a bracket or a raised number say what it is."""

_GAP = regex(rf"{_S}")
_PLAIN = regex(rf"[^ \t\u3000\[【［(（<{_RAISED}]+")
_RANGE = regex(r"(\d+)(?: *[-–~] *(\d+))?")
_NEITHER_NUMBER_NOR_DASH = regex(r"[^\d\-–~]+")

_CANONICAL = regex(rf"{_S}\[(\d{{1,3}})\]")
_LINE_HEAD = regex(r"\s*(?:[-*+–—]\s+|[•·●▪]\s*|#{1,6}\s+|>\s*|[(（]?\d{1,2}[.．)）、](?!\d)\s*)*")
_BOLD: Final = "**"


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """One sentence of a model's answer, without its markers, and the evidence numbers it names."""

    text: str
    markers: tuple[int, ...]


class MarkerStream:
    """Text in pieces in, the same text with canonical markers out.

    Only what may still become a marker is held back: at most `_LONGEST` characters and the blanks before
    them. A number beyond `evidence_count` is dropped, with the blanks before it. How the text is cut into
    pieces makes no difference to what has come out in the end.
    """

    def __init__(self, evidence_count: int) -> None:
        self._count = evidence_count
        self._held = ""
        self._before = "\n"

    def feed(self, piece: str) -> str:
        """Take the next piece; returns what is certain by now."""
        self._held += piece
        return self._advance(final=False)

    def finish(self) -> str:
        """No more pieces will come; returns the rest."""
        return self._advance(final=True)

    def _advance(self, *, final: bool) -> str:
        out, at = [], 0
        while at < len(self._held) and (step := self._step(at, final)):
            began, (at, written) = at, step
            out.append(written)
            self._before = (self._before + self._held[began:at])[-_BEHIND:]
        self._held = self._held[at:]
        return "".join(out)

    def _step(self, at: int, final: bool) -> tuple[int, str] | None:
        """Read one thing from `at`: (where it ends, what to write for it), or `None` to wait for more."""
        text = self._held
        start = _end(_GAP, text, at)
        if start == len(text):
            return (start, text[at:]) if final else None
        window = text[start : start + _LONGEST]
        if text[start] in _RAISED:
            return self._raised(text, at, start, final)
        if text[start] not in _SQUARE_OPENINGS + _ROUND_OPENINGS + "<":
            end = _end(_PLAIN, text, start)
            return end, text[at:end]
        if not final and len(window) < _LONGEST and _may_become_marker(window):
            return None
        marker = self._marker(window, self._before + text[at:start])
        if marker is None:
            return start + 1, text[at : start + 1]
        numbers = _numbers(next(body for body in marker.groups() if body), self._count)
        return start + marker.end(), self._written(text[at:start], numbers)

    def _written(self, gap: str, numbers: Iterable[int]) -> str:
        """The markers with the blanks before them; neither where no number is left."""
        markers = "".join(f"[{number}]" for number in numbers)
        return gap + markers if markers else ""

    def _marker(self, window: str, before: str) -> re.Match[str] | None:
        if window[0] == "<":
            return _SUP.match(window)
        return _SQUARE.match(window) or _ROUND_LABELLED.match(window) or self._round_marker(window, before)

    def _raised(self, text: str, at: int, start: int, final: bool) -> tuple[int, str] | None:
        """`¹` behind anything but what it may be a power of; `¹²` is 12 where there are so many, else 1 and 2."""
        end = _end(_RAISED_RUN, text, start)
        if end == len(text) and not final and end - start < _LONGEST:
            return None
        run = text[start:end].translate(_UNRAISED)
        if start == at and _POWER_OF.search(self._before):
            return end, text[at:end]
        numbers = [run] if int(run) <= self._count else list(run)
        return end, self._written(text[at:start], _numbers(" ".join(numbers), self._count))

    def _round_marker(self, window: str, before: str) -> re.Match[str] | None:
        """`(1)` or `(1)(2)` in front of a clause's end, where it can't be anything else."""
        marker = _ROUND.match(window)
        if marker is None or window[marker.end() : marker.end() + 1] not in _CLAUSE_END:
            return None
        called = before[-1:].isascii() and before[-1:].isalpha()
        if called or before.rstrip(" \t\u3000")[-1:] in _LIST_COUNTS_AFTER or _NAMED_BY.search(before):
            return None
        given = re.findall(r"\d+", marker[1])
        return marker if all(1 <= int(n) <= self._count for n in given) else None


def normalise_stream(pieces: Iterable[str], evidence_count: int) -> Iterator[str]:
    """The pieces with canonical markers, passed on as they come; no piece is empty."""
    stream = MarkerStream(evidence_count)
    for piece in pieces:
        if ready := stream.feed(piece):
            yield ready
    if rest := stream.finish():
        yield rest


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at


def _may_become_marker(beginning: str) -> bool:
    if beginning[0] == "<":
        return _SUP_BEGUN.fullmatch(beginning) is not None
    if beginning[0] in _ROUND_OPENINGS and _ROUND_BEGUN.fullmatch(beginning):
        return True
    pattern = _ROUND_LABEL_BEGUN if beginning[0] in _ROUND_OPENINGS else _SQUARE_BEGUN
    begun = pattern.fullmatch(beginning)
    if begun is None:
        return False
    word = (begun[1] or "").casefold()
    return any(f"{label}s".startswith(word) for label in _LABELS)


def _numbers(body: str, count: int) -> Iterator[int]:
    """The numbers from 1 to `count` that a marker's inside names, ranges written out, each once."""
    seen = set()
    for first, last in _RANGE.findall(_NEITHER_NUMBER_NOR_DASH.sub(" ", body)):
        stop = int(last or first)
        for number in range(int(first), min(stop, count) + 1) if stop >= int(first) else (int(first), stop):
            if 1 <= number <= count and number not in seen:
                seen.add(number)
                yield number


def split_claims(text: str) -> list[DraftClaim]:
    """An answer with canonical markers, cut into its sentences in order.

    Every line ends a sentence. A marker belongs to the sentence it stands in or directly after, and a
    line of markers alone to the sentence before. List bullets, headings' `#` and bold marks are left out.
    A sentence said twice is one claim with the markers of both; a question states nothing and is none.
    """
    claims: dict[str, tuple[int, ...]] = {}
    for line in text.splitlines():
        plain, places = _lift_markers(line)
        sentences = [
            (start, end) for start, end in split_sentences(plain) if _states_something(plain[start:end])
        ]
        for sentence, markers in _assign(plain, sentences, places):
            claims[sentence] = _merged(claims.get(sentence, ()), markers)
        if claims and not plain.strip():
            last = next(reversed(claims))
            claims[last] = _merged(claims[last], [number for number, _ in places])
    return [DraftClaim(sentence, markers) for sentence, markers in claims.items()]


def _lift_markers(line: str) -> tuple[str, list[tuple[int, int]]]:
    """The line without list bullet, bold marks and markers; each marker's number and where it stood."""
    line = line.replace(_BOLD, "")
    line = line[_end(_LINE_HEAD, line, 0) :].rstrip()
    plain, places, at = "", [], 0
    for marker in _CANONICAL.finditer(line):
        plain += line[at : marker.start()]
        places.append((int(marker[1]), len(plain)))
        at = marker.end()
    return plain + line[at:], places


def _assign(
    plain: str, sentences: list[tuple[int, int]], places: list[tuple[int, int]]
) -> Iterator[tuple[str, list[int]]]:
    """Each sentence with the numbers of the markers that stand after its start and not after the next's."""
    for index, (start, end) in enumerate(sentences):
        since = 0 if index == 0 else start + 1
        until = sentences[index + 1][0] if index + 1 < len(sentences) else len(plain)
        yield plain[start:end].strip(), [number for number, place in places if since <= place <= until]


def _merged(first: tuple[int, ...], second: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _states_something(sentence: str) -> bool:
    asks = sentence.rstrip().endswith(("?", "？"))
    return not asks and any(character.isalnum() for character in sentence)

"""Citation markers as models write them, brought to one form `[n]`, and an answer cut into claims.

Models are asked for `[1]` and write `【1】`, `[1, 2]`, `[1-3]`, `[^1]`, `[来源1]`, `[Source 1]`, full-width
digits, or `(1)` where a sentence ends. Four digits in brackets are a year (国发[2023]12号), not a marker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

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
_SENTENCE_END: Final = "。！？；.!?;\n"
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
_SQUARE = re.compile(
    rf"[\[【［]{_S}({_NUMBER}(?:{_JOINT}{_NUMBER})*){_S}(?:†[^{_CLOSE}\n]*)?[{_CLOSE}]", re.IGNORECASE
)
# Matches every beginning of a marker and a little more; what follows in letters has to begin a label.
_SQUARE_BEGUN = re.compile(
    rf"[\[【［](?:{_LABEL}|{_SPACE}|[\d^:：#,，、;；&和\-–~])*(?:†[^{_CLOSE}\n]*|([^\W\d_]*))", re.IGNORECASE
)
_ROUND_ONE: Final = rf"[(（]{_S}\d{{1,2}}{_S}[)）]"
_ROUND = re.compile(rf"((?:{_ROUND_ONE})+)")
_ROUND_BEGUN = re.compile(rf"(?:{_ROUND_ONE})*(?:[(（]{_S}\d{{0,2}}{_S})?")

_GAP = re.compile(rf"{_S}")
_PLAIN = re.compile(r"[^ \t\u3000\[【［(（]+")
_RANGE = re.compile(r"(\d+)(?: *[-–~] *(\d+))?")
_NEITHER_NUMBER_NOR_DASH = re.compile(r"[^\d\-–~]+")

_CANONICAL = re.compile(rf"{_S}\[(\d{{1,3}})\]")
_LINE_HEAD = re.compile(r"\s*(?:[-*+–—]\s+|[•·●▪]\s*|#{1,6}\s+|>\s*|[(（]?\d{1,2}[.．)）、](?!\d)\s*)*")
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
            at, written = step
            out.append(written)
            self._before = self._held[at - 1]
        self._held = self._held[at:]
        return "".join(out)

    def _step(self, at: int, final: bool) -> tuple[int, str] | None:
        """Read one thing from `at`: (where it ends, what to write for it), or `None` to wait for more."""
        text = self._held
        start = _end(_GAP, text, at)
        if start == len(text):
            return (start, text[at:]) if final else None
        if text[start] not in _SQUARE_OPENINGS + _ROUND_OPENINGS:
            end = _end(_PLAIN, text, start)
            return end, text[at:end]
        window = text[start : start + _LONGEST]
        if not final and len(window) < _LONGEST and _may_become_marker(window):
            return None
        marker = _SQUARE.match(window) or self._round_marker(window, touching=start == at)
        if marker is None:
            return start + 1, text[at : start + 1]
        numbers = [f"[{n}]" for n in _numbers(marker[1], self._count)]
        return start + marker.end(), text[at:start] + "".join(numbers) if numbers else ""

    def _round_marker(self, window: str, *, touching: bool) -> re.Match[str] | None:
        """`(1)` or `(1)(2)` in front of a sentence's end, where it can't be anything else."""
        marker = _ROUND.match(window)
        if marker is None or window[marker.end() : marker.end() + 1] not in _SENTENCE_END:
            return None
        called = touching and self._before.isascii() and self._before.isalpha()
        if called or self._before in _LIST_COUNTS_AFTER:
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
    if beginning[0] in _ROUND_OPENINGS:
        return _ROUND_BEGUN.fullmatch(beginning) is not None
    begun = _SQUARE_BEGUN.fullmatch(beginning)
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

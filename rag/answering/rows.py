"""Whether a figure is said of what a quote says it of: 42% may stand in the sentence, for another row.

The words before and after the figure in its piece are held against the piece of the quote that has the figure.
A word of the claim that the quote says of another figure, in the place where this one has a word of its own,
marks another row: 第一产业 for 第二产业, 绿氨 for 绿甲醇.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.answering.pieces import Piece
from rag.answering.stretches import Stretch
from rag.text.figures import UNSAID, measured
from rag.text.indicators import agree, english_nouns, indicators_in
from rag.text.synonyms import canonical
from rag.text.words import fold
from rag.types import Figure

_ENOUGH = 0.6
"""The share of a claim's words that the quote has to hold where it has the figure."""
_HEAD_NOUN = re.compile(r"的(?P<head>[^，。；的]+)[，。；]?$")
_TOWN_AND_COUNTRY = ("城镇", "农村", "城镇居民", "农村居民", "居民", "常住", "城镇常住居民", "农村常住居民")


def same_row(claim: Piece, piece: Piece, stretch: Stretch) -> bool:
    """Whether the words around a claim's figure are those around the quote's; both are of one language."""
    said = [
        word for word in claim.subject if word not in stretch.context_words and not _is_place(word, claim)
    ]
    if not said:
        return True
    own = _words_of(piece)
    row = own | piece.clause | piece.leading | stretch.context_words
    text = canonical(f"{piece.chained} {stretch.near}")
    held = [word for word in said if word in row or _stands_in(word, text)]
    if len(held) < _ENOUGH * len(said):
        return False
    body = canonical(piece.chained)
    here = [word for word in said if word in own or word in piece.clause or _stands_in(word, body)]
    if own and not here:
        return False
    return not _of_another_row(claim, said, own, body, piece, stretch)


def same_indicator(claim: Piece, piece: Piece, stretch: Stretch) -> bool:
    """Whether the indicators that claim and quote name, in whatever language, can be one thing."""
    said = named_indicators(claim.chained)
    written = named_indicators(piece.chained)
    if not said:
        return True
    if written:
        return agree(said, written)
    if any(
        agree(said, named_indicators(one.chained))
        for one in stretch.pieces
        if one.figures and _names_one(one)
    ):
        return False
    return bool(said & named_indicators(stretch.near))


def same_things(claim: Piece, claimed: Figure, piece: Piece, stretch: Stretch) -> bool:
    """Whether an English claim about Chinese text names something that the quote does, where the table knows it.

    What a bare number counts has to stand beside the figure; of others it may stand before it.
    """
    named = english_nouns(claim.chained)
    counts = measured(claimed)[0] in UNSAID
    where = fold(f"{piece.chained} {' '.join(piece.clause)}") if counts and piece.subject else stretch.near
    return not named or any(form in where for forms in named for form in forms)


def _names_one(piece: Piece) -> bool:
    return bool(named_indicators(piece.chained))


def named_indicators(text: str) -> frozenset[str]:
    """The indicators that a text names, by their first forms."""
    return frozenset(meaning for named in indicators_in(text) for meaning in named.meanings)


def _of_another_row(
    claim: Piece, said: list[str], own: frozenset[str], body: str, piece: Piece, stretch: Stretch
) -> bool:
    missing = [word for word in said if word not in own and not _stands_in(word, body)]
    if not missing:
        return False
    if _compares(claim):
        return bool(_prefix(said, piece)) and _any_in(missing, [stretch.near])
    later = [
        canonical(_before_head(one.text)) for one in stretch.pieces if one.start > piece.start and one.figures
    ]
    if _prefix(said, piece):
        return _any_in(missing, [stretch.near, *later])
    earlier = [canonical(one.chained) for one in stretch.pieces if one.start < piece.start]
    return _any_in(missing, later) and not _any_in(
        missing, [*earlier, stretch.near.replace(stretch.folded, "")]
    )


def _compares(claim: Piece) -> bool:
    """Whether a claim has several figures of one unit, and so the words of several rows."""
    units = [one.figure.unit for one in claim.figures]
    return len(set(units)) < len(units)


def _prefix(said: list[str], piece: Piece) -> list[str]:
    """The piece's own words in front of the first that the claim has too."""
    found = []
    spoken = "".join(said)
    for word in piece.subject:
        if word in said:
            break
        if word not in spoken:
            found.append(word)
    return found


def _before_head(text: str) -> str:
    """The text without the noun at its end that what stands before it may describe as well: "…的项目"."""
    return _HEAD_NOUN.sub("", text)


def _words_of(piece: Piece) -> frozenset[str]:
    return frozenset((*piece.subject, *(_TOWN_AND_COUNTRY if "城乡" in piece.chained else ())))


def _any_in(wanted: Iterable[str], texts: Iterable[str]) -> bool:
    joined = "\n".join(texts)
    return any(word in joined for word in wanted)


def _stands_in(word: str, text: str) -> bool:
    return not word.isascii() and word in text


def _is_place(word: str, piece: Piece) -> bool:
    return any(word.startswith(name) or name.startswith(word) for name in piece.places) and len(word) > 1

"""Whether a figure is said of what a quote says it of: 42% may stand in the sentence, for another row.

The words before and after the figure in its piece are held against the piece of the quote that has the figure.
A word of the claim that the quote says of another figure, in the place where this one has a word of its own,
marks another row: 第一产业 for 第二产业, 绿氨 for 绿甲醇.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.answering.pieces import Piece, subject_words
from rag.answering.stretches import Stretch
from rag.text.figures import UNSAID, measured, same_figure
from rag.text.indicators import agree, english_nouns, indicators_in
from rag.text.patterns import regex
from rag.text.synonyms import canonical, zh_forms
from rag.text.words import fold
from rag.types import Figure

_ENOUGH = 0.6
"""The share of a claim's words that the quote has to hold where it has the figure."""
_JOINED = regex(r"[、和与及而]$")
_LISTS = regex(r"[、和与及]")
_HEAD_NOUN = regex(r"的(?P<head>[^，。；的]+)[，。；]?$")
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
    held = [word for word in said if word in row or stands_in(word, text)]
    if len(held) < _ENOUGH * len(said):
        return False
    body = canonical(piece.chained)
    here = [word for word in said if word in own or word in piece.clause or stands_in(word, body)]
    if own and not here:
        return False
    if of_a_neighbour(claim, piece, stretch):
        return False
    if _is_told_elsewhere(said, own, piece, stretch) or is_of_another_kind(
        claim, said, body, canonical(stretch.text)
    ):
        return False
    return not _of_another_row(claim, said, own, body, piece, stretch)


def _is_told_elsewhere(said: list[str], own: frozenset[str], piece: Piece, stretch: Stretch) -> bool:
    """Whether the quote says just what the claim says of another figure like this one, and more of this one."""
    wanted = frozenset(said)
    if _bare(own, stretch) == wanted:
        return False
    return any(
        _bare(_words_of(other), stretch) == wanted
        and other.years == piece.years
        and any(
            one.figure.unit == here.figure.unit and not same_figure(one.figure, here.figure)
            for one in other.figures
            for here in piece.figures
        )
        for other in stretch.pieces
        if other is not piece
    )


def is_of_another_kind(claim: Piece, said: Iterable[str], body: str, quoted: str) -> bool:
    """Whether a noun has a word before it that is not `quoted`, where the quote has another: 新建项目 for 续建项目."""
    if _compares(claim):
        return False
    text = canonical(claim.text).replace("了", "")
    for kind in said:
        if stands_in(kind, quoted) or stands_in(kind, body):
            continue
        for noun in said:
            if f"{kind}{noun}" in text and re.search(rf"[㐀-鿿]{{2}}(?<![的个]){noun}", body):
                return True
    return False


def _bare(words: frozenset[str], stretch: Stretch) -> frozenset[str]:
    return words - stretch.context_words


def of_a_neighbour(claim: Piece, piece: Piece, stretch: Stretch) -> bool:
    """Whether a claim has words that the quote has of the thing listed beside this one.

    Of "A投资2亿元的B项目、C投资1亿元的D项目均已开工", B is not C's; what stands before the first figure or behind the last
    may be said of all. A claim that lists several things itself is about all of them.
    """
    if _compares(claim) or _LISTS.search(claim.text):
        return False
    said = set(claim.subject)
    own = _words_of(piece)
    return any(
        word in said and word not in own and word not in stretch.context_words
        for other in _listed_beside(piece, stretch)
        for word in subject_words(other)
    )


def _listed_beside(piece: Piece, stretch: Stretch) -> Iterator[str]:
    """The texts of the pieces of a list that are theirs alone: not the first's head, nor the last's tail."""
    run: list[Piece] = []
    for one in stretch.pieces:
        run = [*run, one] if run and _JOINED.search(run[-1].text) else [one]
        if _JOINED.search(one.text) or piece not in run:
            continue
        for at, other in enumerate(run):
            if other is piece or not other.figures:
                continue
            first, last = other.figures[0].figure, other.figures[-1].figure
            yield other.text[last.end if at == 0 else 0 : first.start if at == len(run) - 1 else None]


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
    around = named_indicators(stretch.near)
    return bool(around) and agree(said, around)


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
    missing = [word for word in said if word not in own and not stands_in(word, body)]
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


def stands_in(word: str, text: str) -> bool:
    """Whether a text has a Chinese word, in any form of its concept."""
    return not word.isascii() and any(form in text for form in (word, *zh_forms().get(word, ())))


def _is_place(word: str, piece: Piece) -> bool:
    return any(word.startswith(name) or name.startswith(word) for name in piece.places) and len(word) > 1

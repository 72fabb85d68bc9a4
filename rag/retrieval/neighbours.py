"""What stands before a hit whose own text is cut off from its subject: "其中，…", "同比增长…", "二是…"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.original import AlignedText
from rag.seams import Store
from rag.text.patterns import regex
from rag.types import Hit, Passage

_LEANS = regex(
    r"\s*(?:[（(]?其中|其(?![他它实余次])|该|此(?!前|后)|这|上述|前者|后者|它|他|她|两者|二者|同比|环比|比上年|较上年|比去年|较去年|"
    r"增长|下降|增速|增幅|分别|占|达|并|同时|也|还|另外|此外|以上|则|而|但|"
    r"(?:It|Its|They|Their|These|Those|This|That|He|She|His|Her|Of (?:which|these|them|this)|Among (?:them|these)|"
    r"The (?:former|latter|same)|Both|Meanwhile|Also|In addition|Year[- ]on[- ]year|Up|Down)\b|[a-z])"
)
"""How a sentence begins that takes its subject from the one before it."""
_LATER_ITEM = regex(
    r"\s*(?:[二三四五六七八九十]+是|第[二三四五六七八九十]+[，,、]|其[次二三四]|再次|最后|[（(](?:[二三四五六七八九十]+|[2-9])[)）]|[②-⑩]|"
    r"[2-9][.、．)）](?!\d)|(?:Second|Third|Fourth|Finally)(?:ly)?\b)"
)
_FIRST_ITEM = regex(r"\s*(?:一是|第一[，,、]|首先|其一|[（(][一1][)）]|①|1[.、．)）](?!\d)|First(?:ly)?\b)")
_ENDS = regex(r"[。！？!?…：:；;][”’」』）)\"']*\s*$|\.[\"')]*\s*$")
_SENTENCES, _CHARACTERS = 2, 160
"""How much a lead-in holds at most; of a longer sentence its last clauses are taken."""
_BACK = 3
"""How many passages back the words are looked for that open a list."""


def lead_ins(store: Store, hits: Sequence[Hit]) -> dict[int, AlignedText]:
    """Hit id → the sentences before it that name what it speaks of; no entry for a hit that says so itself.

    Each is a slice of the document's own text, from the same section, so it can be cited exactly. One look-up
    for all hits: a document's passages are numbered in a row (`rag.store.identity`), and one that is not of
    the same document and next in order is passed over.
    """
    items = {hit.id for hit in hits if _LATER_ITEM.match(hit.passage.text)}
    wanted = {hit.id - back for hit in hits for back in range(1, 1 + (_BACK if hit.id in items else 1))}
    stored = {one.id: one.passage for one in store.passages(sorted(wanted))}
    found = {}
    for hit in hits:
        before = _preceding(hit, stored)
        if before and (lead := _lead_in(hit.passage, before)):
            found[hit.id] = lead
    return found


def _preceding(hit: Hit, stored: Mapping[int, Passage]) -> list[Passage]:
    """The passages right before a hit in its section, the nearest first."""
    found: list[Passage] = []
    for back in range(1, 1 + _BACK):
        passage = stored.get(hit.id - back)
        if passage is None or not _follows(hit.passage, passage, back):
            break
        found.append(passage)
    return found


def _follows(passage: Passage, before: Passage, back: int) -> bool:
    return (
        before.source == passage.source
        and before.ordinal == passage.ordinal - back
        and before.headings == passage.headings
    )


def _lead_in(passage: Passage, before: Sequence[Passage]) -> AlignedText | None:
    if _LATER_ITEM.match(passage.text):
        return _opening_of_list(before)
    if _LEANS.match(passage.text) or not _ENDS.search(before[0].text):
        return _last_sentences(before[0])
    return None


def _opening_of_list(before: Sequence[Passage]) -> AlignedText | None:
    """The sentence before the list's first item, or what that item's own sentence says before it."""
    for number, passage in enumerate(before):
        for index in reversed(range(len(passage.sentences))):
            start, end = passage.sentences[index]
            if not _FIRST_ITEM.match(passage.text[start:end]):
                continue
            if index:
                return _shortened(passage, passage.sentences[index - 1])
            return _last_sentences(before[number + 1]) if number + 1 < len(before) else None
    return None


def _last_sentences(passage: Passage) -> AlignedText | None:
    """The last sentences of a passage, as many as a lead-in may hold."""
    if not passage.sentences:
        return None
    end = passage.sentences[-1][1]
    start = passage.sentences[-1][0]
    for first, _ in reversed(passage.sentences[-_SENTENCES:-1]):
        if end - first <= _CHARACTERS:
            start = first
    return _shortened(passage, (start, end))


def _shortened(passage: Passage, span: tuple[int, int]) -> AlignedText:
    """The stretch, from the first clause on with which it is short enough."""
    start, end = span
    if end - start > _CHARACTERS:
        cut = re.compile(r"[，,；;]\s*").search(passage.text, end - _CHARACTERS, end)
        start = cut.end() if cut else end - _CHARACTERS
    return passage.body.slice(start, end)

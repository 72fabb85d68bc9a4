"""What was said before in a conversation is left out where more is asked for ("还有呢？")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.draft import Draft
from rag.answering.evidence import Evidence
from rag.text.words import fold

_MARKS = str.maketrans("", "", "。，；、：,.;:!?！？")


def beyond(earlier: Sequence[str], evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The evidence without the sentences that earlier answers give."""
    said = _plain("\n".join(earlier))
    return tuple(one for one in evidence if not _is_in(one.text, said))


def unsaid(earlier: Sequence[str], draft: Draft) -> Draft:
    """The draft without the statements that earlier answers make."""
    said = _plain("\n".join(earlier))
    return replace(draft, statements=tuple(one for one in draft.statements if not _is_in(one.text, said)))


def _is_in(text: str, said: str) -> bool:
    return bool(said) and _plain(text) in said


def _plain(text: str) -> str:
    return "".join(fold(text).translate(_MARKS).split())

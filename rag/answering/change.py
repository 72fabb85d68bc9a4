"""Evidence of a change: what something was before, or how it went, is told by a rise or fall from one figure to another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.evidence import Evidence
from rag.answering.fit import fitting_figures
from rag.text.patterns import regex
from rag.types import Query

_CHANGE_ASKED = regex(
    r"之前|以前|原来|原先|起初|最初|变化|从多少|由多少|\bbefore\b|\binitially\b|\bfrom what\b|\bchange[ds]?\b",
    re.IGNORECASE,
)
_FROM_TO = regex(
    r"(?:从|由)[^，。；]{1,20}?(?:至|到|为)[^，。；]{1,12}|\bfrom\s[^,.;]{1,40}?\sto\s", re.IGNORECASE
)
_NEARLY = 0.15
"""So much less of the question, as a share of it, a sentence may hold that tells both ends."""


def change_first(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence, a sentence that tells both ends of a change first where one is asked for.

    Only one that holds nearly as much of the question as the best does.
    """
    found = list(evidence)
    if query.kind not in ("figure", "fact", "why") or not found or not _CHANGE_ASKED.search(query.text):
        return found
    least = found[0].features.own - _NEARLY
    for one in found:
        if one.features.own >= least and _tells_change(query, one.text):
            return [one, *(other for other in found if other is not one)]
    return found


def _tells_change(query: Query, text: str) -> bool:
    told = _FROM_TO.search(text)
    return told is not None and len(fitting_figures(query, told[0])) > 1

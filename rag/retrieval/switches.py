"""Which parts of retrieval are at work, so that `python -m eval.ablation` can tell what each is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Switches:
    """Parts that can be left out; in use all are on. What a stage is worth is `Fusion`'s to say.

    `typos`: wrong characters of a Chinese question are put right. `synonyms`: the table's, and those that the documents
    define. `dictionary`: words and names are looked for in the documents' language. `parts`: what asks several
    things at once is searched for apart. `distinct`: near-duplicates collapse to the first.
    """

    typos: bool = True
    synonyms: bool = True
    dictionary: bool = True
    parts: bool = True
    distinct: bool = True


ALL_ON = Switches()

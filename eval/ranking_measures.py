"""Measures of rankings: the field's own, worked out by `ir_measures`, and those of evidence.

`ir_measures` (MacAvaney, Macdonald & Ounis, ECIR 2022) hands recall and nDCG to trec_eval's own code, so
that the numbers are those that others publish. It is imported here alone, and when it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from eval.judge import Ranking
from eval.measures import (
    EVIDENCE_MEASURES,
    RANK_CUTOFF,
    RECALL_CUTOFFS,
    RETRIEVAL_MEASURES,
    SOURCE_MEASURES,
    Share,
)
from rag.errors import SettingsError

if TYPE_CHECKING:
    from ir_measures import Measure

_DEEPEST = max(*RECALL_CUTOFFS, RANK_CUTOFF)


def retrieval_shares(rankings: Sequence[Ranking]) -> dict[str, list[Share | None]]:
    """For every measure of `RETRIEVAL_MEASURES` its value on each ranking, in their order.

    - `recall@k`: the share of the question's sources among the first k distinct sources.
    - `MRR@10`: 1 / rank of the first right source, 0 beyond the tenth (Voorhees, TREC-8 QA track, 1999).
    - `nDCG@10`: gain, which is the source's grade, discounted by log2(rank + 1), over that of the best order
      (Järvelin & Kekäläinen, ACM TOIS 20(4), 2002).
    - `evidence@k`: 1 if every evidence string is overlapped by one of the first k hits; `evidence_any@5`:
      if at least one is.

    `None` where the question has no sources, or no evidence. Raises `SettingsError` when `ir_measures` is
    not installed.
    """
    shares: dict[str, list[Share | None]] = {name: [None] * len(rankings) for name in RETRIEVAL_MEASURES}
    for place, name, value in _source_values(rankings):
        shares[name][place] = Share(value)
    for name, measure in EVIDENCE_MEASURES.items():
        shares[name] = [measure(ranking) for ranking in rankings]
    return shares


def _source_values(rankings: Sequence[Ranking]) -> list[tuple[int, str, float]]:
    """(place of the ranking, measure, value), for the rankings that have sources."""
    judged = {str(place): ranking for place, ranking in enumerate(rankings) if ranking.sources}
    if not judged:
        return []
    names = _library_measures()
    qrels = {place: _grades(ranking) for place, ranking in judged.items()}
    run = {place: _scores(ranking) for place, ranking in judged.items()}
    import ir_measures

    values = ir_measures.iter_calc(list(names), qrels, run)
    return [(int(metric.query_id), names[metric.measure], float(metric.value)) for metric in values]


def _library_measures() -> Mapping[Measure, str]:
    try:
        from ir_measures import RR, R, nDCG
    except ImportError as error:
        raise SettingsError(
            "评测的度量要用 ir_measures，它没有安装。请运行 pip install ir_measures。",
            "The measures need ir_measures, which is not installed. Run pip install ir_measures.",
        ) from error
    measures = [*(R @ k for k in RECALL_CUTOFFS), RR @ RANK_CUTOFF, nDCG @ RANK_CUTOFF]
    return dict(zip(measures, SOURCE_MEASURES, strict=True))


def _grades(ranking: Ranking) -> dict[str, int]:
    grades = ranking.grades or (1,) * len(ranking.sources)
    return {f"source {number}": grade for number, grade in enumerate(grades)}


def _scores(ranking: Ranking) -> dict[str, float]:
    """A run in which every source stands at its rank, with others between them."""
    scores = {
        f"source {number}": float(-rank) for number, rank in enumerate(ranking.sources) if rank is not None
    }
    taken = set(ranking.sources)
    others = {f"other {rank}": float(-rank) for rank in range(1, _DEEPEST + 1) if rank not in taken}
    return {**scores, **others}

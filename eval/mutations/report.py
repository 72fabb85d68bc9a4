"""What a run of the mutation benchmark found, as JSON: shares by kind with intervals, and each failure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial

from eval.bootstrap import estimate, percentile
from eval.measures import LATENCY_PERCENTILES, Share
from eval.mutations.benchmark import KINDS, Outcome
from rag.types import Json

CAUGHT, FALSE_ALARMS = "caught", "false_alarms"
GROUPS: dict[str, frozenset[str]] = {
    "figures": frozenset(
        (
            "digit",
            "unit",
            "percent",
            "county",
            "county_figure",
            "year",
            "year_figure",
            "row",
            "respectively",
            "date",
        )
    ),
    "direction, negation, entity": frozenset(("direction", "negation", "entity")),
    "plan, result": frozenset(("plan",)),
}
"""Kinds of wrong claims that are told together."""
_ALL_RIGHT = "rewritings"
_ASKED = "in the question's words"
"""Right claims that rest on the question as well: further from the text than any rewriting of it."""
_GIVEN = frozenset(("sentence", "clause"))
"""Forms in the document's own words: those of a row together stand for an answer."""


def mutations_json(outcomes: Sequence[Outcome], seed: int, answers_ms: Sequence[float] = ()) -> Json:
    """The run as JSON: `overall`, `by_kind`, `by_lang` and `by_form` of shares, `ms`, and a row a failure.

    A share has "measure", either "caught" (of wrong claims) or "false_alarms" (of right ones), "value", "low",
    "high" (95 % bootstrap over gold rows), "n" gold rows and "claims". `ms` has percentiles in milliseconds: of
    a claim grounded and verified, of an answer (a row's claims in the document's words stand for a model's), and
    of `answers_ms`, what making extractive answers out of their drafts took, verification included.
    """
    wrong = [one for one in outcomes if one.mutant.wrong]
    right = [one for one in outcomes if not one.mutant.wrong]
    return {
        "seed": seed,
        "claims": len(outcomes),
        "overall": {
            **{
                name: _share([one for one in wrong if one.mutant.kind in kinds], wrong=True)
                for name, kinds in GROUPS.items()
            },
            _ALL_RIGHT: _share([one for one in right if one.mutant.claim.form != "asked"]),
            _ASKED: _share([one for one in right if one.mutant.claim.form == "asked"], wrong=False),
        },
        "by_kind": {**_grouped(wrong, _kind), **_grouped(right, _kind)},
        "by_lang": {**_grouped(wrong, _language), **_grouped(right, _language)},
        "by_form": {**_grouped(wrong, _form), **_grouped(right, _form)},
        "ms": {
            "claim": _times([one.checked.ms for one in outcomes]),
            "answer": _times(_answer_times(right)),
            "extractive answer": _times(answers_ms),
        },
        "failures": [_row(one) for one in outcomes if not one.right],
    }


def _grouped(outcomes: Iterable[Outcome], name: Callable[[Outcome], str]) -> Json:
    groups: dict[str, list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault(name(one), []).append(one)
    ranks = {kind: rank for rank, kind in enumerate(KINDS)}
    ordered = sorted(groups.items(), key=lambda group: ranks.get(group[0], len(ranks)))
    return {group: _share(found) for group, found in ordered}


def _share(outcomes: Sequence[Outcome], *, wrong: bool | None = None) -> Json:
    """The share caught or falsely alarmed; claims of one gold row are drawn together, as they are alike."""
    counted: dict[str, list[bool]] = {}
    for one in outcomes:
        counted.setdefault(one.mutant.claim.question.id, []).append(not one.checked.supported)
    shares = [Share(sum(refused), len(refused)) for refused in counted.values()]
    if wrong is None:
        wrong = bool(outcomes) and outcomes[0].mutant.wrong
    return {
        "measure": CAUGHT if wrong else FALSE_ALARMS,
        **asdict(estimate(shares)),
        "claims": len(outcomes),
    }


def _times(milliseconds: Sequence[float]) -> Json:
    shares = [Share(ms) for ms in milliseconds]
    return {f"p{q}": asdict(estimate(shares, partial(percentile, q=q))) for q in LATENCY_PERCENTILES}


def _answer_times(outcomes: Iterable[Outcome]) -> list[float]:
    totals: dict[str, float] = {}
    for one in outcomes:
        claim = one.mutant.claim
        if one.mutant.kind == "verbatim" and claim.form in _GIVEN:
            totals[claim.question.id] = totals.get(claim.question.id, 0.0) + one.checked.ms
    return list(totals.values())


def _kind(one: Outcome) -> str:
    return one.mutant.kind


def _language(one: Outcome) -> str:
    return f"{one.mutant.claim.language}, {'wrong' if one.mutant.wrong else 'right'}"


def _form(one: Outcome) -> str:
    return f"{one.mutant.claim.form}, {'wrong' if one.mutant.wrong else 'right'}"


def _row(one: Outcome) -> Json:
    mutant = one.mutant
    return {
        "id": mutant.claim.question.id,
        "kind": mutant.kind,
        "wrong": mutant.wrong,
        "form": mutant.claim.form,
        "claim": mutant.change.text,
        "was": mutant.change.was,
        "became": mutant.change.became,
        "source": mutant.claim.passage.source,
        "sentence": mutant.claim.sentence.text,
        "cited": [hit.passage.text for hit in mutant.cited],
        "supported_by": list(one.checked.quotes),
        "ms": round(one.checked.ms, 1),
    }

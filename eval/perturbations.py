"""`python -m eval.perturbations`: what mistyped questions cost retrieval, rule by rule.

Each answerable question is searched as it is and by every rule of `eval.variants` that applies; both are measured
on the same questions, and the loss is the difference.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rich import box
from rich.console import Console
from rich.table import Table

from eval.bootstrap import ratio
from eval.gold import SPLITS, GoldQuestion, load_gold
from eval.judge import Ranking, judge_ranking
from eval.measures import Share, evidence, recall, reciprocal_rank
from eval.options import count
from eval.report_files import unwritable
from eval.targets import OriginalTexts, hit_span
from eval.variants import RULES, variant_of
from rag.command import run_command
from rag.settings import load_settings
from rag.types import Hit, Turn

if TYPE_CHECKING:
    from rag.assistant import Assistant

HITS = 10
_MEASURES = {
    "recall@1": partial(recall, cutoff=1),
    "recall@5": partial(recall, cutoff=5),
    "MRR@10": partial(reciprocal_rank, cutoff=10),
    "evidence@1": partial(evidence, cutoff=1),
    "evidence@5": partial(evidence, cutoff=5),
}
_DEFAULT_GOLD = Path(__file__).resolve().parent / "gold" / "seeds.jsonl"
_DONE = 0


class Searcher(Protocol):
    """What is asked of the system under test; `rag.assistant.Assistant` is one."""

    def search(self, question: str, *, history: Sequence[Turn] = (), k: int = HITS) -> Sequence[Hit]:
        """Rank passages for a question, best first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question by one rule, and where the right things stood before and after."""

    rule: str
    id: str
    written: str
    before: Ranking
    after: Ranking


@dataclass(frozen=True, slots=True)
class Loss:
    """A measure over the `n` questions a rule applies to: as they were asked, and by the rule."""

    rule: str
    measure: str
    n: int
    before: float
    after: float

    @property
    def lost(self) -> float:
        """What the rule costs; below 0 where it helped."""
        return self.before - self.after


def outcomes(
    searcher: Searcher,
    questions: Iterable[GoldQuestion],
    texts: OriginalTexts,
    *,
    draws: int = 1,
    rules: Sequence[str] = RULES,
) -> Iterator[Outcome]:
    """Every answerable question by every rule that applies, `draws` times with different seeds."""
    for question in questions:
        before: Ranking | None = None
        once = dict.fromkeys((rule, variant_of(question, rule, s)) for rule in rules for s in range(draws))
        for rule, variant in once:
            if variant is None:
                continue
            before = before or _ranking(searcher, question, texts)
            yield Outcome(rule, question.id, variant.question, before, _ranking(searcher, variant, texts))


def losses(found: Sequence[Outcome]) -> list[Loss]:
    """Before and after by rule and measure, in the order of the rules; only where something was counted."""
    table = []
    for rule in dict.fromkeys(outcome.rule for outcome in found):
        mine = [outcome for outcome in found if outcome.rule == rule]
        for name, measure in _MEASURES.items():
            pairs = [(measure(one.before), measure(one.after)) for one in mine]
            before, after = (_mean([pair[side] for pair in pairs]) for side in (0, 1))
            if before is not None and after is not None:
                table.append(Loss(rule, name, sum(pair[0] is not None for pair in pairs), before, after))
    return sorted(table, key=lambda loss: RULES.index(loss.rule))


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0 measured, 2 usage or input error, 130 interrupted."""
    options = _parser().parse_args(argv)
    return run_command(_measure, options, "已中断。\nInterrupted.")


def _measure(options: argparse.Namespace) -> int:
    questions = load_gold(options.gold, options.split)
    assistant = _open(options)
    same = {one.source: one.same_as for one in assistant.store.sources() if one.same_as}
    texts = OriginalTexts(assistant.store, same)
    found = list(outcomes(assistant, questions, texts, draws=options.draws, rules=options.rule or RULES))
    if options.json:
        lost = [{**asdict(loss), "lost": loss.lost} for loss in losses(found)]
        rows = {"losses": lost, "rows": [asdict(outcome) for outcome in found]}
        try:
            options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise unwritable(options.json, error) from error
    _show(losses(found))
    return _DONE


def _open(options: argparse.Namespace) -> Assistant:
    from rag.assistant import open_assistant

    docs = [options.corpus] if options.corpus else []
    return open_assistant(docs, options.store, embedding_model=load_settings().embedding_model)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval.perturbations",
        description="Search gold questions as they are and mistyped, and say what that costs.",
    )
    parser.add_argument("--gold", type=Path, default=_DEFAULT_GOLD, help="gold questions, .jsonl")
    parser.add_argument("--corpus", type=Path, help="a folder of files, or a .jsonl of id, title, text")
    parser.add_argument("--store", type=Path, help="where the index is kept")
    parser.add_argument("--split", choices=SPLITS, default="dev", help="only the questions of this split")
    parser.add_argument(
        "--draws", type=count, default=1, metavar="N", help="variants of a question by each rule"
    )
    parser.add_argument("--rule", action="append", choices=RULES, help="only this rule; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every variant and its ranks")
    return parser


def _ranking(searcher: Searcher, question: GoldQuestion, texts: OriginalTexts) -> Ranking:
    hits = searcher.search(question.question, history=question.history, k=HITS)
    return judge_ranking([hit_span(hit) for hit in hits], question, texts.target(question))


def _mean(shares: Sequence[Share | None]) -> float | None:
    import numpy as np

    counted = [(share.part, share.whole) for share in shares if share is not None]
    return float(ratio(np.array(counted, dtype=np.float64))) if counted else None


def _show(table: Sequence[Loss]) -> None:
    grid = Table(box=box.SIMPLE_HEAD)
    for column in ("rule", "measure", "n", "as asked", "mistyped", "lost"):
        grid.add_column(column, justify="left" if column in ("rule", "measure") else "right", no_wrap=True)
    for loss in table:
        figures = (f"{loss.before:.3f}", f"{loss.after:.3f}", f"{loss.lost:+.3f}")
        grid.add_row(loss.rule, loss.measure, str(loss.n), *figures)
    Console().print(grid)


if __name__ == "__main__":
    sys.exit(main())

"""The benchmark: claims from gold rows, every rule once a row and form, each put to verification."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from eval.gold import GoldQuestion
from eval.mutations.changes import Change, Rule, Rules
from eval.mutations.checking import Checked, check
from eval.mutations.claims import TrueClaim, chinese_claims
from eval.mutations.corpus import Corpus
from eval.mutations.english import ENGLISH_WRONG, english_answers, english_claims
from eval.mutations.rewritings import RIGHT, verbatim
from eval.mutations.wrong_figures import WRONG_FIGURES
from eval.mutations.wrong_words import WRONG_WORDS
from eval.targets import OriginalTexts
from rag.types import Hit, Passage, Turn

HITS = 10
"""How many passages the retriever gives as evidence."""
_CHINESE_WRONG = {**WRONG_FIGURES, **WRONG_WORDS}
_DONOR_CITED = 0.5
"""The share of claims with another's figure that cite where it comes from, instead of where it should."""
_ENGLISH_RIGHT: Rules = {"english": verbatim}
_ASKED_RIGHT: Rules = {"asked": verbatim}
_RULES: dict[str, tuple[Rules, Rules]] = {
    "english": (ENGLISH_WRONG, _ENGLISH_RIGHT),
    "asked": (_CHINESE_WRONG, _ASKED_RIGHT),
}
"""Rules of wrong and of right claims, for the forms that have their own."""
_SHORT = frozenset(("clause", "placed"))
"""The forms that are said in English too."""
KINDS = (*_CHINESE_WRONG, *RIGHT, *_ENGLISH_RIGHT, *_ASKED_RIGHT)
"""Every kind of claim, in the order of the report."""
_UNCITED = 0.2
"""The share of claims that cite nothing, as models do."""


class Searcher(Protocol):
    """What is asked of the system under test; `rag.assistant.Assistant` is one."""

    def passages(self) -> Sequence[Passage]:
        """Every passage of the index."""

    def search(self, question: str, *, history: Sequence[Turn] = (), k: int = HITS) -> Sequence[Hit]:
        """Rank passages for a question, best first."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A claim by one rule. `wrong` says that it must not be supported."""

    claim: TrueClaim
    kind: str
    wrong: bool
    change: Change
    cited: tuple[Hit, ...]
    evidence: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A mutant and what verification said of it."""

    mutant: Mutant
    checked: Checked

    @property
    def right(self) -> bool:
        """Whether verification was: a wrong claim caught, a right one let through."""
        return self.checked.supported != self.mutant.wrong


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Draws mutants of gold rows, the same for one seed and one corpus, and has them verified."""

    searcher: Searcher
    texts: OriginalTexts
    seed: int = 0

    def outcomes(self, questions: Sequence[GoldQuestion]) -> Iterator[Outcome]:
        """Every mutant of the answerable questions, verified; a claim that was made before is left out."""
        for mutant in self.mutants(questions):
            yield Outcome(mutant, check(mutant.change.text, mutant.cited, mutant.evidence))

    def mutants(self, questions: Sequence[GoldQuestion]) -> Iterator[Mutant]:
        """Every mutant of the answerable questions, in their order."""
        corpus = Corpus.of(self.searcher.passages(), questions)
        made: set[tuple[str, str]] = set()
        for claim in self._claims(questions, corpus):
            for mutant in self._of(claim, corpus):
                if (mutant.kind, mutant.change.text) not in made:
                    made.add((mutant.kind, mutant.change.text))
                    yield mutant

    def _claims(self, questions: Sequence[GoldQuestion], corpus: Corpus) -> Iterator[TrueClaim]:
        for question in questions:
            target = self.texts.target(question)
            if not question.answerable or not target.evidence:
                continue
            hits = tuple(self.searcher.search(question.question, history=question.history, k=HITS))
            chinese = list(chinese_claims(question, target, corpus, hits))
            yield from chinese
            for claim in chinese:
                if claim.form in _SHORT:
                    yield from english_claims(claim)
                    yield from english_answers(claim)

    def _of(self, claim: TrueClaim, corpus: Corpus) -> Iterator[Mutant]:
        wrong, right = _RULES.get(claim.form, (_CHINESE_WRONG, RIGHT))
        for kind, rule in right.items():
            yield from self._mutant(claim, corpus, kind, rule, wrong=False)
        for kind, rule in wrong.items():
            yield from self._mutant(claim, corpus, kind, rule, wrong=True)

    def _mutant(
        self, claim: TrueClaim, corpus: Corpus, kind: str, rule: Rule, *, wrong: bool
    ) -> Iterator[Mutant]:
        """The claim by a rule: the first change that changes anything, if there is one."""
        rng = random.Random(f"{self.seed}:{kind}:{claim.question.id}:{claim.form}")  # noqa: S311  no secret
        changes = (c for c in rule(claim, corpus, rng) if c.text != claim.text or not c.was)
        change = next(iter(changes), None)
        if change is None:
            return
        evidence = _with(claim.passage, claim.hits)
        cited = [hit for hit in evidence if hit.passage is claim.passage or _same(hit.passage, claim.passage)]
        if change.donor is not None:
            evidence = _with(change.donor, evidence)
            cited += (
                [hit for hit in evidence if _same(hit.passage, change.donor)]
                if rng.random() < _DONOR_CITED
                else []
            )
        uncited = rng.random() < _UNCITED
        yield Mutant(claim, kind, wrong, change, () if uncited else tuple(cited[-1:]), evidence)


def _with(passage: Passage, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The hits with this passage among them."""
    if any(_same(hit.passage, passage) for hit in hits):
        return hits
    lowest = min((hit.score for hit in hits), default=0.0)
    return (
        (*hits, replace(hits[-1], id=-1 - len(hits), passage=passage, score=lowest))
        if hits
        else (Hit(-1, passage, 0.0, 0.0, 0.0, 0.0),)
    )


def _same(one: Passage, other: Passage) -> bool:
    return (one.source, one.ordinal) == (other.source, other.ordinal)

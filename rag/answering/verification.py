"""Every statement held against what it cites, every figure against the words it is said to come from.

The same check for every backend, without a model. A statement is cut into pieces that each say one thing; each
figure must stand in a cited stretch, whatever magnitude, unit or script it is written in, and be said there of
the same thing, place and time, in the same direction. A statement
that nothing supports keeps no citation, and says why.
"""

from __future__ import annotations

from rag.answering.arithmetic import comes_out, says_computed
from rag.answering.claim_names import strange_names, strange_ordinals
from rag.answering.draft import Statement
from rag.answering.piece_support import (
    circumstance_problem,
    figure_problem,
    other_scope,
    other_stance,
    other_state,
    statement_problem,
    trend_opposed,
)
from rag.answering.pieces import (
    Piece,
    apart,
    is_calendar,
    is_quoted,
    meant_words,
    pieces_of,
    subject_words,
    tidy,
    with_one_year,
)
from rag.answering.rows import is_of_another_kind, named_indicators, of_a_neighbour, stands_in
from rag.answering.stretches import Stretch, stretch_of
from rag.answering.verdict import Unsupported, Verdict
from rag.text.coverage import searchable
from rag.text.directions import without_answer
from rag.text.figures import find_figures
from rag.text.language import detect_language
from rag.text.latin_names import latin_names, spelt_in
from rag.text.quantities import Fit, Quantity, fit
from rag.text.synonyms import canonical
from rag.types import CheckedFigure, Figure, Language

_ENOUGH_WORDS = 0.5
"""A stretch supports a statement if it holds this share of the statement's words."""
_ENOUGH_WORDS_WITH_FIGURES = 0.34
_LEAST_IN_QUOTE = 0.4
"""The share of a piece's words that the quote has to have itself, without what stands before it."""
_MOST_INPUTS = 4
"""With more cited figures than these, some would come out by chance."""
_ATTRIBUTES = frozenset(
    "投资 总投资 资金 产量 产值 年产值 产能 面积 占地 占地面积 建筑面积 销售额 年销售额 税收 利税 利润 营收 营业收入 就业 工期 "
    "带动 惠及 覆盖".split()
)
"""What a clause tells of the thing that the clause before it names."""
_ORDER = tuple(Unsupported)


def verify(statement: Statement) -> Verdict:
    """Check a statement against the quotes it has."""
    text = tidy(without_answer(statement.text))
    figures = find_figures(tidy(statement.text))
    if not statement.quotes:
        checked = tuple(CheckedFigure(figure, False) for figure in figures)
        return Verdict(statement.told, (), False, checked, Unsupported.NO_EVIDENCE)
    stretches = tuple(stretch_of(quote) for quote in statement.quotes)
    if any(is_quoted(text, stretch.text) for stretch in stretches):
        checked = tuple(CheckedFigure(figure, True) for figure in figures)
        return Verdict(statement.told, statement.quotes, True, checked)
    checking = _Checking(text, stretches)
    reason = checking.problem()
    checked = tuple(CheckedFigure(figure, checking.holds(figure)) for figure in figures)
    if reason is None and not all(one.supported for one in checked):
        reason = Unsupported.FIGURE
    return Verdict(statement.told, () if reason else statement.quotes, reason is None, checked, reason)


class _Checking:
    """The check of one statement's text against its stretches."""

    def __init__(self, text: str, stretches: tuple[Stretch, ...]) -> None:
        self._text, self._stretches = text, stretches
        self._language: Language = detect_language(text)
        self._pieces = with_one_year(pieces_of(apart(text, stretches[0].place), stretches[0].written))
        self._failed: set[tuple[str, float]] = set()

    def problem(self) -> Unsupported | None:
        """The first reason for which the statement does not stand."""
        problems = [
            problem for piece in self._pieces if (problem := self._piece_problem(piece, self._stretches))
        ]
        if problems:
            return problems[0]
        if len(self._stretches) > 1 and (problem := self._problem_apart()):
            return problem
        if strange_ordinals(self._text, self._stretches):
            return Unsupported.ORDINAL
        if strange_names(self._text, self._stretches):
            return Unsupported.NAME
        return None if self._words_stand() else Unsupported.WORDING

    def holds(self, figure: Figure) -> bool:
        """Whether no figure of this text and value failed."""
        return (figure.text, figure.value) not in self._failed

    def _problem_apart(self) -> Unsupported | None:
        """Why a piece does not stand by one of several quotes alone: 80亿元 of one is not of what another tells of.

        What is computed may rest on all of them, and so may figures that a clause gives side by side.
        """
        before: set[int] = set()
        for piece in self._pieces:
            if says_computed(piece.text) or len(piece.figures) > 1:
                continue
            alone = {n: self._problem_by(piece, stretch) for n, stretch in enumerate(self._stretches)}
            held = {n for n, problem in alone.items() if problem is None}
            if before and piece.subject and _ATTRIBUTES.issuperset(piece.subject):
                held &= before
            if not held:
                return next((problem for problem in alone.values() if problem), Unsupported.SUBJECT)
            before = held
        return None

    def _problem_by(self, piece: Piece, stretch: Stretch) -> Unsupported | None:
        if problem := self._piece_problem(piece, (stretch,)):
            return problem
        return Unsupported.NAME if strange_names(piece.text, (stretch,)) else None

    def _piece_problem(self, piece: Piece, stretches: tuple[Stretch, ...]) -> Unsupported | None:
        problem = None
        for quantity in piece.quantities:
            found = (
                self._calendar_problem(quantity)
                if is_calendar(quantity.figure)
                else self._figure_problem(piece, quantity, stretches)
            )
            if found and stretches is self._stretches:
                self._failed.add((quantity.figure.text, quantity.figure.value))
            if found:
                problem = problem or found
        if problem or piece.figures:
            return problem
        return self._plain_problem(piece, stretches)

    def _figure_problem(
        self, piece: Piece, claimed: Quantity, stretches: tuple[Stretch, ...]
    ) -> Unsupported | None:
        """Why no figure of the stretches supports this one; the reason of the one that came nearest."""
        problems = []
        for stretch in stretches:
            for other in stretch.pieces:
                for written in other.figures:
                    if fit(claimed, written) is Fit.OTHER_FIGURE:
                        continue
                    problem = figure_problem(piece, claimed, other, written, stretch, self._language)
                    if problem is None:
                        return None
                    problems.append(problem)
        if not problems and self._is_computed(piece, claimed.figure):
            return None
        unfound = Unsupported.ARITHMETIC if says_computed(piece.text) else Unsupported.FIGURE
        return max(problems, key=_ORDER.index, default=unfound)

    def _calendar_problem(self, claimed: Quantity) -> Unsupported | None:
        figure = claimed.figure
        if figure.unit in ("月", "日"):
            return None  # looked at as dates, month and day together
        pool = set().union(*(stretch.pool for stretch in self._stretches))
        stated = {
            year for s in self._stretches for piece in s.pieces for year in (*piece.years, *piece.base_years)
        }
        stated |= {year for s in self._stretches for years in s.years.values() for year in years}
        compared = {year for piece in self._pieces for year in piece.base_years}
        known = int(figure.value) in pool | stated or int(figure.value) in compared
        return None if known else Unsupported.PERIOD

    def _is_computed(self, piece: Piece, result: Figure) -> bool:
        """Whether the figure comes out of others: those the statement shows and its quotes have, else those cited."""
        shown = [
            q.figure for one in self._pieces for q in one.figures if q.figure != result and self._is_cited(q)
        ]
        clause = piece.chained
        if comes_out(result, clause, shown):
            return True
        cited = [
            q.figure
            for stretch in self._stretches
            for one in stretch.pieces
            for q in one.figures
            if q.figure.unit and self._is_akin(piece, one)
        ]
        return len(cited) <= _MOST_INPUTS and comes_out(result, clause, cited)

    def _is_akin(self, piece: Piece, other: Piece) -> bool:
        """Whether a piece of a quote is of what the claim's is of, so that its figures may be computed with."""
        said, written = named_indicators(piece.chained), named_indicators(other.chained)
        if said & written:
            return True
        return self._language == detect_language(other.text) and bool(set(piece.subject) & set(other.subject))

    def _is_cited(self, claimed: Quantity) -> bool:
        return any(
            fit(claimed, written) is not Fit.OTHER_FIGURE
            for stretch in self._stretches
            for piece in stretch.pieces
            for written in piece.figures
        )

    def _plain_problem(self, piece: Piece, stretches: tuple[Stretch, ...]) -> Unsupported | None:
        """A piece without figures is held against the pieces of the quotes that share most words with it."""
        if not piece.subject and not piece.dates:
            return None
        problems = []
        for stretch, other in self._alike(piece, stretches):
            problem = circumstance_problem(piece, other, stretch) or statement_problem(piece, other)
            if problem is None and trend_opposed(piece, other, stretch):
                problem = Unsupported.DIRECTION
            if problem is None and other_scope(piece, stretch):
                problem = Unsupported.ORDINAL
            if problem is None and (other_state(piece, stretch) or self._is_elsewhere(piece, stretch)):
                problem = Unsupported.WORDING
            if problem is None and self._is_of_another(piece, other, stretch):
                problem = Unsupported.SUBJECT
            if problem is None and other_stance(piece, None, other, None, stretch):
                problem = Unsupported.PLAN
            if problem is None:
                return None
            problems.append(problem)
        return problems[0] if problems else None

    def _is_of_another(self, piece: Piece, other: Piece, stretch: Stretch) -> bool:
        """Whether a piece without figures tells of one thing what the quote tells of the one beside it."""
        if self._language != stretch.language:
            return False
        text, body = canonical(stretch.text), canonical(other.chained)
        beside = [word for word in piece.subject if stands_in(word, text)]
        return of_a_neighbour(piece, other, stretch) or is_of_another_kind(piece, beside, body, body)

    def _is_elsewhere(self, piece: Piece, stretch: Stretch) -> bool:
        """Whether hardly a word of a piece stands in the quote itself, only around it."""
        if self._language != stretch.language:
            return False
        text = canonical(stretch.text)
        said = [word for word in piece.subject if word not in stretch.context_words]
        held = [word for word in said if stands_in(word, text) or word in text]
        return len(held) < _LEAST_IN_QUOTE * len(said)

    def _alike(self, piece: Piece, stretches: tuple[Stretch, ...]) -> list[tuple[Stretch, Piece]]:
        said = set(piece.subject)
        pairs = [(stretch, other) for stretch in stretches for other in stretch.pieces]
        if self._language != self._stretches[0].language:
            return pairs
        shared = [len(said & set(other.subject)) for _, other in pairs]
        best = max(shared, default=0)
        return [pair for pair, count in zip(pairs, shared, strict=True) if count == best]

    def _words_stand(self) -> bool:
        has_figures = any(piece.figures for piece in self._pieces)
        if all(stretch.language != self._language for stretch in self._stretches):
            return has_figures or self._names_the_same()
        return self._shared() >= (_ENOUGH_WORDS_WITH_FIGURES if has_figures else _ENOUGH_WORDS)

    def _names_the_same(self) -> bool:
        """Whether a quote in another language has an indicator of the statement, or a name that is not its place's.

        Words can't be compared, and what is told of a place is not told by the place's name.
        """
        indicators, names = named_indicators(self._text), latin_names(self._text)
        return any(
            indicators & named_indicators(stretch.text)
            or any(spelt_in(name, stretch.text) and not spelt_in(name, stretch.place or "") for name in names)
            for stretch in self._stretches
        )

    def _shared(self) -> float:
        """The share of the statement's words that its evidence has, by whichever form of their concepts."""
        near = "\n".join(stretch.near for stretch in self._stretches)
        held = set().union(*(searchable(stretch.near).words for stretch in self._stretches))
        shares = [
            sum(word in held or stands_in(word, near) for word in meant) / len(meant)
            for meant in (
                meant_words(self._text),
                meant_words(canonical(self._text)),
                frozenset(subject_words(self._text)),
            )
            if meant
        ]
        return max(shares, default=1.0 if find_figures(self._text) else 0.0)

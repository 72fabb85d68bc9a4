"""Every statement held against what it cites, every figure against the words it is said to come from.

The same check for every backend: a statement is supported if each of its figures stands in the cited
stretch (whatever magnitude or script it is written in) and if the stretch holds enough of its words, in
the same direction. A statement of a model that cites the wrong passage is moved to the right one; one
that nothing supports keeps no citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.answering.draft import Quote, Statement
from rag.text.coverage import searchable
from rag.text.figures import find_figures, same_figure
from rag.text.language import detect_language
from rag.text.periods import years_meant
from rag.text.places import place_names
from rag.text.sentences import split_clauses
from rag.text.stopwords import EN, ZH
from rag.text.synonyms import canonical
from rag.text.words import words
from rag.types import CheckedFigure, Figure, Hit

_ENOUGH_WORDS = 0.5
"""A stretch supports a statement if it holds this share of the statement's words."""
_ENOUGH_WORDS_WITH_FIGURES = 0.34
_UP = re.compile(r"增长|增加|上升|提高|提升|上涨|increas|grew|grow|rose|rise|up by", re.IGNORECASE)
_DOWN = re.compile(r"下降|减少|降低|下滑|回落|decreas|declin|fell|fall|drop|down by", re.IGNORECASE)
_NOT_FOLLOWED = re.compile(r"并非|不是|没有下降|没有增长|\bnot\b|n't", re.IGNORECASE)
_DENIALS = ("没有", "并未", "未能", "不足", "不到", "低于")
_SAME_ROW = 0.6
"""The share of the words before a figure that its row in the quote has to hold."""
_PREDICATES = frozenset(
    "增长 同比 环比 下降 增加 减少 提高 提升 达到 完成 实现 占比 比重 突破 超过 高达 增幅 增速 约为 左右 以上 以下 并非 去年 今年 明年 "
    "全县 全市 全年 其中 累计 总额 跃升 升至 降至 较 末".split()
)
_CALENDAR = frozenset({"年", "月", "日"})


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """A statement after the check: the stretches that support it, and each of its figures."""

    text: str
    quotes: tuple[Quote, ...]
    supported: bool
    figures: tuple[CheckedFigure, ...]


def verify(statement: Statement) -> Verdict:
    """Check a statement against the quotes it has."""
    figures = find_figures(statement.text)
    checked = tuple(CheckedFigure(figure, _figure_in(figure, statement.quotes)) for figure in figures)
    supported = (
        bool(statement.quotes)
        and all(one.supported for one in checked)
        and _words_support(statement, bool(figures))
        and _place_stands(statement)
        and all(_row_stands(figure, statement) for figure in figures)
        and not _contradicts(statement)
    )
    return Verdict(statement.told, statement.quotes if supported else (), supported, checked)


def ground(text: str, cited: Sequence[Hit], evidence: Sequence[Hit]) -> Statement:
    """A model's sentence with the stretches that support it: of the hits it cites, else of any other."""
    for hits in (cited, [hit for hit in evidence if hit not in cited]):
        for quote in sorted(_sentences(hits), key=lambda quote: -_support(text, quote)):
            statement = Statement(text, (quote,))
            if verify(statement).supported:
                return statement
    pair = _two_quotes(text, cited or evidence)
    return Statement(text, pair)


def _two_quotes(text: str, hits: Sequence[Hit]) -> tuple[Quote, ...]:
    """The best sentence for the words and the best for what figures it leaves open."""
    quotes = sorted(_sentences(hits), key=lambda quote: -_support(text, quote))
    if not quotes:
        return ()
    first = quotes[0]
    open_figures = [figure for figure in find_figures(text) if not _figure_in(figure, (first,))]
    second = next(
        (q for q in quotes[1:] if open_figures and all(_figure_in(f, (q,)) for f in open_figures)), None
    )
    return (first, second) if second else (first,)


def _sentences(hits: Iterable[Hit]) -> list[Quote]:
    return [Quote(hit, start, end) for hit in hits for start, end in hit.passage.sentences]


def _support(text: str, quote: Quote) -> float:
    figures = find_figures(text)
    held = sum(_figure_in(figure, (quote,)) for figure in figures)
    return _shared_words(text, quote) + (held / len(figures) if figures else 0.0)


def _figure_in(figure: Figure, quotes: Iterable[Quote]) -> bool:
    return any(
        (figure.unit == "年" and int(figure.value) in _years(quote))
        or any(same_figure(figure, other) for other in find_figures(quote.text))
        for quote in quotes
    )


def _years(quote: Quote) -> set[int]:
    """Years a quote may be told to be of: those it means, and those of what it stands under."""
    passage = quote.hit.passage
    written = passage.metadata.year
    return {
        *years_meant(quote.text, written),
        *years_meant(f"{passage.context}\n{passage.text[: quote.end]}", written),
    }


def _words_support(statement: Statement, has_figures: bool) -> bool:
    language = detect_language(statement.text)
    share = max(_shared_words(statement.text, quote) for quote in statement.quotes)
    if all(detect_language(quote.text) != language for quote in statement.quotes):
        # Across languages words can't be compared; only figures can carry the statement.
        return any(figure.unit not in _CALENDAR for figure in find_figures(statement.text)) or share > 0
    return share >= (_ENOUGH_WORDS_WITH_FIGURES if has_figures else _ENOUGH_WORDS)


def _shared_words(text: str, quote: Quote) -> float:
    """The share of a text's words that a quote, or what it stands under, holds."""
    meant = {word for word in words(_without_figures(text)) if word not in ZH and word not in EN}
    if not meant:
        return 1.0 if find_figures(text) else 0.0
    held = searchable(f"{quote.hit.passage.context}\n{quote.text}").words
    return len(meant & held) / len(meant)


def _place_stands(statement: Statement) -> bool:
    """Whether every county or city the statement names is that of its quotes, or named in them."""
    around = "\n".join(
        f"{quote.hit.passage.embedded_text}\n{quote.hit.passage.metadata.place or ''}"
        for quote in statement.quotes
    )
    return all(name[:-1] in around for name in place_names(statement.text))


def _row_stands(figure: Figure, statement: Statement) -> bool:
    """Whether a figure is said of what the quote says it of: 42% may stand in the sentence, for another row.

    The words before the figure in its clause are held against the clause of the quote with the same figure,
    or the one before where that clause leaves its subject out. Across languages words can't be compared.
    """
    if figure.unit in _CALENDAR or figure.unit == "":
        return True
    said = _subject(_clause_of(statement.text, figure))
    if not said:
        return True
    rows = [row for quote in statement.quotes for row in _rows(quote, figure)]
    if not rows or detect_language(statement.text) != detect_language(statement.quotes[0].text):
        return True
    place = searchable(" ".join(quote.hit.passage.context for quote in statement.quotes)).words
    said -= place
    return not said or any(len(said & row) >= _SAME_ROW * len(said) for row in rows)


def _rows(quote: Quote, figure: Figure) -> Iterator[frozenset[str]]:
    """The words that the quote says this figure of, once for each time it stands there."""
    clauses = [quote.text[a:b] for a, b in split_clauses(quote.text)]
    for index, clause in enumerate(clauses):
        if any(same_figure(figure, other) for other in find_figures(clause)):
            back = index
            while back > 0 and not _subject(clauses[back]):
                back -= 1
            yield frozenset(searchable(canonical("".join(clauses[back : index + 1]))).words)


def _clause_of(text: str, figure: Figure) -> str:
    return next((text[a:b] for a, b in split_clauses(text) if a <= figure.start < b), text)


def _subject(clause: str) -> set[str]:
    """The words of a clause that say what its figures are of; direction words and the like do not."""
    return {
        word
        for word in words(_without_figures(canonical(clause)))
        if len(word) > 1 and word not in ZH and word not in EN and word not in _PREDICATES
    }


def _without_figures(text: str) -> str:
    """The text with its figures cut out: they are checked by value, not by wording."""
    at, kept = 0, []
    for figure in find_figures(text):
        kept.append(text[at : figure.start])
        at = figure.end
    return " ".join([*kept, text[at:]])


def _contradicts(statement: Statement) -> bool:
    """Whether the statement says up where all its quotes say only down, or the other way round."""
    said = " ".join(quote.text for quote in statement.quotes)
    if any(word in statement.text and word not in said for word in _DENIALS):
        return True
    if _NOT_FOLLOWED.search(statement.text):
        return False
    up, down = bool(_UP.search(statement.text)), bool(_DOWN.search(statement.text))
    if up == down:
        return False
    same, other = (_UP, _DOWN) if up else (_DOWN, _UP)
    return bool(other.search(said)) and not same.search(said)

"""A model's sentence gets the stretches that support it: of the passages it cites, else of any other it was shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rag.answering.draft import Quote, Statement
from rag.answering.pieces import is_calendar, is_quoted, meant_words, pieces_of, tidy
from rag.answering.verdict import Unsupported
from rag.answering.verification import verify
from rag.text.coverage import searchable
from rag.text.directions import without_answer
from rag.text.quantities import Fit, Quantity, find_quantities, fit
from rag.types import Hit

_MOST_QUOTES = 4
_LIKELIEST = 3
_MOST_TRIED = 24
"""So many stretches are looked at for one statement, the likeliest first; after the first few, those with its figures."""
_CONTRARY = frozenset({Unsupported.DIRECTION, Unsupported.NEGATION, Unsupported.NAME, Unsupported.ORDINAL})
_RETOLD = 0.75
"""A stretch that holds this share of a claim's words and says the contrary settles it: no other may support it."""


def ground(text: str, cited: Sequence[Hit], evidence: Sequence[Hit]) -> Statement:
    """A model's sentence with the stretches that support it: of the hits it cites, else of any other."""
    others = [hit for hit in evidence if hit not in cited]
    for hits in (cited, others):
        sentences = _sentences(hits)
        if verbatim := next((quote for quote in sentences if _holds(quote, text)), None):
            return Statement(text, (verbatim,))
        ranked = _ranked(text, sentences)
        for quotes in (
            *((quote,) for quote in _worth_trying(text, ranked)),
            *_several(text, ranked[:_MOST_TRIED]),
        ):
            statement = Statement(text, quotes)
            verdict = verify(statement)
            if verdict.supported or (verdict.reason in _CONTRARY and _is_retold(text, quotes[0])):
                return statement
    return Statement(text, tuple(_ranked(text, _sentences(cited or evidence))[:1]))


def _holds(quote: Quote, text: str) -> bool:
    """Whether a quote has the text word for word."""
    return is_quoted(tidy(without_answer(text)), tidy(quote.text))


def _worth_trying(text: str, ranked: Sequence[Quote]) -> list[Quote]:
    """The likeliest quotes, and those after them that have every figure of the text."""
    figures = [one for one in find_quantities(tidy(text)) if not is_calendar(one.figure)]
    further = (quote for quote in ranked[_LIKELIEST:_MOST_TRIED] if all(_has(quote, one) for one in figures))
    return [*ranked[:_LIKELIEST], *further]


def _several(text: str, ranked: Sequence[Quote]) -> Iterator[tuple[Quote, ...]]:
    """For each piece of the text the sentence that is likeliest for it, together."""
    pieces = [piece for piece in pieces_of(tidy(text), None) if piece.subject or piece.figures]
    if len(pieces) > 1 and len(ranked) > 1:
        likeliest = [_ranked(piece.chained, ranked)[0] for piece in pieces]
        together = tuple(dict.fromkeys(likeliest))[:_MOST_QUOTES]
        if len(together) > 1:
            yield together
    missing = [one for one in find_quantities(tidy(text)) if ranked and not _has(ranked[0], one)]
    second = next((quote for quote in ranked[1:] if all(_has(quote, one) for one in missing)), None)
    if second and missing:
        yield ranked[0], second


def _sentences(hits: Iterable[Hit]) -> list[Quote]:
    return [Quote(hit, start, end) for hit in hits for start, end in hit.passage.sentences]


def _ranked(text: str, quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes, those first that have most of a text's words and figures."""
    quantities, meant = find_quantities(tidy(text)), meant_words(text)

    def likelihood(quote: Quote) -> float:
        there = searchable(f"{quote.hit.passage.context}\n{quote.text}").words
        shared = len(meant & there) / len(meant) if meant else 0.0
        return shared + (sum(_has(quote, one) for one in quantities) / len(quantities) if quantities else 0.0)

    return sorted(quotes, key=lambda quote: -likelihood(quote))


def _is_retold(text: str, quote: Quote) -> bool:
    meant = meant_words(tidy(text))
    there = searchable(tidy(quote.text)).words
    return bool(meant) and len(meant & there) >= _RETOLD * len(meant)


def _has(quote: Quote, quantity: Quantity) -> bool:
    return any(fit(quantity, other) is not Fit.OTHER_FIGURE for other in find_quantities(tidy(quote.text)))

"""An answer as it is kept on disk, and the exact way back: the JSON of the contract, and beside it all that it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from itertools import pairwise
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from rag.contract import Originals, answer_json
from rag.errors import UnknownSourceError
from rag.original import AlignedText, Cell, Rectangle
from rag.types import Answer, CheckedFigure, Citation, Claim, Figure, Hit, Json, Metadata, Passage

WHOLE = "whole"
"""The key of what the contract leaves out."""


def answer_record(answer: Answer, original: Originals) -> Json:
    """The answer's JSON with one more key, `whole`, that has every field exactly as it is."""
    return {**answer_json(answer, original), WHOLE: _written(answer)}


def answer_from_json(record: Json, original: Originals) -> Answer:
    """The answer that a record was made of, equal in every field.

    Of JSON without `whole`, as `rag.ask --json` prints it, an answer that gives the same JSON again; a hit is then its
    own passage, placed by `original`. Raises `ValueError` for what is neither.
    """
    try:
        if WHOLE in record:
            read: Answer = _read(Answer, record[WHOLE])
            return read
        return _of_contract(record, original)
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise ValueError(f"no answer is kept here: {error!r}") from error


def _written(value: Any) -> Any:  # noqa: ANN401  whatever a field of an answer may hold
    if isinstance(value, AlignedText):
        return {"text": value.text, "runs": _runs(value)}
    if is_dataclass(value):
        return {one.name: _written(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _read(kind: Any, value: Any) -> Any:  # noqa: ANN401  the field's type, and what was written of it
    """What `_written` made `value` of, given its type; fields that it lacks have their defaults."""
    origin = get_origin(kind)
    if kind is AlignedText:
        return _aligned(value["text"], value["runs"])
    if isinstance(kind, type) and is_dataclass(kind):
        types = _types(kind)
        return kind(**{name: _read(types[name], value[name]) for name in _given(kind, value)})
    if origin in (Union, UnionType):
        return (
            None
            if value is None
            else _read(next(one for one in get_args(kind) if one is not NoneType), value)
        )
    if origin is tuple:
        of = get_args(kind)
        each = of[:1] * len(value) if of[-1] is Ellipsis else of
        return tuple(_read(one, item) for one, item in zip(each, value, strict=True))
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return {key: _read(get_args(kind)[1], item) for key, item in value.items()}
    return value


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _given(kind: Any, value: Json) -> list[str]:  # noqa: ANN401  a dataclass
    """The fields that a value has. Raises `KeyError` for one that is missing and has no default."""
    missing = [
        one.name
        for one in fields(kind)
        if one.name not in value and one.default is MISSING and one.default_factory is MISSING
    ]
    if missing:
        raise KeyError(*missing)
    return [one.name for one in fields(kind) if one.name in value]


def _runs(body: AlignedText) -> list[list[int]]:
    """The alignment as `[characters, start, end]`, `start` and `end` of a run's first one growing by one each."""
    if not len(body.starts):
        return []
    starts, ends = body.starts.astype(np.int64), body.ends.astype(np.int64)
    breaks = np.flatnonzero((np.diff(starts) != 1) | (np.diff(ends) != 1)) + 1
    bounds = [0, *breaks.tolist(), len(starts)]
    return [[stop - first, int(starts[first]), int(ends[first])] for first, stop in pairwise(bounds)]


def _aligned(text: str, runs: list[list[int]]) -> AlignedText:
    none = np.zeros(0, np.uint32)
    steps = [np.arange(count, dtype=np.uint32) for count, _, _ in runs]
    return AlignedText(
        text,
        np.concatenate([none, *(np.uint32(run[1]) + step for run, step in zip(runs, steps, strict=True))]),
        np.concatenate([none, *(np.uint32(run[2]) + step for run, step in zip(runs, steps, strict=True))]),
    )


def _of_contract(record: Json, original: Originals) -> Answer:
    return Answer(
        question=record["question"],
        language=record["language"],
        text=record["answer"],
        refused=record["refused"],
        confidence=record["confidence"],
        claims=tuple(_claim(one) for one in record["claims"]),
        citations=tuple(_citation(one) for one in record["citations"]),
        hits=tuple(_hit(number, one, original) for number, one in enumerate(record["hits"])),
        backend=record["backend"],
        timings_ms=record["timings_ms"],
        warnings=tuple(record["warnings"]),
        resolved_question=record.get("resolved_question") or "",
        suggestions=tuple(record.get("suggestions", ())),
    )


def _claim(given: Json) -> Claim:
    figures = tuple(
        CheckedFigure(Figure(one["text"], one["value"], one["unit"]), one["supported"])
        for one in given["figures"]
    )
    return Claim(given["text"], tuple(given["citations"]), given["supported"], figures, given.get("reason"))


def _citation(given: Json) -> Citation:
    size = given.get("page_size")
    return Citation(
        **{key: given[key] for key in ("number", "source", "title", "page", "start", "end", "quote")},
        rectangles=tuple(Rectangle(*sides) for sides in given.get("rectangles", ())),
        page_size=(size[0], size[1]) if size else None,
        cells=tuple(Cell(given["start"], given["end"], **cell) for cell in given.get("cells", ())),
    )


def _hit(number: int, given: Json, original: Originals) -> Hit:
    try:
        base = original(given["source"]).page_base(given["page"])
    except (UnknownSourceError, IndexError):  # the document has changed since, or is no longer there
        base = 0
    body = AlignedText.identity(given["text"], base + given["start"])
    passage = Passage(given["source"], number, body, (), "", ((0, len(given["text"])),), Metadata())
    return Hit(number, passage, given["score"], dense=0.0, lexical=0.0, coverage=0.0)

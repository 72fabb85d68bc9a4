"""Answers and ingestion reports as the JSON others rely on. Fields are added, never renamed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple

from rag.ingestion import IngestReport, TakenIn
from rag.original import Original, PageSpan
from rag.types import Answer, CheckedFigure, Citation, Hit, Json

Originals = Callable[[str], Original]
"""The original text of a source."""


def answer_json(answer: Answer, original: Originals) -> Json:
    """An answer in the shape of the contract; hits carry the original's own characters."""
    return {
        "question": answer.question,
        "language": answer.language,
        "answer": answer.text,
        "refused": answer.refused,
        "confidence": round(answer.confidence, 4),
        "claims": [
            {
                "text": claim.text,
                "citations": list(claim.citations),
                "supported": claim.supported,
                "figures": [_figure_json(checked) for checked in claim.figures],
                "reason": claim.reason,
            }
            for claim in answer.claims
        ],
        "citations": [citation_json(citation) for citation in answer.citations],
        "hits": [hit_json(hit, original) for hit in answer.hits],
        "backend": answer.backend,
        "timings_ms": {stage: round(ms, 1) for stage, ms in answer.timings_ms.items()},
        "warnings": list(answer.warnings),
        "resolved_question": answer.resolved_question or None,
        "suggestions": list(answer.suggestions),
    }


def citation_json(citation: Citation) -> Json:
    """A citation, with what to mark on a page that can be seen, and the cells it holds of a table."""
    return {
        "number": citation.number,
        "source": citation.source,
        "title": citation.title,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "page_size": list(citation.page_size) if citation.page_size else None,
        "rectangles": [list(astuple(rectangle)) for rectangle in citation.rectangles],
        "cells": [
            {"sheet": cell.sheet, "table": cell.table, "row": cell.row, "column": cell.column}
            for cell in citation.cells
        ],
    }


def hit_json(hit: Hit, original: Originals) -> Json:
    """A hit with its place in the original."""
    span = hit_span(hit, original)
    return {
        "source": hit.passage.source,
        "page": span.page,
        "start": span.start,
        "end": span.end,
        "score": round(hit.score, 4),
        "text": span.text,
    }


def hit_span(hit: Hit, original: Originals) -> PageSpan:
    """Where a hit stands; of a passage that runs over a page's or column's end, the longest part."""
    text = original(hit.passage.source)
    return max(text.page_spans(*text.main_stretch(hit.passage.body)), key=lambda span: span.end - span.start)


def _figure_json(checked: CheckedFigure) -> Json:
    figure = checked.figure
    return {"text": figure.text, "value": figure.value, "unit": figure.unit, "supported": checked.supported}


def report_json(report: IngestReport, language: str) -> Json:
    """An ingestion report; reasons in Chinese, or in English if `language` is "en"."""
    return {
        "added": [_taken_json(taken) for taken in report.added],
        "updated": [_taken_json(taken) for taken in report.updated],
        "unchanged": report.unchanged,
        "duplicates": [{"source": d.source, "same_as": d.same_as} for d in report.duplicates],
        "renamed": [{"source": one.source, "was": one.was} for one in report.renamed],
        "removed": report.removed,
        "failed": [
            {"source": f.source, "code": f.code, "reason": f.en if language == "en" else f.zh}
            for f in report.failed
        ],
        "passed_over": dict(report.passed_over),
        "embedded": report.embedded,
        "seconds": report.seconds,
        "dry_run": report.dry_run,
        "interrupted": report.interrupted,
    }


def _taken_json(taken: TakenIn) -> Json:
    return {
        "source": taken.source,
        "title": taken.title,
        "format": taken.format,
        "pages": taken.pages,
        "characters": taken.characters,
        "passages": taken.passages,
        "warnings": list(taken.warnings),
    }

"""What others read: answers, ingestion reports and documents as JSON, every key and type."""

from __future__ import annotations

import io
from pathlib import Path
from types import NoneType
from typing import Any

import pypdf
import pytest

from rag import ask, ingest
from rag.contract import report_json
from rag.ingestion import Failure, IngestReport
from tests.command_lines import COAL, NOBODY_KNOWS, Run
from tests.llm_server import openai_stream, service
from tests.test_documents_pdf import pdf

Shape = Any
"""A type, a tuple of types, a list of one shape, or a dict of shapes."""

FIGURE = {"text": str, "value": float, "unit": str, "supported": bool}
CELL = {"sheet": (str, NoneType), "table": int, "row": int, "column": int}
CITATION = {
    "number": int, "source": str, "title": str, "page": (int, NoneType), "start": int, "end": int, "quote": str,
    "page_size": ([float], NoneType), "rectangles": [[float]], "cells": [CELL],
}  # fmt: skip
ANSWER = {
    "question": str,
    "language": str,
    "answer": str,
    "refused": bool,
    "confidence": float,
    "claims": [
        {"text": str, "citations": [int], "supported": bool, "figures": [FIGURE], "reason": (str, NoneType)}
    ],
    "citations": [CITATION],
    "hits": [{"source": str, "page": (int, NoneType), "start": int, "end": int, "score": float, "text": str}],
    "backend": str,
    "timings_ms": {"retrieve": float, "answer": float, "total": float},
    "warnings": [str],
    "resolved_question": (str, NoneType),
    "suggestions": [str],
}
TAKEN_IN = {
    "source": str, "title": str, "format": str, "pages": (int, NoneType), "characters": int, "passages": int,
    "warnings": [str],
}  # fmt: skip
REPORT = {
    "added": [TAKEN_IN],
    "updated": [TAKEN_IN],
    "unchanged": [str],
    "duplicates": [{"source": str, "same_as": str}],
    "renamed": [{"source": str, "was": str}],
    "removed": [str],
    "failed": [{"source": str, "code": str, "reason": str}],
    "passed_over": dict,
    "embedded": int,
    "seconds": float,
    "dry_run": bool,
    "interrupted": bool,
}
METADATA = {
    "title": str, "publisher": (str, NoneType), "place": (str, NoneType), "date": (str, NoneType),
    "period": (str, NoneType), "year": (int, NoneType), "years": [int], "author": (str, NoneType),
    "places": [str], "kind": (str, NoneType),
    "reasons": [{"field": str, "confidence": float, "zh": str, "en": str}],
}  # fmt: skip
SHOWN = {
    "source": str,
    "title": str,
    "metadata": METADATA,
    "pages": [{"page": (int, NoneType), "text": str}],
    "blocks": [{"kind": str, "level": int, "page": (int, NoneType), "text": str}],
    "passages": [{"number": int, "context": str, "headings": [str], "text": str}],
    "warnings": [str],
}
LISTED = {
    "source": str, "format": str, "sha256": str, "characters": int, "pages": (int, NoneType), "passages": int,
    "metadata": METADATA, "same_as": (str, NoneType), "warnings": [str],
}  # fmt: skip

APPLES = "平遥县2023年苹果产量为31万吨，同比增长6.5%。"
ROADS = "平遥县2023年新建农村公路120公里，总投资3.6亿元。"


def assert_shape(value: Any, shape: Shape, at: str = "$") -> None:
    """The value has exactly the keys and types of the shape; a bool is no int."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), at
        assert list(value) == list(shape), at
        for key, inner in shape.items():
            assert_shape(value[key], inner, f"{at}.{key}")
    elif isinstance(shape, tuple) and isinstance(shape[0], list):
        assert_shape(value, shape[1] if value is None else shape[0], at)
    elif isinstance(shape, list):
        assert isinstance(value, list), at
        for number, item in enumerate(value):
            assert_shape(item, shape[0], f"{at}[{number}]")
    else:
        assert type(value) in (shape if isinstance(shape, tuple) else (shape,)), f"{at} is {value!r}"


@pytest.fixture
def paged(tmp_path: Path) -> Path:
    """A PDF of three pages, the second of which has no text."""
    path = tmp_path / "平遥.pdf"
    path.write_bytes(pdf([["平遥县2023年经济", APPLES], [], [ROADS]]))
    return path


class TestAnAnswer:
    @pytest.mark.parametrize(
        "question",
        [
            COAL,
            NOBODY_KNOWS,
            "左权今年农业上抓哪几件事？",
            "岢岚2023年和左权2024年的一般公共预算收入增幅各是多少？",
            "What is the total investment of Zuoquan's pumped-storage project?",
        ],
    )
    def test_has_exactly_these_keys_and_types(self, question: str, run: Run, seed_store: Path) -> None:
        said = run(ask.main, question, "--json", "--store", seed_store)
        assert_shape(said.json, ANSWER)
        assert said.json["question"] == question
        assert 0 <= said.json["confidence"] <= 1
        assert said.json["refused"] is (said.status == 1)
        assert said.json["backend"] == "extractive"
        assert said.out.count("\n") == 1
        assert "\\u" not in said.out, "Chinese is written as it is"

    def test_gives_figures_by_value(self, run: Run, seed_store: Path) -> None:
        claims = run(ask.main, COAL, "--json", "--store", seed_store).json["claims"]
        figure = {"text": "2694.5万吨", "value": 26945000.0, "unit": "吨", "supported": True}
        assert figure in claims[0]["figures"]

    def test_of_a_model_has_the_same_shape_and_names_the_model(
        self, run: Run, seed_store: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with service(openai_stream(["原煤产量2694.5万吨[1]。"])) as service_:
            monkeypatch.setenv("OPENAI_BASE_URL", f"{service_.address}/v1")
            said = run(ask.main, COAL, "--json", "--store", seed_store, "--llm", "openai:m")
        assert_shape(said.json, ANSWER)
        assert said.json["backend"] == "openai:m"

    def test_of_a_paged_file_counts_in_the_page(self, run: Run, paged: Path, tmp_path: Path) -> None:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paged.read_bytes())).pages]
        options = ("--docs", paged, "--store", tmp_path / "s")
        said = run(ask.main, "平遥县2023年新建农村公路多少公里？", "--json", *options)
        assert_shape(said.json, ANSWER)
        (citation,) = said.json["citations"]
        assert citation["page"] == 3
        assert "120公里" in citation["quote"]
        for place in (citation, *said.json["hits"]):
            text = place.get("quote") or place["text"]
            assert pages[place["page"] - 1][place["start"] : place["end"]] == text
        assert f"{paged.as_posix()} p.3 " in run(ask.main, "平遥县新建农村公路多少公里？", *options).out


class TestAnIngestionReport:
    def test_has_exactly_these_keys_and_types(self, run: Run, paged: Path, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(APPLES, encoding="utf-8")
        (tmp_path / "b.txt").write_text(APPLES, encoding="utf-8")
        (tmp_path / "c.txt").write_text("", encoding="utf-8")
        store = ("--store", tmp_path / "store", "--json")
        first = run(ingest.main, tmp_path, *store)
        assert first.status == 1
        assert_shape(first.json, REPORT)
        by_name = {Path(one["source"]).name: one for one in first.json["added"]}
        assert by_name["a.txt"] == {
            "source": (tmp_path / "a.txt").as_posix(), "title": "a", "format": "txt", "pages": None,
            "characters": len(APPLES), "passages": 1, "warnings": [],
        }  # fmt: skip
        assert (by_name["平遥.pdf"]["format"], by_name["平遥.pdf"]["pages"]) == ("pdf", 3)
        assert len(by_name["平遥.pdf"]["warnings"]) == 1, "its second page has no text"
        same = {"source": (tmp_path / "b.txt").as_posix(), "same_as": (tmp_path / "a.txt").as_posix()}
        assert first.json["duplicates"] == [same]
        assert first.json["failed"][0]["code"] == "no_text"

        (tmp_path / "a.txt").write_text(APPLES + ROADS, encoding="utf-8")
        paged.unlink()
        second = run(ingest.main, tmp_path, "--sync", *store)
        assert_shape(second.json, REPORT)
        assert [Path(one["source"]).name for one in second.json["updated"]] == ["a.txt"]
        assert second.json["unchanged"] == [(tmp_path / "b.txt").as_posix()], (
            "it has been in as a.txt's equal"
        )
        assert second.json["removed"] == [paged.as_posix()]
        removed = run(ingest.main, "--remove", tmp_path / "a.txt", *store)
        assert_shape(removed.json, REPORT)

    def test_gives_reasons_in_the_language_of_the_settings(self) -> None:
        report = IngestReport(failed=[Failure("a", "no_text", "是空的", "is empty")])
        assert [report_json(report, language)["failed"][0]["reason"] for language in ("", "zh", "en")] == [
            "是空的",
            "是空的",
            "is empty",
        ]


class TestADocument:
    def test_is_shown_page_by_page_as_it_was_cleaned(self, run: Run, paged: Path, tmp_path: Path) -> None:
        store = ("--store", tmp_path / "store")
        run(ingest.main, paged, *store)
        shown = run(ingest.main, "--show", paged, "--json", *store)
        assert_shape(shown.json, SHOWN)
        assert [page["page"] for page in shown.json["pages"]] == [1, 2, 3]
        assert APPLES in shown.json["pages"][0]["text"]
        assert shown.json["pages"][1]["text"].strip() == ""
        assert ROADS in shown.json["pages"][2]["text"]

    def test_without_pages_is_one_page_without_a_number(self, run: Run, seed_store: Path) -> None:
        source = "seeds/000_0947b72908ea111b_xiyang-2023-review.txt"
        shown = run(ingest.main, "--show", source, "--json", "--store", seed_store)
        assert_shape(shown.json, SHOWN)
        (page,) = shown.json["pages"]
        assert page["page"] is None
        assert "去年原煤产量2694.5万吨" in page["text"], "what stood apart in the file is together"
        assert shown.json["metadata"]["place"] == "昔阳县"

    def test_is_listed_with_what_is_known_of_it(self, run: Run, seed_store: Path) -> None:
        listed = run(ingest.main, "--list", "--json", "--store", seed_store)
        assert_shape(listed.json, [LISTED])
        assert len(listed.json) == 5
        assert all(one["source"].startswith("seeds/") for one in listed.json)

"""Asking, searching, and documents over HTTP, in the shapes of the contract."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.api.shapes import AnswerShape, DocumentShape, FoundShape, RecordShape, ReportShape
from rag.assistant import Assistant
from rag.documents.limits import Limits
from rag.library import upload_name
from tests.api_server import serving
from tests.command_lines import COAL, NOBODY_KNOWS

REPORT = "青石县2022年果业简报\n\n2022年，青石县苹果产量31.5万吨，同比增长4%。\n"
APPLES = "青石县2022年苹果产量是多少？"


@pytest.fixture(scope="module")
def client(seed_assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server whose documents can't be changed."""
    with serving(seed_assistant, tmp_path_factory.mktemp("api")) as opened:
        yield opened


@pytest.fixture
def open_client(own_assistant: Assistant, tmp_path: Path) -> Iterator[httpx.Client]:
    """A server whose documents can be changed."""
    limits = Limits(file_bytes=20_000)
    with serving(own_assistant, tmp_path, changeable=True, limits=limits) as opened:
        yield opened


def upload(client: httpx.Client, *files: tuple[str, bytes | str]) -> httpx.Response:
    return client.post("/api/documents", files=[("files", file) for file in files])


def test_an_answer_has_the_shape_of_the_contract(client: httpx.Client, seed_assistant: Assistant) -> None:
    answer = AnswerShape.model_validate(client.post("/api/ask", json={"question": COAL}).json())
    assert "2694.5万吨" in answer.answer
    for citation in answer.citations:
        pages = dict(seed_assistant.store.original(citation.source).pages())
        assert pages[citation.page][citation.start : citation.end] == citation.quote
    refused = AnswerShape.model_validate(client.post("/api/ask", json={"question": NOBODY_KNOWS}).json())
    assert refused.refused and not refused.citations


def test_a_search_gives_the_original_characters(client: httpx.Client, seed_assistant: Assistant) -> None:
    found = FoundShape.model_validate(client.post("/api/search", json={"question": COAL, "k": 3}).json())
    assert len(found.hits) == 3
    for hit in found.hits:
        pages = dict(seed_assistant.store.original(hit.source).pages())
        assert pages[hit.page][hit.start : hit.end] == hit.text


def test_history_source_and_k_mean_what_they_do_on_the_command_line(client: httpx.Client) -> None:
    history = [{"question": COAL, "answer": "2694.5万吨。"}]
    told = client.post("/api/ask", json={"question": "那岢岚县呢？", "history": history}).json()
    assert "岢岚" in told["resolved_question"]
    body = {"question": COAL, "source": ["seeds/004_*", "seeds/000_*"], "k": 2}
    hits = client.post("/api/ask", json=body).json()["hits"]
    assert len(hits) == 2
    assert {hit["source"][:9] for hit in hits} <= {"seeds/000", "seeds/004"}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "question"),
        ({"question": " "}, "question"),
        ({"question": "?", "k": 1000}, "k"),
        ({"question": "?", "sauce": "a"}, "sauce"),
        ({"question": COAL, "source": "nowhere"}, "source"),
        ({"question": COAL, "history": "?"}, "history"),
    ],
)
def test_what_is_wrong_with_a_request_is_named(client: httpx.Client, body: object, param: str) -> None:
    told = client.post("/api/ask", json=body)
    assert told.status_code == 400
    assert told.json()["error"]["param"] == param


def test_documents_are_listed_and_shown(client: httpx.Client) -> None:
    records = [RecordShape.model_validate(one) for one in client.get("/api/documents").json()]
    assert len(records) == 5
    shown = DocumentShape.model_validate(client.get(f"/api/documents/{quote(records[0].source)}").json())
    assert shown.source == records[0].source
    assert len(shown.passages) == records[0].passages


@pytest.mark.parametrize(
    "source", ["nothing.txt", "../pyproject.toml", "%2e%2e/%2e%2e/etc/passwd", "%2Fetc%2Fpasswd"]
)
def test_only_documents_of_the_index_are_shown(client: httpx.Client, source: str) -> None:
    told = client.get(f"/api/documents/{source}")
    assert told.status_code == 404
    assert told.json()["error"]["code"] in ("source_not_found", "not_found")


def test_documents_are_not_changed_unless_the_server_allows_it(client: httpx.Client) -> None:
    assert upload(client, ("a.txt", REPORT)).status_code == 403
    source = client.get("/api/documents").json()[0]["source"]
    assert client.delete(f"/api/documents/{source}").json()["error"]["code"] == "read_only"
    assert len(client.get("/api/documents").json()) == 5


def test_an_uploaded_document_is_asked_replaced_and_deleted(open_client: httpx.Client) -> None:
    report = ReportShape.model_validate(upload(open_client, ("果业.txt", REPORT)).json())
    assert [one.source for one in report.added] == ["uploads/果业.txt"]
    answer = open_client.post("/api/ask", json={"question": APPLES}).json()
    assert "31.5万吨" in answer["answer"]
    assert answer["citations"][0]["source"] == "uploads/果业.txt"
    changed = upload(open_client, ("果业.txt", REPORT.replace("31.5", "32.5"))).json()
    assert [one["source"] for one in changed["updated"]] == ["uploads/果业.txt"]
    assert "32.5万吨" in open_client.post("/api/ask", json={"question": APPLES}).json()["answer"]
    deleted = ReportShape.model_validate(open_client.delete("/api/documents/uploads/果业.txt").json())
    assert deleted.removed == ["uploads/果业.txt"]
    assert open_client.post("/api/ask", json={"question": APPLES}).json()["refused"]
    assert open_client.delete("/api/documents/uploads/果业.txt").status_code == 404


def test_uploads_are_asked_where_questions_are_limited_to_some_documents(
    own_assistant: Assistant, tmp_path: Path
) -> None:
    own_assistant.scope = frozenset(one.source for one in own_assistant.store.sources()[:1])
    with serving(own_assistant, tmp_path, changeable=True) as client:
        upload(client, ("果业.txt", REPORT))
        assert "31.5万吨" in client.post("/api/ask", json={"question": APPLES}).json()["answer"]


def test_one_bad_file_does_not_stop_the_others(open_client: httpx.Client) -> None:
    told = upload(open_client, ("a.pdf", b"%PDF-1.4 no more"), ("b.txt", REPORT), ("big.txt", "大" * 9_000))
    assert told.status_code == 200
    report = ReportShape.model_validate(told.json())
    assert [one.source for one in report.added] == ["uploads/b.txt"]
    assert {one.source: one.code for one in report.failed} == {
        "uploads/a.pdf": "damaged",
        "uploads/big.txt": "too_large",
    }


def test_a_file_that_cannot_be_read_is_told_with_its_reason(open_client: httpx.Client) -> None:
    told = open_client.post(
        "/api/documents", files={"files": ("a.exe", b"MZ\x00\x01")}, headers={"accept-language": "en"}
    )
    assert told.status_code == 422
    (failure,) = ReportShape.model_validate(told.json()).failed
    assert failure.code == "unsupported"
    assert failure.reason.isascii()


def test_a_corpus_file_cannot_take_the_place_of_documents(open_client: httpx.Client) -> None:
    before = open_client.get("/api/documents").json()
    row = f'{{"id": "{before[0]["source"]}", "text": "nonsense"}}'
    assert upload(open_client, ("a.JSONL", row)).status_code == 422
    assert open_client.get("/api/documents").json() == before


def test_an_upload_is_kept_beside_the_index_and_written_nowhere_else(
    open_client: httpx.Client, tmp_path: Path
) -> None:
    told = upload(open_client, ("../../escaped.txt", REPORT), ("..\\..\\escaped2.txt", REPORT + "。"))
    assert [one["source"] for one in told.json()["added"]] == ["uploads/escaped.txt", "uploads/escaped2.txt"]
    kept = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("escaped*")}
    assert kept == {"store/uploads/escaped.txt", "store/uploads/escaped2.txt"}
    assert not [*tmp_path.parent.glob("escaped*")]


def test_uploads_at_the_same_time_all_come_in(open_client: httpx.Client) -> None:
    def put(number: int) -> None:
        upload(open_client, (f"{number}.txt", REPORT.replace("青石", f"青石{number}")))

    threads = [threading.Thread(target=put, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sources = {one["source"] for one in open_client.get("/api/documents").json()}
    assert {f"uploads/{number}.txt" for number in range(4)} <= sources


@given(st.text(max_size=300))
def test_an_upload_of_any_name_is_a_plain_file_name(given_name: str) -> None:
    name = upload_name(given_name)
    assert name not in ("", ".", "..")
    assert not set(name) & set("/\\\0\n\r\u202e\u200b")
    assert len(name.encode()) <= 255
    assert upload_name(name) == name


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\报告.docx", "报告.docx"),
        ("a\u202efdp.txt", "afdp.txt"),
        (".hidden", "hidden"),
        ("..", "file"),
        ("", "file"),
        ("/", "file"),
        ("长" * 200 + ".pdf", "长" * 65 + ".pdf"),
    ],
)
def test_names_keep_what_is_harmless(given_name: str, name: str) -> None:
    assert upload_name(given_name) == name


def test_the_api_describes_itself(client: httpx.Client) -> None:
    described = client.get("/api/openapi.json").json()
    assert {
        "/v1/chat/completions",
        "/v1/models",
        "/api/ask",
        "/api/search",
        "/api/documents",
        "/api/documents/{source}",
        "/api/feedback",
        "/healthz",
    } <= set(described["paths"])
    answer = described["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    assert answer["$ref"].endswith("/AnswerShape")


def test_the_server_says_that_it_is_well(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/v1/nothing", "/api/nothing", "/v1/chat/completions"])
def test_where_nothing_is_says_so_in_the_same_shape(client: httpx.Client, path: str) -> None:
    told = client.get(path)
    assert told.status_code == 404
    assert told.json()["error"]["code"] == "not_found"


def test_the_link_of_a_citation_leads_to_a_document_of_any_path(
    own_assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for path in (tmp_path / "a b?#%.txt", Path("../above.txt")):
        path.write_text(f"{REPORT}\n{path.name}\n", encoding="utf-8")
        (taken,) = own_assistant.add([path]).added
        with serving(own_assistant, tmp_path) as client:
            said = [{"role": "user", "content": APPLES}]
            body = {"model": "extractive", "messages": said, "source": f"*{path.name[-7:]}"}
            told = client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]
            assert told["annotations"]
            for one in told["annotations"]:
                assert httpx.get(one["url_citation"]["url"]).json()["source"] == taken.source

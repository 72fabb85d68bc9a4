"""Documents of one key's holder are nobody else's, whichever way they are asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from rag.api.application import Access
from rag.api.keys import ApiKeys
from rag.api.service import Service
from rag.assistant import Assistant
from rag.index import open_index
from rag.ui.library_routes import PAGE_DOCUMENTS, library_router
from tests.api_server import serving

KEYS = {"anna": "a-long-key-of-anna", "boris": "a-long-key-of-boris"}
SECRET = "青石县2022年果业简报\n\n2022年，青石县苹果产量31.5万吨，同比增长4%。青石县的KTF（苦藤坊）建成。\n"
SOURCE = "uploads/@anna/简报.txt"
ASKED = "青石县2022年苹果产量是多少？"


class Person:
    """Someone with a key at the server."""

    def __init__(self, client: httpx.Client, name: str) -> None:
        self._client = client
        self._headers = {"authorization": f"Bearer {KEYS[name]}"}

    def get(self, path: str) -> httpx.Response:
        return self._client.get(path, headers=self._headers)

    def post(self, path: str, body: object) -> httpx.Response:
        return self._client.post(path, headers=self._headers, json=body)

    def delete(self, path: str) -> httpx.Response:
        return self._client.delete(path, headers=self._headers)

    def upload(self, name: str, content: str) -> httpx.Response:
        files = {"files": (name, content.encode())}
        return self._client.post("/api/documents", headers=self._headers, files=files)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("owners")
    (folder / "pears.txt").write_text(
        "白河县2023年果业简报\n\n2023年，白河县梨产量7.2万吨。\n", encoding="utf-8"
    )
    assistant = Assistant(*open_index(folder / "store"))
    assistant.add([folder / "pears.txt"])
    with serving(assistant, folder, access=Access(ApiKeys(KEYS)), changeable=True) as opened:
        assert Person(opened, "anna").upload("简报.txt", SECRET).json()["added"][0]["source"] == SOURCE
        yield opened


@pytest.fixture
def anna(client: httpx.Client) -> Person:
    return Person(client, "anna")


@pytest.fixture
def boris(client: httpx.Client) -> Person:
    return Person(client, "boris")


def told(response: httpx.Response) -> str:
    """Everything a response says, whatever way its characters are written."""
    try:
        return json.dumps(response.json(), ensure_ascii=False)
    except ValueError:
        return response.text


def test_the_owner_has_them_every_way(anna: Person) -> None:
    assert "31.5万吨" in told(anna.post("/api/ask", {"question": ASKED}))
    assert "31.5万吨" in told(anna.post("/api/search", {"question": ASKED}))
    assert anna.get(f"/api/documents/{quote(SOURCE)}").status_code == 200
    assert SOURCE in told(anna.get("/api/documents"))


@pytest.mark.parametrize("source", ["", "*", SOURCE, "uploads/*", "uploads/@anna/*", "*简报*"])
@pytest.mark.parametrize("path", ["/api/ask", "/api/search"])
def test_no_question_finds_anothers(boris: Person, path: str, source: str) -> None:
    body = {"question": ASKED, "k": 100, **({"source": source} if source else {})}
    said = told(boris.post(path, body)).replace(json.dumps(ASKED, ensure_ascii=False), "")
    assert "31.5" not in said
    assert "anna" not in said
    assert "简报.txt" not in said


def test_nor_does_a_completion(boris: Person) -> None:
    body = {"model": "extractive", "messages": [{"role": "user", "content": ASKED}], "source": SOURCE}
    assert boris.post("/v1/chat/completions", body).status_code == 400
    said = told(boris.post("/v1/chat/completions", {**body, "source": []}))
    assert "31.5" not in said
    assert "anna" not in said


@pytest.mark.parametrize("source", [SOURCE, "uploads/@boris/../@anna/简报.txt", "uploads//@anna/简报.txt"])
def test_what_is_anothers_is_told_just_as_what_is_not_there(boris: Person, source: str) -> None:
    missing = boris.get("/api/documents/uploads/@boris/nothing.txt")
    for answer in (
        boris.get(f"/api/documents/{quote(source)}"),
        boris.delete(f"/api/documents/{quote(source)}"),
    ):
        assert answer.status_code == missing.status_code == 404
        assert answer.json() == missing.json()


def test_nor_is_it_listed_or_deleted(anna: Person, boris: Person) -> None:
    assert "anna" not in told(boris.get("/api/documents"))
    boris.delete(f"/api/documents/{quote(SOURCE)}")
    assert SOURCE in told(anna.get("/api/documents"))


def test_a_file_of_the_same_name_or_content_takes_no_ones_place(anna: Person, boris: Person) -> None:
    report = boris.upload("简报.txt", SECRET).json()
    assert [one["source"] for one in report["added"]] == ["uploads/@boris/简报.txt"]
    assert report["duplicates"] == []
    cited = boris.post("/api/ask", {"question": ASKED}).json()["citations"]
    assert {one["source"] for one in cited} == {"uploads/@boris/简报.txt"}
    boris.delete("/api/documents/uploads/@boris/简报.txt")
    assert "31.5万吨" in told(anna.post("/api/ask", {"question": ASKED}))


@pytest.mark.parametrize("name", ["@anna/x.txt", "../@anna/x.txt", "@anna\\x.txt", "@anna.txt"])
def test_no_name_puts_a_file_among_anothers(boris: Person, name: str) -> None:
    added = boris.upload(name, f"白河县的记录：{name}。").json()["added"]
    assert all(one["source"].startswith("uploads/@boris/") for one in added)


def test_feedback_confirms_no_guess_at_anothers_words(boris: Person) -> None:
    page = SECRET
    start = page.index("31.5万吨")
    guess = {"source": SOURCE, "page": None, "start": start, "end": start + 6, "quote": "31.5万吨"}
    answer = {"answer": "31.5万吨。[1]", "refused": False, "citations": [guess]}
    boris.post("/api/feedback", {"question": ASKED, "answer": answer, "verdict": "good"})
    assert SOURCE not in told(boris.get("/api/feedback"))


def test_an_abbreviation_is_not_spelt_out_by_anothers_document(boris: Person) -> None:
    assert "苦藤坊" not in told(boris.post("/api/ask", {"question": "KTF建成了吗？"}))


def test_the_page_shows_and_changes_nothing_of_others(tmp_path: Path) -> None:
    assistant = Assistant(*open_index(tmp_path / "store"))
    service = Service(assistant, 10)
    router = library_router(service.library, assistant, changeable=True)
    access = Access(ApiKeys(KEYS))
    with serving(assistant, tmp_path, access=access, service=service, router=router) as client:
        anna, boris = Person(client, "anna"), Person(client, "boris")
        sent = client.post(
            f"{PAGE_DOCUMENTS}/files",
            headers=anna._headers,
            data={"name": "简报.txt"},
            files={"file": ("简报.txt", SECRET.encode())},
        )
        assert sent.json() == {"kept": True}
        for _, job in service.library.jobs("anna"):
            assert job.ended.wait(60)
        assert "果业简报" in told(anna.get(f"{PAGE_DOCUMENTS}?language=zh"))
        for path in ("?language=zh", "/choices?language=zh", "/suggestions?language=zh"):
            said = told(boris.get(f"{PAGE_DOCUMENTS}{path}"))
            assert "果业" not in said
            assert "青石" not in said
        one = boris.get(f"{PAGE_DOCUMENTS}/one?language=zh&source={quote(SOURCE)}")
        assert one.status_code == 404
        for what in ("remove", "reread", "dismiss", "share", "unshare", "describe", "reset"):
            assert boris.post(f"{PAGE_DOCUMENTS}/deeds", {"what": what, "source": SOURCE}).status_code == 404
        assert "31.5" in told(anna.get(f"{PAGE_DOCUMENTS}/one?language=zh&source={quote(SOURCE)}"))
        assert anna.post(f"{PAGE_DOCUMENTS}/deeds", {"what": "share", "source": SOURCE}).status_code == 200
        assert "果业简报" in told(boris.get(f"{PAGE_DOCUMENTS}?language=zh"))


def test_a_page_that_changes_nothing_refuses_to(tmp_path: Path) -> None:
    assistant = Assistant(*open_index(tmp_path / "store"))
    service = Service(assistant, 10)
    router = library_router(service.library, assistant, changeable=False)
    with serving(assistant, tmp_path, service=service, router=router) as client:
        files = {"file": ("a.txt", SECRET.encode())}
        sent = client.post(f"{PAGE_DOCUMENTS}/files", data={"name": "a.txt"}, files=files)
        assert sent.status_code == 403
        told_off = client.post(f"{PAGE_DOCUMENTS}/deeds", json={"what": "remove", "source": "a"})
        assert told_off.status_code == 403

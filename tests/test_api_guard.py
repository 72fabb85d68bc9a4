"""Who is let in: keys, their hashes, limits, and what a browser was made to send."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx
import openai
import pytest

import app
from rag.answering.prompts import Message
from rag.api import __main__ as command
from rag.api.allowance import Allowance
from rag.api.application import Access
from rag.api.keys import ApiKeys, made_key, open_keys
from rag.assistant import Assistant
from rag.errors import SettingsError
from rag.settings import load_settings
from tests.api_server import serving, with_model
from tests.command_lines import COAL, Run, is_in_both_languages

KEY = "a-long-key-of-alice"
OTHER = "a-long-key-of-bob!!"


def keyed(**allowance: int) -> Access:
    return Access(ApiKeys({"alice": KEY, "bob": OTHER}), Allowance(**allowance))


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
def guarded(seed_assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with serving(seed_assistant, tmp_path_factory.mktemp("api"), access=keyed()) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/v1/models", "/api/documents", "/api/openapi.json", "/gradio_api/info"]
)
def test_nothing_but_health_is_given_without_a_key(guarded: httpx.Client, path: str) -> None:
    refused = guarded.get(path)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Basic")
    assert refused.json()["error"]["type"] == "authentication_error"
    assert guarded.get("/healthz").status_code == 200


def test_a_key_opens_as_a_bearer_and_as_a_password(guarded: httpx.Client) -> None:
    assert guarded.get("/v1/models", headers=bearer(KEY)).status_code == 200
    assert guarded.get("/v1/models", auth=("anyone", OTHER)).status_code == 200


@pytest.mark.parametrize(
    "value",
    [f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", "Bearer", "Basic !!!", "Basic /w==", f"Digest {KEY}", KEY],
)
def test_anything_else_does_not(guarded: httpx.Client, value: str) -> None:
    refused = guarded.get("/v1/models", headers={"authorization": value})
    assert refused.status_code == 401
    assert KEY not in refused.text


def test_the_openai_client_is_told_that_its_key_is_wrong(guarded: httpx.Client) -> None:
    base = f"{str(guarded.base_url).rstrip('/')}/v1"
    assert openai.OpenAI(base_url=base, api_key=KEY, max_retries=0).models.list().data
    with pytest.raises(openai.AuthenticationError) as caught:
        openai.OpenAI(base_url=base, api_key="wrong", max_retries=0).models.list()
    assert caught.value.code == "invalid_api_key"


def test_guessing_is_stopped_and_leaves_no_key_in_the_log(
    seed_assistant: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(seed_assistant, tmp_path, access=keyed()) as client:
        tried = [client.get("/v1/models", headers=bearer(f"guess-{n}")).status_code for n in range(25)]
        assert tried == [401] * 20 + [429] * 5
        assert client.get("/healthz").status_code == 200
    assert "guess-" not in caplog.text


def test_more_requests_than_allowed_wait(seed_assistant: Assistant, tmp_path: Path) -> None:
    with serving(seed_assistant, tmp_path, access=keyed(requests_a_minute=3)) as client:
        assert [client.get("/v1/models", headers=bearer(KEY)).status_code for _ in range(3)] == [200] * 3
        refused = client.get("/v1/models", headers=bearer(KEY))
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert client.get("/v1/models", headers=bearer(OTHER)).status_code == 200, "each key has its own"


class Waiting:
    """A model that answers once it may."""

    name = "scripted:waiting"

    def __init__(self) -> None:
        self.may, self.asked = threading.Event(), threading.Event()

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        self.asked.set()
        self.may.wait(30)
        yield "2023年昔阳县原煤产量2694.5万吨[1]。"


def test_one_key_does_not_take_every_place(seed_assistant: Assistant, tmp_path: Path) -> None:
    model = Waiting()
    with serving(with_model(seed_assistant, model), tmp_path, access=keyed(at_once=1)) as client:
        slow: list[int] = []

        def ask_slowly() -> None:
            told = httpx.post(
                client.base_url.join("/api/ask"), json={"question": COAL}, headers=bearer(KEY), timeout=60
            )
            slow.append(told.status_code)

        thread = threading.Thread(target=ask_slowly)
        thread.start()
        assert model.asked.wait(30)
        quick = {"question": COAL, "model": "extractive"}
        refused = client.post("/api/ask", json=quick, headers=bearer(KEY))
        assert refused.json()["error"]["code"] == "too_many_at_once"
        assert client.post("/api/ask", json=quick, headers=bearer(OTHER)).status_code == 200
        model.may.set()
        thread.join()
        assert slow == [200]
        assert client.post("/api/ask", json=quick, headers=bearer(KEY)).status_code == 200, (
            "the place is free"
        )


def test_a_request_that_is_too_large_or_of_unknown_size_is_not_read(
    seed_assistant: Assistant, tmp_path: Path
) -> None:
    with serving(seed_assistant, tmp_path, access=keyed(body_bytes=1000, upload_bytes=2000)) as client:
        client.headers.update(bearer(KEY))
        assert client.post("/api/ask", json={"question": "?" * 1000}).status_code == 413
        assert client.post("/api/documents", files={"files": ("a.txt", b"a" * 2000)}).status_code == 413
        assert client.post("/api/ask", content=iter([b"{}"])).status_code == 411


def test_another_site_cannot_make_a_browser_ask_or_change(seed_assistant: Assistant, tmp_path: Path) -> None:
    with serving(seed_assistant, tmp_path) as client:
        elsewhere = client.post(
            "/api/ask", json={"question": COAL}, headers={"origin": "https://evil.invalid"}
        )
        assert elsewhere.json()["error"]["code"] == "foreign_origin"
        assert client.post("/api/ask", json={"question": COAL}, headers={"origin": "null"}).status_code == 403
        assert client.get("/api/documents", headers={"origin": "https://evil.invalid"}).status_code == 403
        own = str(client.base_url).rstrip("/")
        assert client.post("/api/ask", json={"question": COAL}, headers={"origin": own}).status_code == 200


def test_a_name_that_was_made_to_mean_this_machine_is_not_served(
    seed_assistant: Assistant, tmp_path: Path
) -> None:
    with serving(seed_assistant, tmp_path) as client:
        for host in ("evil.invalid", "127.0.0.1.evil.invalid", "127.0.0.1@evil.invalid", ""):
            assert client.get("/api/documents", headers={"host": host}).status_code == 403, host
        for host in ("localhost:1", "127.0.0.1", "[::1]:7860"):
            assert client.get("/api/documents", headers={"host": host}).status_code == 200, host


def test_a_made_key_is_kept_as_a_hash_and_opens(tmp_path: Path) -> None:
    key, line = made_key("xiyang-office")
    file = tmp_path / "keys"
    file.write_text(f"# who\n\n{line}\n", encoding="utf-8")
    keys = open_keys(file=file)
    assert key not in line and "$argon2id$" in line
    assert keys.holder(key) == "xiyang-office"
    assert keys.holder(key[:-1]) is None
    assert keys.holder(key.replace("xiyang-office", "someone-else")) is None


def test_the_slow_hash_is_computed_once() -> None:
    key, line = made_key("a")
    keys = ApiKeys({}, {"a": line.split()[1]})
    began = time.perf_counter()
    assert keys.holder(key) == "a"
    once = time.perf_counter() - began
    began = time.perf_counter()
    assert keys.holder(key) == "a"
    assert time.perf_counter() - began < once / 4


@pytest.mark.parametrize("line", ["a-plain-key-that-slipped-in", "name a-plain-key", "Name $argon2id$x"])
def test_a_bad_line_of_the_file_is_named_by_number_alone(tmp_path: Path, line: str) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# first\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="2") as caught:
        open_keys(file=file)
    assert line not in str(caught.value)


def test_a_short_key_is_refused_without_being_told() -> None:
    with pytest.raises(SettingsError) as caught:
        open_keys(f"{KEY},hunter2")
    assert "hunter2" not in str(caught.value)


def test_settings_never_tell_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAG_API_KEYS", KEY)
    assert KEY not in repr(load_settings())
    monkeypatch.delenv("RAG_API_KEYS")
    (tmp_path / "rag.toml").write_text(f'api_keys = ["{KEY}"]\n', encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert KEY not in str(caught.value)


def test_an_address_others_reach_needs_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["--host", "0.0.0.0", "--port", "0"]) == 2
    said = capsys.readouterr().err
    assert is_in_both_languages(said)
    assert "--no-auth" in said and "RAG_API_KEYS" in said


def test_keys_or_the_word_that_none_are_wanted_will_do() -> None:
    Access(ApiKeys({})).check(open_to_all=False)
    Access(ApiKeys({"a": KEY}), host="0.0.0.0").check(open_to_all=False)
    Access(ApiKeys({}), host="::").check(open_to_all=True)


def test_the_command_makes_a_key_whose_line_verifies(run: Run, tmp_path: Path) -> None:
    said = run(command.main, "key", "county-office")
    assert said.status == 0
    key, line = said.out.splitlines()
    (tmp_path / "keys").write_text(line, encoding="utf-8")
    assert open_keys(file=tmp_path / "keys").holder(key) == "county-office"
    assert run(command.main, "key", "Not A Name").status == 2

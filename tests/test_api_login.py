"""Logging in: users and their hashes, sessions, the form, and what nobody is told."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from rag.api import __main__ as command
from rag.api.application import Access
from rag.api.keys import ApiKeys
from rag.api.sessions import COOKIE, SESSION_SECONDS, Sessions
from rag.api.users import Users, open_users, remove_user, user_line, write_user
from rag.assistant import Assistant
from rag.errors import SettingsError
from tests.api_server import serving
from tests.command_lines import COAL, Run, is_in_both_languages

PASSWORD = "correct horse 昔阳"
KEY = "a-long-key-of-alice"


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Users:
    file = tmp_path_factory.mktemp("users") / "users"
    write_user(file, user_line("张三", PASSWORD))
    write_user(file, user_line("li.si", "another password"))
    return open_users(file)


@pytest.fixture
def client(seed_assistant: Assistant, tmp_path: Path, users: Users) -> Iterator[httpx.Client]:
    access = Access(ApiKeys({"alice": KEY}), users=users)
    with serving(seed_assistant, tmp_path, access=access) as client:
        yield client


def log_in(
    client: httpx.Client, name: str = "张三", password: str = PASSWORD, after: str = ""
) -> httpx.Response:
    return client.post("/login", data={"name": name, "password": password, "after": after})


def test_a_reader_is_sent_to_the_form_and_from_there_to_where_they_wanted(client: httpx.Client) -> None:
    sent = client.get("/?c=abc")
    assert sent.status_code == 303
    form = client.get(f"/{sent.headers['location']}")
    assert form.status_code == 200
    assert 'value="c=abc"' in form.text
    welcomed = log_in(client, after="c=abc")
    assert (welcomed.status_code, welcomed.headers["location"]) == (303, "./?c=abc")
    assert client.get("/api/documents").status_code == 200, "the session opens the API too"


def test_the_cookie_is_for_the_browser_alone_and_for_this_site_alone(client: httpx.Client) -> None:
    cookie = log_in(client).headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and f"max-age={SESSION_SECONDS}" in cookie
    assert "secure" not in cookie
    behind = client.post(
        "/login", data={"name": "张三", "password": PASSWORD}, headers={"x-forwarded-proto": "https"}
    )
    assert "secure" in behind.headers["set-cookie"].lower()


def test_logging_out_ends_the_session_itself(client: httpx.Client) -> None:
    log_in(client)
    token = client.cookies[COOKIE]
    assert client.post("/logout").headers["location"] == "login"
    stolen = {"cookie": f"{COOKIE}={token}"}
    assert httpx.get(f"{client.base_url}/api/documents", headers=stolen).status_code == 401


@pytest.mark.parametrize(
    ("name", "password"), [("张三", "wrong"), ("nobody", PASSWORD), ("", ""), ("张三", "x" * 999)]
)
def test_a_wrong_password_and_a_wrong_name_are_told_alike(
    client: httpx.Client, name: str, password: str
) -> None:
    refused = log_in(client, name, password)
    assert refused.status_code == 401
    assert "用户名或密码不对" in refused.text
    assert COOKIE not in client.cookies
    assert password == "" or password not in refused.text


def test_the_form_speaks_the_browsers_language_and_escapes(client: httpx.Client) -> None:
    page = client.get(
        "/login", params={"after": '"><script>alert(1)</script>'}, headers={"accept-language": "en"}
    )
    assert "User name" in page.text and 'lang="en"' in page.text
    assert "<script>alert" not in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("after", ["//evil.invalid", "\r\nx-evil: 1", "https://evil.invalid"])
def test_after_logging_in_no_one_is_sent_elsewhere(client: httpx.Client, after: str) -> None:
    welcomed = log_in(client, after=after)
    assert welcomed.headers["location"].startswith("./?")
    assert "x-evil" not in welcomed.headers


def test_another_site_cannot_log_anyone_in_or_out(client: httpx.Client) -> None:
    for path in ("/login", "/logout"):
        assert client.post(path, data={}, headers={"origin": "https://evil.invalid"}).status_code == 403


def test_guessing_passwords_is_stopped_and_leaves_none_in_the_log(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tried = [log_in(client, "li.si", f"guess-{n}").status_code for n in range(22)]
    assert tried == [401] * 20 + [429] * 2
    stopped = log_in(client, "li.si", "another password")
    assert stopped.status_code == 429 and int(stopped.headers["retry-after"]) >= 1
    assert "guess-" not in caplog.text and "another password" not in caplog.text


def test_keys_open_the_api_beside_users_and_no_key_is_asked_for_by_a_browser(client: httpx.Client) -> None:
    asked = client.post("/api/ask", json={"question": COAL}, headers={"authorization": f"Bearer {KEY}"})
    assert asked.status_code == 200
    refused = client.get("/api/documents")
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer"), "the form is there to log in with"
    assert client.get("/", headers={"authorization": f"Bearer {KEY}"}).status_code != 303


def test_a_forged_or_missing_session_opens_nothing(client: httpx.Client) -> None:
    for token in ("", "x", "张三".encode().hex(), "a" * 5000):
        assert client.get("/api/documents", headers={"cookie": f"{COOKIE}={token}"}).status_code == 401


def test_users_are_kept_as_hashes_that_only_the_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "users"
    write_user(file, user_line("a", "first password"))
    write_user(file, user_line("b", PASSWORD))
    write_user(file, user_line("a", "second password"))
    kept = file.read_text(encoding="utf-8")
    assert "password" not in kept and kept.count("$argon2id$") == 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    users = open_users(file)
    assert users.named("a", "second password") == "a"
    assert users.named("a", "first password") is None
    assert users.named("ｂ", PASSWORD) == "b", "a name is the same in any width"
    remove_user(file, "a")
    assert not open_users(file).named("a", "second password")
    with pytest.raises(SettingsError):
        remove_user(file, "a")


@pytest.mark.parametrize("line", ["zhang a-plain-password", "just-one-word", "a b $argon2id$x"])
def test_a_bad_line_of_the_file_is_named_by_number_alone(tmp_path: Path, line: str) -> None:
    file = tmp_path / "users"
    file.write_text(f"# who\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="2") as caught:
        open_users(file)
    assert line not in str(caught.value)
    assert is_in_both_languages(str(caught.value))


def test_the_command_takes_the_password_from_standard_input(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "users"
    monkeypatch.setenv("RAG_USERS_FILE", str(file))
    said = run(command.main, "user", "张三", stdin=f"{PASSWORD}\n")
    assert said.status == 0
    assert open_users(file).named("张三", PASSWORD) == "张三"
    assert PASSWORD not in said.out + said.err
    assert run(command.main, "user", "张三", "--remove").status == 0
    assert not open_users(file)


@pytest.mark.parametrize(("name", "password"), [("a", "short"), ("two words", PASSWORD), ("", PASSWORD)])
def test_a_name_or_password_that_will_not_do_is_refused_without_being_told(
    run: Run, name: str, password: str
) -> None:
    said = run(command.main, "user", name, stdin=f"{password}\n")
    assert said.status == 2
    assert is_in_both_languages(said.err) and password not in said.err


def test_sessions_run_out_and_the_oldest_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    sessions = Sessions()
    first = sessions.opened("a")
    assert sessions.name_of(first) == "a"
    now[0] = SESSION_SECONDS + 1.0
    assert sessions.name_of(first) is None
    kept = [sessions.opened("b") for _ in range(10_001)]
    assert sessions.name_of(kept[0]) is None and sessions.name_of(kept[-1]) == "b"


def test_users_alone_will_do_at_an_address_that_others_reach(users: Users) -> None:
    Access(host="0.0.0.0", users=users).check(open_to_all=False)
    with pytest.raises(SettingsError, match=r"rag\.api user"):
        Access(host="0.0.0.0").check(open_to_all=False)

"""A model that fails says so in words its user can act on, in both languages."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import pytest

from rag.answering.chat_model import open_chat_model
from rag.errors import ModelError
from tests.llm_server import (
    MESSAGES,
    Respond,
    ask,
    free_port,
    no_provider,
    openai_stream,
    send,
    start_stream,
    status,
)

__all__ = ["no_provider"]

pytestmark = pytest.mark.usefixtures("no_provider")

SECRET = "sk-a-secret-that-is-never-shown"


def failure(respond: Respond, monkeypatch: pytest.MonkeyPatch) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask(respond, monkeypatch)
    return caught.value


class TestAFailure:
    @pytest.mark.parametrize(
        ("code", "zh", "en"),
        [
            (401, "不接受密钥", "turned the key down"),
            (403, "不接受密钥", "turned the key down"),
            (404, "没有模型", "has no model"),
            (429, "额度用完", "too many requests"),
            (400, "拒绝了请求", "turned the request down"),
            (500, "自身出错", "a fault of its own"),
            (503, "自身出错", "a fault of its own"),
        ],
    )
    def test_of_a_status(self, code: int, zh: str, en: str, monkeypatch: pytest.MonkeyPatch) -> None:
        error = failure(status(code), monkeypatch)
        assert zh in error.zh
        assert en in error.en
        assert f"HTTP {code}" in error.en
        assert "openai:m" in error.zh

    def test_of_a_service_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        address = f"127.0.0.1:{free_port()}"
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://user:{SECRET}@{address}/v1")
        with pytest.raises(ModelError) as caught:
            list(open_chat_model("openai:m", retries=0).stream(MESSAGES))
        assert address in caught.value.zh
        assert "can't be reached" in caught.value.en
        assert SECRET not in str(caught.value)

    def test_of_a_stream_that_is_no_json(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def respond(handler: BaseHTTPRequestHandler) -> None:
            start_stream(handler, "text/event-stream")
            send(handler, "data: {this is not JSON\n\n")
            send(handler, "")

        assert "can't be understood" in failure(respond, monkeypatch).en

    def test_of_a_web_page_in_place_of_a_chat(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def respond(handler: BaseHTTPRequestHandler) -> None:
            start_stream(handler, "text/html")
            send(handler, "<html><body>Welcome</body></html>")
            send(handler, "")

        assert "chat service" in failure(respond, monkeypatch).en

    def test_of_a_line_that_goes_dead(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "broke off" in failure(openai_stream(["原煤产量"], finished=False), monkeypatch).en

    def test_of_an_error_in_the_middle_of_a_stream(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def respond(handler: BaseHTTPRequestHandler) -> None:
            start_stream(handler, "text/event-stream")
            send(handler, 'data: {"error": {"message": "out of memory"}}\n\n')
            send(handler, "")

        assert "out of memory" in failure(respond, monkeypatch).en

    @pytest.mark.parametrize("pieces", [[], [" ", "\n"], ["<think>", "well"]])
    def test_of_a_reply_without_text(self, pieces: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        assert "no text" in failure(openai_stream(pieces), monkeypatch).en

    def test_never_show_the_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", SECRET)
        for code in (400, 401, 404, 500):
            error = failure(status(code, f"the key {SECRET} is wrong"), monkeypatch)
            assert SECRET not in str(error)

    def test_are_one_line_in_each_language(self, monkeypatch: pytest.MonkeyPatch) -> None:
        error = failure(status(500, "one\ntwo\n" + "x" * 5000), monkeypatch)
        assert "\n" not in error.zh + error.en
        assert len(error.en) < 500

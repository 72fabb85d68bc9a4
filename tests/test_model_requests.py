"""A request to a model is tried again where that helps, cut short where the reader leaves, shortened where too long."""

from __future__ import annotations

import json
import select
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest

from rag.answering.chat_model import open_chat_model
from rag.answering.windows import PromptTooLongError, check_fits, tokens_in
from rag.errors import ModelError
from tests.llm_server import (
    MESSAGES,
    Respond,
    Service,
    no_provider,
    ollama_stream,
    openai_stream,
    send,
    service,
    start_stream,
    status,
)

__all__ = ["no_provider"]

pytestmark = pytest.mark.usefixtures("no_provider")

ANSWER = "原煤产量2694.5万吨[1]。"


def in_turn(*responses: Respond) -> Respond:
    """Answer the first request as the first of these does, and so on; the last from then on."""
    left = list(responses)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def busy(code: int = 429, retry_after: str | None = None) -> Respond:
    """An HTTP error that may say when to come again."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"error": {"message": "busy", "type": "error", "code": code}}).encode()
        handler.send_response(code)
        if retry_after is not None:
            handler.send_header("Retry-After", retry_after)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return respond


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def anthropic_stream(*pieces: str) -> Respond:
    """Stream pieces of text as Anthropic's /v1/messages does."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        start_stream(handler, "text/event-stream")
        message = {"id": "1", "type": "message", "role": "assistant", "model": "m", "content": []}
        usage = {"input_tokens": 1, "output_tokens": 1}
        events: list[dict[str, object]] = [
            {"type": "message_start", "message": message | {"stop_reason": None, "usage": usage}},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        ]
        for piece in pieces:
            delta = {"type": "text_delta", "text": piece}
            events.append({"type": "content_block_delta", "index": 0, "delta": delta})
        events += [{"type": "content_block_stop", "index": 0}, {"type": "message_stop"}]
        for event in events:
            send(handler, f"event: {event['type']}\ndata: {json.dumps(event)}\n\n")
        send(handler, "")

    return respond


Opened = Callable[[Service, pytest.MonkeyPatch], str]


def openai(stand_in: Service, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("OPENAI_BASE_URL", f"{stand_in.address}/v1")
    return "openai:m"


def ollama(stand_in: Service, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("OLLAMA_HOST", stand_in.address)
    return "ollama:m"


def anthropic(stand_in: Service, monkeypatch: pytest.MonkeyPatch) -> str:
    pytest.importorskip("langchain_anthropic", reason="wenju[anthropic] is not installed")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", stand_in.address)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "a-key-for-nobody")
    return "anthropic:m"


STREAMS: dict[Opened, Respond] = {
    openai: openai_stream([ANSWER]),
    ollama: ollama_stream([ANSWER]),
    anthropic: anthropic_stream(ANSWER),
}
each_provider = pytest.mark.parametrize("opened", STREAMS, ids=lambda opened: opened.__name__)


def asked(
    opened: Opened, respond: Respond, monkeypatch: pytest.MonkeyPatch, *, timeout: float = 8.0
) -> tuple[str, int, float]:
    """What the model says in the end, how often it was asked, and how many seconds that took."""
    with service(respond) as stand_in:
        model = open_chat_model(opened(stand_in, monkeypatch), timeout=timeout)
        began = time.monotonic()
        text = "".join(model.stream(MESSAGES))
        return text, len(stand_in.requests), time.monotonic() - began


@each_provider
class TestEveryProvider:
    def test_streams(self, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
        assert asked(opened, STREAMS[opened], monkeypatch)[:2] == (ANSWER, 1)

    @pytest.mark.parametrize("code", [429, 500, 503])
    def test_is_asked_again_after_a_passing_fault(
        self, opened: Opened, code: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text, times, seconds = asked(opened, in_turn(busy(code), STREAMS[opened]), monkeypatch)
        assert (text, times) == (ANSWER, 2)
        assert seconds >= 0.5

    def test_is_asked_again_where_the_line_was_cut(
        self, opened: Opened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert asked(opened, in_turn(hangs_up, STREAMS[opened]), monkeypatch)[:2] == (ANSWER, 2)

    @pytest.mark.parametrize("code", [400, 401, 404])
    def test_is_not_asked_again_what_it_will_never_answer(
        self, opened: Opened, code: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with service(status(code)) as stand_in:
            with pytest.raises(ModelError):
                list(open_chat_model(opened(stand_in, monkeypatch)).stream(MESSAGES))
            assert len(stand_in.requests) == 1

    def test_is_given_up_after_two_more_attempts(
        self, opened: Opened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with service(busy(503)) as stand_in:
            with pytest.raises(ModelError, match="HTTP 503"):
                list(open_chat_model(opened(stand_in, monkeypatch)).stream(MESSAGES))
            assert len(stand_in.requests) == 3

    def test_hears_at_once_that_the_reader_left_even_before_its_first_word(
        self, opened: Opened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reached, hung_up = threading.Event(), threading.Event()

        def respond(handler: BaseHTTPRequestHandler) -> None:
            reached.set()
            readable, _, _ = select.select([handler.connection], [], [], 8)
            if readable and handler.connection.recv(1) == b"":
                hung_up.set()

        with service(respond) as stand_in:
            stream = open_chat_model(opened(stand_in, monkeypatch), timeout=0.5).stream(MESSAGES)
            with pytest.raises(ModelError, match=r"within 0\.5 s"):
                next(stream)
            assert reached.is_set()
            assert hung_up.wait(1), "the request goes with the reader"


class TestARateLimit:
    def test_is_waited_for_as_long_as_the_service_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        respond = in_turn(busy(429, "1.2"), STREAMS[openai])
        text, times, seconds = asked(openai, respond, monkeypatch)
        assert (text, times) == (ANSWER, 2)
        assert 1.2 <= seconds < 4

    def test_may_be_told_as_a_date(self, monkeypatch: pytest.MonkeyPatch) -> None:
        soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        text, times, seconds = asked(openai, in_turn(busy(429, soon), STREAMS[openai]), monkeypatch)
        assert (text, times) == (ANSWER, 2)
        assert 0.5 < seconds < 6

    def test_without_a_wait_goes_on_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert asked(openai, in_turn(busy(429, "0"), STREAMS[openai]), monkeypatch)[2] < 0.5

    def test_longer_than_there_is_time_for_is_told_to_the_reader(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        began = time.monotonic()
        with pytest.raises(ModelError) as caught:
            asked(openai, busy(429, "90"), monkeypatch)
        assert time.monotonic() - began < 2
        assert "请 90 秒后再试" in caught.value.zh
        assert "Try in 90 s" in caught.value.en

    @pytest.mark.parametrize("nonsense", ["soon", "", "Mon, 99 Foo 2026"])
    def test_told_in_nonsense_is_waited_for_a_little(
        self, nonsense: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert asked(openai, in_turn(busy(429, nonsense), STREAMS[openai]), monkeypatch)[:2] == (ANSWER, 2)


class TestAReaderWhoLeaves:
    def test_in_the_middle_ends_the_request(self, monkeypatch: pytest.MonkeyPatch) -> None:
        hung_up = threading.Event()

        def respond(handler: BaseHTTPRequestHandler) -> None:
            start_stream(handler, "text/event-stream")
            chunk = {"index": 0, "delta": {"content": "原煤"}, "finish_reason": None}
            send(handler, f"data: {json.dumps({'id': '1', 'choices': [chunk]})}\n\n")
            # Nothing more is said: only the closed connection can tell that nobody listens.
            readable, _, _ = select.select([handler.connection], [], [], 8)
            if readable and handler.connection.recv(1) == b"":
                hung_up.set()

        with service(respond) as stand_in:
            stream = open_chat_model(openai(stand_in, monkeypatch)).stream(MESSAGES)
            assert next(stream) == "原煤"
            stream.close()  # type: ignore[attr-defined]  # an iterator to callers, a generator here
            assert hung_up.wait(2)

    def test_leaves_the_model_free_for_the_next(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with service(openai_stream(["一", "二", "三"])) as stand_in:
            model = open_chat_model(openai(stand_in, monkeypatch))
            for _ in range(5):
                next(iter(model.stream(MESSAGES)))
            assert "".join(model.stream(MESSAGES)) == "一二三"


def test_once_text_has_come_nothing_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with service(openai_stream(["原煤产量"], finished=False)) as stand_in:
        with pytest.raises(ModelError, match="broke off"):
            list(open_chat_model(openai(stand_in, monkeypatch)).stream(MESSAGES))
        assert len(stand_in.requests) == 1


def test_several_readers_ask_one_model_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with service(openai_stream([ANSWER])) as stand_in:
        model = open_chat_model(openai(stand_in, monkeypatch))
        said: list[str] = []
        readers = [
            threading.Thread(target=lambda: said.append("".join(model.stream(MESSAGES)))) for _ in range(8)
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(10)
        assert said == [ANSWER] * 8


class TestAPromptThatIsTooLong:
    def test_is_not_sent_where_the_window_is_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with service(openai_stream([ANSWER])) as stand_in:
            model = open_chat_model(openai(stand_in, monkeypatch), window=1024)
            with pytest.raises(PromptTooLongError) as caught:
                list(model.stream([("user", "字" * 4000)]))
            assert stand_in.requests == []
            assert "openai:m" in caught.value.zh
            assert list(model.stream(MESSAGES)) == [ANSWER]

    @pytest.mark.parametrize(
        "said",
        [
            "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens.",
            "the request exceeds the available context size, try increasing it (exceed_context_size_error)",
            "Input is too long for requested model: prompt is too long",
        ],
    )
    def test_is_told_from_other_refusals(self, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(PromptTooLongError) as caught:
            asked(openai, status(400, said), monkeypatch)
        assert caught.value.share == 0.5

    def test_is_measured_generously(self) -> None:
        assert tokens_in("") == 0
        assert tokens_in("原煤产量") >= 4
        assert tokens_in("raw coal output") >= 4
        check_fits("m", [("user", "字" * 4000)], None)

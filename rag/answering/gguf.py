"""A model file (GGUF) served in this process, by llama.cpp's own server on a free loopback port."""

from __future__ import annotations

import os
import secrets
import threading
import weakref
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from rag.errors import ModelError

_MAGIC: Final = b"GGUF"
_WINDOW: Final = 8192
"""Tokens of context that are asked for: what a longer one costs in memory, no answer here needs."""
_SECONDS: Final = 10.0
"""What the server may take to say what it serves, which it knows by then."""


class _Server(Protocol):
    """llama.cpp's server; it ends when it is no longer referred to."""

    listening_address: str


class _Running:
    """Keeps a server, and lets go of it before the interpreter is taken apart: its threads would not survive that."""

    def __init__(self, server: _Server) -> None:
        weakref.finalize(self, [server].clear)


@dataclass(frozen=True, slots=True, eq=False)
class GgufServer:
    """A model being served: `address` ends in /v1, `key` opens it, `window` is its context in tokens.

    It is served for as long as `running` is referred to.
    """

    address: str
    key: str
    model: str
    window: int
    running: _Running


def serve_gguf(path: Path, window: int | None = None) -> GgufServer:
    """Serve a model file; one that is being served already is not loaded again.

    `window` asks for another context than 8,192 tokens; the model's own is the limit. Raises `ModelError` for
    a file that is missing or no model, and where `xllamacpp` is not installed.
    """
    _check(path)
    # Two that open the same file at once would both load it: a cache alone lets them.
    with _LOADING:
        return _served(path.resolve(), window or _WINDOW)


_LOADING: Final = threading.Lock()


@lru_cache(maxsize=1)
def _served(path: Path, window: int) -> GgufServer:
    key = secrets.token_urlsafe()
    server = _loaded(path, window, key)
    address = server.listening_address
    return GgufServer(f"{address}/v1", key, path.stem, _window_of(path, address, key), _Running(server))


def _check(path: Path) -> None:
    """Raises `ModelError` for what is no model file, before anything large is loaded."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ModelError(
            f"模型文件 {path} 打不开（{reason}）。请检查 gguf: 后面的路径。",
            f"the model file {path} can't be opened ({reason}). Check the path after gguf:.",
        ) from None
    if magic != _MAGIC:
        raise ModelError(
            f"{path} 不是 GGUF 模型文件。请给出 .gguf 文件；多半是没有下载完，或下成了网页。",
            f"{path} is no GGUF model file. Name a .gguf file; this one may be a download that broke off, "
            "or a web page.",
        )


def _loaded(path: Path, window: int, key: str) -> _Server:
    """llama.cpp's server. No page, no other site's scripts and nobody without the key gets at it."""
    try:
        import xllamacpp
    except ImportError:
        raise ModelError(
            "gguf: 模型由 xllamacpp 在本进程中运行，它还没有安装。请运行 pip install 'wenju[gguf]'。",
            "gguf: models are run in this process by xllamacpp, which is not installed. "
            "Run pip install 'wenju[gguf]'.",
        ) from None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_ctx = window
    parameters.n_parallel = 1
    parameters.port = 0
    parameters.api_keys = [key]
    parameters.cors_origins = "null"
    parameters.ui = False
    parameters.verbosity = -1
    # Where the cores are busy, llama.cpp's threads wait for one another: one is left to everything else.
    threads = max(1, (os.cpu_count() or 1) - 1)
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    try:
        server: _Server = xllamacpp.Server(parameters)
    except (RuntimeError, ValueError) as error:
        raise ModelError(
            f"模型文件 {path} 加载不了（{error}）。文件可能已损坏，格式太新，或内存不够。",
            f"the model file {path} can't be loaded ({error}). It may be damaged, of a newer format, "
            "or too large for the memory.",
        ) from None
    return server


def _window_of(path: Path, address: str, key: str) -> int:
    """The context that the server really gives, which the model's own may have made smaller."""
    import httpx

    try:
        reply = httpx.get(
            f"{address}/props",
            headers={"Authorization": f"Bearer {key}"},
            timeout=_SECONDS,
            trust_env=False,  # no proxy stands between a program and itself
        ).raise_for_status()
        return int(reply.json()["default_generation_settings"]["n_ctx"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"模型文件 {path} 加载后没有应答（{error}）。请再试一次，或换一个模型文件。",
            f"the model file {path} was loaded and gave no answer ({error}). "
            "Try again, or use another model file.",
        ) from None

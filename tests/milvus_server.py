"""Milvus-lite served to several programs, as a cluster would be."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def milvus_server(folder: Path) -> Iterator[str]:
    """The address of a server with nothing in it; skips the test, saying why, where there can be none."""
    pytest.importorskip("pymilvus", reason="the store in Milvus needs wenju[milvus]")
    pytest.importorskip("milvus_lite", reason="these tests run Milvus in milvus-lite")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name("milvus-lite"))
    command = [program, "server", "--data-dir", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield f"milvus:http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGKILL)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("milvus-lite did not start")

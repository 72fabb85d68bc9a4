"""A real PostgreSQL server for tests: one that is named, or one that is started in a folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NAMED = "WENJU_TEST_POSTGRES"
"""The environment variable that may name a server to be used, as postgresql://USER:PASSWORD@HOST/DATABASE."""
_INSTALLED = "/usr/lib/postgresql/*/bin/initdb"


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of an empty database; skips the test, saying why, where there can be none."""
    pytest.importorskip("sqlalchemy", reason="conversations in PostgreSQL need wenju[postgres]")
    pytest.importorskip("psycopg", reason="conversations in PostgreSQL need wenju[postgres]")
    if named := os.environ.get(NAMED):
        yield named
        return
    binaries = _binaries()
    if binaries is None:
        pytest.skip(
            f"no PostgreSQL server: install one (apt-get install postgresql), or name one with {NAMED}"
        )
    # PostgreSQL refuses to be run by root, and pytest's own folders are closed to others.
    user = "nobody" if os.name == "posix" and os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if user is not None:
            shutil.chown(folder, user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        data = Path(folder) / "data"
        _run(user, binaries / "initdb", "-D", data, "-U", "wenju", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories="
        _run(user, binaries / "pg_ctl", "-D", data, "-o", options, "-l", f"{folder}/log", "-w", "start")
        try:
            yield f"postgresql://wenju:none@127.0.0.1:{port}/postgres"
        finally:
            _run(user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = sorted(Path("/").glob(_INSTALLED.lstrip("/")))
    return installed[-1].parent if installed else None


def _run(user: str | None, *command: object) -> None:
    # What it says goes to a file: a pipe would be kept open by the server that is left running.
    with open(os.devnull, "w") as nothing:  # noqa: PTH123  a device, not a file
        subprocess.run(
            list(map(str, command)), check=True, user=user, cwd="/", stdout=nothing, stderr=nothing
        )

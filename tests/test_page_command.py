"""`python app.py` on the command line: what it refuses, and how."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

import app


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert app.main(["--port", str(port), "--store", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert f"127.0.0.1:{port}" in said
    assert "请用 --port" in said
    assert "Choose another --port" in said
    assert list(tmp_path.iterdir()) == [], "it is noticed before any work begins"


@pytest.mark.parametrize("port", ["-1", "70000"])
def test_a_port_that_does_not_exist_is_an_input_error(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["--port", port]) == 2
    assert port in capsys.readouterr().err


def test_a_host_that_is_not_this_machine_is_an_input_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(["--port", "0", "--host", "192.0.2.1"]) == 2
    assert "192.0.2.1" in capsys.readouterr().err


def test_a_wrong_llm_spec_is_an_input_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert app.main(["--port", "0", "--store", str(tmp_path), "--llm", "nonsense"]) == 2
    said = capsys.readouterr().err
    assert "nonsense" in said
    assert "Traceback" not in said

"""A model file is served in this process, to nobody else, and fails in plain words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from rag.answering.chat_model import open_chat_model
from rag.answering.gguf import GgufServer, serve_gguf
from rag.answering.windows import PromptTooLongError
from rag.errors import ModelError
from tests.llm_server import MESSAGES, no_provider, smollm2

__all__ = ["no_provider"]

pytestmark = pytest.mark.usefixtures("no_provider")

WINDOW = 2048


@pytest.fixture(scope="module")
def served() -> GgufServer:
    pytest.importorskip("xllamacpp", reason="xllamacpp has no wheel for this machine")
    return serve_gguf(smollm2(), WINDOW)


class TestAModelFile:
    def test_answers_like_any_other_model(self, served: GgufServer) -> None:
        model = open_chat_model(f"gguf:{smollm2()}", window=WINDOW)
        pieces = list(model.stream(MESSAGES))
        assert len(pieces) > 3
        assert "coal" in "".join(pieces)

    def test_is_asked_past_any_proxy(self, served: GgufServer, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert list(open_chat_model(f"gguf:{smollm2()}", window=WINDOW).stream(MESSAGES))

    def test_is_loaded_once_however_often_it_is_opened(self, served: GgufServer) -> None:
        assert serve_gguf(smollm2(), WINDOW) is served

    def test_listens_on_this_machine_alone_and_wants_its_key(self, served: GgufServer) -> None:
        assert served.address.startswith("http://127.0.0.1:")
        body = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 1}
        refused = httpx.post(f"{served.address}/chat/completions", json=body, trust_env=False)
        assert refused.status_code == 401

    def test_says_how_much_it_reads_at_once(self, served: GgufServer) -> None:
        assert served.window == WINDOW

    def test_is_not_sent_more_than_that(self, served: GgufServer) -> None:
        model = open_chat_model(f"gguf:{smollm2()}", window=WINDOW)
        with pytest.raises(PromptTooLongError) as caught:
            list(model.stream([("user", "原煤产量2694.5万吨。" * 400)]))
        assert 0 < caught.value.share < 1


class TestAFile:
    def test_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        missing = tmp_path / "qwen.gguf"
        with pytest.raises(ModelError) as caught:
            open_chat_model(f"gguf:{missing}")
        assert str(missing) in caught.value.zh
        assert "打不开" in caught.value.zh
        assert "can't be opened" in caught.value.en

    def test_that_is_a_folder_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="can't be opened"):
            open_chat_model(f"gguf:{tmp_path}")

    @pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"GGU"])
    def test_that_is_no_model_is_told_from_one(self, content: bytes, tmp_path: Path) -> None:
        (tmp_path / "model.gguf").write_bytes(content)
        with pytest.raises(ModelError, match="is no GGUF model file"):
            open_chat_model(f"gguf:{tmp_path / 'model.gguf'}")

    def test_that_broke_off_is_told_from_a_whole_one(self, tmp_path: Path) -> None:
        pytest.importorskip("xllamacpp", reason="xllamacpp has no wheel for this machine")
        (tmp_path / "model.gguf").write_bytes(smollm2().read_bytes()[:5000])
        with pytest.raises(ModelError) as caught:
            open_chat_model(f"gguf:{tmp_path / 'model.gguf'}")
        assert "加载不了" in caught.value.zh
        assert "can't be loaded" in caught.value.en

    def test_without_the_extra_comes_with_the_command_that_installs_it(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "xllamacpp", None)
        (tmp_path / "model.gguf").write_bytes(b"GGUF and so on")
        with pytest.raises(ModelError) as caught:
            open_chat_model(f"gguf:{tmp_path / 'model.gguf'}")
        assert "pip install 'wenju[gguf]'" in caught.value.zh
        assert "pip install 'wenju[gguf]'" in caught.value.en


def test_the_server_ends_with_the_program() -> None:
    pytest.importorskip("xllamacpp", reason="xllamacpp has no wheel for this machine")
    program = (
        "import sys; from rag.answering.chat_model import open_chat_model;"
        f"model = open_chat_model('gguf:' + sys.argv[1], window={WINDOW});"
        "print(next(iter(model.stream([('user', 'Say hello.')]))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(smollm2())], capture_output=True, text=True, timeout=50
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()

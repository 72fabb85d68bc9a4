"""Sentences of real texts with what the model makes of them: what made passages are put together of."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.lines import json_rows
from rag.documents.reading import read
from rag.original import Offsets
from rag.passages import split
from rag.seams import Embedder
from rag.store.token_codes import pack_tokens, token_bytes
from rag.store.token_sentences import token_places
from rag.text.sentences import split_sentences
from rag.text.words import bigrams, words
from rag.vectors import Vectors

_SHORTEST, _LONGEST = 12, 160
"""Characters of a sentence that is taken."""


_FIGURE = re.compile(r"(?<!\d)(?!(?:19|20)\d\d年)\d{1,9}")
_VARIANTS = 8


@dataclass(frozen=True, slots=True)
class Variant:
    """A sentence with other figures in it, as long as the one it was made of; its search words and bigrams."""

    text: str
    words: str
    bigrams: str


@dataclass(frozen=True, slots=True, eq=False)
class SentencePool:
    """Sentences in the order of their texts, each with some variants.

    `vectors` has shape (sentences, dimensions). The tokens of sentence i are `starts[i]` to `starts[i + 1]`:
    `codes` holds their vectors as the store packs them, shape (tokens, bytes), `places` the middle character of each
    in its sentence, shape (tokens,).
    """

    variants: tuple[tuple[Variant, ...], ...]
    vectors: Vectors
    starts: NDArray[np.int64]
    codes: NDArray[np.uint8]
    places: Offsets

    def __len__(self) -> int:
        return len(self.variants)

    def tokens(self, sentence: int) -> tuple[Offsets, bytes]:
        """The places and the packed vectors of a sentence's tokens."""
        span = slice(int(self.starts[sentence]), int(self.starts[sentence + 1]))
        return self.places[span], self.codes[span].tobytes()


def sentence_pool(files: Sequence[Path], embedder: Embedder, folder: Path, *, most: int) -> SentencePool:
    """The first `most` sentences of the files; what the model made of them is kept in the folder.

    A `.jsonl` file has a text a line (`text`); any other is read as a document is.
    """
    texts = list(dict.fromkeys(one for one in _sentences(files) if _SHORTEST <= len(one) <= _LONGEST))[:most]
    digest = hashlib.blake2b("\n".join([embedder.name, *texts]).encode(), digest_size=6).hexdigest()
    kept = folder / f"pool-{digest}.npz"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(kept, allow_pickle=False, **_encoded(texts, embedder))
    with np.load(kept) as arrays:
        variants = tuple(_variants(text, number) for number, text in enumerate(texts))
        return SentencePool(variants, **{name: arrays[name] for name in arrays.files})


def _variants(text: str, number: int) -> tuple[Variant, ...]:
    chance = np.random.default_rng(number)

    def other(found: re.Match[str]) -> str:
        return str(chance.integers(10 ** (len(found[0]) - 1), 10 ** len(found[0])))

    made = dict.fromkeys([text, *(_FIGURE.sub(other, text) for _ in range(_VARIANTS - 1))])
    return tuple(Variant(one, " ".join(words(one)), " ".join(bigrams(one))) for one in made)


def _sentences(files: Sequence[Path]) -> Iterator[str]:
    for file in files:
        if file.suffix == ".jsonl":
            for _, row in json_rows(file):
                yield from (row["text"][start:end].strip() for start, end in split_sentences(row["text"]))
        else:
            for passage in split(read(file, file.name)):
                yield from (passage.text[start:end].strip() for start, end in passage.sentences)


def _encoded(texts: Sequence[str], embedder: Embedder) -> dict[str, NDArray[np.generic]]:
    vectors, codes, places, counts = [], [], [], [0]
    for one in embedder.encode_passages(texts):
        vectors.append(one.vector)
        codes.append(pack_tokens(one.tokens))
        places.append(token_places(one.spans))
        counts.append(len(one.spans))
    packed = np.frombuffer(b"".join(codes), np.uint8).reshape(-1, token_bytes(embedder.token_dimensions))
    starts = np.cumsum(counts, dtype=np.int64)
    return {"vectors": np.stack(vectors), "starts": starts, "codes": packed, "places": np.concatenate(places)}

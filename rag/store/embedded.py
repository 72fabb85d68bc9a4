"""Vectors for passages and their tokens: those the store already has, and new ones for the rest."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.errors import EmbeddingError
from rag.seams import Embedder, Progress
from rag.store.cosines import pack_vector
from rag.store.lexicon import TermColumns, term_columns
from rag.store.rows import pack_offsets, unpack_offsets
from rag.store.token_codes import pack_tokens
from rag.store.token_sentences import pack_sentences, sentences_at, token_places
from rag.types import Passage
from rag.vectors import Encoded

_KEPT = """
    SELECT vector, places, codes FROM vector JOIN token ON token.passage = vector.passage
    WHERE digest = ? LIMIT 1"""
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class PackedText:
    """What is stored of a text, whichever passages have it: its vector, and of its tokens places and vectors."""

    vector: bytes
    places: bytes
    codes: bytes


Kept = Callable[[Iterable[bytes]], dict[bytes, PackedText]]
"""What a store holds of the texts with these digests."""


@dataclass(frozen=True, slots=True)
class EmbeddedPassage:
    """A passage with what is stored of it: of its embedded text, its tokens' sentences (packed), and its terms."""

    passage: Passage
    digest: bytes
    text: PackedText
    sentences: bytes
    terms: TermColumns


@dataclass(frozen=True, slots=True)
class PassageEmbedder:
    """Embeds passages, asking the model only for texts whose vectors the store does not hold.

    Vectors depend on their text alone (the store holds those of one model), so they are found by the
    text's digest, whichever source the text came in with.
    """

    kept: Kept
    embedder: Embedder

    @property
    def dimensions(self) -> int:
        """The length of a passage's vector."""
        return self.embedder.dimensions

    def embed(
        self, passages: Sequence[Passage], progress: Progress | None
    ) -> tuple[list[EmbeddedPassage], int]:
        """The passages with their vectors, and how many texts the model had to read."""
        texts = {_digest(passage.embedded_text): passage.embedded_text for passage in passages}
        known = self.kept(texts)
        missing = {digest: text for digest, text in texts.items() if digest not in known}
        known |= self._made(missing, progress)
        return [_embedded(passage, known) for passage in passages], len(missing)

    def _made(self, texts: Mapping[bytes, str], progress: Progress | None) -> dict[bytes, PackedText]:
        if not texts:
            return {}
        # Packed one by one as they come: unpacked, the vectors of a text's tokens are some 100 kB.
        encoded = self.embedder.encode_passages(list(texts.values()), progress=progress)
        packed = [self._packed(one) for one in encoded]
        if len(packed) != len(texts):
            raise self._unusable(f"{len(packed)}", f"{len(texts)}")
        return dict(zip(texts, packed, strict=True))

    def _packed(self, one: Encoded) -> PackedText:
        wanted = (self.embedder.dimensions, (len(one.spans), self.embedder.token_dimensions))
        found = (*one.vector.shape, one.tokens.shape)
        if found != wanted:
            raise self._unusable(f"{found}", f"{wanted}")
        places = pack_offsets(token_places(one.spans))
        return PackedText(pack_vector(one.vector), places, pack_tokens(one.tokens))

    def _unusable(self, found: str, wanted: str) -> EmbeddingError:
        return EmbeddingError(
            f"向量模型 {self.embedder.name} 给出的向量形状是 {found}，应为 {wanted}。请换一个模型。",
            f"The embedding model {self.embedder.name} gave vectors of shape {found}, not {wanted}. "
            "Choose another model.",
        )


def kept_in(connection: sqlite3.Connection) -> Kept:
    """What a database holds of texts."""

    def kept(digests: Iterable[bytes]) -> dict[bytes, PackedText]:
        found = ((digest, connection.execute(_KEPT, (digest,)).fetchone()) for digest in digests)
        return {digest: PackedText(*row) for digest, row in found if row is not None}

    return kept


def _embedded(passage: Passage, known: Mapping[bytes, PackedText]) -> EmbeddedPassage:
    digest = _digest(passage.embedded_text)
    text = known[digest]
    sentences = sentences_at(unpack_offsets(text.places), passage)
    return EmbeddedPassage(passage, digest, text, pack_sentences(sentences), term_columns(passage))


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()

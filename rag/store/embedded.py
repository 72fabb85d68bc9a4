"""Vectors for passages and their sentences: those the store already has, and new ones for the rest."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.errors import EmbeddingError
from rag.seams import Embedder, Progress
from rag.store.cosines import pack_sentence_vector, pack_vector
from rag.types import Passage, Vectors

_PASSAGE_VECTOR = "SELECT vector FROM vector WHERE digest = ? LIMIT 1"
_SENTENCE_VECTOR = "SELECT vector FROM sentence WHERE digest = ? LIMIT 1"
_DIGEST_BYTES = 16

Packed = dict[bytes, bytes]
"""Digest of a text → its vector as stored."""


@dataclass(frozen=True, slots=True)
class EmbeddedPassage:
    """A passage with (digest, vector) of its embedded text and of each of its sentences, as stored."""

    passage: Passage
    whole: tuple[bytes, bytes]
    sentences: tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class PassageEmbedder:
    """Embeds passages, asking the model only for texts whose vector the store does not hold.

    A vector depends on its text alone (the store holds vectors of one model), so it is found by the
    text's digest, whichever source the text came in with.
    """

    connection: sqlite3.Connection
    embedder: Embedder
    sentence_vectors: bool
    sentence_context: bool

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return self.embedder.dimensions

    def embed(
        self, passages: Sequence[Passage], progress: Progress | None
    ) -> tuple[list[EmbeddedPassage], int]:
        """The passages with their vectors, and how many passages the model had to read."""
        wholes = {_digest(passage.embedded_text): passage.embedded_text for passage in passages}
        parts = {_digest(text): text for passage in passages for text in self._sentence_texts(passage)}
        kept = self._kept(_PASSAGE_VECTOR, wholes)
        kept_parts = self._kept(_SENTENCE_VECTOR, parts)
        missing = {digest: text for digest, text in wholes.items() if digest not in kept}
        count = len(missing)
        missing |= {digest: text for digest, text in parts.items() if digest not in kept_parts}
        fresh = dict(zip(missing, self._vectors(list(missing.values()), progress), strict=True))
        kept |= {digest: pack_vector(fresh[digest]) for digest in wholes.keys() - kept.keys()}
        kept_parts |= {
            digest: pack_sentence_vector(fresh[digest]) for digest in parts.keys() - kept_parts.keys()
        }
        return [self._embedded(passage, kept, kept_parts) for passage in passages], count

    def _embedded(self, passage: Passage, wholes: Packed, parts: Packed) -> EmbeddedPassage:
        whole = _digest(passage.embedded_text)
        sentences = [_digest(text) for text in self._sentence_texts(passage)]
        return EmbeddedPassage(
            passage, (whole, wholes[whole]), tuple((digest, parts[digest]) for digest in sentences)
        )

    def _sentence_texts(self, passage: Passage) -> list[str]:
        if not self.sentence_vectors:
            return []
        front = f"{passage.context}\n" if self.sentence_context and passage.context else ""
        return [front + passage.text[start:end] for start, end in passage.sentences]

    def _kept(self, query: str, digests: Iterable[bytes]) -> Packed:
        found = ((digest, self.connection.execute(query, (digest,)).fetchone()) for digest in digests)
        return {digest: row["vector"] for digest, row in found if row is not None}

    def _vectors(self, texts: list[str], progress: Progress | None) -> Iterable[Vectors]:
        if not texts:
            return []
        vectors = self.embedder.embed_passages(texts, progress=progress)
        expected = (len(texts), self.embedder.dimensions)
        if vectors.shape != expected:
            raise EmbeddingError(
                f"向量模型 {self.embedder.name} 给出的向量形状是 {vectors.shape}，应为 {expected}。"
                "请换一个模型。",
                f"The embedding model {self.embedder.name} gave vectors of shape {vectors.shape}, "
                f"not {expected}. Choose another model.",
            )
        return vectors


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()

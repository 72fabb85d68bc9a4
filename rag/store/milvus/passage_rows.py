"""Passages as rows of Milvus, with what it searches them by, and back."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from rag.store.cosines import pack_vector, unpack_vectors
from rag.store.embedded import EmbeddedPassage, PackedText
from rag.store.identity import passage_id
from rag.store.milvus.row_text import chunks, text_of, unchunked
from rag.store.rows import passage_row
from rag.text.definitions import DEFINES, definitions
from rag.text.lookalikes import misread_figures
from rag.text.words import bigrams, uncut, words
from rag.types import Document, Passage
from rag.vectors import Vectors

Row = dict[str, Any]
_HAN = re.compile("[㐀-鿿豈-﫿]")
_PAIR = 2


def passage_rows(
    number: int, document: Document, embedded: Iterable[EmbeddedPassage], now: int
) -> Iterator[Row]:
    """The rows of a document's passages."""
    for one in embedded:
        yield {
            "id": passage_id(number, one.passage.ordinal),
            "document": number,
            "written": now,
            "digest": one.digest.hex(),
            "payload": text_of(passage_row(one.passage, document.metadata)),
            "places": _text(one.text.places),
            "sentences": _text(one.sentences),
            "tokens": chunks(one.text.codes),
            "vector": vectors_of([one.text.vector]).tolist()[0],
            "words": searched_words(one.passage),
            "pairs": searched_pairs(one.passage),
        }


def kept_text(row: Row) -> PackedText:
    """What is stored of a text, from the fields `vector`, `places` and `tokens` of a passage that has it."""
    vector = pack_vector(np.array(row["vector"], np.float32))
    return PackedText(vector, base64.b64decode(row["places"]), unchunked(row["tokens"]))


def token_parts(row: Row) -> tuple[bytes, bytes]:
    """The packed vectors and sentences of a passage's tokens."""
    return unchunked(row["tokens"]), base64.b64decode(row["sentences"])


def vectors_of(packed: Sequence[bytes]) -> Vectors:
    """Packed vectors side by side."""
    return unpack_vectors(packed, len(packed[0]) // 4)


def terms_of(embedded: EmbeddedPassage) -> list[str]:
    """Every term that the lexical index of the other store would hold of a passage."""
    return [term for column in embedded.terms for term in column.split()]


def searched_words(passage: Passage) -> str:
    """What Milvus cuts into words itself: the folded text, English stemmed, misread figures put right behind it."""
    text = _valid(passage.embedded_text)
    return " ".join([uncut(text), *misread_figures(text)])


def searched_pairs(passage: Passage) -> str:
    """Bigrams as words of letters and digits, which no analyzer takes apart."""
    text = _valid(passage.embedded_text)
    defines = [DEFINES] if definitions(_valid(passage.text)) else []
    return " ".join(map(_coded, [*bigrams(text), *defines]))


def asked_words(terms: Iterable[str]) -> str:
    """Those of a question's terms that are words; a bigram that is none would be cut into characters."""
    return " ".join(dict.fromkeys(term for term in map(_valid, terms) if _is_word(term)))


def asked_pairs(terms: Iterable[str]) -> str:
    """Those of a question's terms that may be bigrams, coded."""
    return " ".join(dict.fromkeys(_coded(term) for term in map(_valid, terms) if _is_pair(term)))


def _is_word(term: str) -> bool:
    return words(term) == [term] if _HAN.search(term) else bool(words(term)) and " " not in term


def _is_pair(term: str) -> bool:
    return term == DEFINES or (len(term) <= _PAIR and bool(term) and all(map(_HAN.match, term)))


def _coded(term: str) -> str:
    return f"x{term.encode().hex()}"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _valid(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", " ")

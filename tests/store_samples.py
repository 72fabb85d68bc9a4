"""Small documents for the store's tests, and an embedder that remembers what it was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from rag.original import AlignedText, Original
from rag.seams import DocumentStore, Progress
from rag.store import FaissStore, open_store
from rag.types import FILE_NAME_CONFIDENCE, Block, Document, Metadata, Passage, Reason
from rag.vectors import Encoded, Vectors
from tests.fakes import HashedBagOfWords

SETTINGS: Mapping[str, int] = {"characters": 250}

XIYANG = "昔阳县原煤产量2694.5万吨，同比增长42%。全县粮食总产量3.2亿斤。\n新能源装机达到208万千瓦。"
KELAN = "岢岚县一般公共预算收入增长5.5%。\n羊饲养量稳定在80万只。\n脱贫人口人均收入提高1.2个百分点。"
ZUOQUAN = "左权县抽水蓄能电站总投资65亿元。\nThe pumped storage project is under construction."
QUESTION = "羊饲养量稳定在80万只"
_COUNTIES = ("昔阳", "岢岚", "左权")
CORPUS = {"昔阳.txt": XIYANG, "岢岚.txt": KELAN, "左权.txt": ZUOQUAN}


class RecordingEmbedder(HashedBagOfWords):
    """Embeds as its parent does and keeps the texts it had to read."""

    def __init__(self, dimensions: int = 64) -> None:
        super().__init__(dimensions)
        self.read: list[str] = []

    def embed_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        self.read.extend(texts)
        return super().embed_passages(texts, progress=progress)

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Iterator[Encoded]:
        self.read.extend(texts)
        return super().encode_passages(texts, progress=progress)


def document(source: str, text: str, *, page_starts: tuple[int, ...] = ()) -> Document:
    """A document that is clean already, every line a paragraph.

    Like any text without a title it is called by its file's name; it is about the county of that name, or what it
    begins with.
    """
    title = PurePosixPath(source).stem
    place = title if title in _COUNTIES else text[:2]
    return Document(
        source=source,
        format="txt",
        original=Original(text, page_starts),
        body=AlignedText.identity(text),
        blocks=tuple(Block("paragraph", start, end) for start, end in _lines(text)),
        metadata=Metadata(
            title=title,
            place=place,
            year=2024,
            years=(2023, 2024),
            author="县政府办公室",
            places=(place, "山西"),
            reasons=(Reason("title", FILE_NAME_CONFIDENCE, "文件名", "the file's name"),),
        ),
        warnings=("一处看不清",),
    )


def passages(of: Document) -> list[Passage]:
    """One passage a line, one sentence a full stop; the place stands in front."""
    return [
        Passage(
            source=of.source,
            ordinal=ordinal,
            body=of.body.slice(start, end),
            headings=("一、工作回顾",),
            context=f"{of.metadata.place} 2024年",
            sentences=_sentences(of.body.text[start:end]),
            metadata=replace(of.metadata, reasons=()),
        )
        for ordinal, (start, end) in enumerate(_lines(of.body.text))
    ]


def opened(folder: Path, embedder: HashedBagOfWords | None = None) -> FaissStore:
    """The store of a folder as the tests open it."""
    return open_store(folder, embedder=embedder or RecordingEmbedder(), passage_settings=SETTINGS)


def put(store: DocumentStore, source: str, text: str) -> int:
    """Put a text in under a source; returns how many passages were embedded."""
    made = document(source, text)
    return store.replace(made, hashlib.sha256(text.encode()).hexdigest(), passages(made))


def put_all(store: DocumentStore, texts: Mapping[str, str] = CORPUS) -> None:
    """Put texts in, each under its source."""
    with store.writing():
        for source, text in texts.items():
            put(store, source, text)


def found(store: DocumentStore, hits: Sequence[tuple[int, float]]) -> list[str]:
    """The texts of hits, best first."""
    return [stored.passage.text for stored in store.passages(number for number, _ in hits)]


def nearest(store: DocumentStore, question: str = QUESTION) -> str:
    """The text of the passage nearest to a question."""
    return found(store, store.dense(HashedBagOfWords(64).embed_query(question), 1))[0]


def vector_files(folder: Path) -> list[Path]:
    """The FAISS files of an index."""
    return sorted(folder.glob("vectors*"))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def _lines(text: str) -> list[tuple[int, int]]:
    return _stretches(text, "\n")


def _sentences(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((start, min(end + 1, len(text))) for start, end in _stretches(text, "。"))


def _stretches(text: str, mark: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for piece in text.split(mark):
        if piece:
            found.append((start, start + len(piece)))
        start += len(piece) + 1
    return found

"""What the store in Milvus costs, and that it answers as the one on disk: `python -m tests.proofs cluster`.

Milvus is milvus-lite in this process: sizes and answers hold for a server too, times do not.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from eval.gold import load_gold
from rag.assistant import Assistant
from rag.embedding import open_embedder
from rag.index import PASSAGE_SETTINGS, open_index
from rag.resources import seed_folder
from rag.store import MilvusAddress
from rag.store.milvus import open_milvus_store
from rag.store.milvus.server import MilvusServer

_GOLD = Path(__file__).parents[2] / "eval" / "gold" / "seeds.jsonl"
_QUESTIONS = 60
_TEXTS = ("payload", "places", "sentences", "tokens", "words", "pairs")
_FEWEST_SAME = 0.95


def lines() -> Iterator[str]:
    """Sizes for each passage and document, answers and times beside those of the store on disk.

    Raises `AssertionError` where too many answers differ.
    """
    with tempfile.TemporaryDirectory() as folder:
        address = MilvusAddress.of(f"milvus:{folder}/lite")
        store = open_milvus_store(
            address,
            folder=Path(folder) / "machine",
            embedder=open_embedder(),
            passage_settings=PASSAGE_SETTINGS,
        )
        there = Assistant(store, open_embedder())
        there.add([seed_folder()])
        here = Assistant(*open_index(Path(folder) / "disk"))
        here.add([seed_folder()])
        yield from _sizes(address, len(store), len(store.sources()))
        yield ""
        yield from _compared(here, there)
        there.store.close()
        here.store.close()


def _sizes(address: MilvusAddress, passages: int, documents: int) -> Iterator[str]:
    server = MilvusServer(address)
    epoch = server.epoch() or ""
    rows = server.passages(epoch, "id >= 0", ["id", *_TEXTS])
    yield f"{documents} documents, {passages} passages of the seeds. Characters of text in each field, on average:"
    yield ""
    for field in _TEXTS:
        total = sum(
            len(row[field]) if isinstance(row[field], str) else sum(map(len, row[field])) for row in rows
        )
        yield f"- a passage's `{field}`: {total / passages:,.0f}"
    entries = sum(len(set(row["words"].split())) + len(set(row["pairs"].split())) for row in rows)
    yield f"- different words (Chinese uncut) and pairs of a passage: {entries / passages:,.0f}"
    kept = server.documents(epoch, "changed >= 0", ["kind", "data"])
    for kind in ("content", "described"):
        total = sum(len(row["data"]) for row in kept if row["kind"] == kind)
        yield f"- a document's `{kind}`: {total / documents:,.0f}"
    server.close()


def _compared(here: Assistant, there: Assistant) -> Iterator[str]:
    questions = [one for one in load_gold(_GOLD, "dev") if not one.history][:_QUESTIONS]
    seconds, same, order = [0.0, 0.0], 0, 0
    for one in questions:
        answers = []
        for number, assistant in enumerate((here, there)):
            began = time.perf_counter()
            answers.append(assistant.ask(one.question))
            seconds[number] += time.perf_counter() - began
        same += answers[0].text == answers[1].text
        firsts = [[hit.id for hit in answer.hits[:5]] for answer in answers]
        order += firsts[0] == firsts[1]
    yield f"{len(questions)} development questions, asked of both in turn: {same} answers are the same to the"
    yield f"character, {order} have the same five passages first. A question takes"
    yield f"{seconds[0] / len(questions):.2f} s on disk and {seconds[1] / len(questions):.2f} s in milvus-lite."
    assert same >= _FEWEST_SAME * len(questions), f"{same} of {len(questions)} answers are the same"

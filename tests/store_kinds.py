"""Every kind of store, opened alike: what is expected of one is expected of all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from rag.seams import DocumentStore
from tests.fakes import HashedBagOfWords
from tests.store_samples import SETTINGS, RecordingEmbedder, opened

KINDS = ("faiss", "milvus")


class OpenStore(Protocol):
    """Opens the store that belongs to a folder; again, and it is the same store in another program's hands."""

    def __call__(self, folder: Path, embedder: HashedBagOfWords | None = None) -> DocumentStore: ...


@pytest.fixture(scope="session")
def milvus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of milvus-lite for all tests of a process: each has a store of its own in it."""
    pytest.importorskip("pymilvus", reason="the store in Milvus needs wenju[milvus]")
    pytest.importorskip("milvus_lite", reason="these tests run Milvus in milvus-lite")
    return tmp_path_factory.mktemp("milvus")


@pytest.fixture(params=KINDS)
def opened_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenStore]:
    """What opens stores of one kind after the other."""
    if request.param == "faiss":
        yield opened
        return
    yield milvus_opener(request.getfixturevalue("milvus_folder"), tmp_path / "machines")


def milvus_opener(server: Path, machines: Path) -> OpenStore:
    """Opens stores in Milvus, each as if on a machine of its own."""
    from rag.store.milvus import open_milvus_store
    from rag.store.milvus_address import MilvusAddress

    numbers = count()

    def open_it(folder: Path, embedder: HashedBagOfWords | None = None) -> DocumentStore:
        name = f"s{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
        return open_milvus_store(
            MilvusAddress.of(f"milvus:{server}#{name}"),
            folder=machines / str(next(numbers)),
            embedder=embedder or RecordingEmbedder(),
            passage_settings=SETTINGS,
        )

    return open_it

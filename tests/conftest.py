"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.assistant import Assistant, open_assistant, open_index
from rag.resources import seed_folder
from tests.command_lines import run

__all__ = ["run"]


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

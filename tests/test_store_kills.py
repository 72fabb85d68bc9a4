"""A handful of the kills that `python -m tests.proofs.kills` proves with, and that the proof can fail."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.proofs.kills import Job, built, jobs, prove, told, unsound
from tests.store_samples import opened, vector_files

JOBS = jobs(documents=4, lines=6)


@pytest.mark.parametrize("job", JOBS, ids=[job.name for job in JOBS])
def test_a_kill_leaves_the_store_as_before_or_as_after(job: Job, tmp_path: Path) -> None:
    tally = prove(job, 2, random.Random(3), tmp_path)
    assert tally.violations == []
    assert tally.kills == sum(tally.found.values()) == 2


def test_half_a_change_would_be_noticed(tmp_path: Path) -> None:
    job = JOBS[0]
    before, *_ = (told(built(tmp_path / str(n), texts)) for n, texts in enumerate(job.states()[:1]))
    for harm in (
        "DELETE FROM vector WHERE number = 3",
        "DELETE FROM token WHERE passage = (SELECT min(passage) FROM token)",
        "UPDATE passage SET ordinal = 99 WHERE ordinal = 1",
        "INSERT INTO source SELECT x'41', document FROM source LIMIT 1",
    ):
        with closing(sqlite3.connect(tmp_path / "0" / "passages.sqlite")) as database, database:
            database.execute(harm)
        left = told(tmp_path / "0")
        assert left != before
        before = left


def test_what_lies_about_or_is_not_sound_would_be_noticed(tmp_path: Path) -> None:
    built(tmp_path, JOBS[0].before)
    assert unsound(tmp_path) == []
    (tmp_path / "vectors-0.faiss").write_bytes(b"")
    with closing(sqlite3.connect(tmp_path / "passages.sqlite")) as database, database:
        database.execute("DELETE FROM term_data WHERE id > 10")
        database.execute("DELETE FROM document WHERE id IN (SELECT id FROM document LIMIT 1)")
    assert len(unsound(tmp_path)) >= 3
    with opened(tmp_path) as store:
        assert len(vector_files(tmp_path)) > len(store._reader.segments())

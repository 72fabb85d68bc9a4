"""The laws of ingestion: an index kept up to date is the index built anew, and a second run finds nothing to do."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given, settings

from rag.ingestion import IngestReport, refit
from rag.store import FaissStore
from tests.fakes import HashedBagOfWords
from tests.ingestion_samples import APPLES, PEARS, ROADS, TITLED, names, taken, write
from tests.store_samples import QUESTION, opened

TEXTS = (APPLES, ROADS, PEARS, APPLES + PEARS, TITLED)


def contents(store: FaissStore) -> list[tuple[str, str, str, str | None, list[str]]]:
    """Every source with its hash, title, what it is the same as, and passages."""
    return [
        (
            record.source,
            record.sha256,
            record.metadata.title,
            record.same_as,
            [stored.passage.embedded_text for stored in store.passages_of(record.source)],
        )
        for record in store.sources()
    ]


def found(store: FaissStore) -> list[tuple[str, str, float]]:
    """What a search over everything finds, with cosines."""
    hits = store.dense(HashedBagOfWords(64).embed_query(QUESTION), 50)
    cosines = [round(cosine, 5) for _, cosine in hits]
    passages = [stored.passage for stored in store.passages(number for number, _ in hits)]
    return sorted((p.source, p.text, cosine) for p, cosine in zip(passages, cosines, strict=True))


folders = st.dictionaries(
    st.sampled_from(["a.txt", "b.txt", "c.txt", "d.txt"]), st.sampled_from(TEXTS), min_size=1
)


@settings(max_examples=40)
@given(st.lists(folders, min_size=2, max_size=4))
def test_an_index_kept_up_to_date_is_the_index_built_anew(states: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        docs = Path(place) / "d"
        with opened(Path(place) / "kept") as kept, opened(Path(place) / "new") as new:
            for state in states:
                write(docs, state)
                taken(kept, docs)
            taken(new, docs)
            assert contents(kept) == contents(new)
            assert found(kept) == found(new)


@settings(max_examples=15)
@given(folders, folders)
def test_a_second_run_changes_nothing_and_foretells_so(first: dict[str, str], second: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as place, opened(Path(place) / "s") as store:
        docs = Path(place) / "d"
        for state in (first, second):
            write(docs, state)
            taken(store, docs)
        generation = store.generation
        again: IngestReport = taken(store, docs)
        assert not again.changed
        assert sorted(again.sources) == [record.source for record in store.sources()]
        assert store.generation == generation


def test_an_index_is_refitted_with_its_duplicates(tmp_path: Path) -> None:
    write(tmp_path / "d", {"a.txt": APPLES, "b.txt": APPLES, "c.txt": ROADS})
    with opened(tmp_path / "s") as store:
        taken(store, tmp_path / "d")
        before = contents(store)
        report = refit(store)
        assert names(report.updated) == ["a.txt", "c.txt"]
        assert contents(store) == before

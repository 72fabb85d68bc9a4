"""A large store searches terms by files of postings, and finds what FTS5 finds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.store import FaissStore, Scale, open_store, ranking, segments
from rag.store.joined_postings import joined
from rag.store.postings import MOST, Postings
from rag.store.ranking import Part, best, norms, rarity
from tests.store_samples import SETTINGS, RecordingEmbedder, put

ALWAYS = Scale(postings_from=1)
NEVER = Scale(postings_from=10**9)
WORDS = [f"词{n}" for n in range(12)] + ["coal", "42%", "煤", "煤产", "新能源装机容量"]
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join), min_size=1, max_size=40
)


def made(texts: Sequence[str], first: int = 1) -> Postings:
    return Postings.made([(first + n, 1000 - first - n, text) for n, text in enumerate(texts)])


def opened(folder: Path, scale: Scale) -> FaissStore:
    return open_store(folder, embedder=RecordingEmbedder(), passage_settings=SETTINGS, scale=scale)


def listed(postings: Postings) -> dict[str, list[tuple[int, int]]]:
    terms = postings.spelling(range(len(postings.keys)))
    pairs = [postings.of(place) for place in range(len(terms))]
    return {
        term: list(zip(postings.numbers[rows].tolist(), counts.tolist(), strict=True))
        for term, (rows, counts) in zip(terms, pairs, strict=True)
    }


# A file


@given(TEXTS)
def test_postings_say_which_term_stands_where_and_how_often(texts: list[str]) -> None:
    expected: dict[str, list[tuple[int, int]]] = {}
    for number, text in enumerate(texts, start=1):
        for term in dict.fromkeys(text.split()):
            expected.setdefault(term, []).append((number, text.split().count(term)))
    assert listed(made(texts)) == expected


@given(TEXTS, st.data())
def test_joined_without_what_is_gone_they_are_those_of_what_is_left(
    texts: list[str], data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(texts)), max_size=3)) | {0, len(texts)})
    live = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))), bool)
    parts = [(made(texts[low:high], low + 1), live[low:high]) for low, high in pairwise(cuts)]
    rows = [(n + 1, 999 - n, text) for n, text in enumerate(texts) if live[n]]
    one, other = joined(parts), Postings.made(rows)
    assert all(np.array_equal(a, b) for a, b in zip(one._all(), other._all(), strict=True))


@given(TEXTS, st.sampled_from([*WORDS, "词", "没有", "co", "新能源", "新能源装机容量大", ""]))
def test_terms_are_found_by_name_and_by_beginning(texts: list[str], term: str) -> None:
    postings = made(texts)
    terms = {one for text in texts for one in text.split()}
    (place,) = postings.found([term.encode()])
    assert (postings.term(place).decode() if place >= 0 else None) == (term if term in terms else None)
    begun = postings.spelling(postings.beginning(term.encode()))
    assert begun == sorted(one for one in terms if one.startswith(term))


def test_a_file_comes_back_as_it_was_written_and_another_is_none(tmp_path: Path) -> None:
    postings, path = made(["煤产 coal coal", "词1", "coal " * 300]), tmp_path / "x"
    path.write_bytes(postings.to_bytes("name"))
    again = Postings.mapped(path, "name")
    assert again is not None
    assert listed(again) == listed(postings)
    assert listed(again)["coal"] == [(1, 2), (3, MOST)]
    again.release()
    postings.release()
    assert listed(again) == listed(postings)
    assert Postings.mapped(path, "other") is None
    data = path.read_bytes()
    for spoilt in (b"", data[:-1], data[:60], b"x" + data[1:], data[:130] + b"\xff\xff" + data[132:]):
        path.write_bytes(spoilt)
        assert Postings.mapped(path, "name") is None
    assert Postings.mapped(tmp_path / "nowhere", "name") is None


# Ranking


@settings(max_examples=60)
@given(
    st.integers(0, 99),
    st.integers(1, 30),
    st.booleans(),
    st.lists(st.integers(0, 25), min_size=1, max_size=9, unique=True),
)
def test_the_best_are_those_that_adding_everything_up_gives(
    seed: int, k: int, limited: bool, asked: list[int]
) -> None:
    chance = np.random.default_rng(seed)
    drawn = [(chance.zipf(1.3, size=chance.integers(3, 30)) % 26).tolist() for _ in range(400)]
    postings = made([" ".join(f"t{n}" for n in one) for one in drawn])
    live = chance.random(400) < 0.8
    among = live & (chance.random(400) < 0.4) if limited else None
    frequency = {n: sum(live[row] and n in one for row, one in enumerate(drawn)) for n in asked}
    part = Part(postings, live, norms(postings.lengths, float(postings.lengths.mean())))
    terms = sorted((frequency[n], n) for n in asked)
    places = postings.found([f"t{n}".encode() for _, n in terms])
    weighed = [(p, rarity(often, 400)) for p, (often, _) in zip(places, terms, strict=True) if p >= 0]
    scores = np.zeros(400)
    for place, weight in weighed:
        rows, counts = postings.of(place)
        scores[rows] += weight * 2.2 * counts / (counts + part.norms[rows])
    there = np.flatnonzero((scores > 0) & (live if among is None else among))
    wanted = sorted(scores[there].tolist(), reverse=True)[:k]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "_FIRST_LOOK", 5)
        ids, found = best(part, weighed, k, 0.0, among)
        floor = wanted[-1] if wanted else 0.0
        again, same = best(part, weighed, k, floor, among)
    assert sorted(found.tolist(), reverse=True)[:k] == pytest.approx(wanted)
    assert set(ids.tolist()) <= {1000 - 1 - row for row in there.tolist()}
    assert sorted(same.tolist(), reverse=True)[:k] == pytest.approx(wanted)
    assert len(again) >= len(wanted)


# The store


def grown(store: FaissStore, sizes: Sequence[int], removed: set[int]) -> None:
    for number, size in enumerate(sizes):
        lines = [
            f"第{n}项原煤产量为{n * 7 % 13}万元，coal output {n % 5}%。" * (1 + n % 3) for n in range(size)
        ]
        put(store, f"{number}.txt", f"文件{number}。\n" + "\n".join(lines))
    store.remove([f"{number}.txt" for number in removed])


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(0, 14), min_size=1, max_size=7), st.sets(st.integers(0, 6)), st.integers(1, 30))
def test_a_large_store_finds_what_fts5_finds(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], removed: set[int], k: int
) -> None:
    folder = tmp_path_factory.mktemp("s")
    with (
        pytest.MonkeyPatch.context() as patch,
        opened(folder, ALWAYS) as store,
        opened(folder, NEVER) as slow,
    ):
        patch.setattr(segments, "TAIL", 4)
        patch.setattr(segments, "_LARGEST", 20)
        grown(store, sizes, removed)
        questions = (
            ["原煤", "产量", "3"],
            ["文件", "0"],
            ["coal", "output", "2%"],
            ["Coal"],
            ["没有"],
            ["原", "\0"],
        )
        for terms in questions:
            for sources in (None, ["0.txt", "2.txt", "9.txt"]):
                found = store.lexical(terms, k, sources=sources)
                wanted = slow.lexical(terms, 9999, sources=sources)
                assert [score for _, score in found] == pytest.approx(
                    [score for _, score in wanted[:k]], abs=1e-9
                )
                assert (
                    dict(found).items()
                    <= {number: pytest.approx(score, abs=1e-9) for number, score in wanted}.items()
                )
                assert store.document_frequencies(terms, sources=sources) == slow.document_frequencies(
                    terms, sources=sources
                )
        for beginning in ("", "原", "c", "没"):
            assert store.vocabulary(beginning) == slow.vocabulary(beginning)


def alike(one: Sequence[tuple[int, float]], other: Sequence[tuple[int, float]]) -> bool:
    scores = [score for _, score in other]
    return [n for n, _ in one] == [n for n, _ in other] and [s for _, s in one] == pytest.approx(scores)


def uses_files(store: FaissStore) -> bool:
    with store.reading():
        return store._words._current() is not None


def test_files_go_with_their_segments_and_lost_ones_come_back(tmp_path: Path) -> None:
    with opened(tmp_path, ALWAYS) as store:
        with store.writing():
            grown(store, [30] * 20, {3})
        names = {segment.name for segment in store._reader.segments()}
        assert {file.name for file in tmp_path.glob("terms-*")} == {
            f"terms-{name}.postings" for name in names
        }
        assert uses_files(store)
        before = store.lexical(["原煤", "3"], 9)
    file = max(tmp_path.glob("terms-*"), key=lambda one: one.stat().st_size)
    file.write_bytes(b"garbage")
    with opened(tmp_path, ALWAYS) as store:
        assert alike(store.lexical(["原煤", "3"], 9), before)
        assert not uses_files(store)
        put(store, "新.txt", "别的事情。")
        assert uses_files(store)
        assert [n for n, _ in store.lexical(["事情"], 9)] == [one.id for one in store.passages_of("新.txt")]


def test_a_store_that_was_small_has_files_once_it_is_large(tmp_path: Path) -> None:
    with opened(tmp_path, Scale(postings_from=100)) as store:
        grown(store, [30] * 3, set())
        assert not list(tmp_path.glob("terms-*"))
        assert not uses_files(store)
        grown(store, [30] * 20, {1})
        assert uses_files(store)
        with opened(tmp_path, NEVER) as slow:
            assert alike(store.lexical(["原煤"], 50), slow.lexical(["原煤"], 50))


def test_columns_with_weights_of_their_own_are_searched_by_fts5(tmp_path: Path) -> None:
    from rag.store import TermWeights

    with opened(tmp_path, ALWAYS) as store:
        grown(store, [5], set())
        weighed = open_store(
            tmp_path,
            embedder=RecordingEmbedder(),
            passage_settings=SETTINGS,
            weights=TermWeights(words=0.0, bigrams=0.0),
            scale=ALWAYS,
        )
        (_, low), *_ = weighed.lexical(["文件"], 1)
        (_, high), *_ = store.lexical(["文件"], 1)
        assert low < high

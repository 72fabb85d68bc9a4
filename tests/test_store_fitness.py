"""A store that is out of date or damaged says so, and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.errors import StoreError
from rag.seams import Progress
from rag.store import FaissStore, StaleStoreError, delete_store, open_store
from rag.store.manifest import FORMAT
from rag.types import Block
from rag.vectors import Encoded
from tests.fakes import HashedBagOfWords
from tests.store_format_1 import make_format_1
from tests.store_format_2 import make_format_2
from tests.store_samples import (
    CORPUS,
    KELAN,
    SETTINGS,
    XIYANG,
    RecordingEmbedder,
    contents,
    nearest,
    opened,
    passages,
    put,
    put_all,
    vector_files,
)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    with opened(tmp_path / "store") as store:
        put_all(store)
    return tmp_path / "store"


# Out of date


@pytest.mark.parametrize(
    ("reopen", "zh", "en"),
    [
        (lambda place: opened(place, HashedBagOfWords(32)), "向量模型", "embedding model"),
        (
            lambda place: open_store(
                place, embedder=RecordingEmbedder(), passage_settings={"characters": 99}
            ),
            "分段设置",
            "passage settings",
        ),
        (lambda place: opened(place, _LongerTokens()), "词元向量", "token vectors"),
    ],
)
def test_a_store_built_in_another_way_says_so_and_can_be_built_again(
    built: Path, reopen: Callable[[Path], FaissStore], zh: str, en: str
) -> None:
    store = reopen(built)
    assert store.stale is not None
    assert zh in store.stale.zh
    assert en in store.stale.en
    assert "--rebuild" in store.stale.en
    assert [record.source for record in store.sources()] == sorted(CORPUS)
    assert store.original("昔阳.txt").text == XIYANG
    for use in (
        lambda: store.lexical(["收入"], 3),
        lambda: put(store, "新.txt", KELAN),
        lambda: len(store),
        lambda: store.generation,
    ):
        with pytest.raises(StaleStoreError):
            use()

    store.clear()
    assert store.stale is None
    assert len(store) == 0
    put_all(store)
    store.close()
    again = reopen(built)
    assert again.stale is None
    assert len(again) == 7


class _LongerTokens(RecordingEmbedder):
    """The same model, with more numbers a token."""

    def __init__(self) -> None:
        super().__init__()
        self.token_dimensions += 1

    def encode_passages(self, texts: Sequence[str], *, progress: Progress | None = None) -> Iterator[Encoded]:
        for one in super().encode_passages(texts, progress=progress):
            yield replace(one, tokens=np.pad(one.tokens, ((0, 0), (0, 1))))


@pytest.mark.parametrize("make", [make_format_1, make_format_2])
def test_a_store_of_an_older_format_is_out_of_date_and_is_built_anew_from_its_own_documents(
    tmp_path: Path, make: Callable[[Path, str], None]
) -> None:
    make(tmp_path, XIYANG)
    store = opened(tmp_path)
    assert store.stale is not None
    assert "older" in store.stale.en
    with pytest.raises(StaleStoreError):
        nearest(store)
    (record,) = store.sources()
    assert (record.source, record.format, record.passages, record.same_as) == ("昔阳.txt", "txt", 1, None)
    assert (record.metadata.title, record.metadata.years) == ("昔阳", (2023, 2024))

    with store.rebuilding():
        made = store.document("昔阳.txt")
        store.replace(made, record.sha256, passages(made))
    assert (made.original.text, made.original.page_starts) == (XIYANG, (0, 9))
    assert (made.body.text, made.blocks) == (XIYANG, (Block("paragraph", 0, 9),))
    assert store.stale is None
    assert store.document("昔阳.txt").original == made.original
    assert nearest(store, "原煤产量").startswith("昔阳县原煤产量")
    assert opened(tmp_path).stale is None


def test_a_store_whose_file_about_it_is_gone_or_damaged_is_used_all_the_same(built: Path) -> None:
    for spoil in (lambda path: path.write_bytes(b"garbage \xff"), Path.unlink):
        spoil(built / "manifest.json")
        assert nearest(opened(built)).startswith("羊饲养量")
    with opened(built, HashedBagOfWords(32)) as other:
        other.clear()
    assert json.loads((built / "manifest.json").read_bytes())["dimensions"] == 32


def test_another_program_that_rebuilt_the_store_in_its_own_way_is_noticed_before_writing(built: Path) -> None:
    mine = opened(built)
    other = opened(built, HashedBagOfWords(32))
    other.clear()
    with pytest.raises(StaleStoreError):
        put(mine, "新.txt", KELAN)
    with pytest.raises(StaleStoreError):
        nearest(opened(built))


def test_another_program_that_rebuilt_the_store_in_its_own_way_is_noticed_before_searching(
    built: Path,
) -> None:
    mine = opened(built)
    assert nearest(mine)
    with opened(built, HashedBagOfWords(32)) as other:
        other.clear()
        put_all(other)
    with pytest.raises(StaleStoreError):
        nearest(mine)


def test_a_store_of_a_newer_version_is_left_untouched(built: Path) -> None:
    _rewrite_manifest(built, {"format": FORMAT + 1, "model": "x"})
    before = contents(built)
    with pytest.raises(StoreError, match="newer version") as caught:
        opened(built)
    assert not isinstance(caught.value, StaleStoreError)
    assert "请升级" in caught.value.zh
    assert contents(built) == before


def _rewrite_manifest(place: Path, content: dict[str, object]) -> None:
    (place / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


# Damaged


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"garbage \xff" * 999])
def test_a_damaged_database_is_named_with_the_way_out(built: Path, content: bytes) -> None:
    path = built / "passages.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        opened(built)
    assert str(path) in caught.value.zh
    assert str(path) in caught.value.en
    assert "--rebuild" in caught.value.en

    delete_store(built)
    with opened(built) as store:
        put_all(store)
        assert nearest(store).startswith("羊饲养量")


def test_damage_in_the_middle_of_the_database_is_named_when_it_is_met(built: Path) -> None:
    path = built / "passages.sqlite"
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\xa5" * (len(data) - 4096 * 2)
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"passages\.sqlite"):
        store = opened(built)
        store.sources()
        nearest(store)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"garbage" * 1000),
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"\0\0\0\0", b"\0\1\0\0", 1)),
    ],
)
def test_a_damaged_vector_file_is_made_again_from_the_database(
    built: Path, spoil: Callable[[Path], object]
) -> None:
    (file,) = vector_files(built)
    good = file.read_bytes()
    spoil(file)
    embedder = RecordingEmbedder()
    assert nearest(opened(built, embedder)).startswith("羊饲养量")
    assert embedder.read == []
    assert file.read_bytes() == good


def test_a_vector_file_of_another_state_is_not_used(built: Path) -> None:
    (file,) = vector_files(built)
    other = built / "other"
    with opened(other) as store:
        put_all(store, {"岢岚.txt": KELAN})
    file.write_bytes(vector_files(other)[0].read_bytes())
    assert nearest(opened(built), "新能源装机").startswith("新能源装机")


def test_the_vector_file_is_one_that_faiss_reads(built: Path) -> None:
    import faiss

    index = faiss.read_index(str(vector_files(built)[0]))
    assert 0 < index.ntotal <= 7
    assert index.d == 64


def test_deleting_a_store_leaves_other_files_alone(built: Path) -> None:
    (built / "README.md").write_text("mine")
    delete_store(built)
    delete_store(built)
    delete_store(built / "nowhere")
    assert {path.name for path in built.iterdir()} - {"write.lock"} == {"README.md"}


def test_a_store_that_is_not_there_is_made_only_if_asked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"rag\.ingest"):
        open_store(tmp_path / "x", embedder=RecordingEmbedder(), passage_settings=SETTINGS, create=False)
    assert not (tmp_path / "x").exists()


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("hello")
    with pytest.raises(StoreError, match="not a folder"):
        opened(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "hello"

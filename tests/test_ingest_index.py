"""`python -m rag.ingest` and an index that does not fit, and what is taken out of one by which name."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from rag import ingest
from rag.index import PASSAGE_SETTINGS
from rag.store import open_store
from tests.command_lines import Run, is_in_both_languages
from tests.fakes import HashedBagOfWords
from tests.ingestion_samples import APPLES, PEARS, ROADS, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a file and an archive of two, named from the folder above it."""
    write(tmp_path / "d", {"a.txt": APPLES})
    with zipfile.ZipFile(tmp_path / "d" / "b.zip", "w") as archive:
        archive.writestr("x.txt", ROADS)
        archive.writestr("in/y.txt", PEARS)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "d"


def files(store: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in store.iterdir()}


def sources(run: Run) -> list[str]:
    return [row["source"] for row in run(ingest.main, "--list", "--store", "s", "--json").json]


class TestTakingOut:
    def test_an_archive_goes_with_all_that_was_in_it(self, run: Run, folder: Path) -> None:
        run(ingest.main, folder.name, "--store", "s")
        said = run(ingest.main, "--remove", "d/b.zip", "--store", "s", "--json")
        assert said.status == 0
        assert sorted(said.json["removed"]) == ["d/b.zip/in/y.txt", "d/b.zip/x.txt"]
        assert sources(run) == ["d/a.txt"]

    def test_a_folder_goes_whole_and_its_namesake_stays(self, run: Run, folder: Path, tmp_path: Path) -> None:
        write(tmp_path / "d2", {"a.txt": "左权县2024年核桃产量为3万吨。\n"})
        run(ingest.main, folder.name, "d2", "--store", "s")
        assert run(ingest.main, "--remove", "./d/", "--store", "s").status == 0
        assert sources(run) == ["d2/a.txt"]

    def test_a_path_written_otherwise_is_the_same_document(self, run: Run, folder: Path) -> None:
        run(ingest.main, folder.name, "--store", "s")
        assert "苹果" in run(ingest.main, "--show", "./d/a.txt", "--store", "s").out
        assert run(ingest.main, "--remove", "./d//a.txt", "--store", "s").out == "- d/a.txt\n"

    @pytest.mark.parametrize(
        "arguments",
        [
            ("d", "--remove", "d/a.txt"),
            ("--list", "--remove", "d/a.txt"),
            ("--dry-run", "d", "--remove", "d/a.txt"),
        ],
    )
    def test_it_stands_alone(self, arguments: tuple[str, ...], run: Run, folder: Path) -> None:
        run(ingest.main, folder.name, "--store", "s")
        said = run(ingest.main, *arguments, "--store", "s")
        assert (said.status, said.out) == (2, "")
        assert is_in_both_languages(said.err)
        assert len(sources(run)) == 3


class TestAnIndexThatDoesNotFit:
    def test_one_of_a_newer_version_is_not_even_rebuilt(self, run: Run, folder: Path, tmp_path: Path) -> None:
        run(ingest.main, folder.name, "--store", "s")
        about = tmp_path / "s" / "manifest.json"
        about.write_text(
            json.dumps({**json.loads(about.read_text(encoding="utf-8")), "format": 99}), encoding="utf-8"
        )
        before = files(tmp_path / "s")
        assert run(ingest.main, folder.name, "--rebuild", "--store", "s").status == 2
        assert files(tmp_path / "s") == before

    def test_one_of_another_model_is_left_until_told_to_rebuild(
        self, run: Run, folder: Path, tmp_path: Path
    ) -> None:
        with open_store(tmp_path / "s", embedder=HashedBagOfWords(), passage_settings=PASSAGE_SETTINGS):
            pass
        said = run(ingest.main, folder.name, "--store", "s")
        assert said.status == 2
        assert "--rebuild" in said.err
        assert run(ingest.main, folder.name, "--rebuild", "--store", "s").status == 0
        assert len(sources(run)) == 3

    def test_damage_that_shows_late_is_mended_by_a_rebuild(
        self, run: Run, folder: Path, tmp_path: Path
    ) -> None:
        run(ingest.main, folder.name, "--store", "s")
        path = tmp_path / "s" / "passages.sqlite"
        whole = path.read_bytes()
        pages = len(whole) // 4096
        for page in range(2, pages, pages // 4):
            path.write_bytes(whole[: page * 4096] + b"\xa5" * 4096 + whole[(page + 1) * 4096 :])
            assert run(ingest.main, folder / "a.txt", "--rebuild", "--store", "s").status == 0
            assert len(sources(run)) == 1

    def test_a_dry_run_writes_nothing(self, run: Run, folder: Path, tmp_path: Path) -> None:
        run(ingest.main, folder.name, "--store", "s")
        write(folder, {"a.txt": PEARS})
        before = files(tmp_path / "s")
        run(ingest.main, folder.name, "--sync", "--dry-run", "--store", "s")
        assert files(tmp_path / "s") == before


def test_a_line_a_document_whatever_is_in_its_name(run: Run, folder: Path) -> None:
    (folder / "c\n\x1b[31md.txt").write_text(ROADS + PEARS, encoding="utf-8")
    (folder / "e\nf.mp4.pdf").write_bytes(b"%PDF-1.7 broken")
    said = run(ingest.main, folder.name, "--store", "s")
    listed = run(ingest.main, "--list", "--store", "s")
    for text in (said.out, said.err, listed.out):
        assert "\x1b" not in text
    assert "d/c\\n\\x1b[31md.txt" in listed.out
    assert len(listed.out.splitlines()) == 1 + 4 + 2

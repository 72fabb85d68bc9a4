"""What becomes of files: kept once, followed through renames and edits, and never all lost for one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from rag.documents import Limits, survey
from rag.ingestion import (
    Duplicate,
    Interrupted,
    Opening,
    Renamed,
    Told,
    rehearse,
    take_in,
)
from rag.types import Document
from tests.ingestion_samples import APPLES, PEARS, ROADS, TITLED, ReadingHere, names, taken, write
from tests.store_samples import RecordingEmbedder, opened
from tests.test_documents_pdf import pdf

LONG = "\n\n".join(f"平遥县第{number}项工程投资{number}亿元。" * 12 for number in range(3, 13))


class TestTheSameBytesTwice:
    def test_are_stored_once_and_listed_twice(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": APPLES})
        with opened(tmp_path / "s") as store:
            report = taken(store, tmp_path / "d")
            a, b = (f"{(tmp_path / 'd').as_posix()}/{name}.txt" for name in "ab")
            assert report.duplicates == [Duplicate(b, a)]
            assert len(store) == 1
            assert [(one.source, one.same_as) for one in store.sources()] == [(a, None), (b, a)]
            again = taken(store, tmp_path / "d")
            assert (names(again.unchanged), again.duplicates) == (["a.txt"], report.duplicates)

    def test_stay_under_the_second_name_when_the_first_goes(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": APPLES})
        with opened(tmp_path / "s") as store:
            taken(store, tmp_path / "d")
            (tmp_path / "d" / "a.txt").unlink()
            reads = ReadingHere()
            report = taken(store, tmp_path / "d", reads=reads)
            assert (names(report.removed), names(report.unchanged)) == (["a.txt"], ["b.txt"])
            assert reads.read_sources == []
            assert [record.metadata.title for record in store.sources()] == ["b"], "titled by its file's name"

    def test_are_two_documents_where_they_are_read_as_two_formats(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": TITLED, "a.md": TITLED})
        with opened(tmp_path / "s") as store:
            report = taken(store, tmp_path / "d")
            assert (len(report.added), report.duplicates) == (2, [])

    def test_of_a_file_with_a_wrong_ending_are_known_for_the_same(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {})
        content = pdf([[APPLES.strip()]])
        (tmp_path / "d" / "a.txt").write_bytes(content)
        (tmp_path / "d" / "a.pdf").write_bytes(content)
        with opened(tmp_path / "s") as store:
            report = taken(store, tmp_path / "d")
            assert (names(report.added), names(report.duplicates)) == (["a.pdf"], ["a.txt"])
            assert {record.warnings for record in store.sources()} == {()}
            assert names(taken(store, tmp_path / "d").unchanged) == ["a.pdf", "a.txt"]


class TestARename:
    @pytest.mark.parametrize("text", [APPLES, TITLED])
    def test_costs_no_reading_and_no_embedding(self, text: str, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": text, "b.txt": ROADS})
        embedder, reads = RecordingEmbedder(), ReadingHere()
        with opened(tmp_path / "s", embedder) as store:
            taken(store, tmp_path / "d")
            embedder.read.clear()
            (tmp_path / "d" / "a.txt").rename(tmp_path / "d" / "新名.txt")
            report = taken(store, tmp_path / "d", reads=reads)
            assert (embedder.read, reads.read_sources, report.embedded) == ([], [], 0)
            folder = (tmp_path / "d").as_posix()
            assert report.renamed == [Renamed(f"{folder}/新名.txt", f"{folder}/a.txt")]
            assert (names(report.added), names(report.removed)) == (["新名.txt"], ["a.txt"])
            listed = {Path(record.source).name: record for record in store.sources()}
            assert listed.keys() == {"b.txt", "新名.txt"}
            assert listed["新名.txt"].metadata.title == report.added[0].title

    def test_is_only_a_second_name_where_nothing_is_let_go(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES})
        with opened(tmp_path / "s") as store:
            taken(store, tmp_path / "d")
            (tmp_path / "d" / "a.txt").rename(tmp_path / "d" / "b.txt")
            report = taken(store, tmp_path / "d", mirror=False)
            assert (names(report.duplicates), report.renamed, report.removed) == (["b.txt"], [], [])
            assert len(store.sources()) == 2

    def test_of_a_file_over_another_is_seen_through(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": ROADS})
        with opened(tmp_path / "s") as store:
            taken(store, tmp_path / "d")
            (tmp_path / "d" / "a.txt").replace(tmp_path / "d" / "b.txt")
            reads = ReadingHere()
            taken(store, tmp_path / "d", reads=reads)
            assert reads.read_sources == []
            (record,) = store.sources()
            assert "苹果" in store.original(record.source).text


class TestAnEdit:
    def test_embeds_only_the_passages_that_changed(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": LONG})
        embedder = RecordingEmbedder()
        with opened(tmp_path / "s", embedder) as store:
            first = taken(store, tmp_path / "d")
            assert first.embedded == first.added[0].passages == len(store)
            embedder.read.clear()
            write(tmp_path / "d", {"a.txt": LONG.replace("第5项工程投资5亿元", "第5项工程投资55亿元")})
            report = taken(store, tmp_path / "d")
            assert names(report.updated) == ["a.txt"]
            assert 0 < report.embedded < first.embedded
            assert all("55亿元" in text for text in embedder.read)

    def test_of_the_sidecar_is_one_of_the_document(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": APPLES})
        with opened(tmp_path / "s") as store:
            taken(store, tmp_path / "d")
            plain = {record.sha256 for record in store.sources()}
            sidecar = tmp_path / "d" / "a.txt.meta.json"
            for title in ("果业", "果业公报"):
                sidecar.write_text(f'{{"title": "{title}"}}', encoding="utf-8")
                report = taken(store, tmp_path / "d")
                assert (names(report.updated), names(report.unchanged)) == (["a.txt"], ["b.txt"])
            assert report.passed_over == {}
            sidecar.unlink()
            assert names(taken(store, tmp_path / "d").duplicates) == ["b.txt"]
            assert {record.sha256 for record in store.sources()} == plain


class TestAFailure:
    def test_keeps_what_was_there_and_stops_nothing(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": ROADS})
        with opened(tmp_path / "s") as store:
            taken(store, tmp_path / "d")
            write(tmp_path / "d", {"a.txt": " ", "b.txt": PEARS})
            report = taken(store, tmp_path / "d")
            assert [(Path(one.source).name, one.code) for one in report.failed] == [("a.txt", "no_text")]
            assert (names(report.updated), report.removed) == (["b.txt"], [])
            assert "苹果" in store.original((tmp_path / "d" / "a.txt").as_posix()).text

    def test_of_one_file_does_not_take_its_copy_along(self, tmp_path: Path) -> None:
        """Each is told by its own name."""
        write(tmp_path / "d", {"a.txt": " ", "b.txt": " "})
        with opened(tmp_path / "s") as store:
            assert names(taken(store, tmp_path / "d").failed) == ["a.txt", "b.txt"]

    def test_a_file_over_the_limit_is_not_even_looked_into(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": ROADS * 100})
        with opened(tmp_path / "s") as store:
            opening, reads = Opening(limits=Limits(file_bytes=1000)), ReadingHere()
            report = take_in(store, survey([tmp_path / "d"]), opening=opening, reading=lambda: reads)
            assert [(Path(one.source).name, one.code) for one in report.failed] == [("b.txt", "too_large")]
            assert names(reads.read_sources) == ["a.txt"]

    def test_a_folder_that_can_not_be_searched_leaves_its_documents_in(self, tmp_path: Path) -> None:
        """What may lie in an archive or folder that does not open is not gone."""
        write(tmp_path / "d", {"a.zip": "no archive"})
        with opened(tmp_path / "s") as store:
            write(tmp_path / "d" / "inner", {"x.txt": APPLES})
            found_files = survey([tmp_path / "d"])
            found_files.files = [
                (f"{(tmp_path / 'd').as_posix()}/a.zip/x.txt", path)
                for source, path in found_files.files
                if source.endswith("x.txt")
            ]
            take_in(store, found_files, reading=ReadingHere)
            (tmp_path / "d" / "inner" / "x.txt").unlink()
            report = take_in(store, survey([tmp_path / "d"]), mirror=True)
            assert (names(report.failed), report.removed) == (["a.zip"], [])
            assert len(store.sources()) == 1


class TestStopping:
    def test_keeps_what_is_done_and_says_what_is_left(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": ROADS, "c.txt": PEARS})

        class Impatient(ReadingHere):
            def read(self, path: Path, source: str, **given: object) -> Document:
                if path.name == "b.txt":
                    raise KeyboardInterrupt
                return super().read(path, source)

        with opened(tmp_path / "s") as store:
            with pytest.raises(Interrupted) as caught:
                taken(store, tmp_path / "d", reads=Impatient())
            assert (names(caught.value.report.added), caught.value.left) == (["a.txt"], 2)
            assert caught.value.report.interrupted
            assert len(store.sources()) == 1
            report = taken(store, tmp_path / "d")
            assert (names(report.added), names(report.unchanged)) == (["b.txt", "c.txt"], ["a.txt"])

    def test_removes_nothing_that_was_to_go_at_the_end(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES})
        with opened(tmp_path / "s") as store:
            taken(store, tmp_path / "d")
            write(tmp_path / "d", {"b.txt": ROADS})

            def stop(_source: str, _number: int, _total: int) -> None:
                raise KeyboardInterrupt

            with suppress(Interrupted):
                take_in(
                    store,
                    survey([tmp_path / "d"]),
                    mirror=True,
                    told=Told(announce=stop),
                    reading=ReadingHere,
                )
            assert names(store.sources()) == ["a.txt"]


class TestARehearsal:
    def test_foretells_what_is_then_done_and_writes_nothing(self, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": ROADS, "c.txt": PEARS})
        with opened(tmp_path / "s") as store:
            taken(store, tmp_path / "d")
            write(
                tmp_path / "d",
                {"a.txt": APPLES, "b.txt": PEARS * 2, "d.txt": APPLES, "e.txt": PEARS, "f.txt": "新。"},
            )
            generation = store.generation
            foretold = rehearse(store.sources(), survey([tmp_path / "d"]), mirror=True, reading=ReadingHere)
            assert store.generation == generation
            assert foretold.dry_run
            done = taken(store, tmp_path / "d")
            for field in ("unchanged", "duplicates", "renamed", "removed"):
                assert getattr(foretold, field) == getattr(done, field), field
            assert names(foretold.added) == names(done.added) == ["e.txt", "f.txt"]
            assert names(foretold.updated) == names(done.updated) == ["b.txt"]
            assert foretold.embedded == 0

"""`python -m rag.ingest`, and the law behind it: an index kept up to date is the index built anew."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import hypothesis.strategies as st
import pypdf
import pytest
from hypothesis import given, settings

from rag import ask, ingest
from rag.assistant import Assistant, open_index
from rag.contract import answer_json
from rag.resources import seed_folder
from rag.store import FaissStore
from rag.types import Json
from tests.command_lines import Run, is_in_both_languages
from tests.fakes import HashedBagOfWords
from tests.store_samples import RecordingEmbedder, opened
from tests.test_documents_pdf import pdf

APPLES = "平遥县2023年苹果产量为31万吨，同比增长6.5%。\n"
ROADS = "祁县2023年新建农村公路120公里，总投资3.6亿元。\n"
PEARS = "祁县2024年酥梨产量为47万吨，出口创汇2.1亿元。\n"
TEXTS = (APPLES, ROADS, PEARS, APPLES + PEARS)


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Make the folder hold just these files."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def named(rows: list[Json]) -> list[str]:
    """The file names of report rows or sources."""
    return [Path(row["source"]).name for row in rows]


class TestTheCommand:
    def test_takes_in_a_folder_and_says_what_it_did(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": ROADS, "c.txt": APPLES, "README.md": "read me"})
        said = run(ingest.main, tmp_path / "d", "--store", tmp_path / "s")
        assert said.status == 0
        lines = said.out.splitlines()
        assert [line[0] for line in lines] == ["+", "+", "=", "新"]
        assert "新增 2，更新 0，未变 0，移除 0，失败 0" in lines[-1]
        assert said.err == ""

    def test_leaves_what_is_unchanged_and_replaces_what_changed(self, run: Run, tmp_path: Path) -> None:
        folder, options = tmp_path / "d", ("--store", tmp_path / "s", "--json")
        write(folder, {"a.txt": APPLES, "b.txt": ROADS})
        run(ingest.main, folder, *options)
        write(folder, {"a.txt": APPLES, "b.txt": PEARS})
        report = run(ingest.main, folder, *options).json
        assert [Path(source).name for source in report["unchanged"]] == ["a.txt"]
        assert named(report["updated"]) == ["b.txt"]
        assert report["added"] == report["removed"] == report["failed"] == []
        assert "酥梨" in run(ingest.main, "--show", folder / "b.txt", *options).out

    def test_removes_what_is_gone_only_when_told_to_sync(self, run: Run, tmp_path: Path) -> None:
        folder, options = tmp_path / "d", ("--store", tmp_path / "s", "--json")
        write(folder, {"a.txt": APPLES, "b.txt": ROADS})
        run(ingest.main, folder, *options)
        write(folder, {"a.txt": APPLES})
        assert run(ingest.main, folder, *options).json["removed"] == []
        assert len(run(ingest.main, "--list", *options).json) == 2
        assert run(ingest.main, folder, "--sync", *options).json["removed"] == [(folder / "b.txt").as_posix()]
        assert named(run(ingest.main, "--list", *options).json) == ["a.txt"]

    def test_removes_what_is_named_and_says_what_was_not_there(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": ROADS})
        store = ("--store", tmp_path / "s")
        run(ingest.main, tmp_path / "d", *store)
        gone = (tmp_path / "d" / "a.txt").as_posix()
        said = run(ingest.main, "--remove", gone, *store)
        assert (said.status, said.out, said.err) == (0, f"- {gone}\n", "")
        said = run(ingest.main, "--remove", gone, tmp_path / "d" / "b.txt", *store)
        assert said.status == 1
        assert is_in_both_languages(said.err)
        assert gone in said.err
        assert run(ingest.main, "--list", *store).out == ""

    def test_one_bad_file_does_not_stop_the_others(self, run: Run, tmp_path: Path) -> None:
        folder = tmp_path / "d"
        write(folder, {"a.txt": APPLES, "b.txt": "  \n", "d.txt": ROADS})
        (folder / "c.pdf").write_bytes(b"%PDF-1.7 broken")
        (folder / "e.docx").write_bytes(b"PK")
        said = run(ingest.main, folder, folder / "e.docx", "--json", "--store", tmp_path / "s")
        assert said.status == 1
        assert named(said.json["added"]) == ["a.txt", "d.txt"]
        failed = {Path(one["source"]).name: one["code"] for one in said.json["failed"]}
        assert failed == {"b.txt": "no_text", "c.pdf": "damaged", "e.docx": "unsupported"}
        for name in failed:
            assert said.err.count(f"! {(folder / name).as_posix()}\n") == 1
        assert "Traceback" not in said.err

    def test_a_file_that_went_bad_keeps_its_old_version(self, run: Run, tmp_path: Path) -> None:
        folder, store = tmp_path / "d", ("--store", tmp_path / "s")
        write(folder, {"a.txt": APPLES})
        run(ingest.main, folder, *store)
        write(folder, {"a.txt": ""})
        for option in ((), ("--sync",)):
            assert run(ingest.main, folder, *option, *store).status == 1
            assert "31万吨" in run(ask.main, "平遥县2023年苹果产量是多少？", *store).out

    def test_a_locked_file_opens_with_its_password(self, run: Run, tmp_path: Path) -> None:
        locked = tmp_path / "锁.pdf"
        locked.write_bytes(pdf([[APPLES.strip()]]))
        writer = pypdf.PdfWriter(clone_from=locked)
        writer.encrypt("a=b", algorithm="RC4-128")
        writer.write(locked)
        options = ("--json", "--store", tmp_path / "s")
        assert run(ingest.main, locked, *options).json["failed"][0]["code"] == "password"
        wrong = run(ingest.main, locked, *options, "--password", f"{locked}=nothing")
        assert wrong.json["failed"][0]["code"] == "password"
        said = run(ingest.main, locked, *options, "--password", f"{locked}=a=b")
        assert said.status == 0
        assert named(said.json["added"]) == ["锁.pdf"]
        assert run(ingest.main, locked, "--password", "secret", *options).status == 2

    def test_rebuild_begins_anew_and_throws_nothing_away_for_a_path_that_is_not_there(
        self, run: Run, tmp_path: Path
    ) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": ROADS})
        options = ("--store", tmp_path / "s", "--json")
        run(ingest.main, tmp_path / "d", *options)
        said = run(ingest.main, tmp_path / "nothing", "--rebuild", *options)
        assert said.status == 2
        assert is_in_both_languages(said.err)
        assert len(run(ingest.main, "--list", *options).json) == 2
        report = run(ingest.main, tmp_path / "d" / "b.txt", "--rebuild", *options).json
        assert named(report["added"]) == ["b.txt"]
        assert named(run(ingest.main, "--list", *options).json) == ["b.txt"]

    def test_rebuild_mends_a_damaged_index(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES})
        run(ingest.main, tmp_path / "d", "--store", tmp_path / "s")
        (tmp_path / "s" / "passages.sqlite").write_bytes(b"damaged" * 100)
        assert run(ingest.main, tmp_path / "d", "--store", tmp_path / "s").status == 2
        assert run(ingest.main, tmp_path / "d", "--rebuild", "--store", tmp_path / "s").status == 0

    @pytest.mark.parametrize("arguments", [(), ("--sync",), ("--json",), ("nothing.txt",), ("--show", "?")])
    def test_with_nothing_to_do_or_nothing_there_is_a_usage_error(
        self, arguments: tuple[str, ...], run: Run, seed_store: Path
    ) -> None:
        said = run(ingest.main, *arguments, "--store", seed_store)
        assert said.status == 2
        assert said.out == ""
        assert is_in_both_languages(said.err)


class TestACorpusFile:
    def test_holds_a_document_a_line_known_by_its_id(self, run: Run, tmp_path: Path) -> None:
        corpus = tmp_path / "c.jsonl"
        corpus.write_text(
            '{"id": "x", "title": "果业", "text": "平遥县2023年苹果产量为31万吨。"}\n', encoding="utf-8"
        )
        store = ("--store", tmp_path / "s", "--json")
        assert run(ingest.main, corpus, *store).json["added"][0]["source"] == "x"
        said = run(ask.main, "平遥县2023年苹果产量是多少？", *store)
        assert (said.json["citations"][0]["source"], said.json["citations"][0]["title"]) == ("x", "果业")

    def test_that_went_bad_keeps_its_documents(self, run: Run, tmp_path: Path) -> None:
        corpus = tmp_path / "c.jsonl"
        corpus.write_text('{"id": "x", "text": "平遥县2023年苹果产量为31万吨。"}\n', encoding="utf-8")
        store = ("--store", tmp_path / "s", "--json")
        run(ingest.main, corpus, *store)
        corpus.write_text('{"id": "x", "te', encoding="utf-8")
        report = run(ingest.main, corpus, "--sync", *store)
        assert report.status == 1
        assert report.json["removed"] == []
        assert [one["source"] for one in run(ingest.main, "--list", *store).json] == ["x"]

    def test_with_an_id_twice_is_told(self, run: Run, tmp_path: Path) -> None:
        corpus = tmp_path / "c.jsonl"
        corpus.write_text(
            '{"id": "x", "text": "苹果31万吨。"}\n{"id": "x", "text": "酥梨47万吨。"}\n', encoding="utf-8"
        )
        said = run(ingest.main, corpus, "--json", "--store", tmp_path / "s")
        assert said.status == 1
        assert "x" in said.json["failed"][0]["reason"]
        assert run(ingest.main, corpus, "--json", "--store", tmp_path / "s").json["updated"] == []


def contents(store: FaissStore) -> list[tuple[str, str, list[str]]]:
    """Every source with its hash and passages."""
    return [
        (
            record.source,
            record.sha256,
            [stored.passage.embedded_text for stored in store.passages_of(record.source)],
        )
        for record in store.sources()
    ]


def found(assistant: Assistant) -> list[tuple[str, str, float]]:
    """What a search over everything ranks, with its scores."""
    hits = assistant.search("祁县2024年酥梨产量和苹果产量是多少？", k=50)
    return sorted((hit.passage.source, hit.passage.text, round(hit.score, 5)) for hit in hits)


folders = st.dictionaries(
    st.sampled_from(["a.txt", "b.txt", "c.txt", "d.txt"]), st.sampled_from(TEXTS), min_size=1
)


@settings(max_examples=25, deadline=None)
@given(st.lists(folders, min_size=2, max_size=4))
def test_an_index_kept_up_to_date_is_the_index_built_anew(states: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        docs, embedder = Path(place) / "d", HashedBagOfWords()
        with opened(Path(place) / "kept", embedder) as kept, opened(Path(place) / "new", embedder) as new:
            for state in states:
                write(docs, state)
                Assistant(kept, embedder).add([docs], mirror=True)
            Assistant(new, embedder).add([docs])
            assert contents(kept) == contents(new)
            assert found(Assistant(kept, embedder)) == found(Assistant(new, embedder))


def test_only_what_is_new_is_embedded(tmp_path: Path) -> None:
    embedder = RecordingEmbedder()
    with opened(tmp_path / "s", embedder) as store:
        assistant = Assistant(store, embedder)
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": ROADS})
        assistant.add([tmp_path / "d"])
        assert embedder.read
        embedder.read.clear()
        assistant.add([tmp_path / "d"])
        assert embedder.read == []
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": PEARS})
        assistant.add([tmp_path / "d"])
        assert embedder.read
        assert not any("苹果" in text or "公路" in text for text in embedder.read)


def test_a_file_that_only_moved_is_not_embedded_again(tmp_path: Path) -> None:
    embedder = RecordingEmbedder()
    with opened(tmp_path / "s", embedder) as store:
        write(tmp_path / "d", {"a.txt": "平遥县果业公报\n\n" + APPLES})
        Assistant(store, embedder).add([tmp_path / "d"], mirror=True)
        embedder.read.clear()
        (tmp_path / "d" / "a.txt").rename(tmp_path / "d" / "z.txt")
        report = Assistant(store, embedder).add([tmp_path / "d"], mirror=True)
        assert embedder.read == []
        assert [Path(one.source).name for one in report.added] == ["z.txt"]
        assert [Path(source).name for source in report.removed] == ["a.txt"]


def test_the_seeds_after_changes_and_back_answer_as_the_seeds_at_once(
    seed_store: Path, seed_assistant: Assistant, tmp_path: Path
) -> None:
    changed = Assistant(*open_index(Path(shutil.copytree(seed_store, tmp_path / "s"))))
    first, *_, last = (record.source for record in changed.store.sources())
    assert changed.remove([first, last]) == (first, last)
    (tmp_path / "a.txt").write_text(APPLES, encoding="utf-8")
    changed.add([tmp_path / "a.txt"])
    changed.add([seed_folder()], mirror=True)
    for question in (
        "昔阳县2023年原煤产量是多少？",
        "昔阳的新能源装机到底是208万还是252万千瓦？",
        "左权今年农业上抓哪几件事？",
        "岢岚2023年和左权2024年的一般公共预算收入增幅各是多少，谁高？",
        "左权县长是谁？",
        "What is the total investment of Zuoquan's pumped-storage project?",
    ):
        assert told(changed, question) == told(seed_assistant, question)


def told(assistant: Assistant, question: str) -> Json:
    """An answer without its timings."""
    return {**answer_json(assistant.ask(question), assistant.store.original), "timings_ms": None}

"""`python -m rag.ingest`: what each option does, what it says, how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pypdf
import pytest

from rag import ask, ingest
from rag.assistant import Assistant
from rag.contract import answer_json
from rag.index import open_index
from rag.resources import seed_folder
from rag.types import Json
from tests.command_lines import Run, is_in_both_languages
from tests.ingestion_samples import APPLES, PEARS, ROADS, write
from tests.test_documents_pdf import pdf


def wait_for_a_document(folder: Path) -> None:
    """Until the index in a folder that another program writes holds something."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        time.sleep(0.1)
        if (folder / "manifest.json").exists() and (folder / "passages.sqlite").exists():
            with open_index(folder)[0] as store:
                if store.sources():
                    return


def named(rows: list[Json]) -> list[str]:
    """The file names of report rows or sources."""
    return [Path(row["source"]).name for row in rows]


class TestTheCommand:
    def test_takes_in_a_folder_and_says_what_it_did(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path / "d", {"a.txt": APPLES, "b.txt": ROADS, "c.txt": APPLES, "README.md": "read me"})
        said = run(ingest.main, tmp_path / "d", "--store", tmp_path / "s")
        assert said.status == 0
        lines = said.out.splitlines()
        assert [line[0] for line in lines[1:]] == ["+", "+", "=", "新", "2"]
        assert "新增 2，更新 0，未变 0，移除 0，失败 0，相同 1" in lines[-2]
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
        (folder / "e.mp4").write_bytes(bytes(range(256)))
        said = run(ingest.main, folder, folder / "e.mp4", "--json", "--store", tmp_path / "s")
        assert said.status == 1
        assert named(said.json["added"]) == ["a.txt", "d.txt"]
        failed = {Path(one["source"]).name: one["code"] for one in said.json["failed"]}
        assert failed == {"b.txt": "no_text", "c.pdf": "damaged", "e.mp4": "unsupported"}
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

    def test_files_of_other_kinds_are_passed_over_and_counted(self, run: Run, tmp_path: Path) -> None:
        folder = tmp_path / "d"
        write(folder, {"a.txt": APPLES, "v1.mp4": "", "v2.MP4": "", "x.exe": "", ".hidden.mp4": ""})
        said = run(ingest.main, folder, "--store", tmp_path / "s")
        assert said.status == 0
        assert "另有 3 个其他类型的文件没有读（.mp4 2, .exe 1）。" in said.out
        report = run(ingest.main, folder, "--json", "--store", tmp_path / "s").json
        assert report["passed_over"] == {".mp4": 2, ".exe": 1}

    def test_a_dry_run_says_what_would_change_and_makes_nothing(self, run: Run, tmp_path: Path) -> None:
        folder, store = tmp_path / "d", tmp_path / "s"
        write(folder, {"a.txt": APPLES, "b.txt": APPLES})
        (folder / "e.xyz").write_bytes(bytes(range(256)))
        said = run(ingest.main, folder, folder / "e.xyz", "--dry-run", "--json", "--store", store)
        assert not store.exists()
        assert said.json["dry_run"]
        assert (named(said.json["added"]), named(said.json["duplicates"])) == (["a.txt"], ["b.txt"])
        assert [one["code"] for one in said.json["failed"]] == ["unsupported"]
        assert said.status == 1
        run(ingest.main, folder, "--store", store)
        write(folder, {"c.txt": APPLES, "d.txt": ROADS})
        said = run(ingest.main, folder, "--dry-run", "--sync", "--store", store)
        assert said.out.startswith("试运行")
        assert "新增 2，更新 0，未变 0，移除 2，失败 0，改名 1" in said.out
        assert len(run(ingest.main, "--list", "--json", "--store", store).json) == 2

    def test_an_archive_is_taken_in_member_by_member_with_its_password(
        self, run: Run, tmp_path: Path
    ) -> None:
        locked = tmp_path / "inner.pdf"
        locked.write_bytes(pdf([[APPLES.strip()]]))
        writer = pypdf.PdfWriter(clone_from=locked)
        writer.encrypt("密", algorithm="RC4-128")
        writer.write(locked)
        archive = tmp_path / "a.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("路/b.txt", ROADS)
            packed.writestr("empty.txt", "")
            packed.write(locked, "锁.pdf")
        options = ("--json", "--store", tmp_path / "s")
        inside = archive.as_posix()
        first = run(ingest.main, archive, *options)
        assert [one["source"] for one in first.json["added"]] == [f"{inside}/路/b.txt"]
        assert {one["source"]: one["code"] for one in first.json["failed"]} == {
            f"{inside}/empty.txt": "no_text",
            f"{inside}/锁.pdf": "password",
        }
        second = run(ingest.main, archive, "--password", f"{inside}/锁.pdf=密", *options)
        assert named(second.json["added"]) == ["锁.pdf"]
        assert second.json["unchanged"] == [f"{inside}/路/b.txt"]
        third = run(ingest.main, archive, "--sync", *options)
        assert third.json["removed"] == []

    def test_limits_come_from_the_settings(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RAG_MAX_FILE_MB", "1")
        monkeypatch.setenv("RAG_MAX_PAGES", "2")
        folder = tmp_path / "d"
        write(folder, {"a.txt": APPLES, "b.txt": ROADS * 40_000})
        (folder / "c.pdf").write_bytes(pdf([[APPLES.strip()], [ROADS.strip()], [PEARS.strip()]]))
        said = run(ingest.main, folder, "--json", "--store", tmp_path / "s")
        assert named(said.json["added"]) == ["a.txt"]
        assert {Path(one["source"]).name: one["code"] for one in said.json["failed"]} == {
            "b.txt": "too_large",
            "c.pdf": "too_large",
        }
        assert "RAG_MAX_PAGES" in said.err

    @pytest.mark.parametrize(("language", "lines"), [("", 3), ("zh", 2), ("en", 2)])
    def test_failures_come_last_in_the_language_set(
        self, language: str, lines: int, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("RAG_LANGUAGE", language)
        write(tmp_path / "d", {"a.txt": ""})
        said = run(ingest.main, tmp_path / "d", "--store", tmp_path / "s")
        assert len(said.err.splitlines()) == lines
        assert said.err.startswith("! ")

    def test_an_interrupt_keeps_what_is_done_and_says_how_to_go_on(self, tmp_path: Path) -> None:
        folder = tmp_path / "d"
        text = "\n\n".join(f"# 第{n}节\n\n平遥县第{n}项工程投资{n}亿元。" for n in range(1, 30))
        write(folder, {f"{n:02}.md": f"# 报告{n}\n\n{text.replace('项', f'批{n}项')}" for n in range(40)})
        command = [sys.executable, "-m", "rag.ingest", str(folder), "--json", "--store", str(tmp_path / "s")]
        environment = {**os.environ, "RAG_LANGUAGE": "zh"}
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
            cwd=Path(__file__).parents[1],
        ) as process:  # fmt: skip
            wait_for_a_document(tmp_path / "s")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        assert process.returncode == 130
        report = json.loads(out)
        assert report["interrupted"]
        store, _ = open_index(tmp_path / "s")
        kept = [record.source for record in store.sources()]
        assert 0 < len(kept) < 40
        assert [one["source"] for one in report["added"]] == kept
        assert f"这次收入了 {len(kept)} 份" in err
        assert f"还有 {40 - len(kept)} 份" in err
        assert "Traceback" not in err

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

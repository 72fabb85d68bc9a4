"""The documents of a server: they come, change and go in turn, and each reader sees their own and the shared."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.documents import Limits
from rag.errors import LibraryError, ReadError, UnknownSourceError
from rag.index import open_index
from rag.ingestion import owner_of_source, uploads_of
from rag.library import Job, Library, Suggestions, upload_path
from rag.types import Metadata, SourceRecord
from rag.ui.limits import limited, parsed_limits, within

APPLES = "青石县2022年果业简报\n\n2022年，青石县苹果产量31.5万吨，同比增长4%。\n"
PEARS = "白河县2023年果业简报\n\n2023年，白河县梨产量7.2万吨，同比增长9%。\n"
ASKED = "青石县2022年苹果产量是多少？"
WITHIN = 60.0


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def library(store: Path) -> Library:
    return opened(store)


def opened(store: Path, limits: Limits | None = None) -> Library:
    """A library over the index in a folder, as a program that starts has it."""
    return Library(Assistant(*open_index(store)), limits)


def put(library: Library, name: str, content: str | bytes, owner: str = "") -> Job:
    """Send a file, and wait until it is read."""
    data = content.encode() if isinstance(content, str) else content
    job = library.put(owner, name, io.BytesIO(data))
    assert job
    return over(job)


def over(job: Job) -> Job:
    assert job.ended.wait(WITHIN)
    return job


def answer(library: Library, question: str, owner: str = "") -> str:
    assistant: Assistant = library._assistant
    return assistant.ask(question, sources=library.sources(owner)).text


def titles(library: Library, owner: str = "") -> list[str]:
    return [one.metadata.title for one in library.records(owner)]


class TestComingAndGoing:
    def test_a_file_is_kept_read_and_asked(self, library: Library, store: Path) -> None:
        began = time.time()
        job = put(library, "果业/简报.txt", APPLES)
        assert job.state == "done"
        (record,) = library.records("")
        assert record.source == "uploads/果业/简报.txt"
        assert (store / "uploads" / "果业" / "简报.txt").read_text(encoding="utf-8") == APPLES
        assert began <= library.ledger.read_at()[record.source] <= time.time()
        assert "31.5万吨" in answer(library, ASKED)

    def test_removing_deletes_the_uploaded_file(self, library: Library, store: Path) -> None:
        put(library, "果业/简报.txt", APPLES)
        assert over(library.remove("", "uploads/果业/简报.txt")).state == "done"
        assert library.records("") == ()
        assert not (store / "uploads" / "果业").exists()
        assert not library.ledger.read_at()

    def test_a_file_of_the_same_content_is_kept_once(self, library: Library) -> None:
        put(library, "a.txt", APPLES)
        again = put(library, "b.txt", APPLES)
        assert [one.same_as for one in again.report.duplicates] == ["uploads/a.txt"]
        over(library.remove("", "uploads/a.txt"))
        assert "31.5万吨" in answer(library, ASKED)

    def test_an_unchanged_file_is_read_again_where_that_is_asked(self, library: Library) -> None:
        put(library, "a.txt", APPLES)
        assert put(library, "a.txt", APPLES).report.unchanged == ["uploads/a.txt"]
        read = over(library.reread("", "uploads/a.txt"))
        assert [one.source for one in read.report.updated] == ["uploads/a.txt"]

    def test_what_was_sent_and_not_read_is_read_by_the_next_program(self, store: Path) -> None:
        first = opened(store)
        first.folder.keep("uploads/a.txt", io.BytesIO(APPLES.encode()))
        first.folder.keep("uploads/b.txt", io.BytesIO(PEARS.encode()))
        first.ledger.begin("uploads/b.txt")
        second = opened(store)
        second.resume()
        for _, job in second.jobs(""):
            over(job)
        assert [one.source for one in second.records("")] == ["uploads/a.txt"]
        (failure,) = second.failures("")
        assert failure.failure.source == "uploads/b.txt"
        assert "程序停了" in failure.failure.zh


class TestFailures:
    def test_stay_with_their_reason_until_dismissed(self, library: Library, store: Path) -> None:
        job = put(library, "坏.pdf", b"%PDF-1.4 no more")
        assert job.state == "failed"
        later = opened(store)
        (kept,) = later.failures("")
        assert kept.failure.source == "uploads/坏.pdf"
        assert kept.failure.code == "damaged"
        assert kept.failure.en
        later.dismiss("", "uploads/坏.pdf")
        assert opened(store).failures("") == ()
        assert not (store / "uploads" / "坏.pdf").exists()

    def test_end_when_the_file_is_read_after_all(self, library: Library) -> None:
        put(library, "a.txt", b"")
        assert [one.failure.code for one in library.failures("")] == ["no_text"]
        put(library, "a.txt", APPLES)
        assert library.failures("") == ()

    def test_a_file_too_large_is_told_and_not_kept(self, store: Path) -> None:
        library = opened(store, Limits(file_bytes=1000))
        with pytest.raises(ReadError) as told:
            library.put("", "a.txt", io.BytesIO(b"a" * 2000))
        assert told.value.code == "too_large"
        assert [one.failure.code for one in library.failures("")] == ["too_large"]
        assert not (store / "uploads" / "a.txt").exists()

    def test_a_corpus_cannot_come_in(self, library: Library) -> None:
        with pytest.raises(ReadError):
            library.put("", "a.JSONL", io.BytesIO(b"{}"))
        assert [one.failure.code for one in library.failures("")] == ["unsupported"]


class TestWhatAUserSays:
    def test_wins_over_what_was_found_and_survives_another_reading(self, library: Library) -> None:
        put(library, "a.txt", APPLES)
        source = "uploads/a.txt"
        over(
            library.describe("", source, {"title": "果业", "place": "红山县", "period": "2022年", "date": ""})
        )
        assert library.record("", source).metadata.title == "果业"
        assert library.record("", source).metadata.place == "红山县"
        assert "31.5万吨" in answer(library, "红山县2022年苹果产量是多少？")
        over(library.reread("", source))
        assert library.record("", source).metadata.place == "红山县"
        put(library, "a.txt", APPLES.replace("31.5", "32.5"))
        assert library.record("", source).metadata.place == "红山县"
        assert "32.5万吨" in answer(library, "红山县2022年苹果产量是多少？")

    def test_can_be_taken_back(self, library: Library) -> None:
        put(library, "a.txt", APPLES)
        before = library.record("", "uploads/a.txt")
        over(library.describe("", before.source, {"title": "别的", "place": ""}))
        assert library.record("", before.source).metadata.place is None
        over(library.describe("", before.source, None))
        assert library.record("", before.source) == before
        assert library.ledger.words() == {}

    def test_is_only_what_differs_from_what_was_found(self, library: Library) -> None:
        put(library, "a.txt", APPLES)
        known = library.record("", "uploads/a.txt").metadata
        over(library.describe("", "uploads/a.txt", {"title": known.title, "place": "红山县"}))
        assert library.ledger.words()["uploads/a.txt"].given == {"place": "红山县"}

    def test_must_be_a_date_where_a_date_is_asked_for(self, library: Library) -> None:
        put(library, "a.txt", APPLES)
        with pytest.raises(LibraryError):
            library.describe("", "uploads/a.txt", {"date": "去年冬天"})

    def test_needs_no_file_and_no_upload(self, library: Library, tmp_path: Path) -> None:
        (tmp_path / "x.txt").write_text(APPLES, encoding="utf-8")
        assistant: Assistant = library._assistant
        assistant.add([tmp_path / "x.txt"])
        (record,) = library.records("")
        over(library.describe("", record.source, {"title": "果业"}))
        assert titles(library) == ["果业"]
        assert assistant.add([tmp_path / "x.txt"]).unchanged == [record.source]
        (tmp_path / "x.txt").unlink()
        with pytest.raises(LibraryError):
            library.reread("", record.source)


class TestOwners:
    @pytest.fixture
    def shared_out(self, library: Library) -> Library:
        put(library, "苹果.txt", APPLES, "anna")
        put(library, "梨.txt", PEARS, "boris")
        return library

    def test_see_their_own_and_what_is_shared(self, shared_out: Library) -> None:
        assert [one.source for one in shared_out.records("anna")] == ["uploads/@anna/苹果.txt"]
        assert "31.5" not in answer(shared_out, ASKED, "boris")
        assert len(shared_out.records("")) == 2
        shared_out.share("anna", "uploads/@anna/苹果.txt", shared=True)
        assert len(shared_out.records("boris")) == 2
        assert "31.5万吨" in answer(shared_out, ASKED, "boris")
        shared_out.share("anna", "uploads/@anna/苹果.txt", shared=False)
        assert len(shared_out.records("boris")) == 1

    def test_can_change_nothing_of_others(self, shared_out: Library) -> None:
        source = "uploads/@anna/苹果.txt"
        shared_out.share("anna", source, shared=True)
        for change in (
            lambda: shared_out.remove("boris", source),
            lambda: shared_out.reread("boris", source),
            lambda: shared_out.describe("boris", source, {"title": "x"}),
            lambda: shared_out.share("boris", source, shared=False),
            lambda: shared_out.dismiss("boris", source),
        ):
            with pytest.raises(UnknownSourceError):
                change()
        assert len(shared_out.records("boris")) == 2

    def test_have_the_same_bytes_without_knowing_of_each_other(self, shared_out: Library) -> None:
        job = put(shared_out, "复制.txt", APPLES, "boris")
        assert not job.report.duplicates
        assistant: Assistant = shared_out._assistant
        told = assistant.ask(ASKED, sources=shared_out.sources("boris"))
        assert {one.source for one in told.citations} == {"uploads/@boris/复制.txt"}

    def test_nothing_of_how_a_question_is_understood_comes_from_others(self, shared_out: Library) -> None:
        put(shared_out, "苦.txt", "青石县的苦藤坊科技公司（以下简称苦坊）2022年产值3亿元。", "anna")
        assistant: Assistant = shared_out._assistant
        for question in (
            "苦坊2022年产值是多少？",
            "苦滕坊科技公司2022年产值是多少？",
            "青时县2022年苹果产量是多少？",
        ):
            *_, told = assistant.stream(
                question, sources=shared_out.sources("boris"), seen=shared_out.seen("boris")
            )
            assert "苦藤" not in repr(told)
            assert "青石" not in repr(told)

    def test_a_refusal_names_no_place_of_anothers_documents(self, shared_out: Library) -> None:
        assert "青石" not in answer(shared_out, "冰岛2019年的捕鱼量是多少？", "boris")

    def test_see_their_own_failures_and_jobs(self, shared_out: Library) -> None:
        put(shared_out, "坏.pdf", b"%PDF-1.4 no more", "anna")
        assert [one.failure.source for one in shared_out.failures("anna")] == ["uploads/@anna/坏.pdf"]
        assert shared_out.failures("boris") == ()
        assert {job.owner for _, job in shared_out.jobs("boris")} == {"boris"}

    def test_limit_questions_only_to_what_they_see(self, shared_out: Library) -> None:
        guessed = parsed_limits(["document:uploads/@anna/苹果.txt"])
        assert limited(shared_out, "boris", guessed) == ()
        assert limited(shared_out, "anna", guessed) == ("uploads/@anna/苹果.txt",)

    @given(st.text(max_size=40), st.text(min_size=1, max_size=20))
    def test_no_name_makes_a_file_anothers(self, name: str, owner: str) -> None:
        source = f"{uploads_of(owner)}{upload_path(name)}"
        assert owner_of_source(source) == owner
        assert owner_of_source(f"{source}/member.txt") == owner
        everybodys = f"{uploads_of('')}{upload_path(name)}"
        assert owner_of_source(everybodys) == owner_of_source(f"{everybodys}/member.txt") == ""

    @given(st.text(max_size=200))
    def test_no_name_leads_out_of_the_folder(self, name: str) -> None:
        parts = upload_path(name).split("/")
        assert not {"", ".", ".."} & set(parts)
        assert not any(set(part) & set("\\\0\n:") for part in parts)


class TestTheQueue:
    def test_what_is_short_goes_before_the_reading_of_files(self, library: Library) -> None:
        put(library, "a.txt", APPLES)
        many = "\n\n".join(f"{n}年，青石县第{n}村苹果产量{n}吨，比上年增长{n}%。" * 4 for n in range(300))
        first = library.put("", "b.txt", io.BytesIO(many.encode()))
        second = library.put("", "c.txt", io.BytesIO(PEARS.encode()))
        assert first and second
        while first.state == "waiting":
            time.sleep(0.01)
        short = library.describe("", "uploads/a.txt", {"title": "果业"})
        waiting = [job for _, job in library.jobs("") if not job.is_over]
        assert waiting == [first, short, second]
        assert [ahead for ahead, job in library.jobs("") if not job.is_over] == [0, 1, 2]
        library.cancel("", second.number)
        assert second.state == "cancelled"
        while first.state != "embedding":
            assert not first.is_over
            time.sleep(0.01)
        assert "31.5万吨" in answer(library, ASKED), "questions are answered meanwhile"
        library.cancel("", first.number)
        assert over(first).state == "cancelled"
        assert over(short).state == "done"
        assert [one.source for one in library.records("")] == ["uploads/a.txt"]
        assert [source for source, _ in library.folder.files()] == ["uploads/a.txt"]

    def test_nobody_cancels_anothers_job(self, library: Library) -> None:
        job = library.put("anna", "a.txt", io.BytesIO(APPLES.encode()))
        assert job
        library.cancel("boris", job.number)
        assert over(job).state == "done"


def test_suggested_questions_are_answered_from_the_documents(
    seed_assistant: Assistant, tmp_path: Path
) -> None:
    assistant = Assistant(seed_assistant.store, seed_assistant.embedder)
    assistant.ledger = type(assistant.ledger)(tmp_path)
    library = Library(assistant)
    suggestions = Suggestions(library, assistant)
    assert suggestions.for_reader("", "zh")[1]
    until = time.monotonic() + WITHIN
    while suggestions.for_reader("", "zh")[1] and time.monotonic() < until:
        time.sleep(0.1)
    questions, pending = suggestions.for_reader("", "zh")
    assert not pending
    assert len(questions) == 4
    for question in (*questions, *suggestions.for_reader("", "en")[0]):
        told = assistant.ask(question)
        assert not told.refused
        assert told.citations


def record(source: str, place: str | None, period: str | None) -> SourceRecord:
    return SourceRecord(source, "txt", "", 1, None, 1, Metadata(place=place, period=period))


def test_limits_of_one_kind_widen_and_of_several_narrow() -> None:
    records = [record("a", "甲县", "2022年"), record("b", "乙县", "2022年"), record("c", "乙县", "2023年")]
    assert within(["place:甲县", "place:乙县"], records) == ("a", "b", "c")
    assert within(["place:乙县", "period:2022年"], records) == ("b",)
    assert within(["document:a", "period:2023年"], records) == ()
    assert within([], records) == ("a", "b", "c")


@pytest.mark.parametrize("sent", [None, 3, "place:甲县", [3, "elsewhere:x", None]])
def test_whatever_a_browser_sends_as_limits_is_none_or_known(sent: object) -> None:
    assert parsed_limits(sent) == ()

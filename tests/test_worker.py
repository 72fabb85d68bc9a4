"""A file is read in a process of its own: what it gives, what it survives, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents import Limits, ReadingProcess, read
from rag.documents.limits import LimitName, passed
from rag.documents.process import wire
from rag.errors import ReadError
from rag.original import AlignedText, Cell, Original
from rag.types import Block, Document, Metadata, Reason

FIXTURES = Path("tests/fixtures")
POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX signals only")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are kept by Linux")
TEXT = "昔阳县2023年原煤产量2694.5万吨，同比增长42%。\n"


@pytest.fixture
def process() -> Iterator[ReadingProcess]:
    with ReadingProcess() as process:
        yield process


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def assert_same(one: Document, other: Document) -> None:
    for field in fields(Document):
        if field.name not in ("original", "body"):
            assert getattr(one, field.name) == getattr(other, field.name)
    assert one.original == other.original
    assert (one.original.boxes is None) == (other.original.boxes is None)
    if one.original.boxes is not None and other.original.boxes is not None:
        assert one.original.boxes.dtype == other.original.boxes.dtype
        assert np.array_equal(one.original.boxes, other.original.boxes)
    assert one.body.text == other.body.text
    for mine, its in ((one.body.starts, other.body.starts), (one.body.ends, other.body.ends)):
        assert mine.dtype == its.dtype
        assert np.array_equal(mine, its)


@pytest.mark.parametrize(
    "name", ["report-table.pdf", "letter.docx", "indicators.xlsx", "slides.pptx", "page-gb.html", "mail.eml"]
)
def test_a_document_from_the_process_is_the_one_read_here(process: ReadingProcess, name: str) -> None:
    assert_same(process.read(FIXTURES / name, f"in/{name}"), read(FIXTURES / name, f"in/{name}"))


_text = st.text(alphabet=st.characters(codec=None, categories=None), max_size=12)
_numbers = st.integers(0, 2**31)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text, body = draw(_text), draw(_text)
    boxes = np.array(draw(st.lists(st.integers(0, 65535), min_size=4, max_size=4)) * len(text), np.uint16)
    cells = st.builds(
        Cell,
        *[_numbers] * 5,
        sheet=st.none() | _text,
        header=st.booleans(),
        rows=_numbers,
        columns=_numbers,
    )
    original = Original(
        text,
        tuple(draw(st.lists(_numbers, max_size=3))),
        tuple(draw(st.lists(st.tuples(st.floats(0, 1e4), st.floats(0, 1e4)), max_size=3))),
        tuple(draw(st.lists(cells, max_size=3))),
        tuple(draw(st.lists(_numbers, max_size=3))),
        draw(st.none() | st.just(boxes.reshape(len(text), 4))),
    )
    starts = np.array(draw(st.lists(_numbers, min_size=len(body), max_size=len(body))), np.uint32)
    metadata = st.builds(
        Metadata,
        title=_text,
        publisher=st.none() | _text,
        year=st.none() | _numbers,
        years=st.lists(_numbers, max_size=3).map(tuple),
        author=st.none() | _text,
        places=st.lists(_text, max_size=3).map(tuple),
        reasons=st.lists(st.builds(Reason, _text, st.floats(0, 1), _text, _text), max_size=2).map(tuple),
    )
    blocks = st.builds(Block, st.sampled_from(["heading", "row"]), _numbers, _numbers, level=_numbers)
    return Document(
        draw(_text),
        "pdf",
        original,
        AlignedText(body, starts, starts + np.uint32(1)),
        tuple(draw(st.lists(blocks, max_size=3))),
        draw(metadata),
        tuple(draw(st.lists(_text, max_size=2))),
    )


@settings(max_examples=80)
@given(documents())
def test_every_field_of_a_document_survives_the_way_lone_surrogates_too(document: Document) -> None:
    assert_same(wire.unpacked_document(wire.packed_document(document)), document)


@given(_text, _text)
def test_an_error_survives_the_way(zh: str, en: str) -> None:
    error = wire.unpacked_error(wire.unpacked(wire.packed(wire.packed_error(ReadError("damaged", zh, en)))))
    assert (error.code, error.zh, error.en) == ("damaged", zh, en)


def test_one_process_reads_many_files_and_says_how_far_it_is(process: ReadingProcess, good: Path) -> None:
    heard: list[tuple[int, int]] = []
    process.read(
        FIXTURES / "newspaper-pages.pdf", "a.pdf", told=lambda done, total: heard.append((done, total))
    )
    assert len(heard) >= 2
    assert all(done <= total for done, total in heard)
    assert process.read(good, "good.txt").original.text == TEXT
    assert process.starts == 1


def test_reasons_are_those_of_reading_here(process: ReadingProcess) -> None:
    path = FIXTURES / "bad" / "encrypted-aes.pdf"
    with pytest.raises(ReadError) as here:
        read(path, "a.pdf")
    with pytest.raises(ReadError) as there:
        process.read(path, "a.pdf")
    assert (there.value.code, there.value.zh, there.value.en) == (
        here.value.code,
        here.value.zh,
        here.value.en,
    )
    assert process.starts == 1


@pytest.mark.parametrize("name", ["encrypted-aes.pdf", "locked.xlsx"])
def test_a_password_reaches_the_reader(process: ReadingProcess, name: str) -> None:
    assert process.read(FIXTURES / "bad" / name, name, password="晋中2024").body.text


def test_a_file_without_progress_is_given_up_and_the_next_one_is_read(
    process: ReadingProcess, good: Path
) -> None:
    process.read(good, "good.txt")
    before = process.pid
    with pytest.raises(ReadError) as caught:
        process.read(FIXTURES / "newspaper.pdf", "slow.pdf", limits=Limits(seconds=0.001))
    assert caught.value.code == "timeout"
    assert "slow.pdf" in caught.value.zh
    assert "RAG_MAX_SECONDS" in caught.value.en
    assert process.read(good, "good.txt").original.text == TEXT
    assert process.starts == 2
    assert before is not None
    assert not alive(before)


@POSIX
def test_a_process_that_stops_half_way_is_killed(process: ReadingProcess, good: Path) -> None:
    def stop(_done: int, _total: int) -> None:
        assert process.pid
        os.kill(process.pid, signal.SIGSTOP)

    process.read(good, "good.txt")
    began = time.perf_counter()
    with pytest.raises(ReadError) as caught:
        process.read(FIXTURES / "newspaper-pages.pdf", "a.pdf", limits=Limits(seconds=1), told=stop)
    assert caught.value.code == "timeout"
    assert time.perf_counter() - began < 20
    assert process.read(good, "good.txt").original.text == TEXT


@POSIX
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGSEGV, "damaged"), (signal.SIGABRT, "damaged"), (signal.SIGKILL, "too_large")],
)
def test_a_crash_is_one_file_s_failure(
    process: ReadingProcess, good: Path, number: signal.Signals, code: str
) -> None:
    def crash(_done: int, _total: int) -> None:
        assert process.pid
        os.kill(process.pid, number)

    with pytest.raises(ReadError) as caught:
        process.read(FIXTURES / "newspaper-pages.pdf", "a.pdf", told=crash)
    assert caught.value.code == code
    assert process.read(good, "good.txt").original.text == TEXT


@POSIX
def test_a_file_does_not_pay_for_those_before_it(process: ReadingProcess, good: Path) -> None:
    """What an earlier file left behind in a process may bring it down; in a fresh one the next file reads well."""
    crashes: list[int] = []

    def crash_once(_done: int, _total: int) -> None:
        if not crashes and process.pid:
            crashes.append(process.pid)
            os.kill(process.pid, signal.SIGSEGV)

    process.read(good, "good.txt")
    assert process.read(FIXTURES / "newspaper-pages.pdf", "a.pdf", told=crash_once).body.text
    assert len(crashes) == 1
    assert process.starts == 2


@LINUX
def test_memory_beyond_the_limit_is_refused_and_the_next_file_is_read(
    process: ReadingProcess, tmp_path: Path, good: Path
) -> None:
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.truncate(400 << 20)
    with pytest.raises(ReadError) as caught:
        process.read(big, "big.txt", limits=Limits(memory_bytes=200 << 20))
    assert caught.value.code == "too_large"
    assert "200 MB" in caught.value.en
    assert process.read(good, "good.txt").original.text == TEXT


def test_a_file_over_the_limit_is_not_even_opened(process: ReadingProcess, tmp_path: Path) -> None:
    path = tmp_path / "sparse.pdf"
    with path.open("wb") as file:
        file.truncate(3 << 20)
    with pytest.raises(ReadError) as caught:
        process.read(path, "sparse.pdf", limits=Limits(file_bytes=2 << 20))
    assert caught.value.code == "too_large"
    assert "3 MB" in caught.value.zh
    assert "2 MB" in caught.value.zh
    assert "RAG_MAX_FILE_MB" in caught.value.zh


@pytest.mark.parametrize("limit", get_args(LimitName))
def test_every_limit_says_what_it_is_and_how_much_there_was(limit: LimitName) -> None:
    limits = replace(Limits(), **{limit: 7 << 20})
    most = "7 MB" if limit.endswith("_bytes") else "7,340,032"
    for error in (passed(limit, "in/a.pdf", limits), passed(limit, "in/a.pdf", limits, 9 << 20)):
        assert error.code == ("timeout" if limit == "seconds" else "too_large")
        for words in (error.zh, error.en):
            assert "in/a.pdf" in words
            assert most in words
    assert ("9 MB" if limit.endswith("_bytes") else "9,437,184") in error.zh


def test_every_limit_has_its_words() -> None:
    assert set(get_args(LimitName)) == {field.name for field in fields(Limits)}


NOISY = """
import os, sys
import rag.documents.process.worker as worker
reading = worker.read
def noisy(*arguments, **named):
    print("a library talks")
    os.write(1, b"a C library talks")
    sys.stdin.read()
    {deed}
    return reading(*arguments, **named)
worker.read = noisy
worker.main()
"""


def answered(code: str, path: Path) -> tuple[bytes, bytes]:
    """What a worker with a reader of ours answers, on the very pipes."""
    request = {"path": str(path), "source": "a.txt", "password": None, "folder": None}
    limits = {field.name: getattr(Limits(), field.name) for field in fields(Limits)}
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    ) as worker:
        assert worker.stdin
        assert worker.stdout
        wire.send(worker.stdin, wire.REQUEST, wire.packed({**request, "limits": limits}))
        while frame := wire.receive(worker.stdout):
            if frame[0] in (wire.DOCUMENT, wire.ERROR):
                worker.stdin.close()
                return frame
    raise AssertionError("no answer")


def test_what_libraries_print_does_not_get_between_the_answers(good: Path) -> None:
    kind, payload = answered(NOISY.format(deed=""), good)
    assert kind == wire.DOCUMENT
    assert wire.unpacked_document(payload).original.text == TEXT


@pytest.mark.parametrize(
    "deed",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
    ],
)
def test_a_reader_that_reaches_for_the_network_is_refused(good: Path, deed: str) -> None:
    refused = f"try: {deed}\n    except PermissionError as e: assert 'may not reach the network' in str(e)\n    else: os._exit(3)"
    kind, payload = answered(NOISY.format(deed=refused), good)
    assert kind == wire.DOCUMENT, payload


def test_an_exception_nobody_foresaw_is_one_damaged_file(good: Path) -> None:
    kind, payload = answered(NOISY.format(deed="raise KeyError('nobody foresaw this')"), good)
    assert kind == wire.ERROR
    assert wire.unpacked(payload)["code"] == "damaged"


def test_a_page_from_elsewhere_fetches_nothing(process: ReadingProcess) -> None:
    assert process.read(FIXTURES / "bad" / "remote.html", "remote.html").body.text


def test_the_process_starts_with_no_more_than_it_needs() -> None:
    heavy = (
        "pypdf pypdfium2 lxml openpyxl docx pptx cv2 onnxruntime rapidocr faiss torch rag.store rag.settings"
    )
    code = (
        f"import sys, rag.documents.process.worker; print([m for m in {heavy.split()!r} if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    state = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not state.is_file() or state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"


def ends(pid: int, seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not alive(pid):
            return True
        time.sleep(0.02)
    return False


def test_the_process_ends_with_its_context(good: Path) -> None:
    with ReadingProcess() as process:
        process.read(good, "good.txt")
        pid = process.pid
    assert pid
    assert not alive(pid)


READING = """
import os, signal, sys
from pathlib import Path
from rag.documents import ReadingProcess
with ReadingProcess() as process:
    def told(done, total):
        print(process.pid, flush=True)
        {deed}
    process.read(Path(sys.argv[1]), "a.pdf", told=told)
"""


@POSIX
def test_the_process_ends_when_the_program_that_started_it_is_killed() -> None:
    code = READING.format(deed="os.kill(os.getpid(), signal.SIGKILL)")
    command = [sys.executable, "-c", code, str(FIXTURES / "newspaper-pages.pdf")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == -signal.SIGKILL
    assert ends(int(result.stdout.split()[0]))


@POSIX
def test_ctrl_c_stops_both_at_once_and_the_worker_says_nothing() -> None:
    """A terminal sends SIGINT to all processes of its foreground group."""
    code = READING.format(deed="os.killpg(0, signal.SIGINT)")
    command = [sys.executable, "-c", code, str(FIXTURES / "newspaper-pages.pdf")]
    result = subprocess.run(command, capture_output=True, text=True, check=False, start_new_session=True)
    assert "KeyboardInterrupt" in result.stderr
    assert result.stderr.count("Traceback") == 1
    assert ends(int(result.stdout.split()[0]))


def test_a_reader_that_raises_in_told_leaves_a_process_that_reads_on(
    process: ReadingProcess, good: Path
) -> None:
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        process.read(FIXTURES / "newspaper-pages.pdf", "a.pdf", told=stop)
    assert process.read(good, "good.txt").original.text == TEXT

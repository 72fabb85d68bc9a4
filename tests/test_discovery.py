"""What is found in folders, whatever lies in them."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from rag.documents import discover, survey
from rag.documents.files.discovery import source_of
from rag.errors import ReadError

POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX file systems only")


def written(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes("昔阳县原煤产量。".encode())


def sources(folder: Path) -> list[str]:
    return [Path(source).relative_to(folder).as_posix() for source, _ in discover([folder])]


def test_what_programs_leave_behind_is_no_document(tmp_path: Path) -> None:
    written(
        tmp_path,
        "a.txt",
        "~$a.txt",
        ".DS_Store",
        ".hidden.txt",
        "Thumbs.db",
        "__MACOSX/._a.txt",
        "a.txt.meta.json",
        "README.md",
        "license.txt",
        "readme files/b.txt",
        ".cache/c.txt",
    )
    found = survey([tmp_path])
    assert sources(tmp_path) == ["a.txt", "readme files/b.txt"]
    assert found.passed_over == []
    assert found.failed == []


def test_files_of_other_kinds_are_passed_over_and_counted(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", "old.doc", "sub/song.mp3", "sub/noending")
    found = survey([tmp_path])
    assert [Path(source).name for source, _ in found.files] == ["a.txt"]
    assert [Path(source).name for source in found.passed_over] == ["old.doc", "noending", "song.mp3"]


def test_archives_are_found_among_documents(tmp_path: Path) -> None:
    written(tmp_path, "b.ZIP", "a.txt")
    assert sources(tmp_path) == ["a.txt", "b.ZIP"]


def test_a_folder_s_own_files_come_before_those_of_its_folders(tmp_path: Path) -> None:
    written(tmp_path, "z.txt", "b/a.txt", "a/z/y.txt", "a/b.txt")
    assert sources(tmp_path) == ["z.txt", "a/b.txt", "a/z/y.txt", "b/a.txt"]


@POSIX
def test_links_that_lead_round_in_circles_are_not_followed(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", "sub/b.txt")
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    found = survey([tmp_path])
    assert [Path(source).name for source, _ in found.files] == ["a.txt", "b.txt"]
    assert [Path(source).name for source, _ in found.failed] == ["self.txt"]
    assert found.passed_over == [f"{(tmp_path / 'sub' / 'up').as_posix()}/"]


@POSIX
def test_a_linked_file_is_taken_once_and_a_dangling_link_is_named(tmp_path: Path) -> None:
    written(tmp_path, "a.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "c.txt").symlink_to(tmp_path / "gone.txt")
    found = survey([tmp_path])
    assert [Path(source).name for source, _ in found.files] == ["a.txt"]
    [(source, error)] = found.failed
    assert source.endswith("c.txt")
    assert error.code == "unreadable"
    assert "c.txt" in error.zh
    assert "leads nowhere" in error.en


@POSIX
def test_what_leads_nowhere_is_named_once_however_often_its_folder_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "c.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    found = survey([Path("d"), Path("./d"), Path("link"), folder])
    assert [source for source, _ in found.failed] == ["d/c.txt"]


@POSIX
def test_pipes_and_sockets_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "a.txt")
    monkeypatch.chdir(tmp_path)  # a socket's path has to be short
    os.mkfifo("pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.pdf")
        found = survey([Path(), Path("pipe.txt"), Path("/dev/zero")])
    assert [source for source, _ in found.files] == ["a.txt"]
    assert sorted({source for source, _ in found.failed}) == ["/dev/zero", "pipe.txt", "socket.pdf"]
    assert {error.code for _, error in found.failed} == {"unreadable"}


@POSIX
def test_a_folder_that_may_not_be_opened_is_named_and_the_rest_goes_on() -> None:
    code = (
        "import os, sys; from pathlib import Path; from rag.documents import survey\n"
        "if os.geteuid() == 0: os.seteuid(65534)  # nothing is closed to the superuser\n"
        "found = survey([Path(sys.argv[1])])\n"
        "print([Path(s).name for s, _ in found.files], [(Path(s).name, e.code) for s, e in found.failed])"
    )
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to all but their owner
        folder = Path(name)
        written(folder, "a.txt", "closed/b.txt", "open/c.txt")
        folder.chmod(0o755)
        (folder / "closed").chmod(0)
        command = [sys.executable, "-c", code, name]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        (folder / "closed").chmod(0o755)
    assert result.stdout.strip() == "['a.txt', 'c.txt'] [('closed', 'unreadable')]"


@POSIX
def test_a_name_in_an_old_encoding_becomes_a_source_that_can_be_written(tmp_path: Path) -> None:
    old = os.fsencode(tmp_path) + "/昔阳县公报.txt".encode("gb18030")
    try:
        Path(os.fsdecode(old)).write_bytes(b"text")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    [(source, path)] = discover([tmp_path])
    assert source.endswith("/昔阳县公报.txt")
    assert path.read_bytes() == b"text"


def test_a_source_is_the_path_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "docs/a.txt")
    monkeypatch.chdir(tmp_path)
    assert [source for source, _ in discover([Path("docs"), Path("./docs/../docs/a.txt")])] == ["docs/a.txt"]
    assert source_of(Path("docs/昔阳.txt")) == "docs/昔阳.txt"


def test_a_deep_folder_is_searched_to_its_end(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 500)
    deep.mkdir(parents=True)
    (deep / "a.txt").write_bytes(b"text")
    assert len(discover([tmp_path])) == 1


def test_a_path_that_is_not_there_is_a_mistake_of_its_writer(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="nowhere"):
        survey([tmp_path / "nowhere"])

"""What comes out of archives, however they are made, and what does not."""

from __future__ import annotations

import email.message
import io
import os
import stat
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents import Limits, ReadingProcess, holds_files
from rag.documents.files.archives import Members, unpack
from rag.documents.files.member_names import safe_name
from rag.documents.limits import MEGABYTE
from rag.documents.process.unpacking_folder import unpacking_folder
from rag.errors import ReadError

TEXT = "昔阳县2023年原煤产量2694.5万吨，同比增长42%。".encode()
BAD = Path("tests/fixtures/bad")


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def unpacked(folder: Path, data: bytes, limits: Limits | None = None, password: str | None = None) -> Members:
    archive = folder / "a.zip"
    archive.write_bytes(data)
    out = folder / "out"
    out.mkdir()
    return unpack(archive, "a.zip", out, password=password, limits=limits or Limits())


def codes(members: Members) -> dict[str, str]:
    return {source: one.code if isinstance(one, ReadError) else "" for source, one in members}


def test_documents_come_out_under_their_archive_and_nothing_else_does(tmp_path: Path) -> None:
    members = unpacked(
        tmp_path,
        packed(
            ("b.txt", TEXT),
            ("in/a.md", TEXT),
            ("in/", b""),
            ("README.md", TEXT),
            ("__MACOSX/._b.txt", TEXT),
            (".hidden/c.txt", TEXT),
            ("~$b.txt", TEXT),
            ("song.mp3", TEXT),
        ),
    )
    assert codes(members) == {"a.zip/b.txt": "", "a.zip/in/a.md": ""}
    assert all(isinstance(file, Path) and file.read_bytes() == TEXT for _, file in members)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "big5"])
def test_names_without_the_utf8_mark_are_read_as_they_were_meant(tmp_path: Path, encoding: str) -> None:
    name = "統計公報" if encoding == "big5" else "昔阳县统计公报"
    first, second = name.encode(encoding), "山西".encode(encoding)
    data = packed(("x" * len(first) + ".txt", TEXT), ("y" * len(second) + ".txt", TEXT))
    data = data.replace(b"x" * len(first), first).replace(b"y" * len(second), second)
    assert list(codes(unpacked(tmp_path, data))) == [f"a.zip/{name}.txt", "a.zip/山西.txt"]


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    names = ("../../up.txt", "/etc/root.txt", "C:\\win\\drive.txt", "..\\back.txt", "a/./../b.txt")
    members = unpacked(tmp_path, packed(*((name, TEXT) for name in names)))
    assert list(codes(members)) == [
        "a.zip/up.txt",
        "a.zip/etc/root.txt",
        "a.zip/win/drive.txt",
        "a.zip/back.txt",
        "a.zip/a/b.txt",
    ]
    assert {file.parent for _, file in members if isinstance(file, Path)} == {tmp_path / "out"}


@given(st.text(alphabet="ab./\\:C\x00\n 县", max_size=30))
def test_a_safe_name_is_safe_whatever_it_was(name: str) -> None:
    parts = safe_name(name).split("/")
    assert ".." not in [part.strip() for part in parts]
    assert not safe_name(name).startswith("/")
    assert "\\" not in safe_name(name)
    assert safe_name(safe_name(name)) == safe_name(name) or ":" in name


def test_links_in_an_archive_are_left_out(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("passwd.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert codes(unpacked(tmp_path, packed((link, b"/etc/passwd"), ("a.txt", TEXT)))) == {"a.zip/a.txt": ""}


def test_one_bad_member_does_not_stop_the_others(tmp_path: Path) -> None:
    data = bytearray(packed(("a.txt", TEXT), ("b.txt", TEXT * 50), ("c.txt", TEXT)))
    at = data.index(b"b.txt") + len(b"b.txt")
    data[at + 5 : at + 30] = b"\xff" * 25
    members = unpacked(tmp_path, bytes(data))
    assert codes(members) == {"a.zip/a.txt": "", "a.zip/b.txt": "damaged", "a.zip/c.txt": ""}


def test_two_members_of_one_name_count_once_and_two_that_become_one_are_told_apart(tmp_path: Path) -> None:
    members = unpacked(tmp_path, packed(("a.txt", TEXT), ("../a.txt", b"other")))
    assert len({source for source, _ in members}) == len(members)


def test_archives_in_archives_are_unpacked_as_deep_as_the_limit(tmp_path: Path) -> None:
    data = packed(("4.txt", TEXT))
    for level in (3, 2, 1):
        data = packed((f"{level}.txt", TEXT), ("in.zip", data))
    members = unpacked(tmp_path, data, Limits(archive_depth=3))
    assert codes(members) == {
        "a.zip/1.txt": "",
        "a.zip/in.zip/2.txt": "",
        "a.zip/in.zip/in.zip/3.txt": "",
        "a.zip/in.zip/in.zip/in.zip": "too_large",
    }


def test_a_bomb_is_left_packed_and_the_rest_comes_out(tmp_path: Path) -> None:
    members = unpacked(tmp_path, packed(("a.txt", TEXT), ("bomb.txt", bytes(30 * MEGABYTE)), ("b.txt", TEXT)))
    assert codes(members) == {"a.zip/a.txt": "", "a.zip/bomb.txt": "too_large", "a.zip/b.txt": ""}
    assert sum(file.stat().st_size for file in (tmp_path / "out").iterdir()) < MEGABYTE


def test_sizes_that_an_archive_states_are_not_believed(tmp_path: Path) -> None:
    """The directory says one byte; zipfile then gives one byte, whose checksum is another's."""
    data = packed(("a.txt", TEXT), ("lie.txt", b"a" * 5_000))
    lying = data.replace(struct.pack("<I", 5_000), struct.pack("<I", 1))
    assert codes(unpacked(tmp_path, lying)) == {"a.zip/a.txt": "", "a.zip/lie.txt": "damaged"}


def test_all_members_together_stay_within_the_limit(tmp_path: Path) -> None:
    data = packed(*((f"{n}.txt", bytes(range(256)) * 400) for n in range(20)))
    members = unpacked(tmp_path, data, Limits(archive_bytes=500_000))
    assert codes(members)["a.zip"] == "too_large"
    assert sum(isinstance(one, Path) for _, one in members) == 4


def test_too_many_members_are_refused_before_any_comes_out(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="12") as caught:
        unpacked(tmp_path, packed(*((f"{n}.txt", TEXT) for n in range(12))), Limits(archive_members=10))
    assert caught.value.code == "too_large"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_member_may_be_no_larger_than_a_file(tmp_path: Path) -> None:
    members = unpacked(tmp_path, packed(("a.txt", TEXT * 10)), Limits(file_bytes=100))
    assert codes(members) == {"a.zip/a.txt": "too_large"}


def locked(name: str, data: bytes, password: bytes) -> bytes:
    """An archive of one member under PKZIP's own cipher (APPNOTE.TXT 6.1), stored."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(value: int, byte: int) -> int:
        return (zlib.crc32(bytes([byte]), value ^ 0xFFFFFFFF) ^ 0xFFFFFFFF) & 0xFFFFFFFF

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    def encrypted(byte: int) -> int:
        temp = (keys[2] & 0xFFFF) | 2
        update(byte)
        return byte ^ (((temp * (temp ^ 1)) >> 8) & 0xFF)

    for byte in password:
        update(byte)
    check = zlib.crc32(data)
    body = bytes(map(encrypted, bytes(11) + bytes([check >> 24]) + data))
    plain = bytearray(packed_stored(name, body))
    local, central = 0, plain.index(b"PK\x01\x02")
    for at, flags, crc_at, size_at in ((local, 6, 14, 22), (central, 8, 16, 24)):
        struct.pack_into("<H", plain, at + flags, 1)
        struct.pack_into("<I", plain, at + crc_at, check)
        struct.pack_into("<I", plain, at + size_at, len(data))
    return bytes(plain)


def packed_stored(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_locked_archive_opens_with_its_password(tmp_path: Path, encoding: str) -> None:
    [(source, file)] = unpacked(tmp_path, locked("a.txt", TEXT, "密码1".encode(encoding)), password="密码1")
    assert source == "a.zip/a.txt"
    assert isinstance(file, Path)
    assert file.read_bytes() == TEXT


@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_locked_archive_asks_for_its_password(tmp_path: Path, password: str | None) -> None:
    [(_, error)] = unpacked(tmp_path, locked("a.txt", TEXT, b"right"), password=password)
    assert isinstance(error, ReadError)
    assert error.code == "password"
    assert ("wrong" in error.en) == (password is not None)


def test_files_attached_to_a_message_come_out_with_those_packed_in_them(tmp_path: Path) -> None:
    message = email.message.EmailMessage()
    message["Subject"] = "数据"
    message.set_content("见附件。")
    message.add_attachment(TEXT, maintype="text", subtype="plain", filename="../说明.txt")
    message.add_attachment(
        packed(("表.csv", TEXT)), maintype="application", subtype="zip", filename="附件.zip"
    )
    members = unpacked(tmp_path, packed(("信.eml", message.as_bytes())))
    assert codes(members) == {
        "a.zip/信.eml": "",
        "a.zip/信.eml/说明.txt": "",
        "a.zip/信.eml/附件.zip/表.csv": "",
    }


def test_a_sidecar_in_an_archive_stays_beside_its_document(tmp_path: Path) -> None:
    [(_, file)] = unpacked(tmp_path, packed(("a.txt", TEXT), ("a.txt.meta.json", b'{"title": "t"}')))
    assert isinstance(file, Path)
    assert Path(f"{file}.meta.json").read_bytes() == b'{"title": "t"}'


def test_a_word_file_named_zip_is_itself(tmp_path: Path) -> None:
    data = Path("tests/fixtures/letter.docx").read_bytes()
    assert unpacked(tmp_path, data) == [("a.zip", tmp_path / "a.zip")]


def test_what_is_no_archive_says_so(tmp_path: Path) -> None:
    whole = packed(("a.txt", TEXT * 100))
    with pytest.raises(ReadError) as caught:
        unpacked(tmp_path, whole[: len(whole) // 2])
    assert caught.value.code == "damaged"


@settings(max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 200))
def test_broken_archives_give_reasons_and_never_anything_else(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int
) -> None:
    folder = tmp_path_factory.mktemp("broken")
    whole = packed(("a.txt", TEXT), ("in.zip", packed(("b.txt", TEXT))))
    try:
        members = unpacked(folder, whole[:at] + junk + whole[at + len(junk) :])
    except ReadError:
        return
    assert all(source.startswith("a.zip") for source, _ in members)


def test_the_process_unpacks_and_clears_away(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(packed(("a.txt", TEXT), ("b.txt", b"")))
    with ReadingProcess() as process, process.members(path, "a.zip") as members:
        [(first, file), (second, empty)] = members
        assert isinstance(file, Path)
        assert isinstance(empty, Path)
        assert process.read(file, first).source == "a.zip/a.txt"
        with pytest.raises(ReadError) as caught:
            process.read(empty, second)
        assert caught.value.code == "no_text"
    assert not file.exists()
    assert not file.parent.exists()


@pytest.mark.parametrize("name", ["bomb.zip", "recursive.zip", "traversal.zip"])
def test_the_fixtures_made_to_harm_do_none(name: str) -> None:
    with ReadingProcess() as process, process.members(BAD / name, name) as members:
        assert members
        for _, one in members:
            assert isinstance(one, ReadError) or one.is_file()


def test_which_files_hold_files_is_told_by_their_names() -> None:
    assert holds_files(Path("a.ZIP"))
    assert holds_files(Path("a.eml"))
    assert not holds_files(Path("a.docx"))


def test_what_a_killed_program_left_unpacked_goes_and_what_is_in_use_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, foreign = tmp_path / "wenju-left", tmp_path / "other-left"
    for folder in (left, foreign):
        (folder / "files").mkdir(parents=True)
        (folder / "files" / "000001.txt").write_bytes(TEXT)
        os.utime(folder, (0, 0))
    with unpacking_folder() as first:
        assert not left.exists()
        os.utime(first.parent, (0, 0))
        with unpacking_folder() as second:
            assert first.is_dir()
            assert second.is_dir()
    assert list(tmp_path.iterdir()) == [foreign]

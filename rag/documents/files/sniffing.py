"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Collection

from rag.documents.files import file_kinds as kinds
from rag.documents.files.file_kinds import Kind

_BEGINNINGS: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", kinds.PNG),
    (0, b"\xff\xd8\xff", kinds.JPEG),
    (0, b"II*\0", kinds.TIFF),
    (0, b"MM\0*", kinds.TIFF),
    (0, b"GIF8", kinds.GIF),
    (8, b"WEBP", kinds.WEBP),
    *((4, b"ftyp" + brand, kinds.HEIC) for brand in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")),
    (4, b"ftyp", kinds.MEDIA),
    (0, b"ID3", kinds.MEDIA),
    (0, b"OggS", kinds.MEDIA),
    (0, b"fLaC", kinds.MEDIA),
    (0, b"\x1aE\xdf\xa3", kinds.MEDIA),
    (8, b"WAVE", kinds.MEDIA),
    (8, b"AVI ", kinds.MEDIA),
    (0, b"Rar!\x1a\x07", kinds.RAR),
    (0, b"7z\xbc\xaf\x27\x1c", kinds.SEVEN),
    (0, b"\x1f\x8b\x08", kinds.GZIP),
    (0, b"\xfd7zXZ\0", kinds.XZ),
    (0, b"BZh", kinds.BZIP),
    (0, b"\x28\xb5\x2f\xfd", kinds.ZSTD),
    (257, b"ustar", kinds.TAR),
    (0, b"{\\rtf", kinds.RTF),
    (0, b"CAJ\0", kinds.CAJ),
    (0, b"KDH ", kinds.CAJ),
    (60, b"BOOKMOBI", kinds.MOBI),
    (0, b"AT&TFORM", kinds.DJVU),
    (0, b"%!PS", kinds.POSTSCRIPT),
    (0, b"SQLite format 3\0", kinds.SQLITE),
    (0, b"MZ", kinds.PROGRAM),
    (0, b"\x7fELF", kinds.PROGRAM),
    (0, b"BM", kinds.BMP),
)
"""Offset, bytes found there, and what the file then is; the first that fits."""

_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = (
    ("EncryptedPackage", kinds.LOCKED),
    ("WordDocument", kinds.DOC),
    ("PowerPoint Document", kinds.PPT),
    ("Workbook", kinds.XLS),
    ("Book", kinds.XLS),
    ("__substg1.0_", kinds.MSG),
)
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_PDF_WITHIN = 1024
"""Readers of PDF look for the mark in so many first bytes (Adobe's implementation notes)."""
_MIMETYPES = (
    (b"application/epub+zip", kinds.EPUB),
    (b"application/vnd.oasis.opendocument.text", kinds.ODT),
    (b"application/vnd.oasis.opendocument.spreadsheet", kinds.ODS),
    (b"application/vnd.oasis.opendocument.presentation", kinds.ODP),
)
_PARTS = (("word/", kinds.DOCX), ("ppt/", kinds.PPTX), ("xl/", kinds.XLSX))
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html[\s>])", re.I | re.S
)
_MSO = re.compile(rb"progid=\"(Word|Excel)\.", re.I)
_MARK = b"\xef\xbb\xbf"

BROKEN_ZIP = (
    KeyError,
    ValueError,
    OSError,
    EOFError,
    RuntimeError,  # also NotImplementedError: a way of packing that Python does not know
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)
"""What `zipfile` raises for archives that are broken, locked or of a strange make."""


def sniff(data: bytes) -> Kind | None:
    """What `data` is by its first bytes and, for containers, by what is in them; `None` for anything else.

    Plain text has no mark: it is `None` as well.
    """
    if data.startswith(_OLE_MARK):
        return _ole_kind(data)
    if data.startswith(_ZIP_MARKS):
        return _zip_data_kind(data)
    for offset, mark, kind in _BEGINNINGS:
        if data.startswith(mark, offset):
            return kind
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return kinds.PDF
    return _markup_kind(data.removeprefix(_MARK)[:4096])


def zip_kind(archive: zipfile.ZipFile) -> Kind:
    """What a zip container is by its parts; `ZIP` for an archive of files."""
    names = archive.namelist()
    if "mimetype" in names and (kind := _mimetype_kind(archive)):
        return kind
    if "[Content_Types].xml" in names:
        return _package_kind(names)
    if "META-INF/container.xml" in names:
        return kinds.EPUB
    if "OFD.xml" in names:
        return kinds.OFD
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        return kinds.IWORK
    return kinds.ZIP


def _package_kind(names: Collection[str]) -> Kind:
    if "xl/workbook.bin" in names:
        return kinds.XLSB
    return next(
        (kind for part, kind in _PARTS if any(name.startswith(part) for name in names)), kinds.OTHER_OPC
    )


def _mimetype_kind(archive: zipfile.ZipFile) -> Kind | None:
    try:
        with archive.open("mimetype") as stream:
            stated = stream.read(100).strip()
    except BROKEN_ZIP:
        return None
    return next((kind for mimetype, kind in _MIMETYPES if stated.startswith(mimetype)), None)


def _zip_data_kind(data: bytes) -> Kind | None:
    """`None` for a container too broken to be opened: its name is then all there is to go by."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return zip_kind(archive)
    except BROKEN_ZIP:
        return None


def _ole_kind(data: bytes) -> Kind:
    return next((kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in data), kinds.OLE)


def _markup_kind(head: bytes) -> Kind | None:
    if _HTML.match(head):
        return kinds.HTML
    if head.startswith(b"<?xml") and (found := _MSO.search(head)):
        return kinds.WORD_XML if found.group(1).lower() == b"word" else kinds.EXCEL_XML
    return None

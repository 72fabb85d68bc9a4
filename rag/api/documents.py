"""`/api/documents`: what is in, and where the server allows it, what comes in and goes."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import JSONResponse

from rag.api.failures import ApiError, language_of
from rag.api.service import Service
from rag.api.shapes import DocumentShape, RecordShape, ReportShape
from rag.contract import report_json
from rag.documents import CORPUS, Found
from rag.errors import ReadError, UnknownSourceError
from rag.ingestion import IngestReport, Opening, take_in
from rag.terminal.listing import record_json
from rag.terminal.shown import document_json
from rag.types import Json

UPLOADS = "uploads/"
"""What the sources of uploaded documents begin with."""
_LONGEST_NAME = 200
"""Bytes, of a file's name."""


def documents_router(service: Service) -> APIRouter:
    """Documents listed, shown, uploaded and deleted, below `/api`."""
    router = APIRouter(prefix="/api/documents", tags=["documents"])
    shelf = Shelf(service)

    @router.get("", responses={200: {"model": list[RecordShape]}})
    def listed() -> list[Json]:
        """Every document that is in, as `rag.ingest --list --json` gives it."""
        return [record_json(record) for record in service.assistant.store.sources()]

    @router.get("/{source:path}", responses={200: {"model": DocumentShape}})
    def shown(source: str) -> Json:
        """The text the assistant works with, as `rag.ingest --show SOURCE --json` gives it."""
        store = service.assistant.store
        with store.reading():
            return document_json(store.document(source), [one.passage for one in store.passages_of(source)])

    @router.post("", responses={200: {"model": ReportShape}, 422: {"model": ReportShape}})
    def upload(files: list[UploadFile], request: Request) -> JSONResponse:
        """Take files in, as uploads/NAME; one of a name that is in takes its place. 422 if none could be read."""
        report = shelf.put(files)
        status = 200 if report.sources or not report.failed else 422
        return JSONResponse(report_json(report, language_of(request.headers)), status)

    @router.delete("/{source:path}", responses={200: {"model": ReportShape}})
    def delete(source: str) -> Json:
        """Take a document out."""
        return report_json(shelf.take_out(source), "")

    return router


@dataclass(frozen=True, slots=True)
class Shelf:
    """The documents of a service as they change, one request at a time."""

    service: Service
    _turn: Lock = field(default_factory=Lock)

    def put(self, files: Sequence[UploadFile]) -> IngestReport:
        """Take files in. Raises `ApiError` where that is not allowed."""
        self._check_allowed()
        with self._turn, TemporaryDirectory(prefix="wenju-upload-") as folder:
            found = _received(files, Path(folder))
            assistant = self.service.assistant
            report = take_in(assistant.store, found, opening=Opening(limits=self.service.limits))
            if assistant.scope is not None:  # questions are limited to some documents: now to these as well
                assistant.scope |= frozenset(report.sources)
        return report

    def take_out(self, source: str) -> IngestReport:
        """Take a document out. Raises `UnknownSourceError`, and `ApiError` where that is not allowed."""
        self._check_allowed()
        with self._turn:
            removed = self.service.assistant.remove([source])
        if not removed:
            raise UnknownSourceError("没有这个文档。", "There is no such document.")
        return IngestReport(removed=list(removed))

    def _check_allowed(self) -> None:
        if not self.service.changeable:
            raise ApiError(
                403,
                "read_only",
                "这台服务器不接受文档的增删。用 --allow-changes 启动才可以。",
                "This server's documents can't be changed. Start it with --allow-changes.",
                kind="permission_error",
            )


def upload_name(given: str) -> str:
    """The name an uploaded file goes by: the last part of what its sender calls it, without signs that hide.

    Whatever it is, it names a file right in the folder it is put in. "file" where nothing is left.
    """
    last = given.replace("\\", "/").rsplit("/", 1)[-1]
    plain = unicodedata.normalize("NFC", last.encode("utf-8", "replace").decode("utf-8"))
    seen = "".join(character for character in plain if unicodedata.category(character)[0] != "C")
    name = "".join("_" if character in '<>:"|?*' else character for character in seen).strip(". ")
    stem, dot, ending = name.rpartition(".")
    room = _LONGEST_NAME - len(f"{dot}{ending}".encode())
    if not dot or room <= 0:
        return _cut(name, _LONGEST_NAME) or "file"
    return f"{_cut(stem, room) or 'file'}.{ending}"


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore")


def _received(files: Iterable[UploadFile], folder: Path) -> Found:
    """The files on disk, each in a folder of its own, under the sources they will have."""
    found = Found()
    for number, file in enumerate(files):
        name = upload_name(file.filename or "")
        if name.lower().endswith(f".{CORPUS}"):
            # A line of a corpus names its own source, and so could take the place of any document.
            found.failed.append((f"{UPLOADS}{name}", _corpus()))
            continue
        path = folder / str(number) / name
        path.parent.mkdir()
        with path.open("wb") as kept:
            shutil.copyfileobj(file.file, kept)
        found.files.append((f"{UPLOADS}{name}", path))
    return found


def _corpus() -> ReadError:
    return ReadError(
        "unsupported",
        "语料文件（.jsonl）不能上传，请在服务器上用 python -m rag.ingest 加入。",
        "Corpus files (.jsonl) can't be uploaded. Put them in on the server with python -m rag.ingest.",
    )

"""`/api/documents`: what is in, and where the server allows it, what comes in and goes."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import JSONResponse

from rag.api.failures import language_of
from rag.api.guard import holder_of
from rag.api.service import Service
from rag.api.shapes import DocumentShape, RecordShape, ReportShape
from rag.contract import report_json
from rag.errors import ReadError
from rag.ingestion import Failure, IngestReport, uploads_of
from rag.library import Job, upload_name
from rag.terminal.listing import record_json
from rag.terminal.shown import document_json
from rag.types import Json


def documents_router(service: Service) -> APIRouter:
    """Documents listed, shown, uploaded and deleted, below `/api`."""
    router = APIRouter(prefix="/api/documents", tags=["documents"])

    @router.get("", responses={200: {"model": list[RecordShape]}})
    def listed(request: Request) -> list[Json]:
        """Every document you may see, as `rag.ingest --list --json` gives it."""
        return [record_json(record) for record in service.library.records(holder_of(request))]

    @router.get("/{source:path}", responses={200: {"model": DocumentShape}})
    def shown(source: str, request: Request) -> Json:
        """The text the assistant works with, as `rag.ingest --show SOURCE --json` gives it."""
        store = service.assistant.store
        with store.reading():
            service.library.record(holder_of(request), source)
            return document_json(store.document(source), [one.passage for one in store.passages_of(source)])

    @router.post("", responses={200: {"model": ReportShape}, 422: {"model": ReportShape}})
    def upload(files: list[UploadFile], request: Request) -> JSONResponse:
        """Take files in, as uploads/NAME; one of a name that is in takes its place. 422 if none could be read.

        Where keys are needed they are uploads/@HOLDER/NAME, for the key's holder alone until they are shared.
        """
        report = _put(service, holder_of(request), files)
        status = 200 if report.sources or not report.failed else 422
        return JSONResponse(report_json(report, language_of(request.headers)), status)

    @router.delete("/{source:path}", responses={200: {"model": ReportShape}})
    def delete(source: str, request: Request) -> Json:
        """Take a document out that is yours."""
        service.check_changeable()
        return report_json(_finished(service.library.remove(holder_of(request), source)).report, "")

    return router


def _put(service: Service, owner: str, files: Iterable[UploadFile]) -> IngestReport:
    """Take files in, and wait for all of them. Raises `ApiError` where that is not allowed, and `StoreError`."""
    service.check_changeable()
    jobs, report = [], IngestReport()
    for file in files:
        try:
            job = service.library.put(owner, upload_name(file.filename or ""), file.file)
        except ReadError as error:
            report.failed.append(Failure.of(f"{uploads_of(owner)}{upload_name(file.filename or '')}", error))
        else:
            jobs += [job] if job else []
    for job in jobs:
        _add(_finished(job).report, report)
    return report


def _finished(job: Job) -> Job:
    """A job when it is over. Raises the error it ended with."""
    job.ended.wait()
    if job.error:
        raise job.error
    return job


def _add(report: IngestReport, to: IngestReport) -> None:
    to.added += report.added
    to.updated += report.updated
    to.unchanged += report.unchanged
    to.duplicates += report.duplicates
    to.failed += report.failed
    to.embedded += report.embedded
    to.seconds = round(to.seconds + report.seconds, 3)

"""What the script of the documents panel asks the server: parts of the panel as HTML, and changes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from rag.api.failures import ApiError
from rag.api.guard import holder_of
from rag.errors import ReadError, UnknownSourceError, WenjuError
from rag.library import Library, Suggestions
from rag.types import Json
from rag.ui.document_html import document_html, preview_html
from rag.ui.library_html import failures_html, queue_html, rows_html
from rag.ui.limits import choices_html
from rag.ui.suggestions_html import empty_html, suggestions_html
from rag.ui.texts import PageLanguage

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.seams import DocumentStore

PAGE_DOCUMENTS = "/page/documents"
_Source = Annotated[str, Field(max_length=4000)]


class Deed(BaseModel):
    """What a reader wants done with a document (or a job, by its number)."""

    model_config = ConfigDict(extra="forbid")

    what: Literal[
        "remove", "reread", "dismiss", "cancel", "share", "unshare", "describe", "reset", "too_large"
    ]
    source: _Source = ""
    job: int = 0
    size: int = 0
    password: Annotated[str, Field(max_length=1000)] = ""
    words: dict[Annotated[str, Field(max_length=20)], Annotated[str, Field(max_length=1000)]] = {}


def library_router(library: Library, assistant: Assistant, *, changeable: bool) -> APIRouter:
    """The routes below `/page/documents`; without `changeable` nothing can be changed there."""
    router = APIRouter(prefix=PAGE_DOCUMENTS, include_in_schema=False)
    _add_panel(router, library, changeable)
    _add_document(router, library, assistant.store, changeable)
    _add_choices(router, library, Suggestions(library, assistant), changeable)
    _add_changes(router, library, changeable)
    return router


def _add_panel(router: APIRouter, library: Library, changeable: bool) -> None:
    @router.get("")
    def state(request: Request, language: PageLanguage, known: str = "") -> JSONResponse:
        """The list (unless it is the one that is `known`), and what is going on."""
        owner = holder_of(request)
        shared = library.ledger.shared()
        rows = rows_html(library.records(owner), library.ledger.read_at(), shared, owner, language)
        failures = library.failures(owner)
        sources = {one.failure.source for one in failures}
        mine = {one for one in sources if changeable and library.may_change(owner, one)}
        queue = queue_html(library.jobs(owner), language) + failures_html(failures, mine, language)
        stamp = hashlib.blake2b(rows.encode("utf-8", "replace"), digest_size=8).hexdigest()
        listed = {} if stamp == known else {"rows": _printable(rows)}
        return JSONResponse({"stamp": stamp, "queue": _printable(queue), **listed})


def _add_document(router: APIRouter, library: Library, store: DocumentStore, changeable: bool) -> None:
    @router.get("/one")
    def one(request: Request, source: str, language: PageLanguage, first: int = 0) -> HTMLResponse:
        """A document's own view, or more of its preview."""
        owner = holder_of(request)
        with store.reading():
            record = library.record(owner, source)
            passages = [stored.passage for stored in store.passages_of(source)]
            preview = preview_html(store.document(source), passages, max(0, first), language)
        if first:
            return HTMLResponse(_printable(preview))
        head = document_html(
            record,
            library.ledger.words().get(source),
            may_change=changeable and library.may_change(owner, source),
            is_shared=source in library.ledger.shared(),
            owner=owner,
            language=language,
        )
        return HTMLResponse(_printable(f"{head}{preview}</section>"))


def _add_choices(router: APIRouter, library: Library, suggestions: Suggestions, changeable: bool) -> None:
    @router.get("/choices")
    def choices(request: Request, language: PageLanguage) -> HTMLResponse:
        """What a question can be limited to."""
        return HTMLResponse(_printable(choices_html(library.records(holder_of(request)), language)))

    @router.get("/suggestions")
    def suggested(request: Request, language: PageLanguage) -> HTMLResponse:
        """Questions to begin with, or how to add documents where there are none."""
        owner = holder_of(request)
        if not library.records(owner):
            return HTMLResponse(empty_html(language, changeable=changeable))
        questions, pending = suggestions.for_reader(owner, language)
        return HTMLResponse(_printable(suggestions_html(questions, language, pending=pending)))


def _add_changes(router: APIRouter, library: Library, changeable: bool) -> None:
    def check_changeable() -> None:
        if not changeable:
            raise ApiError(
                403, "read_only", "这台服务器不接受页面上的增删。", "Documents can't be changed here."
            )

    @router.post("/files", status_code=202)
    def upload(file: UploadFile, name: Annotated[str, Form(max_length=2000)], request: Request) -> Json:
        """Keep a file and queue it for reading. What can't be taken is among the failures of the panel."""
        check_changeable()
        try:
            library.put(holder_of(request), name, file.file)
        except ReadError:
            return {"kept": False}
        return {"kept": True}

    @router.post("/deeds")
    def do(deed: Deed, request: Request) -> Json:
        """Make a change, or put it into the queue."""
        check_changeable()
        try:
            _do(library, holder_of(request), deed)
        except UnknownSourceError:
            raise
        except WenjuError as error:
            raise ApiError(400, "not_done", error.zh, error.en) from error
        return {}


def _do(library: Library, owner: str, deed: Deed) -> None:
    match deed.what:
        case "remove":
            library.remove(owner, deed.source)
        case "reread":
            library.reread(owner, deed.source, password=deed.password)
        case "dismiss":
            library.dismiss(owner, deed.source)
        case "cancel":
            library.cancel(owner, deed.job)
        case "share" | "unshare":
            library.share(owner, deed.source, shared=deed.what == "share")
        case "describe" | "reset":
            library.describe(owner, deed.source, deed.words if deed.what == "describe" else None)
        case "too_large":
            library.too_large(owner, deed.source, deed.size)


def _printable(html: str) -> str:
    """The same as can be sent: names of files may hold what is no character."""
    return html.encode("utf-8", "replace").decode("utf-8")

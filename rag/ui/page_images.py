"""Pages of documents as images: drawn when they are looked at, kept for a while, shown to who may see them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from rag.api.guard import holder_of
from rag.documents import Limits, ReadingProcess
from rag.documents.pages.page_pictures import PICTURED
from rag.errors import ReadError, UnknownSourceError
from rag.ingestion.file_behind import FileBehind, Files
from rag.types import SourceRecord

ROUTE = "/page-images"
_KEPT_BYTES = 48 << 20
_SECONDS = 20.0
"""For a page to be drawn."""
_SIGNS = 32
_NOT_FOUND, _ENDING = 404, 503
_PNG = b"\x89PNG"
_HEADERS = {
    # The address changes with the document, so what it shows never does.
    "Cache-Control": "private, max-age=86400, immutable",
    "X-Content-Type-Options": "nosniff",
}

Records = Callable[[str, str], SourceRecord]
"""A document that a reader may see, by (who asks, its source); raises `UnknownSourceError` for any other."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """Whether a document's pages can be seen: the address of its images up to the page's number, or why not."""

    address: str = ""
    missing: FileBehind | None = None


class PageImages:
    """Draws pages in a process of their own, one at a time.

    An image's address carries a signature, which only the page gives out; it holds for that content of that document,
    until the program ends. Whoever asks must also be let see the document.
    """

    def __init__(self, records: Records, files: Files | None = None, *, limits: Limits | None = None) -> None:
        self._records = records
        self._files = files or Files()
        self._limits = limits or Limits(seconds=_SECONDS)
        self._secret = secrets.token_bytes(32)
        self._turn = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._process: ReadingProcess | None = None
        self._open = ExitStack()

    def leaves(self, record: SourceRecord) -> Leaves | None:
        """Where a document's images are; `None` for a format without any."""
        if record.format not in PICTURED:
            return None
        behind = self._files.behind(record)
        if behind.path is None:
            return Leaves(missing=behind)
        return Leaves(f"{ROUTE}/{self._signature(record)}/{_packed(record.source)}/")

    def image(self, signature: str, source: str, page: int, owner: str = "") -> bytes:
        """A page, from 1, as PNG or JPEG. Raises `UnknownSourceError` for what `owner` may not see, or can't be shown."""
        record = self._records(owner, source)
        if not hmac.compare_digest(signature.encode(), self._signature(record).encode()):
            raise _nothing()
        key = record.sha256, page
        with self._turn:
            if key not in self._kept:
                path = self._files.behind(record).path
                if path is None or not 1 <= page <= (record.pages or 0):
                    raise _nothing()
                self._keep(key, self._drawn(path, record, page))
            self._kept.move_to_end(key)
            return self._kept[key]

    def close(self) -> None:
        """End the process that draws."""
        with self._turn:
            self._process = None
            self._open.close()

    def _drawn(self, path: Path, record: SourceRecord, page: int) -> bytes:
        if self._process is None:
            self._process = self._open.enter_context(ReadingProcess())
        try:
            drawn = self._process.picture(path, record.source, record.format, page, limits=self._limits)
        except ReadError as error:
            raise _nothing() from error
        if not drawn:
            raise _nothing()
        return drawn

    def _keep(self, key: tuple[str, int], image: bytes) -> None:
        self._kept[key] = image
        while len(self._kept) > 1 and sum(map(len, self._kept.values())) > _KEPT_BYTES:
            self._kept.popitem(last=False)

    def _signature(self, record: SourceRecord) -> str:
        said = f"{record.source}\0{record.sha256}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, said, hashlib.sha256).hexdigest()[:_SIGNS]


def images_router(images: PageImages) -> APIRouter:
    """`GET /page-images/SIGNATURE/NAME/PAGE`: a page of a document as an image; 404 for whatever can't be shown."""
    router = APIRouter(prefix=ROUTE, include_in_schema=False)

    @router.get("/{signature}/{name}/{page}")
    async def image(signature: str, name: str, page: int, request: Request) -> Response:
        try:
            source, owner = _unpacked(name), holder_of(request)
            shown = await run_in_threadpool(images.image, signature, source, page, owner)
        except (UnknownSourceError, ValueError):
            return Response(status_code=_NOT_FOUND)
        except asyncio.CancelledError:  # the program ends: nobody looks any more
            return Response(status_code=_ENDING)
        kind = "image/png" if shown.startswith(_PNG) else "image/jpeg"
        return Response(shown, media_type=kind, headers=_HEADERS)

    return router


def open_images(server: FastAPI, records: Records, files: Files) -> PageImages:
    """The images of documents, served from now on until the server ends."""
    images = PageImages(records, files)
    server.include_router(images_router(images))
    server.router.add_event_handler("shutdown", images.close)
    return images


def _packed(source: str) -> str:
    """A source as one part of an address, whatever signs are in it."""
    return base64.urlsafe_b64encode(source.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def _unpacked(name: str) -> str:
    return base64.urlsafe_b64decode(f"{name}{'=' * (-len(name) % 4)}").decode("utf-8", "surrogatepass")


def _nothing() -> UnknownSourceError:
    return UnknownSourceError("这一页没有图像。", "There is no image of this page.")

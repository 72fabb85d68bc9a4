"""The server's own routes, and the guard before them and before the page that is mounted beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from rag import __version__
from rag.api.allowance import Allowance, Meter
from rag.api.completions import completions_router
from rag.api.documents import documents_router
from rag.api.failures import ApiError, tell_errors
from rag.api.feedback import feedback_router
from rag.api.feedback_file import FeedbackFile
from rag.api.guard import OPEN, Guard, is_local
from rag.api.keys import ApiKeys
from rag.api.login import login_router
from rag.api.questions import questions_router
from rag.api.service import Service
from rag.api.sessions import Sessions
from rag.api.users import Users
from rag.errors import SettingsError, StoreError

_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Access:
    """Who may use a server that listens at `host`, and how much: whoever has a key, or logs in.

    `language` is the one that the log-in form speaks; empty for the browser's.
    """

    keys: ApiKeys = field(default_factory=lambda: ApiKeys({}))
    allowance: Allowance = field(default_factory=Allowance)
    host: str = "127.0.0.1"
    users: Users = field(default_factory=Users)
    language: str = ""

    @property
    def local(self) -> bool:
        """Whether only this machine reaches it."""
        return is_local(self.host)

    @property
    def locked(self) -> bool:
        """Whether anyone has to say who they are."""
        return bool(self.keys or self.users)

    @cached_property
    def meter(self) -> Meter:
        """One count for all that a user asks, of the page and of the API."""
        return Meter(self.allowance)

    @property
    def changeable(self) -> bool:
        """Whether its page's readers may change documents: where nobody else reaches it, or everyone is known."""
        return self.local or self.locked

    def check(self, *, open_to_all: bool) -> None:
        """Raises `SettingsError` for a server that others reach and anyone may use, unless that is meant."""
        if self.local or self.locked or open_to_all:
            return
        raise SettingsError(
            f"别的机器也能打开 {self.host}，所以需要登录：用 python -m rag.api user 名字 建立用户，放进 RAG_USERS_FILE；"
            "程序用的密钥由 python -m rag.api key 名字 生成，放进 RAG_API_KEYS 或 RAG_API_KEYS_FILE；"
            "确实要让所有人使用，请加 --no-auth。",
            f"Other machines reach {self.host}, so people have to log in: make users with python -m rag.api user NAME "
            "and set RAG_USERS_FILE. Programs use keys: python -m rag.api key NAME, RAG_API_KEYS or RAG_API_KEYS_FILE. "
            "If really everyone may use it, add --no-auth.",
        )


def open_api(service: Service, feedback: Path, access: Access) -> FastAPI:
    """The application; a page may be mounted at its root."""
    app = FastAPI(
        title="Wenju 问据",
        version=__version__,
        summary="Answers from your own documents; every sentence shows its evidence.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # these pages would load scripts from elsewhere
        redoc_url=None,
    )
    sessions = Sessions()
    app.add_middleware(
        Guard,
        keys=access.keys,
        sessions=sessions if access.users else None,
        meter=access.meter,
        local=access.local,
    )
    tell_errors(app)

    @app.get(OPEN, tags=["health"])
    def healthz() -> JSONResponse:
        """Whether the index can be read."""
        try:
            service.assistant.store.sources([])
        except StoreError:
            return JSONResponse({"status": "failing"}, 503)
        return JSONResponse({"status": "ok"})

    app.include_router(login_router(access.users, sessions, access.meter, access.language))
    app.include_router(completions_router(service))
    app.include_router(questions_router(service))
    app.include_router(documents_router(service))
    app.include_router(feedback_router(service, FeedbackFile(feedback)))
    app.add_api_route("/v1/{_:path}", _nothing_here, methods=_ANY, include_in_schema=False)
    app.add_api_route("/api/{_:path}", _nothing_here, methods=_ANY, include_in_schema=False)
    return app


def _nothing_here() -> None:
    raise ApiError(
        404,
        "not_found",
        "没有这个地址，或它不接受这种方法。GET /api/openapi.json 列出所有的。",
        "There is nothing here, or not for this method. GET /api/openapi.json lists everything.",
    )

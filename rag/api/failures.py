"""Errors as the API tells them: one shape for all, OpenAI's, in the language of whoever asks."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Literal

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers

from rag.errors import QuestionError, UnknownSourceError, WenjuError
from rag.types import Json

_LOG = logging.getLogger(__name__)
_SERVER_FAULT = 500

Kind = Literal[
    "invalid_request_error", "authentication_error", "permission_error", "rate_limit_error", "server_error"
]


class ApiError(WenjuError):
    """A request that is not carried out; `status` is HTTP's, `param` the field that is wrong."""

    def __init__(
        self,
        status: int,
        code: str,
        zh: str,
        en: str,
        *,
        kind: Kind = "invalid_request_error",
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(zh, en)
        self.status = status
        self.code = code
        self.kind = kind
        self.param = param
        self.headers = headers


FAILED = ApiError(
    _SERVER_FAULT,
    "internal_error",
    "服务器出错了，原因记在运行它的终端里。",
    "Something went wrong. The terminal that the server runs in says what.",
    kind="server_error",
)


def as_api_error(error: WenjuError) -> ApiError:
    """Any error of ours with a status: what was asked wrongly is the client's, all else the server's.

    What went wrong with the server's own files and settings is for its terminal: it may name paths.
    """
    if isinstance(error, ApiError):
        return error
    if isinstance(error, UnknownSourceError):
        return ApiError(
            404, "source_not_found", "没有这个文档。", "There is no such document.", param="source"
        )
    if isinstance(error, QuestionError):
        return ApiError(400, "invalid_question", error.zh, error.en, param="question")
    _LOG.error("%s", error)
    return FAILED


def error_json(error: ApiError, language: str = "") -> Json:
    """An error in OpenAI's shape; in both languages where nobody said which is wanted."""
    message = {"zh": error.zh, "en": error.en}.get(language, str(error))
    return {"error": {"message": message, "type": error.kind, "param": error.param, "code": error.code}}


def error_response(error: WenjuError, headers: Headers) -> JSONResponse:
    """The answer to a request with these headers that failed."""
    told = as_api_error(error)
    return JSONResponse(error_json(told, language_of(headers)), told.status, told.headers)


def language_of(headers: Headers) -> Literal["zh", "en", ""]:
    """The first language of Accept-Language if we speak it; empty where it names another one, or is not there."""
    first = headers.get("accept-language", "").strip().lower()[:2]
    return "zh" if first == "zh" else "en" if first == "en" else ""


def tell_errors(app: FastAPI) -> None:
    """Make every error of an app's own routes one of the shape above."""

    @app.exception_handler(WenjuError)
    def _ours(request: Request, error: WenjuError) -> JSONResponse:
        return error_response(error, request.headers)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(_misshapen(error), request.headers)

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, _error: Exception) -> JSONResponse:  # the trace goes to the terminal
        return error_response(FAILED, request.headers)


def _misshapen(error: RequestValidationError) -> ApiError:
    """What is wrong with a request, by name; never with its content, which may be secret."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    return ApiError(
        400,
        "invalid_request",
        f"请求中的 {place or 'body'} 不对：{first['msg']}。",
        f"{place or 'The body'} of the request is wrong: {first['msg']}.",
        param=place or None,
    )

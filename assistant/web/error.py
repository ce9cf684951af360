"""Errors as people and programs meet them: one sentence, a status, never a traceback."""

import logging
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from assistant.web.readiness_view import progress_words
from assistant.web.template import render_template
from knowledge.errors import (
    ChatModelError,
    EncoderError,
    MentorError,
    StoreError,
)

if TYPE_CHECKING:
    from assistant.readiness import Readiness

NOT_THE_CALLERS_FAULT = (StoreError, EncoderError, ChatModelError)
_log = logging.getLogger(__name__)


class NotReadyError(StoreError):
    """Raised when something is asked of a library that is still being built."""


class NotFoundError(MentorError):
    """Raised when there is no such guide or page."""


def require_ready(readiness: "Readiness") -> None:
    """Refuse while the index builds; where that failed, an older index may still answer.

    Raises:
        NotReadyError: with how far it is.
    """
    if readiness.state == "building":
        raise NotReadyError(progress_words(readiness))


def error_body(error: MentorError) -> dict[str, str]:
    """Return the JSON of an error."""
    return {"error": str(error)}


def status_of(error: MentorError) -> int:
    """Return 404, 503 for what the caller cannot mend, or 400."""
    if isinstance(error, NotFoundError):
        return 404
    return 503 if isinstance(error, NOT_THE_CALLERS_FAULT) else 400


def install_errors(app: FastAPI) -> None:
    """Translate every error at this edge."""

    @app.exception_handler(MentorError)
    async def mentor_error(request: Request, error: MentorError) -> Response:
        headers = {"Retry-After": "2"} if isinstance(error, NotReadyError) else {}
        if _wants_page(request):
            heading = "The library is not ready yet" if headers else "That did not work"
            page = render_template("waiting.html", heading=heading, message=str(error))
            return HTMLResponse(page, status_of(error), headers)
        return JSONResponse(error_body(error), status_of(error), headers)

    @app.exception_handler(RequestValidationError)
    async def bad_request(request: Request, error: RequestValidationError) -> Response:
        return JSONResponse({"error": "; ".join(map(_describe, error.errors()))}, 400)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        return JSONResponse({"error": str(error.detail)}, error.status_code, error.headers)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        _log.error("a request failed", exc_info=error)
        message = "Something went wrong here; the log says what. Look with: mentor doctor"
        return JSONResponse({"error": message}, 500)


def _wants_page(request: Request) -> bool:
    return request.url.path.startswith(("/guide/", "/library"))


def _describe(problem: dict[str, object]) -> str:
    place = problem.get("loc") or ()
    name = ".".join(str(part) for part in place if part not in {"body", "query"})  # type: ignore[attr-defined]
    value = str(problem.get("input"))[:80]
    return f"{name or 'body'}={value!r}: {problem.get('msg')}"

"""Errors as people get them: the only module that knows which refusal is which status of HTTP."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Request, Response, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from app.encoding import encode
from metamodel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, Refused
from metamodel.issues import DEFAULT_LOCALE, Issue, wording

log = logging.getLogger(__name__)

STATUS: Mapping[type[Refusal], int] = {Invalid: 422, NotFound: 404, Forbidden: 403, Conflict: 409, Refused: 423}
LOCALES = ("zh-CN", "en")


class NotSignedIn(Refusal):
    """Nobody is signed in, or the token is not known."""


class Stale(Refusal):
    """A definition was changed by somebody else since it was read: If-Match does not hold."""


def reader_locale(asked: Request, default: str = DEFAULT_LOCALE) -> str:
    """The language of whoever reads the answer: the signed-in user's, else the browser's, else the workspace's."""
    own = g.get("locale")
    if own in LOCALES:
        return str(own)
    # "zh" alone, and every other Chinese, is answered in zh-CN.
    chosen = asked.accept_languages.best_match(("zh-CN", "zh", "en"))
    return {"zh": "zh-CN", None: default}.get(chosen, chosen or default)


def problem(
    status: int, kind: str, issues: Iterable[Issue] = (), details: Mapping[str, Any] | None = None, detail: str = ""
) -> Response:
    """RFC 9457 problem details, the one shape of every error."""
    locale = reader_locale(request)
    title, hint = wording(Issue(code=f"problem.{kind}"), locale)
    shown = [issue.to_json(locale) for issue in issues]
    answer = {
        "type": f"urn:dougong:{kind}",
        "title": title,
        "status": status,
        "detail": detail or (shown[0]["message"] if shown else hint),
        "instance": request.path,
        "issues": shown,
        **(details or {}),
    }
    response = Response(encode(answer), status, mimetype="application/problem+json")
    if details and "retry_after" in details:
        response.headers["Retry-After"] = str(details["retry_after"])
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def note_bug(error: BaseException, where: str) -> str:
    """Writes an unforeseen exception into the log under a number, and gives the number: all that people are told."""
    number = secrets.token_hex(4)
    log.error("bug %s at %s", number, where, exc_info=error)
    return number


def install_errors(flask: Flask) -> None:
    @flask.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response:
        if isinstance(refusal, NotSignedIn):
            return problem(401, "not_signed_in", refusal.issues, refusal.details)
        if isinstance(refusal, Stale):
            return problem(412, "stale", refusal.issues, refusal.details)
        sort = next(sort for sort in type(refusal).__mro__ if sort in STATUS)
        return problem(STATUS[sort], sort.__name__.lower(), refusal.issues, refusal.details)

    @flask.errorhandler(HTTPException)
    def stopped(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return Response.force_type(error.get_response(), request.environ)  # type: ignore[return-value]
        kind = {400: "malformed", 404: "notfound", 405: "method", 413: "too_large", 415: "media_type", 429: "too_many"}
        # The body that was too large is not read; the client must not send the next request after it.
        said = (error.description or "") if status == 400 else ""
        response = problem(status, kind.get(status, "http"), detail=said)
        if isinstance(error, RequestEntityTooLarge):
            response.headers["Connection"] = "close"
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after"):
                response.headers[name] = value
        return response

    @flask.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        number = note_bug(error, f"{request.method} {request.path}")
        return problem(500, "bug", [Issue(code="problem.bug", arguments={"number": number})], {"number": number})

"""JSON in and out: msgspec's encoder for answers, and request bodies read with a limit and without surprises."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Flask, Request, Response
from flask.json.provider import JSONProvider
from werkzeug.exceptions import BadRequest

from metamodel.errors import Invalid
from metamodel.issues import Issue

BODY_LIMIT = 2 * 1024 * 1024
encode = msgspec.json.Encoder(enc_hook=str).encode
_decode = msgspec.json.Decoder().decode


class Encoding(JSONProvider):
    """Flask's JSON by msgspec: dates, decimals and dataclasses go out as they are; bytes reach the socket uncopied."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return encode(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        try:
            return _decode(s)
        except (msgspec.DecodeError, RecursionError) as error:
            raise ValueError(str(error)) from error

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return Response(encode(self._prepare_response_obj(args, kwargs)), mimetype="application/json")


def answer(value: Any, status: int = 200, etag: str = "") -> Response:
    """An answer in JSON, put together at once: headers set one by one cost more than the encoding."""
    headers = [("Content-Type", "application/json")]
    if etag:
        headers.append(("ETag", etag))
    return Response(encode(value), status, headers)


def install_encoding(flask: Flask) -> None:
    flask.json = Encoding(flask)


def read_body(request: Request) -> dict[str, Any]:
    """The request's JSON object; malformed JSON is a 400, anything but an object an `Invalid`.

    The character NUL is refused here once, since PostgreSQL cannot store it in text.
    """
    # By the header's own words: Flask's `is_json` parses all of it for every request.
    if "json" not in request.environ.get("CONTENT_TYPE", ""):
        raise Invalid(Issue(code="request.not_json"))
    raw = request.get_data(cache=False)
    try:
        body = _decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadRequest(str(error)) from error
    if not isinstance(body, dict):
        raise Invalid(Issue(code="request.not_object"))
    if b"\\u0000" in raw and _has_nul(body):
        raise Invalid(Issue(code="request.nul"))
    return body


def _has_nul(value: Any) -> bool:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if "\0" in one:
                return True
        elif isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return False

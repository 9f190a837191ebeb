"""The browser's half: built files with long life, the first page without any, and the headers that fence all of it."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
# A year; the names of these files carry a hash of their content.
FOREVER = "public, max-age=31536000, immutable"
POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
FENCE = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()"),
)
# What scripts, styles and fonts need of it: the rest binds documents only, and a first page fetches a hundred files.
FENCE_OF_PARTS = (("X-Content-Type-Options", "nosniff"),)
PARTS = (".js", ".css", ".woff2")
UNBUILT = "The browser half is not built yet: run `make setup` in the project's folder, then load this page again."


def install_pages(flask: Flask, dist: Path = DIST) -> None:
    """Serves the built files; any other address outside /api is the browser's own and gets the first page."""

    @flask.get("/", defaults={"path": "index.html"})
    @flask.get("/<path:path>")
    def page(path: str) -> Response:
        if path.startswith("api/"):
            raise NotFound
        found = safe_join(str(dist), path)
        if found is not None and Path(found).is_file():
            return _sent(request, Path(found), lasting=path.startswith("assets/"))
        # A missing script must not be answered with a page, or the browser would report a syntax error in it.
        if "." in path.rpartition("/")[2] and path != "index.html":
            raise NotFound
        if not (dist / "index.html").is_file():
            return Response(UNBUILT, 503, mimetype="text/plain")
        return _sent(request, dist / "index.html", lasting=False)

    flask.wsgi_app = Fenced(flask.wsgi_app)  # type: ignore[method-assign]


class Fenced:
    """Adds the fence to every answer that has not said otherwise; as plain pairs, since Flask's headers cost more
    than a read by id does."""

    def __init__(self, inner: WSGIApplication) -> None:
        self.inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def fenced(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            said = {name.lower() for name, _ in headers}
            path: str = environ["PATH_INFO"]
            part = path.startswith("/assets/") and path.endswith(PARTS)
            headers += [pair for pair in (FENCE_OF_PARTS if part else FENCE) if pair[0].lower() not in said]
            if "cache-control" not in said and path.startswith("/api/"):
                kept = "private, no-cache" if environ["REQUEST_METHOD"] == "GET" else "no-store"
                headers.append(("Cache-Control", kept))
            return start_response(status, headers, *rest)

        return self.inner(environ, fenced)


def _sent(asked: Request, file: Path, *, lasting: bool) -> Response:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    packed = file.with_name(file.name + ".gz")
    chosen = packed if asked.accept_encodings["gzip"] > 0 and packed.is_file() else file
    response = send_file(chosen, mimetype=kind, conditional=True, max_age=None)
    if chosen is packed:
        response.headers["Content-Encoding"] = "gzip"
    if lasting:
        # Its name is its version, and it is no download.
        del response.headers["Last-Modified"], response.headers["Content-Disposition"]
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOREVER if lasting else "no-cache"
    return response

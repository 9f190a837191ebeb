"""Who asks: sessions with CSRF protection, bearer tokens with scopes, and the three ways a view lets somebody in."""

from __future__ import annotations

import functools
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import flask_login
import sqlalchemy as sa
from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

from app.encoding import BODY_LIMIT
from app.errors import NotSignedIn, reader_locale
from engines.access.actor import Actor, Principals
from engines.access.tokens import digest_of
from engines.database import Workspace, watch
from metamodel.errors import Forbidden, Invalid
from metamodel.issues import Issue

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SESSION = timedelta(days=14)
COOKIE = "dougong_session"

View = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of one actor: what every view is given. `counters` are those of the request's own snapshot."""

    workspace: Workspace
    actor: Actor
    now: datetime
    counters: dict[str, int]
    _connection: sa.Connection | None = None

    @property
    def connection(self) -> sa.Connection:
        """The request's transaction; a view that is `visiting` opens its own."""
        if self._connection is None:
            raise RuntimeError("this view opens its own transactions")
        return self._connection

    @property
    def locale(self) -> str:
        return self.actor.locale

    def require_admin(self) -> None:
        if not (self.actor.is_admin and "admin" in self.actor.scopes):
            raise Forbidden(Issue(code="access.admin_only"))


class SignedIn(flask_login.UserMixin):  # type: ignore[misc]
    """What a session holds of a user: the id, and the epoch that a new password raises."""

    def __init__(self, user_id: int, epoch: int) -> None:
        self.id = f"{user_id}.{epoch}"


class Sessions(SecureCookieSessionInterface):
    """Flask's sessions, opened and written only where there is one: a request by token pays for none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed or session.modified:
            super().save_session(app, session, response)


def public(view: View) -> View:
    """Open to everybody."""
    view.entrance = "public"  # type: ignore[attr-defined]
    return view


def uploading(view: View) -> View:
    """Lets bodies as large as a file in."""
    view.uploads = True  # type: ignore[attr-defined]
    return view


def reading(scope: str = "read") -> Callable[[View], View]:
    """The view gets a `Visit` inside one snapshot; nothing it writes is kept."""
    return _entrance("reading", scope)


def writing(scope: str = "write") -> Callable[[View], View]:
    """The view gets a `Visit` inside one transaction, committed when it returns."""
    return _entrance("writing", scope)


def visiting(scope: str = "write", *, uploads: bool = False) -> Callable[[View], View]:
    """The view gets a `Visit` and opens its own transactions; `uploads` lets bodies as large as a file in."""
    return _entrance("visiting", scope, uploads)


def _entrance(kind: str, scope: str, uploads: bool = False) -> Callable[[View], View]:
    def marked(view: View) -> View:
        @functools.wraps(view)
        def entered(*args: Any, **kwargs: Any) -> Any:
            workspace: Workspace = current_app.extensions["workspace"]
            if kind == "visiting":
                with workspace.read() as connection:
                    visit = _visit(workspace, connection, scope, own=True)
                return view(visit, *args, **kwargs)
            with workspace.read() if kind == "reading" else workspace.write() as connection:
                return view(_visit(workspace, connection, scope, limited=kind == "reading"), *args, **kwargs)

        entered.entrance = kind  # type: ignore[attr-defined]
        entered.uploads = uploads  # type: ignore[attr-defined]
        return entered

    return marked


def _visit(
    workspace: Workspace, connection: sa.Connection, scope: str, *, own: bool = False, limited: bool = False
) -> Visit:
    now = datetime.now(UTC)
    counters = watch(connection, limited=limited)
    actor = find_actor(connection, now, counters)
    if actor is None:
        raise NotSignedIn(Issue(code="session.needed"))
    if scope not in actor.scopes:
        raise Forbidden(Issue(code="access.scope", arguments={"scope": scope}))
    g.locale = actor.locale
    return Visit(workspace=workspace, actor=actor, now=now, counters=counters, _connection=None if own else connection)


def find_actor(connection: sa.Connection, now: datetime, counters: dict[str, int] | None = None) -> Actor | None:
    """The actor of this request: the token's if there is one, else the session's; None when neither is good."""
    principals: Principals = current_app.extensions["principals"]
    if (digest := _bearer()) is not None:
        return principals.by_token(connection, digest, now, counters)
    user = flask_login.current_user
    if not user.is_authenticated:
        return None
    user_id, _, epoch = user.get_id().partition(".")
    actor = principals.by_user(connection, int(user_id), counters)
    return actor if actor is not None and str(actor.epoch) == epoch else None


def sign_in(user_id: int, epoch: int) -> None:
    """Begins a session, with a new CSRF word so that none from before is good."""
    session.clear()
    session.permanent = True
    flask_login.login_user(SignedIn(user_id, epoch))
    session["csrf"] = secrets.token_urlsafe(24)


def sign_out() -> None:
    flask_login.logout_user()
    session.clear()


def csrf_word() -> str:
    """The session's CSRF word, made when first asked for."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def _bearer() -> str | None:
    kind, _, text = request.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return digest_of(text.strip()) if kind.lower() == "bearer" and text.strip() else None


def install_auth(flask: Flask, workspace: Workspace, *, secure: bool) -> None:
    flask.secret_key = workspace.secret
    flask.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=SESSION,
        # Written again at most when it changes: a read by a token or a session costs no cookie.
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    flask.extensions["workspace"] = workspace
    flask.extensions["principals"] = Principals()
    manager = flask_login.LoginManager()
    # Addresses change under a telephone; what ends a session is its epoch, its age, or signing out.
    manager.session_protection = None
    # Not by init_app: it would look for the cookie that remembers people after every request, and none is ever given.
    flask.login_manager = manager  # type: ignore[attr-defined]
    flask.session_interface = Sessions()

    @manager.user_loader  # type: ignore[untyped-decorator]
    def _signed_in(kept: str) -> SignedIn | None:
        user_id, _, epoch = kept.partition(".")
        return SignedIn(int(user_id), int(epoch)) if user_id.isdigit() and epoch.isdigit() else None

    @flask.before_request
    def _guard() -> Response | None:
        environ = request.environ
        if "\0" in environ["PATH_INFO"] or "%00" in environ["QUERY_STRING"]:
            raise Invalid(Issue(code="request.nul"))
        if environ["REQUEST_METHOD"] in SAFE:
            return None
        view = flask.view_functions.get(request.endpoint or "")
        request.max_content_length = flask.config["UPLOAD_LIMIT"] if getattr(view, "uploads", False) else BODY_LIMIT
        if request.path.startswith("/api/") and not environ.get("HTTP_AUTHORIZATION", "").lower().startswith("bearer "):
            _require_csrf()
        return None


def _require_csrf() -> None:
    # Browsers tell where a request comes from; another site's is refused even where no session exists yet.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden(Issue(code="session.csrf"))
    if COOKIE not in request.cookies:
        return
    given = request.headers.get("X-CSRF-Token", "")
    if not hmac.compare_digest(given.encode(), str(session.get("csrf", "")).encode()) or not given:
        raise Forbidden(Issue(code="session.csrf"))


def asker_locale() -> str:
    """The language for an answer to somebody who may not be signed in."""
    workspace: Workspace = current_app.extensions["workspace"]
    return reader_locale(request, workspace.locale)

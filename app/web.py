"""The web application: everything a request meets, put together for one workspace."""

from __future__ import annotations

import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import api
from app.auth import install_auth, public
from app.config import MEGABYTE, Settings, find_workspace, read_settings
from app.encoding import install_encoding
from app.errors import install_errors
from app.pages import install_pages
from app.parent import end_with_parent, end_without_ado, log_to_stderr, settle
from app.queue import make_celery, make_ring
from engines.database import Workspace, watch
from engines.runtime.release import Releases


def create_app(workspace: Workspace, settings: Settings | None = None) -> Flask:
    """A Flask application for this workspace; nothing of it is kept outside the object returned."""
    chosen = settings or Settings()
    flask = Flask("app", static_folder=None)
    flask.config["SETTINGS"] = chosen
    flask.config["UPLOAD_LIMIT"] = chosen.max_upload_mb * MEGABYTE
    flask.config["PROPAGATE_EXCEPTIONS"] = False
    if chosen.broker_url:
        workspace.bells.append(make_ring(make_celery(chosen)))
    install_encoding(flask)
    install_errors(flask)
    install_auth(flask, workspace, secure=chosen.secure_cookies)
    flask.extensions["releases"] = Releases(workspace)
    api.install(flask)

    @flask.get("/healthz")
    @public
    def healthz() -> dict[str, str]:
        with workspace.read() as connection:
            watch(connection)
        return {"status": "ok"}

    install_pages(flask)
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        flask.wsgi_app = ProxyFix(flask.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return flask


def build() -> Flask:
    """What the server's process calls: the application for the settings of the environment."""
    settings = read_settings()
    log_to_stderr(settings.log_level)
    end_with_parent(os.getppid())
    made = create_app(find_workspace(settings), settings)
    settle()
    end_without_ado()
    return made

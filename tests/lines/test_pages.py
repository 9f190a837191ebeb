"""The browser's half as it is served: hashed files for ever, the first page always fresh."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.pages import install_pages


@pytest.fixture
def pages(tmp_path: Path) -> FlaskClient:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Dougong</title>")
    (dist / "assets" / "index-abc123.js").write_text("export {};")
    (dist / "assets" / "index-abc123.js.gz").write_bytes(gzip.compress(b"export {};"))
    (tmp_path / "secret.txt").write_text("secret")
    flask = Flask("pages", static_folder=None)
    install_pages(flask, dist)
    return flask.test_client()


def test_a_hashed_file_lives_for_ever_and_is_sent_packed(pages: FlaskClient) -> None:
    plain = pages.get("/assets/index-abc123.js")
    assert plain.data == b"export {};"
    assert "immutable" in plain.headers["Cache-Control"]
    packed = pages.get("/assets/index-abc123.js", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Type"].startswith("text/javascript")
    assert gzip.decompress(packed.data) == b"export {};"
    assert packed.headers["X-Content-Type-Options"] == "nosniff"
    assert sum(len(f"{name}: {value}") for name, value in packed.headers) < 320
    assert "default-src 'self'" in pages.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/notes", "/notes/list/7?x=1"])
def test_other_addresses_get_the_first_page(pages: FlaskClient, path: str) -> None:
    answer = pages.get(path)
    assert answer.status_code == 200
    assert b"Dougong" in answer.data
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/assets/gone.js", "/favicon.png", "/api/x", "/../secret.txt", "/assets/..%2f..%2fsecret.txt"]
)
def test_what_is_not_there_is_not_found(pages: FlaskClient, path: str) -> None:
    assert pages.get(path).status_code == 404


def test_the_page_is_asked_for_again_only_when_it_changed(pages: FlaskClient) -> None:
    first = pages.get("/")
    assert pages.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_an_unbuilt_browser_half_is_a_sentence(tmp_path: Path) -> None:
    flask = Flask("pages", static_folder=None)
    install_pages(flask, tmp_path)
    answer = flask.test_client().get("/")
    assert answer.status_code == 503
    assert "make setup" in answer.text

"""A server and a real browser for the journeys: both started once, the server on a free port with a furnished workspace."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import company, workshop
from tests.conftest import CI, SECRET

CHROMIUM = Path("/usr/bin/chromium")
DIST = Path(__file__).resolve().parents[2] / "static" / "dist" / "index.html"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, PHONE = (1440, 900), (390, 844)
#: how long something large may take to show, in milliseconds
PATIENT = 30_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser."""
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)


def missing(what: str) -> None:
    """Without what a journey needs it is passed over, out loud; in CI that is a failure."""
    if CI:
        pytest.fail(what)
    pytest.skip(what)


@contextmanager
def serving(folder: Path, name: str) -> Iterator[str]:
    """A server for what lies in a folder, and where it answers; nothing may have broken in it by the end."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    settings = {"PORT": str(port), "DATA_DIR": str(folder), "SECRET_KEY": SECRET, "NAME": name, "DEMO": "1"}
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"], env={**os.environ, **settings}, stdout=log, stderr=log
    )
    found = f"http://127.0.0.1:{port}"
    try:
        _wait(found, server, folder / "server.log")
        yield found
    finally:
        server.terminate()
        server.wait(15)
        log.close()
        _nothing_broke(folder / "server.log")


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[str]:
    """Where the server of the workshop answers."""
    folder = tmp_path_factory.mktemp("site")
    workshop.furnish(folder)
    with serving(folder, "修车铺") as found:
        yield found


@pytest.fixture(scope="session")
def company_address(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[str]:
    """Where the server of the demo company, a small one, answers."""
    folder = tmp_path_factory.mktemp("company")
    company.furnish(folder)
    with serving(folder, "Dougong") as found:
        yield found


def _nothing_broke(log: Path) -> None:
    """Whatever the journeys did, the server met nothing it had not foreseen."""
    text = log.read_text("utf-8", "replace")
    if "Traceback" in text:
        pytest.fail(f"The server broke:\n{text[text.index('Traceback') - 300 :][:6000]}")


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    pytest.fail(f"The server does not answer:\n{log.read_text('utf-8', 'replace')[-2000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing(f"{CHROMIUM} is missing: the browser's journeys need Chromium")
    if not DIST.exists():
        missing("static/dist is not built: make setup")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@dataclass(slots=True, kw_only=True)
class Site:
    """One person at one screen."""

    address: str
    context: BrowserContext
    page: Page
    csrf: str = ""

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The same person's request past the screen: what a colleague or a program would do."""
        answer = self.context.request.fetch(
            f"{self.address}/api/{path}", method=method, data=body, headers={"X-CSRF-Token": self.csrf}
        )
        assert answer.ok, answer.text()
        return answer.json() if answer.text() else None

    def sign_in(self, login: str) -> Site:
        self.csrf = self.call("GET", "session")["csrf"]
        self.csrf = self.call("POST", "session/demo", {"login": login})["csrf"]
        return self

    def job(self, title: str) -> Any:
        """A job as the server has it now."""
        return next(item for item in self.call("GET", "records/atelier/job?limit=200")["items"] if item["title"] == title)

    @contextmanager
    def lending(self, title: str) -> Iterator[Any]:
        """A job to be changed; it gets its price and state back for whoever comes next."""
        job = self.job(title)
        try:
            yield job
        finally:
            self.call("PATCH", f"records/atelier/job/{job['id']}", {"price": job["price"], "state": job["state"]})


@pytest.fixture
def visit(address: str, chromium: Browser) -> Iterator[Callable[..., Site]]:
    """Opens screens of the workshop."""
    yield from _screens(address, chromium)


@pytest.fixture
def visit_company(company_address: str, chromium: Browser) -> Iterator[Callable[..., Site]]:
    """Opens screens of the demo company."""
    yield from _screens(company_address, chromium, PATIENT)


def _screens(address: str, chromium: Browser, patience: int = 10_000) -> Iterator[Callable[..., Site]]:
    """Whatever a page reports as broken fails the test."""
    opened: list[BrowserContext] = []
    broken: list[str] = []

    def open_screen(login: str = "", size: tuple[int, int] = WIDE, locale: str = "zh-CN") -> Site:
        phone = size[0] < 600
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=locale, has_touch=phone, is_mobile=phone, reduced_motion="reduce"
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(patience)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda message: broken.append(message.text) if _matters(message.type, message.text) else None)
        site = Site(address=address, context=context, page=page)
        return site.sign_in(login) if login else site

    yield open_screen
    for context in opened:
        context.close()
    assert not broken, broken


def _matters(type: str, text: str) -> bool:
    """What the console calls an error, save for answers of the server that a journey provokes."""
    return type == "error" and not re.match(r"Failed to load resource: .* status of (401|409|412|422|423)", text)

"""What the first list of records costs a browser that has never been here: bytes over the line, and time to use it."""

from __future__ import annotations

import statistics
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from engines.database import Workspace
from tests.benchmarks import ground
from tests.benchmarks.board import Figures
from tests.benchmarks.load import served

ROUNDS = 5
KILO = 1000


def first_page(figures: Figures, workspace: Workspace) -> None:
    """A manager opens a list of 100,000 people by its address, with an empty cache each time."""
    environment = {"DATA_DIR": str(workspace.data_dir), "SECRET_KEY": ground.SECRET}
    with served("app.web:build", environment) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        opened = [_open(browser, address) for _ in range(ROUNDS)]
        browser.close()
    figures.amount("first_page_kb", max(size for _, size in opened), "kB", 460)
    figures.time("first_page_interactive_ms", statistics.median(took for took, _ in opened), None)


def _open(browser: Browser, address: str) -> tuple[float, float]:
    """Milliseconds until a row can be clicked, and kilobytes of the page's own files as they came over the line."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    csrf = context.request.get(f"{address}/api/session").json()["csrf"]
    answer = context.request.post(
        f"{address}/api/session",
        data={"login": "manager", "password": ground.PASSWORD},
        headers={"X-CSRF-Token": csrf},
    )
    assert answer.ok, answer.text()
    page = context.new_page()
    sizes: dict[str, float] = {}
    names: dict[str, str] = {}
    line = context.new_cdp_session(page)
    line.send("Network.enable")

    def answered(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["response"]["url"]

    def finished(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    line.on("Network.responseReceived", answered)
    line.on("Network.loadingFinished", finished)
    page.goto(f"{address}/a/bench/v/people", wait_until="commit")
    page.get_by_role("row").nth(1).click(trial=True)
    took = page.evaluate("performance.now()")
    own = sum(size for request, size in sizes.items() if "/api/" not in names.get(request, "/api/"))
    context.close()
    return float(took), own / KILO

"""axe finds nothing serious on the screens everybody sees, on a desk and on a phone, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import PHONE, WIDE, Site, missing

AXE = Path(__file__).resolve().parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {
    "sign-in": ("", "/sign-in"),
    "list": ("master", "/a/atelier/v/jobs"),
    "record": ("master", "/a/atelier/r/job/1"),
    "form": ("master", "/a/atelier/n/bill"),
    "kanban": ("master", "/a/atelier/v/jobs_board"),
    "board": ("master", "/a/atelier/b/today"),
    "import": ("master", "/a/atelier/i/job"),
    "public form": ("", "/f/atelier/ask"),
}


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.exists():
        missing("axe-core is missing: npm ci in static/")
    return AXE.read_text("utf-8")


@pytest.mark.parametrize(
    ("person", "size", "locale"),
    [("master", WIDE, "zh-CN"), ("miller", PHONE, "en-GB")],
    ids=["desk in Chinese", "phone in English"],
)
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_serious(visit: Callable[..., Site], axe: str, screen: str, person: str, size: tuple[int, int], locale: str) -> None:
    login, path = SCREENS[screen]
    page = visit(login and person, size, locale).open(path)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(150)
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    serious = [
        (one["id"], one["help"], [(node["html"][:160], [check["message"] for check in node["any"]][:1]) for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert not serious, "\n".join(map(str, serious))

"""axe finds nothing serious on the screens everybody sees, on a desk and on a phone, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE, Site, missing
from tests.browser.test_rules import REMIND
from tests.browser.yard import administering, started
from tests.conftest import PASSWORD

Visit = Callable[..., Site]

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
    "inbox": ("master", "/inbox"),
    "started by me": ("master", "/inbox/started"),
}
#: what administrators see, in an application with a rule, a message, a segment and an analysis
HOUSE = {
    "rule": "/design/atelier/rule/remind",
    "message": "/design/atelier/message/tell",
    "segment": "/design/atelier/segment/dear",
    "analysis": "/design/atelier/analysis/worth",
    "data": "/design/atelier/entity/job",
    "decisions": "/design/atelier/decision_table",
    "roles": "/design/atelier/role/master",
    "versions": "/design/atelier/release",
    "people": "/admin/users",
    "deliveries": "/admin/deliveries",
    "channels": "/admin/channels",
    "contact policy": "/admin/contact",
    "given up": "/admin/given_up",
    "jobs": "/admin/jobs",
}


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.exists():
        missing("axe-core is missing: npm ci in static/")
    return AXE.read_text("utf-8")


SHOWN: dict[str, dict[str, Any]] = {
    "rule": {**REMIND, "name": "remind"},
    "message": {"name": "tell", "label": {"zh-CN": "取车通知", "en": "Ready"}, "entity": "job", "channels": [
        {"type": "inbox", "to": "{created_by}", "title": {"zh-CN": "{title} 修好了"}, "text": {"zh-CN": "报价 {price}"}},
        {"type": "sms", "to": "{note}", "consent": "TRUE", "text": {"zh-CN": "{title} 修好了"}}]},
    "segment": {"name": "dear", "label": {"zh-CN": "大单", "en": "Dear"}, "entity": "job", "condition": "AND({price} >= 50, {due} < TODAY() + 9)"},
    "analysis": {"name": "worth", "label": {"zh-CN": "工单价值", "en": "Worth"}, "entity": "job", "type": "rfm", "facts": "bills",
                 "date": "created_at", "amount": "total", "code_field": "note"},
}  # fmt: skip


def serious(page: Page, axe: str) -> list[object]:
    """What axe holds against a page that has come to rest."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(150)
    page.evaluate(axe)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        (one["id"], one["help"], [(node["html"][:160], [check["message"] for check in node["any"]][:1]) for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(
    ("person", "size", "locale"),
    [("master", WIDE, "zh-CN"), ("miller", PHONE, "en-GB")],
    ids=["desk in Chinese", "phone in English"],
)
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_serious(visit: Callable[..., Site], axe: str, screen: str, person: str, size: tuple[int, int], locale: str) -> None:
    login, path = SCREENS[screen]
    page = visit(login and person, size, locale).open(path)
    wrong = serious(page, axe)
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(("size", "locale"), [(WIDE, "zh-CN"), (PHONE, "en-GB")], ids=["desk in Chinese", "phone in English"])
def test_nothing_serious_in_a_task(visit: Visit, axe: str, size: tuple[int, int], locale: str) -> None:
    """A task with its form, picture and history, and the record it is about with the picture unfolded."""
    administering(visit())
    site = visit("master", size, locale)
    number = started(site, f"看得清 {locale}", "20")
    task = site.call("GET", f"records/yard/job/{number}/flows")["task"]
    page = site.open(f"/inbox/todo/{task}")
    page.locator(".task-big").first.wait_for()
    assert not (wrong := serious(page, axe)), "\n".join(map(str, wrong))
    page = site.open(f"/a/yard/r/job/{number}")
    page.locator(".run-on [aria-expanded]").click()
    assert not (wrong := serious(page, axe)), "\n".join(map(str, wrong))
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["", "/repair", "/repair?part=check", "/repair?part=dear/high"])
def test_nothing_serious_where_flows_are_designed(visit: Visit, axe: str, path: str, size: tuple[int, int]) -> None:
    page = administering(visit("", size)).open(f"/design/yard/flow{path}")
    page.locator(".flow-card, .flow-runs").first.wait_for()
    assert not (wrong := serious(page, axe)), "\n".join(map(str, wrong))
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.fixture
def at_house(visit: Visit) -> Callable[[str, tuple[int, int]], Page]:
    """Opens a screen of the house as its administrator, everything released that the designers show."""

    def open_house(path: str, size: tuple[int, int]) -> Page:
        site = visit("", size)
        site.csrf = site.call("GET", "session")["csrf"]
        site.csrf = site.call("POST", "session", {"login": "admin", "password": PASSWORD})["csrf"]
        known = {item["id"] for item in site.call("GET", "designer/atelier")["definitions"]}
        if not known.issuperset(document["name"] for document in SHOWN.values()):
            for kind, document in SHOWN.items():
                site.call("PUT", f"designer/atelier/{kind}/{document['name']}", {"id": document["name"], **document})
            site.call("POST", "designer/atelier/publish", {"hash": site.call("GET", "designer/atelier/plan")["hash"]})
        return site.open(path)

    return open_house


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("screen", HOUSE)
def test_nothing_serious_in_the_house(at_house: Callable[..., Page], axe: str, screen: str, size: tuple[int, int]) -> None:
    page = at_house(HOUSE[screen], size)
    wrong = serious(page, axe)
    assert not wrong, "\n".join(map(str, wrong))
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]

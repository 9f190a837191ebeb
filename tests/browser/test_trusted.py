"""Somebody who is no administrator changes a rule: 60 days become 45, the words another, tried on a record and switched on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Site
from tests.browser.test_design import designing
from tests.browser.test_rules import REMIND, keep, published
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]
REVISIT = {**REMIND, "name": "revisit", "label": {"zh-CN": "久放回访", "en": "Left for long"}}
PLANNER = {"id": "planner", "name": "planner", "label": {"zh-CN": "回访", "en": "Follow-up"}, "grants": [{"entity": "job", "update": True}]}


def trusting(visit: Visit, login: str, locale: str = "zh-CN", size: tuple[int, int] = WIDE) -> tuple[Site, Site]:
    """An administrator, who let the role “回访” design rules and messages on its page; and somebody who has it."""
    site, page = designing(visit, "/design/workshop")
    if not any((item["kind"], item["id"]) == ("role", "planner") and item["document"].get("designs") for item in site.call("GET", "designer/workshop")["definitions"]):
        site.call("PUT", "designer/workshop/role/planner", PLANNER)
        page.goto(f"{site.address}/design/workshop/role/planner")
        page.get_by_role("combobox", name="可以设计").click()
        for words in ("规则", "消息"):
            page.locator(".ant-select-item-option", has_text=re.compile(f"^{words}$")).click()
        page.keyboard.press("Escape")
        expect(page.get_by_text(re.compile("已保存 · "))).to_be_visible()
        kept = next(item for item in site.call("GET", "designer/workshop")["definitions"] if (item["kind"], item["id"]) == ("role", "planner"))
        assert kept["document"]["designs"] == ["rule", "message"]
        keep(site, REVISIT)
        published(site)
    person = site.call("POST", "users", {"login": login, "name": "小雨", "password": PASSWORD, "roles": [{"application": "workshop", "id": "planner"}]})
    assert person["id"]
    own = visit(size=size, locale=locale)
    own.csrf = own.call("GET", "session")["csrf"]
    own.csrf = own.call("POST", "session", {"login": login, "password": PASSWORD})["csrf"]
    own.call("PATCH", "session", {"locale": locale})
    return site, own


def tabs(page: Page) -> list[str]:
    expect(page.locator(".design-tab").first).to_be_visible()
    return page.locator(".design-tab").all_inner_texts()


def test_a_trusted_person_changes_a_rule_tries_it_and_switches_it_on(visit: Visit) -> None:
    admin, own = trusting(visit, "rain")
    job = admin.call("POST", "records/workshop/job", {"title": "放了很久的车", "price": "150", "due": str(datetime.now(UTC).date() - timedelta(days=50))})
    page = own.open("/a/workshop")
    began = time.monotonic()
    page.locator(".rail-switch").click()
    expect(page.get_by_role("menuitem", name="设计应用")).to_have_count(0)
    page.get_by_role("menuitem", name="设计这个应用").click()
    assert tabs(page) == ["规则", "消息", "版本"]
    page.locator(".design-item", has_text="久放回访").click()
    days = page.get_by_role("spinbutton", name="值").filter(visible=True).last
    expect(days).to_have_value("60")
    days.fill("45")
    days.press("Tab")
    page.locator(".rule-card", has_text="站内通知").click()
    page.get_by_role("textbox", name="标题").fill("{事项} 放了 45 天，请来取")
    page.locator(".rule-samples .chip", has_text="放了很久的车").click()
    expect(page.get_by_role("region", name="试一试")).to_contain_text("放了很久的车 放了 45 天，请来取")
    page.get_by_role("button", name="发布并启用").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile(r"^发布 \d+ 处修改")).click()
    expect(dialog.locator(".publish-done")).to_be_visible(timeout=20_000)
    expect(dialog.get_by_role("button", name="撤销")).to_have_count(0)
    dialog.get_by_role("button", name="继续设计").click()
    expect(page.get_by_role("switch", name="启用规则")).to_be_checked()
    print(f"changed, tried and switched on in {time.monotonic() - began:.1f} s")
    shown = next(item for item in own.call("GET", "rules/workshop")["items"] if item["id"] == "revisit")
    assert (shown["active"], shown["switched"]["by"]) == (True, "小雨")
    page.get_by_role("switch", name="启用规则").click()
    expect(page.locator(".rule-switch")).to_contain_text("已停用")
    admin.call("DELETE", f"records/workshop/job/{job['id']}")
    page.goto(f"{own.address}/design/workshop/entity/job")
    expect(page.get_by_text("您的角色不能设计数据表")).to_be_visible()


def test_anothers_changes_are_named_and_stop_the_publish_on_a_phone_in_english(visit: Visit) -> None:
    admin, own = trusting(visit, "snow", "en", PHONE)
    keep(admin, REVISIT)
    waiting = admin.call("GET", "designer/workshop/plan")
    if waiting["changes"]:
        published(admin)
    view = next(item["document"] for item in admin.call("GET", "designer/workshop")["definitions"] if (item["kind"], item["id"]) == ("view", "bills"))
    admin.call("PUT", "designer/workshop/view/bills", {**view, "label": {"zh-CN": "全部账单", "en": "All bills"}})
    try:
        page = own.open("/design/workshop/rule/revisit")
        assert tabs(page) == ["Rules", "Messages", "Versions"]
        page.get_by_role("button", name=re.compile(r"^Publish \d+ change")).first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("alert")).to_contain_text("view “All bills”")
        expect(dialog.get_by_role("button", name=re.compile(r"^Publish \d+ change"))).to_be_disabled()
    finally:
        admin.call("PUT", "designer/workshop/view/bills", view)

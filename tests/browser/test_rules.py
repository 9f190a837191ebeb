"""Rules in the browser: a number and the words of a rule changed, tried and switched on; one built by drag; a button and its why."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_design import designing

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]

# the designer's own question what is still unpublished, answered late
SLOW = """() => {
  const ask = window.fetch;
  window.fetch = (to, how) => new Promise((go) => setTimeout(() => go(ask(to, how)), String(to.url ?? to).endsWith("/api/designer/workshop") ? 1500 : 0));
}"""

REMIND = {
    "name": "remind", "label": {"zh-CN": "久未取车提醒", "en": "Not fetched"}, "entity": "job", "active": False,
    "trigger": {"type": "schedule", "every": "daily", "at": "10:00"},
    "condition": "AND({price} >= 100, {due} < TODAY() - 60)",
    "actions": [{"id": "note", "type": "notify", "to": ["{created_by}"], "title": {"zh-CN": "{title} 该取了", "en": "Fetch {title}"}, "text": ""}],
}
READY = {
    "name": "ready", "label": {"zh-CN": "修好了", "en": "Repaired"}, "entity": "job",
    "trigger": {"type": "button", "caption": {"zh-CN": "修好了", "en": "Repaired"}, "question": {"zh-CN": "通知客人来取？", "en": "Tell them?"}},
    "condition": '{state} <> "ready"',
    "actions": [{"id": "set", "type": "set_values", "values": [{"field": "state", "value": '"ready"'}, {"field": "note", "value": '"请尽快来取"'}]},
                {"id": "bill", "type": "make_record", "entity": "bill", "values": [{"field": "title", "value": '"修车"'}, {"field": "job", "value": "{id}"}]}],
}


def keep(site: Site, rule: dict[str, Any]) -> None:
    """A rule in the draft, as if somebody had designed it before."""
    site.call("PUT", f"designer/workshop/rule/{rule['name']}", {"id": rule["name"], **rule})


def published(site: Site) -> None:
    plan = site.call("GET", "designer/workshop/plan")
    site.call("POST", "designer/workshop/publish", {"hash": plan["hash"], "accepted": [item["id"] for item in plan["changes"]]})


def saved(page: Page) -> None:
    expect(page.get_by_text(re.compile("已保存"))).to_be_visible()


def test_a_number_and_the_words_are_changed_tried_and_switched_on_within_a_minute(visit: Visit) -> None:
    site, page = designing(visit, "/design/workshop")
    keep(site, REMIND)
    published(site)
    for title, days in (("旧自行车", 50), ("更旧的车", 52), ("新车", 10)):
        site.call("POST", "records/workshop/job", {"title": title, "price": "150", "due": str(datetime.now(UTC).date() - timedelta(days=days))})
    began = time.monotonic()
    page.goto(f"{site.address}/design/workshop/rule/remind")
    days = page.get_by_role("spinbutton", name="值").filter(visible=True).last
    expect(days).to_have_value("60")
    expect(page.locator(".rule-count b")).to_have_text("0")
    days.fill("45")
    days.press("Tab")
    expect(page.locator(".condition-says")).to_contain_text("45")
    expect(page.locator(".rule-count b")).to_have_text("2")
    page.locator(".rule-card", has_text="站内通知").click()
    words = page.get_by_role("textbox", name="标题")
    expect(words).to_have_value("{事项} 该取了")
    words.fill("{事项} 已修好，请来取")
    page.locator(".rule-samples .chip", has_text="旧自行车").click()
    tried = page.get_by_role("region", name="试一试")
    expect(tried).to_contain_text("会对“旧自行车”执行")
    expect(tried.locator(".form-sample")).to_contain_text("旧自行车")
    expect(tried).to_contain_text("旧自行车 已修好，请来取")
    expect(tried.locator(".rule-reasons li")).to_have_count(2)
    page.evaluate(SLOW)
    page.get_by_role("button", name="发布并启用").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile(r"^发布 \d+ 处修改")).click()
    expect(dialog.locator(".publish-done")).to_be_visible(timeout=20_000)
    # who is quicker than the designer that asks what is still unpublished has it switched on all the same
    dialog.get_by_role("button", name="继续设计").click()
    switch = page.get_by_role("switch", name="启用规则")
    expect(switch).to_be_checked()
    took = time.monotonic() - began
    print(f"changed, tried and switched on in {took:.1f} s")
    shown = next(item for item in site.call("GET", "rules/workshop")["items"] if item["id"] == "remind")
    assert (shown["active"], shown["switched"]["by"], len(shown["next"])) == (True, "管理员", 7)
    live = site.call("GET", "designer/workshop")
    rule = next(item for item in live["definitions"] if (item["kind"], item["id"]) == ("rule", "remind"))
    assert not rule["changed"] and "TODAY() - 45" in rule["document"]["condition"]
    switch.click()
    expect(page.locator(".rule-switch")).to_contain_text("已停用")


def test_a_rule_is_built_by_drag_and_keys_and_undone(visit: Visit) -> None:
    site, page = designing(visit, "/design/workshop/rule")
    page.get_by_role("button", name="新建规则").first.click()
    page.get_by_role("dialog").get_by_role("textbox").first.fill("大单提醒")
    page.get_by_role("dialog").get_by_role("combobox").click()
    page.get_by_text("工单", exact=True).last.click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("新建|创建")).last.click()
    when = page.get_by_role("region", name="当")
    expect(when).to_contain_text("新建工单之后")
    page.locator(".form-palette-item", has_text="修改之后").drag_to(when)
    expect(when).to_contain_text("工单有改动之后")
    then = page.get_by_role("region", name="就")
    page.locator(".form-palette-item", has_text="修改字段").drag_to(then)
    page.locator(".form-palette-item", has_text="站内通知").focus()
    page.keyboard.press("Enter")
    cards = then.locator(".rule-card b")
    expect(cards).to_have_text(["修改字段", "站内通知"])
    then.locator(".grip").last.focus()
    page.keyboard.press("ArrowUp")
    expect(cards).to_have_text(["站内通知", "修改字段"])
    page.get_by_role("button", name="撤销").click()
    expect(cards).to_have_text(["修改字段", "站内通知"])
    # A question about related records, as a sentence.
    page.get_by_role("button", name="相关记录", exact=True).click()
    expect(page.locator(".condition-says")).to_contain_text("没有")
    then.locator(".rule-card", has_text="修改字段").click()
    page.get_by_role("combobox", name="添加字段").click()
    page.locator(".ant-select-item-option", has_text="备注").filter(visible=True).click()
    page.locator(".rule-input textarea, .rule-input input").last.fill("大单")
    expect(then).to_contain_text("备注 改为 大单")
    saved(page)
    rules = [item for item in site.call("GET", "designer/workshop")["definitions"] if item["kind"] == "rule" and item["document"]["label"] == "大单提醒"]
    assert rules[0]["document"]["trigger"]["type"] == "changed" and rules[0]["document"]["condition"].startswith("NOT(ANY({")
    # What is not finished says so at its card.
    expect(then.locator(".wrong, .small.second").filter(has_text="还没有选通知谁")).to_be_visible()


def test_a_button_on_the_record_and_why_it_changed(visit: Visit) -> None:
    site, page = designing(visit, "/design/workshop/rule")
    bill = next(item["document"] for item in site.call("GET", "designer/workshop")["definitions"] if item["document"].get("name") == "bill" and item["kind"] == "entity")
    # what others made required of a bill meanwhile is filled in as well
    more = [{"field": item["name"], "value": '"x"'} for item in bill["fields"] if item.get("required") and item["name"] != "title"]
    ready = copy.deepcopy(READY)
    ready["actions"][1]["values"] += more
    keep(site, ready)
    published(site)
    number = next(item["id"] for item in site.call("GET", "records/workshop/job?fields=title&limit=50")["items"] if item["title"] == "换链条")
    page.goto(f"{site.address}/a/workshop/r/job/{number}")
    page.locator(".record-buttons").get_by_role("button", name="修好了").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("通知客人来取？")
    bills = page.get_by_role("tab", name=re.compile("^账单"))
    expect(bills).to_contain_text("0")
    dialog.get_by_role("button", name="修好了").click()
    expect(bills).to_contain_text("1")
    entry = page.locator(".timeline li", has_text="由规则“修好了”").first
    expect(entry).to_be_visible()
    entry.get_by_role("button", name=re.compile("由规则")).click()
    expect(entry.locator(".timeline-why")).to_contain_text("状态 不是 可取车")
    expect(entry.locator(".timeline-why")).to_contain_text("有人点了按钮")
    expect(page.locator(".record-buttons")).to_have_count(0)
    page.get_by_role("button", name="“状态”为什么是这个值").first.click()
    origin = page.get_by_role("dialog", name="“状态”的值从哪里来").get_by_role("listitem")
    expect(origin.first).to_contain_text("可取车")
    origin.first.get_by_role("button", name="由规则“修好了”").click()
    expect(origin.first.locator(".timeline-why")).to_contain_text("有人点了按钮")
    expect(origin.last).to_contain_text("创建了记录")


def test_publishing_names_the_places_that_use_a_deleted_field(visit: Visit) -> None:
    site, page = designing(visit, "/design/workshop/rule")
    keep(site, READY)
    page.goto(f"{site.address}/design/workshop/entity/job")
    row = page.locator(".data-row", has_text="备注")
    row.get_by_role("button", name=re.compile("更多")).click()
    page.get_by_role("menuitem", name=re.compile("删除")).click()
    expect(page.get_by_text(re.compile("已删除“备注”，还用在.*修好了"))).to_be_visible()
    expect(page.locator(".design-issues-head")).to_contain_text("处需要处理")
    page.get_by_role("button", name=re.compile("^发布")).first.click()
    dialog = page.get_by_role("dialog")
    place = dialog.locator(".design-issue", has_text="规则 · 修好了")
    expect(place).to_contain_text("字段“备注”已删除，这里还在用")
    expect(dialog.get_by_role("button", name=re.compile("^发布"))).to_be_disabled()
    place.click()
    expect(page).to_have_url(re.compile("/rule/ready"))
    page.get_by_role("button", name=re.compile("^撤销")).click()
    until = time.monotonic() + 10
    while any(issue["code"] == "reference.field_gone" for item in site.call("GET", "designer/workshop")["definitions"] for issue in item["issues"]):
        assert time.monotonic() < until, "undone, and still said to be in use"
        page.wait_for_timeout(100)

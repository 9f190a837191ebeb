"""Tasks that are more than yes or no in the browser: a form to fill, what comes back and is sent again; BPMN out and in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.test_design import designing
from tests.browser.yard import administering, started

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]

FILLED: dict[str, Any] = {
    "name": "measure", "label": {"zh-CN": "上门量车", "en": "Measuring"}, "entity": "job",
    "steps": [{"id": "fill", "type": "fill", "label": {"zh-CN": "填备注", "en": "Note it"}, "people": [{"type": "person", "logins": ["master"]}],
               "edits": ["price"], "needs": ["note"]}],
}  # fmt: skip


@pytest.fixture
def house(visit: Visit) -> Site:
    """An administrator, with the flows published."""
    return administering(visit())


def test_a_step_is_filled_and_says_what_it_needs(visit: Visit, house: Site) -> None:
    if not any(item["id"] == "measure" for item in house.call("GET", "designer/yard")["definitions"]):
        house.call("PUT", "designer/yard/flow/measure", {"id": "measure", **FILLED})
        house.call("POST", "designer/yard/publish", {"hash": house.call("GET", "designer/yard/plan")["hash"]})
    number = started(house, "量座管", "66", "measure")
    desk = visit("master").open("/inbox")
    desk.get_by_role("searchbox").or_(desk.get_by_placeholder(re.compile("搜索"))).last.fill("填备注")
    desk.get_by_role("button", name=re.compile("量座管")).click()
    form = desk.locator(".task-form")
    expect(form.locator(".field.editing")).to_have_count(2)
    desk.get_by_role("button", name="提交", exact=True).click()
    expect(form.get_by_role("alert")).to_have_text("必须填写")
    form.get_by_role("textbox", name=re.compile("备注")).fill("31.6 毫米")
    desk.get_by_role("button", name="提交", exact=True).click()
    expect(desk.get_by_role("button", name=re.compile("量座管"))).to_have_count(0)
    assert house.call("GET", f"records/yard/job/{number}")["note"] == "31.6 毫米"
    told = house.call("GET", f"records/yard/job/{number}/flows")["instances"][0]
    assert (told["outcome"], [item["what"] for item in told["history"]][:2]) == ("approved", ["started", "submitted"])


def test_what_comes_back_is_mended_and_sent_again(visit: Visit, house: Site) -> None:
    starter = visit("miller")
    number = started(starter, "换飞轮", "90")
    desk = visit("master").open("/inbox")
    desk.get_by_role("button", name=re.compile("换飞轮")).click()
    desk.get_by_role("button", name="更多操作").click()
    desk.get_by_role("menuitem", name="退回").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_role("textbox", name=re.compile("意见")).fill("型号没写")
    dialog.get_by_role("button", name="退回").click()
    expect(desk.get_by_role("button", name=re.compile("换飞轮"))).to_have_count(0)
    back = starter.open("/inbox")
    back.get_by_role("button", name=re.compile("换飞轮")).click()
    expect(back.get_by_role("heading", level=2)).to_contain_text("came back")
    expect(back.locator(".run-story")).to_contain_text("型号没写")
    back.get_by_role("button", name="Send again").click()
    expect(back.get_by_role("button", name=re.compile("换飞轮"))).to_have_count(0)
    desk.goto(desk.url)
    desk.get_by_role("button", name=re.compile("换飞轮")).click()
    desk.get_by_role("button", name="同意", exact=True).click()
    expect(desk.locator(".ant-message")).to_contain_text("已同意")
    told = starter.call("GET", f"records/yard/job/{number}/flows")["instances"][0]
    assert told["outcome"] == "approved"
    assert {"returned", "submitted", "approved"} <= {item["what"] for item in told["history"]}


def test_a_flow_goes_out_as_bpmn_and_comes_in_again(visit: Visit, house: Site, tmp_path: Path) -> None:
    site, page = designing(visit, "/design/yard/flow/repair")
    expect(page.locator(".flow-card").first).to_be_visible()
    page.locator(".flow-head").get_by_role("button", name="更多", exact=True).last.click()
    with page.expect_download() as waiting:
        page.get_by_role("menuitem", name="导出 BPMN").click()
    kept = tmp_path / "repair.bpmn"
    waiting.value.save_as(kept)
    assert "<" in kept.read_text("utf-8") and "BPMNDiagram" in kept.read_text("utf-8")
    shown = page.locator(".flow-card b").all_inner_texts()
    page.goto(f"{site.address}/design/yard/flow")
    page.get_by_role("button", name="新建流程").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="关于哪张表").click()
    page.locator(".ant-select-item-option", has_text="工单").filter(visible=True).first.click()
    dialog.locator("input[type=file]").set_input_files(kept)
    expect(page.locator(".flow-card b")).to_have_text(shown)
    # It stays a draft of its own; out of it again, so that others publish nothing of it.
    expect(page.locator(".design-state")).to_contain_text("已保存")
    for item in site.call("GET", "designer/yard")["definitions"]:
        if item["kind"] == "flow" and item["changed"]:
            site.call("DELETE", f"designer/yard/flow/{item['id']}")

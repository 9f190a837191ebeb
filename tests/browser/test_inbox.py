"""The inbox in the browser: tasks answered at the desk and on the phone, many at once, taken back; the record locked meanwhile; supervision."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Site
from tests.browser.test_design import designing
from tests.browser.yard import administering, started

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]


@pytest.fixture
def house(visit: Visit) -> Site:
    """An administrator, with the flows published."""
    return administering(visit())


def state_of(site: Site, number: int) -> Any:
    return site.call("GET", f"records/yard/job/{number}")["state"]


def test_a_flow_is_started_on_the_record_answered_at_the_desk_and_told_back(visit: Visit, house: Site) -> None:
    starter = visit("master")
    number = house.call("POST", "records/yard/job", {"title": "换前叉", "price": "300"})["id"]
    page = starter.open(f"/a/yard/r/job/{number}")
    page.get_by_role("button", name="发起报价审批").click()
    run = page.get_by_role("region", name="报价审批")
    expect(run).to_contain_text("现在：师傅把关 · 马师傅")
    expect(run).to_contain_text("审批中，不能修改")
    expect(page.get_by_role("button", name="发起报价审批")).to_have_count(0)
    expect(page.locator(".field-edit")).to_have_count(0)
    run.get_by_role("button", name="看流程").click()
    expect(run.locator(".run-step.now b").first).to_have_text("师傅把关")
    # At the desk: one sentence, the form with the one field that may be changed, the picture, the buttons.
    master = visit("master")
    desk = master.open("/a/yard/v/jobs")
    desk.get_by_role("link", name=re.compile("^待办 ?，")).click()
    desk.get_by_role("button", name=re.compile("换前叉")).click()
    expect(desk.get_by_role("heading", level=2)).to_have_text("马师傅 的工单“换前叉”，请你审批")
    expect(desk.locator(".task-form .field.editing")).to_have_count(1)
    desk.locator(".task-form").get_by_role("textbox", name="备注").fill("前叉有货")
    # Refusing asks for an opinion; agreeing does not.
    desk.get_by_role("button", name="拒绝", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("请先写下意见")
    desk.get_by_role("textbox", name="意见").fill("可以")
    desk.get_by_role("button", name="同意", exact=True).click()
    expect(desk.locator(".ant-message")).to_contain_text("已同意")
    expect(desk.get_by_role("button", name=re.compile("换前叉"))).to_have_count(0)
    desk.get_by_role("button", name="已办").click()
    desk.get_by_role("button", name=re.compile("换前叉")).click()
    expect(desk.locator(".run-story")).to_contain_text("可以")
    expect(desk.locator(".run-story")).to_contain_text("走“其他”")
    job = starter.call("GET", f"records/yard/job/{number}")
    assert (job["note"], job["state"]) == ("前叉有货", "doing")
    # The starter got a copy in the flow's own words, and it counts until it is looked at.
    page.goto(f"{starter.address}/inbox/copied")
    page.get_by_role("button", name=re.compile("换前叉")).click()
    expect(page.get_by_role("heading", level=2)).to_have_text("换前叉 谈妥了")
    expect(page.locator(".inbox-box", has_text="抄送我的").locator(".inbox-count")).to_have_count(0)


def test_whoever_is_away_names_a_deputy_who_answers_for_them(visit: Visit, house: Site) -> None:
    master, miller = visit("master"), visit("miller", PHONE)
    away = master.open("/inbox")
    away.locator(".rail-person").click()
    away.get_by_role("menuitem", name="外出委托").click()
    dialog = away.get_by_role("dialog", name="外出委托")
    dialog.get_by_role("combobox", name="委托给").fill("Ann")
    away.locator(".ant-select-item-option", has_text="Ann Miller").filter(visible=True).click()
    # The house's day may have begun while the browser's has not: an end that lies ahead in both.
    dialog.get_by_label("到", exact=True).click()
    ahead = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    away.locator(f".ant-picker-dropdown td[title='{ahead}']").filter(visible=True).click()
    dialog.get_by_role("button", name="设置委托").click()
    expect(dialog.locator(".away-line")).to_contain_text("Ann Miller 代我处理")
    number = started(house, "替人看", "20")
    desk = miller.open("/inbox")
    task = desk.get_by_role("button", name=re.compile("替人看"))
    expect(task).to_contain_text("for 马师傅")
    task.click()
    desk.get_by_role("button", name="Agree", exact=True).click()
    expect(desk.locator(".ant-message")).to_contain_text("Agreed")
    assert state_of(house, number) == "doing"
    away.goto(f"{master.address}/inbox/done")
    row = away.get_by_role("button", name=re.compile("替人看"))
    expect(row).to_contain_text("Ann Miller 代办")
    row.click()
    expect(away.locator(".run-story")).to_contain_text("代 马师傅")
    away.locator(".rail-person").click()
    away.get_by_role("menuitem", name="外出委托").click()
    dialog.get_by_role("button", name="结束").click()
    expect(dialog.locator(".away-line")).to_have_count(0)
    assert miller.call("GET", "deputies")["standing"] == []


def test_what_is_needed_or_wrong_stays_in_the_form(visit: Visit, house: Site) -> None:
    starter, master = visit("miller"), visit("master")
    number = started(starter, "看谁快", "20")
    desk = master.open("/inbox")
    desk.get_by_role("button", name=re.compile("看谁快")).click()
    desk.get_by_role("textbox", name="意见").fill("我来")
    # Meanwhile it is taken back: the answer says so and the task is gone.
    run = starter.call("GET", f"records/yard/job/{number}/flows")["instances"][0]["id"]
    starter.call("POST", f"flows/instances/{run}/withdraw", {"comment": ""})
    desk.get_by_role("button", name="同意", exact=True).click()
    expect(desk.locator(".ant-message")).to_contain_text(re.compile("已被处理|已结束|已关闭|撤回"))
    expect(desk.get_by_role("button", name=re.compile("看谁快"))).to_have_count(0)
    assert state_of(starter, number) == "new"


def test_people_are_chosen_and_the_flow_urged_and_taken_back_by_its_starter(visit: Visit, house: Site) -> None:
    starter = visit("master")
    number = starter.call("POST", "records/yard/job", {"title": "装脚撑", "price": "35"})["id"]
    page = starter.open(f"/a/yard/r/job/{number}")
    page.get_by_role("button", name="发起请人复核").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="发起")).to_be_disabled()
    dialog.get_by_role("combobox").fill("Ann")
    page.locator(".ant-select-item-option", has_text="Ann Miller").click()
    dialog.get_by_text("发起请人复核").click()
    dialog.get_by_role("button", name="发起").click()
    run = page.get_by_role("region", name="请人复核")
    expect(run).to_contain_text("复核 · Ann Miller")
    run.get_by_role("button", name="催办").click()
    expect(page.locator(".ant-message")).to_contain_text("已催办")
    other = visit("miller").open("/inbox")
    expect(other.locator(".inbox-row", has_text="装脚撑")).to_contain_text(re.compile("催办|Urged"))
    run.get_by_role("button", name="撤回").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回").click()
    expect(run).to_contain_text("撤回")
    expect(page.get_by_role("button", name="发起请人复核")).to_be_visible()
    page.goto(f"{starter.address}/inbox/started")
    expect(page.get_by_role("button", name=re.compile("装脚撑"))).to_contain_text("撤回")


def test_many_are_answered_at_once(visit: Visit, house: Site) -> None:
    starter, master = visit("miller"), visit("master")
    numbers = [started(starter, title, "50") for title in ("批一", "批二", "批三", "批四")]
    desk = master.open("/inbox")
    desk.get_by_role("button", name="批量处理").click()
    for title in ("批一", "批二"):
        desk.get_by_role("checkbox", name=f"选择“{title}”").check()
    batch = desk.get_by_role("region", name="批量处理")
    expect(batch).to_contain_text("已选 2 项")
    batch.get_by_role("button", name="同意").click()
    desk.get_by_role("dialog").get_by_role("textbox", name="意见").fill("都行")
    desk.get_by_role("dialog").get_by_role("button", name="同意").click()
    expect(desk.get_by_text("已同意 2 项")).to_be_visible()
    expect(desk.get_by_role("button", name=re.compile("批一"))).to_have_count(0)
    expect(desk.get_by_role("button", name=re.compile("批三"))).to_have_count(1)
    assert [state_of(starter, number) for number in numbers] == ["doing", "doing", "new", "new"]
    # Refusing needs an opinion here: each that could not be done says why.
    desk.get_by_role("button", name="批量处理").click()
    desk.get_by_role("checkbox", name="选择“批三”").check()
    batch.get_by_role("button", name="拒绝").click()
    desk.get_by_role("dialog").get_by_role("button", name="拒绝").click()
    expect(desk.get_by_role("dialog").filter(has_text="1 项没有处理成")).to_contain_text("请写明意见")


@pytest.mark.parametrize(("person", "locale"), [("master", "zh-CN"), ("miller", "en-GB")])
def test_a_phone_answers_with_the_thumb_and_hands_on(visit: Visit, house: Site, person: str, locale: str) -> None:
    english = locale.startswith("en")
    for title in (f"先做{locale}", f"后做{locale}"):
        started(house, title, "5000")
    if english:
        # the owner is asked when the first one has agreed
        master = visit("master")
        for item in reversed(master.call("GET", f"tasks?box=todo&search={locale}")["items"]):
            master.call("POST", f"tasks/{item['id']}/approve", {})
    page = visit(person, PHONE, locale).open("/inbox")
    page.get_by_role("button", name=re.compile(f"后做{locale}")).click()
    agree = page.get_by_role("button", name="Agree" if english else "同意", exact=True)
    box = agree.bounding_box()
    assert box and box["height"] >= 44 and box["y"] > PHONE[1] / 2
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    agree.click()
    # The next one slides in by itself.
    expect(page.get_by_role("heading", level=2)).to_contain_text(f"先做{locale}")
    page.get_by_role("button", name="More to do" if english else "更多操作").click()
    page.get_by_role("menuitem", name="Hand on" if english else "转交").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("小徒弟")
    # Whoever else was on offer is gone when the search has answered; an option of before it would be redrawn under the finger.
    expect(page.locator(".ant-select-item-option")).to_have_count(1)
    page.locator(".ant-select-item-option", has_text="小徒弟").click()
    dialog.get_by_role("button", name="Hand on" if english else "转交").click()
    expect(page.get_by_text("Handed on" if english else "已转交", exact=True).first).to_be_visible()
    mine = visit("guest").call("GET", "tasks?box=todo")["items"]
    assert any(item["title"] == f"先做{locale}" for item in mine)


def test_what_hangs_is_seen_and_helped(visit: Visit, house: Site) -> None:
    number = started(house, "没人批", "10", "lost")
    site, page = designing(visit, "/design/yard/flow")
    card = page.get_by_role("region", name="没人管")
    expect(card.locator(".flow-counts")).to_contain_text("1卡住")
    card.get_by_role("button", name=re.compile("卡住")).click()
    run = page.locator(".flow-run", has_text="没人批")
    expect(run).to_contain_text("没有找到处理人")
    run.get_by_role("button", name="重试").click()
    expect(page.get_by_text("已重试")).to_be_visible()
    run.get_by_role("button", name="结束它").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("部门还没设负责人")
    dialog.get_by_role("button", name="结束它").click()
    expect(run).to_have_count(0)
    told = site.call("GET", f"records/yard/job/{number}/flows")["instances"][0]
    assert (told["state"], told["outcome"]) == ("ended", "rejected")
    # What waits at a step now is painted on the tree.
    started(visit("miller"), "等着的", "10")
    page.goto(f"{site.address}/design/yard/flow/repair")
    page.get_by_role("button", name="运行情况").click()
    expect(page.locator(".flow-card", has_text="师傅把关").locator(".flow-live")).to_contain_text("项在等")


def test_an_empty_box_says_what_comes_there(visit: Visit) -> None:
    page: Page = visit("guest").open("/inbox/done")
    expect(page.get_by_text("还没有处理过")).to_be_visible()
    expect(page.get_by_text("都处理完了")).to_be_visible()

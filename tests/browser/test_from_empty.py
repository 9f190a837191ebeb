"""From nothing to the first approved record: an application for expenses is built by mouse and keyboard, then used."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Site
from tests.browser.effort import watched
from tests.browser.test_design import designing, publish

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def named(page: Page, label: str) -> None:
    """The dialog that asks for a name, answered."""
    page.get_by_role("dialog").get_by_role("textbox").fill(label)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def field(page: Page, kind: str, label: str) -> None:
    """Another field of the table that is open."""
    page.get_by_role("button", name="添加字段").click()
    page.get_by_role("menuitem", name=kind, exact=True).click()
    name = page.get_by_label("字段名称")
    expect(name).to_have_value(re.compile(kind))
    name.fill(label)
    expect(page.get_by_role("table", name="报销单")).to_contain_text(label)


def options(page: Page, *labels: str) -> None:
    """The options of a choice, one after another."""
    page.get_by_label("选项 1", exact=True).click()
    for label in labels:
        page.keyboard.type(label)
        expect(page.locator(f'.options-row input[value="{label}"]')).to_be_focused()
        if label != labels[-1]:
            page.keyboard.press("Enter")


def build(page: Page) -> None:
    """The whole application, published."""
    page.get_by_role("button", name="新建应用").first.click()
    named(page, "费用报销")
    expect(page.get_by_text("从第一张数据表开始")).to_be_visible()
    page.get_by_role("button", name="新建数据表").last.click()
    named(page, "报销单")
    page.get_by_role("row", name=re.compile("名称")).click()
    page.get_by_label("字段名称").fill("事由")
    field(page, "日期", "发生日期")
    field(page, "选项", "费用类别")
    options(page, "交通", "住宿", "招待")
    field(page, "子表", "明细")
    field(page, "汇总", "合计")
    field(page, "选项", "审批结果")
    options(page, "审批中", "已通过", "未通过")
    expect(page.get_by_text("报销单 · 明细").first).to_be_visible()
    tab(page, "表单")
    expect(page.get_by_role("group", name="明细")).to_be_visible()
    tab(page, "视图")
    for label in ("事由", "发生日期", "费用类别", "合计", "审批结果"):
        expect(page.get_by_role("columnheader", name=label)).to_be_visible()
    approval(page)
    rule(page)
    board(page)
    tab(page, "角色")
    for name in ("小徒弟", "Ann Miller"):
        page.get_by_role("combobox", name="谁有此角色").fill(name)
        page.locator(".ant-select-item-option", has_text=name).click()
        expect(page.locator(".role-designs .ant-select-selection-item", has_text=name)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("没有需要处理的问题")).to_be_visible()
    publish(page)

def approval(page: Page) -> None:
    """The head of the starter's department is asked as soon as a record is there; the outcome is noted."""
    tab(page, "流程")
    page.get_by_role("button", name="新建流程").last.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox", name="关于哪张表")).to_be_visible()
    dialog.get_by_role("radio", name=re.compile("一级审批")).click()
    dialog.get_by_text("新建后自动").click()
    dialog.get_by_role("button", name="创建").click()
    expect(page.locator(".flow-card").first).to_contain_text("发起人的部门负责人 审批")
    expect(page.locator(".flow-canvas, .flow-tree, .designer-page, .design-main").first).to_contain_text("新建报销单之后")
    for moment, outcome in (("通过", "已通过"), ("拒绝", "未通过")):
        page.get_by_role("combobox", name="添加", exact=True).click()
        option(page, moment)
        last = page.locator(".flow-reaction").last
        last.get_by_role("combobox", name="添加动作").click()
        option(page, "修改字段")
        last.get_by_role("combobox", name="添加字段").click()
        option(page, "审批结果")
        last.locator(".rule-input").get_by_role("combobox").last.click()
        option(page, outcome)
        expect(last).to_contain_text(outcome)


def option(page: Page, text: str) -> None:
    """The option of the select that is open."""
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text=re.compile(f"^{text}")).first.click()


def rule(page: Page) -> None:
    """A note to the role where much money is asked for."""
    tab(page, "规则")
    page.get_by_role("button", name="新建规则").last.click()
    named(page, "大额提醒")
    page.get_by_role("button", name="添加条件", exact=True).click()
    page.get_by_role("combobox", name="字段", exact=True).last.click()
    option(page, "合计")
    page.get_by_role("combobox", name="关系").last.click()
    option(page, "不小于")
    page.get_by_role("spinbutton", name="值").last.fill("1000")
    expect(page.locator(".condition-says")).to_contain_text("合计 不小于")
    page.locator(".form-palette-item", has_text="站内通知").dblclick()
    page.get_by_role("combobox", name="通知哪些角色").click()
    option(page, "成员")
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="标题", exact=True).fill("有一笔大额报销")
    expect(page.locator(".rule-card", has_text="站内通知")).to_contain_text("成员")


def board(page: Page) -> None:
    """A page with a figure."""
    tab(page, "看板")
    page.get_by_role("button", name="新建看板").last.click()
    named(page, "费用看板")
    page.locator(".design-main").get_by_role("button", name=re.compile("新建报表")).last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="关于什么").click()
    option(page, "报销单$")
    dialog.get_by_role("combobox", name="看什么数").click()
    option(page, "合计")
    page.keyboard.press("Escape")
    dialog.get_by_role("combobox", name="按什么分").click()
    option(page, "费用类别")
    dialog.get_by_role("button", name="放到看板上").click()
    expect(page.locator(".design-main")).to_contain_text("合计")


def company(site: Site) -> dict[str, int]:
    """A department of the apprentice that Ann Miller leads; what was there before comes back with what is answered."""
    people = {item["login"]: item for item in site.call("GET", "users")["items"]}
    place = site.call("POST", "departments", {"label": "车间", "head_id": people["miller"]["id"]})["id"]
    before = people["guest"]["department"]
    site.call("PATCH", f"users/{people['guest']['id']}", {"department_id": place})
    return {"guest": people["guest"]["id"], "place": place, "before": before["id"] if before else 0}


def submitted(page: Page, reason: str, amount: str) -> None:
    """The employee's part: the menu, the form with a line, sent."""
    page.get_by_role("button", name="新建报销单").first.click()
    page.get_by_label("事由").fill(reason)
    page.get_by_role("combobox", name="费用类别").click()
    option(page, "交通")
    page.get_by_role("button", name="添加一行").click()
    for at, text in (("0:0", "机票"), ("0:1", amount)):
        expect(page.locator(f'[data-cell="{at}"] input')).to_be_focused()
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="报销单已提交")).to_be_visible()


def test_an_expense_is_approved_in_an_application_built_from_nothing(visit: Visit) -> None:
    site, page = designing(visit, "/design")
    effort = watched(site)
    begun = time.monotonic()
    build(page)
    print(f"an application from nothing: {effort} ({time.monotonic() - begun:.0f} s of the machine)")
    # by hand about ten minutes: a click every five seconds, and some typing
    assert effort.clicks <= 120
    there = company(site)
    try:
        employee = visit("guest").open("/a/fei_yong_bao_xiao")
        submitted(employee, "广州出差", "1280.50")
        head = visit("miller", locale="zh-CN")
        task = head.open("/inbox")
        task.get_by_role("button", name=re.compile("广州出差")).click()
        expect(task.locator(".task-form")).to_contain_text("1,280.50")
        task.get_by_role("button", name=re.compile("^(同意|Agree)$")).click()
        expect(task.get_by_role("button", name=re.compile("广州出差"))).to_have_count(0)
        (expense,) = site.call("GET", "records/fei_yong_bao_xiao/bao_xiao_dan?fields=title,he_ji,shen_pi_jie_guo")["items"]
        assert (expense["title"], expense["he_ji"], expense["shen_pi_jie_guo"]) == ("广州出差", "1280.50", "option_2")
        phone = visit("guest", size=PHONE).open("/a/fei_yong_bao_xiao/v/bao_xiao_dan")
        expect(phone.get_by_text("已通过")).to_be_visible()
        phone.goto(f"{site.address}/a/fei_yong_bao_xiao/b/fei_yong_kan_ban")
        expect(phone.locator(".tile").first).to_contain_text("合计")
        phone.get_by_role("button", name=re.compile("^(通知|消息|提醒)")).click()
        expect(phone.get_by_text("有一笔大额报销").first).to_be_visible()
    finally:
        site.call("PATCH", f"users/{there['guest']}", {"department_id": there["before"] or None})
        site.call("DELETE", f"departments/{there['place']}")

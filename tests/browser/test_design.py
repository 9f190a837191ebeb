"""What an administrator does in the designers: a field dragged onto a form and used at once; an application from nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]


def designing(visit: Visit, path: str) -> tuple[Site, Page]:
    """An administrator at a designer."""
    site = visit()
    site.csrf = site.call("GET", "session")["csrf"]
    site.csrf = site.call("POST", "session", {"login": "admin", "password": PASSWORD})["csrf"]
    return site, site.open(path)


def drag(page: Page, what: str, before: str) -> None:
    """By mouse from the palette to just before a part of the form."""
    start = page.locator(".form-palette-item", has_text=what).bounding_box()
    end = page.get_by_role("group", name=before, exact=True).bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 30, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 24, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 4, steps=10)
    page.mouse.up()


def publish(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^发布 \d+ 处修改")).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".publish-line").first).to_be_visible()
    dialog.get_by_role("button", name=re.compile(r"^发布 \d+ 处修改")).click()
    expect(dialog.locator(".publish-done")).to_be_visible(timeout=20_000)


def test_a_dragged_field_is_on_the_form_in_the_list_and_in_the_api(visit: Visit) -> None:
    site, page = designing(visit, "/design/workshop/form/bill")
    drag(page, "单行文本", "工单")
    name = page.get_by_role("textbox", name="改名")
    name.fill("付款人")
    name.press("Enter")
    settings = page.get_by_label("字段名称")
    expect(settings).to_have_value("付款人")
    page.get_by_role("switch", name="必填").click()
    expect(page.get_by_text(re.compile("已保存 · "))).to_be_visible()
    page.goto(f"{site.address}/design/workshop/view/bills")
    page.get_by_role("combobox", name="添加列").fill("付款人")
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="付款人")).to_be_visible()
    publish(page)
    page.goto(f"{site.address}/a/workshop/n/bill")
    page.get_by_label("名目").fill("换座")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("必须填写")
    page.get_by_label("付款人").fill("小林")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="账单已提交")).to_be_visible()
    page.goto(f"{site.address}/a/workshop/v/bills")
    expect(page.get_by_role("gridcell", name="小林")).to_be_visible()
    bill = next(item for item in site.call("GET", "records/workshop/bill")["items"] if item["title"] == "换座")
    assert bill["fu_kuan_ren"] == "小林"
    site.call("DELETE", f"records/workshop/bill/{bill['id']}")


def test_an_application_from_nothing_to_its_first_record(visit: Visit) -> None:
    site, page = designing(visit, "/design")
    page.get_by_role("button", name="新建应用").first.click()
    page.get_by_role("dialog").get_by_role("textbox").fill("培训")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/design/pei_xun"))
    for label in ("课程", "报名"):
        page.get_by_role("button", name="新建数据表").first.click()
        page.get_by_role("dialog").get_by_role("textbox").fill(label)
        page.keyboard.press("Enter")
        expect(page.get_by_role("table", name=label)).to_be_visible()
    page.get_by_role("button", name="添加字段").click()
    page.get_by_role("menuitem", name="关联记录", exact=True).click()
    page.get_by_role("complementary", name="设置").get_by_role("combobox").first.click()
    page.locator(".ant-select-item-option", has_text="课程").click()
    expect(page.get_by_role("cell", name="关联记录 → 课程")).to_be_visible()
    publish(page)
    page.get_by_role("dialog").get_by_role("link", name="打开应用").click()
    page.goto(f"{site.address}/a/pei_xun/n/ke_cheng")
    page.get_by_label("名称").fill("修变速器")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="课程已提交")).to_be_visible()
    (course,) = site.call("GET", "records/pei_xun/ke_cheng")["items"]
    assert "修变速器" in course.values()

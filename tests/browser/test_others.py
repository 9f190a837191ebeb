"""An application that uses another: required in its settings, its tables and datasets picked, and what stands in the way of undoing that."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_design import designing, publish
from tests.browser.test_from_empty import named, option, tab

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]


def settings(page: Page) -> None:
    """The application's own settings, opened."""
    page.get_by_role("button", name="应用设置").click()
    expect(page.get_by_role("group", name="用到的其他应用")).to_be_visible()


def kept(page: Page) -> None:
    expect(page.locator(".design-state")).to_contain_text("已保存")


def made(page: Page) -> None:
    """An application for left things, that refers to the jobs of the workshop next door."""
    page.get_by_role("button", name="新建应用").first.click()
    named(page, "寄存")
    page.get_by_role("button", name="新建数据表").last.click()
    named(page, "寄存单")
    settings(page)
    page.get_by_role("checkbox", name="修车行").check()
    kept(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="添加字段").click()
    page.get_by_role("menuitem", name="关联记录", exact=True).click()
    page.get_by_label("字段名称").fill("工单")
    page.get_by_role("combobox", name="关联到").click()
    expect(page.locator(".ant-select-dropdown:visible .ant-select-item-group")).to_have_text(["本应用", "修车行"])
    option(page, "工单$")
    expect(page.get_by_role("table", name="寄存单")).to_contain_text("→ 工单")


def figures(page: Page) -> None:
    """A dataset of its own that reaches into the other, and a board with a figure of each."""
    tab(page, "看板")
    page.get_by_role("button", name="新建看板").last.click()
    named(page, "寄存看板")
    for about, measure, by in (("寄存单$", "", "工单$"), ("工单$", "报价", "状态")):
        page.locator(".design-main").get_by_role("button", name=re.compile("新建报表")).last.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("combobox", name="关于什么").click()
        option(page, about)
        if measure:
            dialog.get_by_role("combobox", name="看什么数").click()
            option(page, measure)
            page.keyboard.press("Escape")
        dialog.get_by_role("combobox", name="按什么分").click()
        option(page, by)
        dialog.get_by_role("button", name="放到看板上").click()
        expect(dialog).to_have_count(0)


def test_an_application_uses_the_tables_and_datasets_of_another(visit: Visit) -> None:
    site, page = designing(visit, "/design")
    made(page)
    figures(page)
    expect(page.get_by_text("没有需要处理的问题")).to_be_visible()
    publish(page)
    page.get_by_role("dialog").get_by_role("button", name="继续设计").click()
    # the figure about what the other lends tells its numbers
    expect(page.locator(".board-tile").last).to_contain_text("修理中")
    known = {item["kind"] + "/" + item["id"]: item["document"] for item in site.call("GET", "designer/ji_cun")["definitions"]}
    assert known["application/ji_cun"]["requires"] == ["atelier"]
    assert next(item for item in known["entity/ji_cun_dan"]["fields"] if item["type"] == "reference")["entity"] == "atelier.job"
    assert {item["dataset"] for key, item in known.items() if key.startswith("report/")} == {"atelier.jobs", "ji_cun_dan"}
    assert "{gong_dan.title}" in [item["expression"] for key, item in known.items() if key.startswith("dataset/") for item in item["dimensions"]]
    # it is used: a thing is left for a job, found by its name
    page.goto(f"{site.address}/a/ji_cun/v/ji_cun_dan")
    page.get_by_role("button", name="新建寄存单").first.click()
    page.get_by_label("名称").fill("头盔")
    page.get_by_role("combobox", name="工单").click()
    option(page, "换链条")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="寄存单已提交")).to_be_visible()
    page.goto(f"{site.address}/a/ji_cun/b/ji_cun_kan_ban")
    expect(page.locator(".tile").first).to_contain_text("换链条")
    # what is used can't be let go, and whoever is used can't require back: both say why
    page.goto(f"{site.address}/design/ji_cun")
    settings(page)
    expect(page.get_by_role("checkbox", name="修车行")).to_be_disabled()
    expect(page.get_by_role("group", name="用到的其他应用")).to_contain_text("仍在使用：数据表 寄存单")
    page.goto(f"{site.address}/design/atelier")
    settings(page)
    expect(page.get_by_role("checkbox", name="寄存")).to_be_disabled()
    expect(page.get_by_role("group", name="用到的其他应用")).to_contain_text("两个应用不能互相依赖")
    # taken away past the screen it is a finding that leads to the settings, and nothing is published
    head = next(item for item in site.call("GET", "designer/ji_cun")["definitions"] if item["kind"] == "application")
    site.call("PUT", "designer/ji_cun/application/ji_cun", {**head["document"], "requires": []})
    page.goto(f"{site.address}/design/ji_cun")
    page.get_by_role("button", name="1 处需要处理").last.click()
    page.locator(".design-issue", has_text="没有依赖“修车行”，但仍在使用").click()
    expect(page.get_by_role("alert")).to_contain_text("没有依赖“修车行”")
    page.get_by_role("checkbox", name="修车行").check()
    kept(page)
    expect(page.get_by_text("没有需要处理的问题")).to_be_visible()

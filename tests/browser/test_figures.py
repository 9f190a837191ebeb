"""What a manager makes of records: a dataset, reports on it and a board with a filter; and rules that forms keep."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_design import designing, publish

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]

EXPENSE = {
    "name": "expense", "label": {"zh-CN": "支出", "en": "Expense"}, "title": "title",
    "fields": [
        {"name": "title", "label": {"zh-CN": "事由", "en": "What for"}, "type": "text", "required": True},
        {"name": "kind", "label": {"zh-CN": "类别", "en": "Kind"}, "type": "choice", "options": [
            {"value": "rent", "label": {"zh-CN": "房租", "en": "Rent"}}, {"value": "tool", "label": {"zh-CN": "工具", "en": "Tools"}}]},
        {"name": "spent", "label": {"zh-CN": "日期", "en": "Day"}, "type": "date"},
        {"name": "amount", "label": {"zh-CN": "金额", "en": "Amount"}, "type": "money"},
    ],
}
SPENT = [("一月房租", "rent", "2026-01-05", "3000.00"), ("扳手", "tool", "2026-01-20", "80.00"), ("二月房租", "rent", "2026-02-05", "3000.00")]


def books(site: Site, name: str) -> None:
    """An application with records and nothing that counts them."""
    site.call("POST", "designer/applications", {"label": "账本", "name": name})
    site.context.request.put(f"{site.address}/api/designer/{name}/entity/expense", data=EXPENSE, headers={"X-CSRF-Token": site.csrf, "If-Match": '"*"'})
    plan = site.call("GET", f"designer/{name}/plan")
    site.call("POST", f"designer/{name}/publish", {"hash": plan["hash"], "accepted": [one["id"] for one in plan["changes"]]})
    for title, kind, day, amount in SPENT:
        site.call("POST", f"records/{name}/expense", {"title": title, "kind": kind, "spent": day, "amount": amount})


def choose(page: Page, box: Locator, label: str) -> None:
    box.click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option").filter(has_text=re.compile(f"^{re.escape(label)}")).first.click()


def saved(page: Page) -> None:
    expect(page.get_by_text(re.compile("^已保存"))).to_be_visible()


def test_a_dataset_is_made_from_a_table_and_answers_at_once(visit: Visit) -> None:
    site, page = designing(visit, "/")
    books(site, "books")
    site.open("/design/books/dataset")
    page.get_by_role("button", name="新建数据集").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".facts-chip")).to_have_text(["类别", "日期", "创建时间", "数量", "金额合计", "平均金额"])
    dialog.get_by_role("button", name="创建").click()
    sample = page.get_by_role("region", name="预览")
    expect(sample.get_by_role("row")).to_contain_text(["类别", "房租", "工具"])
    expect(sample.get_by_role("cell", name="¥6,000.00")).to_be_visible()
    page.get_by_role("region", name="维度").get_by_role("button", name=re.compile("^日期")).click()
    expect(sample.get_by_role("row")).to_contain_text(["日期", "2026年1月", "2026年2月"])
    choose(page, page.get_by_role("combobox", name="添加指标"), "金额")
    settings = page.get_by_role("complementary", name="设置")
    name = settings.get_by_role("textbox", name="名称")
    choose(page, settings.get_by_role("combobox", name="怎么汇总"), "最大")
    name.fill("最大一笔")
    expect(sample.get_by_role("columnheader", name="最大一笔")).to_be_visible()
    expect(sample.get_by_role("row").nth(1)).to_contain_text("¥3,000.00")
    choose(page, settings.get_by_role("combobox", name="怎么汇总"), "合计")
    settings.get_by_role("button", name="改为写公式").click()
    settings.get_by_role("button", name="计算哪个字段").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("{事由}")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(page.get_by_role("region", name="指标")).to_contain_text("不是数字")
    page.get_by_role("button", name="删除这个指标").click()
    expect(page.get_by_role("region", name="指标")).not_to_contain_text("最大一笔")
    page.keyboard.press("Control+z")
    expect(page.get_by_role("region", name="指标")).to_contain_text("最大一笔")
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_text("没有需要处理的问题")).to_be_visible()
    document = next(item["document"] for item in site.call("GET", "designer/books")["definitions"] if item["kind"] == "dataset")
    assert document["measures"][1]["label"] == {"zh-CN": "金额合计", "en": "Sum of Amount"}


def test_a_board_of_four_tiles_with_a_filter_from_empty(visit: Visit) -> None:
    site, page = designing(visit, "/")
    books(site, "ledger")
    site.open("/design/ledger/board")
    page.get_by_role("button", name="新建看板").first.click()
    page.get_by_role("dialog").get_by_role("textbox").fill("概况")
    page.keyboard.press("Enter")
    for turn, (measure, split, chart) in enumerate([("金额合计", "", ""), ("数量", "", ""), ("金额合计", "日期", ""), ("金额合计", "类别", "饼图")]):
        page.get_by_role("button", name="新建报表…").first.click()
        dialog = page.get_by_role("dialog")
        if turn == 0:
            expect(dialog.get_by_role("button", name="放到看板上")).to_be_disabled()
            choose(page, dialog.get_by_role("combobox", name="关于什么"), "支出")
        if measure != "数量":
            choose(page, dialog.get_by_role("combobox", name="看什么数"), measure)
            page.keyboard.press("Escape")
            dialog.locator(".ant-select-selection-item", has_text="数量").locator(".ant-select-selection-item-remove").click()
        if split:
            choose(page, dialog.get_by_role("combobox", name="按什么分"), split)
        if chart:
            expect(dialog.get_by_role("radio", name="数字 · 不需要维度")).to_have_attribute("aria-disabled", "true")
            dialog.get_by_role("radio", name=chart, exact=True).click()
        dialog.get_by_role("button", name="放到看板上").click()
        expect(page.locator(".board-tile")).to_have_count(turn + 1)
    expect(page.get_by_role("region", name="金额合计", exact=True)).to_contain_text("¥6,080.00")
    expect(page.get_by_role("region", name="每月金额合计（按日期）")).to_be_visible()
    filters = page.get_by_role("region", name="筛选")
    choose(page, filters.get_by_role("combobox", name="添加筛选"), "类别")
    choose(page, filters.get_by_role("combobox", name="类别"), "工具")
    expect(page.get_by_role("region", name="金额合计", exact=True)).to_contain_text("¥80.00")
    expect(page.get_by_role("region", name="数量", exact=True)).to_contain_text("1")
    filters.get_by_role("group", name="影响哪些图表").get_by_role("checkbox", name="数量", exact=True).uncheck()
    expect(page.get_by_role("region", name="数量", exact=True)).to_contain_text("3")
    saved(page)
    publish(page)
    page.goto(f"{site.address}/a/ledger/b/gai_kuang")
    total, count = page.get_by_role("region", name="金额合计", exact=True), page.get_by_role("region", name="数量", exact=True)
    expect(total).to_contain_text("6,080")
    page.get_by_role("button", name=re.compile("^类别")).click()
    page.get_by_role("menuitem", name="工具").click()
    expect(total).to_contain_text("80.00")
    expect(count).to_contain_text("3")


def test_a_report_is_changed_where_its_tile_stands(visit: Visit) -> None:
    site, page = designing(visit, "/design/atelier/board/today")
    tile = page.locator(".board-tile").filter(has_text="各状态报价")
    expect(tile).to_be_visible()
    tile.hover()
    tile.get_by_role("button", name="编辑报表").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="各状态的报价")).to_be_visible()
    dialog.get_by_role("complementary", name="数据").get_by_role("button", name="工单数").click()
    expect(dialog.get_by_role("radio", name="饼图 · 只能画一个指标")).to_be_visible()
    dialog.get_by_role("radio", name="表格", exact=True).click()
    expect(dialog.get_by_role("columnheader", name="工单数")).to_be_visible()
    dialog.get_by_role("button", name="完成").click()
    expect(tile.get_by_role("columnheader", name="工单数")).to_be_visible()
    saved(page)
    site.call("POST", "designer/atelier/discard")


def test_a_rule_on_a_field_is_told_in_the_form(visit: Visit) -> None:
    site, page = designing(visit, "/design/workshop/entity/job?part=price")
    rules = page.get_by_role("group", name="校验").first
    rules.get_by_role("button", name="添加校验").click()
    expect(rules).to_contain_text("还没有条件")
    rules.get_by_role("button", name="校验条件").click()
    dialog = page.get_by_role("dialog")
    choose(page, dialog.get_by_role("combobox", name="关系"), "不大于")
    dialog.get_by_role("spinbutton").fill("1000")
    dialog.get_by_role("button", name="保存").click()
    expect(rules).to_contain_text("报价 不大于 ¥1,000.00")
    expect(rules.get_by_role("checkbox", name="没有填写时不检查")).to_be_checked()
    rules.get_by_role("textbox", name="提示文字").fill("报价最多 1000 元")
    page.get_by_role("button", name="数据表设置").click()
    page.get_by_role("combobox", name="添加一组常一起查的字段").fill("状态")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="多快找到")).to_contain_text("按 状态 查找很快")
    saved(page)
    publish(page)
    page.goto(f"{site.address}/a/workshop/n/job")
    page.get_by_label("事项").fill("换车架")
    page.get_by_label("报价").fill("1000.01")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("报价最多 1000 元")).to_be_visible()
    page.get_by_label("报价").fill("")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="工单已提交")).to_be_visible()
    job = next(item for item in site.call("GET", "records/workshop/job?limit=200")["items"] if item["title"] == "换车架")
    site.call("DELETE", f"records/workshop/job/{job['id']}")

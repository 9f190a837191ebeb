"""Questions made by dragging and by keys, and a board that leads from a figure to its records and out as files."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.conftest import PHONE, Site
from tests.browser.test_design import designing
from tests.browser.test_figures import saved

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]


def test_a_question_is_made_on_shelves_by_mouse_and_by_keys(visit: Visit) -> None:
    site, page = designing(visit, "/design/atelier/report/by_state")
    data = page.get_by_role("complementary", name="数据")
    rows, colour = page.get_by_role("group", name="行"), page.get_by_role("group", name="颜色")
    values, filters = page.get_by_role("group", name="值"), page.get_by_role("group", name="筛选")
    # on a busy machine the designer takes its time to come
    expect(rows.get_by_role("button", name="“状态”的操作")).to_be_visible(timeout=20_000)
    # by mouse: a dimension onto another shelf, and one that may not stand there
    data.get_by_role("button", name="交车日").drag_to(colour)
    expect(colour.get_by_role("button", name="“交车日”的操作")).to_be_visible()
    data.get_by_role("button", name="工单数").drag_to(rows)
    expect(page.get_by_text("这里只放维度")).to_be_visible()
    # by keys: onto a shelf by its number, moved, taken away
    data.get_by_role("button", name="工单数").press("3")
    expect(values.get_by_role("button", name="“工单数”的操作")).to_be_visible()
    values.get_by_role("button", name="“工单数”的操作").press("ArrowLeft")
    expect(values.locator(".shelf-label").first).to_have_text("工单数")
    values.get_by_role("button", name="“工单数”的操作").press("Delete")
    expect(values.locator(".shelf-label")).to_have_count(1)
    colour.get_by_role("button", name="从“颜色”移除交车日").click()
    # a chart that cannot draw this is grey and says why
    expect(page.get_by_role("radio", name="热力图 · 需要正好两个维度")).to_have_attribute("aria-disabled", "true")
    values.get_by_role("button", name="“报价”的操作").click()
    page.get_by_role("menuitem", name="快速计算").hover()
    page.get_by_role("menuitem", name="占全部的比例").click()
    expect(values.get_by_role("button", name="“报价占比”的操作")).to_be_visible()
    page.get_by_role("radio", name="表格", exact=True).click()
    expect(page.get_by_role("columnheader", name="报价占比")).to_be_visible()
    expect(page.get_by_role("cell", name="%").first).to_be_visible()
    data.get_by_role("button", name="状态").drag_to(filters)
    page.get_by_role("button", name="这个数怎么来的").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("报价占比 = “报价”占全部的比例")
    expect(dialog).to_contain_text("“报价”的合计")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    saved(page)
    site.call("POST", "designer/atelier/discard")


def test_a_figure_leads_to_its_records_and_out_as_files(visit: Visit) -> None:
    site = visit("master")
    page = site.open("/a/atelier/b/today")
    tile = page.get_by_role("region", name="各状态报价")
    tile.get_by_role("button", name="“各状态报价”的更多操作").click()
    page.get_by_role("menuitem", name="看数据").click()
    first = tile.locator("tbody tr").first
    name = first.locator("td").first.inner_text()
    first.locator("td button").first.click()
    page.get_by_role("menuitem", name="查看背后的记录").click()
    dialog = page.get_by_role("dialog")
    rows = dialog.locator("tbody tr")
    expect(rows.first).to_be_visible()
    counted = site.call("POST", "reports/atelier/query", {"report": {"dataset": "jobs", "rows": [{"dimension": "state"}], "measures": ["jobs"]}})
    expect(rows).to_have_count(next(row[1] for row in counted["rows"] if row[0] == name))
    page.keyboard.press("Escape")
    first.locator("td button").first.click()
    page.get_by_role("menuitem", name="整块看板只看它").click()
    expect(page.get_by_role("button", name="取消只看")).to_be_visible()
    expect(tile.locator("tbody tr").nth(1)).to_be_visible()
    page.get_by_role("button", name="取消只看").click()
    first.locator("td button").first.click()
    page.get_by_role("menuitem", name="按别的维度拆分").hover()
    page.get_by_role("menuitem", name="交车日").click()
    expect(tile.get_by_role("navigation", name="下钻路径")).to_contain_text(name)
    tile.get_by_role("button", name="全部", exact=True).click()
    for format, word in (("xlsx", "导出 Excel"), ("png", "导出图片"), ("csv", "导出 CSV")):
        tile.get_by_role("button", name="“各状态报价”的更多操作").click()
        with page.expect_download() as told:
            page.get_by_role("menuitem", name=word).click()
        assert told.value.suggested_filename == f"各状态报价.{format}"
        content = told.value.path().read_bytes()
        if format == "xlsx":
            sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
            assert sheet[0] == ["状态", "报价"] and all(isinstance(row[1], float) for row in sheet[1:])
        elif format == "png":
            assert content.startswith(b"\x89PNG") and len(content) > 5_000


def test_a_board_on_a_phone_is_one_column_without_sideways_scrolling(visit: Visit) -> None:
    page = visit("master", PHONE).open("/a/atelier/b/today")
    expect(page.get_by_role("region", name="各状态报价")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

"""A decision table in the browser: a value changed, an overlap seen and mended, a try on a record, published; typed, pasted, undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.test_design import designing

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]

FEES = {
    "name": "fees", "label": {"zh-CN": "加急费", "en": "Fees"}, "entity": "job",
    "inputs": [
        {"id": "state", "label": {"zh-CN": "状态", "en": "State"}, "expression": "{state}"},
        {"id": "price", "label": {"zh-CN": "报价", "en": "Price"}, "expression": "{price}"},
    ],
    "outputs": [{"name": "fee", "label": {"zh-CN": "费用", "en": "Fee"}, "type": "number", "default": "0"}],
    "rows": [
        {"id": "small", "when": {"price": "< 50"}, "then": {"fee": "5"}},
        {"id": "middle", "when": {"price": "[50..100)"}, "then": {"fee": "8"}},
        {"id": "large", "when": {"state": '"doing", "ready"', "price": ">= 100"}, "then": {"fee": "12"}},
    ],
}  # fmt: skip


def opened(visit: Visit) -> tuple[Site, Page]:
    site, page = designing(visit, "/design/workshop")
    site.call("PUT", "designer/workshop/decision_table/fees", {"id": "fees", **FEES})
    page.goto(f"{site.address}/design/workshop/decision_table/fees")
    expect(page.locator(".decision-grid")).to_be_visible()
    return site, page


def cell(page: Page, row: str, column: str) -> Locator:
    return page.locator(f'.decision-grid tr[data-row="{row}"] td[data-column="{column}"]')


def kept(site: Site) -> list[dict[str, dict[str, str]]]:
    found = next(item for item in site.call("GET", "designer/workshop")["definitions"] if item["kind"] == "decision_table")
    return list(found["document"]["rows"])


def test_an_overlap_is_seen_mended_tried_and_published(visit: Visit) -> None:
    site, page = opened(visit)
    # People read labels, never codes.
    expect(cell(page, "large", "state")).to_contain_text("可取车")
    expect(page.locator(".decision-grid")).not_to_contain_text("ready")
    cell(page, "middle", "price").click()
    page.keyboard.type("[40..100)")
    page.keyboard.press("Enter")
    expect(cell(page, "middle", "price")).to_have_text("≥ ¥40.00 且 < ¥100.00")
    findings = page.get_by_role("list", name="检查结果")
    expect(findings).to_contain_text("与第 1 行重叠")
    expect(page.locator('tr[data-row="middle"].doubtful')).to_be_visible()
    cell(page, "middle", "price").click()
    page.keyboard.type("50~99.99")
    page.keyboard.press("Tab")
    expect(cell(page, "middle", "price")).to_have_text("≥ ¥50.00 且 ≤ ¥99.99")
    expect(findings).to_have_count(0)
    tried = page.get_by_role("region", name="试一试")
    tried.get_by_role("combobox").first.click()
    page.locator(".ant-select-item-option", has_text="换链条").filter(visible=True).first.click()
    expect(tried).to_contain_text("费用 12")
    expect(tried).to_contain_text("由第 3 行决定")
    expect(page.locator('tr[data-row="large"].hit')).to_be_visible()
    expect(page.locator(".decision-cell.holds")).to_have_count(2)
    tried.get_by_role("button", name="存为测试").click()
    expect(page.get_by_role("region", name="测试")).to_contain_text("1 / 1 通过")
    page.get_by_role("switch", name="显示各行命中数").click()
    expect(page.locator('tr[data-row="middle"] .decision-count')).to_have_text("1")
    expect(page.locator('tr[data-row="large"] .decision-count')).to_have_text("2")
    expect(page.get_by_text("已保存")).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^发布 \d+ 处修改")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile(r"^发布 \d+ 处修改")).click()
    expect(dialog.locator(".publish-done")).to_be_visible(timeout=20_000)
    outcome = site.call("POST", "decisions/workshop/fees", {"values": {"price": "60", "state": "new"}})
    assert outcome["outcome"] == {"fee": 8} and outcome["rows"] == [{"number": 2, "id": "middle"}]


def test_rows_are_typed_pasted_moved_and_undone(visit: Visit, tmp_path: Path) -> None:
    site, page = opened(visit)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell(page, "large", "state").click()
    page.keyboard.press("F2")
    expect(page.locator(".decision-offers")).to_be_visible()
    page.get_by_role("option", name="新到").click()
    page.keyboard.press("Enter")
    expect(cell(page, "large", "state").locator(".tag")).to_have_text(["修理中", "可取车", "新到"])
    page.evaluate("navigator.clipboard.writeText('修理中\\t1,200\\t什么\\nnew\\t≥ 5\\t7')")
    page.get_by_role("button", name="添加一行").click()
    page.keyboard.press("ControlOrMeta+v")
    expect(page.locator(".decision-grid tbody tr")).to_have_count(6)
    wrong = cell(page, "row_4", "fee")
    expect(wrong).to_have_class(re.compile(r"\bbad\b"))
    expect(wrong).to_contain_text("什么")
    rows = kept(site)
    assert rows[3]["when"] == {"state": '"doing"', "price": "1200"} and rows[4]["when"] == {"state": '"new"', "price": ">= 5"}
    cell(page, "row_5", "fee").click()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".decision-grid tbody tr").nth(3)).to_have_attribute("data-row", "row_5")
    page.keyboard.press("ControlOrMeta+d")
    expect(page.locator(".decision-grid tbody tr")).to_have_count(7)
    for _ in range(2):
        page.keyboard.press("ControlOrMeta+z")
    expect(page.locator(".decision-grid tbody tr").nth(3)).to_have_attribute("data-row", "row_4")
    expect(page.locator(".decision-grid tbody tr")).to_have_count(6)
    # A table leaves as DMN and comes back under a name of its own.
    with page.expect_download() as given:
        page.get_by_role("button", name="导出 DMN").click()
    file = tmp_path / "fees.dmn"
    given.value.save_as(file)
    assert 'hitPolicy="UNIQUE"' in file.read_text("utf-8")
    page.get_by_role("button", name="知道了").click()
    page.get_by_label("导入 DMN").and_(page.locator("input")).set_input_files(file)
    expect(page.locator(".design-item", has_text="加急费")).to_have_count(2)
    expect(page.locator(".decision-grid tbody tr")).to_have_count(6)
    expect(page.get_by_text(re.compile("已保存"))).to_be_visible()
    # Whoever designs after this finds a sound draft.
    for item in site.call("GET", "designer/workshop")["definitions"]:
        if item["kind"] == "decision_table":
            site.call("DELETE", f"designer/workshop/decision_table/{item['id']}")

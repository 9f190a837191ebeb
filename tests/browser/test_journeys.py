"""What people do every day, in a real browser: signing in, changing, creating, dragging, looking, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Site
from tests.conftest import PASSWORD

Visit = Callable[..., Site]


def test_signing_in_by_password_and_as_a_sample_person(visit: Visit) -> None:
    page = visit().open("/a/atelier/v/jobs")
    expect(page.get_by_role("heading", name=re.compile("登录"))).to_be_visible()
    page.get_by_label("登录名").fill("master")
    page.get_by_label("密码", exact=True).fill("wrong wrong")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("不对")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("grid")).to_contain_text("补胎")
    expect(page).to_have_url(re.compile("/a/atelier/v/jobs$"))
    page = visit().open("/")
    page.get_by_role("button", name="马师傅").click()
    expect(page.get_by_text("修车铺").first).to_be_visible()


def test_a_record_is_changed_in_the_drawer_and_a_clash_is_settled(visit: Visit) -> None:
    site = visit("master")
    with site.lending("换链条") as job:
        page = site.open("/a/atelier/v/jobs")
        expect(page.locator(".grid-foot")).to_contain_text("¥515.50")
        page.get_by_role("gridcell", name="换链条").click()
        drawer = page.get_by_role("dialog", name="记录")
        price = drawer.locator('[data-field="price"]')
        expect(drawer.get_by_role("heading", name="换链条")).to_be_visible()
        price.hover()
        drawer.get_by_role("button", name="编辑报价").click()
        price.locator("input").fill("125")
        site.call("PATCH", f"records/atelier/job/{job['id']}", {"price": "118.00"})
        drawer.get_by_role("button", name="保存").click()
        clash = page.locator(".ant-modal", has_text="刚被别人改过")
        expect(clash).to_contain_text("¥118.00")
        clash.get_by_text("¥125.00").click()
        clash.get_by_role("button", name="按选择保存").click()
        expect(price).to_contain_text("¥125.00")
        assert site.job("换链条")["price"] == "125.00"
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        expect(page.get_by_role("gridcell", name="¥125.00")).to_be_visible()


def test_a_bill_with_lines_is_created(visit: Visit) -> None:
    site = visit("master")
    page = site.open("/a/atelier/v/bills")
    page.get_by_role("button", name="新建账单").first.click()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert").first).to_contain_text("必须填写")
    page.get_by_label("名目").fill("换链条和人工")
    page.get_by_role("combobox", name="工单").click()
    page.locator(".ant-select-item-option", has_text="换链条").click()
    page.get_by_role("button", name="添加一行").click()
    for at, text in (("0:0", "链条"), ("0:1", "88.5"), ("1:0", "人工"), ("1:1", "30")):
        expect(page.locator(f'[data-cell="{at}"] input')).to_be_focused()
        page.keyboard.type(text)
        page.keyboard.press("Enter" if at == "1:1" else "Tab")
    expect(page.locator(".lines-foot")).to_contain_text("¥118.50")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="账单已提交")).to_be_visible()
    page.get_by_role("button", name="查看记录").click()
    expect(page.get_by_role("heading", name="换链条和人工")).to_be_visible()
    bill = site.call("GET", "records/atelier/bill")["items"][0]
    assert bill["total"] == "118.50" and bill["job"]["label"] == "换链条"


def test_a_record_page_shows_its_own_figures_counts_and_reasons(visit: Visit) -> None:
    site = visit("master")
    job = site.job("调变速")
    for amount in ("12.50", "7.50"):
        site.call("POST", "records/atelier/bill", {"title": "小账", "job": job["id"], "lines": [{"what": "油", "amount": amount}]})
    page = site.open(f"/a/atelier/r/job/{job['id']}")
    expect(page.locator(".record-tile .chart-number strong")).to_have_text("¥20.00")
    expect(page.get_by_role("tab", name="账单")).to_contain_text("2")
    expect(page.get_by_role("cell", name="小账")).to_have_count(2)
    page.get_by_label("写评论").fill("车主催了")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".timeline li").first).to_contain_text("车主催了")
    page.get_by_role("button", name="更多操作", exact=True).click()
    page.get_by_role("menuitem", name="我为什么能看到").click()
    expect(page.locator(".why")).to_contain_text("角色“师傅”")


def test_a_grouped_list_counts_and_sums_its_groups(visit: Visit) -> None:
    page = visit("master").open("/a/atelier/v/jobs_grouped")
    heads = page.locator(".grid-group")
    expect(heads).to_have_count(3)
    expect(heads.nth(0)).to_contain_text("修理中")
    expect(heads.nth(0)).to_contain_text("¥180.00")
    expect(page.locator(".grid-foot")).to_contain_text("¥515.50")


def test_what_is_typed_into_a_form_is_there_again_elsewhere(visit: Visit) -> None:
    site = visit("master")
    page = site.open("/a/atelier/n/bill")
    with page.expect_request(lambda request: "/api/preferences/draft" in request.url):
        page.get_by_label("名目").fill("没写完的账单")
    page = visit("master").open("/a/atelier/n/bill")
    expect(page.get_by_label("名目")).to_have_value("没写完的账单")
    page.get_by_role("button", name="丢弃草稿").click()
    expect(page.get_by_label("名目")).to_have_value("")


def test_a_card_is_dragged_to_another_column(visit: Visit) -> None:
    site = visit("master")
    with site.lending("补胎"):
        page = site.open("/a/atelier/v/jobs_board")
        fresh, ready = (page.locator(".kanban-column", has=page.locator(".kanban-head", has_text=name)) for name in ("新到", "可取车"))
        expect(fresh.locator(".kanban-head")).to_contain_text("¥75.50")
        expect(fresh.get_by_text("补胎")).to_be_visible()
        start, end = fresh.get_by_text("补胎").bounding_box(), ready.locator(".kanban-cards").bounding_box()
        assert start and end
        page.mouse.move(start["x"] + 10, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(start["x"] + 40, start["y"] + 20, steps=4)
        page.mouse.move(end["x"] + 120, end["y"] + 40, steps=8)
        with page.expect_response(lambda answer: answer.request.method == "PATCH"):
            page.mouse.up()
        expect(ready.get_by_text("补胎")).to_be_visible()
        expect(ready.locator(".kanban-head")).to_contain_text("¥290.00")
        expect(fresh.locator(".kanban-head")).to_contain_text("¥45.50")
        assert site.job("补胎")["state"] == "ready"
        expect(page.locator(".toast-undo")).to_contain_text("新到 → 可取车")
        page.keyboard.press("Control+z")
        expect(fresh.get_by_text("补胎")).to_be_visible()
        expect(page.get_by_text("已恢复 1 条记录的原值")).to_be_visible()
        assert site.job("补胎")["state"] == "new"


def test_a_board_shows_figures_and_is_narrowed(visit: Visit) -> None:
    page = visit("master").open("/a/atelier/b/today")
    expect(page.locator(".chart-number strong")).to_have_text(re.compile("¥515.50"))
    expect(page.locator(".plot .main-svg").first).to_be_visible()
    expect(page.get_by_text("数据截至")).to_be_visible()
    page.get_by_role("button", name="状态 全部").click()
    page.get_by_role("menuitem", name="可取车").click()
    expect(page.locator(".chart-number strong")).to_have_text(re.compile("¥260.00"))
    page.get_by_role("button", name=re.compile("交车日")).click()
    page.get_by_role("option", name="去年").click()
    expect(page.get_by_role("button", name=re.compile("交车日"))).to_contain_text("去年")
    page.reload()
    expect(page.get_by_role("button", name=re.compile("交车日"))).to_contain_text("去年")


def test_on_a_phone_the_list_the_record_and_the_form_fit(visit: Visit) -> None:
    page = visit("master", PHONE).open("/a/atelier/v/jobs")
    page.get_by_role("button", name=re.compile("全车保养")).tap()
    expect(page.get_by_role("heading", name="全车保养")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name=re.compile("全车保养"))).to_be_visible()
    page.get_by_role("button", name="新建工单").tap()
    send = page.get_by_role("button", name="提交")
    box = send.bounding_box()
    assert box and box["y"] > PHONE[1] / 2 and box["height"] >= 40
    for path in ("v/jobs", "v/jobs_board", "b/today", "n/bill"):
        page.goto(page.url.split("/a/")[0] + f"/a/atelier/{path}")
        expect(page.locator("#page")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], path


def test_a_stranger_fills_in_a_form_by_its_link(visit: Visit) -> None:
    page = visit(size=PHONE).open("/f/atelier/ask")
    expect(page.get_by_role("heading", name="预约修车")).to_be_visible()
    page.get_by_role("button", name="预约", exact=True).tap()
    expect(page.get_by_role("alert").first).to_contain_text("必须填写")
    page.get_by_label("事项").fill("后轮响")
    page.get_by_role("button", name="预约", exact=True).tap()
    expect(page.get_by_role("heading", name="我们会联系您")).to_be_visible()
    site = visit("master")
    job = site.job("后轮响")
    assert job["state"] == "new" and job["due"]
    page = site.open("/a/atelier/v/jobs")
    page.get_by_role("button", name="更多操作", exact=True).click()
    page.get_by_text("的链接与二维码").click()
    expect(page.get_by_text("/f/atelier/ask")).to_be_visible()
    page.keyboard.press("Escape")
    site.call("DELETE", f"records/atelier/job/{job['id']}")


def test_a_deleted_record_comes_back_from_the_bin(visit: Visit) -> None:
    site = visit("master")
    made = site.call("POST", "records/atelier/job", {"title": "误删的"})
    site.call("DELETE", f"records/atelier/job/{made['id']}")
    page = site.open("/a/atelier/v/jobs")
    page.get_by_role("button", name="更多操作", exact=True).click()
    page.get_by_role("menuitem", name="回收站").click()
    row = page.get_by_role("row", name=re.compile("误删的"))
    row.hover()
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="恢复").click()
    expect(page.get_by_text("已恢复 1 条")).to_be_visible()
    assert site.job("误删的")
    site.call("DELETE", f"records/atelier/job/{made['id']}")


def test_a_sheet_is_imported_and_taken_back(visit: Visit, tmp_path: Path) -> None:
    sheet = tmp_path / "工单.csv"
    sheet.write_bytes("事项,状态,报价\n打气,新到,5\n换座,修理中,99.5\n,新到,1\n".encode("gb18030"))
    site = visit("master")
    page = site.open("/a/atelier/v/jobs")
    page.get_by_role("button", name="更多操作", exact=True).click()
    page.get_by_role("menuitem", name="导入").click()
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="试运行").click()
    expect(page.locator(".counts")).to_contain_text(re.compile("2\\s*新建"))
    expect(page.locator(".faults")).to_contain_text("第 4 行")
    page.get_by_role("button", name="开始导入 2 条").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible(timeout=20_000)
    assert site.job("换座")["price"] == "99.50"
    page.get_by_role("button", name="撤销导入").click()
    page.locator(".ant-modal").get_by_role("button", name="撤销导入").click()
    expect(page.get_by_role("heading", name="导入已撤销")).to_be_visible(timeout=20_000)
    assert not [item for item in site.call("GET", "records/atelier/job?limit=200")["items"] if item["title"] == "换座"]


def test_who_may_only_look_gets_no_buttons_to_change(visit: Visit) -> None:
    page = visit("guest").open("/a/atelier/v/jobs")
    expect(page.get_by_role("grid")).to_contain_text("补胎")
    expect(page.get_by_role("button", name="新建工单")).to_have_count(0)
    page.get_by_role("button", name="更多操作", exact=True).click()
    expect(page.get_by_role("menuitem", name="刷新")).to_be_visible()
    expect(page.get_by_role("menuitem", name="导入")).to_have_count(0)
    page = visit("guest").open("/a/atelier/n/job")
    expect(page.get_by_text("您没有权限")).to_be_visible()

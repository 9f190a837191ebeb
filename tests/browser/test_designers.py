"""Designing together and with care: rights tried on before they hold, two at one definition, steps back, losses undone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Site
from tests.browser.test_design import Visit, designing, publish

pytestmark = pytest.mark.browser
SAVED = re.compile("^已保存")


def saved(page: Page) -> None:
    """Everything is kept: what was done just before has had a moment to be noticed."""
    page.wait_for_timeout(200)
    expect(page.locator(".design-state")).to_have_text(SAVED)


@pytest.fixture
def restored(visit: Visit):
    """The workshop as it was: whatever a journey published is taken back."""
    site, _ = designing(visit, "/")
    former = site.call("GET", "designer/workshop/releases")["items"][0]["number"]
    site.call("POST", "designer/workshop/discard", {})
    yield site
    site.call("POST", "designer/workshop/discard", {})
    if site.call("GET", "designer/workshop/releases")["items"][0]["number"] != former:
        site.call("POST", "designer/workshop/rollback", {"to": former})
        plan = site.call("GET", "designer/workshop/plan")
        if plan["changes"]:
            accepted = [item["id"] for item in plan["changes"]]
            site.call("POST", "designer/workshop/publish", {"hash": plan["hash"], "accepted": accepted})


def test_a_field_hidden_for_a_role_is_gone_everywhere(visit: Visit, restored: Site) -> None:
    _, page = designing(visit, "/design/workshop/role/guest")
    eyes = page.get_by_role("complementary", name="以谁的身份看")
    expect(eyes.locator(".as-whom-count")).to_have_text(re.compile("看到 5 条工单"))
    expect(eyes.get_by_role("columnheader", name="报价")).to_be_visible()
    page.get_by_role("button", name="全部只读").click()
    page.get_by_role("radiogroup", name="报价").get_by_role("radio", name="隐藏").click()
    expect(eyes.get_by_role("columnheader", name="报价")).to_have_count(0)
    expect(eyes.get_by_text("“报价”从只读变为隐藏")).to_be_visible()
    page.get_by_role("checkbox", name="工单 导出").check()
    expect(eyes.locator(".effect", has_text="可以导出")).to_be_visible()
    publish(page)
    expect(page.locator(".publish-after")).to_have_count(0)
    page.get_by_role("button", name="继续设计").click()
    expect(eyes.get_by_text("和已发布的权限一样，没有人受影响。")).to_be_visible()
    guest = visit("guest")
    listed = guest.open("/a/workshop/v/jobs")
    expect(listed.get_by_role("columnheader", name="事项")).to_be_visible()
    expect(listed.get_by_role("columnheader", name="报价")).to_have_count(0)
    job = guest.call("GET", "records/workshop/job")["items"][0]
    assert "price" not in job
    refused = guest.context.request.get(f"{guest.address}/api/records/workshop/job?filter=%7Bprice%7D%20%3E%201")
    assert refused.status == 422
    sheet = guest.context.request.get(f"{guest.address}/api/records/workshop/job/export?format=csv")
    assert sheet.status == 200 and "事项" in sheet.text() and "报价" not in sheet.text(), sheet.text()[:300]
    # forms and pages are drawn from these
    drawn = guest.call("GET", "applications/workshop")["entities"]["job"]["fields"]
    assert [field["name"] for field in drawn] == ["title", "state", "due", "note"]


def test_a_narrower_condition_names_who_loses(visit: Visit, restored: Site) -> None:
    site, page = designing(visit, "/design/workshop/role/guest")
    known = next(item for item in site.call("GET", "designer/workshop")["definitions"] if item["id"] == "guest")
    document = {**known["document"], "grants": [{"entity": "job", "others": "read", "condition": '{state} = "new"'}]}
    site.call("PUT", "designer/workshop/role/guest", document)
    page.reload()
    eyes = page.get_by_role("complementary", name="以谁的身份看")
    expect(eyes.get_by_text("少看到 3 条")).to_be_visible()
    expect(eyes.locator(".as-whom-count")).to_have_text(re.compile("看到 2 条工单"))


def test_two_tabs_on_one_definition_lose_nothing(visit: Visit, restored: Site) -> None:
    site, page = designing(visit, "/design/workshop/role/guest")
    _, other = designing(visit, "/design/workshop/role/guest")
    for tab in (page, other):
        expect(tab.get_by_role("checkbox", name="工单 新增")).to_be_visible()
    page.get_by_role("checkbox", name="工单 新增").check()
    saved(page)
    other.get_by_role("checkbox", name="工单 删除").check()
    expect(other.get_by_role("dialog")).to_contain_text("学徒")
    other.get_by_role("button", name=re.compile("保留我")).click()
    saved(other)
    grant = next(item for item in site.call("GET", "designer/workshop")["definitions"] if item["id"] == "guest")["document"]["grants"][0]
    assert grant.get("delete") and not grant.get("create")
    # the tab that was overtaken takes it over by itself, and its own version is one step back
    expect(page.get_by_role("checkbox", name="工单 删除")).to_be_checked(timeout=15_000)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_role("checkbox", name="工单 新增")).to_be_checked()


def test_who_else_designs_is_shown(visit: Visit, restored: Site) -> None:
    restored.call("POST", "users", {"login": "second", "name": "周设计", "password": "correct horse battery", "is_admin": True})
    _, page = designing(visit, "/design/workshop/form/bill")
    expect(page.locator(".form-tools")).to_be_visible()
    second = visit()
    second.csrf = second.call("GET", "session")["csrf"]
    second.csrf = second.call("POST", "session", {"login": "second", "password": "correct horse battery"})["csrf"]
    theirs = second.open("/design/workshop/role/guest")
    expect(theirs.get_by_role("group", name="管理员 正在看表单 · 账单")).to_be_visible()
    expect(page.get_by_role("group", name="周设计 正在看角色 · 学徒")).to_be_visible(timeout=15_000)
    theirs.get_by_role("link", name=re.compile("离开|返回")).click()
    expect(page.get_by_role("group", name=re.compile("周设计"))).to_have_count(0, timeout=15_000)


def test_ten_steps_back_and_forth_across_definitions(visit: Visit, restored: Site) -> None:
    site, page = designing(visit, "/design/workshop/role/guest")
    boxes = [f"工单 {word}" for word in ("新增", "修改", "删除", "导出")] + [f"账单 {word}" for word in ("新增", "修改", "删除")]
    for name in boxes:
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("tab", name="视图").click()
    page.get_by_role("switch", name="紧凑行高").click()
    page.get_by_role("tab", name="角色").click()
    page.get_by_role("button", name="师傅", exact=True).click()
    page.get_by_role("checkbox", name="工单 删除").uncheck()
    page.get_by_role("checkbox", name="账单 删除").uncheck()
    saved(page)
    before = site.call("GET", "designer/workshop")
    for _ in range(10):
        page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="撤销")).to_be_disabled()
    saved(page)
    expect(page.get_by_role("button", name="已发布")).to_be_visible()
    assert not any(item["changed"] for item in site.call("GET", "designer/workshop")["definitions"])
    for _ in range(10):
        page.keyboard.press("Control+Shift+z")
    expect(page.get_by_role("button", name="重做")).to_be_disabled()
    saved(page)
    expect(page.get_by_role("button", name=re.compile("^发布"))).to_be_enabled()
    after = site.call("GET", "designer/workshop")
    told = [[(item["kind"], item["id"], item["document"]) for item in state["definitions"]] for state in (before, after)]
    assert told[0] == told[1]


def test_a_loss_is_agreed_to_and_comes_back(visit: Visit, restored: Site) -> None:
    site, page = designing(visit, "/")
    job = site.call("POST", "records/workshop/job", {"title": "试骑", "state": "new", "note": "下周再说"})
    dated = site.call("POST", "records/workshop/job", {"title": "打气", "state": "new", "note": "2026-05-01"})
    known = next(item for item in site.call("GET", "designer/workshop")["definitions"] if (item["kind"], item["id"]) == ("entity", "job"))
    document = known["document"]
    next(field for field in document["fields"] if field["name"] == "note")["type"] = "date"
    site.call("PUT", "designer/workshop/entity/job", document)
    page.goto(f"{site.address}/design/workshop/entity/job")
    page.get_by_role("button", name=re.compile(r"^发布 \d+ 处修改")).click()
    dialog = page.get_by_role("dialog")
    go = dialog.get_by_role("button", name=re.compile(r"^发布 \d+ 处修改"))
    expect(go).to_be_disabled()
    dialog.get_by_text(re.compile("看看前")).click()
    expect(dialog.get_by_text("下周再说", exact=True)).to_be_visible()
    dialog.get_by_role("checkbox", name="我知道，仍然发布").check()
    go.click()
    expect(dialog.locator(".publish-done")).to_be_visible(timeout=20_000)
    assert site.call("GET", f"records/workshop/job/{job['id']}")["note"] is None
    assert site.call("GET", f"records/workshop/job/{dated['id']}")["note"] == "2026-05-01"
    dialog.get_by_role("button", name="撤回").click()
    expect(dialog).to_be_hidden(timeout=20_000)
    assert site.call("GET", f"records/workshop/job/{job['id']}")["note"] == "下周再说"
    for one in (job, dated):
        site.call("DELETE", f"records/workshop/job/{one['id']}")


def test_a_form_is_tried_with_a_real_record_as_a_role(visit: Visit, restored: Site) -> None:
    _, page = designing(visit, "/design/workshop/form/ask")
    page.get_by_text("预览", exact=True).click()
    page.get_by_label("用真实记录预览").click()
    page.keyboard.type("链条")
    page.locator(".ant-select-item-option", has_text="换链条").click()
    expect(page.get_by_label("事项")).to_have_value("换链条")
    page.get_by_label("以哪个角色预览").click()
    page.locator(".ant-select-item-option", has_text="学徒").click()
    expect(page.get_by_role("textbox", name="事项")).to_have_count(0)
    expect(page.locator(".form-sheet")).to_contain_text("换链条")
    page.get_by_title("手机").click()
    expect(page.locator(".form-sheet.phone")).to_be_visible()


def test_a_form_is_made_by_keys_alone(visit: Visit, restored: Site) -> None:
    site, page = designing(visit, "/design/workshop/form/ask")
    expect(page.get_by_role("group", name="事项", exact=True)).to_be_visible()
    # from the bar above, Tab leads into the form; arrows go on from there
    page.get_by_title("手机").locator("..").locator("input").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.part"):
            break
    expect(page.get_by_role("group", name="哪里不好", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("group", name="事项", exact=True)).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    saved(page)
    form = next(item for item in site.call("GET", "designer/workshop")["definitions"] if (item["kind"], item["id"]) == ("form", "ask"))
    assert [item["field"] for item in form["document"]["components"][0]["components"]] == ["note", "title"]
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    saved(page)
    form = next(item for item in site.call("GET", "designer/workshop")["definitions"] if (item["kind"], item["id"]) == ("form", "ask"))
    assert [item["field"] for item in form["document"]["components"][0]["components"]] == ["title"]


@pytest.mark.parametrize("path", ["role/guest", "view/jobs", "menu", "form/bill"])
def test_designers_fit_a_phone(visit: Visit, restored: Site, path: str) -> None:
    site = visit(size=PHONE)
    site.csrf = site.call("GET", "session")["csrf"]
    site.csrf = site.call("POST", "session", {"login": "admin", "password": "correct horse battery"})["csrf"]
    page = site.open(f"/design/workshop/{path}")
    expect(page.locator(".designer-page, .form-sheet").first).to_be_visible()
    wide = page.evaluate("""() => [...document.querySelectorAll('.design-main *')].filter((item) => {
        const box = item.getBoundingClientRect();
        return box.width && box.right > 391 && !item.closest('.as-whom-rows, .preview-table, .preview-board, .lines, .sheet');
    }).map((item) => item.className).slice(0, 5)""")
    assert wide == []

"""Flows in the browser: an approval of three levels built, tried and published; a tree built by drag and by keys; runs and their supervision."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.effort import Effort, watched
from tests.browser.test_design import designing
from tests.browser.yard import administering

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]


def company(site: Site) -> dict[str, int]:
    """Three levels of departments with their heads, the apprentice in the lowest; people's ids by login."""
    people = {item["login"]: item["id"] for item in site.call("GET", "users")["items"]}
    if not any(item["label"] == "一部" for item in site.call("GET", "departments")["items"]):
        above = None
        for label, head in (("总店", "admin"), ("东区", "miller"), ("一部", "master")):
            above = site.call("POST", "departments", {"label": label, "parent_id": above, "head_id": people[head]})[
                "id"
            ]
        site.call("PATCH", f"users/{people['guest']}", {"department_id": above})
    return people


def steps_of(site: Site, label: str) -> list[dict[str, Any]]:
    """The steps of a drafted flow."""
    listed = site.call("GET", "designer/yard")["definitions"]
    steps: list[dict[str, Any]] = next(
        item["document"] for item in listed if item["kind"] == "flow" and item["document"]["label"] == label
    ).get("steps", [])
    return steps


def saved(page: Page) -> None:
    expect(page.locator(".design-state")).to_contain_text("已保存")


@pytest.fixture
def sound(visit: Visit) -> Iterator[None]:
    """What was begun and not finished is taken out of the draft again."""
    site = administering(visit())
    yield
    for item in site.call("GET", "designer/yard")["definitions"]:
        if item["kind"] == "flow" and item["changed"]:
            site.call("DELETE", f"designer/yard/flow/{item['id']}")


def settled(page: Page) -> None:
    """Kept, and what the server finds in it shown: cards keep their places from now on."""
    saved(page)
    page.wait_for_timeout(700)


def cards(page: Page) -> Locator:
    return page.locator(".flow-card b")


def begin(page: Page, label: str, template: str, limits: tuple[str, ...] = ()) -> None:
    """A new flow about jobs; `limits` are the amounts from which on one more level is asked."""
    page.get_by_role("button", name="新建流程").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="关于哪张表").click()
    page.locator(".ant-select-item-option", has_text="工单").filter(visible=True).first.click()
    dialog.get_by_role("radio", name=re.compile(template)).click()
    for at, limit in enumerate(limits):
        dialog.get_by_role("spinbutton").nth(at).click()
        page.keyboard.press("Control+a")
        page.keyboard.type(limit)
    if label:
        dialog.get_by_role("textbox").last.fill(label)
    dialog.get_by_role("button", name="创建").click()


def first_run(visit: Visit, number: int) -> list[Effort]:
    """The apprentice asks, three levels agree: what each of the four people does, from the list or the inbox on."""
    done = []
    starter = visit("guest")
    page = starter.open("/a/yard")
    effort = watched(starter)
    page.locator(".rail, .menu, nav").get_by_role("link", name="工单").first.click()
    page.get_by_role("gridcell", name="大活儿").click()
    page.get_by_role("dialog", name="记录").get_by_role("button", name="发起工单审批").click()
    expect(page.get_by_role("region", name="工单审批")).to_contain_text("现在：一级审批 · 马师傅")
    done.append(effort)
    for login, level in (("master", "一级审批"), ("miller", "Second approval"), ("admin", "三级审批")):
        one = administering(visit()) if login == "admin" else visit(login)
        desk = one.open("/a/yard")
        effort = watched(one)
        desk.get_by_role("link", name=re.compile("^(待办|Tasks) ?[，,]")).click()
        task = desk.get_by_role("button", name=re.compile("大活儿"))
        expect(task).to_contain_text(level)
        task.click()
        desk.get_by_role("button", name=re.compile("^(同意|Agree)$")).click()
        expect(desk.get_by_role("button", name=re.compile("大活儿"))).to_have_count(0)
        done.append(effort)
    # What others approve is seen without asking again.
    expect(page.get_by_role("region", name="工单审批")).to_contain_text("工单审批通过", timeout=10_000)
    return done


def test_three_levels_by_amount_are_built_tried_published_and_run_within_three_minutes(visit: Visit) -> None:
    site, page = designing(visit, "/design")
    people = company(site)
    number, _ = (site.call("POST", "records/yard/job", {"title": title, "price": price})["id"] for title, price in (("大活儿", "60000"), ("小活儿", "20")))
    effort = watched(site)
    began = time.monotonic()
    page.get_by_role("link", name="车场").click()
    page.get_by_role("tab", name="流程").click()
    begin(page, "", "按金额三级审批", ("5000", "20000"))
    expect(cards(page)).to_have_text(["一级审批", "按报价", "二级审批", "三级审批", "二级审批"])
    expect(page.locator(".flow-condition .flow-says")).to_have_text(
        ["报价 不小于 ¥20,000.00", "报价 不小于 ¥5,000.00", "前面都不符合时"]
    )
    expect(page.locator(".flow-card").first).to_contain_text("发起人的部门负责人 审批，24 个工作小时未处理则提醒")
    page.get_by_role("button", name="试运行").click()
    trial = page.get_by_role("complementary", name="试运行")
    trial.get_by_role("combobox", name="发起人").fill("小徒弟")
    page.locator(".ant-select-item-option", has_text="小徒弟").filter(visible=True).click()
    trial.get_by_role("combobox").first.fill("大活儿")
    page.locator(".ant-select-item-option", has_text="大活儿").filter(visible=True).first.click()
    expect(trial.locator(".rule-verdict")).to_contain_text("通过")
    expect(trial.locator(".flow-trace .flow-person")).to_have_text(["师傅马师傅", "AMAnn Miller", "理员管理员"])
    expect(page.locator(".flow-card.was-done")).to_have_count(4)
    expect(page.locator(".flow-node.off b")).to_have_text(["二级审批"])
    page.get_by_role("button", name="发布并启用").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=re.compile(r"^发布 \d+ 处修改")).click()
    expect(dialog.locator(".publish-done")).to_be_visible(timeout=20_000)
    took = time.monotonic() - began
    print(f"an approval of three levels, from the list of applications to its publish: {effort} ({took:.1f} s of the machine)")
    assert effort.clicks <= 16 and effort.seconds + took < 180
    dialog.get_by_role("button", name="继续设计").click()
    expect(page.get_by_role("switch", name="启用流程")).to_be_checked()
    # Somebody refuses at the second level: the way ends there.
    trial.locator(".ant-segmented-item", has_text="拒绝").nth(1).click()
    expect(trial.locator(".rule-verdict")).to_contain_text("拒绝")
    expect(page.locator(".flow-card.was-rejected b")).to_have_text(["二级审批"])
    page.get_by_role("button", name="关闭").click()
    # Who would that be, for the one who starts it?
    page.locator(".flow-card-main").first.click()
    page.get_by_role("button", name="看看会是谁").click()
    page.locator(".flow-who-box").get_by_role("combobox", name="发起人").fill("小徒弟")
    page.locator(".ant-select-item-option", has_text="小徒弟").filter(visible=True).click()
    expect(page.locator(".flow-who-person")).to_contain_text("马师傅")
    assert people["guest"]
    asked, *agreed = first_run(visit, number)
    print(f"its first run: asking {asked}; agreeing " + "; ".join(str(one) for one in agreed))
    (run,) = site.call("GET", f"records/yard/job/{number}/flows")["instances"]
    assert (run["state"], run["outcome"]) == ("ended", "approved")
    assert asked.clicks <= 3 and all(one.clicks <= 3 for one in agreed)


def test_a_tree_is_built_by_drag(visit: Visit, sound: None) -> None:
    site, page = designing(visit, "/design/yard/flow")
    begin(page, "拖出来的", "空白")
    gaps = page.locator(".flow-gap")
    palette = page.get_by_role("complementary", name="步骤")
    expect(page.locator(".flow-none")).to_be_visible()
    palette.get_by_role("button", name="条件分支").drag_to(gaps.first)
    expect(cards(page)).to_have_text(["条件分支"])
    settled(page)
    palette.get_by_role("button", name="审批", exact=True).drag_to(gaps.nth(1))
    expect(page.locator(".flow-lane").first.locator(".flow-card b")).to_have_text(["审批"])
    settled(page)
    palette.get_by_role("button", name="抄送").drag_to(gaps.first)
    expect(cards(page)).to_have_text(["抄送", "条件分支", "审批"])
    settled(page)
    # The copy goes below the choice, then the approval out of its branch into the other one.
    page.locator(".flow-card", has_text="抄送").drag_to(gaps.last)
    expect(cards(page)).to_have_text(["条件分支", "审批", "抄送"])
    settled(page)
    page.locator(".flow-lane").first.locator(".flow-card").drag_to(page.locator(".flow-lane").last.locator(".flow-gap"))
    expect(page.locator(".flow-lane").last.locator(".flow-card b")).to_have_text(["审批"])
    settled(page)
    # A choice can't be put into its own branch: nothing moves.
    page.locator(".flow-card", has_text="条件分支").drag_to(page.locator(".flow-lane").first.locator(".flow-gap").first)
    expect(cards(page)).to_have_text(["条件分支", "审批", "抄送"])
    page.get_by_role("button", name="加分支").click()
    expect(page.locator(".flow-condition b")).to_have_text(["分支 1", "分支 2", "其他情况"])
    settled(page)
    page.locator(".flow-condition").nth(1).drag_to(page.locator(".flow-condition").first)
    expect(page.locator(".flow-condition b")).to_have_text(["分支 2", "分支 1", "其他情况"])
    saved(page)
    steps = steps_of(site, "拖出来的")
    assert [item["type"] for item in steps] == ["branch", "notify"]
    assert [branch["id"] for branch in steps[0]["branches"]] == ["branch_2", "branch_1", "otherwise"]
    assert steps[0]["branches"][2]["steps"][0]["type"] == "approve"
    # What is not finished says so at its card; the strip at the foot leads there.
    expect(page.locator(".flow-card", has_text="审批").locator(".wrong, .small.second").first).to_contain_text(
        "还没有选谁来处理"
    )


def test_a_tree_is_built_by_keys_alone_and_undone(visit: Visit, sound: None) -> None:
    site, page = designing(visit, "/design/yard/flow")
    begin(page, "键盘搭的", "一级审批")
    page.locator(".flow-card-main").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Insert")
    expect(page.get_by_role("dialog", name="在这里添加步骤").get_by_role("button").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(cards(page)).to_have_text(["一级审批", "抄送"])
    expect(page.locator(".flow-card-main").nth(1)).to_be_focused()
    page.keyboard.press("Insert")
    expect(page.get_by_role("dialog", name="在这里添加步骤").get_by_role("button").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(cards(page)).to_have_text(["一级审批", "抄送", "条件分支"])
    # The copy goes down into the first branch, over to the second, and out at its end.
    page.locator(".flow-card-main", has_text="抄送").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator(".flow-lane").first.locator(".flow-card b")).to_have_text(["抄送"])
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator(".flow-lane").last.locator(".flow-card b")).to_have_text(["抄送"])
    page.keyboard.press("Alt+ArrowDown")
    expect(cards(page)).to_have_text(["一级审批", "条件分支", "抄送"])
    page.keyboard.press("Control+c")
    page.locator('[data-part="trigger"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+v")
    expect(cards(page)).to_have_text(["一级审批", "抄送", "条件分支", "抄送"])
    page.keyboard.press("Delete")
    expect(cards(page)).to_have_text(["一级审批", "条件分支", "抄送"])
    page.keyboard.press("Control+z")
    expect(cards(page)).to_have_text(["一级审批", "抄送", "条件分支", "抄送"])
    saved(page)
    steps = steps_of(site, "键盘搭的")
    assert [item["type"] for item in steps] == ["approve", "notify", "branch", "notify"]
    assert len({item["id"] for item in steps}) == 4
    # Fields of a step, as a matrix: what it may change is kept.
    page.locator(".flow-card-main", has_text="一级审批").click()
    page.get_by_role("radiogroup", name="备注").get_by_role("radio", name="可改").click()
    page.get_by_role("radiogroup", name="报价").get_by_role("radio", name="隐藏").click()
    page.get_by_role("button", name=re.compile("收起“条件分支”")).click()
    expect(page.locator(".flow-folded")).to_contain_text("2 条分支已收起")
    saved(page)
    first = steps_of(site, "键盘搭的")[0]
    assert (first["edits"], first["hides"]) == (["note"], ["price"])

"""A plan in the browser: made from a template that a rule was told of by hand, a bar moved, stretched and linked by hand and by keys, taken back, refused, and read on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Site
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser
Visit = Callable[..., Site]
PLAN = "/a/overhaul/v/plan"


def day(by: int) -> str:
    """A day in the business zone."""
    return str((datetime.now(UTC) + timedelta(hours=8)).date() + timedelta(days=by))


def administering(site: Site) -> Site:
    site.csrf = site.call("GET", "session")["csrf"]
    site.csrf = site.call("POST", "session", {"login": "admin", "password": PASSWORD})["csrf"]
    return site


@pytest.fixture
def stages(visit: Visit) -> Iterator[tuple[Site, dict[str, int]]]:
    """Three stages of an overhaul and a final look, at one screen."""
    site = administering(visit())
    made: dict[str, int] = {}
    for title, first, last, needs, done in (("拆解", -6, -2, [], "0.5"), ("清洗", -1, 3, ["拆解"], "0"), ("喷漆", 0, 2, [], None), ("验收", 8, 8, ["清洗"], None)):
        values = {"title": title, "begins": day(first), "ends": day(last), "needs": [made[name] for name in needs], "done": done}
        made[title] = site.call("POST", "records/overhaul/stage", values)["id"]
    yield site, made
    for number in made.values():
        site.call("DELETE", f"records/overhaul/stage/{number}")


def stage(site: Site, number: int) -> Any:
    return site.call("GET", f"records/overhaul/stage/{number}")


def bar(page: Page, title: str) -> Locator:
    return page.locator(".gantt-bar", has_text=title).or_(page.locator(f'.gantt-bar[aria-label^="{title}"]')).first


def drag(page: Page, handle: Locator, days: int) -> None:
    box = handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 7, y, steps=2)
    page.mouse.move(x + days * 14, y, steps=6)


def test_a_bar_is_moved_and_stretched_by_hand_and_taken_back(stages: tuple[Site, dict[str, int]]) -> None:
    site, made = stages
    page = site.open(PLAN)
    expect(bar(page, "喷漆")).to_be_visible()
    expect(page.locator(".gantt-now")).to_be_visible()
    expect(bar(page, "拆解")).to_have_class(re.compile("late"))
    drag(page, bar(page, "喷漆"), 3)
    expect(page.locator(".gantt-days")).to_be_visible()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.mouse.up()
    assert (stage(site, made["喷漆"])["begins"], stage(site, made["喷漆"])["ends"]) == (day(3), day(5))
    drag(page, bar(page, "喷漆").locator(".gantt-end").last, 2)
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.mouse.up()
    assert (stage(site, made["喷漆"])["begins"], stage(site, made["喷漆"])["ends"]) == (day(3), day(7))
    with page.expect_response(lambda answer: "bulk" in answer.url):
        page.keyboard.press("Control+z")
    assert stage(site, made["喷漆"])["ends"] == day(5)
    drag(page, bar(page, "喷漆"), 4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert stage(site, made["喷漆"])["begins"] == day(3)


def test_keys_move_a_bar_and_what_somebody_else_changed_stays(stages: tuple[Site, dict[str, int]]) -> None:
    site, made = stages
    page = site.open(PLAN)
    bar(page, "清洗").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.keyboard.press("Enter")
    assert (stage(site, made["清洗"])["begins"], stage(site, made["清洗"])["ends"]) == (day(1), day(6))
    site.call("PATCH", f"records/overhaul/stage/{made['喷漆']}", {"ends": day(9)})
    bar(page, "喷漆").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("请重新修改|再改一次"))).to_be_visible()
    assert (stage(site, made["喷漆"])["begins"], stage(site, made["喷漆"])["ends"]) == (day(0), day(9))
    expect(bar(page, "喷漆")).to_have_attribute("aria-label", re.compile("喷漆"))


def test_links_are_drawn_taken_out_and_never_make_a_circle(stages: tuple[Site, dict[str, int]]) -> None:
    site, made = stages
    page = site.open(PLAN)
    expect(page.locator(".gantt-link")).to_have_count(2)
    expect(bar(page, "清洗")).to_have_class(re.compile("critical"))
    link(page, "喷漆", "验收")
    expect(page.locator(".gantt-link")).to_have_count(3)
    expect(page.get_by_text(re.compile("前置"))).to_be_visible()
    assert sorted(item["id"] for item in stage(site, made["验收"])["needs"]) == sorted([made["清洗"], made["喷漆"]])
    link(page, "验收", "拆解")
    expect(page.get_by_text("会互相等待")).to_be_visible()
    gone = page.get_by_role("button", name=re.compile("喷漆 → 验收"))
    gone.focus()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.keyboard.press("Delete")
    expect(page.locator(".gantt-link")).to_have_count(2)
    assert [item["id"] for item in stage(site, made["验收"])["needs"]] == [made["清洗"]]


def link(page: Page, one: str, other: str) -> None:
    bar(page, one).hover()
    dot, end = bar(page, one).locator(".gantt-dot").bounding_box(), bar(page, other).bounding_box()
    assert dot and end
    page.mouse.move(dot["x"] + 6, dot["y"] + 6)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=6)
    page.mouse.up()


def test_a_phone_reads_the_plan_as_a_list(visit: Visit, stages: tuple[Site, dict[str, int]]) -> None:
    site = administering(visit(size=PHONE))
    page = site.open(PLAN)
    rows = page.locator(".phone-list li")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="拆解")).to_contain_text("逾期 2 天")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    rows.filter(has_text="清洗").click()
    expect(page).to_have_url(re.compile("/r/stage/"))
    expect(page.get_by_text("前置").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.goto("about:blank")


def choose(page: Page, box: Locator, option: str) -> None:
    """One of the options of a box that opens."""
    box.click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text=option).first.click()


def test_a_rule_is_told_in_the_designer_what_a_template_grows_into(visit: Visit) -> None:
    site = administering(visit())
    page = site.open("/design/overhaul/rule/grow")
    page.locator(".form-palette").get_by_text("按模板生成").dblclick()
    settings = page.locator(".form-settings")
    choose(page, settings.get_by_label("模板", exact=True), "工序模板")
    choose(page, settings.get_by_label("从“工序模板”取一组行"), "模板行")
    branch = settings.get_by_role("region", name="模板行")
    choose(page, branch.get_by_label("每行生成什么"), "工序")
    # what refers to the record and to the row was found by itself
    values = branch.locator(".inspector-row", has_text="取自“模板行”的值").last
    choose(page, values.get_by_label("添加字段"), "名称")
    choose(page, values.get_by_label("“名称”的来源"), "取字段")
    choose(page, values.get_by_label("选择字段"), "做什么")
    dates = branch.locator(".inspector-row", has_text="相对日期").last
    choose(page, dates.get_by_label("添加字段"), "开始")
    choose(page, dates.get_by_label("选择字段").first, "取车日")
    choose(page, dates.get_by_label("选择字段").last, "相差天数")
    expect(page.locator(".rule-card", has_text="按模板生成")).to_contain_text("工序模板：工序")
    expect(page.get_by_text("没有需要处理的问题")).to_be_visible()
    expect(page.get_by_text(re.compile("已保存"))).to_be_visible()
    plan = site.call("GET", "designer/overhaul/plan")
    site.call("POST", "designer/overhaul/publish", {"hash": plan["hash"]})
    recipe = site.call("POST", "records/overhaul/recipe", {"title": "小修"})["id"]
    for what, days in (("拆", -3), ("装", -1)):
        site.call("POST", "records/overhaul/recipe_row", {"what": what, "days": days, "recipe": recipe})
    bike = site.call("POST", "records/overhaul/bike", {"title": "旧车", "recipe": recipe, "fetch": day(10)})["id"]
    page.goto(f"{site.address}/a/overhaul/r/bike/{bike}")
    with page.expect_response(lambda answer: "buttons/grow" in answer.url) as answer:
        page.get_by_role("button", name="排工序").click()
    assert answer.value.ok, answer.value.text()
    made = site.call("GET", "records/overhaul/stage?limit=50")["items"]
    mine = {item["title"]: item["begins"] for item in made if item["title"] in ("拆", "装")}
    assert mine == {"拆": day(7), "装": day(9)}
    for item in made:
        site.call("DELETE", f"records/overhaul/stage/{item['id']}")

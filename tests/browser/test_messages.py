"""A message's words are changed, looked at over a real record and sent to oneself, while the bell on another screen rings."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Site
from tests.conftest import PASSWORD

Visit = Callable[..., Site]


def as_admin(site: Site) -> Site:
    site.csrf = site.call("GET", "session")["csrf"]
    site.csrf = site.call("POST", "session", {"login": "admin", "password": PASSWORD})["csrf"]
    return site


def test_words_are_changed_previewed_and_heard(visit: Visit) -> None:
    site = as_admin(visit())
    elsewhere = site.context.new_page()
    elsewhere.goto(f"{site.address}/")
    bell = elsewhere.get_by_role("button", name=re.compile("^通知"))
    expect(bell).to_be_visible()

    page = site.open("/design/workshop/message")
    page.get_by_role("button", name="新建消息").first.click()
    page.get_by_role("dialog").get_by_role("textbox").fill("交车提醒")
    page.keyboard.press("Enter")
    way = page.get_by_role("region", name="站内信").first
    title = way.get_by_role("textbox", name="标题")
    title.click()
    way.get_by_role("combobox", name="标题 插入字段").click()
    page.locator(".ant-select-item-option", has_text="事项").first.click()
    expect(title).to_have_value("{事项}")
    expect(title).to_be_focused()
    page.keyboard.type(" 可以取车了")
    way.get_by_role("textbox", name="内容").fill("状态：{状态}，报价 {报价}")
    expect(page.get_by_role("status").filter(has_text="已保存")).to_be_visible()
    expect(page.get_by_text("没有需要处理的问题")).to_be_visible()

    side = page.get_by_role("complementary", name="用真实记录预览")
    side.get_by_role("combobox").first.click()
    page.locator(".ant-select-item-option", has_text="补胎").click()
    seen = side.get_by_role("region", name="站内信")
    expect(seen).to_contain_text("补胎 可以取车了")
    expect(seen).to_contain_text("状态：新到，报价 30.00")
    expect(seen).to_contain_text("马师傅")
    expect(side).to_contain_text("现在会发送")

    title.fill("{事项} 修好了")
    expect(seen).to_contain_text("补胎 修好了")
    page.get_by_role("button", name=re.compile("^撤销")).click()
    expect(title).to_have_value(re.compile("可以取车了"))

    seen.get_by_role("button", name="发给我试试").click()
    page.get_by_role("button", name="发送测试").click()
    # Rules of other journeys in this application may leave notes meanwhile.
    expect(bell).to_have_accessible_name(re.compile(r"通知，\d+ 条未读"), timeout=15_000)
    bell.focus()
    elsewhere.keyboard.press("Enter")
    notes = elsewhere.get_by_role("dialog", name="通知")
    mine = notes.get_by_role("button", name=re.compile("可以取车了")).first
    expect(mine.get_by_label("未读")).to_be_visible()
    for _ in range(20):
        elsewhere.keyboard.press("ArrowDown")
        if mine.evaluate("it => it === document.activeElement"):
            break
    expect(mine).to_be_focused()
    elsewhere.keyboard.press("Enter")
    expect(mine.get_by_label("未读")).to_have_count(0)
    elsewhere.keyboard.press("Escape")
    expect(notes).to_be_hidden()
    expect(bell).to_be_focused()


def test_on_the_phone_what_was_sent_is_found_with_its_reason(visit: Visit) -> None:
    site = as_admin(visit(size=PHONE))
    site.call("PUT", "channels/sms", {"active": False, "settings": {}, "secrets": {}})
    site.call("POST", "channels/sms/test", {"address": "13800000000"})
    page = site.open("/admin/deliveries?channel=sms")
    row = page.get_by_role("button", name=re.compile("测试消息")).first
    row.click()
    expect(page.get_by_text("这是测试，不经过联系规则").first).to_be_visible()
    expect(page.get_by_text("演练：只记录，没有真的发出").first).to_be_visible()
    page.get_by_text("演练发件箱").click()
    expect(page.get_by_role("table")).to_contain_text("13800000000", timeout=15_000)
    page = site.open("/admin/contact")
    page.get_by_label("条数上限").fill("5")
    expect(page.get_by_text("每人 7 天内最多收到 5 条营销消息。")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("首次设置")).to_be_visible()

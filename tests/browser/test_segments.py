"""A segment from nothing: built by choices, counted while it is built, published, its records seen and filtered by."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Site
from tests.browser.test_design import Visit, designing, publish
from tests.browser.test_designers import restored, saved  # noqa: F401  # a fixture
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser


def choose(page: Page, label: str, option: str, at: int = -1) -> None:
    """One option of a list."""
    page.get_by_label(label, exact=True).nth(at).click(force=True)
    page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)").get_by_title(option, exact=True).last.click()


def test_a_segment_is_built_counted_published_and_filtered_by(visit: Visit, restored: Site) -> None:  # noqa: F811
    site, page = designing(visit, "/design/workshop/segment")
    jobs = site.call("GET", "records/workshop/job?limit=200&fields=title,price")["items"]
    dear = sorted(float(job["price"] or 0) for job in jobs)[len(jobs) // 2]
    wanted = [job["title"] for job in jobs if float(job["price"] or 0) >= dear]
    page.get_by_role("button", name="新建分群").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").first.fill("报价高的")
    dialog.get_by_role("button", name=re.compile("创\\s?建|新\\s?建|确\\s?定")).last.click()
    expect(page.get_by_text("加一个条件，这里就显示会有多少条记录")).to_be_visible()
    page.get_by_role("button", name="添加条件", exact=True).click()
    choose(page, "字段", "报价")
    choose(page, "关系", "不小于")
    page.locator(".operand input").first.fill(str(dear))
    count = page.locator(".segment-count b")
    expect(count).to_have_text(str(len(wanted)))
    expect(page.locator(".segment-rows tbody tr")).to_have_count(min(10, len(wanted)))
    saved(page)
    publish(page)
    page.get_by_role("button", name="继续设计").click()
    page.get_by_text("成员", exact=True).click()
    expect(page.get_by_label("成员情况")).to_contain_text(str(len(wanted)))
    expect(page.get_by_label("在分群里的记录").locator("tbody tr")).to_have_count(len(wanted))
    page.get_by_role("button", name="立即复核").click()
    expect(page.get_by_label("成员情况")).to_contain_text("全部正确")
    # A record that changes is out a moment later, and the list of everybody filters by the segment.
    listed = site.open("/a/workshop/v/jobs")
    listed.get_by_role("button", name="筛选").click()
    listed.get_by_role("button", name="添加条件", exact=True).click()
    listed.get_by_label("字段", exact=True).last.click(force=True)
    listed.keyboard.type("分群")
    listed.keyboard.press("Enter")
    listed.locator(".operand .ant-select").click()
    listed.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)").get_by_text("报价高的").click()
    expect(listed.locator(".head .count")).to_contain_text(str(len(wanted)))
    with site_lending(site, wanted[0]) as job:
        site.call("PATCH", f"records/workshop/job/{job['id']}", {"price": "0.01"})
        expect(listed.locator(".head .count")).to_contain_text(str(len(wanted)))
        listed.wait_for_timeout(1500)
        listed.reload()
        expect(listed.locator(".head .count")).to_contain_text(str(len(wanted) - 1))


def test_a_segment_on_a_phone(visit: Visit, restored: Site) -> None:  # noqa: F811
    site = visit("", PHONE)
    site.csrf = site.call("GET", "session")["csrf"]
    site.csrf = site.call("POST", "session", {"login": "admin", "password": PASSWORD})["csrf"]
    page = site.open("/design/workshop/segment")
    expect(page.get_by_text(re.compile("还没有分群|没有分群")).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


class site_lending:
    """A job of the workshop to be changed; it gets its price back."""

    def __init__(self, site: Site, title: str) -> None:
        self.site = site
        items = site.call("GET", "records/workshop/job?limit=200&fields=title,price")["items"]
        self.job = next(item for item in items if item["title"] == title)

    def __enter__(self) -> dict:
        return self.job

    def __exit__(self, *_: object) -> None:
        self.site.call("PATCH", f"records/workshop/job/{self.job['id']}", {"price": self.job["price"]})

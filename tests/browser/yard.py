"""Flows of the yard: quotes that are checked, by whom the starter chooses, and by nobody; published once, started by anybody."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Site
from tests.conftest import PASSWORD

REPAIR: dict[str, Any] = {
    "name": "repair", "label": {"zh-CN": "报价审批", "en": "Quote approval"}, "entity": "job",
    "steps": [
        {"id": "check", "type": "approve", "label": {"zh-CN": "师傅把关", "en": "Check"}, "people": [{"type": "person", "logins": ["master"]}],
         "edits": ["note"], "comment": "reject", "deadline": {"amount": 24, "unit": "hours", "working": True}},
        {"id": "dear", "type": "branch", "branches": [
            {"id": "high", "label": {"zh-CN": "大单", "en": "Large"}, "condition": "{price} >= 1000", "steps": [
                {"id": "boss", "type": "approve", "label": {"zh-CN": "老板同意", "en": "Owner"}, "people": [{"type": "person", "logins": ["miller"]}]}]},
            {"id": "rest", "label": {"zh-CN": "其他", "en": "Other"}}]},
        {"id": "tell", "type": "notify", "people": [{"type": "starter"}], "title": {"zh-CN": "{title} 谈妥了", "en": "{title} is settled"}},
    ],
    "reactions": [{"on": "approved", "actions": [{"id": "set", "type": "set_values", "values": [{"field": "state", "value": '"doing"'}]}]}],
}  # fmt: skip
CHOICE: dict[str, Any] = {
    "name": "second", "label": {"zh-CN": "请人复核", "en": "Second look"}, "entity": "job",
    "steps": [{"id": "look", "type": "approve", "label": {"zh-CN": "复核", "en": "Look"}, "people": [{"type": "chosen"}]}],
}  # fmt: skip
LOST: dict[str, Any] = {
    "name": "lost", "label": {"zh-CN": "没人管", "en": "Nobody"}, "entity": "job",
    "steps": [{"id": "who", "type": "approve", "label": {"zh-CN": "谁来", "en": "Who"}, "people": [{"type": "head", "levels": 9}]}],
}  # fmt: skip


def administering(site: Site) -> Site:
    """The administrator, with the flows published."""
    site.csrf = site.call("GET", "session")["csrf"]
    site.csrf = site.call("POST", "session", {"login": "admin", "password": PASSWORD})["csrf"]
    known = {item["id"] for item in site.call("GET", "designer/yard")["definitions"] if item["kind"] == "flow"}
    if not known.issuperset({"repair", "second", "lost"}):
        for flow in (REPAIR, CHOICE, LOST):
            site.call("PUT", f"designer/yard/flow/{flow['name']}", {"id": flow["name"], **flow})
        site.call("POST", "designer/yard/publish", {"hash": site.call("GET", "designer/yard/plan")["hash"]})
    return site


def started(
    site: Site, title: str, price: str, flow: str = "repair", choices: dict[str, list[int]] | None = None
) -> int:
    """A new job for which a flow was started by this person."""
    number = int(site.call("POST", "records/yard/job", {"title": title, "price": price})["id"])
    body = {"key": f"started-{title}-{number}"[:60].ljust(8, "x"), "application": "yard", "choices": choices or {}}
    site.call("POST", f"records/yard/job/{number}/flows/{flow}", body)
    return number

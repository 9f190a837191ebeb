"""Segments and analyses over HTTP: drafted counts against the draft, what is kept, checks and runs, and who may ask."""

from __future__ import annotations

from typing import Any

import pytest

from engines.database import Workspace
from engines.runtime import jobs, segmenting
from engines.runtime.clock import Carriers, drain
from engines.runtime.release import Releases
from engines.runtime.segment_notes import QUEUE
from engines.runtime.segmenting import WHOLE, Segmenting
from engines.runtime.work import JOBS
from tests.conftest import Browser, make_user
from tests.desk import NOW, desk, field, release


def document() -> Any:
    made = desk()
    made["segments"] = [
        {"name": "big", "label": "Big", "entity": "ticket", "condition": "{cost} >= 50", "roles": ["lead"]},
        {"name": "rest", "label": "Rest", "entity": "ticket", "condition": 'NOT(IN_SEGMENT("big"))'},
    ]
    team = next(item for item in made["entities"] if item["name"] == "team")
    team["fields"].append(field("r", "integer"))
    made["analyses"] = [{"name": "rfm", "label": "RFM", "entity": "team", "facts": "tickets", "date": "created_at",
                         "r_field": "r"}]
    return made


@pytest.fixture
def kept(desked: Browser, workspace: Workspace) -> Browser:
    release(workspace, document())
    segmenting.follow(workspace, Releases(workspace), NOW)
    team = desked.post("/api/records/desk/team", {"name": "a"}).json["id"]
    for cost in (10, 60, 70):
        made = desked.post("/api/records/desk/ticket", {"subject": f"s{cost}", "cost": cost, "team": team})
        assert made.status_code == 201, made.json
    work(workspace)
    return desked


def work(workspace: Workspace) -> None:
    def job(workspace: Workspace, entry: Any) -> None:
        def bug(error: BaseException) -> str:
            raise error

        jobs.run_job(workspace, str(entry.payload["job"]), JOBS, bug)

    hand = Segmenting(workspace)
    carriers = Carriers(short={QUEUE: hand}, long={WHOLE: hand.carry, jobs.QUEUE: job})
    while sum(drain(workspace, queue, carriers, "t") for queue in carriers.queues):
        pass


def test_a_drafted_segment_is_counted_with_the_drafted_ones_it_asks_for(kept: Browser) -> None:
    ask = "/api/designer/desk/preview/segment"
    big = {"name": "big", "label": "Big", "entity": "ticket", "condition": "{cost} >= 65"}
    rest = {"name": "rest", "label": "Rest", "entity": "ticket", "condition": 'NOT(IN_SEGMENT("big"))'}
    found = kept.post(ask, {"segment": rest, "others": [big]}).json
    assert found["count"] == 2 and [item["subject"] for item in found["items"]] == ["s60", "s10"]
    assert found["fields"][0] == "subject"
    circle = kept.post(ask, {"segment": {**big, "condition": 'IN_SEGMENT("rest")'}, "others": [rest]})
    assert circle.status_code == 422 and circle.json["issues"][0]["code"] == "segment.circle"
    wrong = kept.post(ask, {"segment": {**big, "condition": "{cots} > 1"}, "others": []})
    assert wrong.status_code == 422 and wrong.json["issues"][0]["code"] == "expressions.unknown_name"
    assert kept.post(ask, {"segment": {**big, "condition": ""}}).json["count"] is None


def test_what_is_kept_is_shown_checked_and_listed(kept: Browser, workspace: Workspace) -> None:
    found = kept.get("/api/designer/desk/segments/big").json
    assert (found["ready"], found["count"], found["daily"], found["checked"]) == (True, 2, False, None)
    assert len(found["days"]) == 30 and found["days"][-1]["entered"] == 2
    listed = kept.get("/api/designer/desk/segments/big/records").json
    assert sorted(item["subject"] for item in listed["items"]) == ["s60", "s70"] and listed["next"] is None
    assert all(item["since"] for item in listed["items"])
    started = kept.post("/api/designer/desk/segments/big/check", {})
    assert started.status_code == 202
    work(workspace)
    assert kept.get(f"/api/jobs/{started.json['job']}").json["state"] == "done"
    assert kept.get("/api/designer/desk/segments/big").json["checked"]["missing"] == 0
    assert kept.get("/api/designer/desk/segments/none").status_code == 404
    assert kept.get("/api/designer/desk/segments/big/records?after=x").status_code == 422


def test_an_analysis_runs_by_hand(kept: Browser, workspace: Workspace) -> None:
    before = kept.get("/api/designer/desk/analyses/rfm").json
    assert before["runs"] == [] and before["findings"] is None and before["next"]
    started = kept.post("/api/designer/desk/analyses/rfm/run", {})
    work(workspace)
    assert kept.get(f"/api/jobs/{started.json['job']}").json["result"] == {"moved": 1, "graded": 1}
    found = kept.get("/api/designer/desk/analyses/rfm").json
    assert found["runs"][0]["moved"] == 1 and found["findings"]["grid"] == [{"r": 5, "f": 1, "count": 1, "sum": 0.0}]
    assert kept.get("/api/records/desk/team").json["items"]


def test_lists_filter_by_segments_and_tell_of_those_one_may_know(
    kept: Browser, workspace: Workspace, open_browser: Any
) -> None:
    def entity(browser: Browser) -> Any:
        return browser.get("/api/applications/desk").json["entities"]["ticket"]

    assert [item["name"] for item in entity(kept)["segments"]] == ["desk.big", "desk.rest"]
    asked = {"query_string": {"filter": 'IN_SEGMENT("desk.big")'}}
    assert len(kept.get("/api/records/desk/ticket", **asked).json["items"]) == 2
    make_user(workspace, "reader", roles=[{"application": "desk", "id": "reader"}])
    reader = open_browser()
    reader.sign_in("reader")
    assert entity(reader)["segments"] == []
    assert reader.get("/api/records/desk/ticket", **asked).status_code == 422
    for path in ("segments/big", "segments/big/records", "analyses/rfm"):
        assert reader.get(f"/api/designer/desk/{path}").status_code == 403
    assert reader.post("/api/designer/desk/preview/segment", {}).status_code == 403

"""Publishing watched: progress while it runs, stopped with nothing changed; who else designs; one content checked once."""

import threading

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.publisher import migrate, proposal
from engines.publisher import publish as publishing
from engines.publisher.tables import quarantine
from engines.runtime.jobs import list_jobs
from tests.conftest import make_user
from tests.lines.test_designer import DESIGN, part, publish


def retyped(browser, to: str) -> dict:
    known = part(browser, "entity", "ticket")
    next(item for item in known["document"]["fields"] if item["name"] == "note").update(type=to)
    browser.put(f"{DESIGN}/entity/ticket", known["document"], headers={"If-Match": known["etag"]})
    plan = browser.get(f"{DESIGN}/plan").json
    return {"hash": plan["hash"], "accepted": [one["id"] for one in plan["changes"]]}


def notes(browser) -> list:
    return [item["note"] for item in browser.get("/api/records/desk/ticket?sort=id&fields=note").json["items"]]


def write_notes(browser) -> None:
    for text in ("2026-05-01", "soon", "later", "2026-06-02"):
        assert browser.post("/api/records/desk/ticket", {"subject": "s", "note": text}).status_code == 201


def held(workspace: Workspace) -> int:
    with workspace.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(quarantine)).scalar_one())


def test_progress_is_told_and_a_stop_changes_nothing(workspace, desked, open_browser, monkeypatch) -> None:
    write_notes(desked)
    asked = retyped(desked, "date")
    other = open_browser()
    other.sign_in("admin")
    real, reached, go_on = migrate.convert, threading.Event(), threading.Event()

    def slowly(*arguments):
        reached.set()
        assert go_on.wait(20)
        return real(*arguments)

    monkeypatch.setattr(migrate, "convert", slowly)
    monkeypatch.setattr("engines.runtime.jobs.EVERY_SECONDS", 0)
    answers = []
    publisher = threading.Thread(target=lambda: answers.append(desked.post(f"{DESIGN}/publish", asked)))
    publisher.start()
    assert reached.wait(20)
    told = other.get(f"{DESIGN}/publishing").json["job"]
    assert told["message"]["zh-CN"] == "修改数据表" and told["total"] >= 1
    assert other.post(f"/api/jobs/{told['id']}/cancel", {}).status_code == 200
    go_on.set()
    publisher.join()
    assert answers[0].status_code == 423 and answers[0].json["issues"][0]["code"] == "publish.cancelled"
    assert other.get(f"{DESIGN}/publishing").json["job"] is None
    assert notes(other) == ["2026-05-01", "soon", "later", "2026-06-02"] and held(workspace) == 0
    assert list_jobs(workspace, user_id=None)[0]["state"] == "cancelled"
    monkeypatch.setattr(migrate, "convert", real)
    done = other.post(f"{DESIGN}/publish", asked)
    assert done.status_code == 200 and list_jobs(workspace, user_id=None)[0]["state"] == "done"


def test_what_was_lost_comes_back_with_the_roll_back(workspace, desked) -> None:
    write_notes(desked)
    former = desked.get(f"{DESIGN}/releases").json["items"][0]["number"]
    asked = retyped(desked, "date")
    refused = desked.post(f"{DESIGN}/publish", {**asked, "accepted": []})
    assert refused.status_code == 423 and refused.json["issues"][0]["code"] == "publish.unaccepted"
    assert desked.post(f"{DESIGN}/publish", asked).status_code == 200
    assert notes(desked) == ["2026-05-01", None, None, "2026-06-02"] and held(workspace) == 2
    number = desked.get("/api/records/desk/ticket?sort=id&fields=note").json["items"][2]
    answer = desked.patch(f"/api/records/desk/ticket/{number['id']}", {"note": "2026-07-03"})
    assert answer.status_code == 200, answer.json
    desked.post(f"{DESIGN}/rollback", {"to": former})
    publish(desked)
    assert notes(desked) == ["2026-05-01", "soon", "2026-07-03", "2026-06-02"]
    # what somebody wrote since stands, and the old value stays where it was kept
    assert held(workspace) == 1


def test_the_second_opinion_sees_a_forgotten_step(desked, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    known = part(desked, "entity", "ticket")
    known["document"]["fields"].append({"name": "extra", "label": "Extra", "type": "text"})
    desked.put(f"{DESIGN}/entity/ticket", known["document"], headers={"If-Match": known["etag"]})
    plan = desked.get(f"{DESIGN}/plan").json
    monkeypatch.setattr(publishing, "run", lambda *arguments, **more: [])
    answer = desked.post(f"{DESIGN}/publish", {"hash": plan["hash"], "accepted": []})
    assert answer.status_code == 500 and "left something undone" in caplog.text
    monkeypatch.undo()
    assert desked.get(f"{DESIGN}/plan").json["hash"] == plan["hash"]
    assert "extra" not in desked.post("/api/records/desk/ticket", {"subject": "s"}).json


def test_one_content_of_a_draft_is_checked_once(desked, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    real = proposal.validate
    monkeypatch.setattr(proposal, "validate", lambda *arguments: (counted.append(1), real(*arguments))[1])
    known = part(desked, "entity", "ticket")
    counted.clear()
    known["document"]["fields"].append({"name": "extra", "label": "Extra", "type": "text"})
    desked.put(f"{DESIGN}/entity/ticket", known["document"], headers={"If-Match": known["etag"]})
    publish(desked)
    assert len(counted) == 1
    known = part(desked, "entity", "ticket")
    known["document"]["fields"].append({"name": "extra", "label": "Twice", "type": "text"})
    wrong = desked.put(f"{DESIGN}/entity/ticket", known["document"], headers={"If-Match": known["etag"]}).json
    assert [issue["code"] for issue in wrong["issues"]] == ["definition.twice"]
    assert desked.get(f"{DESIGN}/plan").json["hash"] is None


def test_each_save_goes_on_from_the_one_before(desked) -> None:
    known = part(desked, "entity", "ticket")
    document, tag = known["document"], known["etag"]
    for label in ("Ticket A", "Ticket B", known["document"]["label"], "Ticket C"):
        answer = desked.put(f"{DESIGN}/entity/ticket", {**document, "label": label}, headers={"If-Match": tag})
        assert answer.status_code == 200, (label, answer.json)
        tag = answer.json["etag"]
    assert part(desked, "entity", "ticket")["etag"] == tag


def test_who_else_designs(workspace, desked, open_browser) -> None:
    make_user(workspace, "colleague", is_admin=True)
    other = open_browser()
    other.sign_in("colleague")
    first = desked.post(f"{DESIGN}/presence", {"place": "form/ticket"}).json
    assert first["people"] == []
    second = other.post(f"{DESIGN}/presence", {"place": "role/agent"}).json
    assert [(item["label"], item["place"]) for item in second["people"]] == [("Admin", "form/ticket")]
    assert second["mark"] == first["mark"]
    known = part(other, "role", "agent")
    other.put(f"{DESIGN}/role/agent", {**known["document"], "description": "x"}, headers={"If-Match": known["etag"]})
    told = desked.post(f"{DESIGN}/presence", {"place": "form/ticket"}).json
    assert [item["label"] for item in told["people"]] == ["Colleague"] and told["mark"] != first["mark"]
    assert other.delete(f"{DESIGN}/presence").status_code == 204
    assert desked.post(f"{DESIGN}/presence", {"place": ""}).json["people"] == []
    plain = open_browser()
    make_user(workspace, "plain")
    plain.sign_in("plain")
    assert plain.post(f"{DESIGN}/presence", {"place": ""}).status_code == 403
    assert plain.get(f"{DESIGN}/publishing").status_code == 403
    assert desked.post("/api/designer/nowhere/presence", {}).status_code == 404

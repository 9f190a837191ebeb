"""Imports over HTTP, from the upload to the undoing; and lists that leave as files without a formula in them."""

from __future__ import annotations

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from engines.runtime.imports import import_job
from engines.runtime.jobs import Cancelled, run_job
from engines.runtime.work import JOBS, UNBEGUN
from tests.conftest import make_user

CONTENT = "Subject,Cost,Team\nfirst,1.00,North\nsecond,x,North\n=1+1,3,South\n"


def upload(browser, content=CONTENT, name="tickets.csv", **form):
    data = {"file": (io.BytesIO(content if isinstance(content, bytes) else content.encode()), name), **form}
    return browser.post("/api/imports", data=data, content_type="multipart/form-data")


def bug(error: BaseException) -> str:
    raise error


def test_an_import_from_upload_to_undo(workspace, desked) -> None:
    made = upload(desked, application="desk", entity="ticket")
    assert made.status_code == 201, made.json
    found = made.json
    assert found["state"] == "draft" and found["rows"] == 3 and found["separator"] == ","
    assert [column["field"] for column in found["columns"]] == ["subject", "cost", "team.name"]
    assert found["columns"][0]["samples"] == ["first", "second", "=1+1"]
    path = f"/api/imports/{found['id']}"
    wrong = {**found["mapping"], "columns": [*found["mapping"]["columns"], {"column": "Cost", "field": "csot"}]}
    told = desked.put(path, {"mapping": wrong})
    assert told.status_code == 200 and [issue["code"] for issue in told.json["issues"]] == ["reference.field"]
    assert desked.post(f"{path}/start").status_code == 422
    mapping = found["mapping"]
    mapping["columns"][2]["unknown"] = "stub"
    assert desked.put(path, {"mapping": mapping}).json["issues"] == []
    dry = desked.post(f"{path}/dry-run").json
    assert dry["counts"]["insert"] == 2 and dry["counts"]["reject"] == 1 and dry["counts"]["stub"] == 2
    assert dry["faults"][0]["row"] == 3 and dry["faults"][0]["issues"][0]["path"] == ["Cost"]
    assert desked.get("/api/records/desk/ticket").json["items"] == []
    job = desked.post(f"{path}/start")
    assert job.status_code == 202
    run_job(workspace, job.json["job"], JOBS, bug)
    done = desked.get(f"/api/jobs/{job.json['job']}").json
    assert done["state"] == "done" and done["result"]["counts"]["insert"] == 2, done
    assert {item["subject"] for item in desked.get("/api/records/desk/ticket").json["items"]} == {"first", "=1+1"}
    assert desked.get(path).json["state"] == "done"
    assert desked.get("/api/imports?application=desk").json["items"][0]["counts"]["reject"] == 1
    rejected = desked.get(f"{path}/rejected")
    rows = list(csv.reader(io.StringIO(rejected.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[1][:3] == ["second", "x", "North"] and rows[1][3] == "3"
    assert desked.post(f"{path}/start").status_code == 409
    job = desked.post(f"{path}/undo", {})
    run_job(workspace, job.json["job"], JOBS, bug)
    assert desked.get(path).json["state"] == "undone"
    assert desked.get("/api/records/desk/ticket").json["items"] == []


def test_a_cancelled_import_may_be_undone(workspace, desked) -> None:
    path = f"/api/imports/{upload(desked, application='desk', entity='ticket').json['id']}"
    desked.put(path, {"mapping": {"entity": "ticket", "columns": [{"column": "Subject", "field": "subject"}]}})
    job = desked.post(f"{path}/start").json["job"]
    desked.post(f"/api/jobs/{job}/cancel")
    run_job(workspace, job, JOBS, bug, unbegun=UNBEGUN)
    assert desked.get(f"/api/jobs/{job}").json["state"] == "cancelled"
    assert desked.get(path).json["state"] == "cancelled", "what never began is not said to be running"
    again = desked.post(f"{path}/start")
    assert again.status_code == 202
    run_job(workspace, job, JOBS, bug, unbegun=UNBEGUN)
    assert desked.get(path).json["state"] == "running", "the one before says nothing of the one begun since"
    run_job(workspace, again.json["job"], JOBS, bug)
    assert desked.get(path).json["counts"]["insert"] == 3


def test_an_import_stopped_in_its_middle_goes_on_or_is_undone(workspace, desked, monkeypatch) -> None:
    monkeypatch.setattr("engines.exchange.run.CHUNK", 2)
    rows = "".join(f"row {number},{number}.00\n" for number in range(9))
    path = f"/api/imports/{upload(desked, 'Subject,Cost' + chr(10) + rows, application='desk', entity='ticket').json['id']}"

    class Stopping:
        def advance(self, done, total, message=None) -> None:
            raise Cancelled

    def run(start: str, jobs=JOBS) -> dict:
        job = desked.post(f"{path}/{start}", {})
        assert job.status_code == 202, job.json
        run_job(workspace, job.json["job"], jobs, bug)
        return desked.get(path).json

    stops = {"import": lambda space, given, progress: import_job(space, given, Stopping())}
    stopped = run("start", stops)
    assert stopped["state"] == "cancelled" and 0 < stopped["counts"]["insert"] < 9
    done = run("start")
    assert done["state"] == "done" and done["counts"]["insert"] == 9
    items = desked.get("/api/records/desk/ticket").json["items"]
    assert sorted(item["double"] for item in items) == sorted(f"{2 * number}.00" for number in range(9))
    assert run("undo")["state"] == "undone" and not desked.get("/api/records/desk/ticket").json["items"]
    assert desked.post(f"{path}/start").status_code == 409


def test_history_says_what_came_from_an_import(workspace, desked) -> None:
    first = desked.post("/api/records/desk/ticket", {"subject": "first", "cost": "1.00"}).json["id"]
    found = upload(desked, "Subject,Cost\nfirst,9\nother,2\nthird,3\n", application="desk", entity="ticket").json
    path = f"/api/imports/{found['id']}"
    desked.put(path, {"mapping": {**found["mapping"], "mode": "upsert", "match": ["subject"]}})
    run_job(workspace, desked.post(f"{path}/start").json["job"], JOBS, bug)
    items = {item["subject"]: item["id"] for item in desked.get("/api/records/desk/ticket").json["items"]}
    run = {"id": found["id"], "kind": "import", "file": "tickets.csv", "state": "done", "open": True}

    def history(name: str, more: str = "") -> list:
        answer = desked.get(f"/api/records/desk/ticket/{items[name]}/history{more}").json["items"]
        return [(item["action"], item["run"], bool(item["changes"])) for item in answer]

    assert history("other") == [("import", run, False)]
    assert history("first") == [("update", run, True), ("create", None, False)] and first == items["first"]
    desked.patch(f"/api/records/desk/ticket/{items['third']}", {"note": "mine"}, headers={"If-Match": '"1"'})
    run_job(workspace, desked.post(f"{path}/undo", {"keep_changed": True}).json["job"], JOBS, bug)
    run["state"] = "undone"
    assert history("first") == [("undo", run, True), ("update", run, True), ("create", None, False)]
    assert history("other", "?bin=1") == [("undo", run, False), ("import", run, False)]
    # What somebody changed since was left alone, so nothing of its undoing is told.
    assert [action for action, _, _ in history("third")] == ["update", "import"]


def test_a_large_file_is_tried_by_a_job(workspace, desked, monkeypatch) -> None:
    monkeypatch.setattr("engines.runtime.imports.SMALL_ROWS", 2)
    found = upload(desked, application="desk", entity="ticket").json
    path = f"/api/imports/{found['id']}"
    mapping = {
        "entity": "ticket",
        "columns": [{"column": "Subject", "field": "subject"}, {"column": "Cost", "field": "cost"}],
    }
    desked.put(path, {"mapping": mapping})
    asked = desked.post(f"{path}/dry-run")
    assert asked.status_code == 202 and desked.get(path).json["trying"] == asked.json["job"]
    run_job(workspace, asked.json["job"], JOBS, bug)
    job = desked.get(f"/api/jobs/{asked.json['job']}").json
    assert job["state"] == "done" and job["result"]["counts"]["insert"] == 2
    tried = desked.get(path).json["tried"]
    assert tried["counts"]["reject"] == 1 and tried["faults"][0]["row"] == 3
    assert desked.get("/api/records/desk/ticket").json["items"] == [] and desked.get(path).json["state"] == "draft"
    # Another mapping: what was found out holds no longer, and a run that is asked to stop leaves nothing behind.
    mapping["columns"].pop()
    assert desked.put(path, {"mapping": mapping}).json["tried"] is None
    again = desked.post(f"{path}/dry-run").json["job"]
    desked.post(f"/api/jobs/{again}/cancel")
    run_job(workspace, again, JOBS, bug)
    assert desked.get(f"/api/jobs/{again}").json["state"] == "cancelled" and desked.get(path).json["tried"] is None
    desked.put(path, {"mapping": {"entity": "ticket", "columns": [{"column": "Subject", "field": "nope"}]}})
    assert desked.post(f"{path}/dry-run").status_code == 422


def test_who_may_import(workspace, desked, open_browser) -> None:
    make_user(workspace, "lead", roles=[{"application": "desk", "id": "lead"}])
    other = open_browser()
    other.sign_in("lead")
    mine = upload(desked, application="desk", entity="ticket").json["id"]
    assert other.get(f"/api/imports/{mine}").status_code == 404
    own = upload(other, application="desk", entity="ticket")
    assert own.status_code == 201
    refused = other.post(f"/api/imports/{own.json['id']}/dry-run")
    assert refused.status_code == 403 and refused.json["issues"][0]["code"] == "exchange.only_some_rows"
    claims = upload(other, "title\nc\n", application="desk", entity="claim").json["id"]
    assert other.post(f"/api/imports/{claims}/dry-run").json["counts"]["insert"] == 1
    assert open_browser().post("/api/imports").status_code == 401


BAD = [
    (b"", "a.csv", "exchange.empty"),
    (b"MZ\0", "a.csv", "file.not_what_it_says"),
    (b"x", "a.exe", "exchange.unknown_kind"),
]


@pytest.mark.parametrize(("content", "name", "code"), BAD)
def test_files_that_are_no_tables(desked, content: bytes, name: str, code: str) -> None:
    answer = upload(desked, content, name)
    assert answer.status_code == 422 and answer.json["issues"][0]["code"] == code
    assert code == "exchange.empty" or name in answer.json["issues"][0]["message"]
    assert desked.get("/api/imports").json["items"] == []
    assert desked.post("/api/imports", data={}, content_type="multipart/form-data").status_code == 422


def test_a_sheet_becomes_a_part_of_the_application(workspace, desked) -> None:
    sheet = "名称,购买日期,价格,状态\n" + "".join(
        f"投影仪{n},2026-01-0{n % 9 + 1},{n}.50,{'好坏'[n % 2]}\n" for n in range(20)
    )
    path = f"/api/imports/{upload(desked, sheet, '设备.csv').json['id']}"
    made = desked.post(f"{path}/new-entity", {"application": "desk", "label": {"zh-CN": "设备", "en": "Device"}})
    assert made.status_code == 201, made.json
    assert {item["kind"] for item in made.json["made"]} == {"entity", "form", "view", "menu"}
    draft = desked.get("/api/designer/desk").json
    entity = next(
        item for item in draft["definitions"] if (item["kind"], item["id"]) == ("entity", made.json["entity"])
    )
    assert [field["type"] for field in entity["document"]["fields"]] == ["text", "date", "money", "choice"]
    assert all(not item["issues"] for item in draft["definitions"])
    plan = desked.get("/api/designer/desk/plan").json
    accepted = [change["id"] for change in plan["changes"]]
    assert desked.post("/api/designer/desk/publish", {"hash": plan["hash"], "accepted": accepted}).status_code == 200
    job = desked.post(f"{path}/start").json["job"]
    run_job(workspace, job, JOBS, bug)
    items = desked.get(f"/api/records/desk/{made.json['entity']}").json["items"]
    assert len(items) == 20 and desked.get(path).json["counts"]["reject"] == 0


@pytest.fixture
def filled(desked):
    for subject, cost in (("=cmd|' /C calc'!A0", "-1.50"[1:]), ("@x", "2.00"), ("plain", "12.25")):
        assert (
            desked.post("/api/records/desk/ticket", {"subject": subject, "cost": cost, "urgency": "high"}).status_code
            == 201
        )
    return desked


def test_a_list_leaves_as_csv(filled) -> None:
    answer = filled.get("/api/records/desk/ticket/export?fields=subject,cost,urgency&sort=id&filter={cost} < 10")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows == [["Subject", "Cost", "Urgency"], ["'=cmd|' /C calc'!A0", "1.50", "紧急"], ["'@x", "2.00", "紧急"]]
    assert filled.get("/api/records/desk/ticket/export?format=pdf").status_code == 422
    assert filled.get("/api/records/desk/ticket/export?fields=nope").status_code == 422


def test_a_list_leaves_as_a_workbook_and_comes_back(workspace, filled) -> None:
    answer = filled.get("/api/records/desk/ticket/export?format=xlsx&fields=subject,cost,urgency,created_at&sort=id")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["Subject", "Cost", "Urgency"] and rows[3][:3] == ["plain", 12.25, "紧急"]
    found = upload(filled, answer.data, "back.xlsx", application="desk", entity="ticket").json
    assert [column["field"] for column in found["columns"]][:3] == ["subject", "cost", "urgency"]
    dry = filled.post(f"/api/imports/{found['id']}/dry-run").json
    assert dry["counts"]["insert"] == 3 and dry["counts"]["reject"] == 0


def test_nobody_exports_more_than_they_may(workspace, filled, open_browser) -> None:
    for role in ("lead", "agent", "reader"):
        make_user(workspace, role, roles=[{"application": "desk", "id": role}])
        other = open_browser()
        other.sign_in(role)
        answer = other.get("/api/records/desk/ticket/export?fields=subject")
        if role == "lead":
            assert answer.status_code == 200 and len(answer.get_data(as_text=True).splitlines()) == 1
        else:
            assert answer.status_code == 403

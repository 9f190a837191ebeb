"""Records over HTTP: what people send, however wrong, is answered clearly; and no request asks more than it must."""

from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import quote

import psycopg
import pytest

from engines import database
from engines.runtime import outbox
from tests.conftest import make_user
from tests.desk import desk, release

TICKETS = "/api/records/desk/ticket"


def make(browser, **values):
    answer = browser.post(TICKETS, {"subject": "s", **values})
    assert answer.status_code == 201, answer.json
    return answer.json


def test_a_record_lives_its_life(desked) -> None:
    made = make(desked, cost="3.00", labels=["b", "A"], related=[])
    path = f"{TICKETS}/{made['id']}"
    assert made["code"] == "T-0001" and made["double"] == "6.00" and made["labels"] == ["a", "b"]
    changed = desked.patch(path, {"cost": "4.00"}, headers={"If-Match": 'W/"1"'})
    assert changed.json["double"] == "8.00" and changed.headers["ETag"] == 'W/"2"'
    stale = desked.patch(path, {"cost": "5.00"}, headers={"If-Match": 'W/"1"'})
    assert (
        stale.status_code == 409 and stale.json["current"]["cost"] == "4.00" and stale.json["yours"] == {"cost": "5.00"}
    )
    told = desked.get(f"{path}/history").json["items"]
    assert [item["action"] for item in told] == ["update", "create"]
    assert told[0]["changes"] == [{"field": "cost", "before": "3.00", "after": "4.00"}]
    assert desked.post(f"{path}/comments", {"text": "好 <b>&</b>"}).status_code == 201
    assert desked.get(f"{path}/comments").json["items"][0]["text"] == "好 <b>&</b>"
    assert desked.post(f"{path}/comments", {"text": " "}).status_code == 422
    assert desked.delete(path).status_code == 204 and desked.get(path).status_code == 404
    assert desked.get(f"{TICKETS}?bin=1").json["items"][0]["id"] == made["id"]
    assert desked.post(f"{path}/restore").json["cost"] == "4.00"


TOGETHER = [
    (["phone"], {"phone": "13800138000"}, "Phone“13800138000”已存在"),
    (["phone", "due"], {"phone": "13800138000", "due": "2026-01-05"}, "“Phone、Due”与已有的记录重复"),
    (["team"], {"team": 1}, "“Team”与已有的记录重复"),
]


@pytest.mark.parametrize(("fields", "values", "message"), TOGETHER, ids=lambda one: "_".join(one) if isinstance(one, list) else "")
def test_what_an_index_refuses_is_told_without_numbers(desked, workspace, fields, values, message) -> None:
    document = desk()
    document["entities"][1]["indexes"] = [{"id": "alone", "fields": fields, "unique": True}]
    release(workspace, document)
    assert desked.post("/api/records/desk/team", {"name": "North"}).status_code == 201
    make(desked, **values)
    again = desked.post(TICKETS, {"subject": "again", **values}, headers={"Accept-Language": "zh-CN"})
    assert again.status_code == 422 and again.json["issues"][0]["path"] == fields[:1]
    assert again.json["issues"][0]["message"] == message


def test_lines_are_written_with_their_record(desked) -> None:
    claims = "/api/records/desk/claim"
    made = desked.post(
        claims, {"title": "c", "lines": [{"what": "a", "amount": "1.10"}, {"what": "b", "amount": "2.20"}]}
    )
    assert made.json["total"] == "3.30"
    lines = made.json["lines"]
    kept = {"id": lines[0]["id"], "amount": "5.00"}
    changed = desked.patch(f"{claims}/{made.json['id']}", {"lines": [kept, {"what": "c", "amount": "1.00"}]})
    assert changed.json["total"] == "6.00" and [line["what"] for line in changed.json["lines"]] == ["a", "c"]
    wrong = desked.post(claims, {"title": "c", "lines": [{"what": "a", "amount": "1"}, {"amount": "x"}]})
    assert wrong.status_code == 422
    assert {tuple(issue["path"]) for issue in wrong.json["issues"]} == {("lines", 1, "what"), ("lines", 1, "amount")}
    assert len(desked.get(claims).json["items"]) == 1


WRONG = [
    ({"subject": ""}, [["subject"]]),
    ({}, [["subject"]]),
    ({"subject": "s", "cost": "1.234"}, [["cost"]]),
    ({"subject": "s", "cost": "-1.00"}, [[]]),
    ({"subject": "s", "urgency": "mid"}, [["urgency"]]),
    ({"subject": "s", "team": 99}, [["team"]]),
    ({"subject": "s", "owner": 99}, [["owner"]]),
    ({"subject": "s", "due": "2026-02-30"}, [["due"]]),
    ({"subject": "s", "sbuject": 1}, [["sbuject"]]),
    ({"subject": "s", "closed_at": "2026-01-01T00:00:00"}, [["closed_at"]]),
    ({"subject": "s" * 300}, [["subject"]]),
    ({"subject": "s", "related": [5]}, [["related"]]),
    ({"subject": {"a": 1}, "cost": [1]}, [["subject"], ["cost"]]),
]


def test_wrong_values_are_told_at_their_fields(desked) -> None:
    for values, paths in WRONG:
        answer = desked.post(TICKETS, values)
        assert answer.status_code == 422, (values, answer.json)
        assert sorted(issue["path"] for issue in answer.json["issues"]) == sorted(paths), values
        assert all(issue["message"] for issue in answer.json["issues"])
    assert desked.get(f"{TICKETS}/count").json["count"] == 0


ASKED = [
    "filter=%7Bcost%7D%20%3E",
    "filter=%7Bnowhere%7D%20%3D%201",
    "filter=%7Bcost%7D",
    "sort=nowhere",
    "fields=nowhere",
    "after=rubbish",
    "limit=0",
    "limit=9999",
    "limit=x",
    "view=nowhere",
    "sort=labels",
    "search=" + "x" * 200,
    "fields=team.nowhere",
]


def test_wrong_questions_are_refused_in_words(desked) -> None:
    for query in ASKED:
        answer = desked.get(f"{TICKETS}?{query}")
        assert 400 <= answer.status_code < 500 and answer.json["issues"][0]["message"], (query, answer.json)


def test_a_list_is_paged_through_in_every_order(desked) -> None:
    for n in range(23):
        make(desked, subject=f"s{n % 5}", due=f"2026-01-{n % 7 + 1:02d}" if n % 3 else None, cost=f"{n % 4}.00")
    for sort in ("due", "-due", "cost,-due", "-subject,due", "team.name,-id", "closed_at", "-created_at"):
        whole = [item["id"] for item in desked.get(f"{TICKETS}?sort={sort}&limit=100").json["items"]]
        found, after = [], ""
        while True:
            answer = desked.get(f"{TICKETS}?sort={sort}&limit=4&after={after}").json
            found += [item["id"] for item in answer["items"]]
            if not answer["next"]:
                break
            after = answer["next"]
        assert found == whole and len(set(found)) == 23, sort


def test_hard_text_comes_back_as_it_was(desked) -> None:
    for text in (
        "<script>alert(1)</script>",
        "'; DROP TABLE desk__ticket; --",
        "张三 · 100%_\\",
        "=cmd|' /C calc'!A0",
        "😀é",
    ):
        made = make(desked, subject=text, note=f"{text}\n{text}")
        assert made["subject"] == text and made["note"] == f"{text}\n{text}"
        found = desked.get(TICKETS, query_string={"search": text}).json["items"]
        assert made["id"] in [item["id"] for item in found]


def test_many_are_changed_each_for_itself(desked) -> None:
    numbers = [make(desked, cost="1.00")["id"] for _ in range(3)]
    answer = desked.post(f"{TICKETS}/bulk", {"ids": [*numbers, 999], "values": {"urgency": "high"}}).json
    assert answer["changed"] == 3 and answer["issues"][0]["path"] == [999]
    desked.patch(f"{TICKETS}/{numbers[0]}", {"urgency": "high", "subject": "mine"})
    back = desked.post(f"{TICKETS}/bulk", {"changes": answer["undo"]}).json
    assert back["changed"] == 2 and [issue["path"][0] for issue in back["issues"]] == [numbers[0]]
    states = [desked.get(f"{TICKETS}/{number}").json["urgency"] for number in numbers]
    assert states == ["high", "low", "low"]
    again = desked.post(f"{TICKETS}/bulk", {"changes": back["undo"]}).json
    assert again["changed"] == 2 and not again["issues"]
    desked.patch(f"{TICKETS}/{numbers[0]}", {"urgency": "high"})
    for wrong in ("x", [1], [{"id": "1", "version": 1, "values": {}}], [{"id": 1, "version": 1}]):
        assert desked.post(f"{TICKETS}/bulk", {"changes": wrong}).status_code in (400, 422)
    answer = desked.post(f"{TICKETS}/bulk", {"filter": '{urgency} = "high"', "delete": True}).json
    assert answer["changed"] == 3


def told_by_the_driver(workspace) -> list[str]:
    """Every statement that readers' connections execute from now on, those past SQLAlchemy included."""
    counted: list[str] = []

    def note(statement) -> None:
        if not str(statement).startswith(("PRAGMA", "BEGIN", "ROLLBACK")):
            counted.append(str(statement))

    class Telling(psycopg.Cursor):
        def execute(self, query, *rest, **named):
            note(query)
            return super().execute(query, *rest, **named)

    assert workspace.held
    for connection in workspace.held:
        driver = connection.connection.driver_connection
        if workspace.dialect == "sqlite":
            driver.set_trace_callback(note)
        else:
            driver.cursor_factory = Telling
    return counted


def test_statements_per_request(workspace, desked) -> None:
    """What a request costs in statements, the opening look at the counters included; more rows never cost more."""
    numbers = [make(desked, subject=f"s{n}", cost="1.00")["id"] for n in range(30)]
    desked.get(f"{TICKETS}?limit=30")
    desked.get(f"{TICKETS}/{numbers[0]}")
    counted = told_by_the_driver(workspace)
    allowed = {
        ("GET", f"{TICKETS}?limit=30"): 2,
        ("GET", f"{TICKETS}?limit=5"): 2,
        ("GET", f"{TICKETS}/{numbers[0]}"): 3,
        ("GET", f"{TICKETS}/count"): 2,
        ("GET", f"{TICKETS}/lookup?search=s"): 2,
        ("GET", "/api/applications"): 1,
    }
    for (method, path), most in allowed.items():
        desked.call(method, path)
        counted.clear()
        assert desked.call(method, path).status_code == 200
        assert 1 <= len(counted) <= most, (path, counted)


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def test_files_are_kept_by_content_and_read_by_key(workspace, admin) -> None:
    document = desk()
    document["entities"][1]["fields"].append({"name": "shot", "label": "Shot", "type": "image"})
    release(workspace, document)

    def send(content: bytes, name: str):
        return admin.call("POST", "/api/files", data={"file": (__import__("io").BytesIO(content), name)})

    kept = send(PNG, "a/../b.png")
    assert kept.status_code == 201 and kept.json["name"] == "b.png"
    assert send(b"%PDF-1.4", "b.png").status_code == 422 and send(PNG, "report.pdf").status_code == 422
    made = make(admin, shot=[{**kept.json, "name": "evil.html", "type": "image/png"}])
    assert made["shot"] == [kept.json]
    shown = admin.get(f"/api/files/{kept.json['id']}/{kept.json['key']}")
    assert shown.data == PNG and "sandbox" in shown.headers["Content-Security-Policy"]
    assert admin.get(f"/api/files/{kept.json['id']}/guess").status_code == 404
    stolen = admin.post(TICKETS, {"subject": "s", "shot": [{**kept.json, "key": "guess"}]})
    assert stolen.status_code == 422 and stolen.json["issues"][0]["path"] == ["shot"]


def test_a_public_form_takes_only_what_stands_on_it(workspace, open_browser) -> None:
    document = desk()
    document["forms"][0]["public"] = True
    release(workspace, document)
    visitor = open_browser()
    shown = visitor.get("/api/public/desk/ticket").json
    assert [item["name"] for item in shown["entity"]["fields"]] == ["subject", "cost"]
    assert visitor.post("/api/public/desk/ticket", {"subject": "from outside"}).status_code == 201
    assert visitor.post("/api/public/desk/ticket", {"subject": "s", "secret": "x"}).status_code == 422
    assert visitor.post("/api/public/desk/ticket", {}).json["issues"][0]["path"] == ["subject"]
    assert visitor.get("/api/public/desk/qr.svg").status_code == 404
    assert visitor.get("/api/public/desk/ticket/qr.svg").data.startswith(b"<?xml")
    codes = {visitor.post("/api/public/desk/ticket", {"subject": "s"}).status_code for _ in range(40)}
    assert codes == {201, 423}


def test_a_visitor_sends_a_picture_and_reads_none(workspace, open_browser, desked) -> None:
    document = desk()
    document["forms"][0] |= {"public": True}
    document["forms"][0]["components"].append({"type": "field", "field": "shot"})
    ticket = next(item for item in document["entities"] if item["name"] == "ticket")
    ticket["fields"].append({"name": "shot", "label": "Shot", "type": "image"})
    release(workspace, document)
    visitor = open_browser()

    def send(field: str, content: bytes, name: str = "a.png"):
        return visitor.client.post(f"/api/public/desk/ticket/files/{field}", data={"file": (BytesIO(content), name)})

    kept = send("shot", PNG)
    assert kept.status_code == 201
    assert visitor.post("/api/public/desk/ticket", {"subject": "with a picture", "shot": [kept.json]}).status_code == 201
    assert desked.get(f"{TICKETS}?limit=1&fields=subject,shot").json["items"][0]["shot"] == [kept.json]
    assert visitor.get(f"/api/files/{kept.json['id']}/{kept.json['key']}").status_code == 401
    assert send("subject", PNG).status_code == send("secret", PNG).status_code == 404
    assert send("shot", b"plain words").status_code == 422
    assert send("shot", PNG + bytes(10_000_001)).status_code == 422


def test_history_leaves_out_what_its_reader_may_not_see(workspace, desked, open_browser) -> None:
    agent_id = make_user(workspace, "agent", roles=[{"application": "desk", "id": "agent"}])
    path = f"{TICKETS}/{make(desked, owner=agent_id)['id']}"
    desked.patch(path, {"secret": "s1", "cost": "2.00", "phone": "13800138000"})
    agent = open_browser()
    agent.sign_in("agent")
    told = agent.get(f"{path}/history").json["items"][0]["changes"]
    assert [one["field"] for one in told] == ["cost"]
    whole = desked.get(f"{path}/history").json["items"][0]["changes"]
    assert {one["field"] for one in whole} == {"secret", "cost", "phone"}


def test_a_value_tells_where_it_comes_from(workspace, desked, open_browser) -> None:
    agent_id = make_user(workspace, "agent", roles=[{"application": "desk", "id": "agent"}])
    path = f"{TICKETS}/{make(desked, owner=agent_id, cost='1.00')['id']}"
    for values in ({"cost": "2.00"}, {"subject": "other"}, {"cost": "3.00"}, {"secret": "s"}):
        desked.patch(path, values)

    def told(field: str, browser=desked):
        items = browser.get(f"{path}/history?field={field}").json["items"]
        return [(item["action"], [(one["field"], one["after"]) for one in item["changes"]]) for item in items]

    assert told("cost") == [("update", [("cost", "3.00")]), ("update", [("cost", "2.00")]), ("create", [])]
    assert told("note") == [("create", [])]
    agent = open_browser()
    agent.sign_in("agent")
    assert told("cost", agent) == told("cost")
    assert agent.get(f"{path}/history?field=secret").status_code == 422
    assert desked.get(f"{path}/history?field=nothing").status_code == 422


def test_a_visitor_is_nobody(workspace, desked, open_browser) -> None:
    document = desk()
    document["forms"][0]["public"] = True
    document["entities"][1]["fields"][3]["initial"] = "ME()"
    release(workspace, document)
    assert open_browser().post("/api/public/desk/ticket", {"subject": "from outside"}).status_code == 201
    assert desked.get(TICKETS).json["items"][0]["owner"] is None


def test_groups_by_a_reference_are_called_by_name(desked) -> None:
    team = desked.post("/api/records/desk/team", {"name": "Night shift"}).json
    make(desked, team=team["id"])
    make(desked)
    told = desked.get(f"{TICKETS}/groups?by=team").json["items"]
    assert {(item["value"] or {}).get("label") for item in told} == {None, "Night shift"}
    assert next(item for item in told if item["value"])["value"]["id"] == team["id"]


def test_a_record_without_a_title_is_not_one_that_may_not_be_seen(workspace, desked) -> None:
    document = desk()
    document["entities"].append({"name": "box", "label": "Box", "title": "name", "fields": [{"name": "name", "label": "Name", "type": "text"}]})
    document["entities"][1]["fields"].append({"name": "box", "label": "Box", "type": "reference", "entity": "box"})
    release(workspace, document)
    bare = desked.post("/api/records/desk/box", {}).json["id"]
    make(desked, box=bare)
    make(desked)
    told = [item["box"] for item in desked.get(f"{TICKETS}?fields=box").json["items"]]
    assert {"id": bare, "label": ""} in told and None in told


def test_a_list_names_the_records_that_its_rows_link_to(desked) -> None:
    one, two = make(desked, subject="one"), make(desked, subject="two")
    make(desked, subject="three", related=[one["id"], two["id"]])
    told = {item["subject"]: item["related"] for item in desked.get(f"{TICKETS}?fields=subject,related").json["items"]}
    names = [{"id": one["id"], "label": "one"}, {"id": two["id"], "label": "two"}]
    assert told == {"one": [], "two": [], "three": names}
    assert "related" not in desked.get(f"{TICKETS}?fields=subject").json["items"][0]


def test_a_record_of_any_entity_is_called_by_its_name(workspace, desked) -> None:
    document = desk()
    ticket = next(item for item in document["entities"] if item["name"] == "ticket")
    ticket["fields"].append({"name": "about", "label": "About", "type": "reference", "targets": ["team", "ticket"]})
    release(workspace, document)
    team = desked.post("/api/records/desk/team", {"name": "Night shift"}).json["id"]
    first = make(desked, subject="first", about={"entity": "desk.team", "id": team})
    second = make(desked, subject="second", about={"entity": "desk.ticket", "id": first["id"]})
    assert second["about"]["label"] == "first"
    told = {item["subject"]: item["about"] for item in desked.get(f"{TICKETS}?fields=subject,about").json["items"]}
    assert told["first"] == {"entity": "desk.team", "id": team, "label": "Night shift"}
    assert desked.get(f"{TICKETS}/{second['id']}").json["about"] == told["second"] == second["about"]


def test_a_list_that_would_run_for_minutes_is_ended(workspace, desked, monkeypatch) -> None:
    for n in range(40):
        make(desked, subject=f"s{n}", note="long " * 1900)
    once = 'LEN(SUBSTITUTE({note}, "long", "longer"))'
    slow = f"{' + '.join([once] * 40)} < 5"
    path = f"{TICKETS}?filter={quote(slow)}"
    assert desked.get(path).status_code == 200
    monkeypatch.setattr(database, "READ_SECONDS", 0.001)
    monkeypatch.setattr(database, "PROGRESS_STEPS", 1)
    refused = desked.get(path)
    assert refused.status_code == 423 and refused.json["issues"][0]["code"] == "database.too_slow"
    monkeypatch.undo()
    assert desked.get(path).status_code == 200


def test_work_put_off_rings_after_its_commit(workspace, desked) -> None:
    heard: list[str] = []
    workspace.bells.append(heard.append)
    now = datetime.now(UTC)
    with pytest.raises(ZeroDivisionError), workspace.write() as connection:
        outbox.enqueue(connection, "mail", {}, now=now)
        raise ZeroDivisionError
    assert heard == []
    with workspace.write() as connection:
        outbox.enqueue(connection, "mail", {}, now=now)
        assert heard == []
    make(desked)
    assert heard == ["mail"]

"""Designing over HTTP: drafts, plans, publish, roll back, usages and renames; and questions to reports and boards."""

import threading

from openapi_spec_validator import validate as validate_openapi

from engines.database import Workspace
from tests.conftest import make_user
from tests.desk import entity, field

DESIGN = "/api/designer/desk"


def part(browser, kind: str, identity: str) -> dict:
    found = browser.get(DESIGN).json["definitions"]
    return next(item for item in found if (item["kind"], item["id"]) == (kind, identity))


def publish(browser, **accepted):
    plan = browser.get(f"{DESIGN}/plan").json
    answer = browser.post(f"{DESIGN}/publish", {"hash": plan["hash"], "accepted": [one["id"] for one in plan["changes"]]})
    assert answer.status_code == 200, answer.json
    return plan


def test_a_dragged_field_becomes_column_form_list_and_number(desked) -> None:
    known = part(desked, "entity", "ticket")
    document = known["document"]
    name = desked.post(f"{DESIGN}/names", {"label": "预计工时", "taken": []}).json["name"]
    assert name == "yu_ji_gong_shi"
    document["fields"].append({"name": name, "label": "预计工时", "type": "decimal"})
    kept = desked.put(f"{DESIGN}/entity/ticket", document, headers={"If-Match": known["etag"]})
    assert kept.status_code == 200 and kept.json["issues"] == [] and kept.json["changed"]
    stale = desked.put(f"{DESIGN}/entity/ticket", document, headers={"If-Match": known["etag"]})
    assert stale.status_code in (409, 412) and stale.json["current"]["name"] == "ticket"
    plan = publish(desked)
    assert [(one["text"], one["risk"]) for one in plan["changes"]] == [("Add the field “预计工时” to “Ticket”", "SAFE")] or \
        [(one["text"], one["risk"]) for one in plan["changes"]] == [("在“Ticket”新增字段“预计工时”", "SAFE")]
    made = desked.post("/api/records/desk/ticket", {"subject": "s", name: "1.50"}).json
    assert made[name] == "1.50"
    assert name in [item["name"] for item in desked.get("/api/applications/desk").json["entities"]["ticket"]["fields"]]
    shown = desked.get(f"{DESIGN}/releases").json["items"]
    assert shown[0]["changes"][0]["label"] == "预计工时"
    desked.post(f"{DESIGN}/rollback", {"to": shown[1]["number"]})
    assert publish(desked)["changes"][0]["risk"] == "LOSSY"
    assert name not in desked.get(f"/api/records/desk/ticket/{made['id']}").json


def test_a_wrong_draft_is_kept_and_says_what_is_wrong(desked) -> None:
    known = part(desked, "view", "tickets")
    document = {**known["document"], "filter": "{cots} > 5", "colour": "red"}
    kept = desked.put(f"{DESIGN}/view/tickets", document, headers={"If-Match": known["etag"]}).json
    assert {tuple(issue["path"]) for issue in kept["issues"]} == {("filter",), ("colour",)}
    assert part(desked, "view", "tickets")["document"]["filter"] == "{cots} > 5"
    plan = desked.get(f"{DESIGN}/plan").json
    assert plan["hash"] is None and plan["blocked"]
    assert desked.post(f"{DESIGN}/publish", {"hash": "x"}).status_code == 422
    assert desked.post(f"{DESIGN}/discard", {}).status_code == 204
    assert part(desked, "view", "tickets")["document"]["filter"] == "{cost} > 5"


def test_two_who_publish_at_once_release_once(workspace: Workspace, desked, open_browser) -> None:
    known = part(desked, "entity", "ticket")
    known["document"]["fields"].append(field("extra", "text"))
    desked.put(f"{DESIGN}/entity/ticket", known["document"], headers={"If-Match": known["etag"]})
    mark = desked.get(f"{DESIGN}/plan").json["hash"]
    other = open_browser()
    other.sign_in("admin")
    answers: list[int] = []
    threads = [threading.Thread(target=lambda browser=browser: answers.append(
        browser.post(f"{DESIGN}/publish", {"hash": mark, "accepted": []}).status_code)) for browser in (desked, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers)[0] == 200 and sorted(answers)[1] in (409, 423), answers


def test_usages_and_renames(desked) -> None:
    found = desked.get(f"{DESIGN}/usages?kind=field&entity=ticket&name=cost").json["items"]
    assert {(item["kind"], item["id"]) for item in found} >= {
        ("entity", "ticket"), ("entity", "team"), ("form", "ticket"), ("view", "tickets"), ("dataset", "tickets"),
        ("role", "reader")}
    told = desked.post(f"{DESIGN}/rename", {"kind": "field", "entity": "ticket", "id": "cost", "name": "price"}).json
    assert told["rewritten"] == len(found)
    publish(desked)
    assert "price" in desked.post("/api/records/desk/ticket", {"subject": "s"}).json
    checked = desked.post(f"{DESIGN}/check", {"text": "{pirce} > 1", "entity": "ticket"}).json
    assert checked["issues"][0]["message"]


def test_a_new_application_from_nothing(desked) -> None:
    made = desked.post("/api/designer/applications", {"label": "库存"}).json["name"]
    assert made == "ku_cun"
    document = {"name": "item", "label": "物料", "fields": [field("title", "text")]}
    assert desked.put(f"/api/designer/{made}/entity/item", document, headers={"If-Match": "*"}).status_code == 200
    plan = desked.get(f"/api/designer/{made}/plan").json
    assert desked.post(f"/api/designer/{made}/publish", {"hash": plan["hash"], "accepted": []}).status_code == 200
    assert desked.post(f"/api/records/{made}/item", {"title": "x"}).status_code == 201
    assert desked.post("/api/designer/applications", {"label": "库存", "name": made}).status_code == 409


def test_only_administrators_design(workspace, desked, open_browser) -> None:
    make_user(workspace, "lead", roles=[{"application": "desk", "id": "lead"}])
    lead = open_browser()
    lead.sign_in("lead")
    for path in (DESIGN, f"{DESIGN}/plan", f"{DESIGN}/releases", "/api/designer"):
        assert lead.get(path).status_code == 403
    assert lead.put(f"{DESIGN}/entity/ticket", {"name": "ticket"}).status_code == 403


def test_reports_answer_in_numbers(desked) -> None:
    team = desked.post("/api/records/desk/team", {"name": "North"}).json["id"]
    for n, (cost, due) in enumerate((("1.00", "2026-01-31"), ("2.50", "2026-02-01"), (None, "2026-02-02"), ("4.00", None))):
        desked.post("/api/records/desk/ticket", {
            "subject": "s", "team": team if n % 2 else None, "cost": cost, "due": due, "urgency": "high" if n else "low",
            "closed_at": "2026-01-31T20:00:00Z"})
    shown = desked.post("/api/reports/desk/by_team", {}).json
    assert shown["rows"] == [["North", "6.50", 2], [None, "1.00", 2]] and shown["figure"]["data"][0]["y"] == [6.5, 1.0]

    def ask(report, **more):
        answer = desked.post("/api/reports/desk/query", {"report": {"dataset": "tickets", **report}, **more})
        assert answer.status_code == 200, answer.json
        return answer.json["rows"]

    assert ask({"rows": [{"dimension": "due", "grain": "month"}], "measures": ["tickets"]}) == [
        [None, 1], ["2026-01", 1], ["2026-02", 2]]
    assert ask({"rows": [{"dimension": "due", "grain": "quarter"}], "measures": ["mean", "share"]}) == [
        [None, "4", "4"], ["2026-Q1", "1.75", "1.166667"]]
    assert ask({"rows": [{"dimension": "closed", "grain": "month"}], "measures": ["tickets"]}) == [["2026-02", 4]]
    assert ask({"rows": [{"dimension": "closed", "grain": "month"}], "measures": ["tickets"]}, zone="UTC") == [["2026-01", 4]]
    assert ask({"measures": ["cost", "teams"]}, filters={"due": {"from": "2026-02-01", "to": "2026-02-28"}}) == [["2.50", 1]]
    assert ask({"rows": [{"dimension": "urgency"}], "measures": ["tickets"], "order": [{"by": "tickets"}], "limit": 1}) in (
        [["High", 3]], [["紧急", 3]])
    for wrong in ({"rows": [{"dimension": "nope"}]}, {"measures": ["nope"]}, {"order": [{"by": "nope"}]}, {"limit": -1}):
        answer = desked.post("/api/reports/desk/query", {"report": {"dataset": "tickets", "measures": ["cost"], **wrong}})
        assert answer.status_code == 422 and answer.json["issues"][0]["message"], wrong
    assert desked.get("/api/boards/desk/main").json["filters"][0]["sort"] == "period"
    assert desked.post("/api/boards/desk/main/tiles/a", {"filters": {"due": "last_year"}}).json["rows"] == []


def test_the_interface_describes_itself(workspace, desked, open_browser) -> None:
    whole = desked.get("/api/openapi.json").json
    validate_openapi(whole)
    assert "secret" in whole["components"]["schemas"]["desk_ticket"]["properties"]
    make_user(workspace, "agent", roles=[{"application": "desk", "id": "agent"}])
    agent = open_browser()
    agent.sign_in("agent")
    limited = agent.get("/api/openapi.json").json
    validate_openapi(limited)
    assert "secret" not in limited["components"]["schemas"]["desk_ticket"]["properties"]
    assert "/api/records/desk/claim" not in limited["paths"]


def test_a_view_may_not_show_more_than_its_reader_may(workspace, desked, open_browser) -> None:
    make_user(workspace, "reader", roles=[{"application": "desk", "id": "reader"}])
    desked.post("/api/records/desk/ticket", {"subject": "s", "cost": "9.00"})
    reader = open_browser()
    reader.sign_in("reader")
    shown = reader.get("/api/applications/desk").json
    assert "cost" not in [item["name"] for item in shown["entities"]["ticket"]["fields"]]
    assert "cost" not in str(shown["forms"]["ticket"]["components"])
    assert entity({"entities": list(shown["entities"].values())}, "ticket")["access"]["create"] is False


def test_a_board_shows_what_its_reader_may_see(workspace, desked, open_browser) -> None:
    known = next(item for item in desked.get(DESIGN).json["definitions"] if (item["kind"], item["id"]) == ("board", "main"))
    claims = {"dataset": {"name": "claims", "label": "Claims", "entity": "claim", "measures": [{"name": "claims", "label": "N", "aggregate": "count"}]},
              "report": {"name": "claims", "label": "Claims", "dataset": "claims", "measures": ["claims"], "chart": {"type": "number"}}}
    for kind, document in claims.items():
        assert desked.put(f"{DESIGN}/{kind}/claims", document).status_code in (200, 201)
    board = {**known["document"], "tiles": [{"id": "a", "report": "by_team"}, {"id": "b", "report": "claims", "x": 4}]}
    assert desked.put(f"{DESIGN}/board/main", board, headers={"If-Match": known["etag"]}).status_code == 200
    plan = desked.get(f"{DESIGN}/plan").json
    assert desked.post(f"{DESIGN}/publish", {"hash": plan["hash"]}).status_code in (200, 202), plan
    seen = {}
    for role in ("lead", "agent", None):
        login = role or "nobody"
        make_user(workspace, login, roles=[{"application": "desk", "id": role}] if role else [])
        browser = open_browser()
        browser.sign_in(login)
        answer = browser.get("/api/boards/desk/main")
        seen[login] = [tile["id"] for tile in answer.json["tiles"]] if answer.status_code == 200 else answer.status_code
    assert seen == {"lead": ["a", "b"], "agent": ["a"], "nobody": 403}

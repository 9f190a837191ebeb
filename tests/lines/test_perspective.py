"""Through whose eyes: what people would see with the grants of a draft, and who gains or loses by them."""

from engines.database import Workspace
from tests.conftest import make_user
from tests.lines.test_designer import DESIGN, part, publish


def people(workspace: Workspace) -> dict[str, int]:
    roles = {name: [{"application": "desk", "id": name}] for name in ("agent", "reader", "lead")}
    return {name: make_user(workspace, name, roles=held) for name, held in roles.items()}


def fill(browser, owner: int) -> list[int]:
    made = []
    for number in range(6):
        values = {"subject": f"s{number}", "urgency": "low" if number < 2 else "high", "phone": "13800001234", "secret": "x"}
        if number >= 4:
            values["owner"] = owner
        answer = browser.post("/api/records/desk/ticket", values)
        assert answer.status_code == 201, answer.json
        made.append(answer.json["id"])
    return made


def put_grant(browser, role: str, **values) -> None:
    known = part(browser, "role", role)
    document = known["document"]
    next(grant for grant in document["grants"] if grant["entity"] == "ticket").update(values)
    answer = browser.put(f"{DESIGN}/role/{role}", document, headers={"If-Match": known["etag"]})
    assert answer.status_code == 200 and not answer.json["issues"], answer.json


def look(browser, **asked):
    words = "&".join(f"{key}={value}" for key, value in asked.items())
    return browser.get(f"{DESIGN}/perspective?entity=ticket&{words}")


def test_a_person_sees_what_the_drafted_grants_give(workspace, desked) -> None:
    held = people(workspace)
    numbers = fill(desked, held["agent"])
    told = look(desked, user=held["agent"]).json
    assert told["count"] == 2 and told["person"]["label"] == "Agent" and told["actions"]["update"]
    access = {item["name"]: item["access"] for item in told["fields"]}
    assert access["secret"] == "hidden" and access["phone"] == "masked" and access["urgency"] == "read"
    assert access["subject"] == "write" and access["double"] == "read"
    assert all("secret" not in row for row in told["rows"]) and len(told["rows"]) == 2
    put_grant(desked, "agent", condition="", fields=[{"field": "cost", "access": "hidden"}])
    told = look(desked, user=held["agent"]).json
    assert told["count"] == 6
    assert {item["name"] for item in told["fields"] if item["access"] == "hidden"} >= {"cost"}
    # nothing of it is live yet: the person's own list is what it was
    assert look(desked, user=held["reader"]).json["count"] == 2
    assert look(desked, role="reader").json["count"] == 2
    seen = look(desked, role="reader", record=numbers[0]).json["record"]
    assert seen["subject"] == "s0" and "cost" not in seen
    assert look(desked, role="reader", record=numbers[5]).json["record"] is None


def test_who_gains_and_who_loses(workspace, desked) -> None:
    held = people(workspace)
    fill(desked, held["agent"])
    assert desked.get(f"{DESIGN}/perspective/affected").json == {"items": [], "unknown": 0, "changed": False}
    put_grant(desked, "agent", condition="", export=True)
    put_grant(desked, "reader", condition='{urgency} = "high"', fields=[{"field": "phone", "access": "masked"}])
    found = {item["person"]["label"]: item for item in desked.get(f"{DESIGN}/perspective/affected").json["items"]}
    assert set(found) == {"Agent", "Reader"}
    assert (found["Agent"]["gained"], found["Agent"]["lost"]) == (4, 0) and found["Agent"]["actions"] == {"export": True}
    assert (found["Reader"]["gained"], found["Reader"]["lost"]) == (4, 2)
    changed = {item["label"]: (item["before"], item["after"]) for item in found["Reader"]["fields"]}
    assert changed["Cost"] == ("hidden", "read") and changed["Phone"] == ("read", "masked")
    publish(desked)
    assert desked.get(f"{DESIGN}/perspective/affected").json["items"] == []


def test_a_renamed_field_is_understood_and_a_new_one_waits_for_its_column(workspace, desked) -> None:
    held = people(workspace)
    fill(desked, held["agent"])
    desked.post(f"{DESIGN}/rename", {"kind": "field", "entity": "ticket", "id": "urgency", "name": "haste"})
    assert look(desked, user=held["reader"]).json["count"] == 2
    known = part(desked, "entity", "ticket")
    known["document"]["fields"].append({"name": "fresh", "label": "Fresh", "type": "text"})
    desked.put(f"{DESIGN}/entity/ticket", known["document"], headers={"If-Match": known["etag"]})
    put_grant(desked, "reader", condition='{fresh} = "x"')
    answer = look(desked, user=held["reader"])
    assert answer.status_code == 423 and answer.json["issues"][0]["code"] == "perspective.unpublished"


def test_only_administrators_look_with_others_eyes(workspace, desked, open_browser) -> None:
    held = people(workspace)
    other = open_browser()
    other.sign_in("agent")
    for path in (f"?entity=ticket&user={held['lead']}", "/people?role=lead", "/affected"):
        assert other.get(f"{DESIGN}/perspective{path}").status_code == 403
    assert look(desked, user=999_999).status_code == 404
    assert look(desked, user="x").status_code == 422
    assert [item["label"] for item in desked.get(f"{DESIGN}/perspective/people?role=agent").json["items"]] == ["Agent"]

"""Records that a field is narrowed to, for whoever fills in a public form."""

from __future__ import annotations

import pytest

from tests.desk import desk, entity, release

TICKETS = "/api/records/desk/ticket"


@pytest.mark.parametrize(
    ("filter", "offered"),
    [("", ["South", "North"]), ('{name} <> "South"', ["North"]), ("{ticket_count} > 0", ["North"]),
     ("{created_by} = ME()", []), ("NOT({created_by} = ME())", []), ("{department} = MY_DEPARTMENT()", []),
     ("NOT(IN({department}, MY_DEPARTMENTS()))", [])],
)  # fmt: skip
def test_a_public_form_offers_what_its_field_is_narrowed_to(workspace, admin, open_browser, filter, offered) -> None:
    document = desk()
    document["forms"][0]["public"] = True
    document["forms"][0]["components"].append({"type": "field", "field": "team"})
    (team,) = (item for item in entity(document, "ticket")["fields"] if item["name"] == "team")
    release(workspace, document)
    north, south = (admin.post("/api/records/desk/team", {"name": name}).json["id"] for name in ("North", "South"))
    assert admin.post(TICKETS, {"subject": "s", "team": north}).status_code == 201
    if filter:
        team["filter"] = filter
        release(workspace, document)
    visitor = open_browser()
    assert [item["label"] for item in visitor.get("/api/public/desk/ticket/lookup/team").json["items"]] == offered
    found = visitor.get("/api/public/desk/ticket/lookup/team?search=South").json["items"]
    assert [item["label"] for item in found] == [name for name in offered if name == "South"]
    for name, number in (("North", north), ("South", south)):
        wanted = 201 if name in offered else 422
        assert visitor.post("/api/public/desk/ticket", {"subject": "s", "team": number}).status_code == wanted

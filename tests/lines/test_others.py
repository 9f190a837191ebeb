"""Applications that require others: what designers are told of them, and boards about what others lend."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from engines.database import Workspace
from tests.conftest import Browser, make_user
from tests.desk import field, release

OTHER: dict[str, Any] = {
    "name": "garage", "label": {"zh-CN": "车库", "en": "Garage"}, "icon": "car", "color": "blue",
    "option_sets": [{"name": "size", "label": "Size", "options": [{"value": "s", "label": "Small"}]}],
    "entities": [{"name": "car", "label": "Car", "title": "plate", "fields": [field("plate", "text"), field("size", "choice", option_set="size"), field("worth", "money")]}],
    "datasets": [{"name": "cars", "label": "Cars", "entity": "car", "dimensions": [{"name": "size", "label": "Size", "expression": "{size}"}],
                  "measures": [{"name": "worth", "label": "Worth", "aggregate": "sum", "expression": "{worth}"}]}],
    "roles": [{"name": "driver", "label": "Driver", "grants": [{"entity": "car", "create": True}]}],
}  # fmt: skip
FLEET: dict[str, Any] = {
    "name": "fleet", "label": "Fleet", "requires": ["garage"],
    "entities": [{"name": "trip", "label": "Trip", "title": "called", "fields": [field("called", "text"), field("car", "reference", entity="garage.car"), field("small", "reference", entity="garage.car", filter='{size} = "s"')]}],
    "datasets": [{"name": "trips", "label": "Trips", "entity": "trip", "dimensions": [{"name": "size", "label": "Size", "expression": "{car.size}"}],
                  "measures": [{"name": "count", "label": "Count", "aggregate": "count"}]}],
    "reports": [{"name": "worth", "label": "Worth", "dataset": "garage.cars", "rows": [{"dimension": "size"}], "measures": ["worth"]},
                {"name": "trips", "label": "Trips", "dataset": "trips", "rows": [{"dimension": "size"}], "measures": ["count"]}],
    "boards": [{"name": "cars", "label": "Cars", "filters": [{"name": "size", "label": "Size", "dataset": "garage.cars", "dimension": "size"}],
                "tiles": [{"id": "worth", "report": "worth", "x": 0, "y": 0, "width": 6, "height": 4}, {"id": "trips", "report": "trips", "x": 6, "y": 0, "width": 6, "height": 4}]}],
    "roles": [{"name": "staff", "label": "Staff", "grants": [{"entity": "trip", "create": True}]}, {"name": "looker", "label": "Looker", "grants": []}],
    "menus": [{"name": "main", "label": "Menu", "items": [{"id": "trips", "label": "Trips", "target": "view", "view": "trips"}]}],
    "views": [{"name": "trips", "label": "Trips", "entity": "trip", "columns": [{"field": "called"}, {"field": "car.size"}]}],
}  # fmt: skip


@pytest.fixture
def fleet(desked: Browser, workspace: Workspace) -> Browser:
    """An administrator where the fleet requires the garage, which has two cars."""
    release(workspace, OTHER)
    release(workspace, FLEET)
    for plate, size, worth in (("A 1", "s", "100.00"), ("B 2", None, "50.00")):
        assert desked.post("/api/records/garage/car", {"plate": plate, "size": size, "worth": worth}).status_code == 201
    return desked


def put(browser: Browser, application: str, **values: Any) -> Any:
    """The head of an application's draft with other values."""
    (known,) = (item for item in browser.get(f"/api/designer/{application}").json["definitions"] if item["kind"] == "application")
    return browser.put(f"/api/designer/{application}/application/{application}", {**known["document"], **values}, headers={"If-Match": known["etag"]})


def test_designers_are_told_what_may_be_named_and_what_stands_in_the_way(fleet: Browser) -> None:
    told = fleet.get("/api/designer/fleet/others").json
    about = {item["name"]: item for item in told["items"]}
    assert set(about) == {"desk", "garage"}
    assert (about["garage"]["required"], about["garage"]["circle"], about["garage"]["label"]["en"]) == (True, False, "Garage")
    assert {(item["kind"], item["id"]) for item in about["garage"]["used"]} == {("entity", "trip"), ("report", "worth"), ("board", "cars")}
    assert (about["desk"]["required"], about["desk"]["used"]) == (False, [])
    assert list(told["definitions"]) == ["garage"]
    assert {item["kind"] for item in told["definitions"]["garage"]} == {"entity", "option_set", "dataset", "role"}
    # a role of another is a name to choose, not its rights
    assert next(item["document"] for item in told["definitions"]["garage"] if item["kind"] == "role") == {"name": "driver", "label": "Driver"}
    # seen from the other side: whoever requires this one can't be required
    back = {item["name"]: item for item in fleet.get("/api/designer/garage/others").json["items"]}
    assert (back["fleet"]["circle"], back["desk"]["circle"]) == (True, False)


def test_circles_and_what_is_still_used_are_refused_with_words(fleet: Browser) -> None:
    assert put(fleet, "garage", requires=["fleet"]).status_code == 200
    assert put(fleet, "fleet", requires=[]).status_code == 200
    for application, code, words in (("garage", "application.circle", "Fleet"), ("fleet", "application.needed", "车库")):
        (issue,) = fleet.get(f"/api/designer/{application}").json["issues"]
        assert (issue["code"], issue["path"][0]) == (code, "requires") and words in issue["message"]
        plan = fleet.get(f"/api/designer/{application}/plan").json
        assert plan["blocked"]
        assert fleet.post(f"/api/designer/{application}/publish", {"hash": plan["hash"], "accepted": []}).status_code == 422
    assert fleet.get("/api/designer/fleet/others").json["definitions"] == {}


def test_a_board_about_what_another_lends_answers_by_the_rights_of_who_looks(fleet: Browser, workspace: Workspace, open_browser: Callable[[], Browser]) -> None:
    trip = {"called": "North", "car": fleet.get("/api/records/garage/car?search=A").json["items"][0]["id"]}
    assert fleet.post("/api/records/fleet/trip", trip).status_code == 201
    make_user(workspace, "both", roles=[{"application": "fleet", "id": "looker"}, {"application": "garage", "id": "driver"}])
    make_user(workspace, "half", roles=[{"application": "fleet", "id": "staff"}])
    both, half = open_browser(), open_browser()
    both.sign_in("both")
    half.sign_in("half")
    shown = both.post("/api/boards/fleet/cars/tiles/worth", {}).json
    assert sorted((row[0] or "", str(row[1])) for row in shown["rows"]) == [("", "50.00"), ("Small", "100.00")], shown
    drawn = fleet.post("/api/designer/fleet/preview/report", {"report": {"dataset": "garage.cars", "rows": [], "measures": ["worth"]}, "dataset": None})
    assert drawn.json["rows"] == [["150.00"]], drawn.json
    assert half.post("/api/boards/fleet/cars/tiles/worth", {}).status_code == 403
    # the board is nobody's place in the menu: it is offered to whoever may read what a tile counts, lent or own
    for browser in (both, half):
        assert "cars" in str(browser.get("/api/applications/fleet").json["application"]["menu"])


def test_a_field_offers_only_the_records_it_is_narrowed_to(fleet: Browser) -> None:
    def offered(field: str, search: str = "") -> list[str]:
        return [item["label"] for item in fleet.get(f"/api/records/garage/car/lookup?field={field}&search={search}").json["items"]]

    assert offered("fleet.trip.car") == offered("") == offered("fleet.trip.nothing") == ["B 2", "A 1"]
    assert offered("fleet.trip.small") == ["A 1"]
    assert offered("fleet.trip.small", "B") == []


def test_a_field_narrows_by_what_its_reader_may_not_see(fleet: Browser, workspace: Workspace, open_browser: Callable[[], Browser]) -> None:
    """The filter is the application's own: it reads the size for whom the size is hidden. The rows stay the reader's."""
    other = copy.deepcopy(OTHER)
    hidden = [{"field": "size", "access": "hidden"}]
    other["roles"] += [{"name": "blind", "label": "Blind", "grants": [{"entity": "car", "others": "read", "fields": hidden}]},
                       {"name": "poor", "label": "Poor", "grants": [{"entity": "car", "condition": "{worth} < 80", "fields": hidden}]}]  # fmt: skip
    release(workspace, other)
    cars = "/api/records/garage/car"
    for role, all_, small in (("blind", ["B 2", "A 1"], ["A 1"]), ("poor", ["B 2"], [])):
        make_user(workspace, role, roles=[{"application": "fleet", "id": "staff"}, {"application": "garage", "id": role}])
        browser = open_browser()
        browser.sign_in(role)
        assert [item["label"] for item in browser.get(f"{cars}/lookup").json["items"]] == all_
        assert [item["label"] for item in browser.get(f"{cars}/lookup?field=fleet.trip.small").json["items"]] == small
        # the reader's own filter still can't ask for it
        asking = f'{cars}/lookup?filter={{size}} = "s"'
        assert (browser.get(asking).status_code, fleet.get(asking).status_code) == (422, 200)


def test_people_choose_only_what_a_field_is_narrowed_to(fleet: Browser, workspace: Workspace) -> None:
    """On the way in as well, in rows of a sub-table and among several; what stood there before may stay."""
    document = copy.deepcopy(FLEET)
    narrow = {"entity": "garage.car", "filter": '{size} = "s"'}
    document["entities"].append({"name": "leg", "label": "Leg", "fields": [
        field("trip", "reference", entity="trip", on_delete="cascade"), field("via", "reference", **narrow)]})  # fmt: skip
    document["entities"][0]["fields"] += [field("legs", "lines", entity="leg", parent="trip"), field("all", "reference", multiple=True, **narrow)]
    # what a rule writes is not a person's choice
    lends = {"type": "set_values", "values": [{"field": "small", "value": "{car}"}]}
    document["rules"] = [{"name": "lend", "label": "Lend", "entity": "trip", "trigger": {"type": "before_save", "fields": ["called"]}, "condition": '{called} = "lent"', "actions": [lends]}]
    release(workspace, document)
    big, small = (item["id"] for item in fleet.get("/api/records/garage/car").json["items"])
    offered = fleet.get("/api/records/garage/car/lookup?field=fleet.leg.via").json["items"]
    assert [item["id"] for item in offered] == [small]
    trips = "/api/records/fleet/trip"
    for values, path in (({"small": big}, ["small"]), ({"all": [small, big]}, ["all"]), ({"legs": [{"via": small}, {"via": big}]}, ["legs", 1, "via"])):
        refused = fleet.post(trips, values)
        assert refused.status_code == 422, values
        assert [(issue["code"], issue["path"]) for issue in refused.json["issues"]] == [("value.not_offered", path)]
    made = fleet.post(trips, {"car": big, "small": small, "all": [small], "legs": [{"via": small}]})
    assert made.status_code == 201
    one, leg = f"{trips}/{made.json['id']}", made.json["legs"][0]
    # the small car grows: it stays where it stands, and is not chosen anew
    assert fleet.patch(f"/api/records/garage/car/{small}", {"size": None}).status_code == 200
    assert fleet.patch(f"/api/records/garage/car/{big}", {"size": "s"}).status_code == 200
    kept = {"called": "x", "small": small, "all": [small, big], "legs": [{"id": leg["id"], "version": leg["version"], "via": small}]}
    assert fleet.patch(one, kept).status_code == 200
    assert fleet.patch(one, {"small": big, "all": [big]}).status_code == 200
    for values in ({"small": small}, {"all": [big, small]}):
        assert fleet.patch(one, values).json["issues"][0]["code"] == "value.not_offered", values
    assert fleet.patch(one, {"small": None, "all": []}).status_code == 200
    lent = fleet.post(trips, {"called": "lent", "car": small})
    assert (lent.status_code, lent.json["small"]["id"]) == (201, small)

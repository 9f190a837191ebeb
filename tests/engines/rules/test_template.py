"""A template grows into records: dates, links, nesting, once however often it is asked for, and clear when it can't."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.database import Workspace
from engines.rules.listen import find
from engines.rules.run import Why, attempt
from engines.rules.words import Teller
from engines.runtime.flow_start import by_hand
from engines.runtime.flows import flow_of
from engines.runtime.house import as_house
from engines.runtime.react import press, retry
from engines.runtime.release import Releases
from metamodel.definition import Json
from metamodel.errors import Invalid, Refused
from metamodel.references import references, renamed, used
from metamodel.validate import validate
from tests.desk import field, release, sight
from tests.engines.rules.ground import NOON, document, firings, make, person, work

BUTTON = {"type": "button", "caption": "Go"}


def label(name: str, fields: list[Json], **more: Any) -> Json:
    return {"name": name, "label": name.title(), "title": fields[0]["name"], "fields": fields, **more}


def action(**more: Any) -> dict[str, Any]:
    step = {"relation": "parts", "entity": "step", "parent": "task", "values": [{"field": "what", "value": "{what}"}]}
    branch = {
        "relation": "rows", "entity": "task", "parent": "trip", "origin": "row",
        "values": [{"field": "what", "value": 'CONCAT({title}, "!")'}],
        "given": [{"field": "place", "value": "{place}"}],
        "dates": [{"field": "due", "since": "{starts}", "days": "{days}"}, {"field": "by", "since": "{starts}", "days": "{days}", "working": True}],
        "links": [{"field": "after", "of": "needs"}, {"field": "under", "of": "above"}],
        "branches": [step],
    }
    return {"type": "instantiate_template", "source": "plan", "branches": [{**branch, **more}]}


def trips(*rules: Json) -> Json:
    made = document()
    made["entities"] += [
        label("plan", [field("name", "text")]),
        label("plan_row", [field("title", "text"), field("plan", "reference", entity="plan", inverse="rows", inverse_label="Rows"), field("days", "integer"), field("needs", "reference", entity="plan_row", multiple=True), field("above", "reference", entity="plan_row")]),
        label("plan_part", [field("what", "text"), field("row", "reference", entity="plan_row", inverse="parts", inverse_label="Parts")]),
        label("trip", [field("name", "text"), field("plan", "reference", entity="plan"), field("starts", "date"), field("place", "text"), field("count", "rollup", relation="tasks", aggregate="count")]),
        label("task", [field("what", "text", required=True), field("trip", "reference", entity="trip", inverse="tasks", inverse_label="Tasks"), field("row", "reference", entity="plan_row"), field("place", "text"), field("due", "date"), field("by", "date"), field("after", "reference", entity="task", multiple=True), field("under", "reference", entity="task"), field("number", "sequence", pattern="T{0000}"), field("loud", "formula", expression="UPPER({what})")], validations=[{"condition": '{what} <> "bad!"', "message": "Not that"}]),
        label("step", [field("what", "text"), field("task", "reference", entity="task", inverse="steps", inverse_label="Steps")]),
    ]
    made["rules"] = [*rules] or [{"name": "r", "label": "R", "entity": "trip", "trigger": BUTTON, "actions": [action()]}]
    return made


def plan(workspace: Workspace, *rows: tuple[str, int | None]) -> tuple[int, list[int]]:
    template = make(workspace, "plan", name="Standard")
    return template, [make(workspace, "plan_row", title=title, days=days, plan=template) for title, days in rows]


def go(workspace: Workspace, trip: int, cause: str = "press:1") -> Any:
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        heard = find(seen.live, "desk", "r")
        assert heard is not None
        fired = press(connection, seen, heard, trip, Why(cause=cause, at=NOON, by=None, depth=0))
    assert fired is not None
    return firings(workspace)[-1].trace["effects"][0]["result"]


def table(workspace: Workspace, name: str, *columns: str) -> list[tuple[Any, ...]]:
    with workspace.read() as connection:
        found = sight(workspace, connection).live.tables[f"desk.{name}"]
        return [tuple(row) for row in connection.execute(sa.select(*(found.c[column] for column in columns)).where(found.c.deleted_at.is_(None)).order_by(found.c.id))]


def test_rows_become_records_with_days_links_and_what_belongs_to_them(workspace: Workspace) -> None:
    release(workspace, trips())
    template, (first, second) = plan(workspace, ("book", -7), ("pack", -1))
    with workspace.write() as connection:
        from_ = sight(workspace, connection).live.tables["desk.plan_row:needs"]
        connection.execute(sa.insert(from_).values(source_id=second, target_id=first))
        rows = sight(workspace, connection).live.tables["desk.plan_row"]
        connection.execute(sa.update(rows).where(rows.c.id == first).values(above=second))
    make(workspace, "plan_part", what="socks", row=second)
    trip = make(workspace, "trip", name="North", plan=template, starts="2026-10-08", place="Hills")
    assert go(workspace, trip) == {"template": template, "made": {"desk.task": 2, "desk.step": 1}, "had": 0, "left": 0}
    # working days: 25 to 27 September and 1 to 7 October are free
    assert [(what, place, str(due), str(by), loud, number) for what, place, due, by, loud, number in table(workspace, "task", "what", "place", "due", "by", "loud", "number")] == [
        ("book!", "Hills", "2026-10-01", "2026-09-21", "BOOK!", "T0001"),
        ("pack!", "Hills", "2026-10-07", "2026-09-30", "PACK!", "T0002"),
    ]
    (one, two) = (row[0] for row in table(workspace, "task", "id"))
    assert table(workspace, "task", "under") == [(two,), (None,)]
    with workspace.read() as connection:
        pairs = sight(workspace, connection).live.tables["desk.task:after"]
        assert [tuple(row) for row in connection.execute(sa.select(pairs))] == [(two, one)]
    assert table(workspace, "step", "what", "task") == [("socks", two)]
    assert [str(count) for (count,) in table(workspace, "trip", "count")] == ["2"]


def test_what_is_there_is_not_made_again_and_new_rows_are(workspace: Workspace) -> None:
    release(workspace, trips())
    template, _ = plan(workspace, ("a", 0), ("b", 1))
    trip = make(workspace, "trip", name="T", plan=template, starts="2026-10-08")
    go(workspace, trip)
    assert go(workspace, trip, "press:2")["made"] == {}
    late = make(workspace, "plan_row", title="c", days=2, plan=template)
    make(workspace, "plan_part", what="x", row=late)
    assert go(workspace, trip, "press:3") == {"template": template, "made": {"desk.task": 1, "desk.step": 1}, "had": 2, "left": 0}
    assert [row[0] for row in table(workspace, "task", "what")] == ["a!", "b!", "c!"]


def test_only_rows_that_say_what_the_record_asks_for_are_taken(workspace: Workspace) -> None:
    only = [{"value": "IF({days} < 0, \"before\", \"after\")", "equals": "{place}"}, {"value": "{days} <> 5", "equals": "TRUE"}]
    release(workspace, trips({"name": "r", "label": "R", "entity": "trip", "trigger": BUTTON, "actions": [action(only=only)]}))
    template, rows = plan(workspace, ("a", -3), ("b", 4), ("c", 5), ("d", -1))
    make(workspace, "plan_part", what="not taken with its row", row=rows[1])
    trip = make(workspace, "trip", name="T", plan=template, starts="2026-10-08", place="before")
    assert go(workspace, trip) == {"template": template, "made": {"desk.task": 2}, "had": 0, "left": 0}
    other = make(workspace, "trip", name="U", plan=template, starts="2026-10-08", place="after")
    assert go(workspace, other, "press:2")["made"] == {"desk.task": 1, "desk.step": 1}
    nobody = make(workspace, "trip", name="V", plan=template, starts="2026-10-08", place="never")
    assert go(workspace, nobody, "press:3")["made"] == {}
    assert [row[0] for row in table(workspace, "task", "what")] == ["a!", "d!", "b!"]


def test_without_a_field_for_the_row_the_first_time_is_the_only_one(workspace: Workspace) -> None:
    twice = {**action(), "branches": [{**action(origin="", links=[], branches=[])["branches"][0], "id": word} for word in ("one", "two")]}
    release(workspace, trips({"name": "r", "label": "R", "entity": "trip", "trigger": BUTTON, "actions": [twice]}))
    template, _ = plan(workspace, ("a", 0))
    trip = make(workspace, "trip", name="T", plan=template)
    assert go(workspace, trip)["made"] == {"desk.task": 2}
    assert go(workspace, trip, "press:2")["made"] == {}
    assert table(workspace, "task", "what", "due") == [("a!", None)] * 2


def test_two_presses_at_once_make_it_once(workspace: Workspace) -> None:
    release(workspace, trips())
    template, _ = plan(workspace, *((f"r{at}", at) for at in range(20)))
    trip = make(workspace, "trip", name="T", plan=template, starts="2026-10-08")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda at: go(workspace, trip, f"press:{at}"), range(4)))
    assert len(table(workspace, "task", "id")) == 20


def test_a_template_grows_by_few_statements_and_rules_hear_of_every_record(workspace: Workspace) -> None:
    heard = {"name": "after", "label": "A", "entity": "task", "trigger": {"type": "created"}, "condition": '{place} = "Sea"', "actions": [{"type": "set_values", "values": [{"field": "place", "value": '"Lake"'}]}]}
    release(workspace, trips({"name": "r", "label": "R", "entity": "trip", "trigger": BUTTON, "actions": [action()]}, heard))
    template, _ = plan(workspace, *((f"r{at}", at) for at in range(200)))
    trip = make(workspace, "trip", name="T", plan=template, starts="2026-10-08", place="Sea")
    said: list[str] = []
    engine = workspace.engine
    listen = lambda *given: said.append(given[2])  # noqa: E731
    sa.event.listen(engine, "before_cursor_execute", listen)
    assert go(workspace, trip)["made"] == {"desk.task": 200}
    sa.event.remove(engine, "before_cursor_execute", listen)
    assert len(said) < 60
    work(workspace)
    assert {row[0] for row in table(workspace, "task", "place")} == {"Lake"}


def test_a_try_tells_what_would_be_made_and_makes_nothing(workspace: Workspace) -> None:
    release(workspace, trips())
    template, _ = plan(workspace, ("a", 0), ("b", 1))
    trip = make(workspace, "trip", name="T", plan=template)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        heard = find(seen.live, "desk", "r")
        assert heard is not None
        fired = attempt(connection, seen, heard, trip)
        assert fired is not None
        ((_, effect),) = fired.effects
        assert Teller(connection=connection, sight=seen, locale="en").effect(effect) == "From “Standard”: Task × 2, Step × 0"
    assert table(workspace, "task", "id") == []


def _blank(workspace: Workspace) -> int:
    return make(workspace, "trip", name="T")


def _empty(workspace: Workspace) -> int:
    return make(workspace, "trip", name="T", plan=plan(workspace)[0])


def _bad(workspace: Workspace) -> int:
    return make(workspace, "trip", name="T", plan=plan(workspace, ("a", 0), ("bad", 0))[0])


@pytest.mark.parametrize(("setting", "refusal", "code"), [(_blank, Refused, "template.blank"), (_empty, Refused, "template.empty"), (_bad, Invalid, "value.invalid")])
def test_what_can_not_grow_is_refused_as_a_whole(workspace: Workspace, setting: Callable[[Workspace], int], refusal: type[Exception], code: str) -> None:
    release(workspace, trips())
    trip = setting(workspace)
    with pytest.raises(refusal) as caught:
        go(workspace, trip)
    assert [issue.code for issue in caught.value.issues] == [code]  # type: ignore[attr-defined]
    assert table(workspace, "task", "id") == [] and firings(workspace) == []


def test_too_large_a_template_is_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engines.runtime.planting.MOST", 2)
    release(workspace, trips())
    trip = make(workspace, "trip", name="T", plan=plan(workspace, ("a", 0), ("b", 0), ("c", 0))[0])
    with pytest.raises(Refused) as caught:
        go(workspace, trip)
    assert caught.value.issues[0].code == "template.too_large"


#: a change of the branch, the code of the finding and the end of its path
WRONG: list[tuple[dict[str, Any], str, tuple[Any, ...]]] = [
    ({"relation": "name"}, "template.no_rows", ("relation",)),
    ({"relation": "nowhere"}, "reference.field", ("relation",)),
    ({"parent": "row"}, "template.other_record", ("parent",)),
    ({"origin": "trip"}, "template.other_record", ("origin",)),
    ({"origin": "nothing"}, "reference.field", ("origin",)),
    ({"values": [{"field": "what", "value": "{place}"}]}, "expressions.unknown_name", ("value",)),
    ({"given": [{"field": "place", "value": "{days}"}]}, "expressions.unknown_name", ("value",)),
    ({"only": [{"value": "{place}", "equals": "{place}"}]}, "expressions.unknown_name", ("value",)),
    ({"only": [{"value": "{title}", "equals": "{days}"}]}, "expressions.unknown_name", ("equals",)),
    ({"only": [{"value": "{title}", "equals": "{starts}"}]}, "template.unlike", ("equals",)),
    ({"dates": [{"field": "place", "since": "{starts}", "days": "1"}], "given": []}, "rule.not_date", ("field",)),
    ({"dates": [{"field": "due", "since": "{place}", "days": "1"}]}, "template.no_date", ("since",)),
    ({"dates": [{"field": "due", "since": "{starts}", "days": "{title}"}]}, "template.no_days", ("days",)),
    ({"links": [{"field": "after", "of": "plan"}]}, "template.no_sibling", ("of",)),
    ({"links": [{"field": "trip", "of": "needs"}]}, "template.no_sibling", ("field",)),
    ({"given": [{"field": "what", "value": "{place}"}]}, "definition.twice", ()),
]


@pytest.mark.parametrize(("change", "code", "end"), WRONG, ids=[f"{at}_{case[1]}" for at, case in enumerate(WRONG)])
def test_what_leads_nowhere_is_found_before_it_is_published(change: dict[str, Any], code: str, end: tuple[Any, ...]) -> None:
    wrong = validate(trips({"name": "r", "label": "R", "entity": "trip", "trigger": BUTTON, "actions": [action(**change)]}), CATALOG, {})
    found = [issue for issue in wrong.issues if issue.code == code]
    assert found and found[0].path[:4] == ("rules", 0, "actions", found[0].path[3]), [issue.code for issue in wrong.issues]
    assert not end or found[0].path[-len(end) :] == end
    assert all(found[0].to_json(locale)["message"] for locale in ("zh-CN", "en"))
    step = {"name": "f", "label": "F", "entity": "trip", "steps": [{"type": "act", "actions": [action(**change)]}]}
    assert code in {issue.code for issue in validate({**trips(), "flows": [step]}, CATALOG, {}).issues}


def test_names_within_are_known_and_follow_a_rename() -> None:
    told = validate(trips(), CATALOG, {})
    assert told.sound and told.application is not None, told.issues
    uses = {(item.scope, item.name) for item in references(told.model, told.application) if item.owner == ("rule", "r")}
    assert {("desk.plan", "rows"), ("desk.plan_row", "parts"), ("desk.plan_row", "days"), ("desk.trip", "starts"), ("desk.task", "due"), ("desk.step", "what"), ("desk.plan_part", "what")} <= uses
    assert any(used(told.model, "field", "desk.plan_row", "title"))
    after = renamed(told.model, told.application, {("field", "desk.plan_row", "days"): "offset", ("field", "desk.task", "due"): "end", ("field", "desk.trip", "starts"): "begins"})
    config = after.rules[0].actions[0].config
    assert (config.branches[0].dates[0].field, config.branches[0].dates[0].since, config.branches[0].dates[0].days) == ("end", "{begins}", "{offset}")


def test_a_refused_growth_is_tried_again_once_its_template_has_rows(workspace: Workspace) -> None:
    release(workspace, trips({"name": "r", "label": "R", "entity": "trip", "trigger": {"type": "created"}, "actions": [action()]}))
    template, _ = plan(workspace)
    trip = make(workspace, "trip", name="T", plan=template, starts="2026-10-08")
    work(workspace)
    (failed,) = firings(workspace)
    assert (failed.state, "空" in failed.error) == ("failed", True)
    make(workspace, "plan_row", title="late", days=1, plan=template)
    for tried in (True, False):  # what was done is not done again
        with workspace.write() as connection, contextlib.nullcontext() if tried else pytest.raises(Invalid):
            assert retry(connection, sight(workspace, connection), failed.id, by=1, at=NOON)
    assert [(what, str(due)) for what, due in table(workspace, "task", "what", "due")] == [("late!", "2026-10-09")]
    assert table(workspace, "task", "trip") == [(trip,)]


def test_a_step_of_a_flow_grows_it_too(workspace: Workspace) -> None:
    steps = [{"id": "grow", "type": "act", "actions": [action()]}, {"id": "again", "type": "act", "actions": [action()]}]
    document_ = trips()
    document_["flows"] = [{"name": "f", "label": "F", "entity": "trip", "steps": steps}]
    release(workspace, document_)
    template, _ = plan(workspace, ("a", 0), ("b", 1))
    trip = make(workspace, "trip", name="T", plan=template, starts="2026-10-08")
    ann = person(workspace, "ann")
    with workspace.write() as connection:
        house = as_house(connection, Releases(workspace), ann, NOON)
        entity = house.live.model.entities["desk.trip"]
        by_hand(connection, house, house, entity, trip, "desk", flow_of(house.live, "desk", "f"), {}, "a key of ours")
    assert [row[0] for row in table(workspace, "task", "what")] == ["a!", "b!"]

"""Permission against an oracle: conditions evaluated record by record in Python, never by the SQL that is tested."""

import contextlib
import itertools
import shutil
from decimal import Decimal
from typing import Any

import pytest

from engines.access.actor import Actor
from engines.access.departments import create_department
from engines.access.people import create_user
from engines.database import Workspace, open_workspace
from engines.records import bin, store
from engines.records.explain import explain
from engines.records.groups import groups
from engines.records.history import Cause
from engines.records.query import Asked, candidates, count, entity_of, one, page
from engines.records.whole import related
from engines.reports.run import ask
from metamodel.definition import load
from metamodel.errors import Forbidden, Invalid, NotFound, Refusal
from metamodel.expressions.check import check
from metamodel.expressions.context import context_at
from metamodel.expressions.evaluate import evaluate
from metamodel.report import Report
from tests.conftest import SECRET, scratch_database
from tests.desk import NOW, actor_of, desk, release, sight

CAUSE = Cause(at=NOW, by=1)
ROLES = ("lead", "agent", "reader")
SUBSETS = [roles for size in range(4) for roles in itertools.combinations(ROLES, size)]
PATHS = ("list", "one", "count", "lookup", "groups", "report", "related", "search")


class World:
    """Teams in departments, tickets of all sorts, and one person for every set of roles."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        release(workspace, desk())
        self.actors: dict[tuple[str, ...], Actor] = {}
        self.records: list[dict[str, Any]] = []
        with workspace.write() as connection:
            hq = create_department(connection, {"label": "HQ", "code": "hq"})
            north = create_department(connection, {"label": "North", "code": "n", "parent_id": hq})
            south = create_department(connection, {"label": "South", "code": "s", "parent_id": hq})
            for roles in SUBSETS:
                login = "_".join(roles) or "nobody"
                create_user(
                    connection,
                    {
                        "login": login,
                        "name": login,
                        "department_id": north,
                        "roles": [{"application": "desk", "id": role} for role in roles],
                    },
                    NOW,
                )
            seen = sight(workspace, connection)
            team, ticket = entity_of(seen, "desk.team"), entity_of(seen, "desk.ticket")
            teams = {
                north: store.create(connection, seen, team, {"name": "N", "department": north}, CAUSE),
                south: store.create(connection, seen, team, {"name": "S", "department": south}, CAUSE),
                None: None,
            }
            for number, (where, owner, urgency) in enumerate(
                itertools.product((north, south, None), (*range(1, 9), None), ("low", "high"))
            ):
                values = {
                    "subject": f"s{number}",
                    "team": teams[where],
                    "owner": owner,
                    "urgency": urgency,
                    "cost": f"{number}.25",
                    "secret": f"secret{number}",
                    "phone": f"1380013{number:04d}",
                }
                made = store.create(connection, seen, ticket, values, CAUSE)
                self.records.append(
                    {
                        "id": made,
                        "team": {"id": teams[where], "department": where} if where else None,
                        "owner": owner,
                        "urgency": urgency,
                        "cost": Decimal(values["cost"]),
                        "secret": values["secret"],
                        "phone": values["phone"],
                    }
                )
            self.teams = teams
        for number, roles in enumerate(SUBSETS, start=1):
            self.actors[roles] = actor_of(workspace, number)
            assert {role for _, role in self.actors[roles].roles} == set(roles)

    def covers(self, actor: Actor, right: str) -> list[tuple[dict[str, Any], list[Any]]]:
        """The oracle: each record with the actor's grants that cover it."""
        with self.workspace.read() as connection:
            model = sight(self.workspace, connection).live.model
        context = context_at(NOW, "Asia/Shanghai", actor.user_id, actor.department_id, actor.departments)
        application = model.applications["desk"]
        held = [
            grant
            for role in application.roles
            if ("desk", role.name) in actor.roles
            for grant in role.grants
            if grant.entity == "ticket" and getattr(grant, right)
        ]
        found = []
        for record in self.records:
            grants = [
                grant
                for grant in held
                if not grant.condition
                or evaluate(check(grant.condition, model, "desk.ticket").ast, record, context) is True
            ]
            found.append((record, grants))
        return found


@pytest.fixture(scope="module")
def worlds(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_template,
    pg_template,
    pg_admin,
    worker_name,
):
    """One filled world on each database for all tests of this module."""


    with contextlib.ExitStack() as stack:
        folder = tmp_path_factory.mktemp("world") / "data"
        shutil.copytree(sqlite_template, folder)
        lite = open_workspace(name="t", data_dir=folder, url="", secret=SECRET)
        stack.callback(lite.close)
        url = stack.enter_context(scratch_database(pg_admin, f"{worker_name}_world", pg_template))
        heavy = open_workspace(name="t", data_dir=tmp_path_factory.mktemp("pgworld"), url=url, secret=SECRET)
        stack.callback(heavy.close)
        yield {"sqlite": World(lite), "postgresql": World(heavy)}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("roles", SUBSETS, ids="+".join)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_every_path_shows_just_the_oracles_rows(worlds, dialect: str, roles: tuple[str, ...], path: str) -> None:
    world = worlds[dialect]
    actor = world.actors[roles]
    allowed = {record["id"] for record, grants in world.covers(actor, "read") if grants}
    with world.workspace.read() as connection:
        seen = sight(world.workspace, connection, actor)
        if not roles:
            with pytest.raises(NotFound):
                entity_of(seen, "desk.ticket")
            return
        ticket = entity_of(seen, "desk.ticket")
        match path:
            case "list":
                found = {item["id"] for item in page(connection, seen, ticket, Asked(limit=200)).items}
            case "one":
                found = set()
                for record in world.records:
                    try:
                        found.add(one(connection, seen, ticket, record["id"])["id"])
                    except NotFound:
                        continue
            case "count":
                assert count(connection, seen, ticket, Asked()) == (len(allowed), False)
                return
            case "lookup":
                asked = [candidates(connection, seen, ticket, f"s{n}", 50) for n in range(10)]
                found = {item["id"] for items in asked for item in items}
            case "groups":
                told = groups(connection, seen, ticket, Asked(), "urgency")
                assert sum(item["count"] for item in told) == len(allowed)
                return
            case "report":
                report, _ = load(
                    Report,
                    {"name": "x", "label": "", "dataset": "tickets", "measures": ["tickets"]},
                    seen.live.model.catalog,
                )
                assert ask(connection, seen, seen.live.model.applications["desk"], report, {}).rows == [[len(allowed)]]
                return
            case "related":
                found = set()
                if "lead" in roles or "agent" in roles:
                    for team in filter(None, world.teams.values()):
                        way = entity_of(seen, "desk.team")
                        found |= {
                            item["id"]
                            for item in related(connection, seen, way, team, "tickets", Asked(limit=200)).items
                        }
                allowed = {
                    record["id"]
                    for record, grants in world.covers(actor, "read")
                    if grants and record["team"] and ("lead" in roles or "agent" in roles)
                }
            case _:
                found = {item["id"] for item in page(connection, seen, ticket, Asked(search="s1", limit=200)).items}
                allowed &= {record["id"] for record in world.records if f"s{record['id'] - 1}".startswith("s1")}
        assert found == allowed


@pytest.mark.parametrize("roles", SUBSETS[1:], ids="+".join)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_field_is_seen_iff_one_grant_covers_row_and_field(worlds, dialect: str, roles: tuple[str, ...]) -> None:
    world = worlds[dialect]
    actor = world.actors[roles]
    with world.workspace.read() as connection:
        seen = sight(world.workspace, connection, actor)
        ticket = entity_of(seen, "desk.ticket")
        shown = {item["id"]: item for item in page(connection, seen, ticket, Asked(limit=200)).items}
    for record, grants in world.covers(actor, "read"):
        for name in ("secret", "phone", "cost"):
            levels = {grant.access(name) for grant in grants}
            value = shown.get(record["id"], {}).get(name)
            full = str(record[name])
            if levels & {"read", "write"}:
                assert value == full, (name, levels)
            elif "masked" in levels:
                assert value is not None and value != full and "****" in value
            else:
                assert value is None


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_what_is_hidden_is_not_to_be_found_out(worlds, dialect: str) -> None:
    world = worlds[dialect]
    application = "desk"
    with world.workspace.read() as connection:
        agent = sight(world.workspace, connection, world.actors[("agent",)])
        reader = sight(world.workspace, connection, world.actors[("reader",)])
        ticket = entity_of(agent, "desk.ticket")
        for seen, field in (
            (agent, "secret"),
            (agent, "phone"),
            (reader, "cost"),
            (reader, "double"),
            (reader, "third"),
        ):
            tries: list[Asked] = [
                Asked(filters=(f'{{{field}}} = "secret1"' if field == "secret" else f"ISBLANK({{{field}}})",)),
                Asked(sorts=((field, False),)),
            ]
            if field != "phone":
                tries.append(Asked(fields=(field,)))
            for asked in tries:
                with pytest.raises(Refusal):
                    page(connection, seen, ticket, asked)
            with pytest.raises(Refusal):
                groups(connection, seen, ticket, Asked(), "urgency", field)
        for seen, report in (
            (agent, {"rows": [{"dimension": "secret"}], "measures": ["tickets"]}),
            (reader, {"measures": ["cost"]}),
            (reader, {"measures": ["share"]}),
        ):
            definition, _ = load(
                Report, {"name": "x", "label": "", "dataset": "tickets", **report}, seen.live.model.catalog
            )
            with pytest.raises(Refusal):
                ask(connection, seen, seen.live.model.applications[application], definition, {})


@pytest.mark.parametrize("roles", SUBSETS, ids="+".join)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_writes_ask_the_same_oracle(worlds, dialect: str, roles: tuple[str, ...]) -> None:
    world = worlds[dialect]
    actor = world.actors[roles]
    for right, act in (("update", "update"), ("delete", "delete")):
        allowed = {record["id"]: grants for record, grants in world.covers(actor, right) if grants}
        for record in world.records[::5]:
            with world.workspace.writer.connect() as connection:
                transaction = connection.begin()
                seen = sight(world.workspace, connection, actor)
                try:
                    ticket = seen.live.model.entities["desk.ticket"]
                    if act == "update":
                        store.update(connection, seen, ticket, record["id"], {"note": "x"}, CAUSE)
                    else:
                        bin.delete(connection, seen, ticket, record["id"], CAUSE)
                    done = True
                except (Forbidden, NotFound):
                    done = False
                transaction.rollback()
            assert done == (record["id"] in allowed), (right, record)


def test_fields_that_may_not_be_changed_are_refused_by_name(worlds) -> None:
    world = worlds["sqlite"]
    actor = world.actors[("agent",)]
    own = next(record["id"] for record in world.records if record["owner"] == actor.user_id)
    with world.workspace.read() as connection:
        seen = sight(world.workspace, connection, actor)
        ticket = entity_of(seen, "desk.ticket")
        with pytest.raises(Invalid) as refused:
            store.update(connection, seen, ticket, own, {"secret": "x", "urgency": "high", "phone": "1"}, CAUSE)
        assert {(issue.code, issue.path) for issue in refused.value.issues} == {
            ("value.unknown_field", ("secret",)),
            ("value.read_only", ("urgency",)),
            ("value.read_only", ("phone",)),
        }
        told = explain(connection, seen, ticket, own)
        assert told["granted"] and [one["holds"] for one in told["because"]] == [True]


def deep(innermost: str, levels: int) -> str:
    """A condition of so many levels that every record meets by its first OR."""
    found = innermost
    for level in range(levels):
        word = ("OR", "AND")[level % 2]
        found = f'{word}({found}, {{urgency}} <> "low", {{owner}} <> {level + 1})'
    return f"OR(NOT(ISBLANK({{owner}})), ISBLANK({{owner}}), {found})"


#: what a person filters by; an expression of more than four levels goes a way of its own, on either database
DEEP = {
    "every_record": deep("{owner} = 1", 6),
    "some_records": f'OR({{urgency}} = "high", AND({{owner}} = 3, {deep("{owner} = 2", 5)}))',
    "and_outside": f'AND({{urgency}} = "low", {deep("{owner} = 2", 5)})',
    "not_outside": f'NOT(AND({{urgency}} = "low", {deep("{owner} = 2", 5)}))',
    "very_deep": deep("{owner} = 1", 14),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
@pytest.mark.parametrize("roles", [("lead",), ("agent",), ("reader",), ("agent", "reader")], ids="+".join)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_no_filter_however_deep_gets_around_what_a_role_may_see(worlds, dialect: str, roles: tuple[str, ...], text: str) -> None:
    world = worlds[dialect]
    actor = world.actors[roles]
    context = context_at(NOW, "Asia/Shanghai", actor.user_id, actor.department_id, actor.departments)
    with world.workspace.read() as connection:
        seen = sight(world.workspace, connection, actor)
        node = check(text, seen.live.model, "desk.ticket").ast
        wanted = {record["id"] for record, grants in world.covers(actor, "read") if grants and evaluate(node, record, context) is True}
        assert len(wanted) < len(world.records)
        ticket, asked = entity_of(seen, "desk.ticket"), Asked(filters=(text,), limit=200)
        assert {item["id"] for item in page(connection, seen, ticket, asked).items} == wanted
        assert count(connection, seen, ticket, asked) == (len(wanted), False)
        assert sum(item["count"] for item in groups(connection, seen, ticket, asked, "urgency")) == len(wanted)
        found = candidates(connection, seen, ticket, "s", 200, (text,))
        assert {item["id"] for item in found} == wanted


def test_a_role_whose_own_condition_is_deep_lets_no_filter_around_it(workspace: Workspace) -> None:
    document = desk()
    (grant,) = (grant for role in document["roles"] if role["name"] == "reader" for grant in role["grants"])
    grant["condition"] = f'OR({{subject}} = "mine", AND({{urgency}} = "low", NOT({deep("{owner} = 2", 5)})))'
    release(workspace, document)
    with workspace.write() as connection:
        number = create_user(connection, {"login": "reader", "name": "Reader", "roles": [{"application": "desk", "id": "reader"}]}, NOW)
        seen = sight(workspace, connection)
        ticket = entity_of(seen, "desk.ticket")
        for subject, urgency in itertools.product(("mine", "other"), ("low", "high")):
            store.create(connection, seen, ticket, {"subject": subject, "urgency": urgency}, CAUSE)
    actor = actor_of(workspace, number)
    with workspace.read() as connection:
        seen = sight(workspace, connection, actor)
        for text, wanted in (("", ["mine", "mine"]), ('{urgency} = "low"', ["mine"]), ('OR({urgency} = "low", {urgency} = "high")', ["mine", "mine"])):
            asked = Asked(filters=(text,) if text else (), limit=200)
            assert [item["subject"] for item in page(connection, seen, entity_of(seen, "desk.ticket"), asked).items] == wanted


@pytest.mark.parametrize("condition", ['{team.name} <> "S"', "ISBLANK({team.department})", 'OR({subject} = "x", ISBLANK({team.name}))'])
def test_a_condition_reads_what_its_actor_may_not(workspace: Workspace, condition: str) -> None:
    """Whether a team counts as blank, or as another one, is not for a role to gain from by seeing less of the teams."""
    document = desk()
    document["roles"] = [{"name": "reader", "label": "Reader", "grants": [
        {"entity": "ticket", "condition": condition, "fields": [{"field": "team", "access": "read"}, {"field": "subject", "access": "read"}]},
        {"entity": "team", "condition": '{name} = "N"'},
    ]}]
    release(workspace, document)
    with workspace.write() as connection:
        number = create_user(connection, {"login": "reader", "name": "Reader", "roles": [{"application": "desk", "id": "reader"}]}, NOW)
        department = create_department(connection, {"label": "All", "code": "all"})
        seen = sight(workspace, connection)
        team, ticket = entity_of(seen, "desk.team"), entity_of(seen, "desk.ticket")
        for name in ("N", "S", ""):
            where = store.create(connection, seen, team, {"name": name, "department": department}, CAUSE) if name else None
            store.create(connection, seen, ticket, {"subject": f"of {name}", "team": where}, CAUSE)
    actor = actor_of(workspace, number)
    wanted = ["of", "of N"] if "<>" in condition else ["of"]
    with workspace.read() as connection:
        seen = sight(workspace, connection, actor)
        asked = Asked(fields=("subject", "team"), limit=200)
        items = page(connection, seen, ticket, asked).items
        assert sorted(item["subject"] for item in items) == wanted
        assert count(connection, seen, ticket, asked) == (len(wanted), False)
        assert sum(item["count"] for item in groups(connection, seen, ticket, asked, "subject")) == len(wanted)
        assert {item["subject"]: item["team"] and item["team"]["label"] for item in items}.get("of N", "N") == "N"

"""Demo data made from an application's recipes: the organisation and its people, then records, set by set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.access.departments import create_department, update_department
from engines.access.people import create_user, give_roles
from engines.access.tables import department, user, user_role
from engines.database import Workspace
from engines.exchange.installed import Installed
from engines.exchange.recipe import WORDS, Made, Place, column
from engines.records.bulk import CHUNK, begin_run, end_run, insert_rows
from engines.records.history import Cause
from engines.records.live import Live
from engines.records.number import take_numbers
from engines.records.settle import everything, settle, settling
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.expressions.context import context_at
from metamodel.issues import Issue, nearest
from metamodel.model import EntityModel

SEED = 20260101
Tell = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kitchen:
    """Where recipes are carried out."""

    workspace: Workspace
    live: Live
    application: str
    made: Made
    cause: Cause


def generate(
    workspace: Workspace,
    live: Live,
    application: str,
    recipes: Mapping[str, Json],
    now: datetime,
    tell: Tell = lambda entity, count: None,
    password_hash: str | None = None,
) -> Mapping[str, int]:
    """Make the data of an application's recipes (files of `data/` by name); how many records of each entity.

    The same recipes and the same day make the same data. Records of applications installed before are picked by their
    qualified names ("desk.ticket"), with their fields as they are stored.
    """
    zone = ZoneInfo(workspace.time_zone)
    lists: dict[str, Any] = {}
    for recipe in recipes.values():
        lists.update(recipe.get("lists", {}))
    made = Made(
        random=Random(SEED),
        today=now.astimezone(zone).date(),
        zone=zone,
        lists=lists,
        columns=Installed(workspace, live),
        now=now.replace(microsecond=0),
    )
    with workspace.write() as connection:
        run = begin_run(
            connection, "generate", application, {"zh-CN": "演示数据", "en": "Demo data"}, Cause(at=now, by=None)
        )
    kitchen = Kitchen(
        workspace=workspace, live=live, application=application, made=made, cause=Cause(at=now, by=None, run=run)
    )
    counts: dict[str, int] = {}
    for name in sorted(recipes):
        recipe = recipes[name]
        _organisation(kitchen, recipe, now, password_hash)
        for said in recipe.get("entities", ()):
            counts[said["entity"]] = counts.get(said["entity"], 0) + _records(kitchen, said)
            tell(said["entity"], counts[said["entity"]])
    _settle(kitchen, counts)
    with workspace.write() as connection:
        end_run(connection, run, "done", counts)
    return counts


def _organisation(kitchen: Kitchen, recipe: Json, now: datetime, password_hash: str | None) -> None:
    made = kitchen.made
    with kitchen.workspace.write() as connection:
        for row in connection.execute(sa.select(department.c.id, department.c.code)):
            made.departments[row.code] = row.id
        for row in connection.execute(sa.select(user.c.id, user.c.login)):
            made.users[row.login] = row.id
        for said in recipe.get("departments", ()):
            if said["code"] not in made.departments:
                parent = made.departments.get(said.get("parent", ""))
                made.departments[said["code"]] = create_department(
                    connection, {"code": said["code"], "label": said["label"], "parent_id": parent}
                )
        for said in recipe.get("people", ()):
            if said["login"] not in made.users:
                made.users[said["login"]] = create_user(
                    connection,
                    {
                        "login": said["login"],
                        "name": said["name"],
                        "is_admin": bool(said.get("admin")),
                        "department_id": made.departments.get(said.get("department", "")),
                    },
                    now,
                )
                if password_hash:
                    it = user.c.id == made.users[said["login"]]
                    connection.execute(sa.update(user).where(it).values(password_hash=password_hash))
            _give(kitchen, connection, [made.users[said["login"]]], said.get("roles", ()))
        for role, gives in recipe.get("holders", {}).items():
            application, _, held = role.rpartition(".")
            wanted = (user_role.c.application == (application or kitchen.application)) & (user_role.c.role == held)
            found = connection.scalars(sa.select(user_role.c.user_id).where(wanted).order_by(user_role.c.user_id)).all()
            _give(kitchen, connection, found, gives)
        for said in recipe.get("departments", ()):
            # A company's own heads stay.
            place = made.departments[said["code"]]
            leads = connection.scalar(sa.select(department.c.head_id).where(department.c.id == place))
            if leads is None and said.get("head"):
                update_department(connection, place, {"head_id": made.users[said["head"]]})


def _give(kitchen: Kitchen, connection: sa.Connection, people: Sequence[int], roles: Sequence[str]) -> None:
    """Roles of the recipe's application, which must be there, beside those that people have."""
    known = [role.id for role in kitchen.live.model.applications[kitchen.application].roles]
    if strange := [role for role in roles if role not in known]:
        found = {"word": strange[0], "nearest": nearest(strange[0], known)}
        raise Invalid(Issue(code="reference.role", arguments=found))
    give_roles(connection, people, kitchen.application, roles)


def _records(kitchen: Kitchen, said: Json) -> int:
    entity = _entity(kitchen, said["entity"])
    if "rows" in said:
        rows = said["rows"]
        values = {name: [row.get(name) for row in rows] for name in dict.fromkeys(key for row in rows for key in row)}
        columns = {name: _given(kitchen, entity, name, cells) for name, cells in values.items()}
        count = len(rows)
    else:
        count = int(said["count"])
        columns = {}
        picks: dict[str, list[Any]] = {}
        for name, recipe in said["values"].items():
            place = Place(item=entity.fields[name], count=count, row=columns, picks=picks)
            columns[name] = column(kitchen.made, recipe, place)
    ids = _write(kitchen, entity, columns, count)
    kept = kitchen.made.columns.setdefault(said["entity"], {"id": []})
    for name, cells in {**columns, "id": ids}.items():
        kept.setdefault(name, []).extend(cells)
    if "lines" in said:
        _lines(kitchen, entity, said["lines"], ids, columns)
    return count


def _lines(kitchen: Kitchen, entity: EntityModel, said: Json, ids: list[int], parents: Mapping[str, list[Any]]) -> None:
    """Rows of a sub-table: so many a parent, by weights for 1, 2, 3 …"""
    config = entity.fields[said["field"]].config
    child = kitchen.live.model.entities[config.entity]
    weights = said["count"]
    numbers = kitchen.made.random.choices(range(1, len(weights) + 1), weights, k=len(ids))
    owners = [identity for identity, number in zip(ids, numbers, strict=True) for _ in range(number)]
    columns: dict[str, list[Any]] = {config.parent: owners}
    picks: dict[str, list[Any]] = {}
    for name, recipe in said["values"].items():
        place = Place(item=child.fields[name], count=len(owners), row=columns, picks=picks)
        columns[name] = column(kitchen.made, recipe, place)
    _write(kitchen, child, columns, len(owners))


def _entity(kitchen: Kitchen, name: str) -> EntityModel:
    found = kitchen.live.model.entity(f"{kitchen.application}.{name}")
    if found is None:
        raise Invalid(Issue(code="reference.entity", arguments={"word": name, "nearest": ""}))
    return found


def _given(kitchen: Kitchen, entity: EntityModel, name: str, cells: list[Json]) -> list[Any]:
    """Written-out cells; {"department": code} and {"user": login} name people, {"record", "where"} one other record,
    any other object is a recipe for one value. A field of several records takes a list of them."""
    item = entity.fields[name]
    made = kitchen.made
    found: list[Any] = []
    for cell in cells:
        if cell is None:
            found.append(None)
        elif isinstance(cell, Mapping) and "department" in cell:
            found.append(made.departments[cell["department"]])
        elif isinstance(cell, Mapping) and "user" in cell:
            found.append(made.users[cell["user"]])
        elif isinstance(cell, Mapping) and "record" in cell and isinstance(cell.get("where"), Mapping):
            found.append(_one(made, cell))
        elif item.storage == "links":
            found.append([_one(made, one) if isinstance(one, Mapping) else one for one in cell])
        elif isinstance(cell, Mapping) and WORDS.keys() & cell.keys():
            found.extend(column(made, cell, Place(item=item, count=1, row={}, picks={})))
        else:
            found.append(item.type.coerce(item.config, cell))
    return found


def _one(made: Made, cell: Json) -> int:
    """The first record whose field has a value, which may be a person by login or a department by code."""
    source = made.columns[cell["record"]]
    ((by, value),) = cell["where"].items()
    if isinstance(value, Mapping):
        value = made.users[value["user"]] if "user" in value else made.departments[value["department"]]
    if value not in source[by]:
        place = (cell["record"], by)
        raise Invalid(Issue(code="recipe.no_record", path=place, arguments={"value": str(value)}))
    return int(source["id"][source[by].index(value)])


def _write(kitchen: Kitchen, entity: EntityModel, columns: dict[str, list[Any]], count: int) -> list[int]:
    """The columns as rows, chunk by chunk; numbers of sequences are taken on the way."""
    ids: list[int] = []
    for low in range(0, count, CHUNK):
        high = min(low + CHUNK, count)
        with kitchen.workspace.write() as connection:
            chunk = {name: cells[low:high] for name, cells in columns.items()}
            for item in entity.fields.values():
                if item.type.kind == "sequence" and item.name not in chunk:
                    chunk[item.name] = take_numbers(connection, entity, item, kitchen.made.today, high - low)
            linked = {name: chunk.pop(name) for name in list(chunk) if entity.fields[name].storage == "links"}
            rows = list(zip(*chunk.values(), strict=True))
            first = insert_rows(connection, kitchen.live, entity, list(chunk), rows, kitchen.cause)
            for name, cells in linked.items():
                table = kitchen.live.tables[f"{entity.name}:{entity.fields[name].definition.id}"]
                pairs = [(first + at, target) for at, targets in enumerate(cells) for target in targets or ()]
                if pairs:
                    connection.execute(sa.insert(table), [{"source_id": one, "target_id": two} for one, two in pairs])
        ids.extend(range(first, first + high - low))
    return ids


def _settle(kitchen: Kitchen, counts: Mapping[str, int]) -> None:
    workspace, live = kitchen.workspace, kitchen.live
    written = {f"{kitchen.application}.{name}" for name in counts}
    for name in list(written):
        written |= {item.config.entity for item in live.model.entities[name].fields.values() if item.storage == "rows"}
    context = context_at(kitchen.cause.at, workspace.time_zone)
    with workspace.write() as connection:
        steps = settling(connection, live, everything(written))
    for step in steps:
        with workspace.write() as connection:
            settle(connection, live, step, context)

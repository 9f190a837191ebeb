"""What a person would see with the grants of a draft, and who gains or loses by them: asked before they are published.

The drafted roles are laid over the live tables, so what is told is true of the rows there are now; the browser only
says whose eyes are wanted.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.access.actor import Actor, load_actor
from engines.access.people import holders
from engines.access.policy import Action, Policy
from engines.publisher.proposal import Proposal, proposed
from engines.records.live import Live
from engines.records.query import Asked, page
from engines.records.sight import Sight
from engines.records.whole import whole
from metamodel.application import Application
from metamodel.definition import Json, dump
from metamodel.errors import NotFound, Refused
from metamodel.expressions.check import check
from metamodel.issues import Issue, errors
from metamodel.model import EntityModel, Model, qualified
from metamodel.references import renamed, renames
from metamodel.role import Role

ACTIONS: tuple[Action, ...] = ("read", "create", "update", "delete", "export")
SHOWN_ROWS, SHOWN_COLUMNS = 6, 6
MOST_PEOPLE = 300
#: counting rows for many people is given up after this; who was not counted is told
PATIENCE_SECONDS = 4.0


def someone(connection: sa.Connection, application: str, role: str, user: int | None, locale: str) -> Actor:
    """Whose eyes: a person with all their roles, or a role held by nobody in particular."""
    if user is None:
        held = frozenset({(application, role)}) if role else frozenset()
        return Actor(user_id=0, login="", name="", locale=locale, is_admin=False, roles=held)
    found = load_actor(connection, user)
    if found is None:
        raise NotFound(Issue(code="user.unknown", path=("user",), arguments={"id": user}))
    return found


def candidates(connection: sa.Connection, live: Live, application: str, role: str) -> list[Json]:
    """People who hold a role, to look with."""
    draft = proposed(connection, live, application).definition
    found = draft.find("role", role) if draft else None
    return _people(connection, application, (found,) if found else ())


def _people(connection: sa.Connection, application: str, roles: Iterable[Role]) -> list[Json]:
    words = {word for role in roles for word in (role.id, role.name)}
    return holders(connection, application, words, MOST_PEOPLE) if words else []


def seen(
    connection: sa.Connection,
    live: Live,
    application: str,
    entity: str,
    actor: Actor,
    now: datetime,
    record: int | None,
) -> Json:
    """An entity through an actor's eyes: how many rows, the first of them, each field's access, what may be done."""
    drafted = with_drafted_roles(connection, live, application)
    model = _entity(drafted, application, entity)
    sight = Sight(live=drafted, policy=Policy(drafted.model, actor), now=now)
    readable = sight.policy.may(model.name, "read")
    fields = [_field(sight.policy, model, name) for name in model.fields]
    columns = [item for item in _ordered(model, fields) if item["access"] != "hidden"][:SHOWN_COLUMNS]
    asked = Asked(fields=tuple(str(item["name"]) for item in columns), limit=SHOWN_ROWS)
    return {
        "person": {"id": actor.user_id, "label": actor.name} if actor.user_id else None,
        "admin": actor.is_admin,
        "count": _count(connection, sight, model) if readable else 0,
        "columns": columns if readable else [],
        "rows": page(connection, sight, model, asked).items if readable and columns else [],
        "fields": fields,
        "actions": {word: sight.policy.may(model.name, word) for word in ACTIONS},
        "record": _record(connection, sight, model, record) if record is not None and readable else None,
    }


def _record(connection: sa.Connection, sight: Sight, entity: EntityModel, number: int) -> Json:
    """The record as the actor sees it; None where they do not."""
    try:
        return whole(connection, sight, entity, number)
    except NotFound:
        return None


def _field(policy: Policy, entity: EntityModel, name: str) -> dict[str, Json]:
    item = entity.fields[name]
    return {
        "id": item.definition.id,
        "name": name,
        "label": item.definition.label,
        "access": _level(policy, entity, name),
        "listed": item.storage in ("column", "system"),
    }


def _level(policy: Policy, entity: EntityModel, name: str) -> str:
    """What becomes of a field: as granted, or "some" where it depends on the row."""
    if policy.visibility(entity, name).mode == "by_row":
        return "some"
    return policy.access(entity, name)


def _ordered(entity: EntityModel, fields: list[dict[str, Json]]) -> Iterator[dict[str, Json]]:
    """What tells records apart first."""
    first = (entity.title, *entity.definition.subtitle)
    listed = [item for item in fields if item["listed"]]
    yield from (item for item in listed if item["name"] in first)
    yield from (item for item in listed if item["name"] not in first)


def _count(connection: sa.Connection, sight: Sight, entity: EntityModel) -> int:
    source = sight.live.tables[entity.name]
    met = sight.visible(source, entity.name)
    query = sa.select(sa.func.count()).select_from(source)
    return int(connection.execute(query if met is None else query.where(met)).scalar_one())


def with_drafted_roles(connection: sa.Connection, live: Live, application: str) -> Live:
    """What is live, with the application's roles as its draft has them; refused where they need what is not live."""
    proposal = proposed(connection, live, application)
    published = live.model.applications.get(application)
    drafted = proposal.definition
    if drafted is None or published is None:
        raise Refused(Issue(code="perspective.unpublished"))
    made = live.latest(("roles", application), proposal, lambda: _laid_over(proposal, drafted, published))
    for role in made.model.applications[application].roles:
        for grant in role.grants:
            scope = qualified(application, grant.entity)
            known = made.model.entity(scope)
            if grant.condition and known and any(errors(check(grant.condition, made.model, scope).issues)):
                raise Refused(Issue(code="perspective.unpublished"))
    return made


def _laid_over(proposal: Proposal, drafted: Application, published: Application) -> Live:
    live = proposal.live
    names = renames(proposal.after, proposal.before, published.name)
    told = renamed(proposal.after, drafted, names) if names else drafted
    roles = replace(published, roles=told.roles)
    model = Model(applications={**live.model.applications, published.name: roles}, catalog=live.model.catalog)
    return replace(live, model=model, _kept={})


def _entity(live: Live, application: str, identity: str) -> EntityModel:
    """By its id, since the draft may call it otherwise; entities of other applications by their name."""
    named = live.model.entity(identity) if "." in identity else None
    own = (item for item in live.model.entities.values() if item.application == application)
    found = named or next((item for item in own if item.definition.id == identity), None)
    if found is None:
        raise Refused(Issue(code="perspective.unpublished"))
    return found


def affected(connection: sa.Connection, live: Live, application: str, now: datetime) -> Json:
    """Who would see more or fewer rows, other fields, or do other things, for every entity whose grants differ."""
    drafted = with_drafted_roles(connection, live, application)
    before, after = live.model.applications[application], drafted.model.applications[application]
    entities = [live.model.entities[name] for name in _differing(before, after) if name in live.model.entities]
    if not entities:
        return {"items": [], "unknown": 0, "changed": False}
    people = _people(connection, application, (*before.roles, *after.roles))
    weighing = _Weighing(connection, live, drafted, now)
    found = []
    for person in people:
        actor = load_actor(connection, int(person["id"]))
        if actor is None or actor.is_admin:
            continue
        for entity in entities:
            told = weighing.of(actor, entity)
            if told:
                found.append({"person": person, "entity": entity.definition.label, **told})
    found.sort(key=lambda item: -(item["gained"] or 0) - (item["lost"] or 0))
    return {"items": found, "unknown": weighing.unknown, "changed": True}


def _differing(before: Application, after: Application) -> list[str]:
    """Entities on which some role's grants are not what they were."""

    def by_entity(owner: Application) -> dict[str, list[Json]]:
        told: dict[str, list[Json]] = {}
        for role in sorted(owner.roles, key=lambda item: item.id):
            for grant in role.grants:
                told.setdefault(qualified(owner.name, grant.entity), []).append([role.id, dump(grant)])
        return told

    old, new = by_entity(before), by_entity(after)
    return [name for name in dict.fromkeys((*new, *old)) if old.get(name) != new.get(name)]


class _Weighing:
    """Compares what actors have with what they would have; equal questions are asked of the database once."""

    def __init__(self, connection: sa.Connection, before: Live, after: Live, now: datetime) -> None:
        self.connection, self.before, self.after, self.now = connection, before, after, now
        self.until = time.monotonic() + PATIENCE_SECONDS
        self.unknown = 0
        self._counted: dict[Any, tuple[int, int]] = {}

    def of(self, actor: Actor, entity: EntityModel) -> dict[str, Any] | None:
        """What changes for one actor; None when nothing does."""
        old = Sight(live=self.before, policy=Policy(self.before.model, actor), now=self.now)
        new = Sight(live=self.after, policy=Policy(self.after.model, actor), now=self.now)
        fields = [
            {"label": entity.fields[name].definition.label, "before": was, "after": now}
            for name in entity.fields
            if (was := _level(old.policy, entity, name)) != (now := _level(new.policy, entity, name))
        ]
        actions = {
            word: new.policy.may(entity.name, word)
            for word in ACTIONS
            if old.policy.may(entity.name, word) != new.policy.may(entity.name, word)
        }
        rows = self._rows(old, new, entity)
        if not fields and not actions and rows == (0, 0):
            return None
        if rows is None:
            self.unknown += 1
        gained, lost = rows or (None, None)
        return {"gained": gained, "lost": lost, "fields": fields if "read" not in actions else [], "actions": actions}

    def _rows(self, old: Sight, new: Sight, entity: EntityModel) -> tuple[int, int] | None:
        """Rows seen newly and no longer; None when time is up."""
        sides = tuple(
            (sight.policy.may(entity.name, "read"), sight.policy.conditions(entity.name, "read"))
            for sight in (old, new)
        )
        if sides[0] == sides[1]:
            return 0, 0
        said = " ".join(text for _, texts in sides for text in texts or ()).upper()
        actor = old.actor
        key = (
            entity.name,
            sides,
            actor.user_id if "ME(" in said else 0,
            actor.departments if "MY_DEPARTMENT" in said else (),
        )
        if key not in self._counted:
            if time.monotonic() > self.until:
                return None
            self._counted[key] = self._difference(old, new, entity)
        return self._counted[key]

    def _difference(self, old: Sight, new: Sight, entity: EntityModel) -> tuple[int, int]:
        source = self.before.tables[entity.name]
        had, has = (_certain(sight.visible(source, entity.name)) for sight in (old, new))
        gained = sa.func.coalesce(sa.func.sum(sa.case((sa.and_(has == 1, had == 0), 1), else_=0)), 0)
        lost = sa.func.coalesce(sa.func.sum(sa.case((sa.and_(has == 0, had == 1), 1), else_=0)), 0)
        row = self.connection.execute(sa.select(gained, lost).select_from(source)).one()
        return int(row[0]), int(row[1])


def _certain(met: sa.ColumnElement[bool] | None) -> sa.ColumnElement[int]:
    """1 or 0, never blank."""
    return sa.literal(1) if met is None else sa.case((met, 1), else_=0)

"""The organisation as sources of people ask for it: read when it is asked for, and once a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from engines.access.tables import department, department_below, user, user_role
from engines.records.sight import Sight
from engines.rules.look import Look
from engines.workflow.approver import leaders
from engines.workflow.state import Who
from metamodel.definition import Json
from metamodel.model import EntityModel, Model

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """People, departments and roles of one workspace, for flows of one application."""

    connection: sa.Connection
    model: Model
    application: str
    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def _once(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]  # type: ignore[no-any-return]

    def by_login(self, logins: tuple[str, ...]) -> list[int]:
        """Active people by their names for signing in, in that order."""
        if not logins:
            return []

        def read() -> dict[str, int]:
            query = sa.select(user.c.login, user.c.id).where(user.c.login.in_(logins), user.c.is_active)
            return {row.login: row.id for row in self.connection.execute(query)}

        found = self._once(("logins", logins), read)
        return [found[login] for login in logins if login in found]

    def with_role(self, role: str, departments: tuple[int, ...] | None) -> list[int]:
        """Active people who hold a role, of all or in some departments."""

        def read() -> list[int]:
            held = sa.or_(
                sa.false(),
                *(
                    sa.and_(user_role.c.application == home, user_role.c.role == word)
                    for home, word in self.model.roles(self.application, (role,))
                ),
            )
            query = sa.select(user.c.id).join_from(user, user_role).where(user.c.is_active, held)
            if departments is not None:
                query = query.where(user.c.department_id.in_(departments))
            return list(self.connection.scalars(query.order_by(user.c.id)))

        return self._once(("role", role, departments), read)

    def department_of(self, person: int) -> int | None:
        """Where somebody belongs."""
        query = sa.select(user.c.department_id).where(user.c.id == person)
        return self._once(("belongs", person), lambda: self.connection.scalar(query))

    def above(self, place: int) -> tuple[int, ...]:
        """A department and all above it, from it upwards."""
        query = sa.select(department_below.c.above_id).where(department_below.c.below_id == place)
        ordered = query.order_by(department_below.c.steps)
        return self._once(("above", place), lambda: tuple(self.connection.scalars(ordered)))

    def head(self, place: int) -> int | None:
        """The active person who leads a department."""
        query = (
            sa.select(user.c.id)
            .join_from(department, user, user.c.id == department.c.head_id)
            .where(department.c.id == place, user.c.is_active)
        )
        return self._once(("head", place), lambda: self.connection.scalar(query))

    def active(self, users: tuple[int, ...]) -> list[int]:
        """Those of some people who are active, in their order."""
        if not users:
            return []
        query = sa.select(user.c.id).where(user.c.id.in_(users), user.c.is_active)
        found = self._once(("active", users), lambda: set(self.connection.scalars(query)))
        return [person for person in users if person in found]

    def heads_of(self, people: Iterable[int]) -> dict[str, int | None]:
        """Who leads each of some people."""
        return {str(one): next(leaders(self, self.department_of(one), one), None) for one in people}


def people(
    house: Organisation,
    sight: Sight,
    entity: EntityModel,
    question: Who,
    record: int,
    starter: int | None,
    chosen: tuple[int, ...],
) -> dict[str, Json]:
    """The people of each source in turn, and whether they are asked one after the other."""
    kinds = sight.live.model.catalog["approvers"]
    asked: dict[str, str] = {}
    for source in question.sources:
        for word, text in kinds[source.type].fields(source.config).items():
            asked[f"{source.id}\n{word}"] = text
    told = values_of(house.connection, sight, entity, asked, [record]).get(record, {}) if asked else {}
    found: list[list[int]] = []
    for source in question.sources:
        kind = kinds[source.type]
        values: dict[str, Json] = {}
        for word, text in kind.fields(source.config).items():
            value = told.get(f"{source.id}\n{word}")
            values[word] = value["id"] if isinstance(value, Mapping) else value
            values[f"{word}:entity"] = _target(sight, entity, text)
        found.append(list(dict.fromkeys(kind.people(source.config, house, starter, chosen, values))))
    return {"people": found, "ordered": any(kinds[source.type].ordered for source in question.sources)}


def _target(sight: Sight, entity: EntityModel, text: str) -> str:
    """The entity of what a path leads to."""
    where = entity.name
    for step in text.strip("{}").split("."):
        facts = sight.live.model.field(where, step)
        where = facts.target if facts else ""
    return where


def values_of(
    connection: sa.Connection, sight: Sight, entity: EntityModel, expressions: Mapping[str, str], records: list[int]
) -> dict[int, Mapping[str, Json]]:
    """What expressions over records give, by record; one statement."""
    moment: Any = sight.context.now if any("NOW" in text.upper() for text in expressions.values()) else None
    key = ("flow values", entity.name, tuple(expressions.items()), sight.key, moment or sight.context.today)
    look = sight.live.once(key, lambda: Look(sight, entity, "", expressions))
    return {seen.number: seen.values for seen in look.at(connection, records)}

"""The line every single write goes through: API, form, designer and flow alike; one transaction, its caller's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engines.forms.public import submit
from engines.records import bin, store
from engines.records.history import Cause
from engines.records.query import Asked, entity_of, one, page
from engines.records.sight import Sight
from engines.records.whole import whole
from engines.runtime.events import happened
from engines.runtime.flow_notes import require_free
from metamodel.definition import Json
from metamodel.errors import Invalid, Refusal
from metamodel.form import Form
from metamodel.issues import Issue
from metamodel.model import EntityModel

#: records one bulk request may change; more is a job
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Values for one of several records, which was read at version `expected` (None: whatever it is now)."""

    number: int
    values: dict[str, Json]
    expected: int | None = None


def cause_of(sight: Sight) -> Cause:
    """A person's own doing, now."""
    return Cause(at=sight.now, by=sight.actor.user_id, told=[], chosen=True)


def create_record(connection: sa.Connection, sight: Sight, entity: str, values: dict[str, Json]) -> int:
    """A new record; its number."""
    cause = cause_of(sight)
    number = store.create(connection, sight, entity_of(sight, entity), values, cause)
    happened(connection, sight, cause)
    return number


def update_record(
    connection: sa.Connection, sight: Sight, entity: str, number: int, values: dict[str, Json], expected: int | None
) -> None:
    """Change a record that was read at version `expected` (None: whatever it is now)."""
    cause = cause_of(sight)
    model = entity_of(sight, entity)
    require_free(connection, sight.live, model.name, [number])
    store.update(connection, sight, model, number, values, cause, expected=expected)
    happened(connection, sight, cause)


def delete_record(connection: sa.Connection, sight: Sight, entity: str, number: int) -> None:
    """Move a record to the bin."""
    cause = cause_of(sight)
    model = entity_of(sight, entity)
    require_free(connection, sight.live, model.name, [number])
    bin.delete(connection, sight, model, number, cause)
    happened(connection, sight, cause)


def restore_record(connection: sa.Connection, sight: Sight, entity: str, number: int) -> None:
    """Take a record out of the bin."""
    cause = cause_of(sight)
    bin.restore(connection, sight, entity_of(sight, entity), number, cause)
    happened(connection, sight, cause)


def change_many(
    connection: sa.Connection,
    sight: Sight,
    entity: str,
    numbers: list[int] | None,
    filter: str,
    values: dict[str, Json] | None,
) -> tuple[list[Change], list[Issue]]:
    """Change (or bin, when `values` is None) several records; each stands for itself: what fails is told, and with
    what was done what would take it back (see `change_each`)."""
    model = entity_of(sight, entity)
    if numbers is None:
        asked = Asked(fields=("id",), filters=(filter,), sorts=(("id", False),), limit=MOST_AT_ONCE)
        found = page(connection, sight, model, asked)
        if found.next:
            raise Invalid(Issue(code="bulk.too_many", arguments={"limit": MOST_AT_ONCE}))
        numbers = [item["id"] for item in found.items]
    if values is not None:
        return change_each(connection, sight, entity, [Change(number=number, values=values) for number in numbers])
    return _each(connection, sight, model, [Change(number=number, values={}) for number in numbers], binned=True)


def change_each(
    connection: sa.Connection, sight: Sight, entity: str, changes: Sequence[Change]
) -> tuple[list[Change], list[Issue]]:
    """Give several records values of their own. The changes that would take back what was done, and what was not:
    written again, they bring back the former values of those records that nobody changed since."""
    return _each(connection, sight, entity_of(sight, entity), changes)


def _each(
    connection: sa.Connection, sight: Sight, model: EntityModel, changes: Sequence[Change], *, binned: bool = False
) -> tuple[list[Change], list[Issue]]:
    if len(changes) > MOST_AT_ONCE:
        raise Invalid(Issue(code="bulk.too_many", arguments={"limit": MOST_AT_ONCE}))
    back: list[Change] = []
    issues: list[Issue] = []
    for change in changes:
        number = change.number
        try:
            with connection.begin_nested():
                cause = cause_of(sight)
                require_free(connection, sight.live, model.name, [number])
                former = {} if binned else _read(connection, sight, model, number, change.values)
                if binned:
                    bin.delete(connection, sight, model, number, cause)
                else:
                    store.update(connection, sight, model, number, change.values, cause, expected=change.expected)
                happened(connection, sight, cause)
            version = None if binned else _version(connection, sight, model, number)
            back.append(Change(number=number, values=former, expected=version))
        except Refusal as refusal:
            issues += (issue.under(number) for issue in refusal.issues)
    return back, issues


def _read(
    connection: sa.Connection, sight: Sight, model: EntityModel, number: int, names: Iterable[str]
) -> dict[str, Json]:
    """The values of these fields that the actor may see as they are."""
    linked = any(name in model.fields and model.fields[name].storage in ("links", "rows") for name in names)
    found = (whole if linked else one)(connection, sight, model, number)
    seen = {name for name in names if name in found and name in model.fields}
    return {name: found[name] for name in seen if sight.policy.visibility(model, name).mode == "plain"}


def _version(connection: sa.Connection, sight: Sight, model: EntityModel, number: int) -> int:
    table = sight.live.tables[model.name]
    version: int = connection.execute(sa.select(table.c.version).where(table.c.id == number)).scalar_one()
    return version


def submit_public(
    connection: sa.Connection, sight: Sight, entity: EntityModel, form: Form, values: dict[str, Json]
) -> int:
    """What a visitor sent through a public form; the record's number."""
    cause = Cause(at=sight.now, by=None, told=[], chosen=True)
    number = submit(connection, sight, entity, form, values, cause)
    happened(connection, sight, cause)
    return number

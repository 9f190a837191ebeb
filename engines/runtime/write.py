"""The line every single write goes through: API, form, designer and flow alike; one transaction, its caller's."""

from __future__ import annotations

import sqlalchemy as sa

from engines.forms.public import submit
from engines.records import bin, store
from engines.records.history import Cause
from engines.records.query import Asked, entity_of, page
from engines.records.sight import Sight
from engines.runtime.events import happened
from engines.runtime.flow_notes import require_free
from metamodel.definition import Json
from metamodel.errors import Invalid, Refusal
from metamodel.form import Form
from metamodel.issues import Issue
from metamodel.model import EntityModel

#: records one bulk request may change; more is a job
MOST_AT_ONCE = 500


def cause_of(sight: Sight) -> Cause:
    """A person's own doing, now."""
    return Cause(at=sight.now, by=sight.actor.user_id, told=[])


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
) -> tuple[int, list[Issue]]:
    """Change (or bin, when `values` is None) several records; each stands for itself: what fails is told."""
    model = entity_of(sight, entity)
    if numbers is None:
        asked = Asked(fields=("id",), filters=(filter,), sorts=(("id", False),), limit=MOST_AT_ONCE)
        found = page(connection, sight, model, asked)
        if found.next:
            raise Invalid(Issue(code="bulk.too_many", arguments={"limit": MOST_AT_ONCE}))
        numbers = [item["id"] for item in found.items]
    if len(numbers) > MOST_AT_ONCE:
        raise Invalid(Issue(code="bulk.too_many", arguments={"limit": MOST_AT_ONCE}))
    done = 0
    issues: list[Issue] = []
    for number in numbers:
        try:
            with connection.begin_nested():
                cause = cause_of(sight)
                require_free(connection, sight.live, model.name, [number])
                if values is None:
                    bin.delete(connection, sight, model, number, cause)
                else:
                    store.update(connection, sight, model, number, values, cause)
                happened(connection, sight, cause)
                done += 1
        except Refusal as refusal:
            issues += (issue.under(number) for issue in refusal.issues)
    return done, issues


def submit_public(
    connection: sa.Connection, sight: Sight, entity: EntityModel, form: Form, values: dict[str, Json]
) -> int:
    """What a visitor sent through a public form; the record's number."""
    cause = Cause(at=sight.now, by=None, told=[])
    number = submit(connection, sight, entity, form, values, cause)
    happened(connection, sight, cause)
    return number

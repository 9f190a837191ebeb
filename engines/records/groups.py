"""Records counted and summed by the values of a field: what kanban columns and grouped lists show at their heads."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.records.query import Asked, conditions
from engines.records.search import searching
from engines.records.shape import dump_of, known_label
from engines.records.sight import Sight
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.expressions.storage import BIGINT
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue, nearest
from metamodel.model import EntityModel, FieldModel

MOST_GROUPS = 200


def groups(
    connection: sa.Connection, sight: Sight, entity: EntityModel, asked: Asked, by: str, total: str = ""
) -> list[dict[str, Json]]:
    """[{value, count, sum}] over all records that meet what is asked; blank is null and comes first."""
    item = _field(sight, entity, by)
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight)
    value = sight.column(source, entity.name, by)
    columns: list[sa.ColumnElement[Any]] = [value.label("the_value"), sa.func.count()]
    facts = sight.live.model.field(entity.name, by)
    label = None
    if facts is not None and facts.target and not getattr(item.config, "targets", ()):
        far = joins.reach((), source, (entity.name, facts.target), (by,))
        label = known_label(sight, far, facts.target)
    summed = _field(sight, entity, total) if total else None
    if summed is not None:
        if summed.expression_type.kind != "number":
            raise Invalid(Issue(code="query.not_summable", path=("sum",), arguments={"word": total}))
        columns.append(sa.func.sum(sight.column(source, entity.name, total), type_=BIGINT))
    where = [source.c.deleted_at.is_(None), *conditions(sight, entity, source, joins, asked)]
    query = (
        sa.select(*columns, *([] if label is None else [label]))
        .select_from(joins.apply(source))
        .where(*where)
        .group_by(value, *([] if label is None else [label]))
        .order_by(sa.func.count().desc())
        .limit(MOST_GROUPS)
    )
    dump = dump_of(item, by)
    found: list[dict[str, Json]] = []
    for row in connection.execute(query, searching(asked.search) if asked.search else {}):
        shown = row[0] if row[0] is None or dump is None else dump(row[0])
        if label is not None and shown is not None:
            shown = {"id": shown, "label": row[-1]}
        told: dict[str, Json] = {"value": shown, "count": row[1]}
        if summed is not None:
            told["sum"] = summed.type.dump(summed.config, int(row[2] or 0))
        found.append(told)
    return found


def _field(sight: Sight, entity: EntityModel, name: str) -> FieldModel:
    item = entity.fields.get(name)
    if item is None or item.storage != "column" or sight.field(entity.name, name) is None:
        near = nearest(name, sight.names(entity.name))
        raise Invalid(Issue(code="query.unknown_path", path=("by",), arguments={"word": name, "nearest": near}))
    return item

"""Freezing carried out: the measures of a record and of its lines stand still, or move again."""

from __future__ import annotations

import sqlalchemy as sa

from engines.effects import Freeze
from engines.measured.freeze import freeze
from engines.measured.keep import begin, thaw, unfrozen
from engines.measured.plan import Figure, figures
from engines.records.history import Cause
from engines.records.sight import Sight
from engines.runtime.measuring import spread
from metamodel.definition import Json
from metamodel.model import EntityModel


def freezing(connection: sa.Connection, sight: Sight, effect: Freeze, cause: Cause, why: str) -> Json:
    """How many values of the record and of its lines were frozen, or let go."""
    done = 0
    for figure, numbers in _meant(connection, sight, effect):
        if effect.thaw:
            begin(connection, figure, cause.at)
            done += thaw(connection, figure, numbers)
            unfrozen(connection, figure)
            continue
        count, told = freeze(connection, sight, figure, numbers, cause, why)
        spread(connection, sight, figure, told, cause)
        done += count
    return {"thawed" if effect.thaw else "frozen": done}


def _meant(connection: sa.Connection, sight: Sight, effect: Freeze) -> list[tuple[Figure, list[int]]]:
    """The fields that are meant, each with the records; what is measured from others comes after them."""
    entity = sight.live.model.entities[effect.entity]
    numbers = {effect.entity: [effect.number]}
    for name, found in _lines(connection, sight, entity, effect.number).items() if effect.lines else ():
        numbers[name] = found
    return [
        (figure, numbers[name])
        for (name, field), figure in figures(sight.live).items()
        if numbers.get(name) and (name != effect.entity or not effect.fields or field in effect.fields)
    ]


def _lines(connection: sa.Connection, sight: Sight, entity: EntityModel, number: int) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    measured = {name for name, _ in figures(sight.live)}
    for item in entity.fields.values():
        if item.storage != "rows" or item.config.entity not in measured:
            continue
        line = sight.live.model.entities[item.config.entity]
        table = sight.live.tables[line.name]
        parent = table.c[line.fields[item.config.parent].column]
        query = sa.select(table.c.id).where(parent == number, table.c.deleted_at.is_(None)).order_by(table.c.id)
        found.setdefault(line.name, []).extend(connection.scalars(query))
    return found

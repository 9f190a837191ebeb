"""References to several records: keys in one cell become pairs of a link table, with history, and are put back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from engines.exchange.convert import Cells, Convert, Converted
from engines.records import history
from engines.records.bulk import write_columns
from engines.records.history import Cause
from engines.records.live import Live
from metamodel.errors import Invalid
from metamodel.issues import Issue
from metamodel.model import EntityModel, FieldModel

#: what stands between two keys in one cell
BETWEEN = re.compile(r"\s*[;；、|\n]\s*")
SOME = 500


def several(convert: Convert) -> Convert:
    """The conversion of single keys for cells that hold several: a value is the tuple of a cell's keys."""

    def whole(cells: Cells) -> Converted:
        values: list[object] = []
        faults: dict[int, Issue] = {}
        known: dict[str, object] = {}
        for at, cell in enumerate(cells):
            if cell not in known:
                parts = list(dict.fromkeys(filter(None, BETWEEN.split(cell.strip()))))
                converted = convert(parts)
                wrong = next(iter(converted.faults.values()), None)
                known[cell] = Invalid(wrong) if wrong else tuple(converted.values) or None
            found = known[cell]
            values.append(None if isinstance(found, Invalid) else found)
            if isinstance(found, Invalid):
                faults[at] = found.issues[0]
        return Converted(values=values, faults=faults)

    return whole


def pairs_of(live: Live, entity: EntityModel, item: FieldModel) -> sa.Table:
    """The table of a field's pairs."""
    return live.tables[f"{entity.name}:{item.definition.id}"]


def link(
    connection: sa.Connection, live: Live, entity: EntityModel, item: FieldModel, wanted: Mapping[int, Sequence[int]]
) -> None:
    """Pairs of records that have none yet."""
    found = [(source, target) for source, targets in wanted.items() for target in sorted(set(targets))]
    if found:
        sources, targets = zip(*found, strict=True)
        table = pairs_of(live, entity, item)
        write_columns(connection, table, {"source_id": sources, "target_id": targets}, len(found))


def linked(
    connection: sa.Connection, live: Live, entity: EntityModel, item: FieldModel, numbers: Sequence[int]
) -> dict[int, list[int]]:
    """What records are linked to now."""
    table = pairs_of(live, entity, item)
    found: dict[int, list[int]] = {number: [] for number in numbers}
    for at in range(0, len(numbers), SOME):
        query = sa.select(table.c.source_id, table.c.target_id).where(table.c.source_id.in_(numbers[at : at + SOME]))
        for source, target in connection.execute(query.order_by(table.c.target_id)):
            found[source].append(target)
    return found


def relink(
    connection: sa.Connection,
    live: Live,
    entity: EntityModel,
    item: FieldModel,
    wanted: Mapping[int, Sequence[int]],
    cause: Cause,
    action: history.Action = "update",
) -> list[int]:
    """The links of records become others; the ids of those in which something moved, each with an entry."""
    before = linked(connection, live, entity, item, list(wanted))
    after = {number: sorted(set(targets)) for number, targets in wanted.items()}
    moved = {number: targets for number, targets in after.items() if before[number] != targets}
    table, pairs = live.tables[entity.name], pairs_of(live, entity, item)
    numbers = list(moved)
    for at in range(0, len(numbers), SOME):
        some = numbers[at : at + SOME]
        connection.execute(sa.delete(pairs).where(pairs.c.source_id.in_(some)))
        stamp = {"version": table.c.version + 1, "changed_at": cause.at, "changed_by": cause.by}
        connection.execute(sa.update(table).where(table.c.id.in_(some)).values(stamp))
    link(connection, live, entity, item, moved)
    told = [
        history.entry(entity.name, number, action, {item.definition.id: [before[number], targets]}, cause)
        for number, targets in moved.items()
    ]
    history.record_many(connection, told)
    return numbers

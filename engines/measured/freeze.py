"""Measured values that somebody freezes: measured once more, then kept with the rows behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.measured.ask import Row, answers, rows, stored
from engines.measured.evidence import MOST_KEPT, pack, rows_of, told
from engines.measured.keep import begin, set_values
from engines.measured.plan import Figure
from engines.measured.tables import measure_frozen
from engines.records.history import Cause, Told
from engines.records.sight import Sight
from engines.records.values import stored_json


def freeze(
    connection: sa.Connection, sight: Sight, figure: Figure, numbers: Sequence[int], cause: Cause, why: str
) -> tuple[int, list[Told]]:
    """Freeze a field of some records, in the caller's transaction; how many, and what moved when it was measured for
    the last time. What is frozen already stays as it is; what stands still by itself keeps its value."""
    begin(connection, figure, cause.at)
    found = [row for row in rows(connection, sight, figure, _among(numbers), every=True) if row.how != "action"]
    known = answers(
        connection, sight, figure, {row.question for row in found if row.question is not None and not row.how}
    )
    values: dict[int, Any] = {
        row.number: row.value if row.how else stored(figure, known[row.question]) if row.question is not None else None
        for row in found
    }
    moved = [row for row in found if values[row.number] != row.value]
    set_values(connection, sight.live, figure, {row.number: values[row.number] for row in moved})
    settled = [row.number for row in found if row.how]
    if settled:
        connection.execute(
            sa.delete(measure_frozen).where(
                measure_frozen.c.entity == figure.entity.name,
                measure_frozen.c.field == figure.item.definition.id,
                measure_frozen.c.record_id.in_(settled),
            )
        )
    kept = [_kept(connection, sight, figure, row, values[row.number], cause, why) for row in found]
    if kept:
        connection.execute(sa.insert(measure_frozen), kept)
    item = figure.item
    return len(found), [
        Told(
            entity=figure.entity.name,
            number=row.number,
            action="derive",
            fields={item.definition.id: [stored_json(item, row.value), stored_json(item, values[row.number])]},
            change=0,
        )
        for row in moved
    ]


def _kept(
    connection: sa.Connection, sight: Sight, figure: Figure, row: Row, value: Any, cause: Cause, why: str
) -> Mapping[str, Any]:
    common = {
        "entity": figure.entity.name,
        "record_id": row.number,
        "field": figure.item.definition.id,
        "how": "action",
        "taken_at": cause.at,
        "by_id": cause.by,
        "cause": why,
        "value": stored_json(figure.item, value),
    }
    if row.question is None:
        return {**common, "question": None, "total": None, "kept": None, "rows": None}
    found = rows_of(connection, sight, figure, row.question, MOST_KEPT)
    return {
        **common,
        "question": told(connection, sight, figure, row.question),
        "total": found.total,
        "kept": len(found.items),
        "rows": pack(found),
    }


def _among(numbers: Sequence[int]) -> Any:
    return lambda column: column.in_(numbers)

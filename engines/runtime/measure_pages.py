"""How a measured value is made, as its reader may know it: the question in words, its time, and the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.access.people import names_of
from engines.measured.ask import Row, answers, rows
from engines.measured.evidence import (
    Column,
    lacking,
    moment,
    readable,
    rows_of,
    seen,
    told,
    unpack,
    worded,
)
from engines.measured.keep import begin, states, write
from engines.measured.plan import Figure, figures
from engines.measured.tables import measure_frozen
from engines.records.history import Cause
from engines.records.sight import Sight
from engines.reports.explain import measure_in_words
from engines.runtime.measuring import spread
from metamodel.definition import Json
from metamodel.errors import NotFound, Refusal
from metamodel.issues import Issue
from metamodel.model import EntityModel

#: rows shown at once
SOME = 50
#: where a listed record tells which of its values stand still; no field is called so
STILL = "_still"


def of_record(connection: sa.Connection, sight: Sight, entity: EntityModel, number: int) -> dict[str, Json]:
    """The measure fields of a record that its reader sees: what their values are of, and those that stand still."""
    known = {name: figure for (owner, name), figure in figures(sight.live).items() if owner == entity.name}
    shown = {name: figure for name, figure in known.items() if sight.field(entity.name, name) is not None}
    if not shown:
        return {}
    kept = states(connection, sight.live)
    still = _still(connection, entity.name, number)
    found: dict[str, Json] = {}
    for name, figure in shown.items():
        row, state = still.get(figure.item.definition.id), kept.get(figure.key)
        found[name] = {
            "state": "live" if row is None else "settled" if row.how == "until" else "frozen",
            "as_of": moment(state.as_of if state is not None and state.meaning else None),
            "taken_at": moment(row.taken_at if row is not None else None),
        }
    return found


def mark_still(
    connection: sa.Connection, sight: Sight, entity: EntityModel, items: Sequence[dict[str, Json]]
) -> None:
    """Records of a list get under `STILL` their values that no longer move, each with the moment it was taken: one
    statement, and none where a list shows no measure."""
    shown = {
        figure.item.definition.id: name
        for (owner, name), figure in figures(sight.live).items()
        if owner == entity.name and items and name in items[0] and sight.field(owner, name) is not None
    }
    if not shown:
        return
    found = {int(item["id"]): item for item in items}
    query = sa.select(measure_frozen.c.record_id, measure_frozen.c.field, measure_frozen.c.taken_at).where(
        measure_frozen.c.entity == entity.name,
        measure_frozen.c.field.in_(sorted(shown)),
        measure_frozen.c.record_id.in_(sorted(found)),
    )
    for number, word, taken_at in connection.execute(query):
        found[number].setdefault(STILL, {})[shown[word]] = moment(taken_at)


def figure_of(sight: Sight, entity: EntityModel, name: str) -> Figure:
    """A measure field that the reader sees."""
    figure = figures(sight.live).get((entity.name, name))
    if figure is None or sight.field(entity.name, name) is None:
        raise NotFound(Issue(code="measured.unknown"))
    return figure


def made(
    connection: sa.Connection,
    sight: Sight,
    house: Sight,
    entity: EntityModel,
    number: int,
    name: str,
    after: int = 0,
) -> Json:
    """How one value is made. The house says what is asked, and the reader's own sight which rows and names are told;
    `after` is the last row that was shown."""
    figure = figure_of(sight, entity, name)
    state = states(connection, sight.live).get(figure.key)
    still = _still(connection, entity.name, number).get(figure.item.definition.id)
    row = next(iter(rows(connection, house, figure, lambda column: column.in_([number]), every=True)), None)
    frozen = still is not None and still.how == "action"
    found: dict[str, Any] = {
        "label": figure.item.definition.label,
        "state": "live" if still is None else "settled" if still.how == "until" else "frozen",
        "as_of": moment(state.as_of if state is not None and state.meaning else None),
        "taken_at": moment(still.taken_at) if still is not None else None,
        "by": names_of(connection, [still.by_id]).get(still.by_id) if still is not None and still.by_id else None,
        "failed": [] if state is None or frozen else _failed(state.failed, sight.actor.locale),
        "lacks": None if frozen or row is None else lacking(row.lacks, sight.actor.locale),
        "question": None,
        "measure": None,
        "rows": None,
    }
    if still is not None and frozen:
        if still.question is None:
            return found
        found["question"] = _own(sight, figure, still.question)
        found["rows"] = _kept_rows(connection, sight, still, after)
    elif row is not None and row.question is not None:
        found["question"] = _own(sight, figure, told(connection, sight, figure, row.question))
        found["rows"] = _live_rows(connection, sight, house, figure, row, after)
        origin = figure.origins[row.question.origin]
        found["measure"] = measure_in_words(sight, origin.about, origin.dataset, origin.measure)
    return found


def _failed(failed: Sequence[Mapping[str, Any]] | None, locale: str) -> Json:
    issues = [Issue(code=str(one["code"]), arguments=one.get("arguments") or {}) for one in failed or ()]
    return [lacking(issue, locale) for issue in issues]


def _own(sight: Sight, figure: Figure, question: Mapping[str, Any]) -> Json:
    """A question without the values that the reader may not know of the record."""
    bindings = []
    for one in question["bindings"]:
        known = not sight.check(one["of"], figure.entity.name).issues
        bindings.append({"label": one["label"], "value": one["value"] if known else None})
    return {**question, "bindings": bindings}


def _still(connection: sa.Connection, entity: str, number: int) -> dict[str, sa.Row[Any]]:
    query = sa.select(measure_frozen).where(measure_frozen.c.entity == entity, measure_frozen.c.record_id == number)
    return {row.field: row for row in connection.execute(query)}


def _live_rows(connection: sa.Connection, sight: Sight, house: Sight, figure: Figure, row: Row, after: int) -> Json:
    """The rows as the reader sees them; none where they may not read what is counted."""
    assert row.question is not None
    about = figure.origins[row.question.origin].about
    if not sight.policy.may(about, "read"):
        return None
    try:
        found = rows_of(connection, sight, figure, row.question, SOME + 1, after)
    except Refusal:
        return None  # what is counted is made of a field that the reader may not know
    limited = not sight.actor.is_admin and sight.policy.conditions(about, "read") is not None
    partial = bool(limited and not after and rows_of(connection, house, figure, row.question, 0).total > found.total)
    return _page(sight, about, found.columns, found.items, found.total, partial=partial)


def _kept_rows(connection: sa.Connection, sight: Sight, still: sa.Row[Any], after: int) -> Json:
    """The kept rows whose records the reader may see today, with the columns they see plainly."""
    about = still.question["entity"]["name"]
    if not sight.policy.may(about, "read") or about not in sight.live.model.entities:
        return None
    columns, items = unpack(still.rows)
    places = seen(sight, about, columns)
    allowed = readable(connection, sight, about, [item[0] for item in items])
    title = sight.live.model.entities[about].title
    named = not title or sight.policy.visibility(sight.live.model.entities[about], title).mode == "plain"
    told_ = [
        [item[0], item[1] if named else "", *(item[2 + at] for at in places)] for item in items if item[0] in allowed
    ]
    shown = [item for item in told_ if not after or item[0] < after]
    whole = len(told_) == len(items)
    total = still.total if whole else len(told_)
    page = _page(sight, about, [columns[at] for at in places], shown, total, partial=not whole)
    return {**page, "kept": still.kept, "kept_of": still.total if whole else None}


def _page(
    sight: Sight, about: str, columns: Sequence[Column], items: Sequence[list[Json]], total: int, *, partial: bool
) -> dict[str, Json]:
    """Some rows; `partial` says that others were counted which the reader may not see."""
    shown = worded(sight, about, columns, list(items[:SOME]))
    return {
        "entity": about,
        "label": sight.live.model.entities[about].definition.label,
        "columns": [{"label": one.label, "type": one.type} for one in columns],
        "items": [{"id": item[0], "name": item[1], "cells": item[2:]} for item in shown],
        "total": total,
        "partial": partial,
        "next": items[SOME - 1][0] if len(items) > SOME else None,
    }


def measure_now(connection: sa.Connection, sight: Sight, house: Sight, entity: EntityModel, number: int) -> int:
    """Measure the fields of one record at once, by hand; how many values moved."""
    moved = 0
    for (owner, name), figure in figures(sight.live).items():
        if owner != entity.name or sight.field(owner, name) is None:
            continue
        among = _one(number)
        begin(connection, figure, house.now)
        asked = {row.question for row in rows(connection, house, figure, among) if row.question is not None}
        found = write(connection, house, figure, answers(connection, house, figure, asked), among, house.now)
        spread(connection, house, figure, found, Cause(at=house.now, by=None))
        moved += len(found)
    return moved


def _one(number: int) -> Any:
    return lambda column: column.in_([number])

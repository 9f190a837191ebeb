"""The rows behind a measured value: found by the question that counted them, read as columns, and kept packed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.access.policy import PLAIN
from engines.database import time_limit
from engines.measured.ask import Question, query_of
from engines.measured.plan import Figure, Origin
from engines.records.called import names
from engines.records.shape import label_column
from engines.records.sight import FACT_TABLES, Sight
from engines.reports.compile import behind, counting
from engines.reports.gather import SECONDS
from engines.reports.resolve import options_of
from metamodel.dataset import Measure
from metamodel.definition import Json, Label
from metamodel.expressions.ast import Ref
from metamodel.expressions.check import check
from metamodel.expressions.tables import Joins
from metamodel.expressions.types import Type
from metamodel.field_type import instant_text, unscaled
from metamodel.issues import Issue, say, wording
from metamodel.measured import dimension_of, parts

#: rows that are kept with a frozen value; of more the number is told
MOST_KEPT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the rows: the record's name, its time, or what a measure takes of it."""

    label: Label
    text: str
    type: str

    def to_json(self) -> Json:
        """As it is kept and told."""
        return {"label": self.label, "text": self.text, "type": self.type}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Some of the rows, each its record's number and its cells, and how many there are in all."""

    total: int
    columns: tuple[Column, ...]
    items: list[list[Json]]


def columns_of(sight: Sight, figure: Figure, origin: Origin) -> tuple[Column, ...]:
    """What is shown of each row, beside its name: its time, and what the measure takes of it."""
    model, about = sight.live.model, origin.about
    found: dict[str, Column] = {}
    time = dimension_of(origin.dataset, origin.time)
    said: list[tuple[str, Label]] = [(time.expression, time.label)] if time is not None else []
    said += [(part.expression, _label(part)) for part in parts(origin.dataset, origin.measure)]
    for text, label in said:
        node = check(text, model, about) if text else None
        if node is None or node.issues or node.type.kind in ("record", "records", "texts") or text == "{id}":
            continue
        if isinstance(node.ast, Ref) and len(node.ast.path) == 1:
            facts = model.field(about, node.ast.path[0])
            label = facts.label if facts is not None and facts.label else label
        found.setdefault(text, Column(label=label, text=text, type=str(node.type)))
    return tuple(found.values())


def _label(part: Measure) -> Label:
    return part.label


def seen(sight: Sight, about: str, columns: Iterable[Column]) -> list[int]:
    """The places of the columns that a reader sees plainly, of whichever record they come."""
    model = sight.live.model
    found = []
    for at, column in enumerate(columns):
        plain = True
        for one in check(column.text, model, about).references:
            holder = model.entity(one.entity)
            if holder is not None and one.name in holder.fields:
                plain = plain and sight.policy.may(one.entity, "read")
                plain = plain and sight.policy.visibility(holder, one.name).mode == PLAIN.mode
        if plain:
            found.append(at)
    return found


def rows_of(
    connection: sa.Connection, sight: Sight, figure: Figure, question: Question, most: int, after: int = 0
) -> Rows:
    """The rows that a question counts, newest first, as far as `sight` sees them."""
    origin = figure.origins[question.origin]
    query = query_of(sight, origin, [question])
    if origin.about in FACT_TABLES:
        with time_limit(connection, SECONDS):
            return Rows(total=int(connection.scalar(counting(sight, query)) or 0), columns=(), items=[])
    with time_limit(connection, SECONDS):
        total = 0 if after else int(connection.scalar(counting(sight, query)) or 0)
        numbers = list(connection.scalars(behind(sight, query, after, most)))
    columns = columns_of(sight, figure, origin)
    columns = tuple(columns[at] for at in seen(sight, origin.about, columns))
    return Rows(total=total, columns=columns, items=_cells(connection, sight, origin, columns, numbers))


def _cells(
    connection: sa.Connection, sight: Sight, origin: Origin, columns: Sequence[Column], numbers: Sequence[int]
) -> list[list[Json]]:
    about = origin.about
    source = sight.table(about)
    joins = Joins(tables=sight)
    shown = [sight.value(column.text, about, source, joins).label(f"c{at}") for at, column in enumerate(columns)]
    name = label_column(sight, source, about)
    found: dict[int, list[Json]] = {}
    types = [check(column.text, sight.live.model, about) for column in columns]
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        query = sa.select(source.c.id, name, *shown).select_from(joins.apply(source)).where(source.c.id.in_(some))
        for number, called, *cells in connection.execute(query):
            plain = [plain_json(cell, known.type) for cell, known in zip(cells, types, strict=True)]
            found[number] = [number, str(called or ""), *plain]
    return [found[number] for number in numbers if number in found]


def worded(sight: Sight, about: str, columns: Sequence[Column], items: Sequence[list[Json]]) -> list[list[Json]]:
    """Rows as a reader is told them: choices by their labels."""
    entity = sight.live.model.entities[about]
    options = [
        {one.value: say(one.label, sight.actor.locale) for one in options_of(sight, entity, found)}
        for found in (check(column.text, sight.live.model, about).ast for column in columns)
    ]
    return [[*row[:2], *(known.get(cell, cell) for cell, known in zip(row[2:], options, strict=True))] for row in items]


def plain_json(cell: Any, type_: Type) -> Json:
    """A cell as it is told: exact numbers as text with their digits."""
    if cell is None or isinstance(cell, bool):
        return cell
    if type_.kind == "number":
        return unscaled(int(cell), type_.scale) if type_.scale else int(cell)
    if type_.kind == "datetime":
        return instant_text(cell)
    return cell if isinstance(cell, (str, int, float)) else str(cell)


def told(connection: sa.Connection, sight: Sight, figure: Figure, question: Question) -> dict[str, Json]:
    """A question in names: of what, which measure, when and for which values."""
    origin = figure.origins[question.origin]
    dataset = origin.dataset
    measure = next(item for item in dataset.measures if item.name == origin.measure)
    source = figure.item.config.sources[origin.index]
    wanted = [
        (bound.type.entity, int(key))
        for bound, key in zip(origin.bounds, question.keys, strict=True)
        if bound.type.kind == "record"
    ]
    called = names(connection, sight, wanted)
    bindings = []
    for bound, key in zip(origin.bounds, question.keys, strict=True):
        dimension = dimension_of(dataset, bound.dimension)
        assert dimension is not None
        said: Json = str(key)
        if bound.type.kind == "record":
            said = called.get((bound.type.entity, int(key)))
        else:
            entity = sight.live.model.facts(origin.about)
            node = check(dimension.expression, sight.live.model, origin.about).ast
            options = options_of(sight, entity, node) if entity is not None else ()
            said = next((one.label for one in options if one.value == key), said)
        bindings.append({"dimension": bound.dimension, "label": dimension.label, "value": said, "of": bound.value})
    time = dimension_of(dataset, origin.time)
    entity = sight.live.model.facts(origin.about)
    return {
        "source": source.id,
        "label": source.label or measure.label,
        "application": origin.application.name,
        "dataset": {"name": dataset.name, "label": dataset.label},
        "entity": {"name": origin.about, "label": entity.definition.label if entity else ""},
        "measure": {"name": measure.name, "label": measure.label, "format": measure.format},
        "time": {"name": time.name, "label": time.label} if time is not None else None,
        "first": question.first.isoformat() if question.first else None,
        "last": question.last.isoformat() if question.last else None,
        "bindings": bindings,
    }


def pack(rows: Rows) -> bytes:
    """Rows as they are kept."""
    told_ = {"columns": [column.to_json() for column in rows.columns], "items": rows.items}
    return zlib.compress(json.dumps(told_, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def unpack(kept: bytes) -> tuple[list[Column], list[list[Json]]]:
    """Kept rows with their columns."""
    told_ = json.loads(zlib.decompress(kept))
    return [Column(**column) for column in told_["columns"]], told_["items"]


def readable(connection: sa.Connection, sight: Sight, about: str, numbers: Sequence[int]) -> frozenset[int]:
    """Those of kept rows whose records a reader may see today, the bin included: what was counted is not undone by
    throwing it away."""
    entity = sight.live.model.entity(about)
    if entity is None or not sight.policy.may(about, "read"):
        return frozenset()
    source = sight.table(about)
    joins = Joins(tables=sight)
    met = sight.row_filter(entity, "read", source, joins)
    if met is None:
        return frozenset(numbers)
    found: set[int] = set()
    for start in range(0, len(numbers), 500):
        some = source.c.id.in_(numbers[start : start + 500])
        found.update(connection.scalars(sa.select(source.c.id).select_from(joins.apply(source)).where(some, met)))
    return frozenset(found)


def lacking(issue: Issue | None, locale: str) -> Json:
    """Why there is no figure, in the reader's words."""
    if issue is None:
        return None
    message, hint = wording(issue, locale)
    return {"message": message, "hint": hint}


def moment(at: datetime | None) -> Json:
    """A moment as it is told."""
    return None if at is None else instant_text(at)

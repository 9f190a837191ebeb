"""A list as a file: the rows and fields the actor may export, as people read them, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from rustpy_xlsxwriter import write_worksheet

from engines.exchange.convert import harmless
from engines.records.choices import chosen, looked_up
from engines.records.query import Asked, conditions
from engines.records.search import searching
from engines.records.shape import Shaper, readable_fields
from engines.records.sight import Sight
from metamodel.definition import Json, Label
from metamodel.errors import Invalid
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue, say
from metamodel.model import SYSTEM, EntityModel

#: rows taken from the database at once
SOME = 2_000
#: rows of a sheet, without the one of names
MOST_ROWS = 1_048_575
#: names of what the house itself keeps of each record
NAMES: dict[str, Label] = {
    "id": {"zh-CN": "编号", "en": "ID"},
    "version": {"zh-CN": "版本", "en": "Version"},
    "created_at": {"zh-CN": "创建时间", "en": "Created at"},
    "created_by": {"zh-CN": "创建人", "en": "Created by"},
    "changed_at": {"zh-CN": "修改时间", "en": "Changed at"},
    "changed_by": {"zh-CN": "修改人", "en": "Changed by"},
}
Show = Callable[[Json], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The names of the columns, and the rows as texts, numbers and dates."""

    names: tuple[str, ...]
    rows: Iterator[list[Any]]


def export(
    connection: sa.Connection, sight: Sight, entity: EntityModel, asked: Asked, locale: str, labels: dict[str, Label]
) -> Exported:
    """What a list asks for, all of it, in its order. `labels` are a view's own names for columns."""
    sight.policy.require(entity, "export")
    fields = tuple(name for name in asked.fields or readable_fields(sight, entity) if name not in ("id", "version"))
    source = sight.live.tables[entity.name]
    joins = Joins(tables=sight)
    shaper = Shaper(sight, entity, source, joins)
    for name in fields:
        shaper.add(name)
    shape = shaper.done()
    where = [source.c.deleted_at.is_(None), *conditions(sight, entity, source, joins, replace(asked, after=""))]
    allowed = sight.row_filter(entity, "export", source, joins)
    if allowed is not None:
        where.append(allowed)
    order = [
        column.desc() if down else column.asc()
        for column, down in (
            (sight.value(f"{{{path}}}", entity.name, source, joins), down)
            for path, down in _sorts(sight, entity, asked)
        )
    ]
    select = sa.select(*shape.columns).select_from(joins.apply(source)).where(*where).order_by(*order, source.c.id)
    # Sub-tables and links have no cell: the shape leaves them out, and so do the names.
    keys = list(shape.keys)
    shows = [_show(sight, entity, key, locale) for key in keys]
    names = tuple(say(labels.get(key) or _label(sight, entity, key), locale) for key in keys)
    parameters = searching(asked.search) if asked.search else {}

    def rows() -> Iterator[list[Any]]:
        result = connection.execution_options(yield_per=SOME).execute(select, parameters)
        for some in result.partitions():
            for record in shape.records(some):
                cells = zip(keys, shows, strict=True)
                yield [None if record[key] is None else show(record[key]) for key, show in cells]

    return Exported(names=names, rows=rows())


def _sorts(sight: Sight, entity: EntityModel, asked: Asked) -> Iterator[tuple[str, bool]]:
    for path, down in asked.sorts:
        facts = sight.live.model.path(entity.name, path)
        if facts is None or facts.many:
            raise Invalid(Issue(code="query.not_sortable", path=("sort",), arguments={"word": path}))
        target = sight.live.model.entity(facts.target) if facts.target else None
        yield (f"{path}.{target.title}" if target and target.title else f"{path}.name" if facts.target else path), down


def _label(sight: Sight, entity: EntityModel, path: str) -> Label:
    said: list[Label] = []
    owner: EntityModel | None = entity
    for step in path.split("."):
        item = owner.fields.get(step) if owner else None
        said.append(item.definition.label if item else NAMES.get(step, step))
        facts = sight.live.model.field(owner.name, step) if owner else None
        owner = sight.live.model.entity(facts.target) if facts and facts.target else None
    if len(said) == 1:
        return said[0]
    return {locale: " / ".join(say(one, locale) for one in said) for locale in ("zh-CN", "en")}


def _show(sight: Sight, entity: EntityModel, path: str, locale: str) -> Show:
    """How a value of the JSON form becomes a cell."""
    *steps, name = path.split(".")
    owner: EntityModel | None = entity
    for step in steps:
        facts = sight.live.model.field(owner.name, step) if owner else None
        owner = sight.live.model.entity(facts.target) if facts else None
    item = owner.fields.get(name) if owner else None
    type_ = item.expression_type if item else SYSTEM[name][0] if name in SYSTEM else None
    if item is not None and item.type.kind == "choice":
        words = {option.value: say(option.label, locale) for option in item.config.options}
        return lambda value: _text(
            [words.get(one, one) for one in value] if isinstance(value, list) else words.get(value, value)
        )
    found = looked_up(sight.live.model, owner, item) if item is not None and owner is not None else None
    if found is not None:
        known = {option.value: say(option.label, locale) for option in found.options}
        return lambda value: _text([known.get(one, one) for one in (chosen(value) if found.multiple else [value])])
    kind = type_.kind if type_ else "text"
    if kind == "number":
        return lambda value: Decimal(str(value)) if _number(value) else _text(value)
    if kind == "datetime":
        zone = ZoneInfo(sight.live.zone)
        return lambda value: _moment(value, zone)
    if kind == "date":
        return lambda value: date.fromisoformat(value)
    if kind == "boolean":
        yes, no = ("是", "否") if locale.startswith("zh") else ("yes", "no")
        return lambda value: yes if value else no
    return _text


def _number(value: Json) -> bool:
    return not isinstance(value, bool) and (
        isinstance(value, int) or str(value).lstrip("-").replace(".", "", 1).isdigit()
    )


def _moment(value: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC).astimezone(zone).replace(tzinfo=None)


def _text(value: Json) -> str:
    if isinstance(value, dict):
        value = value.get("label") or value.get("name") or " ".join(str(part) for part in value.values() if part)
    elif isinstance(value, list):
        value = ", ".join(_text(one) for one in value)
    return harmless(str(value))


def csv_blocks(exported: Exported) -> Iterator[bytes]:
    """The file as text, piece by piece; with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow([harmless(name) for name in exported.names])
    for count, row in enumerate(exported.rows, 1):
        writer.writerow([cell.isoformat(" ") if isinstance(cell, datetime) else cell for cell in row])
        if count % SOME == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def write_sheet(exported: Exported, path: Path) -> None:
    """The file as a workbook with one sheet, names fixed at the top."""
    names = _distinct([harmless(name) for name in exported.names])

    def records() -> Iterator[dict[str, Any]]:
        for count, row in enumerate(exported.rows):
            if count >= MOST_ROWS:
                raise Invalid(Issue(code="exchange.too_many_rows", arguments={"limit": MOST_ROWS}))
            yield {name: _cell(cell) for name, cell in zip(names, row, strict=True)}

    rows = records()
    first = next(rows, None)
    if first is None:
        first = dict.fromkeys(names, "")
    write_worksheet(_chained(first, rows), str(path), sheet_name="1", freeze_row=1, freeze_col=0, bold_headers=True)


def _chained(first: dict[str, Any], rest: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield first
    yield from rest


def _cell(cell: Any) -> Any:
    """A number with more digits than a sheet keeps is written as text."""
    if isinstance(cell, Decimal):
        digits = len(cell.as_tuple().digits)
        return str(cell) if digits > 15 else int(cell) if cell == cell.to_integral_value() else float(cell)
    return cell


def _distinct(names: Sequence[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        count, said = 1, name
        while said in found:
            count += 1
            said = f"{name} ({count})"
        found.append(said)
    return found

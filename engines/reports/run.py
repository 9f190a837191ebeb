"""A report is asked: resolve → compile → execute within a row and a time limit → figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa

from engines.database import time_limit
from engines.records.sight import Sight
from engines.reports.chart import ChartKind, ResultColumn
from engines.reports.compile import compile
from engines.reports.resolve import Measured, Query, Split, resolve
from metamodel.application import Application
from metamodel.definition import Json
from metamodel.field_type import instant_text, unscaled
from metamodel.issues import say
from metamodel.report import Report

SECONDS = 30.0
#: digits of an average beyond those of what is averaged
MORE_DIGITS = 4
BLANK = {"zh-CN": "（空）", "en": "(blank)"}
WEEKDAYS = {
    "zh-CN": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An answer: columns, rows in JSON form, the figure where the chart has one, and whether rows were cut off."""

    columns: tuple[ResultColumn, ...]
    rows: list[list[Json]]
    figure: Json
    chart: str
    more: bool

    def to_json(self, at: Any) -> Json:
        """As a tile reads it."""
        return {
            "columns": [
                {"name": one.name, "label": one.label, "role": one.role, "type": one.type, "format": one.format}
                for one in self.columns
            ],
            "rows": self.rows,
            "figure": self.figure,
            "chart": self.chart,
            "more": self.more,
            "as_of": instant_text(at),
        }


def ask(
    connection: sa.Connection,
    sight: Sight,
    application: Application,
    report: Report,
    filters: Mapping[str, Json],
    zone: str = "",
) -> Result:
    """The answer to a report, within what the actor may see."""
    query = resolve(sight, application, report, filters, zone)
    rows, more = execute(connection, sight, query)
    columns = _columns(query)
    locale = sight.actor.locale
    drawn = [
        ResultColumn(name=say(one.label, locale), label=one.label, role=one.role, type=one.type, format=one.format)
        for one in columns
    ]
    kind: ChartKind = sight.live.model.catalog["charts"][report.chart.type]
    figure = kind.figure(drawn, _numbers(columns, rows, locale), report.chart.config)
    return Result(columns=columns, rows=rows, figure=figure, chart=report.chart.type, more=more)


def execute(connection: sa.Connection, sight: Sight, query: Query) -> tuple[list[list[Json]], bool]:
    """The rows of a query in JSON form, and whether there are more than its limit."""
    compiled = compile(sight, query)
    with time_limit(connection, SECONDS):
        found = connection.execute(compiled.select).fetchall()
    more = bool(query.splits) and len(found) > query.limit
    shown = [item for item in query.measures if item.shown]
    rows = []
    for row in found[: query.limit] if query.splits else found:
        values: list[Json] = [_cell(split, row[at], sight.actor.locale) for at, split in enumerate(query.splits)]
        values += (_number(item, row, compiled.places, query) for item in shown)
        rows.append(values)
    return rows, more


def _cell(split: Split, value: Any, locale: str) -> Json:
    if value is None:
        return None
    if split.grain == "weekday":
        return WEEKDAYS["zh-CN" if locale.startswith("zh") else "en"][int(value) - 1]
    if split.options:
        return next((say(one.label, locale) for one in split.options if one.value == value), value)
    if split.type.kind == "number":
        return unscaled(int(value), split.type.scale) if split.type.scale else int(value)
    return value if isinstance(value, (str, int, bool)) else str(value)


def _number(item: Measured, row: Sequence[Any], places: Mapping[str, tuple[int, ...]], query: Query) -> Json:
    where = places[item.name]
    scale = item.type.scale
    if item.aggregate == "ratio":
        above, below = (_plain(row, places, name, query) for name in (item.numerator, item.denominator))
        return None if above is None or not below else _rounded(above / below, 6)
    value = row[where[0]]
    if item.aggregate in ("count", "count_distinct"):
        return int(value)
    if item.aggregate == "average":
        count = row[where[1]]
        return _rounded(Decimal(int(value)) / count / 10**scale, scale + MORE_DIGITS) if count else None
    if value is None:
        return "0" if item.aggregate == "sum" and not scale else unscaled(0, scale) if item.aggregate == "sum" else None
    if item.type.kind == "number":
        return unscaled(int(value), scale) if scale else int(value)
    return value if isinstance(value, str) else str(value)


def _plain(row: Sequence[Any], places: Mapping[str, tuple[int, ...]], name: str, query: Query) -> Decimal | None:
    item = next(one for one in query.measures if one.name == name)
    value = _number(item, row, places, query)
    return None if value is None else Decimal(str(value))


def _rounded(value: Decimal, digits: int) -> str:
    return format(value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP).normalize(), "f")


def _columns(query: Query) -> tuple[ResultColumn, ...]:
    splits = [
        ResultColumn(
            name=one.name, label=one.label, role="dimension", type=one.grain or str(one.type), format=one.grain
        )
        for one in query.splits
    ]
    measures = [
        ResultColumn(name=one.name, label=one.label, role="measure", type=str(one.type), format=one.format)
        for one in query.measures
        if one.shown
    ]
    return (*splits, *measures)


def _numbers(columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], locale: str) -> list[list[Json]]:
    """The rows as a figure wants them: measures as floats, blanks named."""
    blank = say(BLANK, locale)
    return [
        [
            (None if cell is None else float(cell)) if column.role == "measure" else blank if cell is None else cell
            for column, cell in zip(columns, row, strict=True)
        ]
        for row in rows
    ]

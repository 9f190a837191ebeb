"""A report is asked: resolve → compile → execute within a row and a time limit → figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

import sqlalchemy as sa

from engines.records.called import naming
from engines.records.sight import Sight
from engines.reports.chart import WEEKDAYS, ChartKind, ResultColumn
from engines.reports.gather import gather
from engines.reports.measure import Cube, Group, Value
from engines.reports.pivot import Sheet, Table, Total, sheet
from engines.reports.query import Measured, Query, Split
from engines.reports.resolve import resolve
from metamodel.application import Application
from metamodel.definition import Json
from metamodel.field_type import instant_text, unscaled
from metamodel.issues import Issue, say
from metamodel.report import Report

BLANK = {"zh-CN": "（空）", "en": "(blank)"}
#: a record that counts and whose name its reader may not know
UNSEEN = {"zh-CN": "（无权查看）", "en": "(not visible)"}
UNTITLED = {"zh-CN": "（未命名）", "en": "(untitled)"}
Show = Callable[[Any], Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An answer: columns, rows in JSON form with the keys they are drilled by, subtotals, the figure where the chart
    has one, whether rows were cut off, and what a reader has to know."""

    columns: tuple[ResultColumn, ...]
    rows: list[list[Json]]
    figure: Json
    chart: str
    more: bool
    keys: list[list[Json]] = field(default_factory=list)
    totals: tuple[Total, ...] = ()
    notes: tuple[Issue, ...] = ()
    locale: str = ""

    @property
    def sheet(self) -> Sheet:
        """The answer laid out as it is read, on the screen and in files."""
        table = Table(columns=self.columns, rows=self.rows, keys=self.keys, totals=self.totals, locale=self.locale)
        return sheet(table, self.chart)

    def to_json(self, at: Any) -> Json:
        """As a tile reads it."""
        return {
            "columns": [
                {
                    "name": one.name, "label": one.label, "role": one.role, "type": one.type, "format": one.format,
                    **({"axis": one.axis, "dimension": one.dimension, "grain": one.grain} if one.axis else {}),
                    **({"kind": one.kind} if one.kind else {}),
                    **({"target": one.target} if one.target is not None else {}),
                }
                for one in self.columns
            ],
            "rows": self.rows,
            "keys": self.keys,
            "totals": [
                {"level": list(one.level), "keys": one.keys, "cells": one.cells, "values": one.values}
                for one in self.totals
            ],
            **({"sheet": self.sheet.to_json()} if self.chart in ("pivot", "table") else {}),
            "figure": self.figure,
            "chart": self.chart,
            "more": self.more,
            "notes": [{"code": one.code, "message": one.to_json(self.locale)["message"]} for one in self.notes],
            "as_of": instant_text(at),
        }  # fmt: skip


def ask(
    connection: sa.Connection,
    sight: Sight,
    application: Application,
    report: Report,
    filters: Mapping[str, Json],
    zone: str = "",
) -> Result:
    """The answer to a report, within what the actor may see."""
    return answer(connection, sight, report, resolve(sight, application, report, filters, zone))[0]


def answer(
    connection: sa.Connection, sight: Sight, report: Report, query: Query
) -> tuple[Result, list[sa.ClauseElement]]:
    """The answer to a query, and the statements it was asked by."""
    cube, more = gather(connection, sight, query)
    shows = spoken(connection, sight, cube)
    return told(sight, report, cube, more, shows), cube.statements


def told(sight: Sight, report: Report, cube: Cube, more: bool, shows: Sequence[Show]) -> Result:
    """A cube as rows and subtotals, drawn; `shows` say how the values of each split are shown."""
    query, locale = cube.query, sight.actor.locale
    columns = _columns(query)
    shown = query.shown
    rows = [
        [show(key) for show, key in zip(shows, group.keys, strict=True)] + numbers(shown, group)
        for group in cube.rows.values()
    ]
    totals = tuple(
        Total(
            level=level,
            keys=[_key(query.splits[at], key) for at, key in zip(level, group.keys, strict=True)],
            cells=[shows[at](key) for at, key in zip(level, group.keys, strict=True)],
            values=numbers(shown, group),
        )
        for level in query.levels
        for group in cube.levels[level].values()
    )
    drawn = [
        ResultColumn(
            name=say(one.label, locale), label=one.label, role=one.role, type=one.type, format=one.format,
            axis=one.axis, grain=one.grain, target=one.target,
        )
        for one in columns
    ]  # fmt: skip
    kind: ChartKind = sight.live.model.catalog["charts"][report.chart.type]
    figure = kind.figure(drawn, _floats(columns, rows[: kind.most], locale), report.chart.config or kind.Config())
    if figure is not None and len(rows) > kind.most:
        cube.note("report.drawn_part", most=kind.most)
    return Result(
        columns=columns,
        rows=rows,
        keys=[[_key(split, key) for split, key in zip(query.splits, keys, strict=True)] for keys in cube.rows],
        totals=totals,
        figure=figure,
        chart=report.chart.type,
        more=more,
        notes=tuple(cube.notes),
        locale=locale,
    )


def _key(split: Split, key: Any) -> Json:
    """What a column is drilled by: the value itself, in the form that narrows a dimension to it."""
    if split.type.kind == "number" and not (split.bands or split.step) and key is not None:
        return unscaled(int(key), split.type.scale) if split.type.scale else int(key)
    return key if key is None or isinstance(key, (str, int, bool)) else str(key)


def spoken(connection: sa.Connection, sight: Sight, cube: Cube) -> list[Show]:
    """How the values of each split are shown: records by their names, one statement a split; what it asks joins the
    cube's statements, since an answer is as old as the names in it."""
    locale = sight.actor.locale
    shows: list[Show] = []
    for at, split in enumerate(cube.query.splits):
        if split.type.kind != "record" or not split.type.entity:
            shows.append(partial(cell, split, locale=locale))
            continue
        groups = [group for group in cube.groups() if at in group.level]
        numbers = dict.fromkeys(group.keys[group.level.index(at)] for group in groups)
        query = naming(sight, split.type.entity, [one for one in numbers if one is not None])
        named: dict[int, str] = {}
        if query is not None:
            cube.statements.append(query)
            named = {number: str(name or "") for number, name in connection.execute(query)}
        shows.append(_apart(numbers, named, locale).get)
    return shows


def called(named: Mapping[int, str], number: int, locale: str) -> str:
    """What a record is called by its reader: by its name, that it has none, or that it is not theirs to know."""
    name = named.get(number)
    return say(UNSEEN, locale) if name is None else name or say(UNTITLED, locale)


def _apart(numbers: Iterable[int | None], named: Mapping[int, str], locale: str) -> dict[int | None, Json]:
    """Names by number; records called alike are told apart, or a chart would draw them as one."""
    found: dict[int | None, Json] = {None: None}
    met: dict[str, int] = {}
    for number in numbers:
        if number is None:
            continue
        name = called(named, number, locale)
        met[name] = met.get(name, 0) + 1
        found[number] = name if met[name] == 1 else f"{name} ({met[name]})"
    return found


def cell(split: Split, value: Any, locale: str) -> Json:
    """A value that splits, as it is shown: choices and bands by their labels."""
    if value is None:
        return None
    if split.grain == "weekday":
        return WEEKDAYS["zh-CN" if locale.startswith("zh") else "en"][int(value) - 1]
    if split.bands:
        return say(split.bands[int(value)].label, locale)
    if split.step:
        return f"{int(value)} – {int(value) + split.step - (0 if split.type.scale else 1)}"
    if split.options:
        return next((say(one.label, locale) for one in split.options if one.value == value), value)
    if split.type.kind == "number":
        return unscaled(int(value), split.type.scale) if split.type.scale else int(value)
    return value if isinstance(value, (str, int, bool)) else str(value)


def numbers(shown: Sequence[Measured], group: Group) -> list[Json]:
    """The measures of a group in JSON form."""
    return [number(item, group.values[item.name]) for item in shown]


def number(item: Measured, value: Value) -> Json:
    """A measure in JSON form: exact numbers as text with all their digits, counts as whole numbers."""
    if value is None or isinstance(value, (str, int)):
        return value
    assert isinstance(value, Decimal)
    if item.result.kind == "number" and item.result.scale:
        return f"{value:.{item.result.scale}f}"
    return format(value.normalize(), "f")


def _columns(query: Query) -> tuple[ResultColumn, ...]:
    splits = [
        ResultColumn(
            name=one.name,
            label=one.label,
            role="dimension",
            type=one.grain or ("text" if one.bands or one.step else str(one.type)),
            format=one.grain,
            axis=one.axis,
            dimension=one.dimension,
            grain=one.grain or ("day" if one.dated else ""),
        )
        for one in query.splits
    ]
    measures = [
        ResultColumn(
            name=one.name,
            label=one.label,
            role="measure",
            type=str(one.result),
            format=one.format,
            kind=f"previous:{one.definition.shown}" if one.aggregate == "previous" else one.aggregate,
            target=one.definition.target,
        )
        for one in query.shown
    ]
    return (*splits, *measures)


def _floats(columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], locale: str) -> list[list[Json]]:
    """The rows as a figure wants them: measures as floats, blanks named."""
    blank = say(BLANK, locale)
    return [
        [
            (float(cell) if column.type.startswith(("number", "real")) and cell is not None else cell)
            if column.role == "measure"
            else blank
            if cell is None
            else cell
            for column, cell in zip(columns, row, strict=True)
        ]
        for row in rows
    ]

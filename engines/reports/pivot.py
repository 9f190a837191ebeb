"""An answer laid out as a sheet: what splits across gets columns of its own, subtotals stand where they belong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from engines.reports.chart import ResultColumn
from metamodel.definition import Json
from metamodel.issues import say

TOTAL = {"zh-CN": "合计", "en": "Total"}
SUBTOTAL = {"zh-CN": "小计", "en": "Subtotal"}
BLANK = {"zh-CN": "（空）", "en": "(blank)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A subtotal: which columns that split it keeps, their cells, and the measures."""

    level: tuple[int, ...]
    keys: list[Json]
    cells: list[Json]
    values: list[Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What is laid out: an answer's columns, rows, the keys of each and its subtotals."""

    columns: Sequence[ResultColumn]
    rows: Sequence[Sequence[Json]]
    keys: Sequence[Sequence[Json]]
    totals: Sequence[Total]
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sheet. `format` and `type` are a measure's; one that names rows has neither. `head` are the keys
    of what splits across, None for a column of the whole line; `at` is the place of its measure."""

    name: str
    format: str = ""
    type: str = ""
    measure: bool = False
    head: tuple[Json, ...] | None = None
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a sheet; `total` marks sums of others. `keys` are those of the columns that name it."""

    cells: list[Json]
    keys: tuple[Json, ...] = ()
    total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Columns and lines, as they are read."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def to_json(self) -> Json:
        """As a tile draws it."""
        return {
            "columns": [
                {
                    "name": one.name,
                    "format": one.format,
                    "type": one.type,
                    "measure": one.measure,
                    "head": None if one.head is None else list(one.head),
                    "at": one.at,
                }
                for one in self.columns
            ],
            "lines": [{"cells": one.cells, "keys": list(one.keys), "total": one.total} for one in self.lines],
        }


def sheet(result: Table, chart: str) -> Sheet:
    """A pivot is laid out across; everything else as it stands, with its total below."""
    return _across(result) if chart == "pivot" else _plain(result)


def _plain(result: Table) -> Sheet:
    locale = result.locale
    columns = tuple(
        Column(name=say(one.label, locale), format=one.format, type=one.type, measure=one.role == "measure")
        for one in result.columns
    )
    splits = sum(not column.measure for column in columns)
    lines = [Line(cells=list(row), keys=tuple(key)) for key, row in zip(result.keys, result.rows, strict=True)]
    lines += [
        Line(cells=[say(TOTAL, locale), *[None] * (splits - 1), *one.values], total=True)
        for one in result.totals
        if not one.level and splits
    ]
    return Sheet(columns=columns, lines=tuple(lines))


def _across(result: Table) -> Sheet:
    locale = result.locale
    down = [at for at, one in enumerate(result.columns) if one.axis == "rows"]
    over = [at for at, one in enumerate(result.columns) if one.axis in ("columns", "color")]
    measures = [one for one in result.columns if one.role == "measure"]
    start = len(down) + len(over)
    heads = _heads(result, over)
    totals = {(one.level, _hashed(one.keys)): one for one in result.totals}
    cells = {
        (_hashed(key[at] for at in down), _hashed(key[at] for at in over)): row[start:]
        for key, row in zip(result.keys, result.rows, strict=True)
    }
    summed = tuple(range(len(down))) in {one.level for one in result.totals} if over else False
    columns = [Column(name=say(result.columns[at].label, locale)) for at in down]
    shown: list[tuple[tuple[Json, ...] | None, list[str]]] = [*heads.items()]
    for head, names in [*shown, *([(None, [say(TOTAL, locale)])] if summed else [])]:
        columns += (
            Column(
                name=" · ".join([*names, *([say(one.label, locale)] if len(measures) > 1 or not names else [])]),
                format=one.format,
                type=one.type,
                measure=True,
                head=head,
                at=at,
            )
            for at, one in enumerate(measures)
        )

    def numbers(prefix: tuple[Any, ...]) -> list[Json]:
        """The measures of one line, heading by heading, then those of the line as a whole."""
        level = tuple(range(len(prefix)))
        found: list[Json] = []
        for head in heads:
            if len(prefix) == len(down):
                known = cells.get((prefix, head))
            else:
                total = totals.get(((*level, *over), (*prefix, *head)))
                known = total.values if total else None
            found += known or [None] * len(measures)
        if summed:
            total = totals.get((level, prefix))
            found += total.values if total else [None] * len(measures)
        return found

    sides = {
        _hashed(key[at] for at in down): [row[at] for at in down]
        for key, row in zip(result.keys, result.rows, strict=True)
    }
    lines = list(_lines(list(sides), sides, totals, numbers, locale, len(down)))
    return Sheet(columns=tuple(columns), lines=tuple(lines))


def _heads(result: Table, over: Sequence[int]) -> dict[tuple[Any, ...], list[str]]:
    """What splits across, in order, with its names; nothing across is one heading without a name."""
    found: dict[tuple[Any, ...], list[str]] = {}
    for key, row in zip(result.keys, result.rows, strict=True):
        head = _hashed(key[at] for at in over)
        found.setdefault(head, [say(BLANK, result.locale) if row[at] is None else str(row[at]) for at in over])
    timed = any(result.columns[at].grain or result.columns[at].type == "text" for at in over)
    return dict(sorted(found.items(), key=lambda item: [str(key) for key in item[0]])) if timed else found


def _lines(
    order: list[tuple[Any, ...]],
    names: dict[tuple[Any, ...], list[Json]],
    totals: dict[tuple[Any, Any], Total],
    numbers: Any,
    locale: str,
    depth: int,
    prefix: tuple[Any, ...] = (),
) -> Iterator[Line]:
    """Lines below a beginning, each group followed by its subtotal; groups come in the order of their first line."""
    at = len(prefix)
    if at == depth:
        yield Line(cells=[*names[prefix], *numbers(prefix)], keys=prefix)
        return
    firsts = list(dict.fromkeys(key[at] for key in order))
    place = {key: number for number, key in enumerate(firsts)}
    for value, group in groupby(sorted(order, key=lambda key: place[key[at]]), key=lambda key: key[at]):
        yield from _lines(list(group), names, totals, numbers, locale, depth, (*prefix, value))
    if any(
        len(level) >= at and tuple(range(at)) == level[:at] and all(one >= depth for one in level[at:])
        for level, _ in totals
    ):
        label = say(SUBTOTAL if prefix else TOTAL, locale)
        known = names[order[0]][:at] if order else []
        yield Line(cells=[*known, label, *[None] * (depth - at - 1), *numbers(prefix)], keys=prefix, total=True)


def _hashed(keys: Any) -> tuple[Any, ...]:
    return tuple(keys)

"""Typed expressions and records at random, in which every function has its turn."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

NUMBERS = [
    "{amount}",
    "{other}",
    "{rate}",
    "{qty}",
    "{ratio}",
    "{share}",
    "0",
    "1",
    "-3",
    "2.5",
    "0.07",
    "{team.budget}",
]
TEXTS = ["{title}", "{body}", "{kind}", "{team.name}", "{team.region.name}", '"a"', '"é 😀"', '""', '" b "']
DATES = ["{due}", "{begun}", "DATE(2024, 2, 29)", "TODAY()"]
INSTANTS = ["{at}", "{ended}", "NOW()"]
BOOLEANS = ["{done}", "{open}", "TRUE", "FALSE"]
ROWS = ["{lines.amount}", "{lines.qty}", "{lines.ratio}", "{lines.amount} * {lines.qty}", "{lines.amount} - {amount}"]
CONDITIONS = ["{lines.ok}", '{lines.kind} = "a"', "{lines.amount} > {other}", "{lines.spent_on} < TODAY()"]
COMPARE = ["=", "<>", "<", "<=", ">", ">="]


class Maker:
    """Expressions as text, by type; `depth` bounds how far calls lie within one another."""

    def __init__(self, choose: Callable[[int], int]) -> None:
        self.choose = choose

    def of(self, *options: str) -> str:
        """One of these."""
        return options[self.choose(len(options))]

    def number(self, depth: int) -> str:
        """A number."""
        if depth <= 0:
            return self.of(*NUMBERS)
        deep = depth - 1
        match self.choose(27):
            case 0 | 1 | 2 | 3:
                return f"({self.number(deep)} {self.of('+', '-', '*')} {self.number(deep)})"
            case 4:
                return f"({self.number(deep)} / {self.number(deep)})"
            case 5:
                return f"-{self.number(deep)}"
            case 6:
                return f"IF({self.boolean(deep)}, {self.number(deep)}, {self.number(deep)})"
            case 7:
                digits = self.of("0", "1", "2", "-1", "3", "{qty}")
                return f"{self.of('ROUND', 'ROUNDUP', 'ROUNDDOWN')}({self.number(deep)}, {digits})"
            case 8:
                return f"{self.of('INT', 'ABS')}({self.number(deep)})"
            case 9:
                return f"{self.of('MOD', 'CEILING', 'FLOOR')}({self.number(deep)}, {self.number(deep)})"
            case 10:
                return f"{self.of('MIN', 'MAX', 'AVERAGE', 'SUM')}({self.number(deep)}, {self.number(deep)})"
            case 11:
                return f"{self.of('SUM', 'AVERAGE', 'MIN', 'MAX')}({self.of(*ROWS)}, {self.of(*CONDITIONS)})"
            case 12:
                return f"COUNT({{lines}}, {self.of(*CONDITIONS)})"
            case 13:
                return f"LEN({self.text(deep)})"
            case 14:
                return f"{self.of('YEAR', 'MONTH', 'DAY', 'QUARTER', 'WEEKDAY', 'ISOWEEKNUM')}({self.date(deep)})"
            case 15:
                return f"({self.date(deep)} - {self.date(deep)})"
            case 16:
                unit = self.of("Y", "M", "D", "W", "Q")
                return f'DATEDIF({self.date(deep)}, {self.date(deep)}, "{unit}")'
            case 17:
                return f"FIND({self.text(deep)}, {self.text(deep)})"
            case 18:
                return f"IFBLANK({self.number(deep)}, {self.number(deep)})"
            case 19:
                return f"POWER({self.number(deep)}, {self.of('2', '-1', '0.5', '3', '{qty}')})"
            case 20:
                return f"SQRT({self.number(deep)})"
            case 21:
                return f"VALUE({self.number(deep)} & {self.text(deep)})"
            case 22:
                return f"{self.of('HOUR', 'MINUTE', 'SECOND')}({self.instant(deep)})"
            case 23:
                return f"({self.instant(deep)} - {self.instant(deep)})"
            case 24:
                return f"SWITCH({self.text(deep)}, {self.text(deep)}, {self.number(deep)}, {self.number(deep)})"
            case 25:
                return f"SUM({{lines.parts.weight}}, {self.of(*CONDITIONS)})"
            case _:
                return f"COUNT_DISTINCT({self.of('{lines.kind}', '{lines.ok}', '{lines.spent_on}', *ROWS)})"

    def text(self, depth: int) -> str:
        """A text."""
        if depth <= 0:
            return self.of(*TEXTS)
        deep = depth - 1
        match self.choose(13):
            case 0 | 1:
                return f"({self.any(deep)} & {self.any(deep)})"
            case 2:
                return f"{self.of('LEFT', 'RIGHT', 'REPT')}({self.text(deep)}, {self.number(deep)})"
            case 3:
                return f"MID({self.text(deep)}, {self.number(deep)}, {self.number(deep)})"
            case 4:
                return f"{self.of('UPPER', 'LOWER', 'TRIM')}({self.text(deep)})"
            case 5:
                return f"SUBSTITUTE({self.text(deep)}, {self.text(deep)}, {self.text(deep)})"
            case 6:
                return f"IF({self.boolean(deep)}, {self.text(deep)}, {self.text(deep)})"
            case 7:
                form = self.of("0", "0.00", "#,##0.0", "0%", "#,##0", "0.0%")
                return f'TEXT({self.number(deep)}, "{form}")'
            case 8:
                form = self.of("yyyy-mm-dd", "yy/m/d", "yyyy年m月d日")
                return f'TEXT({self.date(deep)}, "{form}")'
            case 9:
                return f'TEXT({self.instant(deep)}, "{self.of("hh:mm:ss", "yyyy-mm-dd h:mm")}")'
            case 10:
                return f"TEXTJOIN({self.text(0)}, {self.text(deep)}, {self.text(deep)}, {self.text(deep)})"
            case 11:
                return f"{self.of('MIN', 'MAX')}({self.text(deep)}, {self.text(deep)})"
            case _:
                return f"MAX({{lines.kind}}, {self.of(*CONDITIONS)})"

    def any(self, depth: int) -> str:
        """Something that & can write."""
        kinds = (self.number, self.text, self.date, self.instant, self.boolean, self.text)
        return kinds[self.choose(len(kinds))](depth)

    def date(self, depth: int) -> str:
        """A date."""
        if depth <= 0:
            return self.of(*DATES)
        deep = depth - 1
        match self.choose(7):
            case 0:
                return f"({self.date(deep)} {self.of('+', '-')} {self.number(deep)})"
            case 1:
                return f"{self.of('EDATE', 'EOMONTH')}({self.date(deep)}, {self.number(deep)})"
            case 2:
                unit = self.of("day", "week", "month", "quarter", "year")
                return f'DATEADD({self.date(deep)}, {self.number(deep)}, "{unit}")'
            case 3:
                return f"DATE({self.number(deep)} + 2000, {self.number(deep)}, {self.number(deep)})"
            case 4:
                return f"DATEVALUE({self.instant(deep)})"
            case 5:
                return f"IF({self.boolean(deep)}, {self.date(deep)}, {self.date(deep)})"
            case _:
                return f"MAX({{lines.spent_on}}, {self.of(*CONDITIONS)})"

    def instant(self, depth: int) -> str:
        """An instant."""
        if depth <= 0:
            return self.of(*INSTANTS)
        deep = depth - 1
        match self.choose(3):
            case 0:
                return f"({self.instant(deep)} {self.of('+', '-')} {self.number(deep)})"
            case 1:
                return f"IF({self.boolean(deep)}, {self.date(deep)}, {self.instant(deep)})"
            case _:
                return f"{self.of('MIN', 'MAX')}({self.instant(deep)}, {self.instant(deep)})"

    def boolean(self, depth: int) -> str:
        """A condition."""
        if depth <= 0:
            return self.of(*BOOLEANS)
        deep = depth - 1
        match self.choose(12):
            case 0 | 1 | 2:
                return f"({self.number(deep)} {self.of(*COMPARE)} {self.number(deep)})"
            case 3:
                return f"({self.text(deep)} {self.of(*COMPARE)} {self.text(deep)})"
            case 4:
                return f"({self.date(deep)} {self.of(*COMPARE)} {self.date(deep)})"
            case 5:
                return f"({self.instant(deep)} {self.of('<', '<=', '>', '>=')} {self.date(deep)})"
            case 6:
                return f"{self.of('AND', 'OR')}({self.boolean(deep)}, {self.boolean(deep)})"
            case 7:
                return f"NOT({self.boolean(deep)})"
            case 8:
                return f"ISBLANK({self.any(deep)})"
            case 9:
                return f"{self.of('CONTAINS', 'STARTS_WITH', 'ENDS_WITH')}({self.text(deep)}, {self.text(deep)})"
            case 10:
                return f"{self.of('ANY', 'ALL')}({self.of(*CONDITIONS)})"
            case _:
                return f"IN({self.number(deep)}, {self.number(deep)}, {self.number(deep)})"


def records(source: random.Random, count: int) -> list[dict[str, Any]]:
    """Notes with lines, many of their values blank or at an edge."""

    def maybe(value: Any) -> Any:
        return None if source.random() < 0.25 else value

    def units(scale: int) -> Decimal:
        size = source.choice([1, 10, 1000, 10**6, 10**9, 10**13])
        return Decimal(source.randint(-size, size)).scaleb(-scale)

    def day() -> date:
        return date(2026, 1, 1) + timedelta(days=source.randint(-800, 800) if source.random() < 0.9 else -700_000)

    def instant() -> datetime:
        return datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=source.randint(-(10**9), 10**9))

    def text() -> str:
        return "".join(source.choice("aAbé ß坏😀0.1-") for _ in range(source.randint(1, 8)))

    def real() -> Decimal:
        digits = source.choice([3, 9, 15])
        return Decimal(source.randint(-(10**digits) + 1, 10**digits - 1)).scaleb(-source.randint(0, 12))

    found = []
    for number in range(1, count + 1):
        lines = [
            {
                "amount": maybe(units(2)),
                "qty": maybe(source.randint(-5, 50)),
                "ratio": maybe(real()),
                "kind": maybe(source.choice(["a", "b", "é", "坏"])),
                "spent_on": maybe(day()),
                "ok": maybe(source.random() < 0.5),
                "parts": [{"weight": maybe(units(3))} for _ in range(source.randint(0, 2))],
            }
            for _ in range(source.randint(0, 4))
        ]
        region = maybe({"id": 9000 + number, "name": maybe(text())})
        team = maybe({"id": 8000 + number, "name": maybe(text()), "budget": maybe(units(2)), "region": region})
        found.append(
            {
                "id": number,
                "amount": maybe(units(2)),
                "other": maybe(units(2)),
                "rate": maybe(units(4)),
                "qty": maybe(source.choice([0, 1, 2, 3, 7, -2, 100, 10**12])),
                "ratio": maybe(real()),
                "share": maybe(real()),
                "title": maybe(text()),
                "body": maybe(text()),
                "kind": maybe(source.choice(["a", "b", "é", "坏"])),
                "done": maybe(source.random() < 0.5),
                "open": maybe(source.random() < 0.5),
                "due": maybe(day()),
                "begun": maybe(day()),
                "at": maybe(instant()),
                "ended": maybe(instant()),
                "clock": maybe(time(source.randint(0, 23), source.randint(0, 59))),
                "team": team,
                "lines": lines,
            }
        )
    return found

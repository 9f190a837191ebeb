"""The values that an input may have, cut where its tests change: gaps and overlaps are then counted, not guessed.

A piece is a boundary itself or all that lies between two of them; every test is true or false of a whole piece, and is
asked of one value of it. What all rows together leave over is found column by column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from metamodel.decisions.plan import NOWHEN, static, value_of
from metamodel.definition import Label
from metamodel.expressions.ast import Call, Convert, Literal, Node, Ref, walk
from metamodel.expressions.evaluate import compile as compile_expression
from metamodel.expressions.functions.operators import COMPARISONS
from metamodel.expressions.types import Type
from metamodel.issues import say
from metamodel.unary import VALUE

Mask = int
#: places looked at before a table counts as too large to be checked
MOST_STEPS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Values between two bounds, an edge being part of it or not; `sample` is one of them. No bounds on either side
    and no sample is "blank"."""

    sample: Any
    low: Any = None
    high: Any = None
    single: bool = False

    @property
    def blank(self) -> bool:
        """Whether it is "nothing filled in"."""
        return self.sample is None


class TooLarge(Exception):
    """There are more combinations than anybody should wait for."""


def pieces(type_: Type, tests: Sequence[Node], choices: Sequence[str] = ()) -> tuple[Piece, ...]:
    """What an input's values fall into. `choices` are all a text may be, where it is one of some."""
    blank = Piece(sample=None)
    if type_.kind == "boolean":
        return blank, *(Piece(sample=value, low=value, high=value, single=True) for value in (True, False))
    points = {value for test in tests for value in _points(test) if value is not None}
    if choices:
        points = {*choices, *(point for point in points if isinstance(point, str))}
        return blank, *(Piece(sample=value, low=value, high=value, single=True) for value in sorted(points))
    if type_.kind == "record":
        # Ids have no order that people mean: those named, and any other.
        other = max((int(point) for point in points), default=0) + 1
        named = [Piece(sample=value, low=value, high=value, single=True) for value in sorted(points)]
        return blank, *named, Piece(sample=other)
    return blank, *_ordered(type_, points)


def mask(test: Node | None, found: Sequence[Piece]) -> Mask:
    """The pieces for which a test holds, as bits."""
    if test is None:
        return (1 << len(found)) - 1
    holds = compile_expression(test)
    return sum(1 << at for at, piece in enumerate(found) if holds({VALUE: piece.sample}, NOWHEN) is True)


def _points(test: Node) -> Iterator[Any]:
    """The constants that a test compares the input with."""
    for node in walk(test):
        if isinstance(node, Call) and (node.name in COMPARISONS or node.name == "IN"):
            first, *rest = node.args
            inner = first.arg if isinstance(first, Convert) else first
            if isinstance(inner, Ref) and inner.path == (VALUE,):
                yield from (value_of(each) for each in rest if static(each))
        elif isinstance(node, Literal) and node.type.kind == "texts":
            continue


def _ordered(type_: Type, points: set[Any]) -> Iterator[Piece]:
    edges = sorted(_fitting(type_, points))
    if not edges:
        yield Piece(sample=_some(type_))
        return
    before = _next(type_, edges[0], -1)
    if before is not None:
        yield Piece(sample=before, high=edges[0])
    for at, edge in enumerate(edges):
        yield Piece(sample=edge, low=edge, high=edge, single=True)
        after = _next(type_, edge, 1)
        limit = edges[at + 1] if at + 1 < len(edges) else None
        if after is not None and (limit is None or after < limit):
            yield Piece(sample=after, low=edge, high=limit)


def _fitting(type_: Type, points: set[Any]) -> Iterator[Any]:
    """The points as values that the input may have: 4.5 among whole numbers is 4 and 5."""
    seen = set()
    for point in points:
        found = [point]
        if type_.kind == "number":
            exact, unit = Decimal(point), Decimal(1).scaleb(-type_.scale)
            found = [exact.quantize(unit, rounding) for rounding in (ROUND_FLOOR, ROUND_CEILING)]
        elif type_.kind == "date" and isinstance(point, datetime):
            found = [point.date(), point.date() + timedelta(days=1)]
        for value in found:
            if value not in seen:
                seen.add(value)
                yield value


def _next(type_: Type, value: Any, way: int) -> Any:
    """The nearest value on one side, or any value there where there is no nearest; None past the end."""
    match type_.kind:
        case "number":
            return value + way * Decimal(1).scaleb(-type_.scale)
        case "real":
            return value + way * Decimal("0.000001")
        case "text":
            return f"{value}\x01" if way > 0 else ("\x01" if value > "\x01" else None)
        case "date":
            return value + timedelta(days=way)
        case "datetime":
            return value + timedelta(microseconds=way)
        case "time":
            whole = datetime.combine(date(2000, 1, 2), value) + timedelta(microseconds=way)
            return whole.time() if whole.date() == date(2000, 1, 2) else None
        case _:
            return None


def _some(type_: Type) -> Any:
    """Any value of a type."""
    some: Mapping[str, Any] = {
        "text": "a",
        "date": date(2000, 1, 1),
        "datetime": NOWHEN.now,
        "time": time(12),
        "texts": ("a",),
    }
    return some.get(type_.kind, Decimal(1) if type_.kind == "real" else 1)


# Boxes: a mask for each column -------------------------------------------------------------------------------------

Box = tuple[Mask, ...]


def meet(first: Box, second: Box) -> bool:
    """Whether some values lie in both."""
    return all(one & other for one, other in zip(first, second, strict=True))


def uncovered(whole: Box, boxes: Sequence[Box], most: int = 5) -> list[Box]:
    """Parts of `whole` in none of the boxes, at most so many. TooLarge when there is too much to look at."""
    found: list[Box] = []
    steps = 0

    def visit(column: int, left: tuple[int, ...], above: Box) -> None:
        nonlocal steps
        steps += 1
        if steps > MOST_STEPS:
            raise TooLarge
        if not left:
            found.append((*above, *whole[column:]))
            return
        if column == len(whole):
            return
        groups: dict[tuple[int, ...], Mask] = {}
        for bit in _bits(whole[column]):
            reach = tuple(index for index in left if boxes[index][column] & bit)
            groups[reach] = groups.get(reach, 0) | bit
        for reach, bits in groups.items():
            if len(found) >= most:
                return
            visit(column + 1, reach, (*above, bits))

    visit(0, tuple(range(len(boxes))), ())
    return found


def _bits(value: Mask) -> Iterator[Mask]:
    while value:
        low = value & -value
        yield low
        value ^= low


def spoken(
    found: Sequence[Piece], bits: Mask, labels: Mapping[str, Label], locale: str, *, percent: bool = False
) -> str:
    """Some pieces of an input as the cells say them, neighbours joined: "< 5, ≥ 10 and < 20"; nothing for all. The
    numbers of a `percent` are said as such."""
    if bits == (1 << len(found)) - 1 or bits == sum(1 << at for at, piece in enumerate(found) if not piece.blank):
        return ""
    said: list[str] = []
    at = 0
    while at < len(found):
        if not bits >> at & 1:
            at += 1
            continue
        start = at
        while at + 1 < len(found) and bits >> (at + 1) & 1 and not found[at].blank and found[at].high is not None:
            at += 1
        said.append(_range(found[start], found[at], lambda value: _text(value, labels, locale, percent), locale))
        at += 1
    return WORDS[locale]["list"].join(said)


#: what cells say in each language; no screen is there to ask
WORDS = {
    "zh-CN": {"blank": "空", "other": "其他", "yes": "是", "no": "否", "and": "且", "list": "、"},
    "en": {"blank": "blank", "other": "others", "yes": "yes", "no": "no", "and": "and", "list": ", "},
}


def _range(first: Piece, last: Piece, text: Callable[[Any], str], locale: str) -> str:
    words = WORDS[locale]
    if first.blank:
        return words["blank"]
    low, high = first.low, last.high
    if low is None and high is None:
        return words["other"]
    if low is not None and low == high:
        return text(low)
    above = f"{'≥' if first.single else '>'} {text(low)}" if low is not None else ""
    below = f"{'≤' if last.single else '<'} {text(high)}" if high is not None else ""
    return f" {words['and']} ".join(part for part in (above, below) if part)


def _text(value: Any, labels: Mapping[str, Label], locale: str, percent: bool) -> str:
    match value:
        case str():
            return say(labels.get(value) or value, locale)
        case bool():
            return WORDS[locale]["yes" if value else "no"]
        case Decimal() | int() if percent:
            return f"{format((value * Decimal(100)).normalize(), ',f')}%"
        case Decimal():
            return format(value.normalize(), ",f")
        case int():
            return format(value, ",")
        case _:
            return str(value)

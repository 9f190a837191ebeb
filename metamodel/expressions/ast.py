"""The typed tree of an expression, the one form that is stored, sent to the browser and compiled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from metamodel.expressions.types import BLANK, BOOLEAN, REAL, Type, parse_type

Span = tuple[int, int]
NOWHERE: Span = (0, 0)
Constant = str | bool | int | Decimal | date | datetime | time | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A value written down; numbers are Decimal or int, a record is its id."""

    value: Constant
    type: Type = BLANK
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A path such as `lines.amount`.

    `entities` names the entity in which each step is looked up. `bound` counts the leading steps that the row at hand
    already stands for: 0 is the record itself, 1 in `SUM({lines.amount})` a row of `lines`."""

    path: tuple[str, ...]
    entities: tuple[str, ...] = ()
    bound: int = 0
    type: Type = BLANK
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A function or operator; operators carry their sign as name, minus before one value is NEGATE."""

    name: str
    args: tuple[Node, ...]
    type: Type = BLANK
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Convert:
    """A change of type that the check put in; it is never written in text."""

    arg: Node
    type: Type
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One value of many rows: those at `rows`, for which `condition` holds, each giving `value`.

    `entities` has one more than `rows`: that of the rows themselves. `many` are the positions in `rows` of the steps
    that lead to many; `start` counts the leading steps which an outer aggregate's row already stands for. Without a
    `value` the rows themselves are meant (COUNT, ANY)."""

    name: str
    rows: tuple[str, ...]
    entities: tuple[str, ...]
    many: tuple[int, ...]
    start: int
    value: Node | None
    condition: Node | None
    type: Type
    span: Span = field(default=NOWHERE, compare=False)


Node = Literal | Ref | Call | Convert | Aggregate
# What is computed on whole units in one go, and checked for overflow once at the end.
CHAIN = frozenset({"+", "-", "*", "NEGATE"})
TRUE = Literal(value=True, type=BOOLEAN)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Call(args=args):
            return args
        case Convert(arg=arg):
            return (arg,)
        case Aggregate(value=value, condition=condition):
            return tuple(part for part in (value, condition) if part is not None)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Every node, parents first."""
    yield node
    for child in children(node):
        yield from walk(child)


def constant(node: Node) -> bool:
    """Whether the value is the same for every record (the context may still give it)."""
    return not any(isinstance(each, (Ref, Aggregate)) for each in walk(node))


def exact_chain(node: Node) -> bool:
    """Whether a node is plus, minus or times of exact numbers, or such with more digits after the point."""
    match node:
        case Call(name=name, type=type_):
            return name in CHAIN and type_ != REAL
        case Convert(arg=arg, type=type_):
            return type_.kind == "number" == arg.type.kind and type_.scale > arg.type.scale and exact_chain(arg)
        case _:
            return False


def to_json(node: Node) -> dict[str, Any]:
    """The tree as JSON, read back by `from_json` and evaluated by the browser."""
    match node:
        case Literal(value=value, type=type_):
            return {"kind": "literal", "type": str(type_), "value": constant_to_json(value)}
        case Ref():
            return {
                "kind": "ref",
                "type": str(node.type),
                "path": list(node.path),
                "entities": list(node.entities),
                "bound": node.bound,
            }
        case Call(name=name, args=args, type=type_):
            return {"kind": "call", "type": str(type_), "name": name, "args": [to_json(arg) for arg in args]}
        case Convert(arg=arg, type=type_):
            return {"kind": "convert", "type": str(type_), "arg": to_json(arg)}
        case Aggregate():
            return {
                "kind": "aggregate",
                "type": str(node.type),
                "name": node.name,
                "rows": list(node.rows),
                "entities": list(node.entities),
                "many": list(node.many),
                "start": node.start,
                "value": to_json(node.value) if node.value else None,
                "condition": to_json(node.condition) if node.condition else None,
            }


def from_json(data: Any) -> Node:
    """The inverse of `to_json`. What an editor makes may leave out types and bindings: `check` puts them in.
    ValueError or KeyError for anything that is no tree."""
    kind = data["kind"]
    type_ = parse_type(data.get("type", "blank"))
    match kind:
        case "literal":
            return Literal(value=constant_from_json(data["value"], type_), type=type_)
        case "ref":
            path, entities = tuple(map(str, data["path"])), tuple(map(str, data.get("entities", ())))
            return Ref(path=path, entities=entities, bound=int(data.get("bound", 0)), type=type_)
        case "call":
            return Call(name=str(data["name"]), args=tuple(map(from_json, data["args"])), type=type_)
        case "convert":
            return Convert(arg=from_json(data["arg"]), type=type_)
        case "aggregate":
            value, condition = data.get("value"), data.get("condition")
            return Aggregate(
                name=str(data["name"]),
                rows=tuple(map(str, data["rows"])),
                entities=tuple(map(str, data.get("entities", ()))),
                many=tuple(map(int, data.get("many", ()))),
                start=int(data.get("start", 0)),
                value=from_json(value) if value else None,
                condition=from_json(condition) if condition else None,
                type=type_,
            )
        case _:
            raise ValueError(kind)


def constant_to_json(value: Constant) -> Any:
    """Numbers with a point and times become text, so that no reader makes a float of them."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) < 2**53 else str(value)
        case Decimal():
            return format(value, "f")
        case tuple():
            return list(value)
        case _:
            return value.isoformat()


def constant_from_json(value: Any, type_: Type) -> Constant:
    """The inverse of `constant_to_json`, led by the type; a number without a type may be written as JSON number."""
    if value is None or isinstance(value, bool):
        return value
    match type_.kind:
        case "number" if type_.scale == 0:
            return int(value)
        case "record":
            return int(value)
        case "number" | "real":
            return Decimal(str(value))
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            return datetime.fromisoformat(value.replace("Z", "+00:00"))
        case "time":
            return time.fromisoformat(value)
        case "texts":
            return tuple(map(str, value))
        case "blank" if isinstance(value, (int, float)):
            return Decimal(str(value)) if isinstance(value, float) else value
        case _:
            return str(value)

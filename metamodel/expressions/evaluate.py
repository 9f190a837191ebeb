"""Typed tree to a Python function of one record, built from syntax nodes and never from text."""

from __future__ import annotations

import ast as python
import builtins
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Protocol

from metamodel.expressions import decimals, moments
from metamodel.expressions.ast import Aggregate, Call, Convert, Literal, Node, Ref, exact_chain
from metamodel.expressions.context import Context
from metamodel.expressions.functions import FUNCTIONS
from metamodel.expressions.functions.aggregates import over_rows
from metamodel.expressions.functions.entry import Parameter, written
from metamodel.expressions.functions.logic import LAZY
from metamodel.expressions.functions.operators import same
from metamodel.expressions.types import Type


class Readable(Protocol):
    """A record: a mapping, or anything else that answers `get`."""

    def get(self, name: str, /) -> Any:
        """The value of a field in memory (see storage), None for blank."""


Compiled = Callable[[Any, Context], Any]
ARITHMETIC: dict[str, python.operator] = {"+": python.Add(), "-": python.Sub(), "*": python.Mult()}
ZEROS: dict[str, Any] = {"number": 0, "real": decimals.ZERO, "text": ""}
NEUTRAL = frozenset({"text", "words", "number", "real", "integer", "meet"})


def compile(node: Node) -> Compiled:
    """A function of (record, context), giving the value in memory: Decimal for numbers with a scale and for reals.

    A record maps names to values; a reference to its record (a mapping with its id) or to the bare id; a relation
    with many to a sequence of records. What cannot be computed is None, with a warning in the context."""
    builder = Builder()
    body = _call("give", builder.value(node), builder.constant(node.type))
    arguments = python.arguments(
        posonlyargs=[],
        args=[python.arg(arg="record"), python.arg(arg="context")],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    tree = python.fix_missing_locations(python.Expression(python.Lambda(args=arguments, body=body)))
    code = _compile(tree, "<expression>", "eval")
    function: Compiled = eval(code, {"__builtins__": {}, **RUNTIME, **builder.constants})
    return function


def evaluate(node: Node, record: Readable | Mapping[str, Any], context: Context) -> Any:
    """The value for one record. For many, keep what `compile` gives."""
    return compile(node)(record, context)


_compile = builtins.compile


# What compiled expressions call ------------------------------------------------------------------------------------


def _units(value: Any, scale: int) -> int | None:
    return None if value is None else decimals.to_units(value, scale)


def _real(value: Any) -> Decimal | None:
    return None if value is None else decimals.real(value if isinstance(value, Decimal) else Decimal(str(value)))


def _ident(value: Any) -> Any:
    return value.get("id") if hasattr(value, "get") else value


def _texts(value: Any) -> Any:
    return tuple(value) if value else None


def _instant(value: datetime | None) -> datetime | None:
    return None if value is None else moments.instant(value)


def _dig(record: Any, *path: str) -> Any:
    """Along references to one; a bare id has no other field than id."""
    for name in path:
        if record is None:
            return None
        if not hasattr(record, "get"):
            return record if name == "id" else None
        record = record.get(name)
    return record


def _rows(first: Any, paths: Sequence[Sequence[str]]) -> Iterator[tuple[Any, ...]]:
    """Every chain of rows, one row for each path, beginning at `first`."""
    for row in _dig(first, *paths[0]) or ():
        if len(paths) == 1:
            yield (row,)
        else:
            for rest in _rows(row, paths[1:]):
                yield (row, *rest)


def _aggregate(
    name: str,
    type_: Type,
    context: Context,
    rows: Iterator[tuple[Any, ...]],
    value: Callable[..., Any],
    condition: Callable[..., Any],
) -> Any:
    return over_rows(name, type_, context, [value(*row) for row in rows if condition(*row) is True])


def _fit(value: int, context: Context) -> int | None:
    found = decimals.fit(value)
    if found is None:
        context.report("overflow")
    return found


def _give(value: Any, type_: Type) -> Any:
    return decimals.from_units(value, type_.scale) if type_.kind == "number" and value is not None else value


def _convert(value: Any, source: Type, target: Type, context: Context) -> Any:
    """The conversions that `conversions.convert` puts into the tree; blank stays blank."""
    if value is None:
        return None
    match source.kind, target.kind:
        case "number", "number" if target.scale >= source.scale:
            return value * 10 ** (target.scale - source.scale)
        case "number", "number":
            return decimals.divide_units(value, 10 ** (source.scale - target.scale), "down")
        case "number", "real":
            return decimals.to_real(value, source.scale)
        case "real", "number":
            return decimals.round_real(value, target.scale, "down")
        case "date", "datetime":
            return moments.midnight(value, context.zone)
        case "datetime", "date":
            return moments.day_of(value, context.zone)
        case "datetime", "time":
            return moments.time_of(value, context.zone)
        case _, "text":
            return as_text(value, source, context)
        case _:
            return value


def as_text(value: Any, type_: Type, context: Context) -> str | None:
    """A value as & writes it: numbers without zeros at the end, times to the minute in the business zone."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return decimals.plain(Decimal(value).scaleb(-type_.scale, decimals.WIDE))
        case Decimal():
            return decimals.plain(value)
        case datetime():
            local = moments.wall(value, context.zone)
            return local.isoformat(" ", "minutes") if local else None
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case tuple() | list() | frozenset():
            return json.dumps(list(value), ensure_ascii=False)
        case _:
            return str(value)


RUNTIME: dict[str, Any] = {
    "units": _units,
    "real": _real,
    "ident": _ident,
    "texts": _texts,
    "instant": _instant,
    "dig": _dig,
    "rows": _rows,
    "aggregate": _aggregate,
    "fit": _fit,
    "give": _give,
    "convert": _convert,
    "same": same,
    **{f"f.{name}": entry.python for name, entry in FUNCTIONS.items()},
}
READERS: dict[str, str] = {"real": "real", "record": "ident", "texts": "texts", "datetime": "instant"}


# Building ----------------------------------------------------------------------------------------------------------


def _name(name: str) -> python.expr:
    return python.Name(id=name, ctx=python.Load())


def _call(name: str, *args: python.expr) -> python.expr:
    return python.Call(func=_name(name), args=list(args), keywords=[])


def _or(left: python.expr, right: python.expr) -> python.expr:
    return python.BoolOp(op=python.Or(), values=[left, right])


def _lambda(names: Sequence[str], body: python.expr) -> python.expr:
    args = [python.arg(arg=name) for name in names]
    arguments = python.arguments(posonlyargs=[], args=args, kwonlyargs=[], kw_defaults=[], defaults=[])
    return python.Lambda(args=arguments, body=body)


def row_name(prefix: tuple[str, ...]) -> str:
    """The variable of the row at a path. The points keep it apart from everything else."""
    return ".".join(("row", *prefix)) if prefix else "record"


class Builder:
    """Typed trees as Python's own; `constants` are the values that syntax cannot write, by the names they get."""

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}

    def constant(self, value: Any) -> python.expr:
        """A value as syntax; what syntax cannot write goes in by name."""
        if value is None or isinstance(value, (bool, int, str)):
            return python.Constant(value=value)
        name = f"c.{len(self.constants)}"
        self.constants[name] = value
        return _name(name)

    def value(self, node: Node) -> python.expr:
        match node:
            case Literal(value=value, type=type_):
                if type_.kind == "number" and value is not None:
                    assert isinstance(value, (int, Decimal))
                    return python.Constant(value=decimals.to_units(value, type_.scale))
                return self.constant(value)
            case Ref():
                return self.ref(node)
            case Convert(arg=arg, type=type_):
                if exact_chain(node):
                    return _call("fit", self.chain(node), _name("context"))
                source, target = self.constant(arg.type), self.constant(type_)
                return _call("convert", self.value(arg), source, target, _name("context"))
            case Aggregate():
                return self.aggregate(node)
            case Call(name=name) if exact_chain(node):
                return _call("fit", self.chain(node), _name("context"))
            case Call(name=name) if name in LAZY:
                return self.lazy(node)
            case Call():
                return self.call(node)

    def ref(self, node: Ref) -> python.expr:
        base = _name(row_name(node.path[: node.bound]))
        steps = node.path[node.bound :]
        if not steps:
            found: python.expr = base
        elif len(steps) == 1:
            found = python.Call(
                func=python.Attribute(value=base, attr="get", ctx=python.Load()),
                args=[python.Constant(value=steps[0])],
                keywords=[],
            )
        else:
            found = _call("dig", base, *(python.Constant(value=step) for step in steps))
        if node.type.kind == "number":
            # A whole number may come as Decimal too, so that it passes through the same door.
            return _call("units", found, python.Constant(value=node.type.scale))
        if node.type.kind == "text":
            return _or(found, python.Constant(value=None))
        return _call(READERS[node.type.kind], found) if node.type.kind in READERS else found

    def neutral(self, node: Node) -> python.expr:
        """The value, with 0 or "" in place of blank."""
        found = self.value(node)
        if isinstance(node, Literal) and node.value is not None:
            return found
        return _or(found, self.constant(ZEROS[node.type.kind]))

    def chain(self, node: Node) -> python.expr:
        """Exact arithmetic on whole units, checked for overflow once at its end."""
        match node:
            case Call(name="NEGATE", args=(arg,)) if exact_chain(node):
                return python.UnaryOp(op=python.USub(), operand=self.chain(arg))
            case Call(name=name, args=(left, right)) if exact_chain(node):
                return python.BinOp(left=self.chain(left), op=ARITHMETIC[name], right=self.chain(right))
            case Convert(arg=arg, type=type_) if exact_chain(node):
                factor = python.Constant(value=10 ** (type_.scale - arg.type.scale))
                return python.BinOp(left=self.chain(arg), op=python.Mult(), right=factor)
            case _:
                return self.neutral(node)

    def condition(self, node: Node) -> python.expr:
        """True or False, blank being false."""
        found = self.value(node)
        if (isinstance(node, Call) and FUNCTIONS[node.name].solid) or isinstance(node, Aggregate):
            return found
        return python.Compare(left=found, ops=[python.Is()], comparators=[python.Constant(value=True)])

    def operand(self, parameter: Parameter, arg: Node) -> python.expr:
        if parameter.accepts == "written":
            return self.constant(written(arg))
        if parameter.accepts == "boolean":
            return self.condition(arg)
        if parameter.accepts in NEUTRAL and not parameter.raw:
            return self.neutral(arg)
        return self.value(arg)

    def call(self, node: Call) -> python.expr:
        function = FUNCTIONS[node.name]
        count = len(node.args)
        args = [self.operand(function.parameter(place, count), arg) for place, arg in enumerate(node.args)]
        args.extend(self.constant(value) for value in function.constants(node))
        if function.contextual:
            args.insert(0, _name("context"))
        found = _call(f"f.{node.name}", *args)
        return _or(found, python.Constant(value=None)) if function.textual else found

    def lazy(self, node: Call) -> python.expr:
        """Only the chosen branch is computed, so that the others leave no warning."""
        args = node.args
        match node.name:
            case "IF":
                return self.choice([(self.condition(args[0]), args[1])], args[2] if len(args) > 2 else None)
            case "IFS":
                pairs = [(self.condition(test), value) for test, value in zip(args[::2], args[1::2], strict=False)]
                return self.choice(pairs, args[-1] if len(args) % 2 else None)
            case "SWITCH":
                subject, rest = args[0], args[1:]
                pairs = [
                    (_call("same", self.value(subject), self.value(when)), value)
                    for when, value in zip(rest[::2], rest[1::2], strict=False)
                ]
                return self.choice(pairs, rest[-1] if len(rest) % 2 else None)
            case "NOT":
                return python.UnaryOp(op=python.Not(), operand=self.condition(args[0]))
            case "AND" | "OR":
                op: python.boolop = python.And() if node.name == "AND" else python.Or()
                return python.BoolOp(op=op, values=[self.condition(arg) for arg in args])
            case _:
                # The variable is read right after it is set, so that one name serves all of them.
                kept = python.NamedExpr(target=python.Name(id="kept", ctx=python.Store()), value=self.value(args[0]))
                test = python.Compare(left=kept, ops=[python.IsNot()], comparators=[python.Constant(value=None)])
                return python.IfExp(test=test, body=_name("kept"), orelse=self.value(args[1]))

    def choice(self, pairs: Sequence[tuple[python.expr, Node]], other: Node | None) -> python.expr:
        found = self.value(other) if other else python.Constant(value=None)
        for test, value in reversed(pairs):
            found = python.IfExp(test=test, body=self.value(value), orelse=found)
        return found

    def aggregate(self, node: Aggregate) -> python.expr:
        """A loop over the rows; each row has a variable, which conditions and values inside see."""
        ends = [position + 1 for position in node.many if position >= node.start]
        paths = tuple(node.rows[start:end] for start, end in zip([node.start, *ends], ends, strict=False))
        names = [row_name(node.rows[:end]) for end in ends]
        value = self.value(node.value) if node.value else python.Constant(value=True)
        condition = self.condition(node.condition) if node.condition else python.Constant(value=True)
        return _call(
            "aggregate",
            python.Constant(value=node.name),
            self.constant(node.value.type if node.value else node.type),
            _name("context"),
            _call("rows", _name(row_name(node.rows[: node.start])), self.constant(paths)),
            _lambda(names, value),
            _lambda(names, condition),
        )

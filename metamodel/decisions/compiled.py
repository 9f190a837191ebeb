"""A plan as one Python function: inputs are read once, tests are written inline, built from syntax nodes."""

from __future__ import annotations

import ast as python
import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from metamodel.decisions.plan import Line, Plan, static, value_of
from metamodel.expressions import decimals
from metamodel.expressions.ast import Call, Convert, Node, Ref
from metamodel.expressions.context import Context
from metamodel.expressions.evaluate import RUNTIME, Builder, Compiled
from metamodel.expressions.evaluate import compile as compile_expression
from metamodel.expressions.functions.operators import COMPARISONS
from metamodel.expressions.types import Type
from metamodel.unary import INPUT

Hits = Callable[[Any, Context], list[int]]
SIGNS: Mapping[str, type[python.cmpop]] = {
    "=": python.Eq,
    "<>": python.NotEq,
    "<": python.Lt,
    "<=": python.LtE,
    ">": python.Gt,
    ">=": python.GtE,
}
ASKED = ("record", "context")


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTable:
    """`first` gives the position of the first row that hits (-1 for none), `hits` all of them in order, `values` what
    each row gives and, last, the defaults: ready, or to be computed. `kept` holds outcomes that are always the same, by
    the row that decides."""

    plan: Plan
    first: Callable[[Any, Context], int]
    hits: Hits
    values: tuple[tuple[Any, ...] | tuple[Compiled, ...], ...]
    ready: tuple[bool, ...]
    kept: dict[int, Any] = field(default_factory=dict, compare=False)

    def row(self, position: int, record: Any, context: Context) -> tuple[Any, ...]:
        """What a row gives, in memory; -1 for the defaults."""
        values = self.values[position]
        return values if self.ready[position] else tuple(value(record, context) for value in values)


def compile_table(plan: Plan) -> CompiledTable:
    """The functions of a table."""
    given = [line.values for line in plan.lines] + [tuple(result.default for result in plan.results)]
    ready = tuple(all(static(node) for node in values) for values in given)
    return CompiledTable(
        plan=plan,
        first=_function(plan, all_of_them=False),
        hits=_function(plan, all_of_them=True),
        values=tuple(
            tuple(value_of(node) if flag else compile_expression(node) for node in values)
            for values, flag in zip(given, ready, strict=True)
        ),
        ready=ready,
    )


def truth(plan: Plan) -> Callable[[Any, Context], list[list[bool | None]]]:
    """A function that tells of every cell whether its test holds, None where everything passes: for the trace."""
    builder = _TableBuilder(plan)
    rows: list[python.expr] = []
    for line in plan.lines:
        cells = [builder.test(place, test) or python.Constant(value=None) for place, test in enumerate(line.tests)]
        rows.append(python.List(elts=cells, ctx=python.Load()))
    body = [python.Return(value=python.List(elts=rows, ctx=python.Load()))]
    return builder.function(body)


def _function(plan: Plan, *, all_of_them: bool) -> Callable[[Any, Context], Any]:
    builder = _TableBuilder(plan)
    body: list[python.stmt] = []
    found = python.Name(id="found", ctx=python.Load())
    if all_of_them:
        body.append(_assign("found", python.List(elts=[], ctx=python.Load())))
    for position, line in enumerate(plan.lines):
        here = python.Constant(value=position)
        done: python.stmt = python.Return(value=here)
        if all_of_them:
            append = python.Attribute(value=found, attr="append", ctx=python.Load())
            done = python.Expr(value=python.Call(func=append, args=[here], keywords=[]))
        tests = builder.line(line)
        if not tests:
            body.append(done)
            continue
        test = tests[0] if len(tests) == 1 else python.BoolOp(op=python.And(), values=tests)
        body.append(python.If(test=test, body=[done], orelse=[]))
    body.append(python.Return(value=found if all_of_them else python.Constant(value=-1)))
    return builder.function(body)


def _assign(name: str, value: python.expr) -> python.stmt:
    return python.Assign(targets=[python.Name(id=name, ctx=python.Store())], value=value)


class _TableBuilder(Builder):
    """Writes tests against variables that hold the inputs, in the form in which expressions compute."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.column = -1
        self.head: dict[str, python.expr] = {}

    def line(self, line: Line) -> list[python.expr]:
        """All conditions of a row; none when it always hits."""
        found = [self.day(line.since, python.GtE)] if line.since else []
        found += [self.day(line.until, python.LtE)] if line.until else []
        found += [test for place, node in enumerate(line.tests) if (test := self.test(place, node)) is not None]
        return found

    def test(self, place: int, node: Node | None) -> python.expr | None:
        """A cell's condition."""
        if node is None:
            return None
        self.column = place
        return self.condition(node)

    def day(self, bound: date, compare: type[python.cmpop]) -> python.expr:
        today = self.kept(
            "today",
            python.Attribute(value=python.Name(id="context", ctx=python.Load()), attr="today", ctx=python.Load()),
        )
        return python.Compare(left=today, ops=[compare()], comparators=[self.constant(bound)])

    def kept(self, name: str, value: python.expr) -> python.expr:
        """A variable set at the head of the function."""
        self.head.setdefault(name, value)
        return python.Name(id=name, ctx=python.Load())

    def function(self, body: Sequence[python.stmt]) -> Callable[[Any, Context], Any]:
        """The function with its variables set first."""
        head = [_assign(name, value) for name, value in self.head.items()]
        arguments = python.arguments(
            posonlyargs=[], args=[python.arg(arg=name) for name in ASKED], kwonlyargs=[], kw_defaults=[], defaults=[]
        )
        made = python.FunctionDef(name="decide", args=arguments, body=[*head, *body], decorator_list=[])
        tree = python.fix_missing_locations(python.Module(body=[made], type_ignores=[]))
        names: dict[str, Any] = {"__builtins__": {}, **RUNTIME, **self.constants}
        exec(builtins.compile(tree, "<decision>", "exec"), names)
        function: Callable[[Any, Context], Any] = names["decide"]
        return function

    # Nodes --------------------------------------------------------------------------------------------------------

    def value(self, node: Node) -> python.expr:
        if isinstance(node, Ref) and node.path == INPUT.path:
            return self.kept(f"input.{self.column}", super().value(self.plan.columns[self.column].node))
        if isinstance(node, Convert) and isinstance(node.arg, Ref) and node.arg.path == INPUT.path:
            self.value(node.arg)
            return self.kept(f"input.{self.column}.{node.type}", super().value(node))
        return super().value(node)

    def call(self, node: Call) -> python.expr:
        """Comparisons of the input with a constant, and IN over constants, are written out."""
        if not node.args:
            return super().call(node)
        left, *right = node.args
        if not _is_input(left) or not all(static(each) for each in right):
            return super().call(node)
        values = [_inner(each) for each in right]
        if None in values:
            return super().call(node)
        if node.name == "IN":
            choices = self.constant(frozenset(values) if len(values) > 3 else tuple(values))
            return python.Compare(left=self.value(left), ops=[python.In()], comparators=[choices])
        if node.name not in COMPARISONS:
            return super().call(node)
        compared = python.Compare(
            left=self.value(left), ops=[SIGNS[node.name]()], comparators=[self.constant(values[0])]
        )
        if node.name in ("=", "<>"):
            return compared
        known = python.Compare(left=self.value(left), ops=[python.IsNot()], comparators=[python.Constant(value=None)])
        return python.BoolOp(op=python.And(), values=[known, compared])


def _is_input(node: Node) -> bool:
    inner = node.arg if isinstance(node, Convert) else node
    return isinstance(inner, Ref) and inner.path == INPUT.path


def _inner(node: Node) -> Any:
    """A static value in the form in which expressions compute: whole units for exact numbers."""
    value, type_ = value_of(node), node.type
    return decimals.to_units(value, type_.scale) if _exact(type_) and value is not None else value


def _exact(type_: Type) -> bool:
    return type_.kind == "number"

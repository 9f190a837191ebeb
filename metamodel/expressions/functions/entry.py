"""What the language knows of a function: its parameters, its result, its Python, its SQL and its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from metamodel.expressions.ast import Call, Node
from metamodel.expressions.ast import Literal as Written
from metamodel.expressions.types import BLANK, REAL, Type, join, parse_type
from metamodel.issues import Issue

Sql = sa.ColumnElement[Any]

# text number real integer: converted, blank counts as "" or 0. meet: numbers brought to one scale, blank is 0.
# date datetime clock: converted, blank makes the result blank. moment: a date or an instant as it is.
# boolean: blank is false. words: anything that can be written, as text. same: all of one type, blank stays blank.
# match: as same, met apart from those.
# any: as it is. written: must stand there literally. texts: a multiple choice. rows: related rows or a value of each.
Accepts = Literal[
    "text",
    "number",
    "real",
    "integer",
    "meet",
    "date",
    "datetime",
    "clock",
    "moment",
    "boolean",
    "words",
    "same",
    "match",
    "any",
    "written",
    "texts",
    "rows",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """`optional` ones come after the others; a `repeated` group (all parameters so marked) comes last and may recur.
    `raw` keeps blank as blank and a column bare, for functions that decide themselves."""

    name: str
    accepts: Accepts
    optional: bool = False
    repeated: bool = False
    raw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One function. `python` takes the values (after the context, if `contextual`; `constants` of the call follow),
    `sql` the call and the operands; written arguments arrive as plain values in both.

    `solid` results are never blank. A `loose` SQL condition may be NULL for false, so that columns stand bare."""

    name: str
    family: str
    parameters: tuple[Parameter, ...]
    result: Callable[[Sequence[Node]], Type]
    python: Callable[..., Any]
    sql: Callable[..., Sql]
    doc: dict[str, str]
    example: str = ""
    constants: Callable[[Call], tuple[Any, ...]] = lambda call: ()
    verify: Callable[[Call], Iterable[Issue]] = lambda call: ()
    contextual: bool = False
    solid: bool = False
    loose: bool = False
    textual: bool = False

    @property
    def least(self) -> int:
        """The smallest number of arguments."""
        return sum(1 for parameter in self.parameters if not parameter.optional)

    @property
    def most(self) -> int | None:
        """The largest number of arguments; None without a limit."""
        return None if any(parameter.repeated for parameter in self.parameters) else len(self.parameters)

    def parameter(self, position: int, count: int) -> Parameter:
        """The parameter that the argument at `position` of `count` fills. A single argument left over after whole
        repeated groups (the default of SWITCH) fills the last parameter."""
        fixed = [parameter for parameter in self.parameters if not parameter.repeated]
        group = [parameter for parameter in self.parameters if parameter.repeated]
        if position < len(fixed) or not group:
            return self.parameters[position]
        if position == count - 1 and (count - len(fixed)) % len(group):
            return group[-1]
        return group[(position - len(fixed)) % len(group)]


def parameters(text: str) -> tuple[Parameter, ...]:
    """Parameters as `name:accepts` words; `?` optional, `*` repeated, `!` raw at the end."""
    found = []
    for word in text.split():
        name, _, accepts = word.partition(":")
        kind: Any = accepts.rstrip("?*!")
        found.append(
            Parameter(name=name, accepts=kind, optional="?" in accepts, repeated="*" in accepts, raw="!" in accepts)
        )
    return tuple(found)


def unified(function: Function, args: Sequence[Node], accepts: Accepts) -> Type:
    """The type on which all arguments of the given kind meet."""
    chosen = (arg.type for place, arg in enumerate(args) if function.parameter(place, len(args)).accepts == accepts)
    return join(chosen) or BLANK


def define(
    name: str,
    family: str,
    takes: str,
    gives: str | Callable[[Sequence[Node]], Type],
    python: Callable[..., Any],
    sql: Callable[..., Sql],
    zh: str,
    en: str,
    example: str = "",
    **more: Any,
) -> Function:
    """An entry in few words. `gives` is a type as text, `same` or `meet` for the type on which those arguments meet,
    `first` for the first argument's, or a function of the arguments."""
    result: Callable[[Sequence[Node]], Type]
    if not isinstance(gives, str):
        result = gives
    elif gives in ("same", "meet"):
        accepts: Any = gives

        def result(args: Sequence[Node]) -> Type:
            return unified(entry, args, accepts)

    elif gives == "first":

        def result(args: Sequence[Node]) -> Type:
            return args[0].type

    else:
        fixed = parse_type(gives)

        def result(args: Sequence[Node]) -> Type:
            return fixed

    entry = Function(
        name=name,
        family=family,
        parameters=parameters(takes),
        result=result,
        python=python,
        sql=sql,
        doc={"zh-CN": zh, "en": en},
        example=example,
        textual=gives == "text",
        **more,
    )
    return entry


def written(node: Node) -> Any:
    """The value of a literal, also of one with a minus before it; None when the node is no literal."""
    if isinstance(node, Written):
        return node.value
    if isinstance(node, Call) and node.name == "NEGATE" and isinstance(node.args[0], Written):
        value = node.args[0].value
        return -value if value is not None and not isinstance(value, (str, bool)) else None  # type: ignore[operator]
    return None


def real(node: Node) -> bool:
    """Whether a number is real rather than exact."""
    return node.type == REAL

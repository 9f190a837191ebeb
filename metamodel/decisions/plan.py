"""A decision table read: every cell a typed tree, or an issue that leads to the cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from metamodel.decision_table import Aggregation, DecisionTable, Output, Parameter, Row, ValueType
from metamodel.definition import Label, Path
from metamodel.errors import Invalid
from metamodel.expressions.ast import TRUE, Aggregate, Call, Literal, Node, Ref, walk
from metamodel.expressions.check import Checked, check
from metamodel.expressions.context import Context, context_at
from metamodel.expressions.conversions import convert
from metamodel.expressions.evaluate import evaluate
from metamodel.expressions.functions import FUNCTIONS
from metamodel.expressions.scope import FieldFacts, Scope
from metamodel.expressions.types import BLANK, BOOLEAN, DATE, DATETIME, REAL, TEXT, TIME, Type, join
from metamodel.issues import Issue, errors
from metamodel.unary import INPUT, VALUE, read_result, read_test

#: where parameters are looked up
PARAMETERS = ""
TYPES: Mapping[ValueType, Type] = {
    "text": TEXT,
    "number": REAL,
    "boolean": BOOLEAN,
    "date": DATE,
    "datetime": DATETIME,
    "time": TIME,
}
ANY_TYPE = frozenset(TYPES)
#: what may be brought together, and how
SUMMED: Mapping[Aggregation, frozenset[str]] = {
    "list": ANY_TYPE,
    "count": ANY_TYPE,
    "sum": frozenset({"number"}),
    "min": ANY_TYPE - {"boolean"},
    "max": ANY_TYPE - {"boolean"},
}
NOWHEN: Context = context_at(datetime(2000, 1, 1, tzinfo=UTC), "UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """An input: its value as a typed tree over the record."""

    id: str
    label: Label
    text: str
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An output: the type on which all its cells meet, the allowed values (in memory) by importance, the default."""

    id: str
    name: str
    label: Label
    type: Type
    values: tuple[Any, ...]
    default: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row: a condition over INPUT for each column, None where all pass, and a value for each result."""

    id: str
    tests: tuple[Node | None, ...]
    values: tuple[Node, ...]
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A table without faults."""

    table: DecisionTable
    entity: str
    columns: tuple[Column, ...]
    results: tuple[Result, ...]
    lines: tuple[Line, ...]
    disjoint: bool = False

    @property
    def dated(self) -> bool:
        """Whether the day matters."""
        return any(line.since or line.until for line in self.lines)


def read(table: DecisionTable, scope: Scope, entity: str) -> tuple[Plan | None, tuple[Issue, ...]]:
    """The table as a plan; None when something in it is wrong. `entity` is qualified, "" for parameters."""
    reading = _Reading(table, scope if entity else Parameters(table.parameters), entity)
    plan = reading.whole()
    wrong = any(errors(reading.issues))
    return (None if wrong else plan), tuple(reading.issues)


def static(node: Node) -> bool:
    """Whether a value is the same for every record and at all times."""
    return not any(isinstance(each, (Ref, Aggregate)) or _told(each) for each in walk(node))


def value_of(node: Node) -> Any:
    """What a static node comes to, in memory."""
    return evaluate(node, {}, NOWHEN)


def settled(test: Node) -> bool:
    """Whether a test's outcome depends on the input alone."""
    return all(
        each.path == INPUT.path if isinstance(each, Ref) else not isinstance(each, Aggregate) and not _told(each)
        for each in walk(test)
    )


def _told(node: Node) -> bool:
    """Whether a node asks for the time or for who is asking."""
    return isinstance(node, Call) and FUNCTIONS[node.name].family == "context"


class Parameters:
    """The scope of a table without an entity."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._facts = {item.name: FieldFacts(type=TYPES[item.type], label=item.label) for item in parameters}

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """The parameter."""
        return self._facts.get(name) if entity == PARAMETERS else None

    def names(self, entity: str) -> Iterable[str]:
        """All parameters."""
        return list(self._facts) if entity == PARAMETERS else []


@dataclass(frozen=True, slots=True, kw_only=True)
class _WithInput:
    """A scope in which the input's value has a name too."""

    scope: Scope
    entity: str
    type: Type

    def field(self, entity: str, name: str) -> FieldFacts | None:
        if name == VALUE and entity == self.entity:
            return FieldFacts(type=self.type, target=self.type.entity if self.type.kind == "record" else "")
        return self.scope.field(entity, name)

    def names(self, entity: str) -> Iterable[str]:
        return self.scope.names(entity)


class _Reading:
    def __init__(self, table: DecisionTable, scope: Scope, entity: str) -> None:
        self.table, self.scope, self.entity = table, scope, entity
        self.issues: list[Issue] = []

    def note(self, code: str, path: Path, **arguments: Any) -> None:
        self.issues.append(Issue(code=f"decision.{code}", path=path, arguments=arguments))

    def whole(self) -> Plan | None:
        if not self.table.inputs:
            self.note("no_inputs", ("inputs",))
        if not self.table.outputs:
            self.note("no_outputs", ("outputs",))
        columns = [self.column(index) for index in range(len(self.table.inputs))]
        tests = [self.tests(row, columns) for row in self.table.rows]
        values = [self.values(output) for output in self.table.outputs]
        days = [self.days(row) for row in self.table.rows]
        self.policy()
        if any(errors(self.issues)):
            return None
        lines = tuple(
            Line(id=row.id, tests=tests[at], values=tuple(cells[at] for _, cells in values), since=since, until=until)
            for at, (row, (since, until)) in enumerate(zip(self.table.rows, days, strict=True))
        )
        return Plan(
            table=self.table,
            entity=self.entity,
            columns=tuple(column for column in columns if column is not None),
            results=tuple(result for result, _ in values),
            lines=lines,
        )

    def column(self, index: int) -> Column | None:
        item = self.table.inputs[index]
        path: Path = ("inputs", item.id, "expression")
        if not item.expression.strip():
            self.note("no_expression", path)
            return None
        checked = self.checked(item.expression, path, self.scope)
        if checked is None or checked.ast is None:
            return None
        if checked.type.kind in ("records", "blank"):
            self.note("no_value", path)
            return None
        return Column(id=item.id, label=item.label, text=item.expression, node=checked.ast)

    def checked(self, source: str | Node, path: Path, scope: Scope, expect: Type | None = None) -> Checked | None:
        found = check(source, scope, self.entity, expect)
        self.issues += (issue.under(*path) for issue in found.issues)
        return None if any(errors(found.issues)) else found

    def tests(self, row: Row, columns: list[Column | None]) -> tuple[Node | None, ...]:
        known = {item.id for item in self.table.inputs}
        for word in row.when:
            if word not in known:
                self.note("no_column", ("rows", row.id, "when", word))
        return tuple(self.test(row, column) if column else None for column in columns)

    def test(self, row: Row, column: Column) -> Node | None:
        path: Path = ("rows", row.id, "when", column.id)
        kind = column.node.type
        try:
            node = read_test(row.when.get(column.id, ""), several=kind.kind == "texts")
        except Invalid as wrong:
            self.issues += (issue.under(*path) for issue in wrong.issues)
            return None
        if node == TRUE:
            return None
        found = self.checked(node, path, _WithInput(scope=self.scope, entity=self.entity, type=kind), BOOLEAN)
        return found.ast if found else None

    def values(self, output: Output) -> tuple[Result, list[Node]]:
        """The output's cells, all of one type."""
        allowed = self.allowed(output)
        cells = []
        for row in self.table.rows:
            cells.append(self.value(row.then.get(output.id, ""), ("rows", row.id, "then", output.id), output))
        default = self.value(output.default, ("outputs", output.id, "default"), output)
        wanted = TYPES[output.type]
        met = join([*(cell.type for cell in cells), default.type]) or BLANK
        type_ = wanted if met.kind == "blank" or not wanted.numeric else met
        cells = [_as(cell, type_) for cell in cells]
        for row, cell in zip(self.table.rows, cells, strict=True):
            if allowed and static(cell) and (value := value_of(cell)) is not None and value not in allowed:
                self.note(
                    "not_allowed",
                    ("rows", row.id, "then", output.id),
                    options=[option.label for option in output.values],
                )
        if len(output.name) > 30 or not output.name:
            self.note("no_name", ("outputs", output.id, "name"))
        result = Result(
            id=output.id, name=output.name, label=output.label, type=type_, values=allowed, default=_as(default, type_)
        )
        return result, cells

    def value(self, text: str, path: Path, output: Output) -> Node:
        nothing = Literal(value=None, type=BLANK)
        if not text.strip():
            return nothing
        try:
            node = read_result(text)
        except Invalid as wrong:
            self.issues += (issue.under(*path) for issue in wrong.issues)
            return nothing
        found = self.checked(node, path, self.scope, TYPES[output.type])
        return found.ast if found and found.ast is not None else nothing

    def allowed(self, output: Output) -> tuple[Any, ...]:
        found = []
        for option in output.values:
            value = plain_value(option.value, output.type)
            if value is None:
                self.note("bad_allowed", ("outputs", output.id, "values", option.id), found=option.value)
            else:
                found.append(value)
        return tuple(found)

    def days(self, row: Row) -> tuple[date | None, date | None]:
        found: list[date | None] = []
        for word in ("since", "until"):
            text = getattr(row, word)
            day = None
            if text:
                try:
                    day = date.fromisoformat(text)
                except ValueError:
                    self.note("not_a_day", ("rows", row.id, word), found=text)
            found.append(day)
        since, until = found
        if since and until and until < since:
            self.note("ends_before", ("rows", row.id, "until"))
        return since, until

    def policy(self) -> None:
        table = self.table
        if table.hit_policy in ("priority", "output_order") and not any(output.values for output in table.outputs):
            self.note("no_priority", ("hit_policy",))
        if table.hit_policy != "collect" or table.aggregation == "list":
            return
        if len(table.outputs) > 1:
            self.note("one_output", ("aggregation",))
        elif table.outputs and table.outputs[0].type not in SUMMED[table.aggregation]:
            self.note("not_number", ("aggregation",))


def _as(node: Node, type_: Type) -> Node:
    """The node as another type; blank stays a bare literal."""
    if isinstance(node, Literal) and node.value is None:
        return replace(node, type=type_)
    return convert(node, type_)


def plain_value(text: str, type_: ValueType) -> Any:
    """An allowed value, written without quotes, in memory; None when it is none of the type."""
    if type_ == "text":
        return text or None
    try:
        node = read_result(text)
    except Invalid:
        return None
    checked = check(node, Parameters(()), PARAMETERS, TYPES[type_])
    return value_of(checked.ast) if checked.ast is not None and not checked.issues and static(checked.ast) else None

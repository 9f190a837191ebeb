"""A table tried with values somebody gives: for its tests, the command line and the designer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from metamodel.decision_table import DecisionTest
from metamodel.decisions.compiled import CompiledTable, compile_table, truth
from metamodel.decisions.expression import over
from metamodel.decisions.outcome import Outcome, decide, result_type, to_json
from metamodel.decisions.plan import NOWHEN, Column, Line, Plan, settled, static
from metamodel.definition import Json, Label
from metamodel.errors import Invalid
from metamodel.expressions.ast import Call, Node, Ref, walk
from metamodel.expressions.context import Context, context_at
from metamodel.expressions.evaluate import evaluate
from metamodel.expressions.storage import from_browser, to_browser
from metamodel.expressions.types import NAMES, Type
from metamodel.expressions.write import to_text
from metamodel.issues import Issue, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A value that a table must be given: `key` is the input's id, the parameter's name or a field's path."""

    key: str
    label: Label
    type: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A table apart from its records: `plan` reads inputs and what varies in its cells by key, `texts` says which
    expression each key stands for."""

    plan: Plan
    texts: Mapping[str, str]
    types: Mapping[str, Type]
    nodes: Mapping[str, Node]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An outcome with what led to it: the truth of every cell, row by row."""

    outcome: Outcome
    cells: tuple[tuple[bool | None, ...], ...]
    inputs: Mapping[str, Json]


def facts(plan: Plan) -> Facts:
    """The table as one that is asked with values instead of with a record."""
    nodes: dict[str, Node] = {}

    def key(word: str, node: Node) -> Ref:
        nodes[word] = node
        return Ref(path=(word,), entities=(plan.entity,), type=node.type)

    columns: list[Column] = []
    for column in plan.columns:
        columns.append(replace(column, node=key(f"input:{column.id}", column.node)))
    lines: list[Line] = []
    for line in plan.lines:
        tests = tuple(
            test if test is None or settled(test) else key(f"cell:{line.id}:{column.id}", over(column, test))
            for column, test in zip(plan.columns, line.tests, strict=True)
        )
        values = tuple(
            value if static(value) else key(f"output:{line.id}:{result.id}", value)
            for result, value in zip(plan.results, line.values, strict=True)
        )
        lines.append(replace(line, tests=tests, values=values))
    results = tuple(
        result if static(result.default) else replace(result, default=key(f"default:{result.id}", result.default))
        for result in plan.results
    )
    return Facts(
        plan=replace(plan, columns=tuple(columns), lines=tuple(lines), results=results),
        texts={word: to_text(node) for word, node in nodes.items()},
        types={word: node.type for word, node in nodes.items()},
        nodes=nodes,
    )


def asked(plan: Plan) -> tuple[Asked, ...]:
    """What must be known to decide."""
    if not plan.entity:
        types = {ref.path[0]: ref.type for ref in _refs(plan)}
        return tuple(
            Asked(key=item.name, label=item.label, type=types[item.name])
            for item in plan.table.parameters
            if item.name in types
        )
    found = [Asked(key=column.id, label=column.label, type=column.node.type) for column in plan.columns]
    known = {column.node.path for column in plan.columns if isinstance(column.node, Ref)}
    for ref in _refs(plan, inputs=False):
        if ref.path not in known and not ref.bound:
            known.add(ref.path)
            path = ".".join(ref.path)
            found.append(Asked(key=path, label=path, type=ref.type))
    return tuple(found)


def _refs(plan: Plan, *, inputs: bool = True) -> Iterator[Ref]:
    nodes = [node for word, node in facts(plan).nodes.items() if inputs or not word.startswith("input:")]
    return (each for node in nodes for each in walk(node) if isinstance(each, Ref))


def attempt(plan: Plan, given: Mapping[str, Json], context: Context) -> Trial:
    """The outcome for values in JSON form. Raises Invalid where one is not known or not of its type."""
    wanted = {item.key: item for item in asked(plan)}
    issues: list[Issue] = []
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in wanted:
            words = {"word": key, "nearest": nearest(key, wanted)}
            issues.append(Issue(code="decision.unknown_value", path=("given", key), arguments=words))
            continue
        try:
            values[key] = in_memory(wanted[key].type, value)
        except ValueError:
            arguments = {"found": str(value)[:40], "wanted": NAMES[wanted[key].type.kind], "label": wanted[key].label}
            issues.append(Issue(code="decision.bad_value", path=("given", key), arguments=arguments))
    if issues:
        raise Invalid(issues)
    if not plan.entity:
        record = values
    else:
        record = _record(plan, values)
    apart = facts(plan)
    known: dict[str, Any] = {}
    for word, node in apart.nodes.items():
        identity = word.removeprefix("input:")
        if plan.entity and word.startswith("input:"):
            known[word] = values.get(identity)
        else:
            known[word] = evaluate(node, record, context)
    return explain(apart, compile_table(apart.plan), known, context)


def explain(apart: Facts, compiled: CompiledTable, known: Mapping[str, Any], context: Context) -> Trial:
    """The outcome for known facts, with the truth of every cell."""
    outcome = decide(compiled, known, context)
    cells = truth(apart.plan)(known, context)
    inputs = {column.id: to_browser(column.node.type, known.get(f"input:{column.id}")) for column in apart.plan.columns}
    return Trial(outcome=outcome, cells=tuple(tuple(row) for row in cells), inputs=inputs)


def _record(plan: Plan, values: Mapping[str, Any]) -> dict[str, Any]:
    """A record in which the given paths lead to the given values."""
    record: dict[str, Any] = {}
    paths = {column.id: column.node.path for column in plan.columns if isinstance(column.node, Ref)}
    for key, value in values.items():
        steps = paths.get(key) or (tuple(key.split(".")) if key not in {column.id for column in plan.columns} else ())
        place = record
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        if steps:
            place[steps[-1]] = value
    return record


def in_memory(type_: Type, value: Json) -> Any:
    """A JSON value as one of the type; ValueError when it is none."""
    if value is None or value == "" or value == []:
        return None
    match type_.kind:
        case "boolean":
            fits = isinstance(value, bool)
        case "number" | "real" | "record":
            fits = isinstance(value, (int, float, str)) and not isinstance(value, bool)
        case "texts":
            fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
        case _:
            fits = isinstance(value, str)
    if not fits:
        raise ValueError(value)
    try:
        found = from_browser(type_, value)
    except ArithmeticError:
        raise ValueError(value) from None
    if type_.kind == "datetime" and "T" not in str(value):
        raise ValueError(value)
    return tuple(found) if isinstance(found, list) else found


def on_day(day: date, zone: str = "UTC") -> Context:
    """The context of a day: noon of it."""
    return context_at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), zone)


# Tests -------------------------------------------------------------------------------------------------------------


def try_tests(plan: Plan) -> Iterator[Issue]:
    """The tests of a table that fail, each with its path."""
    for test in plan.table.tests:
        issue = try_test(plan, test)
        if issue is not None:
            yield issue.under("tests", test.id)


def try_test(plan: Plan, test: DecisionTest) -> Issue | None:
    """What is wrong with one test, or with the table by it."""
    context = NOWHEN
    if test.on:
        try:
            context = on_day(date.fromisoformat(test.on))
        except ValueError:
            return Issue(code="decision.not_a_day", path=("on",), arguments={"found": test.on})
    elif plan.dated or _asks_time(plan):
        return Issue(code="decision.test_day", path=("on",))
    try:
        trial = attempt(plan, test.given, context)
    except Invalid as wrong:
        return wrong.issues[0]
    expected, issue = _expected(plan, test)
    if issue is not None:
        return issue
    found = to_json(plan, trial.outcome)
    if _same(plan, expected, trial.outcome.values):
        return None
    rows: Any = [position + 1 for position in trial.outcome.rows] or {"zh-CN": "无", "en": "none"}
    arguments = {"found": _told(plan, found), "wanted": _told(plan, test.expected), "rows": rows}
    return Issue(code="decision.test_fails", path=("expected",), arguments=arguments)


def _asks_time(plan: Plan) -> bool:
    nodes = facts(plan).nodes.values()
    return any(isinstance(each, Call) and each.name in ("TODAY", "NOW") for node in nodes for each in walk(node))


def _expected(plan: Plan, test: DecisionTest) -> tuple[Any, Issue | None]:
    """What a test expects, in memory."""
    types = {result.name: result_type(plan, at) for at, result in enumerate(plan.results)}
    several = isinstance(test.expected, list)
    found: list[dict[str, Any]] = []
    for item in test.expected if several else [test.expected]:
        if item is None and not several:
            return None, None
        if not isinstance(item, Mapping):
            return None, Issue(code="decision.bad_expected", path=("expected",))
        values: dict[str, Any] = {}
        for name, value in item.items():
            if name not in types:
                words = {"word": name, "nearest": nearest(name, types)}
                return None, Issue(code="decision.unknown_output", path=("expected", name), arguments=words)
            try:
                values[name] = in_memory(types[name], value)
            except ValueError:
                arguments = {"found": str(value)[:40], "wanted": NAMES[types[name].kind], "label": name}
                return None, Issue(code="decision.bad_value", path=("expected", name), arguments=arguments)
        found.append(values)
    return (tuple(found) if several else found[0]), None


def _same(plan: Plan, expected: Any, found: Any) -> bool:
    """Whether an outcome is the one expected; what a test leaves out is not asked, and null is "nothing at all"."""
    if expected is None:
        return found is None or (isinstance(found, Mapping) and all(value is None for value in found.values()))
    if isinstance(expected, tuple):
        unordered = plan.table.hit_policy == "collect"
        if not isinstance(found, tuple) or len(found) != len(expected):
            return False
        rest = list(found)
        for at, item in enumerate(expected):
            near = rest if unordered else [found[at]]
            hit = next((one for one in near if all(one.get(name) == value for name, value in item.items())), None)
            if hit is None:
                return False
            if unordered:
                rest.remove(hit)
        return True
    return isinstance(found, Mapping) and all(found.get(name) == value for name, value in expected.items())


def _told(plan: Plan, values: Json) -> Any:
    """An outcome in words."""
    labels = {result.name: result.label for result in plan.results}
    if values is None:
        return {"zh-CN": "空", "en": "nothing"}
    items = values if isinstance(values, list) else [values]
    said: dict[str, list[str]] = {"zh-CN": [], "en": []}
    for locale, parts in said.items():
        for item in items:
            pairs = []
            for name, value in item.items():
                label = labels.get(name, name)
                word = label if isinstance(label, str) else label.get(locale, name)
                pairs.append(f"{word} {'—' if value is None else value}")
            parts.append(" ".join(pairs))
    return {locale: "；".join(parts) if locale == "zh-CN" else "; ".join(parts) for locale, parts in said.items()}

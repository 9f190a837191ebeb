"""What a table comes to: the rows that hit become one outcome by the hit policy (DMN 1.5, 8.2.11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from metamodel.decisions.compiled import CompiledTable
from metamodel.decisions.plan import Plan
from metamodel.definition import Json
from metamodel.expressions import decimals
from metamodel.expressions.context import Context
from metamodel.expressions.storage import to_browser
from metamodel.expressions.types import INTEGER, Type
from metamodel.issues import Issue

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`values` are those of the outputs by name (in memory), or a list of such where the policy gives several; None
    when no row hits and nothing is given by default. `rows` are the positions of the rows that hit."""

    values: Mapping[str, Any] | tuple[Mapping[str, Any], ...] | None
    rows: tuple[int, ...]
    issue: Issue | None = None


def decide(compiled: CompiledTable, record: Any, context: Context) -> Outcome:
    """The outcome for one record (what `evaluate.compile` takes)."""
    plan = compiled.plan
    if plan.table.hit_policy == "first" or (plan.table.hit_policy == "unique" and plan.disjoint):
        position = compiled.first(record, context)
        known: Outcome | None = compiled.kept.get(position)
        if known is not None:
            return known
        values = compiled.row(position, record, context)
        made = Outcome(values=_named(plan, values), rows=() if position < 0 else (position,))
        if compiled.ready[position]:
            compiled.kept[position] = made
        return made
    hits = compiled.hits(record, context)
    if not hits:
        return Outcome(values=_default(plan, compiled.row(-1, record, context)), rows=())
    return settle(plan, hits, [compiled.row(position, record, context) for position in hits], context)


def settle(plan: Plan, hits: Sequence[int], found: Sequence[Values], context: Context) -> Outcome:
    """The outcome of rows that hit, of which `found` are the values."""
    rows = tuple(hits)
    table = plan.table
    match table.hit_policy:
        case "unique" | "any":
            if len(hits) > 1 and (table.hit_policy == "unique" or any(values != found[0] for values in found)):
                numbers = [position + 1 for position in hits]
                issue = Issue(code=f"decision.not_{table.hit_policy}", arguments={"rows": numbers})
                return Outcome(values=None, rows=rows, issue=issue)
            return Outcome(values=_named(plan, found[0]), rows=rows)
        case "first":
            return Outcome(values=_named(plan, found[0]), rows=rows[:1])
        case "priority":
            best = min(range(len(found)), key=lambda at: rank(plan, found[at]))
            return Outcome(values=_named(plan, found[best]), rows=(rows[best], *_without(rows, best)))
        case "output_order":
            order = sorted(range(len(found)), key=lambda at: rank(plan, found[at]))
            return Outcome(values=tuple(_named(plan, found[at]) for at in order), rows=tuple(rows[at] for at in order))
        case "collect" if table.aggregation != "list":
            values = _aggregated(plan, [values[0] for values in found], context)
            return Outcome(values={plan.results[0].name: values}, rows=rows)
        case _:
            return Outcome(values=tuple(_named(plan, values) for values in found), rows=rows)


def rank(plan: Plan, values: Values) -> tuple[int, ...]:
    """How important an outcome is, the smaller the more; what is not among the allowed values comes last."""
    return tuple(
        result.values.index(value) if value in result.values else len(result.values)
        for result, value in zip(plan.results, values, strict=True)
        if result.values
    )


def result_type(plan: Plan, position: int) -> Type:
    """The type of an output's outcome: counting gives a whole number of whatever is counted."""
    counted = plan.table.hit_policy == "collect" and plan.table.aggregation == "count"
    return INTEGER if counted else plan.results[position].type


def to_json(plan: Plan, outcome: Outcome) -> Json:
    """The outcome's values as JSON."""
    types = {result.name: result_type(plan, at) for at, result in enumerate(plan.results)}

    def shown(values: Mapping[str, Any]) -> Json:
        return {name: to_browser(types[name], value) for name, value in values.items()}

    if outcome.values is None:
        return None
    return shown(outcome.values) if isinstance(outcome.values, Mapping) else [shown(item) for item in outcome.values]


def _without(rows: tuple[int, ...], at: int) -> tuple[int, ...]:
    return rows[:at] + rows[at + 1 :]


def _named(plan: Plan, values: Values) -> Mapping[str, Any]:
    return {result.name: value for result, value in zip(plan.results, values, strict=True)}


def _default(plan: Plan, values: Values) -> Mapping[str, Any] | tuple[Mapping[str, Any], ...] | None:
    """What is given when no row hits: the defaults, nothing at all where a list is asked for and none is set. A count
    has none: its outputs' default is no number."""
    if plan.table.hit_policy == "collect" and plan.table.aggregation == "count":
        return {plan.results[0].name: None}
    if plan.table.single:
        return _named(plan, values)
    return None if all(value is None for value in values) else (_named(plan, values),)


def _aggregated(plan: Plan, values: Sequence[Any], context: Context) -> Any:
    """One value of all: a blank is 0 in a sum, and passed over by the smallest and the largest."""
    kind, type_ = plan.table.aggregation, plan.results[0].type
    if kind == "count":
        return len(values)
    known = [value for value in values if value is not None]
    if kind != "sum":
        return (min if kind == "min" else max)(known) if known else None
    if type_.kind == "real":
        total: Any = decimals.ZERO
        for value in known:
            total = decimals.add(total, value) if total is not None else None
    else:
        units = decimals.fit(sum(decimals.to_units(value, type_.scale) for value in known))
        total = None if units is None else decimals.from_units(units, type_.scale)
    if total is None:
        context.report("overflow")
    return total

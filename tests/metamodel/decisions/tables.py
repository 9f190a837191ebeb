"""Tables of the small world, read, and what Python and SQL make of them."""

from __future__ import annotations

from typing import Any

from metamodel.catalog import KINDS
from metamodel.decision_table import DecisionTable
from metamodel.decisions.checks import checked
from metamodel.decisions.plan import Plan
from metamodel.definition import Json, load
from metamodel.issues import Issue, errors
from tests.metamodel.expressions.world import ENTITIES, World


class Known(World):
    """The small world as what the checks ask of a model."""

    entities = ENTITIES


def table_of(document: Json) -> DecisionTable:
    """A table from its document."""
    table, issues = load(DecisionTable, {"label": "Table", "name": "table", **document}, KINDS)
    assert table is not None and issues == (), issues
    return table


def look(document: Json) -> tuple[Plan | None, tuple[Issue, ...]]:
    """A table as a plan, with everything found."""
    table = table_of(document)
    world: Any = Known()
    return checked(table, world, table.entity)


def plan_of(document: Json) -> Plan:
    """A table without faults."""
    plan, issues = look(document)
    assert plan is not None and not list(errors(issues)), issues
    return plan

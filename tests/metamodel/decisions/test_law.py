"""Random tables over random records: Python, SQL and the plain reading of the hit policies give the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from metamodel.decisions.checks import checked
from metamodel.decisions.compiled import compile_table
from metamodel.decisions.expression import as_expressions, condition
from metamodel.decisions.outcome import decide
from metamodel.expressions.evaluate import evaluate
from metamodel.issues import errors
from tests.metamodel.decisions.tables import Known, table_of
from tests.metamodel.expressions.databases import NAMES, connect, fill, values
from tests.metamodel.expressions.random_expressions import records
from tests.metamodel.expressions.world import context

NOTES = records(random.Random(3), 25)
POLICIES = ["unique", "first", "any", "priority", "sum", "min", "max", "count"]
NUMBER = ["0", "10", "-3.5", "100", "{other}", "{qty} * 2", "1000"]
TEXT = ['"a"', '"b"', '"坏"', "{body}", '"é"']
DAY = ["2026-01-31", "2025-06-30", "TODAY()", "{begun}", "DATE(2026, 3, 1)"]
INPUTS = {"amount": ("{amount}", NUMBER), "qty": ("{qty}", NUMBER), "kind": ("{kind}", TEXT), "due": ("{due}", DAY)}


@pytest.fixture(scope="module", params=NAMES)
def connection(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    for opened in connect(request.param):
        fill(opened, NOTES)
        yield opened


@st.composite
def cells(draw: st.DrawFn, pool: list[str]) -> str:
    one = st.sampled_from(pool)
    match draw(st.integers(0, 9)):
        case 0 | 1:
            return "-"
        case 2:
            return draw(one)
        case 3 | 4:
            return f"{draw(st.sampled_from(['<', '<=', '>', '>=', '<>', '=']))} {draw(one)}"
        case 5:
            low, high = draw(one), draw(one)
            return f"{draw(st.sampled_from('[('))}{low}..{high}{draw(st.sampled_from('])'))}"
        case 6:
            return f"{draw(one)}, > {draw(one)}, {draw(one)}"
        case 7:
            return f"not({draw(one)}, <= {draw(one)})"
        case 8:
            return "blank"
        case _:
            return f"not(blank, {draw(one)})"


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    policy = draw(st.sampled_from(POLICIES))
    chosen = draw(st.lists(st.sampled_from(sorted(INPUTS)), min_size=1, max_size=3, unique=True))
    collected = policy in ("sum", "min", "max", "count")
    results = ["1", "2.25", "-7", "40"] + (["{qty}", ""] if policy in ("unique", "first") or collected else [])
    rows = [
        {
            "when": {name: draw(cells(INPUTS[name][1])) for name in chosen},
            "then": {"level": draw(st.sampled_from(results))},
            **({"until": "2026-11-21"} if draw(st.integers(0, 9)) == 0 else {}),
        }
        for _ in range(draw(st.integers(0, 6)))
    ]
    output: dict[str, Any] = {"name": "level", "label": "Level", "type": "number"}
    if draw(st.booleans()):
        output["default"] = "99"
    if policy == "priority":
        output["values"] = [{"value": value, "label": value} for value in ("40", "1", "-7", "2.25")]
    return {
        "entity": "desk.note",
        "inputs": [{"id": name, "label": name, "expression": INPUTS[name][0]} for name in chosen],
        "outputs": [output],
        "hit_policy": "collect" if collected else policy,
        **({"aggregation": policy} if collected else {}),
        "rows": rows,
    }


@given(document=tables())
def test_python_and_sql_agree(connection: sa.Connection, document: dict[str, Any]) -> None:
    about = context()
    world: Any = Known()
    table = table_of(document)
    plan, issues = checked(table, world, table.entity)
    if document["outputs"][0].get("values") and document["outputs"][0].get("default"):
        # the default need not be among the allowed values
        assert not list(errors(issues))
    assert plan is not None, issues
    compiled = compile_table(plan)
    found = {note["id"]: decide(compiled, note, about) for note in NOTES}
    for note in NOTES:
        hits = [at for at, line in enumerate(plan.lines) if evaluate(condition(plan, line), note, about) is True]
        rows = found[note["id"]].rows
        assert sorted(rows) == hits[: 1 if document["hit_policy"] == "first" else None]
        if plan.disjoint:
            assert len(hits) < 2, "rows said never to meet do"
    nodes = as_expressions(plan)
    assert nodes is not None
    given_ = values(connection, nodes[0], about)
    expected = {
        number: outcome.values["level"] if isinstance(outcome.values, dict) else None
        for number, outcome in found.items()
    }
    assert given_ == expected, document


@given(document=tables())
def test_what_is_told_of_gaps_and_rows_is_so(document: dict[str, Any]) -> None:
    """A row called unreachable never decides, and where no gap is told every note without blanks finds a row."""
    document = {**document, "hit_policy": "first", "aggregation": "list"}
    document["outputs"] = [{"name": "level", "label": "Level", "type": "number"}]
    world: Any = Known()
    table = table_of(document)
    plan, issues = checked(table, world, table.entity)
    assert plan is not None
    about = context()
    codes = {issue.code for issue in issues}
    unreachable = {issue.path[1] for issue in issues if issue.code == "decision.unreachable"}
    unsure = "decision.not_checked" in codes
    compiled = compile_table(plan)
    for note in NOTES:
        outcome = decide(compiled, note, about)
        assert not outcome.rows or plan.lines[outcome.rows[0]].id not in unreachable
        whole = all(evaluate(column.node, note, about) is not None for column in plan.columns)
        if plan.lines and whole and "decision.gap" not in codes and not unsure:
            assert outcome.rows, document

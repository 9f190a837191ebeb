"""The shared cases of decision tables: every hit policy and form of test, in Python and on both databases."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from metamodel.decision_table import DecisionTable
from metamodel.decisions.compiled import compile_table, truth
from metamodel.decisions.expression import as_expressions, condition
from metamodel.decisions.outcome import decide, result_type, to_json
from metamodel.decisions.trial import facts
from metamodel.definition import dump, load
from metamodel.expressions.ast import to_json as tree_of
from metamodel.expressions.check import check
from metamodel.expressions.evaluate import evaluate
from metamodel.expressions.storage import to_browser
from tests.metamodel.decisions.tables import KINDS, plan_of, table_of
from tests.metamodel.expressions.databases import NAMES, chosen, connect, fill, values
from tests.metamodel.expressions.world import World, context, read

FILES = Path(__file__).parents[2] / "cases"
SHARED = json.loads((FILES / "decisions.json").read_text("utf-8"))
TREES = FILES / "expressions_decisions.json"
RECORDS = {name: read("desk.note", record) for name, record in SHARED["records"].items()}
UNARY: list[dict[str, Any]] = SHARED["unary"]
TABLES: list[dict[str, Any]] = SHARED["tables"]
CASES = [(each, case) for each in TABLES for case in each["cases"]]


def unary_name(case: dict[str, Any]) -> str:
    return f"{case['input']} {case['cell'] or 'nothing'} {case['record']}"


def case_name(case: Any) -> str:
    return case["table"]["name"] if "table" in case else case["record"]


def unary_table(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "entity": "desk.note",
        "inputs": [{"id": "value", "label": "Value", "expression": case["input"]}],
        "outputs": [{"name": "hit", "label": "Hit", "type": "boolean"}],
        "hit_policy": "first",
        "rows": [{"when": {"value": case["cell"]}, "then": {"hit": "TRUE"}}],
    }


@pytest.fixture(scope="module", params=NAMES)
def connection(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    for opened in connect(request.param):
        fill(opened, list(RECORDS.values()))
        yield opened


@pytest.mark.parametrize("case", UNARY, ids=unary_name)
def test_a_test_in_python(case: dict[str, Any]) -> None:
    plan = plan_of(unary_table(case))
    record = RECORDS[case["record"]]
    assert bool(decide(compile_table(plan), record, context()).rows) is case["holds"]
    told = truth(plan)(record, context())[0][0]
    assert told is (None if case["cell"] in ("", "-") else case["holds"])
    assert evaluate(condition(plan, plan.lines[0]), record, context()) is case["holds"]


@pytest.mark.parametrize("case", UNARY, ids=unary_name)
def test_a_test_as_sql(case: dict[str, Any], connection: sa.Connection) -> None:
    plan = plan_of(unary_table(case))
    number = RECORDS[case["record"]]["id"]
    assert (number in chosen(connection, condition(plan, plan.lines[0]), context())) is case["holds"]


@pytest.mark.parametrize(("each", "case"), CASES, ids=case_name)
def test_a_table_in_python(each: dict[str, Any], case: dict[str, Any]) -> None:
    plan = plan_of(each["table"])
    found = decide(compile_table(plan), RECORDS[case["record"]], context())
    assert to_json(plan, found) == case["expected"]
    assert [position + 1 for position in found.rows] == case["rows"]
    assert (found.issue is not None) == (case["expected"] is None and plan.table.single)


@pytest.mark.parametrize(("each", "case"), CASES, ids=case_name)
def test_a_table_decided_from_facts(each: dict[str, Any], case: dict[str, Any]) -> None:
    """What a rule does: inputs, and what varies in cells, are computed elsewhere from their texts."""
    plan = plan_of(each["table"])
    apart = facts(plan)
    record = RECORDS[case["record"]]
    known = {}
    for word, text in apart.texts.items():
        typed = check(text, World(), "desk.note")
        assert typed.ast is not None and typed.issues == (), text
        known[word] = evaluate(typed.ast, record, context())
    found = decide(compile_table(apart.plan), known, context())
    assert to_json(plan, found) == case["expected"]


@pytest.mark.parametrize(("each", "case"), CASES, ids=case_name)
def test_a_table_as_sql(each: dict[str, Any], case: dict[str, Any], connection: sa.Connection) -> None:
    plan = plan_of(each["table"])
    nodes = as_expressions(plan)
    assert (nodes is not None) is each["sql"]
    if nodes is None:
        return
    number = RECORDS[case["record"]]["id"]
    found = {
        result.name: to_browser(result_type(plan, at), values(connection, nodes[at], context())[number])
        for at, result in enumerate(plan.results)
    }
    assert found == (case["expected"] or dict.fromkeys(found))


@pytest.mark.parametrize("each", TABLES, ids=case_name)
def test_there_and_back(each: dict[str, Any]) -> None:
    table = table_of(each["table"])
    assert load(DecisionTable, json.loads(json.dumps(dump(table))), KINDS) == (table, ())


def test_the_browser_has_the_same_cases() -> None:
    """The tables as trees, in a file that the browser's test reads; FRESH=1 writes it anew."""
    trees: list[dict[str, Any]] = []
    for case in UNARY:
        plan = plan_of(unary_table(case))
        node = condition(plan, plan.lines[0])
        text = f"{case['input']} is {case['cell']}"
        trees.append({"text": text, "record": case["record"], "expected": case["holds"], "ast": tree_of(node)})
    for each, case in CASES:
        plan = plan_of(each["table"])
        for at, node in enumerate(as_expressions(plan) or ()):
            name = plan.results[at].name
            expected = case["expected"][name] if case["expected"] else None
            text = f"{each['table']['name']} {name}"
            trees.append({"text": text, "record": case["record"], "expected": expected, "ast": tree_of(node)})
    lines = ",\n  ".join(json.dumps(tree, ensure_ascii=False) for tree in trees)
    content = f'{{\n "records": {json.dumps(SHARED["records"], ensure_ascii=False)},\n "cases": [\n  {lines}\n ]\n}}\n'
    if os.environ.get("FRESH"):
        TREES.write_text(content, "utf-8")
    assert TREES.read_text("utf-8") == content

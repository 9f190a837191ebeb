"""What the check refuses beyond the shared cases: depth, length, the type a place asks for, trees without types."""

from __future__ import annotations

import pytest

from metamodel.expressions import sql
from metamodel.expressions.ast import from_json
from metamodel.expressions.check import check
from metamodel.expressions.evaluate import evaluate
from metamodel.expressions.functions import FUNCTIONS
from metamodel.expressions.paths import Reference
from metamodel.expressions.tables import Joins
from metamodel.expressions.types import BOOLEAN, DATETIME, INTEGER, TEXT, Type
from tests.metamodel.expressions.world import TABLES, World, WorldTables, context

DEEP = {
    "ABS({qty} + {})": "{qty}",
    "ROUND({} / 3, 2)": "{qty}",
    "IF({done}, {}, 2)": "1",
    "IF({done}, 2, {})": "1",
    'LEFT({} & "x", 5)': "{title}",
    "AND({done}, OR({open}, {}))": "{done}",
    "NOT({})": "{done}",
    "({} * {ratio})": "{qty}",
    "{qty} + {}": "{qty}",
    "({})": "{qty}",
    "{title} & {}": "{title}",
    "SUBSTITUTE({}, {kind}, {body})": "{title}",
    "MAX(1, {})": "{qty}",
    "EDATE({}, {qty})": "{due}",
}


@pytest.mark.parametrize("text", DEEP)
def test_whatever_is_too_deep_is_refused_and_the_rest_compiles(text: str) -> None:
    """At every depth: either one issue, or SQL."""
    found = DEEP[text]
    for _ in range(120):
        found = text.replace("{}", found)
        checked = check(found, World(), "desk.note")
        if checked.issues:
            assert [issue.code for issue in checked.issues] in (["expressions.too_deep"], ["expressions.too_long"])
            continue
        assert checked.ast is not None
        source = TABLES["desk.note"].alias("n")
        str(sql.compile(checked.ast, WorldTables(), context(), source, Joins(tables=WorldTables())))
        evaluate(checked.ast, {"id": 1}, context())


def test_a_hostile_text_is_refused() -> None:
    for text in ("(" * 4000 + "1" + ")" * 4000, "-" * 7000 + "1", "1" + "+1" * 3900, "x" * 9000, "NOT(" * 1500):
        assert check(text, World(), "desk.note").issues


@pytest.mark.parametrize(
    ("text", "expect", "code"),
    [
        ("{amount}", BOOLEAN, "expressions.result_type"),
        ("{amount}", INTEGER, None),
        ("{title}", TEXT, None),
        ("{amount}", TEXT, "expressions.result_type"),
        ("{due}", DATETIME, None),
        ('""', BOOLEAN, None),
    ],
)
def test_the_place_asks_for_a_type(text: str, expect: Type, code: str | None) -> None:
    found = check(text, World(), "desk.note", expect)
    assert [issue.code for issue in found.issues] == ([code] if code else [])


def test_a_tree_without_types_is_typed() -> None:
    """What the condition builder makes: paths, names and values only."""
    tree = {
        "kind": "call",
        "name": "AND",
        "args": [
            {
                "kind": "call",
                "name": ">",
                "args": [{"kind": "ref", "path": ["amount"]}, {"kind": "literal", "value": 5}],
            },
            {
                "kind": "call",
                "name": "ANY",
                "args": [
                    {"kind": "ref", "path": ["lines"]},
                    {
                        "kind": "call",
                        "name": "=",
                        "args": [{"kind": "ref", "path": ["lines", "kind"]}, {"kind": "literal", "value": "a"}],
                    },
                ],
            },
        ],
    }
    found = check(from_json(tree), World(), "desk.note")
    assert found.ast == check('AND({amount} > 5, ANY({lines}, {lines.kind} = "a"))', World(), "desk.note").ast


def test_references_are_all_steps() -> None:
    found = check("SUM({lines.amount}) + {team.region.rank}", World(), "desk.note")
    assert found.references == (
        Reference(entity="desk.note", name="lines"),
        Reference(entity="desk.line", name="amount"),
        Reference(entity="desk.note", name="team"),
        Reference(entity="desk.team", name="region"),
        Reference(entity="desk.region", name="rank"),
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_its_words_and_a_sound_example(name: str) -> None:
    entry = FUNCTIONS[name]
    assert entry.doc["zh-CN"] and entry.doc["en"]

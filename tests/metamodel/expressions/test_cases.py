"""The shared cases: evaluated, as SQL on both databases, and ready for the browser, which has no parser."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from metamodel.expressions.ast import from_json, to_json
from metamodel.expressions.check import Checked, check
from metamodel.expressions.evaluate import evaluate
from metamodel.expressions.storage import to_browser
from metamodel.expressions.types import BOOLEAN
from metamodel.expressions.write import to_text
from metamodel.issues import wording
from tests.metamodel.expressions.databases import NAMES, chosen, connect, fill, values
from tests.metamodel.expressions.world import World, context, read

FILES = Path(__file__).parents[2] / "cases"
SHARED = json.loads((FILES / "expressions.json").read_text("utf-8"))
TREES = FILES / "expressions_trees.json"
CASES: list[dict[str, Any]] = SHARED["cases"]
RECORDS = {name: read("desk.note", record) for name, record in SHARED["records"].items()}
DEFAULT_ZONE = "Asia/Shanghai"


def name_of(case: dict[str, Any]) -> str:
    return f"{case.get('record', '')} {case['text']}"


def checked(case: dict[str, Any]) -> Checked:
    found = check(case["text"], World(), "desk.note")
    assert found.issues == ()
    assert str(found.type) == case["type"]
    return found


@pytest.fixture(scope="module", params=NAMES)
def connection(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    for opened in connect(request.param):
        fill(opened, list(RECORDS.values()))
        yield opened


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_evaluated(case: dict[str, Any]) -> None:
    node = checked(case).ast
    assert node is not None
    about = context(case.get("zone", DEFAULT_ZONE))
    found = evaluate(node, RECORDS[case["record"]], about)
    assert to_browser(node.type, found) == case["expected"]
    assert [issue.code for issue in about.issues] == ([case["issue"]] if "issue" in case else [])


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_as_sql(case: dict[str, Any], connection: sa.Connection) -> None:
    node = checked(case).ast
    assert node is not None
    number = RECORDS[case["record"]]["id"]
    about = context(case.get("zone", DEFAULT_ZONE))
    assert to_browser(node.type, values(connection, node, about)[number]) == case["expected"]
    if node.type == BOOLEAN:
        assert (number in chosen(connection, node, about)) is (case["expected"] is True)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_there_and_back(case: dict[str, Any]) -> None:
    """JSON keeps everything, typing again changes nothing, and what is written from a tree means the same."""
    node = checked(case).ast
    assert node is not None
    assert from_json(json.loads(json.dumps(to_json(node)))) == node
    assert check(node, World(), "desk.note").ast == node
    again = check(to_text(node), World(), "desk.note")
    assert again.ast is not None and again.issues == ()
    about = context(case.get("zone", DEFAULT_ZONE))
    assert to_browser(again.type, evaluate(again.ast, RECORDS[case["record"]], about)) == case["expected"]


@pytest.mark.parametrize("case", SHARED["refused"], ids=name_of)
def test_refused(case: dict[str, Any]) -> None:
    """Each fault gives one issue, at its place, with words in both languages."""
    found = check(case["text"], World(), "desk.note")
    assert len(found.issues) == 1
    issue = found.issues[0]
    where = {"issue": issue.code, "line": issue.arguments["line"], "column": issue.arguments["column"]}
    assert where == {name: case[name] for name in where}
    for locale in ("zh-CN", "en"):
        message, hint = wording(issue, locale)
        assert message != issue.code and hint and "…" not in message.replace("(…", "") + hint.replace("(…", "")


def test_the_browser_has_the_same_cases() -> None:
    """The trees of all cases, in a file of their own; FRESH=1 writes it anew."""
    trees = []
    for case in CASES:
        node = checked(case).ast
        assert node is not None
        trees.append({**case, "ast": to_json(node)})
    lines = ",\n  ".join(json.dumps(tree, ensure_ascii=False) for tree in trees)
    text = f'{{\n "records": {json.dumps(SHARED["records"], ensure_ascii=False)},\n "cases": [\n  {lines}\n ]\n}}\n'
    if os.environ.get("FRESH"):
        TREES.write_text(text, "utf-8")
    assert TREES.read_text("utf-8") == text

"""DMN there and back: canonical tables decided as the standard says, files of this house the same again, faults told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from metamodel.catalog import KINDS
from metamodel.decision_table import DecisionTable
from metamodel.definition import dump, load
from metamodel.dmn.feel import read_expression, read_unary
from metamodel.dmn.read import from_dmn
from metamodel.dmn.said import cell_in_feel, value_in_feel
from metamodel.dmn.write import to_dmn
from metamodel.errors import Invalid
from metamodel.issues import wording
from tests.metamodel.decisions.tables import table_of
from tests.metamodel.decisions.test_cases import TABLES
from tests.metamodel.dmn.files import CASES, HEAD, data, decision, dmn

SEEDS = sorted((Path(__file__).parents[3] / "seed_apps").glob("*/decision_tables/*.json"))


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LANG", "en_US.UTF-8")


def decide(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str) -> tuple[Any, str, int]:
    """What the command prints, says and ends with."""
    status = 0
    try:
        main(["decide", str(path), *arguments])
    except SystemExit as end:
        status = int(end.code or 0)
    out, err = capsys.readouterr()
    return (json.loads(out) if out else None), err, status


@pytest.mark.parametrize(("name", "file", "values", "expected"), CASES, ids=[case[0] for case in CASES])
def test_tables_decide_as_the_standard_says(
    name: str, file: str, values: Any, expected: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "d.dmn"
    path.write_bytes(dmn(file))
    found, said, status = decide(capsys, path, "--decision", "d", "--input", json.dumps(values))
    if expected is ValueError:
        assert found is None and status == 1 and "rows" in said.lower()
    else:
        assert (found, status) == (expected, 0), said
    # What is imported and exported again decides alike, with and without what this house adds.
    taken, issues = from_dmn(dmn(file), KINDS)
    assert issues == ()
    text, told = to_dmn([table_of(taken[0].document)], "again")
    assert told == ()
    for again in (text, re.sub(r"<extensionElements>.*?</extensionElements>", "", text, flags=re.DOTALL)):
        path.write_text(again, "utf-8")
        named = {taken[0].given[key]: value for key, value in values.items()}
        second, _, ended = decide(capsys, path, "--input", json.dumps(named))
        if isinstance(expected, dict):
            assert second == {table: expected[key] for table, key in taken[0].results.items()}
        elif expected is not ValueError:
            assert second == expected
        assert ended == status


FAR = (
    ("{cost}", {"cost": 7}, "dear", 0),
    ("{cost}", {"cost": 3}, "cheap", 0),
    ("SUM({lines.amount})", {"cost": 7}, None, 1),
)


@pytest.mark.parametrize(("looks_at", "values", "expected", "status"), FAR, ids=["dear", "cheap", "of its lines"])
def test_a_table_about_records_decides_without_them_by_values(
    looks_at: str, values: Any, expected: Any, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = {
        "name": "d", "label": "D", "entity": "job", "inputs": [{"id": "c", "label": "C", "expression": looks_at}],
        "outputs": [{"name": "sort", "label": "Sort", "type": "text"}],
        "rows": [{"id": "a", "when": {"c": ">= 5"}, "then": {"sort": '"dear"'}}, {"id": "b", "when": {"c": "< 5"}, "then": {"sort": '"cheap"'}}],
    }  # fmt: skip
    path = tmp_path / "d.dmn"
    path.write_text(to_dmn([table_of(table)], "far")[0], "utf-8")
    found, said, ended = decide(capsys, path, "--decision", "d", "--input", json.dumps(values))
    assert (found, ended) == (expected, status) and (status == 0 or "application" in said), said


def tables() -> list[DecisionTable]:
    seeds = [load(DecisionTable, json.loads(path.read_text("utf-8")), KINDS)[0] for path in SEEDS]
    return [table_of(each["table"]) for each in TABLES] + [table for table in seeds if table is not None]


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_there_and_back(table: DecisionTable, locale: str) -> None:
    text, _ = to_dmn([table], "file", locale)
    taken, issues = from_dmn(text.encode(), KINDS)
    assert issues == ()
    assert load(DecisionTable, taken[0].document, KINDS) == (table, ())


def test_several_tables_in_one_file() -> None:
    text, _ = to_dmn(tables(), "all")
    taken, issues = from_dmn(text.encode(), KINDS)
    assert issues == () and [dump(load(DecisionTable, one.document, KINDS)[0]) for one in taken] == [dump(one) for one in tables()]


STRANGE = st.text(max_size=12)


@settings(max_examples=60, deadline=None)
@given(label=STRANGE, note=STRANGE, cell=STRANGE, value=STRANGE, given_=STRANGE)
def test_there_and_back_whatever_stands_in_it(label: str, note: str, cell: str, value: str, given_: str) -> None:
    table = table_of({
        "label": {"zh-CN": label, "en": note}, "description": note, "parameters": [{"name": "a", "label": label}],
        "inputs": [{"id": "x", "label": note, "expression": cell}], "outputs": [{"name": "y", "label": label, "default": value}],
        "rows": [{"when": {"x": cell}, "then": {"y": value}, "note": note, "since": "2026-01-01"}, {"id": label or "r", "note": given_}],
        "tests": [{"given": {"a": given_}, "expected": {"y": value}}],
    })  # fmt: skip
    text, _ = to_dmn([table], label)
    taken, _ = from_dmn(text.encode(), KINDS)
    assert load(DecisionTable, taken[0].document, KINDS) == (table, ())


def test_what_another_program_changed_counts_and_the_rest_stays() -> None:
    table = table_of({
        "label": {"zh-CN": "费", "en": "Fee"}, "parameters": [{"name": "weight", "label": {"zh-CN": "重量", "en": "Weight"}, "type": "number"}],
        "inputs": [{"id": "w", "label": {"zh-CN": "重量", "en": "Weight"}, "expression": "{weight}"}],
        "outputs": [{"name": "fee", "label": {"zh-CN": "费用", "en": "Fee"}, "type": "number"}],
        "rows": [{"id": "light", "when": {"w": "<10"}, "then": {"fee": "5"}, "since": "2026-01-01"}, {"id": "heavy", "when": {"w": ">= 10"}, "then": {"fee": "8"}}],
        "tests": [{"on": "2026-02-01", "given": {"weight": 3}, "expected": {"fee": 5}}],
    })  # fmt: skip
    text, told = to_dmn([table], "fees")
    assert [issue.code for issue in told] == ["dmn.days"]
    changed = text.replace("<text>8</text>", "<text>9</text>").replace('hitPolicy="UNIQUE"', 'hitPolicy="FIRST"')
    taken, _ = from_dmn(changed.encode(), KINDS)
    document = taken[0].document
    assert document["rows"] == [dump(table)["rows"][0], {**dump(table)["rows"][1], "then": {"fee": "9"}}]
    assert document["hit_policy"] == "first" and document["tests"] == dump(table)["tests"]
    assert document["inputs"] == dump(table)["inputs"] and document["label"] == dump(table)["label"]


UNSAID = [
    ('contains(?, "x")', "feel.unexpected"), ('duration("P1D")', "feel.no_function"),
    ("1,", "feel.unfinished"), ('date and time("2026-01-01T10:00:00")', "feel.no_literal"), ("(" * 90 + "1" + ")" * 90, "feel.too_deep"),
    ("[1, 2, 3]", "feel.unexpected"), ("> null", "feel.not_here"), ("#", "feel.unexpected"), ('"open', "feel.unexpected"),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "code"), UNSAID)
def test_what_cannot_be_said_is_told_and_kept(cell: str, code: str) -> None:
    file = data("score", "number") + decision("d", "FIRST", [("score", "number")], [("y", "string", "")], [[cell, '"a"'], ["-", '"b"']], needs=("score",))
    taken, issues = from_dmn(dmn(file), KINDS)
    told = [(issue.code, issue.path) for issue in issues if issue.code.startswith("feel")]
    assert told == [(code, ("d", "#1", "score"))]
    assert list(taken[0].document["rows"][0]["when"].values()) == [cell]
    for issue in issues:
        for locale in ("zh-CN", "en"):
            assert "…" not in " ".join(wording(issue, locale))


def test_logic_that_is_no_table_is_told() -> None:
    literal = '<decision id="x" name="Sum"><literalExpression><text>1 + 1</text></literalExpression></decision>'
    model = '<businessKnowledgeModel id="b" name="Model"/>'
    needing = decision("d", "FIRST", [("Sum", "")], [("y", "string", "")], [["> 1", '"a"']]).replace(
        "<decisionTable", '<informationRequirement><requiredDecision href="#x"/></informationRequirement><decisionTable'
    )
    taken, issues = from_dmn(dmn(literal, model, needing), KINDS)
    assert [one.name for one in taken] == ["d"]
    assert [(issue.code, issue.path[0]) for issue in issues] == [("dmn.not_a_table", "Sum"), ("dmn.left_out", "Model"), ("dmn.required_decision", "d")]


BOMB = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><definitions>&b;</definitions>'
FAULTY = [
    (BOMB, "dmn.doctype"), ('<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>', "dmn.doctype"), ("<definitions", "dmn.not_xml"),
    ("", "dmn.not_xml"), ("{}", "dmn.not_xml"), ("<a/>", "dmn.not_dmn"), ("<a>" * 100, "dmn.too_deep"),
    ('<definitions xmlns="http://example.org/other"/>', "dmn.not_dmn"), ("x" * 5_000_001, "dmn.too_large"),
    ('<?xml version="1.0" encoding="nonsense"?><a/>', "dmn.not_xml"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), FAULTY, ids=[f"{number} {code}" for number, (_, code) in enumerate(FAULTY)])
def test_no_file_does_harm(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_dmn(text.encode(), KINDS)
    assert refused.value.issues[0].code == code


def test_the_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two = tmp_path / "two.dmn"
    two.write_bytes(dmn(*(decision(name, "FIRST", [("x", "number")], [("y", "number", "")], [["-", name[-1]]]) for name in ("d1", "d2"))))
    assert decide(capsys, two, "--decision", "d2", "--input", '{"x": 1}') == (2, "", 0)
    wrong = [
        ((two,), "--decision"), ((two, "--decision", "d3"), "d1, d2"), ((tmp_path / "none.dmn",), "none.dmn"),
        ((two, "--decision", "d1", "--input", "[]"), "JSON object"), ((two, "--decision", "d1", "--input", '{"z": 1}'), "“z”"),
        ((two, "--decision", "d1", "--input", '{"x": "much"}'), "“much”"), ((two, "--decision", "d1", "--on", "2026-02-30"), "2026-02-30"),
    ]  # fmt: skip
    for arguments, said in wrong:
        found, told, status = decide(capsys, *arguments)
        assert (found, status) == (None, 1) and said in told, arguments
        assert "Traceback" not in told
    empty = tmp_path / "empty.dmn"
    empty.write_text(HEAD + "</definitions>")
    assert decide(capsys, empty)[2] == 1
    bad = tmp_path / "bad.json"
    bad.write_text("[1]")
    assert decide(capsys, bad)[2] == 1


def test_the_applications_own_tables_are_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in SEEDS:
        table = load(DecisionTable, json.loads(path.read_text("utf-8")), KINDS)[0]
        assert table is not None
        for test in table.tests:
            day = ("--on", test.on) if test.on else ()
            found, said, status = decide(capsys, path, "--input", json.dumps(test.given), *day)
            assert (found, status) == (test.expected, 0), said
    alone = tmp_path / "alone.json"
    alone.write_bytes(SEEDS[0].read_bytes())
    assert decide(capsys, alone)[2] == 1


CELLS = ["-", "10", "> 100", "[1..2)", "(1..2]", '"a", "b"', 'not("a")', "blank", "2026-01-31", "TRUE", "< {limit} * 2", "1, > 5"]
VALUES = ['"a ""b"""', "1 + 2 * 3", "(1 + 2) * 3", "IF({x} > 1, 2, 3)", "DATE(2026, 1, 2)", "-{x}", "1 - (2 - 3)", "UPPER({x})", "TODAY()", "AND({x} = 1, OR({y} < 2, NOT({z} = 3)))"]


@pytest.mark.parametrize("cell", CELLS)
def test_cells_in_feel(cell: str) -> None:
    said = cell_in_feel(cell)
    assert said is not None and (read_unary(said, {"limit": "limit"}) or "-") == cell


@pytest.mark.parametrize("value", VALUES)
def test_values_in_feel(value: str) -> None:
    said = value_in_feel(value)
    names = {name: name for name in "xyz"}
    assert said is not None
    back = read_expression(said, names)
    assert value_in_feel(back) == said

"""What is said of a table before it is published: faults at their cells, gaps, overlaps, rows never reached, tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from metamodel.decisions.space import Piece, pieces, spoken
from metamodel.expressions.types import TEXT
from metamodel.issues import texts, wording
from tests.metamodel.decisions.tables import look


def document(*cells: Any, policy: str = "unique", column: str = "{amount}", **more: Any) -> dict[str, Any]:
    """A table with one input and a text for each row."""
    return {
        "entity": "desk.note",
        "inputs": [{"id": "x", "label": {"zh-CN": "金额", "en": "Amount"}, "expression": column}],
        "outputs": [{"name": "level", "label": "Level", "type": "text"}],
        "hit_policy": policy,
        "rows": [
            {"when": {"x": cell}, "then": {"level": f'"r{at}"'}} if isinstance(cell, str) else cell
            for at, cell in enumerate(cells)
        ],
        **more,
    }


def said(found: Any) -> list[tuple[str, str, str]]:
    """Code, place and English words of every issue."""
    return [(issue.code, "/".join(map(str, issue.path)), wording(issue, "en")[0]) for issue in found]


def codes(table: dict[str, Any]) -> list[tuple[str, str]]:
    return [(code, place) for code, place, _ in said(look(table)[1])]


FAULTS = [
    ("> > 1", "expressions.unexpected"),
    ('"a"', "expressions.not_comparable"),
    ("[1..", "unary.unfinished"),
    ("[1..2", "unary.unclosed"),
    ("< ", "unary.unfinished"),
    ("1,", "unary.unfinished"),
    ("> {amuont}", "expressions.unknown_name"),
    ("2026-02-30", "unary.no_such_day"),
    ("2026-02-03", "expressions.not_comparable"),
    ("CUONT(1)", "expressions.unknown_function"),
    ("not(1) 2", "expressions.unexpected"),
    ("gold", "expressions.bare_word"),
]


@pytest.mark.parametrize(("cell", "code"), FAULTS)
def test_a_faulty_cell_is_told_at_the_cell(cell: str, code: str) -> None:
    plan, issues = look(document("1", cell))
    assert plan is None
    assert [(issue.code, issue.path) for issue in issues] == [(code, ("rows", "row_2", "when", "x"))]
    for locale in ("zh-CN", "en"):
        message, _ = wording(issues[0], locale)
        assert message != code and "…" not in message.replace("(…", "")


def test_outputs_are_checked() -> None:
    rows = [{"when": {}, "then": {"level": "5"}}, {"when": {"y": "1"}, "then": {"level": '"x" &'}}]
    assert codes(document(*rows)) == [
        ("decision.no_column", "rows/row_2/when/y"),
        ("expressions.result_type", "rows/row_1/then/level"),
        ("expressions.unfinished", "rows/row_2/then/level"),
    ]
    outputs = [{"name": "level", "label": "L", "type": "text", "values": [{"value": "r0", "label": "Zero"}]}]
    assert codes(document("1", "2", outputs=outputs))[0] == ("decision.not_allowed", "rows/row_2/then/level")
    number = [{"name": "level", "label": "L", "type": "number", "values": [{"value": "much", "label": "Much"}]}]
    assert codes(document(outputs=number))[0] == ("decision.bad_allowed", "outputs/level/values/much")


def test_the_table_as_a_whole() -> None:
    assert codes({"inputs": [], "outputs": []}) == [
        ("decision.no_inputs", "inputs"),
        ("decision.no_outputs", "outputs"),
    ]
    assert codes(document(column="")) == [("decision.no_expression", "inputs/x/expression")]
    assert codes(document(column="{lines}")) == [("expressions.many_outside_aggregate", "inputs/x/expression")]
    assert codes(document(column='""')) == [("decision.no_value", "inputs/x/expression")]
    assert codes(document(policy="priority")) == [("decision.no_priority", "hit_policy")]
    two = [{"name": name, "label": name, "type": "number"} for name in ("a", "b")]
    assert codes(document(policy="collect", aggregation="sum", outputs=two)) == [("decision.one_output", "aggregation")]
    assert codes(document(policy="collect", aggregation="sum")) == [("decision.not_number", "aggregation")]
    wrong = [{"when": {}, "since": "soon"}, {"when": {}, "since": "2026-02-01", "until": "2026-01-01"}]
    assert codes(document(*wrong)) == [
        ("decision.not_a_day", "rows/row_1/since"),
        ("decision.ends_before", "rows/row_2/until"),
    ]


GAPS = [
    (("< 10", ">= 10"), []),
    (("< 10", "> 10"), ["No row is for: Amount 10"]),
    (("[0..10]", "(20..30)"), ["No row is for: Amount < 0, > 10 and ≤ 20, ≥ 30"]),
    (("<= 9.99", ">= 10"), []),
    (("< 2500", ">= 3000"), ["No row is for: Amount ≥ 2,500 and < 3,000"]),
    (("-",), []),
    (("not(5)",), ["Amount 5"]),
]


@pytest.mark.parametrize(("cells", "gaps"), GAPS)
def test_gaps_are_exact(cells: tuple[str, ...], gaps: list[str]) -> None:
    found = [words for code, place, words in said(look(document(*cells))[1]) if code == "decision.gap"]
    assert len(found) == len(gaps)
    assert all(gap in words for gap, words in zip(gaps, found, strict=True)), found


def test_gaps_among_other_types() -> None:
    def gap(*cells: str, column: str) -> list[str]:
        return [words for code, _, words in said(look(document(*cells, column=column))[1]) if code == "decision.gap"]

    assert gap("TRUE", column="{done}") == ["No row is for: Amount no"]
    assert gap("TRUE", "FALSE", column="{done}") == []
    assert gap("<= 4", ">= 5", column="{qty}") == []
    assert gap("<= 2026-01-31", ">= 2026-02-01", column="{due}") == []
    assert gap("< 2026-01-31", "> 2026-01-31", column="{due}") == ["No row is for: Amount 2026-01-31"]
    assert gap('"a"', 'not("a")', column="{kind}") == []
    assert gap('"a"', '"b"', column="{kind}") != []
    assert gap("<= 1", "> 1", column="{ratio}") == []
    assert gap("1", "not(1)", column="{team}") == []


def test_findings_speak_as_the_cells_do() -> None:
    found = look(document("< 2500", ">= 3000"))[1]
    assert "金额 ≥ 2,500 且 < 3,000" in wording(next(one for one in found if one.code == "decision.gap"), "zh-CN")[0]
    space = pieces(TEXT, (), ("high", "low"))
    labels: dict[str, Any] = {"high": {"zh-CN": "紧急", "en": "High"}, "low": "Low"}
    blank, high, low = (1 << at for at in range(len(space)))
    assert spoken(space, blank | high, labels, "zh-CN") == "空、紧急"
    assert spoken(space, high, labels, "en") == "High"
    assert spoken(space, high | low, labels, "en") == "", "all but the blank goes without saying"
    assert spoken(pieces(TEXT, ()), 1, {}, "en") == "blank"
    half, more = Decimal("0.5"), Decimal("0.75")
    shares = (Piece(sample=half, low=half, high=more, single=False), Piece(sample=more, low=more, high=None, single=True))
    assert spoken(shares, 1, {}, "en", percent=True) == "> 50% and < 75%" and spoken(shares, 1, {}, "en") == "> 0.5 and < 0.75"


def test_two_inputs_leave_a_corner() -> None:
    table = document(policy="first")
    table["inputs"].append({"id": "y", "label": "Kind", "expression": "{done}"})
    table["rows"] = [{"when": {"x": "< 10"}}, {"when": {"y": "TRUE"}}]
    found = said(look(table)[1])
    assert [words for code, _, words in found if code == "decision.gap"] == ["No row is for: Amount ≥ 10, Kind no"]
    table["outputs"][0]["default"] = '"rest"'
    assert "decision.gap" not in [code for code, _, _ in said(look(table)[1])]


def test_overlaps_duplicates_and_rows_never_reached() -> None:
    found = said(look(document("<= 10", ">= 10"))[1])
    assert found == [("decision.overlap_unique", "rows/row_2", "It overlaps with row 1: Amount 10")]
    assert ("decision.duplicate", "rows/row_3") in codes(document("< 10", ">= 10", "< 10"))
    assert ("decision.unreachable", "rows/row_3") in codes(document("< 10", ">= 10", "5", policy="first"))
    assert ("decision.unreachable", "rows/row_3") in codes(document("[0..5]", "[5..10]", "[1..9]", policy="first"))
    assert "decision.unreachable" not in dict(codes(document("[0..5]", "[5..10]", "[1..11]", policy="first")))
    assert ("decision.never", "rows/row_1/when/x") in codes(document("[20..10]"))
    assert look(document("< 10", ">= 10"))[0].disjoint  # type: ignore[union-attr]
    assert not look(document("<= 10", ">= 10"))[0].disjoint  # type: ignore[union-attr]
    same = [{"when": {"x": "<= 10"}, "then": {"level": '"a"'}}, {"when": {"x": ">= 10"}, "then": {"level": '"a"'}}]
    assert codes(document(*same, policy="any")) == []
    same[1]["then"] = {"level": '"b"'}
    assert codes(document(*same, policy="any")) == [("decision.overlap_any", "rows/row_2")]


def test_days_keep_rows_apart() -> None:
    rows = [
        {"when": {}, "then": {"level": '"old"'}, "until": "2025-12-31"},
        {"when": {}, "then": {"level": '"new"'}, "since": "2026-01-01"},
    ]
    assert codes(document(*rows)) == []
    rows[1]["since"] = "2025-12-31"
    assert ("decision.duplicate", "rows/row_2") not in codes(document(*rows))
    assert ("decision.overlap_unique", "rows/row_2") in codes(document(*rows))
    rows[1]["since"] = "2026-02-01"
    assert ("decision.gap", "rows") in codes(document(*rows))


def test_what_is_not_constant_is_said_not_guessed() -> None:
    found = codes(document("< {other}", ">= {other}"))
    assert found == [("decision.not_checked", "rows/row_1/when/x"), ("decision.not_checked", "rows/row_2/when/x")]


def test_a_large_table_is_checked_quickly() -> None:
    cells = [f"[{at}..{at + 1})" for at in range(300)]
    assert [code for code, _ in codes(document(*cells))] == ["decision.gap"]


def check(expected: Any, given: Any = None, policy: str = "unique", **more: Any) -> list[str]:
    test = {"given": {"x": 5} if given is None else given, "expected": expected, **more}
    outputs = [{"name": "level", "label": "Level", "type": "text", "default": '"none"'}]
    return [
        words
        for code, place, words in said(
            look(document("< 10", "[10..20]", policy=policy, outputs=outputs, tests=[test]))[1]
        )
        if place.startswith("tests")
    ]


def test_tests_run() -> None:
    assert check({"level": "r0"}) == []
    assert check({"level": "r1"}, {"x": "10.00"}) == []
    assert check({"level": "none"}, {}) == []
    assert check({"level": "r1"}) == ["It gives Level r0 instead of Level r1 (rows that hit: 1)"]
    assert check([{"level": "r0"}], policy="collect") == []
    assert check([{"level": "r0"}], policy="rule_order") == []
    assert check([], policy="rule_order") != []
    assert check({"level": "r0"}, {"x": "many"}) == ["“Amount” wants a number, not “many”"]
    assert check({"level": "r0"}, {"z": 1}) == ["The table asks for no “z”"]
    assert check({"levle": "r0"}) == ["The table gives no “levle”"]
    assert check("r0") == ["The outcome expected is to be written by output"]


def test_a_test_of_a_dated_table_says_its_day() -> None:
    rows = [
        {"when": {}, "then": {"level": '"old"'}, "until": "2025-12-31"},
        {"when": {}, "then": {"level": '"new"'}, "since": "2026-01-01"},
    ]
    test: dict[str, Any] = {"given": {"x": 1}, "expected": {"level": "new"}}
    assert codes(document(*rows, tests=[test])) == [("decision.test_day", "tests/test_1/on")]
    assert codes(document(*rows, tests=[{**test, "on": "2026-01-01"}])) == []
    assert codes(document(*rows, tests=[{**test, "on": "2025-12-31"}])) == [
        ("decision.test_fails", "tests/test_1/expected")
    ]


def test_parameters_instead_of_records() -> None:
    table = {
        "parameters": [{"name": "amount", "label": "Amount", "type": "number"}, {"name": "kind", "label": "Kind"}],
        "inputs": [{"id": "x", "label": "Twice", "expression": "{amount} * 2"}, {"id": "k", "expression": "{kind}"}],
        "outputs": [{"name": "fee", "label": "Fee", "type": "number"}],
        "hit_policy": "first",
        "rows": [
            {"when": {"x": "> 100", "k": '"a"'}, "then": {"fee": "{amount} / 10"}},
            {"when": {}, "then": {"fee": "1"}},
        ],
        "tests": [
            {"given": {"amount": 60, "kind": "a"}, "expected": {"fee": 6}},
            {"given": {"amount": 50, "kind": "a"}, "expected": {"fee": 1}},
            {"given": {}, "expected": {"fee": 1}},
        ],
    }
    assert codes(table) == []
    table["tests"][0]["given"]["amount"] = 70  # type: ignore[index]
    assert codes(table) == [("decision.test_fails", "tests/test_1/expected")]


def test_both_languages_say_the_same_things() -> None:
    chinese, english = (
        {key for key in texts(locale) if key.startswith(("decision.", "unary."))} for locale in ("zh-CN", "en")
    )
    assert chinese == english and len(chinese) > 30

"""DMN files written by hand, as other programs write them: every hit policy and aggregation, with what the standard expects."""

from __future__ import annotations

from typing import Any

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
    'namespace="http://example.org">'
)


def dmn(*decisions: str) -> bytes:
    """A file."""
    return (HEAD + "".join(decisions) + "</definitions>").encode()


def data(name: str, type_: str = "") -> str:
    """A value that is given."""
    told = f' typeRef="{type_}"' if type_ else ""
    return f'<inputData id="i_{name.replace(" ", "_")}" name="{name}"><variable name="{name}"{told}/></inputData>'


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def decision(
    name: str,
    policy: str,
    inputs: list[tuple[str, str]],
    outputs: list[tuple[str, str, str]],
    rules: list[list[str]],
    *,
    aggregation: str = "",
    default: str = "",
    needs: tuple[str, ...] = (),
) -> str:
    """A decision with a table: inputs are (expression, type), outputs (name, type, allowed values), rules their cells."""
    attribute = f' aggregation="{aggregation}"' if aggregation else ""
    parts = [f'<decision id="{name.replace(" ", "_")}_id" name="{name}"><variable name="{name}"/>']
    parts += [
        f'<informationRequirement><requiredInput href="#i_{one.replace(" ", "_")}"/></informationRequirement>' for one in needs
    ]
    parts.append(f'<decisionTable hitPolicy="{policy}"{attribute}>')
    for number, (text, type_) in enumerate(inputs):
        told = f' typeRef="{type_}"' if type_ else ""
        parts.append(f'<input id="In{number}"><inputExpression{told}><text>{escaped(text)}</text></inputExpression></input>')
    for called, type_, values in outputs:
        allowed = f"<outputValues><text>{escaped(values)}</text></outputValues>" if values else ""
        given = f"<defaultOutputEntry><text>{escaped(default)}</text></defaultOutputEntry>" if default else ""
        named = f' name="{called}"' if called else ""
        parts.append(f'<output id="Out_{called}"{named} typeRef="{type_}">{allowed}{given}</output>')
    for cells in rules:
        when = "".join(f"<inputEntry><text>{escaped(cell)}</text></inputEntry>" for cell in cells[: len(inputs)])
        then = "".join(f"<outputEntry><text>{escaped(cell)}</text></outputEntry>" for cell in cells[len(inputs) :])
        parts.append(f"<rule>{when}{then}</rule>")
    return "".join([*parts, "</decisionTable></decision>"])


GRADES = [["< 10", '"low"', "1"], [">= 5", '"high"', "2"], ["[8..20)", '"mid"', "4"]]
NUMBER = [("score", "number")]
ONE = [("grade", "string", '"high", "mid", "low"')]
POINTS = [("points", "number", "")]
word = [[row[0], row[1]] for row in GRADES]
worth = [[row[0], row[2]] for row in GRADES]
both = [("grade", "string", '"high", "mid", "low"'), ("points", "number", "")]

#: a decision, the input, what DMN 1.5 (8.2.11) says comes of it; an exception is an error
CASES: list[tuple[str, str, dict[str, Any], Any]] = [
    ("unique", decision("d", "UNIQUE", NUMBER, ONE, [["< 5", '"low"'], [">= 5", '"high"']]), {"score": 5}, "high"),
    ("unique none", decision("d", "UNIQUE", NUMBER, ONE, [["< 5", '"low"']]), {"score": 5}, None),
    ("unique default", decision("d", "UNIQUE", NUMBER, ONE, [["< 5", '"low"']], default='"mid"'), {"score": 5}, "mid"),
    ("unique several", decision("d", "UNIQUE", NUMBER, ONE, word), {"score": 6}, ValueError),
    ("no policy is unique", decision("d", "", NUMBER, ONE, word).replace(' hitPolicy=""', ""), {"score": 6}, ValueError),
    ("first", decision("d", "FIRST", NUMBER, ONE, word), {"score": 9}, "low"),
    ("first none", decision("d", "FIRST", NUMBER, ONE, [["< 5", '"low"']]), {"score": 9}, None),
    ("any agrees", decision("d", "ANY", NUMBER, ONE, [["< 9", '"low"'], ["< 5", '"low"']]), {"score": 1}, "low"),
    ("any differs", decision("d", "ANY", NUMBER, ONE, word), {"score": 6}, ValueError),
    ("priority", decision("d", "PRIORITY", NUMBER, ONE, word), {"score": 9}, "high"),
    ("priority of two", decision("d", "PRIORITY", NUMBER, ONE, [word[2], word[0]]), {"score": 9}, "mid"),
    ("rule order", decision("d", "RULE ORDER", NUMBER, ONE, word), {"score": 9}, ["low", "high", "mid"]),
    ("rule order none", decision("d", "RULE ORDER", NUMBER, ONE, [["< 5", '"low"']]), {"score": 9}, None),
    ("output order", decision("d", "OUTPUT ORDER", NUMBER, ONE, word), {"score": 9}, ["high", "mid", "low"]),
    ("collect", decision("d", "COLLECT", NUMBER, ONE, word), {"score": 7}, ["low", "high"]),
    ("collect sum", decision("d", "COLLECT", NUMBER, POINTS, worth, aggregation="SUM"), {"score": 9}, 7),
    ("collect min", decision("d", "COLLECT", NUMBER, POINTS, worth, aggregation="MIN"), {"score": 9}, 1),
    ("collect max", decision("d", "COLLECT", NUMBER, POINTS, worth, aggregation="MAX"), {"score": 9}, 4),
    ("collect count", decision("d", "COLLECT", NUMBER, POINTS, worth, aggregation="COUNT"), {"score": 9}, 3),
    ("collect none", decision("d", "COLLECT", NUMBER, POINTS, worth[2:], aggregation="SUM"), {"score": 1}, None),
    ("two results", decision("d", "FIRST", NUMBER, both, GRADES), {"score": 6}, {"grade": "low", "points": 1}),
    ("two results in order", decision("d", "RULE ORDER", NUMBER, both, GRADES), {"score": 30}, [{"grade": "high", "points": 2}]),
    ("an unnamed result", decision("d", "FIRST", NUMBER, [("", "number", "")], worth), {"score": 9}, 1),
    ("exact numbers", decision("d", "FIRST", NUMBER, POINTS, [["-", "score * 0.1 + 0.2"]]), {"score": 1}, 0.3),
    ("text", decision("d", "FIRST", [("kind", "string")], ONE, [['not("a", "b")', '"low"'], ["-", '"high"']]), {"kind": "c"}, "low"),
    ("null", decision("d", "FIRST", [("kind", "string")], ONE, [["null", '"low"'], ["-", '"high"']]), {}, "low"),
    ("yes", decision("d", "FIRST", [("paid", "boolean")], ONE, [["true", '"high"'], ["false", '"low"']]), {"paid": False}, "low"),
    ("days", decision("d", "FIRST", [("day", "date")], ONE, [['[date("2026-01-01")..date("2026-02-01"))', '"low"'], ["-", '"mid"']]), {"day": "2026-01-31"}, "low"),
    ("names with spaces", data("Order Size", "number") + decision("d", "FIRST", [("Order Size", "number")], POINTS, [["> 10", "Order Size / 2"], ["-", "0"]], needs=("Order Size",)), {"Order Size": 30}, 15),
    ("undeclared names", decision("d", "FIRST", [("Order Size", "")], POINTS, [["> 10", "1"], ["-", "0"]]), {"Order Size": 30}, 1),
    ("an expression looked at", decision("d", "FIRST", [("a + b", "number")], ONE, [["> 10", '"high"'], ["-", '"low"']], needs=("a", "b")).replace("<decision ", data("a", "number") + data("b", "number") + "<decision "), {"a": 6, "b": 5}, "high"),
    ("another value in a cell", data("limit", "number") + decision("d", "FIRST", NUMBER, ONE, [["> limit", '"high"'], ["-", '"low"']], needs=("limit",)), {"score": 6, "limit": 5}, "high"),
    ("types told by nobody", decision("d", "FIRST", [("kind", ""), ("size", "")], [("fee", "", "")], [['"a","b"', "[1..3]", "10"], ["-", "-", "20"]]).replace(' typeRef=""', ""), {"kind": "b", "size": 3}, 10),
    ("a condition", decision("d", "FIRST", NUMBER, ONE, [["-", 'if score > 5 and score != 7 then "high" else "low"']]), {"score": 6}, "high"),
]  # fmt: skip

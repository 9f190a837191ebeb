"""A decision table of twenty rows against the same table compiled by hand to a function."""

from __future__ import annotations

import random
import statistics
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from metamodel.catalog import KINDS
from metamodel.decision_table import DecisionTable
from metamodel.decisions.checks import checked
from metamodel.decisions.compiled import compile_table
from metamodel.decisions.outcome import decide
from metamodel.definition import Json, load
from metamodel.expressions.context import context_at
from metamodel.model import Model
from tests.benchmarks.board import Figures

ROUNDS = 41
RECORDS = 500
KINDS_OF = ("a", "b", "c", "d")
#: for each kind five bands of weight; the last takes what is urgent as well
BANDS = ((0, 10), (10, 50), (50, 100), (100, 500), (500, 1000))


def table() -> Json:
    """Twenty rows over three inputs, one of which hits."""
    rows = [
        {
            "when": {"kind": f'"{kind}"', "weight": f"[{low}..{high})", "urgent": "-" if low else "TRUE"},
            "then": {"fee": str(low + place + 1), "desk": f'"{kind}{place}"'},
        }
        for kind in KINDS_OF
        for place, (low, high) in enumerate(BANDS)
    ]
    return {
        "name": "fees", "label": "Fees",
        "parameters": [{"name": "kind", "label": "Kind"}, {"name": "weight", "label": "Weight", "type": "number"}, {"name": "urgent", "label": "Urgent", "type": "boolean"}],
        "inputs": [{"id": name, "label": name, "expression": f"{{{name}}}"} for name in ("kind", "weight", "urgent")],
        "outputs": [{"name": "fee", "label": "Fee", "type": "number"}, {"name": "desk", "label": "Desk"}],
        "hit_policy": "unique", "rows": rows,
    }  # fmt: skip


def by_hand() -> Any:
    """The table as somebody would write it: the same comparisons in the same order, values read once, results ready."""
    read = ", ".join(f"record.get({name!r})" for name in ("kind", "weight", "urgent"))
    lines = ["def decide(record):", f"    kind, weight, urgent = {read}"]
    names: dict[str, Any] = {f"D{number}": Decimal(number) for number in range(1100)}
    names["NONE"] = {"fee": None, "desk": None}
    for kind in KINDS_OF:
        for place, (low, high) in enumerate(BANDS):
            urgent = "" if low else " and urgent is True"
            weighed = f"weight is not None and weight >= D{low} and weight < D{high}"
            lines.append(f"    if kind == {kind!r} and {weighed}{urgent}:")
            lines.append(f"        return R{kind}{place}")
            names[f"R{kind}{place}"] = {"fee": Decimal(low + place + 1), "desk": f"{kind}{place}"}
    lines.append("    return NONE")
    exec("\n".join(lines), names)
    return names["decide"]


def measured(figures: Figures) -> None:
    """Microseconds of one decision, ours and by hand, in turn over the same records."""
    loaded, issues = load(DecisionTable, table(), KINDS)
    assert loaded is not None and not issues
    plan, found = checked(loaded, Model(applications={}, catalog=KINDS), "")
    assert plan is not None, found
    compiled, hand = compile_table(plan), by_hand()
    context = context_at(datetime(2026, 11, 22, tzinfo=UTC), "UTC")
    dice = random.Random(7)
    records = [
        {"kind": dice.choice(KINDS_OF), "weight": Decimal(dice.randrange(110000)) / 100, "urgent": dice.random() < 0.5}
        for _ in range(RECORDS)
    ]
    assert all(decide(compiled, record, context).values == hand(record) for record in records)
    ours: list[float] = []
    limit: list[float] = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for record in records:
            decide(compiled, record, context)
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        for record in records:
            hand(record)
        limit.append(time.perf_counter() - begun)
    each = 1_000_000 / RECORDS
    figures.time("decision_table", statistics.median(ours) * each, statistics.median(limit) * each, "us")

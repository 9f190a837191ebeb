"""A pattern's file is played: every run of its flow, with the trace it must leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engines.catalog import CATALOG
from engines.workflow.rehearse import Line, Rehearsal
from metamodel.definition import load
from metamodel.flow import Flow

FOLDER = Path(__file__).parent
#: how many patterns there are
ALL = 43
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
#: lines about the flow itself that say nothing about its order
OWN = ("started", "ended")


def patterns() -> list[dict[str, Any]]:
    """All files by the numbers of the patterns."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("[0-9]*.json"))]


def differences(pattern: dict[str, Any], *, saves: bool) -> Iterator[str]:
    """Where a run leaves another trace or another outcome than the file says."""
    flow, issues = load(Flow, pattern["flow"], CATALOG)
    assert flow is not None and not issues, issues
    kinds: Any = CATALOG["steps"]
    for at, run in enumerate(pattern["runs"], 1):
        rehearsal = Rehearsal(
            flow=flow,
            kinds=kinds,
            data=dict(run.get("data", {})),
            now=NOW,
            deeds=run.get("deeds", {}),
            order=run.get("order", ()),
            sub=run.get("sub", {}),
            saves=saves,
        )
        outcome = rehearsal.run(run.get("changes", ()))
        told = [said(line) for line in rehearsal.lines if not (line.path == "@start" and line.what in OWN)]
        wanted = run["trace"]
        same = len(told) == len(wanted) and all(
            line == word or line.rpartition(" ")[0] == word for line, word in zip(told, wanted, strict=True)
        )
        if not same:
            yield f"run {at}: {told}, not {wanted}"
        if outcome != run["outcome"]:
            yield f"run {at}: {outcome}, not {run['outcome']}"


def said(line: Line) -> str:
    """A line of a trace: the step, what happened, and by whom."""
    step = line.path.rpartition("/")[2]
    return " ".join(filter(None, ("" if step == "@start" else step, line.what, line.by)))

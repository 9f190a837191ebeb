"""The command line reads flows from BPMN, and goes through one without a server."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.config import Settings
from engines.catalog import CATALOG
from engines.database import Workspace
from engines.workflow.rehearse import Rehearsal
from metamodel.bpmn import read_bpmn
from metamodel.definition import dump, load
from metamodel.errors import Invalid, NotFound
from metamodel.flow import Flow
from metamodel.issues import Issue, errors


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verbs with their arguments."""
    flow = verbs.add_parser("flow", help="read a flow from BPMN 2.0, or go through one; no server needed")
    kinds = flow.add_subparsers(dest="flow_verb", required=True)
    taking = kinds.add_parser(
        "import", help="print the flow of a BPMN file as JSON, as an application's flows/ keep it"
    )
    taking.add_argument("file", type=Path, help="FILE.bpmn")
    taking.add_argument("--entity", default="", metavar="NAME", help="the entity it is about")
    taking.add_argument("--out", type=Path, metavar="FILE", help="write it there")
    taking.set_defaults(run=take)
    running = kinds.add_parser("run", help="print what happens to a record in a flow, a line each")
    running.add_argument("file", type=Path, help="FILE.bpmn or a flow's JSON")
    running.add_argument("--data", default="{}", metavar="JSON", help="the record's values by name, or @FILE with them")
    running.add_argument(
        "--deeds", default="{}", metavar="JSON", help='what people do by step, as {"check": "reject"}; else they agree'
    )
    running.set_defaults(run=go)


def take(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Prints or writes the flow; what BPMN says and a flow can't is told on the error stream."""
    flow = _read(chosen.file, settings.locale, chosen.entity)
    text = json.dumps(dump(flow), ensure_ascii=False, indent=2) + "\n"
    if chosen.out:
        chosen.out.write_text(text, "utf-8")
    else:
        print(text, end="")


def go(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Prints the trace as JSON lines and the outcome as the last one; waits are not waited for."""
    flow = _read(chosen.file, settings.locale, "")
    deeds = _given(chosen.deeds)
    kinds: Any = CATALOG["steps"]
    rehearsal = Rehearsal(
        flow=flow,
        kinds=kinds,
        data=_given(chosen.data),
        now=datetime.now(UTC),
        deeds={step: [deed] if isinstance(deed, str) else list(deed) for step, deed in deeds.items()},
    )
    outcome = rehearsal.run()
    for line in rehearsal.lines:
        print(json.dumps(line.to_json(), ensure_ascii=False))
    told = {"outcome": outcome, "data": rehearsal.data}
    if rehearsal.state.error:
        told["error"] = str(Issue(code=rehearsal.state.error).to_json(settings.locale)["message"])
    print(json.dumps(told, ensure_ascii=False))


def _read(path: Path, locale: str, entity: str) -> Flow:
    if not path.is_file():
        raise NotFound(Issue(code="dmn.no_file", arguments={"path": str(path)}))
    data = path.read_bytes()
    if data.lstrip()[:1] != b"{":
        flow, notes = read_bpmn(data, CATALOG, entity)
        for note in notes:
            print(note.to_json(locale)["message"], file=sys.stderr)
        return flow
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise Invalid(Issue(code="dmn.bad_file", arguments={"path": str(path)})) from None
    found, issues = load(Flow, document, CATALOG)
    if found is None or any(errors(issues)):
        raise Invalid(issues)
    return found


def _given(text: str) -> dict[str, Any]:
    if text.startswith("@"):
        path = Path(text[1:])
        if not path.is_file():
            raise NotFound(Issue(code="dmn.no_file", arguments={"path": str(path)}))
        text = path.read_text("utf-8", "replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid(Issue(code="dmn.bad_input"))
    return found

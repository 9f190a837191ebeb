"""The command line asks a decision table: of a DMN file, or of an application's own."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from app.config import Settings
from engines.catalog import CATALOG
from engines.database import Workspace
from metamodel.bundle import read_folder
from metamodel.decision_table import DecisionTable
from metamodel.decisions.checks import checked
from metamodel.decisions.outcome import Outcome
from metamodel.decisions.plan import Plan
from metamodel.decisions.trial import attempt, on_day
from metamodel.definition import Json, load
from metamodel.dmn.read import Taken, from_dmn
from metamodel.errors import Invalid, NotFound
from metamodel.expressions import decimals
from metamodel.expressions.context import context_at
from metamodel.issues import Issue, errors
from metamodel.model import Model, qualified
from metamodel.validate import validate


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verb with its arguments."""
    verb = verbs.add_parser("decide", help="ask a decision table of a DMN file or of an application; no server needed")
    verb.add_argument("file", type=Path, help="FILE.dmn, or APP/decision_tables/NAME.json")
    verb.add_argument("--decision", default="", metavar="NAME", help="which one, where the file has several")
    verb.add_argument("--input", default="{}", metavar="JSON", help="the values by name, or @FILE with them")
    verb.add_argument("--on", default="", metavar="DAY", help="decide as of this day (2026-01-31)")
    verb.set_defaults(run=decide)


def decide(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Prints the outcome as JSON: of a DMN table as DMN says (one result is a value, several are an object), of our own
    an object by result. Where rows contradict one another that is said, and the status is 1."""
    data = _read(chosen.file)
    given = _given(chosen.input)
    when = _when(chosen.on)
    if chosen.file.suffix == ".json":
        plan = _own(chosen.file, data)
        outcome = attempt(plan, given, when).outcome
        _print(_plain(outcome.values), outcome, settings.locale)
        return
    taken, told = from_dmn(data, CATALOG)
    found = _chosen(taken, chosen.decision)
    entity = str(found.document.get("entity") or "")
    if entity:
        # Away from its records a table is asked for the values that its columns look at.
        taken, told = from_dmn(data, CATALOG, own=False)
        found = _chosen(taken, found.name)
    label = found.document["label"]
    for issue in told:
        if issue.path[:1] == (label,):
            said = issue.to_json(settings.locale)
            print(f"{' › '.join(map(str, said['path']))}: {said['message']}", file=sys.stderr)
    try:
        plan = _plan(found.document, Model(applications={}, catalog=CATALOG), "")
    except Invalid:
        if not entity:
            raise
        raise NotFound(Issue(code="dmn.no_application", arguments={"entity": entity})) from None
    names = {item.name: item.name for item in plan.table.parameters}
    for parameter in plan.table.parameters:
        label = parameter.label
        names.update(dict.fromkeys(label.values() if isinstance(label, Mapping) else (label,), parameter.name))
    names.update({said: name for said, name in found.given.items() if name in names})
    outcome = attempt(plan, {names.get(key, key): value for key, value in given.items()}, when).outcome
    _print(_dmn(found, plan, outcome.values), outcome, settings.locale)


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise NotFound(Issue(code="dmn.no_file", arguments={"path": str(path)}))
    return path.read_bytes()


def _given(text: str) -> dict[str, Json]:
    said = _read(Path(text[1:])).decode("utf-8", "replace") if text.startswith("@") else text
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid(Issue(code="dmn.bad_input"))
    # A float stands for the digits that were written.
    return json.loads(said, parse_float=str)  # type: ignore[no-any-return]


def _when(day: str) -> Any:
    if not day:
        return context_at(datetime.now(UTC), "UTC")
    try:
        return on_day(date.fromisoformat(day))
    except ValueError:
        raise Invalid(Issue(code="decision.not_a_day", arguments={"found": day})) from None


def _chosen(taken: tuple[Taken, ...], word: str) -> Taken:
    if not taken:
        raise NotFound(Issue(code="dmn.no_tables"))
    known = [item.name for item in taken]
    if word:
        for item in taken:
            if item.answers(word):
                return item
        raise NotFound(Issue(code="dmn.no_decision", arguments={"word": word, "known": known}))
    if len(taken) > 1:
        raise Invalid(Issue(code="dmn.which_decision", arguments={"known": known}))
    return taken[0]


def _plan(document: Json, model: Model, entity: str) -> Plan:
    table, issues = load(DecisionTable, document, CATALOG)
    if table is None or issues:
        raise Invalid(issues)
    plan, found = checked(table, model, entity)
    if plan is None:
        raise Invalid(tuple(errors(found)) or found or Issue(code="reference.entity", arguments={"word": entity}))
    return plan


def _own(path: Path, data: bytes) -> Plan:
    """A table of an application; what it is about is found in the folder it lies in."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or "outputs" not in document:
        raise Invalid(Issue(code="dmn.bad_file", arguments={"path": str(path)}))
    entity = str(document.get("entity") or "")
    if not entity:
        return _plan(document, Model(applications={}, catalog=CATALOG), "")
    home = next((folder for folder in path.resolve().parents if (folder / "application.json").is_file()), None)
    bundle, _ = read_folder(home) if home else (None, ())
    application = validate(bundle.document, CATALOG, {}).application if bundle else None
    if application is None:
        raise NotFound(Issue(code="dmn.no_application", arguments={"entity": entity}))
    model = Model(applications={application.name: application}, catalog=CATALOG)
    return _plan(document, model, qualified(application.name, entity))


def _dmn(found: Taken, plan: Plan, values: Any) -> Any:
    """As DMN says (8.2.11): a table with one result gives the value, one with several an object by their names."""
    if values is None:
        return None
    if isinstance(values, tuple):
        return [_dmn(found, plan, item) for item in values]
    if len(plan.results) == 1:
        return _plain(next(iter(values.values())))
    if all(value is None for value in values.values()):
        return None
    return {found.results.get(name, name): _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    """A value as JSON; numbers with the digits they have."""
    match value:
        case Mapping():
            return {name: _plain(item) for name, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case bool() | int() | str() | None:
            return value
        case date():
            return value.isoformat()
        case _:
            return msgspec.Raw(decimals.plain(value).encode()) if hasattr(value, "as_tuple") else str(value)


def _print(shown: Any, outcome: Outcome, locale: str) -> None:
    print(msgspec.json.encode(shown).decode())
    if outcome.issue is not None:
        raise Invalid(outcome.issue)

"""What an application requires of others: whether they are there, in a circle, or used without being required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metamodel.application import Application
from metamodel.issues import Issue
from metamodel.model import Model
from metamodel.references import SIMPLE, references

#: definitions that a finding names
NAMED = 3


def requirements_checked(model: Model, application: Application) -> Iterator[Issue]:
    """Requirements that lead nowhere or round in a circle, and applications used without being required."""
    others = model.applications
    for index, name in enumerate(application.requires):
        if name not in others:
            yield Issue(code="application.requires", path=("requires", index), arguments={"name": name})
        elif application.name in all_required(name, others):
            yield Issue(
                code="application.circle", path=("requires", index), arguments={"name": others[name].label or name}
            )
    for name, owners in borrowed(model, application).items():
        if name not in application.requires and name in others:
            labels = [getattr(item, "label", "") or item.name for item in owners.values()]
            yield Issue(
                code="application.needed",
                path=("requires",),
                arguments={"name": others[name].label or name, "count": len(labels), "list": labels[:NAMED]},
            )


def all_required(name: str, others: Mapping[str, Application]) -> set[str]:
    """The application and every one it requires, by way of others too."""
    seen = {name}
    waiting = [name]
    while waiting:
        known = others.get(waiting.pop())
        fresh = set(known.requires if known else ()) - seen
        seen |= fresh
        waiting += fresh
    return seen


def borrowed(model: Model, application: Application) -> dict[str, dict[tuple[str, str], Any]]:
    """Of every other application that something here names, the definitions that do, by (sort, id)."""
    owners = {(sort, item.id): item for sort, item in application.all()}
    found: dict[str, dict[tuple[str, str], Any]] = {}
    for reference in references(model, application):
        home = reference.name.partition(".")[0] if reference.target in SIMPLE else ""
        if home and home not in (application.name, "platform"):
            found.setdefault(home, {})[reference.owner] = owners[reference.owner]
    return found

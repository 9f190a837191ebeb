"""Values on their way in: JSON to stored form, field by field, every issue at its place and nothing written yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.access.policy import Held, Policy
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.field_type import is_blank
from metamodel.issues import Issue, nearest
from metamodel.model import EntityModel, FieldModel


@dataclass(slots=True, kw_only=True)
class Taken:
    """What a payload says: columns in stored form, targets of links, lines as they came; and what is wrong."""

    columns: dict[str, Any] = field(default_factory=dict)
    links: dict[str, list[int]] = field(default_factory=dict)
    lines: dict[str, list[Json]] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def refuse_if_wrong(self) -> None:
        """Raise what is wrong, all of it."""
        if self.issues:
            raise Invalid(self.issues)


def take(
    policy: Policy,
    entity: EntityModel,
    values: Mapping[str, Json],
    grants: tuple[Held, ...] | None,
    *,
    creating: bool,
    ignored: Collection[str] = (),
) -> Taken:
    """Read a payload. `grants` are those that cover the row (None: all fields may be written)."""
    taken = Taken()
    for name, value in values.items():
        if name in ("id", "version") or name in ignored:
            continue
        item = entity.fields.get(name)
        if item is None or (
            policy.visibility(entity, name).mode == "hidden" and not policy.writable(entity, name, grants)
        ):
            known = [other for other in entity.fields if policy.visibility(entity, other).mode != "hidden"]
            taken.issues.append(
                Issue(
                    code="value.unknown_field", path=(name,), arguments={"name": name, "nearest": nearest(name, known)}
                )
            )
        elif (
            item.derived
            or item.storage == "system"
            or (item.type.kind == "sequence" and not is_blank(value) and not policy.actor.is_admin)
        ):
            continue
        elif not policy.writable(entity, name, grants):
            taken.issues.append(Issue(code="value.read_only", path=(name,), arguments={"label": item.definition.label}))
        else:
            _take(taken, item, value)
    if creating:
        _complete(taken, entity, values)
    return taken


def _take(taken: Taken, item: FieldModel, value: Json) -> None:
    name = item.name
    if is_blank(value):
        if item.definition.required:
            taken.issues.append(_required(item))
        if item.storage == "links":
            taken.links[name] = []
        elif item.storage == "rows":
            taken.lines[name] = []
        else:
            taken.columns[name] = None
        return
    try:
        stored = item.type.coerce(item.config, value)
    except Invalid as wrong:
        taken.issues += (issue.under(name) for issue in wrong.issues)
        return
    if stored == "":  # what was cleaned away entirely is blank
        stored = None
    if item.storage == "links":
        taken.links[name] = stored
    elif item.storage == "rows":
        taken.lines[name] = stored
    else:
        taken.columns[name] = stored


def _complete(taken: Taken, entity: EntityModel, values: Mapping[str, Json]) -> None:
    """Defaults of what was not said, and the issues of what had to be."""
    for item in entity.fields.values():
        if item.derived or item.storage == "system" or item.name in values:
            continue
        default = item.definition.default
        if default is not None:
            _take(taken, item, default)
        elif item.definition.required and not item.definition.initial and item.type.kind != "sequence":
            taken.issues.append(_required(item))
    for item in entity.fields.values():
        least = getattr(item.config, "least", 0)
        if item.storage == "rows" and least and len(taken.lines.get(item.name, ())) < least:
            taken.issues.append(
                Issue(
                    code="value.least_lines",
                    path=(item.name,),
                    arguments={"label": item.definition.label, "count": least},
                )
            )


def _required(item: FieldModel) -> Issue:
    return Issue(code="value.required", path=(item.name,), arguments={"label": item.definition.label})


def stored_json(item: FieldModel, stored: Any) -> Json:
    """A stored value as JSON, blank as null."""
    return None if stored is None else item.type.dump(item.config, stored)

"""A number of a record, computed or not, crosses a limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from metamodel.definition import Json, definition, prop
from metamodel.issues import Issue
from metamodel.trigger import Event, Known, TriggerKind


@definition
class Settings:
    """The field, the limit, and from which side it is crossed: `up` from below to at least it, `down` from at least
    it to below."""

    field: str = prop(ref="field", widget="number")
    limit: str = prop(pattern=r"-?\d+(\.\d+)?", widget="number")
    way: Literal["up", "down"] = "up"


class Threshold(TriggerKind):
    """A number of a record crosses a limit."""

    kind = "threshold"
    Config = Settings
    moment = "after"
    group = "event"
    icon = "trending-up"

    def hears(self, config: Any, event: Event) -> bool:
        """The crossing itself, once: not every further change on the far side."""
        limit = Decimal(config.limit)
        if event.happening == "create":
            return bool(config.way == "up") and _number(event.fields.get(config.field, (None, None))[1]) >= limit
        if config.field not in event.fields:
            return False
        before, after = (_number(value) for value in event.fields[config.field])
        return before < limit <= after if config.way == "up" else after < limit <= before

    def issues(self, config: Any, fields: Mapping[str, Known]) -> Iterator[Issue]:
        """Only numbers cross a limit, and those that are kept: what is computed on reading never moves."""
        item = fields.get(config.field)
        if item is not None and (not item.type.numeric or not item.stored):
            yield Issue(code="rule.not_number", path=("field",), arguments={"label": item.label})

    def watched(self, config: Any) -> tuple[str, ...]:
        """The field."""
        return (config.field,)


def _number(value: Json) -> Decimal:
    """Blank counts as nothing, as everywhere in arithmetic."""
    try:
        return Decimal(str(value or 0))
    except InvalidOperation:
        return Decimal(0)

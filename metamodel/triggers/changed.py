"""Fields of a record changed, perhaps from one value to another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metamodel.definition import definition, prop
from metamodel.issues import Issue
from metamodel.trigger import Event, Known, TriggerKind, moved


@definition
class Settings:
    """Any of `fields` (all when empty); `was` and `becomes` narrow the first of them to a change from and to a value,
    given as records hold it in JSON."""

    fields: tuple[str, ...] = prop((), ref="field")
    was: Any = prop(None, widget="value")
    becomes: Any = prop(None, widget="value")


class Changed(TriggerKind):
    """Fields of a record changed."""

    kind = "changed"
    Config = Settings
    moment = "after"
    group = "event"
    icon = "pencil"

    def hears(self, config: Any, event: Event) -> bool:
        """A change by a person or a rule, or of a computed value, in a field that counts."""
        if event.happening not in ("update", "derive"):
            return False
        if not config.fields:
            return event.happening == "update" and bool(event.fields)
        return moved(config, event)

    def watched(self, config: Any) -> tuple[str, ...]:
        """Those it names."""
        return tuple(config.fields)

    def issues(self, config: Any, fields: Mapping[str, Known]) -> Iterator[Issue]:
        """From and to are about a field that is named."""
        if not config.fields and not (config.was is None and config.becomes is None):
            yield Issue(code="rule.no_field", path=("fields",))

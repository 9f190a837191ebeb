"""A record is about to be kept: values may be set, and the whole may be refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from metamodel.definition import definition, prop
from metamodel.issues import Issue
from metamodel.trigger import Event, Known, TriggerKind, moved


@definition
class Settings:
    """Whether it looks at new records, at changed ones, or at both; `fields` narrows changes to some fields, `was`
    and `becomes` the first of them to a change from and to a value, given as records hold it in JSON."""

    on: Literal["both", "create", "update"] = "both"
    fields: tuple[str, ...] = prop((), ref="field")
    was: Any = prop(None, widget="value")
    becomes: Any = prop(None, widget="value")


class BeforeSave(TriggerKind):
    """A record is about to be kept."""

    kind = "before_save"
    Config = Settings
    moment = "before"
    group = "event"
    icon = "shield-check"

    def hears(self, config: Any, event: Event) -> bool:
        """What is being written in this very transaction."""
        if event.happening == "create":
            return bool(config.on != "update")
        if event.happening != "update" or config.on == "create":
            return False
        return not config.fields or moved(config, event)

    def issues(self, config: Any, fields: Mapping[str, Known]) -> Iterator[Issue]:
        """From and to are about a field that is named."""
        if not config.fields and not (config.was is None and config.becomes is None):
            yield Issue(code="rule.no_field", path=("fields",))

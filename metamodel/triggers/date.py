"""A date on the record comes near, is here, or is some days past; every year if it is an anniversary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metamodel.definition import definition, prop
from metamodel.issues import Issue
from metamodel.trigger import Known, TriggerKind

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"


@definition
class Settings:
    """The field; `days` before it (negative: after it); the time of day in the business zone; `yearly` for
    anniversaries, where 29 February counts as the 28th in years without it."""

    field: str = prop(ref="field")
    days: int = prop(0, minimum=-3650, maximum=3650)
    at: str = prop("09:00", pattern=CLOCK, widget="clock")
    yearly: bool = False


class Date(TriggerKind):
    """A date on the record comes near."""

    kind = "date"
    Config = Settings
    moment = "time"
    group = "time"
    icon = "cake"

    def issues(self, config: Any, fields: Mapping[str, Known]) -> Iterator[Issue]:
        """Only days come near."""
        item = fields.get(config.field)
        if item is not None and item.type.kind not in ("date", "datetime"):
            yield Issue(code="rule.not_date", path=("field",), arguments={"label": item.label})

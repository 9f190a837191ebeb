"""The contract of a trigger: when a rule looks at a record, and which events it listens to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from metamodel.definition import Json, Label
from metamodel.expressions.types import Type
from metamodel.issues import Issue
from metamodel.kinds import Kind

Happening = Literal["create", "update", "delete", "restore", "derive", "enter", "leave", "message"]
#: before the commit of the write itself; after it; when the clock says; when a person presses
Moment = Literal["before", "after", "time", "hand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to one record: `fields` maps names of changed fields to (before, after) in JSON form, `about` is
    the segment that was entered or left, or the message and what became of it (`desk.hello:opened`)."""

    entity: str
    number: int
    happening: Happening
    fields: Mapping[str, tuple[Json, Json]] = field(default_factory=dict)
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a trigger must know of a field: what people call it, what it gives, and whether that is stored."""

    label: Label
    type: Type
    stored: bool


class TriggerKind(Kind):
    """One way for a rule to begin."""

    moment: ClassVar[Moment]
    #: whether the records it is about lie in the bin by then
    gone: ClassVar[bool] = False

    def hears(self, config: Any, event: Event) -> bool:
        """Whether an event of the rule's own entity starts it; what the clock or a person starts hears nothing."""
        return False

    def issues(self, config: Any, fields: Mapping[str, Known]) -> Iterator[Issue]:
        """What is wrong with its settings for an entity of these fields, beside references and expressions."""
        yield from ()

    def watched(self, config: Any) -> tuple[str, ...]:
        """Fields whose computed values must be told when they move."""
        return ()


def moved(config: Any, event: Event) -> bool:
    """Whether one of a trigger's `fields` changed, and the first of them from `was` to `becomes` where that is said."""
    first = config.fields[0]
    if config.was is None and config.becomes is None:
        return any(name in event.fields for name in config.fields)
    if first not in event.fields:
        return False
    before, after = event.fields[first]
    return config.was in (None, before) and config.becomes in (None, after)

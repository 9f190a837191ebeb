"""What an expression may refer to: the questions the check asks of whoever knows the entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from metamodel.expressions.types import Type

# The organisation exists once, on the platform's side: these two entities are known to every application.
USER = "platform.user"
DEPARTMENT = "platform.department"
# Segments are asked for as if they were fields of this one: boolean, with the entity they are of as target.
SEGMENT = "platform.segment"
# What the house itself keeps account of: datasets may be about it, and roles may grant it.
DELIVERY = "platform.delivery"
TASK = "platform.task"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFacts:
    """A field as expressions see it. For a reference `target` names its entity and the type is record(target);
    for a relation with many (`many`) the type is records(target)."""

    type: Type
    target: str = ""
    many: bool = False
    label: str | Mapping[str, str] = ""


class Scope(Protocol):
    """Entities are qualified ("desk.ticket"); system fields (id, created_at, …) are supplied like any other."""

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """The field, or None when there is none of this name (or the asker may not know of it)."""

    def names(self, entity: str) -> Iterable[str]:
        """All names `field` answers to, for completion and for "did you mean"."""

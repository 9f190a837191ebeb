"""A tag is taken off the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engines.effects import ChangeTag, Effect
from engines.rules.action import ActionKind, Scope
from metamodel.definition import definition, prop


@definition
class Settings:
    """A field of several choices, or of links to many, and the choice or the record's number."""

    field: str = prop(ref="field")
    value: Any = prop(None, widget="value")


class Untag(ActionKind):
    """A tag is taken off the record."""

    kind = "remove_tag"
    Config = Settings
    own = True
    asks = "value"
    group = "record"
    icon = "tag-x"

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One tag."""
        yield ChangeTag(entity=scope.entity, number=scope.number, field=config.field, value=config.value, on=False)

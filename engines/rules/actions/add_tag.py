"""A tag is put on the record."""

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


class Tag(ActionKind):
    """A tag is put on the record."""

    kind = "add_tag"
    Config = Settings
    own = True
    asks = "value"
    group = "record"
    icon = "tag"

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One tag."""
        yield ChangeTag(entity=scope.entity, number=scope.number, field=config.field, value=config.value, on=True)

"""A note in somebody's inbox."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.effects import Effect, Notify
from engines.rules.action import ActionKind, Scope
from metamodel.definition import Label, definition, prop
from metamodel.template import as_expression


@definition
class Settings:
    """Who: users that expressions lead to (such as `{owner}`), and all with a role; what: a title and a text with
    places for values."""

    to: tuple[str, ...] = prop((), expression="any")
    roles: tuple[str, ...] = prop((), ref="role")
    title: Label = prop(expression="template")
    text: Label = prop("", expression="template")


class Note(ActionKind):
    """A note in somebody's inbox."""

    kind = "notify"
    Config = Settings
    words = ("title", "text")
    group = "people"
    icon = "bell"

    def expressions(self, config: Any) -> Mapping[str, str]:
        """The people, and the words in each language."""
        found = {f"to:{at}": text for at, text in enumerate(config.to)}
        for word in ("title", "text"):
            told = getattr(config, word)
            for language, text in (told if isinstance(told, Mapping) else {"": told}).items():
                found[f"{word}:{language}"] = as_expression(text)
        return found

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One note to all of them."""
        users = tuple(
            dict.fromkeys(
                int(scope.values[f"to:{at}"]) for at in range(len(config.to)) if scope.values[f"to:{at}"] is not None
            )
        )
        words = {
            word: {name.partition(":")[2]: value for name, value in scope.values.items() if name.startswith(f"{word}:")}
            for word in ("title", "text")
        }
        yield Notify(
            users=users,
            roles=tuple((scope.application, role) for role in config.roles),
            title=words["title"],
            text=words["text"],
            entity=scope.entity,
            number=scope.number,
        )

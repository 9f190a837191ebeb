"""A signed request to an address outside, retried until it is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.effects import CallWebhook, Effect
from engines.rules.action import ActionKind, Scope
from metamodel.definition import NAME, definition, prop


@definition
class Value:
    """One value of the request's body."""

    name: str = prop(pattern=NAME)
    value: str = prop(expression="any")

    @property
    def id(self) -> str:
        """A word is said once."""
        return self.name


@definition
class Settings:
    """The address; the secret it is signed with, by name; the values it carries beside the record's number."""

    url: str = prop(pattern=r"https?://\S+")
    secret: str = prop("", widget="secret")
    values: tuple[Value, ...] = ()


class Call(ActionKind):
    """A signed request to an address outside."""

    kind = "call_webhook"
    Config = Settings
    group = "outside"
    icon = "webhook"

    def expressions(self, config: Any) -> Mapping[str, str]:
        """One a value."""
        return {item.name: item.value for item in config.values}

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One request."""
        body = {"entity": scope.entity, "id": scope.number, **scope.values}
        yield CallWebhook(url=config.url, secret=config.secret, body=body)

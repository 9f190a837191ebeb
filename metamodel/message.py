"""Messages: what is said to whom about a record, over which channels, and by which rights it may be."""

from __future__ import annotations

from typing import Any, Literal

from metamodel.definition import NAME, Label, definition, numbered, prop


@definition(variant="channels")
class Way:
    """One channel a message may take, with the address it goes to and the words it has there."""

    id: str = prop("", group="hidden")
    type: str = "inbox"
    config: Any = None


@definition
class Message:
    """What is said about a record of `entity`, over the first of `channels` that can reach the person.

    `person` leads to whom it is for, as far as limits count (the record itself when blank). A `marketing` message
    keeps to the cap, the quiet hours and the hold-out of the contact policy; a `service` message does not, but no
    message goes where consent is missing. Of several that wait for the same person the higher `priority` goes first.
    What has the same `key` is said to a person once in `days`.
    """

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    description: Label = ""
    entity: str = prop(ref="entity", group="hidden")
    purpose: Literal["service", "marketing"] = "service"
    priority: int = prop(5, minimum=1, maximum=9)
    person: str = prop("", expression="any")
    language: str = prop("", expression="any", group="more")
    key: str = prop("", expression="template", group="more")
    days: int = prop(30, minimum=1, maximum=3650, group="more")
    channels: tuple[Way, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.id or self.name)
        object.__setattr__(self, "channels", numbered(self.channels))

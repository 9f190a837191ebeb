"""A note in somebody's inbox here."""

from __future__ import annotations

from typing import Any

from engines.messages.channel import ChannelKind, Parcel, Post, Sent
from engines.messages.inbox import leave_note
from metamodel.definition import Json, Label, definition, prop


@definition
class Settings:
    """The person, as a user that an expression leads to, and the words."""

    to: str = prop(expression="any")
    consent: str = prop("", expression="boolean", group="more")
    title: Label = prop(expression="template")
    text: Label = prop("", expression="template")


class Note(ChannelKind):
    """A note in somebody's inbox here."""

    kind = "inbox"
    Config = Settings
    group = "persons"
    icon = "bell"
    ready = True

    def address(self, value: Json) -> str:
        """A user's number."""
        return str(value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else ""

    def send(self, parcel: Parcel, account: Any, post: Post) -> Sent:
        """Left once, since a note is known by its key."""
        with post.workspace.write() as connection:
            leave_note(
                connection,
                [int(parcel.address)],
                title={"": parcel.title or parcel.text},
                text={"": parcel.text} if parcel.title else {},
                entity=str(parcel.about["entity"]),
                number=int(parcel.about["id"]),
                key=f"delivery:{parcel.delivery}",
                at=parcel.at,
            )
        return Sent(state="delivered")

"""A signed request to an address of the house's own, with the message in it."""

from __future__ import annotations

from typing import Any

import msgspec

from engines.messages import wire
from engines.messages.channel import ChannelKind, Parcel, Post, Sent, Unreachable
from engines.messages.signature import signed
from metamodel.definition import Json, Label, definition, prop


@definition
class Settings:
    """To whom (any word the receiver understands), the consent, and the words."""

    to: str = prop("", expression="any")
    consent: str = prop("", expression="boolean", group="more")
    title: Label = prop("", expression="template")
    text: Label = prop(expression="template")


@definition
class Account:
    """The address, and the secret requests are signed with."""

    url: str
    secret: str = prop("", widget="secret")


class Request(ChannelKind):
    """A signed request to an address of the house's own."""

    kind = "webhook"
    Config = Settings
    Account = Account
    group = "rooms"
    icon = "webhook"

    def address(self, value: Json) -> str:
        """Whatever the receiver understands; the receiver itself when nothing is said."""
        return str(value)[:200] if value not in (None, "") else "webhook"

    def send(self, parcel: Parcel, account: Any, post: Post) -> Sent:
        """One request; its id is the same for every try."""
        body = msgspec.json.encode(
            {
                "type": "message",
                "timestamp": parcel.at,
                "data": {
                    "to": parcel.address,
                    "title": parcel.title,
                    "text": parcel.links(parcel.text),
                    "receipt": parcel.receipt,
                    **parcel.about,
                },
            }
        )
        secret = post.secret(account.secret) if account.secret else ""
        headers = {"Content-Type": "application/json", **signed(secret, parcel.key, parcel.at, body)}
        answer = wire.ask("POST", account.url, headers=headers, body=body)
        if not answer.fine:
            raise Unreachable(answer.shown())
        return Sent()

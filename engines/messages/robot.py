"""Robots of chat rooms: what those of different houses have in common.

Each answers 200 whatever happens, and says in its body whether it took the message; a library that looks at the status
alone loses messages without a word."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from engines.messages import wire
from engines.messages.channel import ChannelKind, Parcel, Post, Sent, Unreachable
from metamodel.definition import Json, Label, definition, prop


@definition
class Settings:
    """The words; everybody in the room reads them."""

    title: Label = prop("", expression="template")
    text: Label = prop(expression="template")


class RobotKind(ChannelKind):
    """A robot that writes into one room."""

    Config = Settings
    group = "rooms"
    longest = 2000
    #: the property of the answer that is 0 when it was taken
    verdict: ClassVar[str]

    def address(self, value: Json) -> str:
        """The room is the address."""
        return self.kind

    @abstractmethod
    def request(self, account: Any, token: str, sign: str, text: str, at: datetime) -> tuple[str, Mapping[str, Json]]:
        """Where to post, and what."""

    def send(self, parcel: Parcel, account: Any, post: Post) -> Sent:
        """One text with the title above it."""
        text = "\n".join(part for part in (parcel.title, parcel.links(parcel.text)) if part)
        sign = post.secret(account.sign) if getattr(account, "sign", "") else ""
        url, body = self.request(account, post.secret(account.token), sign, text, parcel.at)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        answer = wire.ask("POST", url, headers=headers, body=json.dumps(body, ensure_ascii=False).encode())
        if not answer.fine:
            raise Unreachable(answer.shown())
        try:
            said = json.loads(answer.text)
            verdict = said.get(self.verdict)
        except (ValueError, AttributeError) as error:
            raise Unreachable(answer.shown()) from error
        if verdict != 0:
            raise Unreachable(answer.shown())
        return Sent(state="delivered")

"""A robot in a WeCom room (https://developer.work.weixin.qq.com/document/path/91770)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engines.messages.robot import RobotKind
from metamodel.definition import Json, definition, prop


@definition
class Account:
    """The key at the end of the robot's address."""

    token: str = prop(widget="secret")
    server: str = prop("https://qyapi.weixin.qq.com", group="more")


class Room(RobotKind):
    """A robot in a WeCom room."""

    kind = "wecom"
    Account = Account
    icon = "message-square"
    verdict = "errcode"

    def request(self, account: Any, token: str, sign: str, text: str, at: datetime) -> tuple[str, Mapping[str, Json]]:
        """Not signed: the key is all."""
        return f"{account.server}/cgi-bin/webhook/send?key={token}", {"msgtype": "text", "text": {"content": text}}

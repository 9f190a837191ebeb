"""A robot in a DingTalk room (https://open.dingtalk.com/document/robots/custom-robot-access)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from engines.messages.robot import RobotKind
from metamodel.definition import Json, definition, prop


@definition
class Account:
    """The token of the robot's address, and the secret it signs with where that is switched on."""

    token: str = prop(widget="secret")
    sign: str = prop("", widget="secret")
    server: str = prop("https://oapi.dingtalk.com", group="more")


class Room(RobotKind):
    """A robot in a DingTalk room."""

    kind = "dingtalk"
    Account = Account
    icon = "message-square"
    verdict = "errcode"

    def request(self, account: Any, token: str, sign: str, text: str, at: datetime) -> tuple[str, Mapping[str, Json]]:
        """Signed in the address."""
        query = {"access_token": token}
        if sign:
            moment = str(int(at.timestamp() * 1000))
            mark = hmac.new(sign.encode(), f"{moment}\n{sign}".encode(), hashlib.sha256).digest()
            query |= {"timestamp": moment, "sign": base64.b64encode(mark).decode()}
        body = {"msgtype": "text", "text": {"content": text}}
        return f"{account.server}/robot/send?{urlencode(query)}", body

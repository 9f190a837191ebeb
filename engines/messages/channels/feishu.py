"""A robot in a Feishu room (https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engines.messages.robot import RobotKind
from metamodel.definition import Json, definition, prop


@definition
class Account:
    """The token at the end of the robot's address, and the secret it signs with where that is switched on."""

    token: str = prop(widget="secret")
    sign: str = prop("", widget="secret")
    server: str = prop("https://open.feishu.cn", group="more")


class Room(RobotKind):
    """A robot in a Feishu room."""

    kind = "feishu"
    Account = Account
    icon = "message-square"
    verdict = "code"

    def request(self, account: Any, token: str, sign: str, text: str, at: datetime) -> tuple[str, Mapping[str, Json]]:
        """Signed in the body; the signed text is the key, and nothing is what it signs."""
        body: dict[str, Json] = {"msg_type": "text", "content": {"text": text}}
        if sign:
            moment = str(int(at.timestamp()))
            mark = hmac.new(f"{moment}\n{sign}".encode(), b"", hashlib.sha256).digest()
            body |= {"timestamp": moment, "sign": base64.b64encode(mark).decode()}
        return f"{account.server}/open-apis/bot/v2/hook/{token}", body

"""Requests signed as https://www.standardwebhooks.com says: id, time and body under HMAC-SHA256."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

PREFIX = "whsec_"


def signed(secret: str, identity: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a request. The id is the same for every try; without a secret there is no signature."""
    moment = str(int(at.timestamp()))
    headers = {"webhook-id": identity, "webhook-timestamp": moment}
    if secret:
        headers["webhook-signature"] = f"v1,{_signature(secret, identity, moment, body)}"
    return headers


def holds(secret: str, headers: Mapping[str, str], body: bytes, now: datetime, tolerance: int = 300) -> bool:
    """Whether a request is signed with the secret, and not older or newer than `tolerance` seconds."""
    moment = headers.get("webhook-timestamp", "")
    if not moment.isdigit() or abs(int(moment) - now.timestamp()) > tolerance:
        return False
    wanted = _signature(secret, headers.get("webhook-id", ""), moment, body)
    given = [part.partition(",")[2] for part in headers.get("webhook-signature", "").split() if part[:3] == "v1,"]
    return any(hmac.compare_digest(wanted, one) for one in given)


def _signature(secret: str, identity: str, moment: str, body: bytes) -> str:
    content = f"{identity}.{moment}.".encode() + body
    return base64.b64encode(hmac.new(_key(secret), content, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    """The standard's secrets are base64 behind `whsec_`; any other text is taken as it stands."""
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()

"""Text messages, by whatever gateway over HTTP: its request is written down once, with places for what differs."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote

from engines.messages import wire
from engines.messages.channel import ChannelKind, Declined, Parcel, Post, Sent, Unreachable
from metamodel.definition import Json, Label, definition, prop

PHONE = re.compile(r"\+?[0-9]{6,15}")
PLACE = re.compile(r"\{(phone|text|key|time|sign|secret|receipt)\}")
FORMS: Mapping[str, str] = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "text": "text/plain",
}


@definition
class Settings:
    """The number, the consent, and the text."""

    to: str = prop(expression="any")
    consent: str = prop("", expression="boolean")
    text: Label = prop(expression="template")


@definition
class Account:
    """The gateway's request. Places: {phone} {text} {key} {time} {receipt}, {sign} for the HMAC-SHA256 of `signs`
    under the secret, {secret} for the secret itself. `accepted` is what the answer contains when it was taken."""

    url: str
    method: Literal["POST", "GET"] = "POST"
    form: Literal["json", "form", "text"] = "json"
    headers: str = prop("", widget="lines")
    body: str = prop('{"phone": "{phone}", "text": "{text}", "id": "{key}"}', widget="lines")
    secret: str = prop("", widget="secret")
    signs: str = prop("{phone}{time}", group="more")
    accepted: str = ""


class Text(ChannelKind):
    """Text messages by a gateway over HTTP."""

    kind = "sms"
    Config = Settings
    Account = Account
    group = "persons"
    icon = "smartphone"
    longest = 500

    def address(self, value: Json) -> str:
        """Digits, with a plus before them where there was one."""
        text = re.sub(r"[\s()\-.]", "", str(value or ""))
        return text if PHONE.fullmatch(text) else ""

    def send(self, parcel: Parcel, account: Any, post: Post) -> Sent:
        """The gateway's request filled in; the key is in a header as well, for gateways that look there."""
        secret = post.secret(account.secret) if account.secret else ""
        values = {
            "phone": parcel.address,
            "text": parcel.links(parcel.text),
            "key": parcel.key,
            "time": str(int(parcel.at.timestamp())),
            "secret": secret,
            "receipt": parcel.receipt,
        }
        content = _filled(account.signs, values, "text").encode()
        values["sign"] = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
        headers = {"Idempotency-Key": parcel.key, "Content-Type": f"{FORMS[account.form]}; charset=utf-8"}
        for line in account.headers.splitlines():
            name, _, value = line.partition(":")
            if name.strip():
                headers[name.strip()] = _filled(value.strip(), values, "text")
        body = b"" if account.method == "GET" else _filled(account.body, values, account.form).encode()
        answer = wire.ask(account.method, _filled(account.url, values, "form"), headers=headers, body=body)
        if 400 <= answer.status < 500 and answer.status not in (401, 403, 408, 425, 429):
            raise Declined(answer.shown())
        if not answer.fine or (account.accepted and account.accepted not in answer.text):
            raise Unreachable(answer.shown())
        return Sent(reference=answer.text[:200])


def _filled(template: str, values: Mapping[str, str], form: str) -> str:
    """Each value written so that it stays one value in JSON, in a form or in an address."""

    def written(found: re.Match[str]) -> str:
        value = values.get(found.group(1), "")
        if form == "json":
            return json.dumps(value, ensure_ascii=False)[1:-1]
        return quote(value, safe="") if form == "form" else value

    return PLACE.sub(written, template)


def counted(text: str) -> tuple[int, int]:
    """How many characters a text has, and as how many messages it is charged: 70 in one with Chinese (67 each in
    several), 160 of plain Latin (153 each)."""
    plain = all(ord(sign) < 128 for sign in text)
    one, many = (160, 153) if plain else (70, 67)
    length = len(text) if plain else len(text.encode("utf-16-le")) // 2
    return length, 0 if not length else 1 if length <= one else -(-length // many)

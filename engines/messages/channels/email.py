"""E-mail, by SMTP."""

from __future__ import annotations

import hashlib
import html
import re
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Literal

from engines.messages.channel import ChannelKind, Declined, Parcel, Post, Sent, Unreachable
from engines.messages.track import LINK
from engines.messages.wire import SECONDS
from metamodel.definition import Json, Label, definition, prop

ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\"]{2,}")


@definition
class Settings:
    """The address, the consent, subject and text."""

    to: str = prop(expression="any")
    consent: str = prop("", expression="boolean")
    title: Label = prop(expression="template")
    text: Label = prop(expression="template")


@definition
class Account:
    """The server that takes mail, and who the mail is from."""

    host: str
    port: int = prop(465, minimum=1, maximum=65535)
    security: Literal["ssl", "starttls", "none"] = "ssl"
    login: str = ""
    password: str = prop("", widget="secret")
    sender: str
    sender_name: str = ""


class Mail(ChannelKind):
    """E-mail, by SMTP."""

    kind = "email"
    Config = Settings
    Account = Account
    group = "persons"
    icon = "mail"

    def address(self, value: Json) -> str:
        """What looks like an address."""
        text = str(value or "").strip()
        return text if len(text) <= 200 and ADDRESS.fullmatch(text) else ""

    def send(self, parcel: Parcel, account: Any, post: Post) -> Sent:
        """Every try has the same Message-ID, by which mailboxes know a letter that comes twice."""
        letter = _letter(parcel, account)
        password = post.secret(account.password) if account.password else ""
        try:
            with _server(account) as server:
                if account.security == "starttls":
                    server.starttls(context=ssl.create_default_context())
                if account.login:
                    server.login(account.login, password)
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            reason = f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"[:300]
            raise (Declined if 500 <= code < 600 else Unreachable)(reason) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error
        return Sent(reference=str(letter["Message-ID"]))


def _server(account: Any) -> smtplib.SMTP:
    if account.security == "ssl":
        return smtplib.SMTP_SSL(account.host, account.port, timeout=SECONDS, context=ssl.create_default_context())
    return smtplib.SMTP(account.host, account.port, timeout=SECONDS)


def _letter(parcel: Parcel, account: Any) -> EmailMessage:
    name, _, domain = account.sender.rpartition("@")
    letter = EmailMessage(policy=SMTP)
    try:
        letter["From"] = Address(display_name=account.sender_name, username=name, domain=domain)
        letter["To"] = parcel.address
    except ValueError as error:
        raise Declined(str(error)) from error
    letter["Subject"] = " ".join(parcel.title.split())
    letter["Date"] = format_datetime(parcel.at)
    letter["Message-ID"] = f"<{hashlib.sha256(parcel.key.encode()).hexdigest()[:32]}@{domain or 'localhost'}>"
    letter.set_content(parcel.links(parcel.text))
    letter.add_alternative(_page(parcel), subtype="html")
    return letter


def _page(parcel: Parcel) -> str:
    """The same text for programs that show HTML: lines as they are, addresses as links, and the picture that tells
    that it was opened."""
    written: list[str] = []
    last = 0
    for found in LINK.finditer(parcel.text):
        shown, target = found.group(), parcel.links(found.group())
        written.append(html.escape(parcel.text[last : found.start()]))
        written.append(f'<a href="{html.escape(target)}">{html.escape(shown)}</a>')
        last = found.end()
    written.append(html.escape(parcel.text[last:]))
    lines = "".join(written).replace("\n", "<br>\n")
    picture = f'<img src="{html.escape(parcel.pixel)}" width="1" height="1" alt="">' if parcel.pixel else ""
    return f'<!doctype html><html><body style="font-family:sans-serif;line-height:1.6">{lines}{picture}</body></html>'

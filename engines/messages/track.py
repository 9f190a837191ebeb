"""Addresses by which a message tells that it arrived, was opened or clicked: short, and signed so that none is guessed.

A click leads only to an address that stands in the message itself, so nobody can make it lead elsewhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

#: an address in a text, without the punctuation that follows it
LINK = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*[A-Za-z0-9/#=&_\-%]")
SIGNED = re.compile(r"([0-9]{1,15})-([0-9]{1,3})-([A-Za-z0-9_-]{12})")


def marked(secret: str, delivery: int, what: int = 0) -> str:
    """The word of an address: the delivery, what it is about (0, or the number of a link), and the signature."""
    return f"{delivery}-{what}-{_signature(secret, delivery, what)}"


def read(secret: str, word: str) -> tuple[int, int] | None:
    """Delivery and link of a word that this workspace signed, or None."""
    found = SIGNED.fullmatch(word)
    if found is None:
        return None
    delivery, what = int(found.group(1)), int(found.group(2))
    wanted = _signature(secret, delivery, what)
    return (delivery, what) if hmac.compare_digest(wanted, found.group(3)) else None


def pixel(secret: str, address: str, delivery: int) -> str:
    """Where the picture lies that tells of an opening; nothing while the workspace has no public address."""
    return f"{address}/m/o/{marked(secret, delivery)}.gif" if address else ""


def receipt(secret: str, address: str, delivery: int) -> str:
    """Where a gateway tells what became of a message."""
    return f"{address}/m/d/{marked(secret, delivery)}" if address else ""


def tracked(secret: str, address: str, delivery: int, whole: str, part: str) -> str:
    """A part of a message's text with its links replaced; their numbers are those of the whole text."""
    if not address:
        return part
    known = links(whole)

    def written(found: re.Match[str]) -> str:
        link = found.group()
        return f"{address}/m/c/{marked(secret, delivery, known.index(link) + 1)}" if link in known else link

    return LINK.sub(written, part)


def links(text: str) -> list[str]:
    """The addresses in a text, each once."""
    return list(dict.fromkeys(LINK.findall(text)))


def _signature(secret: str, delivery: int, what: int) -> str:
    content = f"message {delivery} {what}".encode()
    return base64.urlsafe_b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()[:9]).decode()

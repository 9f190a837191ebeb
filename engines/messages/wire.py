"""Requests to the outside: one try with one deadline over all of it, no redirects, and little of the answer kept."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from engines.messages.channel import Declined, Unreachable

SECONDS = 10.0
LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the other side said."""

    status: int
    text: str

    @property
    def fine(self) -> bool:
        """Whether the status says it was taken."""
        return 200 <= self.status < 300

    def shown(self) -> str:
        """For a log: the status and the beginning of the text."""
        return f"{self.status} {self.text[:300]}".strip()


def ask(method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", seconds: float = SECONDS) -> Answer:
    """One request. A socket's own time-out begins anew with every byte, so a timer ends the connection as a whole."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Declined(f"not an address of the web: {url[:200]}")
    try:
        port = parts.port
    except ValueError as error:
        raise Declined(str(error)) from error
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection: http.client.HTTPConnection = (
        http.client.HTTPSConnection(parts.hostname, port, timeout=seconds, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(parts.hostname, port, timeout=seconds)
    )
    over = threading.Event()
    held: list[socket.socket] = []

    def end() -> None:
        over.set()
        # An answer that closes lets go of the connection's socket before it is read, and is read from it all the same.
        for sock in (connection.sock, *held):
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        connection.connect()
        held.append(connection.sock)
        connection.request(method, target, body or None, {"User-Agent": "dougong", **headers})
        response = connection.getresponse()
        text = response.read(LARGEST).decode("utf-8", "replace")
        if over.is_set():
            raise Unreachable(f"no whole answer within {seconds:g} s")
        return Answer(status=response.status, text=text)
    except (OSError, http.client.HTTPException) as error:
        if over.is_set() or isinstance(error, TimeoutError):
            raise Unreachable(f"no answer within {seconds:g} s") from error
        raise Unreachable(f"{type(error).__name__}: {error}"[:300]) from error
    except ValueError as error:
        raise Declined(str(error)[:300]) from error
    finally:
        timer.cancel()
        connection.close()

"""Why a try over the wire failed, in words: what is kept is for the log, what is read says what to look at."""

from __future__ import annotations

import re

from metamodel.issues import Issue, wording

#: what is kept, and the words for it; the number of seconds or the other side's own answer goes into them
KNOWN = (
    (re.compile(r"ConnectionRefusedError"), "refused"),
    (re.compile(r"no (?:whole )?answer within (?P<seconds>[\d.]+) s|TimeoutError|timed out"), "silent"),
    (re.compile(r"gaierror"), "unknown_host"),
    (re.compile(r"SMTPAuthenticationError"), "login"),
    (re.compile(r"SSL"), "encryption"),
    (re.compile(r"RemoteDisconnected|Connection(?:Reset|Aborted)|BrokenPipe|SMTPServerDisconnected"), "hung_up"),
    (re.compile(r"unreachable|No route to host"), "no_way"),
    (re.compile(r"(?:^|：|: )(?P<status>[1-5]\d\d)(?: (?P<text>.*))?$", re.DOTALL), "answered"),
)


def in_words(kept: str | None, locale: str) -> str | None:
    """The reason with what may help; as it is kept where there are no words for it."""
    for pattern, word in KNOWN if kept else ():
        found = pattern.search(kept or "")
        if found:
            said = {name: value for name, value in found.groupdict().items() if value is not None}
            message, hint = wording(
                Issue(code=f"trouble.{word}", arguments={"seconds": "10", "text": "", **said}), locale
            )
            return f"{message.strip()}{'。' if locale.startswith('zh') else '. '}{hint}" if hint else message.strip()
    return kept

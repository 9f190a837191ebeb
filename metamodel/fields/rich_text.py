"""Text with headings, lists and emphasis, kept as a small safe set of HTML."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from random import Random
from typing import Any

from metamodel.definition import Json, definition, prop
from metamodel.field_families import Textual

ALLOWED = frozenset(
    [
        "p",
        "br",
        "b",
        "strong",
        "i",
        "em",
        "u",
        "s",
        "h1",
        "h2",
        "h3",
        "ul",
        "ol",
        "li",
        "blockquote",
        "code",
        "pre",
        "hr",
    ]
)
SWALLOWED = frozenset(("script", "style", "iframe", "object", "template"))


class _Cleaner(HTMLParser):
    """Keeps allowed tags without attributes and everybody's text; the content of scripts is dropped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.swallowing = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.swallowing += tag in SWALLOWED
        if tag in ALLOWED and not self.swallowing:
            self.parts.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in SWALLOWED:
            self.swallowing = max(0, self.swallowing - 1)
        elif tag in ALLOWED and tag not in ("br", "hr") and not self.swallowing:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.swallowing:
            self.parts.append(escape(data, quote=False))


def cleaned(text: str) -> str:
    """HTML reduced to the allowed tags; what it cannot do is run or load anything."""
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    return "".join(cleaner.parts)


@definition
class Settings:
    """Its settings."""

    limit: int = prop(100000, minimum=1, maximum=100000, group="more")


class RichText(Textual):
    """Text with headings, lists and emphasis, kept as a small safe set of HTML."""

    kind = "rich_text"
    Config = Settings
    icon = "rich_text"
    lines = True

    def formed(self, text: str) -> str:
        """In the form the type asks for, or a refusal."""
        return cleaned(text)

    def sample(self, config: Settings, random: Random) -> Json:
        """A made-up value."""
        return f"<p>段落 <b>{random.randint(1, 99)}</b></p>"

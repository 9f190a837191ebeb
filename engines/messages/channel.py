"""The contract of a channel: what a message says over it, what the workspace sets up for it once, and how it sends."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from engines.database import Workspace
from metamodel.definition import Json, Label, definition
from metamodel.kinds import Kind
from metamodel.template import as_expression


class Unreachable(Exception):
    """The channel did not take the message this time; asking again later may help."""


class Declined(Exception):
    """The channel will never take this message for this address; asking again is pointless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message ready to go. `key` is the same however often it is tried, so that the other side can tell."""

    delivery: int
    key: str
    address: str
    title: str
    text: str
    at: datetime
    about: Mapping[str, Json]
    links: Callable[[str], str] = str
    pixel: str = ""
    receipt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a channel sends from: the workspace, and its secrets by name."""

    workspace: Workspace
    secret: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The channel took it: `state` is delivered where it arrives at once; `reference` is the other side's own word."""

    state: Literal["sent", "delivered"] = "sent"
    reference: str = ""


@definition
class NothingToSetUp:
    """A channel that is there from the beginning."""


class ChannelKind(Kind):
    """One way a message leaves. `group` tells persons from rooms: a room is one address for everybody in it."""

    #: what the workspace sets up before it is used in earnest
    Account: ClassVar[type] = NothingToSetUp
    #: whether it works without being set up
    ready: ClassVar[bool] = False
    #: longest text in characters, 0 for any
    longest: ClassVar[int] = 0

    def expressions(self, config: Any) -> Mapping[str, str]:
        """The expressions over the record that a message needs, by word: address, consent, and the words in each
        language."""
        found: dict[str, str] = {}
        for word in ("to", "consent"):
            if getattr(config, word, ""):
                found[word] = getattr(config, word)
        for word in ("title", "text"):
            for language, text in spoken(getattr(config, word, "")):
                found[f"{word}:{language}"] = as_expression(text)
        return found

    @abstractmethod
    def address(self, value: Json) -> str:
        """The address that a value gives, as it is kept; "" when nobody can be reached by it."""

    @abstractmethod
    def send(self, parcel: Parcel, account: Any, post: Post) -> Sent:
        """Hand it over. Unreachable or Declined when it was not taken; whatever else is raised is a bug."""


def spoken(label: Label) -> Iterator[tuple[str, str]]:
    """A text in each of its languages, "" for one that is for all; blank ones are left out."""
    for language, text in label.items() if isinstance(label, Mapping) else [("", label)]:
        if text:
            yield language, text

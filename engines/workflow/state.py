"""Where a running flow stands: tokens at paths, each with what its kind of step remembers; all of it is plain JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from metamodel.definition import Json
from metamodel.flow import StepPath

#: stands for the flow itself where a path is asked for: its start, and what is done at its end
START: StepPath = ("@start",)


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A flow is at a step. `visit` numbers the times that steps were entered, so that what belongs to an earlier visit
    (a timer, a task) is never taken for this one's."""

    path: StepPath
    visit: int
    data: Mapping[str, Json] = msgspec.field(default_factory=dict)


class State(msgspec.Struct, kw_only=True):
    """All that a flow remembers between two events. `agreed` are people who approved something in it, `passed` the
    paths of steps that were left, newest last; `chosen` are the people its starter picked, by the id of a step.
    `advance` alone changes one, a copy of its own that nobody else holds yet."""

    starter: int | None = None
    chosen: Mapping[str, tuple[int, ...]] = msgspec.field(default_factory=dict)
    tokens: tuple[Token, ...] = ()
    visits: int = 0
    agreed: frozenset[int] = frozenset()
    passed: tuple[StepPath, ...] = ()
    outcome: str = ""
    error: str = ""
    #: whether the last step is through; what a step let go on may still go on
    through: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen."""
        return self.outcome != ""

    def at(self, path: StepPath) -> Token | None:
        """The token at a path."""
        for token in self.tokens:
            if token.path == path:
                return token
        return None

    def to_json(self) -> Json:
        """As it is kept."""
        return msgspec.to_builtins(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> State:
        """What `to_json` gave; `from_json(s.to_json()) == s`."""
        return msgspec.convert(kept, cls)


Tokens = tuple[Token, ...]


def placed(tokens: Tokens, token: Token) -> Tokens:
    """With a token, in the place of one at the same path."""
    for at, item in enumerate(tokens):
        if item.path == token.path:
            return (*tokens[:at], token, *tokens[at + 1 :])
    return (*tokens, token)


def outside(tokens: Tokens, path: StepPath) -> Tokens:
    """Without the token at a path and those within its step."""
    depth = len(path)
    return tuple([token for token in tokens if token.path[:depth] != path])


# What happens to a flow ------------------------------------------------------------------------------------------


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """It begins; `by` is who started it."""

    by: int | None


class Acted(msgspec.Struct, frozen=True, kw_only=True):
    """A person did something with a task: `approve`, `reject`, `submit`, `return` (to `path`, the start when empty),
    `transfer` or `add` (`to` others)."""

    path: StepPath
    by: int
    deed: str
    to: tuple[int, ...] = ()
    target: StepPath = ()


class Fired(msgspec.Struct, frozen=True, kw_only=True):
    """A timer that a step set has gone off: `due`, `remind`, `over` …"""

    path: StepPath
    visit: int
    name: str


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """The record was changed by somebody."""


class ChildEnded(msgspec.Struct, frozen=True, kw_only=True):
    """A flow that a step called has come to its end."""

    path: StepPath
    visit: int
    outcome: str


class BranchEnded(msgspec.Struct, frozen=True, kw_only=True):
    """One way through a step that has several is through; made by `advance` itself."""

    path: StepPath
    branch: str


class Withdrawn(msgspec.Struct, frozen=True, kw_only=True):
    """The starter takes it back, or an administrator ends it with an outcome."""

    by: int | None
    outcome: str = "withdrawn"


class Retried(msgspec.Struct, frozen=True, kw_only=True):
    """An administrator wants a step that failed, or that nobody can do, entered again."""

    path: StepPath
    by: int | None = None


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """An administrator gives a task of `holder` to somebody else."""

    path: StepPath
    holder: int
    to: int
    by: int | None = None


Event = Started | Acted | Fired | Changed | ChildEnded | BranchEnded | Withdrawn | Retried | Assigned


# What a flow must be told before it can go on ----------------------------------------------------------------------


class Holds(msgspec.Struct, frozen=True, kw_only=True):
    """Which of some conditions hold for the record now, by word."""

    conditions: Mapping[str, str]


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """What expressions over the record give now, by word."""

    expressions: Mapping[str, str]


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """The people that sources lead to: a list for each; of a chain one after the other."""

    sources: tuple[Any, ...]
    step: str = ""


class Heads(msgspec.Struct, frozen=True, kw_only=True):
    """Who leads each of some people, by their numbers; none for those who have nobody above them."""

    people: tuple[int, ...]


class Do(msgspec.Struct, frozen=True, kw_only=True):
    """That actions be done now, in the same transaction; answered with what came of them, or why they failed."""

    actions: tuple[Any, ...]
    word: str = ""


Question = Holds | Values | Who | Heads | Do
#: what a question is known by: who asks, at which visit, which of its questions
Key = tuple[StepPath, int, str]
Answers = Mapping[Key, Json]


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """Questions without whose answers a flow can't go on; nothing has changed."""

    questions: Mapping[Key, Question]


# What a flow wants done ------------------------------------------------------------------------------------------


class OpenTask(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is asked: `approve`, `fill`, `resubmit`, or told: `copy`."""

    path: StepPath
    visit: int
    kind: str
    user: int
    due_at: datetime | None = None
    words: Mapping[str, Json] = msgspec.field(default_factory=dict)


class CloseTasks(msgspec.Struct, frozen=True, kw_only=True):
    """Open tasks of a visit are over, all or those of some people; `deed` is how, for the one who did it."""

    path: StepPath
    visit: int
    users: tuple[int, ...] | None = None
    deed: str = ""


class SetTimer(msgspec.Struct, frozen=True, kw_only=True):
    """Come back at a time."""

    path: StepPath
    visit: int
    name: str
    at: datetime


class Remind(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever still holds a task of a visit is reminded, or told that it is late."""

    path: StepPath
    visit: int
    late: bool = False


class CallFlow(msgspec.Struct, frozen=True, kw_only=True):
    """Another flow is started, for the same record or for the one a reference leads to."""

    path: StepPath
    visit: int
    flow: str
    over: str
    waits: bool


Wish = OpenTask | CloseTasks | SetTimer | Remind | CallFlow


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the history: what happened at a step, and why."""

    path: StepPath
    visit: int
    what: str
    by: int | None = None
    to: tuple[int, ...] = ()
    why: Mapping[str, Json] = msgspec.field(default_factory=dict)


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a flow: its new state, what is to be done, and what is put down."""

    state: State
    wishes: tuple[Wish, ...]
    notes: tuple[Note, ...]


def people_of(groups: Iterable[Iterable[int]]) -> tuple[int, ...]:
    """Everybody of several lists once, in order."""
    return tuple(dict.fromkeys(person for group in groups for person in group))

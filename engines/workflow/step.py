"""The contract of a step: what it does when a flow reaches it, and what when something happens to it there."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from engines.workflow.state import (
    Answers,
    CloseTasks,
    Event,
    Fired,
    Key,
    Note,
    Question,
    Retried,
    State,
    Wish,
)
from engines.workflow.working import Hours
from metamodel.definition import Json
from metamodel.flow import Flow, Step, StepPath
from metamodel.issues import Issue
from metamodel.kinds import Kind


class Need(Exception):
    """Raised by `Here.ask` where the answer isn't there yet; `advance` alone catches it."""

    def __init__(self, key: Key, question: Question) -> None:
        super().__init__(str(key))
        self.key, self.question = key, question


class Here(msgspec.Struct, frozen=True, kw_only=True):
    """What a step sees: itself, where it stands, what it remembers, the time; and it may ask."""

    flow: Flow
    step: Step
    path: StepPath
    visit: int
    state: State
    data: Mapping[str, Json]
    now: datetime
    hours: Hours
    answers: Answers

    @property
    def config(self) -> Any:
        """The settings of the step."""
        return self.step.config

    def ask(self, word: str, question: Question) -> Any:
        """The answer to a question, which `word` tells from the step's others at this visit."""
        key = (self.path, self.visit, word)
        if key not in self.answers:
            raise Need(key, question)
        return self.answers[key]

    def note(self, what: str, **more: Any) -> Note:
        """A line of the history about this step."""
        return Note(path=self.path, visit=self.visit, what=what, **more)

    def close(self, users: tuple[int, ...] | None = None, deed: str = "") -> CloseTasks:
        """The open tasks of this visit are over."""
        return CloseTasks(path=self.path, visit=self.visit, users=users, deed=deed)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What every answer of a step may bring along."""

    wishes: tuple[Wish, ...] = ()
    notes: tuple[Note, ...] = ()
    agreed: tuple[int, ...] = ()


class Go(Outcome, frozen=True, kw_only=True):
    """The flow goes on behind the step; what still goes on within it is given up. Where it `stays` that goes on too,
    with `data` remembered, until the step is `Over`."""

    stays: bool = False
    data: Mapping[str, Json] = msgspec.field(default_factory=dict)


class Over(Outcome, frozen=True, kw_only=True):
    """The last of a step behind which the flow went on already has ended."""


class Wait(Outcome, frozen=True, kw_only=True):
    """The flow stays here until something happens; `data` is remembered."""

    data: Mapping[str, Json] = msgspec.field(default_factory=dict)


class Enter(Outcome, frozen=True, kw_only=True):
    """The flow goes into some of the step's branches; `data` is remembered meanwhile."""

    branches: tuple[str, ...]
    data: Mapping[str, Json] = msgspec.field(default_factory=dict)


class Stop(Outcome, frozen=True, kw_only=True):
    """The whole flow is over."""

    outcome: str


class Jump(Outcome, frozen=True, kw_only=True):
    """The flow goes back to a step before this one, or to its start (an empty path), which then comes back here when
    `back` says so."""

    to: StepPath


class Fail(Outcome, frozen=True, kw_only=True):
    """The step can't be done; an administrator has to look."""

    error: str


Answer = Go | Over | Wait | Enter | Stop | Jump | Fail


class StepKind(Kind):
    """One kind of step."""

    #: whether it has branches
    divides: ClassVar[bool] = False
    #: whether people hold tasks at it
    asks: ClassVar[bool] = False
    #: whether changes of the record are told to it
    listens: ClassVar[bool] = False

    @abstractmethod
    def enter(self, here: Here) -> Answer:
        """The flow has come to the step."""

    def resume(self, here: Here, event: Event) -> Answer:
        """Something happened while the flow was at the step; what it doesn't know leaves it as it is."""
        if isinstance(event, Retried):
            return self.enter(here)
        return Wait(data=here.data)

    def issues(self, step: Step) -> Iterator[Issue]:
        """What is wrong with its settings, beside references and expressions."""
        yield from ()


def own_timer(here: Here, event: Event, name: str) -> bool:
    """Whether a timer that this visit set under a name has gone off."""
    return isinstance(event, Fired) and event.visit == here.visit and event.name == name

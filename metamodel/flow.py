"""Flows: block-structured lists of steps that a record goes through, some of them with branches of further steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from metamodel.definition import NAME, Label, definition, prop
from metamodel.rule import ActionCall, Trigger

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
#: the ids of steps and branches from the outermost in: where a running flow stands
StepPath = tuple[str, ...]


@definition
class Branch:
    """One way through a step that has several; `condition` says when it is taken, a blank one always."""

    id: str = prop("", group="hidden")
    label: Label = ""
    condition: str = prop("", expression="boolean")
    steps: tuple[Step, ...] = prop((), group="hidden")


@definition(variant="steps")
class Step:
    """One step of a flow; `branches` belong to the kinds that divide it."""

    id: str = prop("", group="hidden")
    type: str = prop(group="hidden")
    label: Label = ""
    branches: tuple[Branch, ...] = prop((), group="hidden")
    config: Any = None


@definition(variant="approvers")
class Source:
    """Where people who are asked come from."""

    id: str = prop("", group="hidden")
    type: str = prop(group="hidden")
    config: Any = None


@definition
class Deadline:
    """So long a task may take; whoever holds it is reminded `remind` hours before; `then` is what happens after it.
    `working` counts working time alone: working days by the country's calendar, between the flow's hours."""

    amount: int = prop(24, minimum=1, maximum=10_000)
    unit: Literal["hours", "days"] = "hours"
    working: bool = True
    remind: int = prop(0, minimum=0, maximum=1_000)
    then: Literal["nothing", "pass", "reject", "head"] = "nothing"


@definition
class Reaction:
    """What is done when a flow has started, or has come to an end in one way."""

    on: Literal["started", "approved", "rejected", "returned", "withdrawn"] = "approved"
    actions: tuple[ActionCall, ...] = ()

    @property
    def id(self) -> str:
        """One for each of them."""
        return self.on


@definition
class Flow:
    """What a record goes through. It starts by `trigger` where `condition` holds; `roles` may start it by hand (none:
    whoever sees the record). While it runs and `locks`, the record is changed by its tasks alone. Tasks show `form`."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    description: Label = ""
    entity: str = prop(ref="entity", group="hidden")
    trigger: Trigger = prop(factory=lambda: Trigger(type="button"))
    condition: str = prop("", expression="boolean")
    form: str = prop("", ref="form")
    roles: tuple[str, ...] = prop((), ref="role")
    locks: bool = True
    withdraw: Literal["always", "untouched", "never"] = "always"
    active: bool = True
    working_from: str = prop("09:00", pattern=CLOCK, widget="clock", group="more")
    working_to: str = prop("18:00", pattern=CLOCK, widget="clock", group="more")
    steps: tuple[Step, ...] = prop((), group="hidden")
    reactions: tuple[Reaction, ...] = prop((), group="hidden")

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.id or self.name)
        given = Counter(step.id for _, step in walk_steps(self.steps))
        object.__setattr__(self, "steps", identified(self.steps, given))


def identified(steps: tuple[Step, ...], seen: Counter[str]) -> tuple[Step, ...]:
    """The same steps, each with an id that no other step of the flow has: its kind and a number where none is given."""
    found = []
    for step in steps:
        word, number = step.id, 1
        while not word:
            said = step.type if number == 1 else f"{step.type}_{number}"
            if not seen[said]:
                word = said
                seen[said] += 1
            number += 1
        branches = tuple(
            replace(branch, id=branch.id or f"branch_{at + 1}", steps=identified(branch.steps, seen))
            for at, branch in enumerate(step.branches)
        )
        found.append(replace(step, id=word, branches=branches))
    return tuple(found)


def walk_steps(steps: tuple[Step, ...], path: StepPath = ()) -> Iterator[tuple[StepPath, Step]]:
    """Every step with its path, in reading order, a step before those in its branches."""
    for step in steps:
        here = (*path, step.id)
        yield here, step
        for branch in step.branches:
            yield from walk_steps(branch.steps, (*here, branch.id))


def list_at(flow: Flow, path: StepPath) -> tuple[Step, ...]:
    """The list of steps in which the step at a path stands; empty where there is none."""
    steps = flow.steps
    for at in range(0, len(path) - 2, 2):
        step = next((item for item in steps if item.id == path[at]), None)
        branch = next((item for item in step.branches if item.id == path[at + 1]), None) if step else None
        if branch is None:
            return ()
        steps = branch.steps
    return steps


def step_at(flow: Flow, path: StepPath) -> Step | None:
    """The step at a path, or None."""
    for item in list_at(flow, path) if path else ():
        if item.id == path[-1]:
            return item
    return None

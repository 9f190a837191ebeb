"""Another flow is started, for the same record or one it refers to; this one waits for its end or goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from engines.workflow.state import CallFlow, ChildEnded, Event, Retried
from engines.workflow.step import Answer, Go, Here, StepKind, Stop, Wait
from metamodel.definition import definition, prop
from metamodel.flow import Step
from metamodel.issues import Issue


@definition
class Settings:
    """The flow; `over` leads to the record it is about, blank is this one. `rejected`: what its rejection means."""

    flow: str = prop("", ref="flow")
    over: str = prop("", ref="field")
    waits: bool = True
    rejected: Literal["reject", "go"] = "reject"


class CallAnother(StepKind):
    """Another flow is started."""

    kind = "call"
    Config = Settings
    group = "ways"
    icon = "layers"

    def enter(self, here: Here) -> Answer:
        """Start it."""
        config = here.config
        call = CallFlow(path=here.path, visit=here.visit, flow=config.flow, over=config.over, waits=config.waits)
        note = here.note("called", why={"flow": config.flow})
        return Wait(data={}, wishes=(call,), notes=(note,)) if config.waits else Go(wishes=(call,), notes=(note,))

    def resume(self, here: Here, event: Event) -> Answer:
        """It has ended."""
        if isinstance(event, Retried):
            return self.enter(here)
        if not isinstance(event, ChildEnded) or event.visit != here.visit:
            return Wait(data=here.data)
        note = here.note("came_back", why={"outcome": event.outcome})
        if event.outcome in ("rejected", "withdrawn") and here.config.rejected == "reject":
            return Stop(outcome="rejected", notes=(note,))
        return Go(notes=(note,))

    def issues(self, step: Step) -> Iterator[Issue]:
        """It says which."""
        if not step.config.flow:
            yield Issue(code="flow.no_flow", path=("flow",))

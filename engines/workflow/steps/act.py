"""Something is done, as a rule would do it."""

from __future__ import annotations

from collections.abc import Iterator

from engines.workflow.state import Do
from engines.workflow.step import Answer, Fail, Go, Here, StepKind
from metamodel.definition import definition, numbered
from metamodel.flow import Step
from metamodel.issues import Issue
from metamodel.rule import ActionCall


@definition
class Settings:
    """The actions, in order."""

    actions: tuple[ActionCall, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "actions", numbered(self.actions))


class Act(StepKind):
    """Something is done."""

    kind = "act"
    Config = Settings
    group = "doing"
    icon = "bolt"

    def enter(self, here: Here) -> Answer:
        """It is done at once; what can't be done waits for an administrator, and the flow with it."""
        if not here.config.actions:
            return Go(notes=(here.note("did"),))
        told = here.ask("do", Do(actions=here.config.actions))
        if "failed" in told:
            return Fail(error=str(told["failed"]))
        return Go(notes=(here.note("did", why={"result": told}),))

    def issues(self, step: Step) -> Iterator[Issue]:
        """It does something."""
        if not step.config.actions:
            yield Issue(code="rule.no_action", path=("actions",), severity="warning")

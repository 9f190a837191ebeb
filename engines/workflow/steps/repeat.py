"""Steps that are gone through again as long as a condition holds."""

from __future__ import annotations

from collections.abc import Iterator

from engines.workflow.state import BranchEnded, Event, Holds, Retried
from engines.workflow.step import Answer, Enter, Fail, Go, Here, StepKind, Wait
from metamodel.definition import definition, prop
from metamodel.flow import Step
from metamodel.issues import Issue


@definition
class Settings:
    """Before each time it is asked whether `condition` holds; after `most` times the flow waits for an administrator.
    The steps stand in the first of the step's branches."""

    condition: str = prop("", expression="boolean")
    most: int = prop(100, minimum=1, maximum=1_000)


class Repeat(StepKind):
    """Steps that are gone through again."""

    kind = "repeat"
    Config = Settings
    divides = True
    group = "ways"
    icon = "refresh"

    def enter(self, here: Here) -> Answer:
        """Perhaps a first time."""
        return self._again(here, 0)

    def resume(self, here: Here, event: Event) -> Answer:
        """The steps are through once more."""
        if isinstance(event, Retried):
            return self.enter(here)
        if not isinstance(event, BranchEnded):
            return Wait(data=here.data)
        return self._again(here, int(here.data.get("times", 0)) + 1)

    def _again(self, here: Here, times: int) -> Answer:
        held = here.ask(f"while:{times}", Holds(conditions={"while": here.config.condition}))["while"]["holds"]
        if not held or not here.step.branches:
            return Go(notes=(here.note("repeated", why={"times": times}),))
        if times >= here.config.most:
            return Fail(error="flow.endless")
        return Enter(branches=(here.step.branches[0].id,), data={"times": times})

    def issues(self, step: Step) -> Iterator[Issue]:
        """There is something to repeat, and a reason to."""
        if not step.branches:
            yield Issue(code="flow.no_branches", path=("branches",))
        if not step.config.condition.strip():
            yield Issue(code="flow.no_event", path=("condition",))

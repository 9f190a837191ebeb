"""One of several ways: the first whose condition holds."""

from __future__ import annotations

from collections.abc import Iterator

from engines.workflow.state import BranchEnded, Event, Holds, Retried
from engines.workflow.step import Answer, Enter, Go, Here, StepKind, Wait
from metamodel.definition import definition
from metamodel.flow import Step
from metamodel.issues import Issue


@definition
class Settings:
    """The ways stand in the step's branches; one without a condition is taken when no other before it is."""


class Branch(StepKind):
    """One of several ways."""

    kind = "branch"
    Config = Settings
    divides = True
    group = "ways"
    icon = "split"

    def enter(self, here: Here) -> Answer:
        """Into the first way that holds; behind the step when none does."""
        asked = {item.id: item.condition for item in here.step.branches if item.condition.strip()}
        held = here.ask("which", Holds(conditions=asked)) if asked else {}
        for item in here.step.branches:
            if not item.condition.strip() or held.get(item.id, {}).get("holds"):
                why = {"branch": item.id, "held": held}
                return Enter(branches=(item.id,), data={}, notes=(here.note("branched", why=why),))
        return Go(notes=(here.note("branched", why={"branch": "", "held": held}),))

    def resume(self, here: Here, event: Event) -> Answer:
        """Its way is through."""
        if isinstance(event, BranchEnded):
            return Go()
        return self.enter(here) if isinstance(event, Retried) else Wait(data=here.data)

    def issues(self, step: Step) -> Iterator[Issue]:
        """There are ways, and each can be taken."""
        if not step.branches:
            yield Issue(code="flow.no_branches", path=("branches",))
        for at, item in enumerate(step.branches[:-1]):
            if not item.condition.strip():
                yield Issue(code="flow.hides_branches", path=("branches", at, "condition"))

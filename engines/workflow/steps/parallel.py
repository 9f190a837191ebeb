"""Several ways at the same time, joined when all, any, or so many of them are through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from engines.workflow.state import BranchEnded, Event, Holds
from engines.workflow.step import Answer, Enter, Go, Here, Over, StepKind, Wait
from metamodel.definition import definition, prop
from metamodel.flow import Step
from metamodel.issues import Issue


@definition
class Settings:
    """When the flow goes on: behind all ways, the first one, or `count` of them; the others are given up then, or go
    on by themselves."""

    join: Literal["all", "any", "count"] = "all"
    count: int = prop(2, minimum=1, maximum=50)
    others: Literal["stop", "go_on"] = prop("stop", group="more")


class Parallel(StepKind):
    """Several ways at the same time."""

    kind = "parallel"
    Config = Settings
    divides = True
    group = "ways"
    icon = "columns"

    def enter(self, here: Here) -> Answer:
        """Into all ways whose condition holds."""
        asked = {item.id: item.condition for item in here.step.branches if item.condition.strip()}
        held = here.ask("which", Holds(conditions=asked)) if asked else {}
        taken = tuple(
            item.id for item in here.step.branches if item.id not in asked or held.get(item.id, {}).get("holds")
        )
        note = here.note("parted", why={"branches": list(taken), "held": held})
        if not taken:
            return Go(notes=(note,))
        return Enter(branches=taken, data={"open": list(taken), "done": []}, notes=(note,))

    def resume(self, here: Here, event: Event) -> Answer:
        """One way is through."""
        if not isinstance(event, BranchEnded):
            return Wait(data=here.data)
        done = list(dict.fromkeys([*here.data["done"], event.branch]))
        whole = len(here.data["open"])
        match here.config.join:
            case "any":
                enough = 1
            case "count":
                enough = min(here.config.count, whole)
            case _:
                enough = whole
        data = {**here.data, "done": done}
        if here.data.get("joined"):
            return Over() if len(done) == whole else Wait(data=data)
        if len(done) < enough:
            return Wait(data=data)
        note = here.note("joined", why={"done": done})
        if here.config.others == "go_on" and len(done) < whole:
            return Go(notes=(note,), stays=True, data={**data, "joined": True})
        return Go(notes=(note,))

    def issues(self, step: Step) -> Iterator[Issue]:
        """There are ways, and enough of them."""
        if not step.branches:
            yield Issue(code="flow.no_branches", path=("branches",))
        elif step.config.join == "count" and step.config.count > len(step.branches):
            yield Issue(code="flow.too_many_joined", path=("count",), arguments={"count": len(step.branches)})

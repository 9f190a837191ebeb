"""Somebody fills in fields of the record; of several people whoever does it first."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from engines.workflow.asking import (
    Asking,
    alone,
    asked,
    asking_issues,
    everybody,
    handed,
    overdue,
    reminded,
    standing_in,
    timers,
    whom,
)
from engines.workflow.state import Acted, Event, Retried
from engines.workflow.step import Answer, Go, Here, StepKind, Wait, own_timer
from metamodel.definition import definition, prop
from metamodel.flow import Step
from metamodel.issues import Issue


@definition
class Settings(Asking):
    """`needs` are fields that can't stay blank."""

    needs: tuple[str, ...] = prop((), ref="field")


class Fill(StepKind):
    """Somebody fills in fields of the record."""

    kind = "fill"
    Config = Settings
    asks = True
    group = "people"
    icon = "pencil"

    def enter(self, here: Here) -> Answer:
        """Ask them."""
        groups, _ = whom(here)
        people = everybody(groups)
        if not people:
            return alone(here)
        return Wait(data={"people": list(people)}, wishes=(*asked(here, people, "fill"), *timers(here)))

    def resume(self, here: Here, event: Event) -> Answer:
        """It was done, handed on, or is late."""
        people = tuple(here.data.get("people", ()))
        if isinstance(event, Retried):
            again = self.enter(here)
            return replace(again, wishes=(here.close(), *again.wishes))
        told = reminded(here, event)
        if told is not None:
            return told
        if own_timer(here, event, "due"):
            return overdue(here, people, people, "fill")
        moved = handed(here, event, people, "fill")
        if moved is not None:
            return standing_in(here, *moved)
        if isinstance(event, Acted) and event.by in people and event.deed == "submit":
            note = here.note("submitted", by=event.by)
            return Go(notes=(note,), wishes=(here.close((event.by,), "submit"), here.close()))
        return Wait(data=here.data)

    def issues(self, step: Step) -> Iterator[Issue]:
        """It says whom it asks, and for what."""
        yield from asking_issues(step)
        if not step.config.edits and not step.config.needs:
            yield Issue(code="flow.nothing_to_fill", path=("edits",), severity="warning")

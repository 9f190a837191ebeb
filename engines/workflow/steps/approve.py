"""Somebody approves or rejects: one of several, all of them, one after the other, or so many of a hundred."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

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
from engines.workflow.state import Acted, Event, Heads, Retried
from engines.workflow.step import Answer, Go, Here, Jump, StepKind, Stop, Wait, own_timer
from metamodel.definition import definition, prop
from metamodel.flow import Step
from metamodel.issues import Issue


@definition
class Settings(Asking):
    """`mode`: any one decides (或签), all must agree (会签), one after the other (依次), or `percent` of them (比例).
    `same`: who agreed earlier in the flow is asked again or passed over. `starter`: what happens when the starter
    is among those asked. `returns`: how far back it may be given; `resumes`: what is sent again goes through
    everything or straight back here. `comment`: when an opinion must be written."""

    mode: Literal["any", "all", "turn", "ratio"] = "any"
    percent: int = prop(50, minimum=1, maximum=100)
    same: Literal["again", "pass"] = "again"
    starter: Literal["keep", "pass", "head"] = "keep"
    returns: Literal["any", "start", "none"] = "any"
    resumes: Literal["again", "here"] = prop("again", group="more")
    comment: Literal["never", "reject", "always"] = prop("never", group="more")


class Approve(StepKind):
    """Somebody approves or rejects."""

    kind = "approve"
    Config = Settings
    asks = True
    group = "people"
    icon = "check"

    def enter(self, here: Here) -> Answer:
        """Ask them, unless it is decided by itself."""
        config = here.config
        groups, ordered = whom(here)
        people = everybody(groups)
        starter = here.state.starter
        free: set[int] = set()
        if starter is not None and starter in people:
            if config.starter == "pass":
                free.add(starter)
            elif config.starter == "head":
                head = here.ask("head", Heads(people=(starter,))).get(str(starter))
                now = [head if person == starter else person for person in people]
                people = tuple(dict.fromkeys(person for person in now if person is not None))
        if not people:
            return alone(here)
        if config.same == "pass":
            free |= set(people) & here.state.agreed
        data = {
            "people": list(people),
            "mode": "turn" if ordered else config.mode,
            "agreed": [person for person in people if person in free],
            "against": [],
            "added": [],
        }
        told = tuple(here.note("passed", to=(person,), why={"because": "known"}) for person in people if person in free)
        if self._agreed(here, data):
            return Go(notes=told)
        first = self._asked_now(data)
        return Wait(data=data, notes=told, wishes=(*asked(here, first, "approve"), *timers(here)))

    def resume(self, here: Here, event: Event) -> Answer:
        """An opinion, a task handed on, a time that has come."""
        people = tuple(here.data.get("people", ()))
        if isinstance(event, Retried):
            again = self.enter(here)
            return _with_wishes(again, (here.close(),))
        told = reminded(here, event)
        if told is not None:
            return told
        if own_timer(here, event, "due"):
            return self._late(here)
        moved = handed(here, event, people, "approve")
        if moved is not None:
            return standing_in(here, *moved)
        if not isinstance(event, Acted) or event.by not in people:
            return Wait(data=here.data)
        match event.deed:
            case "approve":
                return self._for(here, event)
            case "reject":
                return self._against(here, event)
            case "return":
                note = here.note("returned", by=event.by, why={"to": list(event.target)})
                return Jump(to=event.target, notes=(note,), wishes=(here.close((event.by,), "return"), here.close()))
            case "add":
                new = tuple(person for person in event.to if person not in people)
                data = {
                    **here.data,
                    "people": [*people, *new],
                    "added": [*here.data["added"], *new],
                }
                note = here.note("added", by=event.by, to=new)
                return Wait(data=data, notes=(note,), wishes=asked(here, new, "approve"))
        return Wait(data=here.data)

    def issues(self, step: Step) -> Iterator[Issue]:
        """It says whom it asks."""
        yield from asking_issues(step)

    # Counting ----------------------------------------------------------------------------------------------------

    def _for(self, here: Here, event: Acted) -> Answer:
        data = {**here.data, "agreed": [*here.data["agreed"], event.by]}
        note = here.note("approved", by=event.by)
        own = here.close((event.by,), "approve")
        if self._agreed(here, data):
            return Go(notes=(note,), wishes=(own, here.close()), agreed=(event.by,))
        following = asked(here, self._asked_now(data), "approve") if data["mode"] == "turn" else ()
        return Wait(data=data, notes=(note,), wishes=(own, *following), agreed=(event.by,))

    def _against(self, here: Here, event: Acted) -> Answer:
        data = {**here.data, "against": [*here.data["against"], event.by]}
        note = here.note("rejected", by=event.by)
        own = here.close((event.by,), "reject")
        if data["mode"] == "ratio" and self._possible(here, data):
            return Wait(data=data, notes=(note,), wishes=(own,))
        return Stop(outcome="rejected", notes=(note,), wishes=(own, here.close()))

    def _agreed(self, here: Here, data: Any) -> bool:
        """Whether enough of them agree; who was added must agree whatever the mode."""
        yes = set(data["agreed"])
        if not set(data["added"]) <= yes:
            return False
        asked_first = [person for person in data["people"] if person not in data["added"]]
        count = sum(person in yes for person in asked_first)
        match data["mode"]:
            case "any":
                return count > 0 or not asked_first
            case "ratio":
                return bool(count * 100 >= here.config.percent * len(asked_first))
            case _:
                return count == len(asked_first)

    def _possible(self, here: Here, data: Any) -> bool:
        """Whether a share can still be reached when those who are left agree."""
        asked_first = [person for person in data["people"] if person not in data["added"]]
        no = sum(person in data["against"] for person in asked_first)
        added_no = any(person in data["against"] for person in data["added"])
        return not added_no and bool((len(asked_first) - no) * 100 >= here.config.percent * len(asked_first))

    def _asked_now(self, data: Any) -> tuple[int, ...]:
        """Who holds a task next: all of them, or the next one."""
        left = [person for person in data["people"] if person not in data["agreed"]]
        return tuple(left[:1]) if data["mode"] == "turn" else tuple(left)

    def _late(self, here: Here) -> Answer:
        decided = {*here.data["agreed"], *here.data["against"]}
        holders = tuple(person for person in here.data["people"] if person not in decided)
        if here.data["mode"] == "turn":
            holders = holders[:1]
        return overdue(here, holders, tuple(here.data["people"]), "approve")


def _with_wishes(answer: Answer, first: tuple[Any, ...]) -> Answer:
    return replace(answer, wishes=(*first, *answer.wishes))

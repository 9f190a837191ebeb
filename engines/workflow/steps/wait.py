"""The flow rests: for a time, until a date of the record, or until something about the record holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Literal

from engines.workflow.state import Changed, Event, Holds, Retried, SetTimer, Values
from engines.workflow.step import Answer, Go, Here, StepKind, Stop, Wait, own_timer
from engines.workflow.working import due
from metamodel.definition import definition, prop
from metamodel.expressions import moments
from metamodel.flow import CLOCK, Step
from metamodel.issues import Issue


@definition
class Settings:
    """`until`: a duration (`amount` of `unit`, `working` time alone if said), a date (`field` plus `offset` days, at a
    time of day), or an event (`condition` holds, looked at after each change of the record). `timeout` ends the wait
    for an event after so many of `timeout_unit`; 0 waits for ever."""

    until: Literal["duration", "date", "event"] = "duration"
    amount: int = prop(1, minimum=0, maximum=100_000)
    unit: Literal["minutes", "hours", "days"] = "days"
    working: bool = False
    field: str = prop("", ref="field")
    offset: int = prop(0, minimum=-3650, maximum=3650)
    at: str = prop("09:00", pattern=CLOCK, widget="clock")
    condition: str = prop("", expression="boolean")
    timeout: int = prop(0, minimum=0, maximum=100_000)
    timeout_unit: Literal["minutes", "hours", "days"] = "days"
    timed_out: Literal["go", "end"] = "go"


class Rest(StepKind):
    """The flow rests."""

    kind = "wait"
    Config = Settings
    listens = True
    group = "time"
    icon = "clock"

    def enter(self, here: Here) -> Answer:
        """Set the clock, or look whether it holds already."""
        config = here.config
        match config.until:
            case "duration":
                at = due(here.hours, here.now, config.amount, config.unit, working=config.working)
                return self._until(here, at)
            case "date":
                told = here.ask("date", Values(expressions={"date": f"{{{config.field}}}"}))["date"]
                moment = self._moment(here, told)
                if moment is None:
                    return Go(notes=(here.note("waited", why={"because": "no_date"}),))
                return self._until(here, moment)
            case _:
                if self._holds(here, "first"):
                    return Go(notes=(here.note("waited", why={"because": "held"}),))
                if not config.timeout:
                    return Wait(data={"asked": 0})
                at = due(here.hours, here.now, config.timeout, config.timeout_unit, working=config.working)
                return Wait(
                    data={"asked": 0},
                    wishes=(SetTimer(path=here.path, visit=here.visit, name="timeout", at=at),),
                )

    def resume(self, here: Here, event: Event) -> Answer:
        """The time has come, or the record was changed."""
        if isinstance(event, Retried):
            return self.enter(here)
        if own_timer(here, event, "over"):
            return Go(notes=(here.note("waited", why={"because": "time"}),))
        if own_timer(here, event, "timeout"):
            note = here.note("waited", why={"because": "timeout"})
            return Stop(outcome="ended", notes=(note,)) if here.config.timed_out == "end" else Go(notes=(note,))
        if isinstance(event, Changed) and here.config.until == "event":
            asked = int(here.data.get("asked", 0)) + 1
            if self._holds(here, f"again:{asked}"):
                return Go(notes=(here.note("waited", why={"because": "held"}),))
        return Wait(data=here.data)

    def _until(self, here: Here, at: datetime) -> Answer:
        if at <= here.now:
            return Go(notes=(here.note("waited", why={"because": "time"}),))
        return Wait(
            data={"until": at.isoformat()},
            wishes=(SetTimer(path=here.path, visit=here.visit, name="over", at=at),),
        )

    def _moment(self, here: Here, told: object) -> datetime | None:
        config = here.config
        if not isinstance(told, str) or not told:
            return None
        zone = here.hours.zone
        day = date.fromisoformat(told) if len(told) == 10 else moments.day_of(datetime.fromisoformat(told), zone)
        if day is None:
            return None
        wall = datetime.combine(day + timedelta(days=config.offset), time.fromisoformat(config.at))
        return moments.from_wall(wall, zone)

    def _holds(self, here: Here, word: str) -> bool:
        return bool(here.ask(word, Holds(conditions={"until": here.config.condition}))["until"]["holds"])

    def issues(self, step: Step) -> Iterator[Issue]:
        """What it waits for is said."""
        if step.config.until == "date" and not step.config.field:
            yield Issue(code="flow.no_date", path=("field",))
        if step.config.until == "event" and not step.config.condition.strip():
            yield Issue(code="flow.no_event", path=("condition",))

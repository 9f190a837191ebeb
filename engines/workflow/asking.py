"""What steps that ask people have in common: whom they ask, how long they wait, and handing a task on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from msgspec.structs import replace

from engines.workflow.state import Acted, Assigned, Event, Heads, OpenTask, Remind, SetTimer, Who, Wish, people_of
from engines.workflow.step import Answer, Fail, Go, Here, Stop, Wait, own_timer
from engines.workflow.working import due
from metamodel.definition import Json, definition, numbered, prop
from metamodel.flow import Deadline, Source, Step
from metamodel.issues import Issue

Nobody = Literal["stop", "pass", "reject", "stand_in"]


@definition
class Asking:
    """Whom a step asks; what happens when that is `nobody`; the fields of the form that they may change and those they
    don't see; whether they may hand it on; how long they have."""

    people: tuple[Source, ...] = ()
    nobody: Nobody = "stop"
    stand_in: tuple[Source, ...] = prop((), group="more")
    edits: tuple[str, ...] = prop((), ref="field", group="more")
    hides: tuple[str, ...] = prop((), ref="field", group="more")
    transfer: bool = prop(True, group="more")
    deadline: Deadline | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", numbered(self.people))
        object.__setattr__(self, "stand_in", numbered(self.stand_in))


def whom(here: Here) -> tuple[list[list[int]], bool]:
    """The people of a step, a list for each source, and whether they are asked one after the other."""
    config = here.config
    groups = here.ask("who", Who(sources=config.people, step=here.step.id))
    found = [list(group) for group in groups["people"]]
    ordered = bool(groups.get("ordered"))
    if not any(found) and config.nobody == "stand_in":
        groups = here.ask("stand_in", Who(sources=config.stand_in, step=here.step.id))
        found, ordered = [list(group) for group in groups["people"]], bool(groups.get("ordered"))
    return found, ordered


def alone(here: Here) -> Answer:
    """What a step does that found nobody to ask."""
    match here.config.nobody:
        case "pass":
            return Go(notes=(here.note("passed", why={"because": "nobody"}),))
        case "reject":
            return Stop(outcome="rejected", notes=(here.note("rejected", why={"because": "nobody"}),))
        case _:
            return Fail(error="flow.nobody")


def asked(here: Here, people: tuple[int, ...], kind: str) -> tuple[Wish, ...]:
    """A task for each, with its end."""
    deadline = here.config.deadline
    at = None
    if deadline is not None:
        at = due(here.hours, here.now, deadline.amount, deadline.unit, working=deadline.working)
    return tuple(OpenTask(path=here.path, visit=here.visit, kind=kind, user=person, due_at=at) for person in people)


def timers(here: Here) -> Iterator[Wish]:
    """The moments at which whoever was asked is reminded, and at which it is too late."""
    deadline = here.config.deadline
    if deadline is None:
        return
    at = due(here.hours, here.now, deadline.amount, deadline.unit, working=deadline.working)
    yield SetTimer(path=here.path, visit=here.visit, name="due", at=at)
    if deadline.remind:
        before = _before(here, deadline)
        if before > here.now:
            yield SetTimer(path=here.path, visit=here.visit, name="remind", at=before)


def _before(here: Here, deadline: Deadline) -> Any:
    """The moment of the reminder: so many hours, working ones where the deadline counts those, before its end."""
    whole = deadline.amount if deadline.unit == "hours" else None
    if whole is None:
        length = here.hours.day_length().total_seconds() / 3600 if deadline.working else 24
        whole = int(deadline.amount * length)
    return due(here.hours, here.now, max(0, whole - deadline.remind), "hours", working=deadline.working)


def handed(here: Here, event: Event, people: tuple[int, ...], kind: str) -> tuple[Mapping[int, int], Wait] | None:
    """A task given to somebody else, by its holder or by an administrator: who takes whose place, and what is wished
    for; None for other events."""
    if isinstance(event, Acted) and event.deed == "transfer" and event.to:
        holder, to = event.by, event.to[0]
    elif isinstance(event, Assigned):
        holder, to = event.holder, event.to
    else:
        return None
    wishes: tuple[Wish, ...] = (here.close((holder,), "transfer"),)
    if to not in people:
        wishes += asked(here, (to,), kind)
    note = here.note("transferred", by=event.by, to=(to,))
    return {holder: to}, Wait(wishes=wishes, notes=(note,), data=here.data)


def replaced(people: Iterable[int], places: Mapping[int, int]) -> list[int]:
    """People with some in the places of others, each once."""
    return list(dict.fromkeys(places.get(person, person) for person in people))


def reminded(here: Here, event: Event) -> Wait | None:
    """The moment of the reminder."""
    if own_timer(here, event, "remind"):
        return Wait(data=here.data, wishes=(Remind(path=here.path, visit=here.visit),))
    return None


def escalated(
    here: Here, holders: tuple[int, ...], people: tuple[int, ...], kind: str
) -> tuple[Mapping[int, int], Wait]:
    """What nobody did in time goes to whoever leads them; those who have nobody above keep theirs."""
    heads: Mapping[str, Json] = here.ask("heads", Heads(people=holders))
    places: dict[int, int] = {}
    wishes: list[Wish] = []
    for holder in holders:
        head = heads.get(str(holder))
        if head is None:
            wishes.append(Remind(path=here.path, visit=here.visit, late=True))
            continue
        wishes.append(here.close((holder,), "late"))
        if head not in people and head not in places.values():
            # The new holder's time is as long again.
            wishes += asked(here, (head,), kind)
        places[holder] = head
    note = here.note("escalated", to=tuple(dict.fromkeys(places.values())), why={"from": list(holders)})
    return places, Wait(data=here.data, wishes=tuple(wishes), notes=(note,))


def overdue(here: Here, holders: tuple[int, ...], people: tuple[int, ...], kind: str) -> Answer:
    """What happens when nobody acted in time, as the deadline says; `holders` are those who still could."""
    match here.config.deadline.then if here.config.deadline else "nothing":
        case "pass":
            note = here.note("passed", why={"because": "late"})
            return Go(notes=(note,), wishes=(here.close(deed="late"),))
        case "reject":
            note = here.note("rejected", why={"because": "late"})
            return Stop(outcome="rejected", notes=(note,), wishes=(here.close(deed="late"),))
        case "head":
            return standing_in(here, *escalated(here, holders, people, kind))
        case _:
            late = Remind(path=here.path, visit=here.visit, late=True)
            return Wait(data=here.data, notes=(here.note("late", to=holders),), wishes=(late,))


def standing_in(here: Here, places: Mapping[int, int], wait: Wait) -> Wait:
    """Some stand in the places of others, whatever those were asked for."""
    data = {word: replaced(here.data[word], places) for word in ("people", "added") if word in here.data}
    return replace(wait, data={**wait.data, **data})


def asking_issues(step: Step) -> Iterator[Issue]:
    """A step that asks says whom."""
    config = step.config
    if not config.people:
        yield Issue(code="flow.no_people", path=("people",))
    if config.nobody == "stand_in" and not config.stand_in:
        yield Issue(code="flow.no_stand_in", path=("stand_in",))
    for name in config.edits:
        if name in config.hides:
            yield Issue(code="flow.hidden_edit", path=("edits",), severity="warning", arguments={"word": name})


def everybody(groups: list[list[int]]) -> tuple[int, ...]:
    """All of them once."""
    return people_of(groups)

"""What a write leads to: rules before it is kept, in its own transaction; those after it through the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from engines.database import watch
from engines.effects import Reject, SetValues
from engines.records import store
from engines.records.history import Cause, Told
from engines.records.live import Live
from engines.records.sight import Sight
from engines.records.telling import values, watched
from engines.rules import log
from engines.rules.listen import Heard, Switches, find, listeners, rules_of
from engines.rules.run import Why, fire, in_turn
from engines.runtime import flow_notes, outbox
from engines.runtime.fitting import fitted
from engines.runtime.segment_notes import note
from metamodel.definition import Json, Label
from metamodel.errors import Invalid, Refused
from metamodel.issues import Issue
from metamodel.trigger import Event

QUEUE = "events"
#: rounds of rules before a write is kept; each may set what another listens to
MOST_ROUNDS = 5


def happened(connection: sa.Connection, sight: Sight, cause: Cause) -> None:
    """Called by every line when its writes are done: rules hear what was told, and segments put it down."""
    rules_hear(connection, sight, cause)
    note(connection, sight.live, cause)
    flow_notes.note(connection, sight.live, cause)


def rules_hear(connection: sa.Connection, sight: Sight, cause: Cause) -> None:
    """Rules hear what was told. Refused when rules before the write
    set one another off without end, or when this write lies too deep in a chain of rules."""
    if not cause.told or not any(item.entity in rules_of(sight.live) for item in cause.told):
        return
    known = switches(connection, sight.live)
    done = 0
    # Whose doing a change is: a rule does not start itself again in the same write.
    own: dict[int, tuple[str, str]] = {}
    for left in range(MOST_ROUNDS, -1, -1):
        fresh = list(cause.told[done:])
        if not fresh:
            break
        done += len(fresh)
        for event, change in _events(connection, sight.live, fresh):
            hearing = [heard for heard in listeners(sight.live, event, "before", known) if own.get(change) != heard.key]
            for heard in in_turn(connection, sight, hearing, event.number):
                if not left:
                    raise Refused(Issue(code="rule.restless", arguments={"label": heard.rule.label}))
                before = len(cause.told)
                _before(connection, sight, heard, event, change, cause)
                own |= {item.change: heard.key for item in cause.told[before:] if item.change}
    after = [
        packed(event, change)
        for event, change in _events(connection, sight.live, as_one(cause.told))
        if listeners(sight.live, event, "after", known)
    ]
    if not after:
        return
    if cause.depth > outbox.DEEPEST:
        labels = chain(connection, sight.live, cause.cause)
        raise Refused(Issue(code="rule.loop", arguments={"labels": labels, "deepest": outbox.DEEPEST}))
    payload = {"events": after, "by": cause.by, "at": cause.at.isoformat()}
    why = f"firing:{cause.cause}" if cause.cause else after[0]["cause"]
    outbox.enqueue(connection, QUEUE, payload, now=cause.at, cause=why, depth=cause.depth)


def as_one(told: Sequence[Told]) -> list[Told]:
    """What one transaction did to a record as whoever hears of it afterwards should: a record that was made was made
    as it is now, and several changes are one, from the first value to the last."""
    found: dict[tuple[str, int, str], Told] = {}
    made = {(item.entity, item.number) for item in told if item.action == "create"}
    for item in told:
        if item.action not in ("update", "derive"):
            found[(item.entity, item.number, item.action)] = item
        elif (item.entity, item.number) not in made:
            key = (item.entity, item.number, item.action)
            before = found[key].fields if key in found else {}
            fields = {**item.fields}
            for word, pair in before.items():
                fields[word] = [pair[0], fields[word][1] if word in fields else pair[1]]
            moved = {word: pair for word, pair in fields.items() if pair[0] != pair[1]}
            found[key] = replace(found.get(key, item), fields=moved)
    return [item for item in found.values() if item.fields or item.action not in ("update", "derive")]


def chain(connection: sa.Connection, live: Live, firing: int | None) -> list[Label]:
    """The rules that led to a firing, the first one first, each named once."""
    found: list[Label] = []
    for application, rule in log.chain(connection, firing):
        heard = find(live, application, rule)
        label = heard.rule.label if heard else rule
        if label not in found:
            found.append(label)
    return found[::-1]


def switches(connection: sa.Connection, live: Live) -> Switches:
    """Which rules people switched, as the transaction sees it."""
    number = watch(connection).get(log.COUNTER, 0)
    return live.once(("switches", number), lambda: log.switches(connection))


def _before(connection: sa.Connection, sight: Sight, heard: Heard, event: Event, change: int, cause: Cause) -> None:
    """A rule before the write is kept: it sees the record as it is about to be."""
    why = Why(cause=f"change:{change}", at=cause.at, by=cause.by, depth=cause.depth)
    for fired in fire(connection, sight, heard, [event.number], why):
        for _, effect in fired.effects:
            if isinstance(effect, Reject):
                path = (effect.field,) if effect.field else ()
                raise Invalid(Issue(code="value.invalid", path=path, arguments={"message": effect.message}))
            if isinstance(effect, SetValues):
                given = fitted(heard.entity, effect.values)
                own = replace(cause, cause=fired.firing, chosen=False)
                store.update(connection, sight, heard.entity, event.number, given, own)
        log.finish(connection, fired.firing, "done", fired.trace())


def _events(connection: sa.Connection, live: Live, told: Sequence[Told]) -> list[tuple[Event, int]]:
    """What was told, by the names of fields; a new record brings the values that somebody watches."""
    found: list[tuple[Event, int]] = []
    for entity, items in _grouped(told).items():
        model = live.model.entities[entity]
        names = {item.definition.id: item.name for item in model.fields.values()}
        made = [item.number for item in items if item.action == "create"]
        watching = watched(live).get(entity, ())
        first = values(connection, live, entity, watching, made) if made and watching else {}
        for item in items:
            if item.action not in ("create", "update", "delete", "restore", "derive"):
                continue
            fields: Mapping[str, tuple[Json, Json]] = {
                names[word]: (pair[0], pair[1]) for word, pair in item.fields.items() if word in names
            }
            if item.action == "create":
                fields = {name: (None, value) for name, value in first.get(item.number, {}).items()}
            event = Event(entity=entity, number=item.number, happening=item.action, fields=fields)
            found.append((event, item.change))
    return found


def _grouped(told: Iterable[Told]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for item in told:
        found.setdefault(item.entity, []).append(item)
    return found


def packed(event: Event, change: int) -> dict[str, Json]:
    """An event as it is put into the outbox; the change it stands for is its cause."""
    return {
        "entity": event.entity,
        "number": event.number,
        "happening": event.happening,
        "fields": {name: list(pair) for name, pair in event.fields.items()},
        "about": event.about,
        "cause": f"change:{change}" if change else "",
    }


def unpacked(said: Mapping[str, Json]) -> Event:
    """An event as it was put into the outbox."""
    return Event(
        entity=said["entity"],
        number=said["number"],
        happening=said["happening"],
        fields={name: (pair[0], pair[1]) for name, pair in said["fields"].items()},
        about=said["about"],
    )

"""What the worker does with what happened: rules after the write, each firing once, its effects in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.database import Workspace
from engines.records.history import Cause
from engines.records.live import Live
from engines.records.sight import Sight
from engines.rules import log
from engines.rules.listen import Heard, find, listeners
from engines.rules.run import Fired, Why, fire, in_turn, look_of, wanted
from engines.runtime import outbox
from engines.runtime.events import switches, unpacked
from engines.runtime.house import as_house
from engines.runtime.outbox import Entry
from engines.runtime.perform import perform
from engines.runtime.release import Releases
from metamodel.definition import Json
from metamodel.errors import Invalid, Refusal, Refused
from metamodel.field_type import instant_text
from metamodel.issues import DEFAULT_LOCALE, Issue
from metamodel.trigger import Event


class React:
    """Carries entries of the queue of events; in the transaction that also marks them done."""

    def __init__(self, workspace: Workspace, releases: Releases | None = None) -> None:
        self._releases = releases or Releases(workspace)

    def __call__(self, connection: sa.Connection, entry: Entry) -> None:
        """Every rule that hears one of the entry's events; NotYet where another worker still has to do with an earlier
        one about the same record."""
        mine = _about(entry.payload)
        if any(mine & _about(payload) for payload in outbox.ahead(connection, entry)):
            raise outbox.NotYet
        by = entry.payload["by"]
        at = datetime.fromisoformat(entry.payload["at"])
        sight = as_house(connection, self._releases, by, at)
        known = switches(connection, sight.live)
        heard_of: list[tuple[Event, Why, Sequence[Heard]]] = []
        for index, packed in enumerate(entry.payload["events"]):
            event = unpacked(packed)
            if event.entity not in sight.live.model.entities:
                continue
            cause = packed["cause"] or f"{_origin(entry)}:{index}"
            listening = listeners(sight.live, event, "after", known)
            if listening:
                heard_of.append((event, Why(cause=cause, at=at, by=by, depth=entry.depth), listening))
        hold(connection, sight.live, [(event.entity, event.number) for event, _, _ in heard_of])
        for event, why, hearing in heard_of:
            for heard in in_turn(connection, sight, hearing, event.number):
                carry_out(connection, sight, fire(connection, sight, heard, [event.number], why), why)


def _about(payload: Mapping[str, Any]) -> set[tuple[str, int]]:
    """The records that an entry tells of."""
    return {(event["entity"], event["number"]) for event in payload["events"]}


def hold(connection: sa.Connection, live: Live, records: Iterable[tuple[str, int]]) -> None:
    """Nobody else's rules look at these records until the transaction ends: of two workers with events about one
    record the second sees what the first made of it. SQLite has one writer anyway."""
    if live.dialect != "postgresql":
        return
    numbers: dict[str, set[int]] = {}
    for entity, number in records:
        numbers.setdefault(entity, set()).add(number)
    for entity in sorted(numbers):
        table = live.tables[entity]
        query = sa.select(table.c.id).where(table.c.id.in_(numbers[entity])).order_by(table.c.id)
        # Not FOR UPDATE: whoever only refers to a record need not wait.
        connection.execute(query.with_for_update(key_share=True))


def _origin(entry: Entry) -> str:
    """What computed values moved for: the entry alone, or the firing that wrote."""
    word, _, firing = (entry.cause or "").partition(":")
    return f"from:{firing}:{entry.id}" if word == "firing" else f"event:{entry.id}"


def carry_out(connection: sa.Connection, sight: Sight, fired: Sequence[Fired], why: Why) -> int:
    """The effects of firings. One that is refused is undone as a whole, kept as failed with its reason, and does not
    stop the others; how many were carried out."""
    done = 0
    for item in fired:
        cause = Cause(at=why.at, by=why.by, cause=item.firing, depth=why.depth)
        try:
            with connection.begin_nested():
                results: list[Json] = perform(connection, sight, item, cause)
            log.finish(connection, item.firing, "done", item.trace(results))
            done += 1
        except Refusal as refusal:
            log.finish(connection, item.firing, "failed", item.trace(), _told(refusal))
    return done


def _told(refusal: Refusal) -> str:
    return "\n".join(str(issue.to_json(DEFAULT_LOCALE)["message"]) for issue in refusal.issues)


def retry(connection: sa.Connection, sight: Sight, number: int, *, by: int | None, at: datetime) -> bool:
    """A failed firing tried again because a person wants it, with the record and the rule as they are now; whether it
    was carried out. Refused when it did not fail, or when rule or record are gone. Who tried is kept in the trace."""
    row = connection.execute(sa.select(log.firing).where(log.firing.c.id == number).with_for_update()).one_or_none()
    if row is None or row.state != "failed":
        raise Invalid(Issue(code="firing.not_failed"))
    heard = find(sight.live, row.application, row.rule)
    seen = next(look_of(sight, heard).at(connection, [row.record_id]), None) if heard else None
    if heard is None or seen is None:
        raise Refused(Issue(code="firing.gone"))
    item = Fired(heard=heard, firing=number, seen=seen, effects=wanted(sight, heard, seen))
    tries = [*(row.trace or {}).get("retried", ()), {"by": by, "at": instant_text(at), "error": row.error}]
    kept = {"condition": (row.trace or {}).get("condition", []), "retried": tries}
    cause = Cause(at=at, by=row.by_id, cause=number, depth=row.depth)
    try:
        with connection.begin_nested():
            results = perform(connection, sight, item, cause)
    except Refusal as refusal:
        log.finish(connection, number, "failed", {**item.trace(), **kept}, _told(refusal))
        return False
    log.finish(connection, number, "done", {**item.trace(results), **kept})
    return True


def press(connection: sa.Connection, sight: Sight, heard: Heard, number: int, why: Why) -> Fired | None:
    """A button: what a person asked for is done at once, and a refusal is the person's answer."""
    hold(connection, sight.live, [(heard.entity.name, number)])
    fired = fire(connection, sight, heard, [number], why)
    for item in fired:
        results = perform(connection, sight, item, Cause(at=why.at, by=why.by, cause=item.firing, depth=why.depth))
        log.finish(connection, item.firing, "done", item.trace(results))
        return item
    return None

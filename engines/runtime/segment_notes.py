"""What writes put down for segments: the records they touched, in the transaction that touched them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.records.history import Cause, Told
from engines.records.live import Live
from engines.records.settle import Deeds, Due, deeds_of, everything
from engines.runtime import outbox
from engines.segments.plan import reading
from metamodel.definition import Json

QUEUE = "segments"
SYSTEM = ("version", "changed_at", "changed_by")


def note(connection: sa.Connection, live: Live, cause: Cause) -> None:
    """Called by every line when its writes are done: what a segment reads is put down for the worker, in the same
    transaction. A write that no segment reads costs one look."""
    reads = reading(live).reads
    if not cause.told or not any(item.entity in reads for item in cause.told):
        return
    deeds = [deed for item in cause.told if item.entity in reads for deed in _deed(live, item, reads[item.entity])]
    if deeds:
        payload = {"deeds": deeds, "by": cause.by, "at": cause.at.isoformat()}
        why = f"firing:{cause.cause}" if cause.cause else None
        outbox.enqueue(connection, QUEUE, payload, now=cause.at, cause=why, depth=cause.depth)


def note_run(
    connection: sa.Connection, live: Live, run: int, *, by: int | None, at: datetime, undone: bool = False
) -> None:
    """As `note` for what a run did, which the change log knows; of one that was undone the rows are gone, and all of
    their entities are looked at."""
    if reading(live).reads:
        payload = {"run": run, "undone": undone, "by": by, "at": at.isoformat()}
        outbox.enqueue(connection, QUEUE, payload, now=at, key=f"segments:run:{run}:{at.isoformat()}")


def _deed(live: Live, item: Told, reads: frozenset[str]) -> Iterable[Json]:
    if item.action in ("create", "delete", "restore"):
        yield {"entity": item.entity, "number": item.number}
        return
    fields = {field.definition.id: field for field in live.model.entities[item.entity].fields.values()}
    moved: dict[str, list[int]] = {}
    for word, pair in item.fields.items():
        field = fields.get(word)
        if field is not None and field.name in reads:
            held = field.expression_type.kind == "record"
            moved[field.name] = [value for value in pair if isinstance(value, int)] if held else []
    moved |= {name: [] for name in SYSTEM if name in reads and item.action == "update"}
    if moved:
        yield {"entity": item.entity, "number": item.number, "fields": moved}


def deeds_noted(live: Live, packed: Sequence[Mapping[str, Any]]) -> dict[str, Deeds]:
    """What was put down, as deeds; entities that are gone since are left out."""
    found: dict[str, Deeds] = {}
    for item in packed:
        if item["entity"] not in live.model.entities:
            continue
        deeds = found.setdefault(item["entity"], Deeds())
        if "fields" not in item:
            deeds.whole.numbers.add(item["number"])
        for name, held in item.get("fields", {}).items():
            deeds.changed.setdefault(name, Due()).numbers.add(item["number"])
            deeds.held.setdefault(name, set()).update(held)
    return found


def deeds_run(connection: sa.Connection, live: Live, run: int, undone: bool = False) -> dict[str, Deeds]:
    """What a run did; every change moves the fields that the platform keeps itself."""
    found = deeds_of(connection, live, run)
    if undone:
        return everything(found)
    for deeds in found.values():
        every = Due()
        for one in deeds.changed.values():
            every.add(one)
        deeds.changed |= dict.fromkeys(SYSTEM, every)
    return found

"""Flows moved: an event for each of some instances, their questions answered, what became of them written, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from engines.access.people import names_of
from engines.messages import inbox
from engines.records.live import Live
from engines.records.sight import Sight
from engines.runtime import outbox
from engines.runtime.flow_answers import Answering, Asked, said
from engines.workflow import deputies, instances
from engines.workflow.advance import advance, stuck
from engines.workflow.instances import Change, Running, Said, text_of
from engines.workflow.state import (
    Acted,
    Ask,
    Assigned,
    CallFlow,
    Changed,
    ChildEnded,
    CloseTasks,
    Event,
    Fired,
    Key,
    Moved,
    OpenTask,
    Remind,
    Retried,
    SetTimer,
    Started,
    State,
    Withdrawn,
)
from engines.workflow.step import StepKind
from engines.workflow.tables import OPEN, QUEUE, flow_task
from metamodel.definition import Json
from metamodel.errors import NotFound, Refusal, Refused
from metamodel.flow import Flow, step_at
from metamodel.issues import LOCALES, Issue, say, wording
from metamodel.model import qualified

#: flows that call flows, one within the other
DEEPEST = 12
#: rounds of questions and answers of one event
MOST_ROUNDS = 2_000


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happens to an instance; `said` is what a person wrote with it, `deputy` who did it for them."""

    instance: int
    event: Event
    said: Said = msgspec.field(default_factory=Said)
    deputy: int | None = None


def happen(connection: sa.Connection, sight: Sight, happenings: Sequence[Happening], now: datetime) -> list[Change]:
    """Move instances by events, in the caller's transaction; `sight` is the house's, acting for whoever caused them.
    Several events of one instance happen one after the other."""
    found: list[Change] = []
    left = list(happenings)
    while left:
        first: dict[int, Happening] = {}
        later: list[Happening] = []
        for one in left:
            if one.instance in first:
                later.append(one)
            else:
                first[one.instance] = one
        left = later
        held = instances.locked(connection, sight.live, first)
        found += _move(connection, sight, [(item, first[item.id]) for item in held.values()], now)
    return found


def _move(
    connection: sa.Connection, sight: Sight, moving: Sequence[tuple[Running, Happening]], now: datetime
) -> list[Change]:
    kinds: Mapping[str, StepKind] = sight.live.model.catalog["steps"]
    answers: dict[int, dict[Key, Json]] = {item.id: {} for item, _ in moving}
    done: dict[int, Moved] = {}
    waiting = list(moving)
    answering = Answering(connection=connection, sight=sight, by=_by(moving), at=now)
    for _ in range(MOST_ROUNDS):
        asked: list[Asked] = []
        for item, one in waiting:
            result = advance(item.flow, kinds, item.state, one.event, now, item.hours, answers[item.id])
            if isinstance(result, Ask):
                asked += (Asked(item=item, key=key, question=what) for key, what in result.questions.items())
            else:
                done[item.id] = result
        if not asked:
            break
        for one_asked, answer in zip(asked, answering.answer(asked), strict=True):
            if isinstance(answer, Refusal):
                path, visit, _ = one_asked.key
                done[one_asked.item.id] = stuck(one_asked.item.state, path, visit, said(answer))
            else:
                answers[one_asked.item.id][one_asked.key] = answer
        waiting = [pair for pair in waiting if pair[0].id not in done]
    changes = [
        Change(
            before=item,
            state=done[item.id].state,
            tasks=tuple(wish for wish in done[item.id].wishes if isinstance(wish, OpenTask | CloseTasks)),
            notes=done[item.id].notes,
            listens=_listens(item.flow, done[item.id].state, kinds),
            said=one.said,
            by=_actor(one.event),
            deputy=one.deputy,
        )
        for item, one in moving
        if item.id in done and (done[item.id].state != item.state or done[item.id].wishes or done[item.id].notes)
    ]
    instances.save(connection, changes, now)
    _others(connection, sight, changes, done, now)
    return changes


def _by(moving: Sequence[tuple[Running, Happening]]) -> int | None:
    """Whose doing it is; several events at once are the clock's."""
    if len(moving) != 1:
        return None
    one = moving[0][1]
    return one.deputy or _actor(one.event)


def _actor(event: Event) -> int | None:
    return event.by if isinstance(event, Acted | Started | Withdrawn | Retried | Assigned) else None


def _listens(flow: Flow, state: State, kinds: Mapping[str, StepKind]) -> bool:
    """Whether changes of the record may move it."""
    for token in state.tokens:
        step = step_at(flow, token.path)
        if step is not None and kinds[step.type].listens and getattr(step.config, "until", "") == "event":
            return True
    return False


# What else a flow wants -------------------------------------------------------------------------------------------


def _others(
    connection: sa.Connection, sight: Sight, changes: Sequence[Change], moved: Mapping[int, Moved], now: datetime
) -> None:
    """What goes to the queue, all at once, and what people are told."""
    entries: list[dict[str, Json]] = []
    for change in changes:
        row = change.before.row
        for wish in moved[row.id].wishes:
            match wish:
                case SetTimer():
                    entries.append(_timer(row.id, wish))
                case CallFlow():
                    entries.append(_call(row, wish))
                case Remind():
                    _remind(connection, sight, change, wish)
                case OpenTask(kind="copy"):
                    _copy(connection, sight, change, wish)
        if change.state.ended:
            if row.parent_id is not None:
                entries.append(_ended(row, change.state.outcome))
            _tell_starter(connection, sight, change)
    outbox.enqueue_many(connection, entries, now=now)


def _timer(number: int, wish: SetTimer) -> dict[str, Json]:
    told = {"instance": number, "path": list(wish.path), "visit": wish.visit, "name": wish.name}
    key = f"flow:{number}:{wish.visit}:{wish.name}:{wish.at.isoformat()}"
    return {"queue": QUEUE, "key": key, "payload": {"timer": told}, "due_at": wish.at}


def _call(row: sa.Row[Any], wish: CallFlow) -> dict[str, Json]:
    told = {
        "instance": row.id,
        "path": list(wish.path),
        "visit": wish.visit,
        "flow": qualified(row.application, wish.flow),
        "over": wish.over,
        "waits": wish.waits,
    }
    return {"queue": QUEUE, "key": f"flow:{row.id}:{wish.visit}:call", "payload": {"call": told}}


def _ended(row: sa.Row[Any], outcome: str) -> dict[str, Json]:
    told = {
        "instance": row.parent_id,
        "path": list(row.parent_path or ()),
        "visit": row.parent_visit,
        "outcome": outcome,
    }
    return {"queue": QUEUE, "key": f"flow:{row.id}:ended", "payload": {"child": told}}


def words(code: str, **arguments: Json) -> dict[str, str]:
    """A sentence in each language; an argument that is a label is said in it too."""
    return {
        locale: wording(Issue(code=code, arguments={k: say(v, locale) for k, v in arguments.items()}), locale)[0]
        for locale in LOCALES
    }


def step_words(flow: Flow, path: Sequence[str]) -> dict[str, str]:
    """What a step is called, in each language."""
    step = step_at(flow, tuple(path))
    if step is None:
        return {locale: say(flow.label, locale) for locale in LOCALES}
    kind = words(f"flow_step.{step.type}")
    return {locale: say(step.label, locale) or kind[locale] for locale in LOCALES}


def _remind(connection: sa.Connection, sight: Sight, change: Change, wish: Remind) -> None:
    row, flow = change.before.row, change.before.flow
    query = sa.select(flow_task).where(
        flow_task.c.instance_id == row.id,
        flow_task.c.path == text_of(wish.path),
        flow_task.c.visit == wish.visit,
        flow_task.c.state == OPEN,
    )
    code = "flow.note_late" if wish.late else "flow.note_remind"
    inbox.leave(
        connection,
        sight,
        deputies.reached(connection, connection.execute(query).all(), sight.now),
        title=words(code, step=step_words(flow, wish.path)),
        text=about(connection, row, flow),
        entity=row.entity,
        number=row.record_id,
        key=f"flow:{row.id}:{wish.visit}:{'late' if wish.late else 'remind'}",
    )


def _copy(connection: sa.Connection, sight: Sight, change: Change, wish: OpenTask) -> None:
    row, flow = change.before.row, change.before.flow
    said_words = {
        word: {
            key.partition(":")[2]: str(value)
            for key, value in wish.words.items()
            if key.startswith(f"{word}:") and value not in (None, "")
        }
        for word in ("title", "text")
    }
    inbox.leave(
        connection,
        sight,
        [wish.user],
        title=said_words["title"] or words("flow.note_copy", flow=flow.label),
        text=said_words["text"] or about(connection, row, flow),
        entity=row.entity,
        number=row.record_id,
        key=f"flow:{row.id}:{wish.visit}:copy",
    )


def _tell_starter(connection: sa.Connection, sight: Sight, change: Change) -> None:
    row, flow, state = change.before.row, change.before.flow, change.state
    asks = any(note.what in ("approved", "rejected", "submitted") for note in change.notes)
    if state.starter is None or (change.deputy or change.by) == state.starter or not asks:
        return
    inbox.leave(
        connection,
        sight,
        [state.starter],
        title=words("flow.note_end", flow=flow.label, outcome=words(f"flow.outcome.{state.outcome}")),
        text={},
        entity=row.entity,
        number=row.record_id,
        key=f"flow:{row.id}:ended",
    )


def about(connection: sa.Connection, row: sa.Row[object], flow: Flow) -> dict[str, str]:
    """Who wants what, in a sentence."""
    starter = getattr(row, "starter_id", None)
    name = names_of(connection, {starter}).get(starter, "") if starter else ""
    return words("flow.note_about", who=name, flow=flow.label) if name else {}


# Starting ---------------------------------------------------------------------------------------------------------


def flow_of(live: Live, application: str, flow: str) -> Flow:
    """A live flow by its id; NotFound."""
    owner = live.model.applications.get(application)
    found = next((item for item in owner.flows if item.id == flow), None) if owner else None
    if found is None:
        raise NotFound(Issue(code="flow.unknown"))
    return found


def flow_named(live: Live, application: str, name: str) -> Flow:
    """A live flow by its name, as other definitions refer to it; NotFound."""
    owner = live.model.applications.get(application)
    found: Flow | None = owner.find("flow", name) if owner else None
    if found is None:
        raise NotFound(Issue(code="flow.unknown"))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A flow to be started for a record; the same `key` starts it once."""

    application: str
    flow: Flow
    entity: str
    record: int
    by: int | None
    key: str
    chosen: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    depth: int = 0
    parent: tuple[int, tuple[str, ...], int] | None = None


def start(connection: sa.Connection, sight: Sight, starts: Sequence[Start], now: datetime) -> list[int]:
    """New instances by the house; their numbers, without those that were started before."""
    if not starts:
        return []
    rows = []
    kept: dict[tuple[str, str], int] = {}
    for one in starts:
        if one.depth > DEEPEST:
            raise Refused(Issue(code="flow.deeper"))
        which = (one.application, one.flow.id)
        if which not in kept:
            kept[which] = instances.keep_version(connection, one.application, one.flow, now)
        rows.append(
            {
                "application": one.application,
                "flow": one.flow.id,
                "version_id": kept[which],
                "entity": one.entity,
                "record_id": one.record,
                "starter_id": one.by,
                "key": one.key,
                "locks": one.flow.locks,
                "depth": one.depth,
                "parent_id": one.parent[0] if one.parent else None,
                "parent_path": list(one.parent[1]) if one.parent else None,
                "parent_visit": one.parent[2] if one.parent else None,
                "started_at": now,
                "position": State(starter=one.by, chosen=one.chosen).to_json(),
            }
        )
    made = instances.begin(connection, rows)
    if made:
        held = instances.locked(connection, sight.live, made)
        begun = [(item, Happening(instance=item.id, event=Started(by=item.row.starter_id))) for item in held.values()]
        _move(connection, sight, begun, now)
    return made


def events_of(payload: Mapping[str, Json]) -> Iterator[Happening]:
    """What an entry of the queue means for an instance that runs already."""
    for word, told in payload.items():
        match word:
            case "timer":
                event: Event = Fired(path=tuple(told["path"]), visit=told["visit"], name=told["name"])
                yield Happening(instance=told["instance"], event=event)
            case "child":
                event = ChildEnded(path=tuple(told["path"]), visit=told["visit"], outcome=told["outcome"])
                yield Happening(instance=told["instance"], event=event)
            case "changed":
                for number in told["instances"]:
                    yield Happening(instance=number, event=Changed())

"""Flows that people start: which ones they may, whom they have to choose, and the start itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from engines.access.people import holders
from engines.records.sight import Sight
from engines.rules.listen import FLOW
from engines.rules.look import Look
from engines.runtime.events import switches
from engines.runtime.flow_out import under_way
from engines.runtime.flow_tasks import require_active
from engines.runtime.flows import Start, start, step_words
from engines.workflow import deputies
from engines.workflow.instances import text_of
from engines.workflow.tables import OPEN, flow_instance, flow_task
from metamodel.definition import Json
from metamodel.errors import Forbidden, Invalid, Refused
from metamodel.flow import Flow, walk_steps
from metamodel.issues import Issue, say
from metamodel.model import EntityModel, qualified

#: people offered for a choice; more are found by their names
MOST_PEOPLE = 200


def startable(
    connection: sa.Connection, sight: Sight, house: Sight, entity: EntityModel, number: int, locale: str
) -> list[dict[str, Json]]:
    """The flows that the reader may start for a record now."""
    known = switches(connection, sight.live)
    found: list[dict[str, Json]] = []
    for application in sight.live.model.applications.values():
        for flow in application.flows:
            if qualified(application.name, flow.entity) != entity.name or flow.trigger.type != "button":
                continue
            if not known.get((application.name, f"{FLOW}{flow.id}"), flow.active):
                continue
            if not allowed(sight, application.name, flow):
                continue
            if under_way(connection, application.name, flow.id, entity.name, number):
                continue
            if not _holds(connection, house, entity, flow, number):
                continue
            found.append(
                {
                    "application": application.name,
                    "flow": flow.id,
                    "label": say(flow.label, locale),
                    "description": say(flow.description, locale),
                    "choices": choices(connection, application.name, flow, locale),
                }
            )
    return found


def allowed(sight: Sight, application: str, flow: Flow) -> bool:
    """Whether somebody may start a flow: who holds one of its roles, or where it names none whoever sees the record."""
    return sight.actor.is_admin or not flow.roles or sight.holds(application, flow.roles)


def choices(connection: sa.Connection, application: str, flow: Flow, locale: str) -> list[dict[str, Json]]:
    """The steps whose people the starter picks, with those who may be picked where that is few."""
    found: list[dict[str, Json]] = []
    for path, step in walk_steps(flow.steps):
        for source in getattr(step.config, "people", ()):
            if source.type != "chosen":
                continue
            people = None
            if source.config.among:
                home, _, role = qualified(application, source.config.among).partition(".")
                people = [
                    {"id": one["id"], "name": one["label"]} for one in holders(connection, home, [role], MOST_PEOPLE)
                ]
            found.append(
                {
                    "step": step.id,
                    "path": text_of(path),
                    "label": step_words(flow, path)[locale],
                    "people": people,
                    "needed": getattr(step.config, "nobody", "pass") == "stop",
                }
            )
    return found


def _holds(connection: sa.Connection, house: Sight, entity: EntityModel, flow: Flow, number: int) -> bool:
    if not flow.condition.strip():
        return True
    seen = next(Look(house, entity, flow.condition, {}).at(connection, [number]), None)
    return seen is not None and seen.holds


def by_hand(
    connection: sa.Connection,
    sight: Sight,
    house: Sight,
    entity: EntityModel,
    number: int,
    application: str,
    flow: Flow,
    chosen: Mapping[str, tuple[int, ...]],
    key: str,
) -> int:
    """Start a flow for a record that its starter sees; the instance's number. The same key again gives the same."""
    whole_key = f"by:{sight.actor.user_id}:{key}"
    again = connection.scalar(sa.select(flow_instance.c.id).where(flow_instance.c.key == whole_key))
    if again is not None:
        return int(again)
    said = {"label": flow.label}
    if flow.trigger.type != "button" or qualified(application, flow.entity) != entity.name:
        raise Refused(Issue(code="flow.not_now", arguments=said))
    if not allowed(sight, application, flow):
        raise Forbidden(Issue(code="flow.not_allowed", arguments=said))
    if not switches(connection, sight.live).get((application, f"{FLOW}{flow.id}"), flow.active):
        raise Refused(Issue(code="flow.off", arguments=said))
    _hold(connection, sight, entity, number)
    if under_way(connection, application, flow.id, entity.name, number):
        raise Refused(Issue(code="flow.running", arguments=said))
    if not _holds(connection, house, entity, flow, number):
        raise Refused(Issue(code="flow.not_now", arguments=said))
    for choice in choices(connection, application, flow, "zh-CN"):
        people = chosen.get(choice["step"], ())
        if choice["needed"] and not people and "/" not in choice["path"]:
            raise Invalid(
                Issue(code="flow.choose", path=("choices", choice["step"]), arguments={"label": choice["label"]})
            )
        if people:
            require_active(connection, people)
    one = Start(
        application=application,
        flow=flow,
        entity=entity.name,
        record=number,
        by=sight.actor.user_id,
        key=whole_key,
        chosen=chosen,
    )
    return start(connection, house, [one], sight.now)[0]


def _hold(connection: sa.Connection, sight: Sight, entity: EntityModel, number: int) -> None:
    """Of two who start the same at once the second waits and finds it running."""
    if sight.live.dialect == "postgresql":
        table = sight.live.tables[entity.name]
        connection.execute(sa.select(table.c.id).where(table.c.id == number).with_for_update(key_share=True))


def own_task(connection: sa.Connection, sight: Sight, numbers: Sequence[int]) -> int | None:
    """The reader's open task in some flows, or one they may do for another; their own first."""
    if not numbers:
        return None
    person = sight.actor.user_id
    query = sa.select(flow_task.c.id).where(
        flow_task.c.instance_id.in_(numbers),
        deputies.within(connection, person, sight.now),
        flow_task.c.state == OPEN,
        flow_task.c.kind != "copy",
    )
    return connection.scalar(query.order_by(flow_task.c.user_id != person, flow_task.c.id).limit(1))

"""Tasks and running flows found by what people see of them: title of the record, starter, flow and its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.access.tables import user
from engines.records.live import Live
from engines.records.shape import label_column
from engines.records.sight import Sight
from engines.runtime.flow_notes import entities
from engines.runtime.flows import step_words
from engines.workflow.instances import text_of, version
from engines.workflow.tables import OPEN, flow_instance, flow_task, flow_version
from metamodel.errors import Invalid
from metamodel.flow import walk_steps
from metamodel.issues import say

#: people of whom a text may be the name
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    """What a text is found in: people's names, versions by the flow's label, paths of steps by version."""

    people: tuple[int, ...]
    versions: tuple[int, ...]
    steps: tuple[tuple[int, tuple[str, ...]], ...]


def of_tasks(connection: sa.Connection, house: Sight, search: str, locale: str) -> list[sa.ColumnElement[bool]]:
    """Narrows tasks to those in which a text is found; nothing for a blank one."""
    text = search.strip()
    if not text:
        return []
    meant = _meant(connection, house, text, locale)
    owner = flow_instance.alias()
    among = [
        *([owner.c.starter_id.in_(meant.people)] if meant.people else []),
        *([owner.c.version_id.in_(meant.versions)] if meant.versions else []),
        *(sa.and_(owner.c.version_id == number, flow_task.c.path.in_(paths)) for number, paths in meant.steps),
    ]
    found = _titles(house, flow_task.c.entity, flow_task.c.record_id, text)
    if among:
        # Asked task by task: a page is full long before all are asked.
        found.append(sa.exists().where(owner.c.id == flow_task.c.instance_id, sa.or_(*among)))
    return [sa.or_(sa.false(), *found)]


def of_instances(connection: sa.Connection, house: Sight, search: str, locale: str) -> list[sa.ColumnElement[bool]]:
    """The same of running flows; of their steps those at which somebody is asked now."""
    text = search.strip()
    if not text:
        return []
    meant = _meant(connection, house, text, locale)
    found = _titles(house, flow_instance.c.entity, flow_instance.c.record_id, text)
    if meant.versions:
        found.append(flow_instance.c.version_id.in_(meant.versions))
    for number, paths in meant.steps:
        held = sa.exists().where(
            flow_task.c.instance_id == flow_instance.c.id, flow_task.c.state == OPEN, flow_task.c.path.in_(paths)
        )
        found.append(sa.and_(flow_instance.c.version_id == number, held))
    return [sa.or_(sa.false(), *found)]


def _titles(
    house: Sight, entity: sa.ColumnElement[Any], record: sa.ColumnElement[Any], text: str
) -> list[sa.ColumnElement[bool]]:
    """Records whose title holds a text."""
    among: list[sa.ColumnElement[bool]] = []
    for name in sorted(entities(house.live) & set(house.live.model.entities)):
        table = house.live.tables[name]
        label = label_column(house, table, name)
        rows = sa.select(table.c.id).where(label.contains(text, autoescape=True))
        among.append(sa.and_(entity == name, record.in_(rows)))
    return among


def _meant(connection: sa.Connection, house: Sight, text: str, locale: str) -> _Meant:
    called = sa.select(user.c.id).where(user.c.name.icontains(text, autoescape=True)).limit(MOST_PEOPLE)
    wanted = text.casefold()
    versions: list[int] = []
    steps: list[tuple[int, tuple[str, ...]]] = []
    for number in connection.scalars(sa.select(flow_version.c.id)).all():
        label, named = _words(connection, house.live, number, locale)
        if wanted in label:
            versions.append(number)
        elif paths := tuple(path for path, word in named if wanted in word):
            steps.append((number, paths))
    return _Meant(people=tuple(connection.scalars(called)), versions=tuple(versions), steps=tuple(steps))


def _words(connection: sa.Connection, live: Live, number: int, locale: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What a version of a flow and its steps are called, without difference of case; kept for a release."""

    def read() -> tuple[str, tuple[tuple[str, str], ...]]:
        try:
            flow = version(connection, live, number)
        except Invalid:
            # What this program can't read any more has no words to be found by; its tasks say so where they are shown.
            return "", ()
        named = (
            (text_of(path), step_words(flow, path)[locale].casefold())
            for path, step in walk_steps(flow.steps)
            if live.model.catalog["steps"][step.type].asks or step.type == "notify"
        )
        return say(flow.label, locale).casefold(), tuple(named)

    return live.once(("flow search", number, locale), read)

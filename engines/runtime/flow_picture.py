"""One running flow as a picture: its steps with where it stands and who holds it, and what happened so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from engines.access.people import names_of
from engines.records.sight import Sight
from engines.rules.words import Teller
from engines.runtime.flow_pages import error_words, named, states_of
from engines.runtime.flow_tasks import may_withdraw
from engines.runtime.flows import step_words
from engines.workflow.instances import Running, path_of, text_of
from engines.workflow.state import State
from engines.workflow.tables import DONE, ENDED, flow_entry, flow_task
from metamodel.definition import Json
from metamodel.errors import Refusal
from metamodel.field_type import instant_text
from metamodel.flow import Branch, Step, StepPath, walk_steps
from metamodel.issues import say

#: lines of the history that are shown
MOST = 500


def picture(connection: sa.Connection, sight: Sight, house: Sight, item: Running, locale: str) -> dict[str, Json]:
    """The flow as whoever may look at it sees it."""
    row = item.row
    tasks = connection.execute(
        sa.select(flow_task)
        .where(flow_task.c.instance_id == item.id, flow_task.c.kind != "copy")
        .order_by(flow_task.c.id)
    ).all()
    entries = connection.execute(
        sa.select(flow_entry).where(flow_entry.c.instance_id == item.id).order_by(flow_entry.c.id).limit(MOST)
    ).all()
    people = names_of(
        connection,
        {number for task in tasks for number in (task.user_id, task.by_id) if number}
        | {number for entry in entries for number in (entry.by_id, entry.for_id) if number}
        | {number for entry in entries for number in entry.to_ids or ()}
        | ({row.starter_id} if row.starter_id else set()),
    )
    entity = house.live.model.entities.get(row.entity)
    touched = any(task.state == DONE for task in tasks)
    mine = row.starter_id == sight.actor.user_id
    running = row.state != ENDED
    may = [
        *(["withdraw"] if may_withdraw(item, sight.actor.user_id, touched=touched) else []),
        *(["urge"] if mine and running and any(task.state == "open" for task in tasks) else []),
        "comment",
    ]
    by_path: dict[str, list[sa.Row[Any]]] = {}
    for task in tasks:
        by_path.setdefault(task.path, []).append(task)
    teller = Teller(connection=connection, sight=sight, locale=locale)
    drawn = _Drawn(item.state, by_path, people, running, teller, item)
    return {
        "id": item.id,
        "flow": {"application": row.application, "id": row.flow, "label": say(item.flow.label, locale)},
        "locks": item.flow.locks,
        "state": row.state,
        "outcome": row.outcome,
        "error": error_words(row.error, locale),
        "starter": {"id": row.starter_id, "name": people.get(row.starter_id, "")} if row.starter_id else None,
        "started_at": instant_text(row.started_at),
        "ended_at": instant_text(row.ended_at) if row.ended_at else None,
        "entity": row.entity,
        "entity_label": say(entity.definition.label, locale) if entity else "",
        "record": row.record_id,
        "title": named(connection, house, [(row.entity, row.record_id)]).get((row.entity, row.record_id), ""),
        "steps": drawn.steps(item.flow.steps, ()),
        "history": _history(teller, item, entries, tasks, people),
        "may": may,
    }


class _Drawn:
    def __init__(
        self,
        state: State,
        tasks: Mapping[str, list[sa.Row[Any]]],
        people: Mapping[int, str],
        running: bool,
        teller: Teller,
        item: Running,
    ) -> None:
        self.state, self.tasks, self.people, self.running = state, tasks, people, running
        self.teller, self.item = teller, item
        self.passed = set(state.passed)

    def steps(self, steps: Iterable[Step], within: StepPath) -> list[Json]:
        """The steps of a list, each with those in its branches."""
        return [self._step(step, (*within, step.id)) for step in steps]

    def _step(self, step: Step, path: StepPath) -> Json:
        held = self.tasks.get(text_of(path), [])
        newest = held[-1].visit if held else 0
        now = any(token.path[: len(path)] == path for token in self.state.tokens) and self.running
        if now:
            word = "now"
        elif path in self.passed or (held and not self.running and any(task.state == DONE for task in held)):
            word = "done"
        else:
            word = "ahead" if self.running else "skipped"
        found: dict[str, Json] = {
            "path": text_of(path),
            "id": step.id,
            "type": step.type,
            "label": step_words(self.item.flow, path)[self.teller.locale],
            "state": word,
            "people": [
                {
                    "id": task.user_id,
                    "name": self.people.get(task.user_id, ""),
                    "state": states_of(task),
                    "by": self.people.get(task.by_id, ""),
                }
                for task in held
                if task.visit == newest
            ],
            "since": instant_text(held[-1].opened_at) if held and now else None,
        }
        if step.branches:
            found["branches"] = [
                {
                    "id": branch.id,
                    "label": _way(self.teller, self.item, branch),
                    "taken": self._taken((*path, branch.id)),
                    "steps": self.steps(branch.steps, (*path, branch.id)),
                }
                for branch in step.branches
            ]
        return found

    def _taken(self, within: StepPath) -> bool:
        size = len(within)
        return any(token.path[:size] == within for token in self.state.tokens) or any(
            path[:size] == within for path in self.passed
        )


def _history(
    teller: Teller,
    item: Running,
    entries: Iterable[sa.Row[Any]],
    tasks: Iterable[sa.Row[Any]],
    people: Mapping[int, str],
) -> list[Json]:
    """What happened, oldest first, with how long a task lay and was worked at."""
    spent = {(task.path, task.visit, task.user_id): task for task in tasks if task.state == DONE}
    locale = teller.locale
    found: list[Json] = []
    for entry in entries:
        task = spent.get((entry.path, entry.visit, entry.for_id or entry.by_id))
        shown = entry.what in ("approved", "rejected", "submitted", "returned") and task is not None
        found.append(
            {
                "at": instant_text(entry.at),
                "by": {"id": entry.by_id, "name": people.get(entry.by_id, "")} if entry.by_id else None,
                "for": people.get(entry.for_id, "") if entry.for_id else "",
                "step": step_words(item.flow, path_of(entry.path))[locale] if entry.path else "",
                "path": entry.path,
                "what": entry.what,
                "comment": entry.comment or "",
                "files": entry.files or [],
                "to": [people.get(number, "") for number in entry.to_ids or ()],
                "waited": task.waited if shown and task is not None else None,
                "worked": task.worked if shown and task is not None else None,
                "why": _why(teller, item, entry),
            }
        )
    return found


def _why(teller: Teller, item: Running, entry: sa.Row[Any]) -> Json:
    """The reason of a line: for branches the one that was taken with the parts of its condition, in words."""
    why = entry.why or {}
    if entry.what == "branched":
        step = next((step for path, step in walk_steps(item.flow.steps) if text_of(path) == entry.path), None)
        branch = next((one for one in step.branches if one.id == why.get("branch")), None) if step else None
        held = (why.get("held") or {}).get(why.get("branch"), {})
        told = [_sentence(teller, part["text"], item.row.entity) for part in held.get("parts", ())]
        return {
            "branch": _way(teller, item, branch) if branch is not None else "",
            "conditions": [{"text": text} for text in told if text],
        }
    if entry.what == "failed":
        return {"error": error_words(why.get("error"), teller.locale)}
    kept = ("because", "outcome", "on")
    return {word: why[word] for word in kept if word in why} or None


def _way(teller: Teller, item: Running, branch: Branch) -> str:
    """What a branch is called: by its label, else its condition in words. The condition as it is written stays here."""
    return say(branch.label, teller.locale) or _sentence(teller, branch.condition, item.row.entity)


def _sentence(teller: Teller, text: str, entity: str) -> str:
    """A condition in the reader's words; blank where it can't be said to them."""
    try:
        said = teller.sentence(text, entity) if text else ""
    except Refusal:
        return ""
    return "" if said == text else said

"""What flows ask before they can go on, answered in the transaction in which they move; alike questions together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import sqlalchemy as sa

from engines.records.history import Cause
from engines.records.sight import Sight
from engines.rules import log
from engines.rules.listen import FLOW, Heard
from engines.rules.look import Look, Part
from engines.rules.run import Why, fire
from engines.runtime.flow_house import Organisation, people, values_of
from engines.runtime.perform import perform
from engines.workflow.instances import Running, text_of
from engines.workflow.state import Do, Heads, Holds, Key, Question, Values, Who
from metamodel.definition import Json, numbered
from metamodel.errors import Refusal
from metamodel.issues import DEFAULT_LOCALE
from metamodel.model import EntityModel
from metamodel.rule import Rule, Trigger


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One question of one instance."""

    item: Running
    key: Key
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Answers questions as the house; `by` is whose doing moves the flows."""

    connection: sa.Connection
    sight: Sight
    by: int | None
    at: datetime
    _houses: dict[str, Organisation] = field(default_factory=dict)

    def answer(self, asked: Sequence[Asked]) -> list[Json | Refusal]:
        """An answer for each question, in order; a refusal where it can't be answered."""
        found: list[Json | Refusal] = [None] * len(asked)
        alike: dict[tuple[str, ...], list[int]] = {}
        for at, one in enumerate(asked):
            match one.question:
                case Holds(conditions=texts) | Values(expressions=texts):
                    key = (type(one.question).__name__, one.item.row.entity, *map("\n".join, sorted(texts.items())))
                    alike.setdefault(key, []).append(at)
                case _:
                    found[at] = self._one(one)
        for places in alike.values():
            told = self._about([asked[at] for at in places])
            for at, answer in zip(places, told, strict=True):
                found[at] = answer
        return found

    def _about(self, asked: Sequence[Asked]) -> Sequence[Json | Refusal]:
        """Facts about several records by the same statement."""
        question = asked[0].question
        records = [one.item.row.record_id for one in asked]
        try:
            entity = self._entity(asked[0].item)
            if isinstance(question, Values):
                told = values_of(self.connection, self.sight, entity, question.expressions, records)
                return [dict(told.get(number, dict.fromkeys(question.expressions))) for number in records]
            assert isinstance(question, Holds)
            held = {word: self._held(entity, text, records) for word, text in question.conditions.items()}
        except Refusal as refusal:
            return [refusal] * len(asked)
        return [
            {word: by.get(number, {"holds": False, "parts": []}) for word, by in held.items()} for number in records
        ]

    def _held(self, entity: EntityModel, text: str, records: list[int]) -> dict[int, Json]:
        sight = self.sight
        moment = sight.context.now if "NOW" in text.upper() else sight.context.today
        look = sight.live.once(
            ("flow holds", entity.name, text, sight.key, moment), lambda: Look(sight, entity, text, {})
        )
        return {
            seen.number: {"holds": seen.holds, "parts": [_told(part) for part in seen.parts]}
            for seen in look.at(self.connection, records)
        }

    def _one(self, asked: Asked) -> Json | Refusal:
        item, question = asked.item, asked.question
        house = self._houses.setdefault(
            item.row.application,
            Organisation(connection=self.connection, model=self.sight.live.model, application=item.row.application),
        )
        try:
            match question:
                case Who(step=step):
                    chosen = item.state.chosen.get(step, ())
                    starter = item.state.starter if item.state.starter is not None else item.row.starter_id
                    entity = self._entity(item)
                    return people(house, self.sight, entity, question, item.row.record_id, starter, chosen)
                case Heads(people=those):
                    return house.heads_of(those)
                case Do():
                    return self._do(item, asked.key, question)
        except Refusal as refusal:
            return refusal
        raise TypeError(f"nobody answers {type(question).__name__}")

    def _do(self, item: Running, key: Key, question: Do) -> Json:
        """Actions as those of a rule of the flow's own, so that the record says why it changed; refused ones are
        undone as a whole and told as failed."""
        fired = fire(
            self.connection,
            self.sight,
            rule_of(self.sight, item, key, question),
            [item.row.record_id],
            Why(cause=f"flow:{item.id}:{key[1]}:{key[2]}", at=self.at, by=self.by, depth=item.row.depth),
        )
        if not fired:
            return {"failed": "flow.record_gone"}
        one = fired[0]
        cause = Cause(at=self.at, by=self.by, cause=one.firing, depth=item.row.depth)
        try:
            with self.connection.begin_nested():
                results = perform(self.connection, self.sight, one, cause)
        except Refusal as refusal:
            told = said(refusal)
            log.finish(self.connection, one.firing, "failed", one.trace(), told)
            return {"failed": told}
        log.finish(self.connection, one.firing, "done", one.trace(results))
        return {"firing": one.firing, "results": results}

    def _entity(self, item: Running) -> EntityModel:
        return self.sight.live.model.entities[item.row.entity]


def rule_of(sight: Sight, item: Running, key: Key, question: Do) -> Heard:
    """The rule that a step's actions stand for: its id names flow and version, so that looks at the record are kept."""
    word = text_of(key[0])[-20:] if key[2] == "do" else question.word
    name = f"{FLOW}{item.flow.id[:24]}:{item.row.version_id}:{word}"[:62]
    rule = Rule(
        id=name,
        name="flow",
        label=item.flow.label,
        entity=item.flow.entity,
        trigger=Trigger(type="created"),
        condition="",
        days=1,
        actions=numbered(question.actions),
    )
    return Heard(
        application=item.row.application,
        rule=rule,
        entity=sight.live.model.entities[item.row.entity],
        kind=sight.live.model.catalog["triggers"]["created"],
    )


def _told(part: Part) -> Json:
    return part.to_json()


def said(refusal: Refusal) -> str:
    """Why something was refused, in the house's language."""
    return "\n".join(str(issue.to_json(DEFAULT_LOCALE)["message"]) for issue in refusal.issues)

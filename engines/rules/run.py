"""A rule fires: it looks, decides for each record whether it may, notes why, and says what it wants done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engines.effects import Effect, SetValues
from engines.records.prepared import Prepared
from engines.records.sight import Sight
from engines.rules import log
from engines.rules.action import ActionKind, Scope
from engines.rules.listen import Heard
from engines.rules.look import Look, Seen, conditions
from engines.rules.spell import spelt
from metamodel.definition import Json
from metamodel.expressions.ast import Call, Node, walk

#: what separates an action's id from its own word for an expression
BETWEEN = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """What a firing happens for: the same rule fires for a record and a cause once. `by` is whose doing it was."""

    cause: str
    at: datetime
    by: int | None
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A rule on a record: the firing's number (0 when only tried), what was seen, what is to be done."""

    heard: Heard
    firing: int
    seen: Seen
    effects: tuple[tuple[str, Effect], ...]

    def trace(self, results: Sequence[Json] = ()) -> Json:
        """As the log keeps it: the parts of the condition with their values, the actions with what came of them."""
        done = [
            {
                "action": action,
                "kind": type(effect).__name__,
                **({"why": dict(effect.why)} if isinstance(effect, SetValues) and effect.why else {}),
                **({"result": results[at]} if at < len(results) else {}),
            }
            for at, (action, effect) in enumerate(self.effects)
        ]
        return {"condition": [part.to_json() for part in self.seen.parts], "effects": done}


def look_of(sight: Sight, heard: Heard) -> Look:
    """The rule's statement; kept with the release for everyone who sees alike, unless it asks for the minute."""
    asked = {**_expressions(sight, heard), "": heard.rule.condition}
    moment: Any = sight.context.now if any(map(_of_the_minute, asked.values())) else sight.context.today
    key = ("look", heard.key, sight.key, moment)
    return sight.live.once(
        key,
        lambda: Look(
            sight, heard.entity, heard.rule.condition, _expressions(sight, heard), gone=heard.kind.gone
        ),
    )


def in_turn(connection: sa.Connection, sight: Sight, listening: Sequence[Heard], number: int) -> Iterator[Heard]:
    """Of rules that hear the same, those whose condition holds for a record, in their order; all are asked in one
    statement, and asked again after each that was given, since what it did may count for those behind it."""
    left = list(listening)
    while left:
        held = _holding(connection, sight, left, number) if len(left) > 1 else {0}
        first = next((at for at in range(len(left)) if at in held), None)
        if first is None:
            return
        chosen, left = left[first], left[first + 1 :]
        yield chosen


def _holding(connection: sa.Connection, sight: Sight, asked: Sequence[Heard], number: int) -> set[int]:
    """The places of the rules whose condition holds."""
    texts = [heard.rule.condition for heard in asked]
    moment: Any = sight.context.now if any(map(_of_the_minute, texts)) else sight.context.today
    key = ("holding", tuple(heard.key for heard in asked), sight.key, moment)
    prepared = sight.live.once(key, lambda: Prepared(conditions(sight, asked[0].entity, texts), connection.dialect))
    row = next(iter(prepared.rows(connection, {"the_id": number})), None)
    return set() if row is None else {at for at, holds in enumerate(row) if holds}


def _of_the_minute(said: str | Node) -> bool:
    if isinstance(said, str):
        return "NOW" in said.upper()
    return any(isinstance(node, Call) and node.name == "NOW" for node in walk(said))


def _expressions(sight: Sight, heard: Heard) -> dict[str, str | Node]:
    found: dict[str, str | Node] = {}
    for call in heard.rule.actions:
        kind: ActionKind = sight.live.model.catalog["actions"][call.type]
        said = {word: spelt(sight.live.model, heard.entity.name, getattr(call.config, word)) for word in kind.words}
        config = replace(call.config, **said) if said else call.config
        found |= {f"{call.id}{BETWEEN}{word}": text for word, text in kind.expressions(config).items()}
        trees = kind.trees(call.config, sight.live.model, heard.application)
        found |= {f"{call.id}{BETWEEN}{word}": node for word, node in trees.items()}
    return found


def wanted(sight: Sight, heard: Heard, seen: Seen) -> tuple[tuple[str, Effect], ...]:
    """The effects of a rule on a record, each with the action it comes from; nothing is done."""
    values: dict[str, dict[str, Json]] = {}
    for key, value in seen.values.items():
        action, _, word = key.partition(BETWEEN)
        values.setdefault(action, {})[word] = value
    found: list[tuple[str, Effect]] = []
    for call in heard.rule.actions:
        kind: ActionKind = sight.live.model.catalog["actions"][call.type]
        scope = Scope(
            application=heard.application,
            entity=heard.entity.name,
            number=seen.number,
            values=values.get(call.id, {}),
        )
        found += ((call.id, effect) for effect in kind.effects(call.config, scope))
    return tuple(found)


def fire(connection: sa.Connection, sight: Sight, heard: Heard, numbers: Sequence[int], why: Why) -> list[Fired]:
    """The firings of a rule on some records, noted and not yet carried out. Records for which the condition does not
    hold, or the rule fired for this cause or too recently, are left out."""
    seen = {item.number: item for item in look_of(sight, heard).at(connection, numbers) if item.holds}
    rested = _rested(connection, heard, list(seen), why.at)
    rows = [
        {
            "application": heard.application,
            "rule": heard.rule.id,
            "release": sight.live.release,
            "entity": heard.entity.name,
            "record_id": number,
            "cause": why.cause,
            "state": "begun",
            "at": why.at,
            "by_id": why.by,
            "depth": why.depth,
        }
        for number in rested
    ]
    return [
        Fired(heard=heard, firing=firing, seen=seen[number], effects=wanted(sight, heard, seen[number]))
        for number, firing in sorted(log.begin(connection, rows))
    ]


def attempt(connection: sa.Connection, sight: Sight, heard: Heard, number: int) -> Fired | None:
    """What would happen with one record, without noting or doing anything, also by a rule that is no release's;
    None when the record is not there."""
    expressions = _expressions(sight, heard)
    look = Look(sight, heard.entity, heard.rule.condition, expressions, gone=heard.kind.gone)
    seen = next(look.at(connection, [number]), None)
    if seen is None:
        return None
    return Fired(heard=heard, firing=0, seen=seen, effects=wanted(sight, heard, seen) if seen.holds else ())


def _rested(connection: sa.Connection, heard: Heard, numbers: Sequence[int], at: datetime) -> list[int]:
    """Those of the records for which the rule may fire again."""
    if heard.rule.again == "always" or not numbers:
        return list(numbers)
    query = sa.select(log.firing.c.record_id).where(
        log.firing.c.application == heard.application,
        log.firing.c.rule == heard.rule.id,
        log.firing.c.record_id.in_(numbers),
        log.firing.c.state != "failed",
    )
    if heard.rule.again == "after":
        query = query.where(log.firing.c.at > at - timedelta(days=heard.rule.days))
    tired = set(connection.scalars(query))
    return [number for number in numbers if number not in tired]


def words_of(values: Mapping[str, str], locale: str) -> str:
    """The text in a language, or in whichever there is."""
    return values.get(locale) or values.get("") or next(iter(values.values()), "")

"""A mapping proposed: columns meet fields by name, label, pinyin and by what they hold; people correct it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import sqlalchemy as sa

from engines.exchange.convert import converter, plain_keys
from engines.exchange.keys import KNOWN_BY, SEVERAL, References
from engines.exchange.latin import syllables
from engines.exchange.links import BETWEEN
from engines.exchange.mapping import MappedColumn, Mapping, mapping_json
from engines.exchange.plan import NOT_IN_A_CELL, key_of
from engines.exchange.sniff import Sniffed, sniff
from engines.records.sight import Sight
from metamodel.definition import Label
from metamodel.field_type import FieldType
from metamodel.model import EntityModel, FieldModel

#: likeness from which a proposal is better than none
ENOUGH = 0.82
#: what a column holds, and the field types that take it
KIN = {
    "phone": ("phone",),
    "email": ("email",),
    "date": ("date", "datetime"),
    "datetime": ("datetime", "date"),
    "url": ("url",),
    "boolean": ("boolean",),
    "money": ("money", "decimal", "percent"),
    "decimal": ("decimal", "money", "percent"),
    "integer": ("integer", "rating", "duration", "decimal", "money", "reference", "text", "sequence"),
}
#: what a column takes off a likeness whose field takes other things; a field of just that name stays the likeliest,
#: since a single wrong cell makes a column seem to hold something else
OTHERWISE, OTHERWISE_NAMED = 0.3, 0.15
#: values of a column by which the key of a reference is chosen
TRIED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place a column may go to, and the words it is known by."""

    path: str
    item: FieldModel
    words: frozenset[str]
    inner: bool = False


def proposal(
    connection: sa.Connection, sight: Sight, names: Sequence[str], cells: Sequence[Sequence[str]], entity: str = ""
) -> dict[str, Any]:
    """The columns with what they hold and where they might go; with an entity also the whole mapping."""
    sniffed = [sniff(name, column) for name, column in zip(names, cells, strict=True)]
    model = sight.live.model.entity(entity) if entity else None
    goals: dict[int, str] = {}
    for index, place in (_goals(sight, model, names, sniffed) if model else {}).items():
        goals[index] = _known_by(connection, sight, place, cells[index])
    columns = [
        {
            "name": name,
            "samples": list(found.samples),
            "blank": found.blank,
            "distinct": found.distinct,
            "type": found.type,
            "settings": dict(found.settings),
            "field": goals.get(index, ""),
        }
        for index, (name, found) in enumerate(zip(names, sniffed, strict=True))
    ]
    return {"columns": columns, "mapping": mapping_json(_mapping(sight, model, names, goals)) if model else None}


def _mapping(sight: Sight, entity: EntityModel, names: Sequence[str], goals: dict[int, str]) -> Mapping:
    mapped = set(goals.values())
    unique = [
        item.name
        for item in entity.fields.values()
        if item.definition.unique and item.name in mapped and item.type.kind != "boolean"
    ]
    columns: list[MappedColumn] = []
    for index, name in enumerate(names):
        steps = goals.get(index, "").split(".")
        item = entity.fields.get(steps[0])
        if item is not None and item.storage == "rows":
            item = sight.live.model.entities[item.config.entity].fields.get(steps[1])
        zone = sight.live.zone if item is not None and item.type.kind == "datetime" else ""
        columns.append(MappedColumn(column=name, field=goals.get(index, ""), zone=zone, divide=0))
    inner = any("." in path and entity.fields[path.split(".")[0]].storage == "rows" for path in mapped)
    return Mapping(
        entity=entity.name,
        mode="skip" if inner and unique else "upsert" if unique else "insert",
        match=tuple(unique[:1]) or ((entity.title,) if inner and entity.title in mapped else ()),
        columns=tuple(columns),
    )


def _known_by(connection: sa.Connection, sight: Sight, place: Candidate, cells: Sequence[str]) -> str:
    """The place of a column; of a reference with the key by which most of its values are records that are there."""
    far, many = _far(place.item)
    parts = (part for cell in cells for part in (BETWEEN.split(cell) if many else (cell,)))
    values = list(dict.fromkeys(filter(None, map(str.strip, parts))))[:TRIED]
    if not far or not values:
        return place.path
    before, _, proposed = place.path.rpartition(".")
    model = sight.live.model.entity(far)
    best, most = proposed, 0
    for name in dict.fromkeys((proposed, *_keys(far, model))):
        if model and (sight.field(far, name) is None or model.fields[name].storage != "column"):
            continue
        convert = converter(model.fields[name]) if model else plain_keys(numbers=False)
        references = References(sight, far, name)
        references.resolve(connection, {key for key in convert(values).values if key is not None})
        found = sum(number != SEVERAL for number in references.found.values())
        if found > most:
            best, most = name, found
    return f"{before}.{best}"


def _goals(sight: Sight, entity: EntityModel, names: Sequence[str], sniffed: Sequence[Sniffed]) -> dict[int, Candidate]:
    """The best pairs first, each column and each field once."""
    places = list(_places(sight, entity))
    scored = [
        (_score(name, found, place), -len(place.path), index, place)
        for index, (name, found) in enumerate(zip(names, sniffed, strict=True))
        for place in places
    ]
    goals: dict[int, Candidate] = {}
    taken: set[str] = set()
    for score, _, index, place in sorted(scored, key=lambda one: one[:3], reverse=True):
        field = ".".join(place.path.split(".")[: 2 if place.inner else 1])
        if score >= ENOUGH and index not in goals and field not in taken:
            goals[index] = place
            taken.add(field)
    return goals


def _score(name: str, found: Sniffed, place: Candidate) -> float:
    spelled = words_of(name)
    like = max((1.0 if a == b else SequenceMatcher(None, a, b).ratio()) for a in spelled for b in place.words)
    kind = place.item.type.kind
    kin = KIN.get(found.type)
    if (
        found.distinct
        and kin
        and kind not in kin
        and kind not in ("text", "choice", "sequence", "reference", "formula")
    ):
        like -= OTHERWISE_NAMED if like == 1 else OTHERWISE
    if found.distinct and kin and kind == kin[0] and found.type in ("phone", "email"):
        like = max(like, ENOUGH)
    return like - (0.01 if place.inner else 0)


def _places(sight: Sight, entity: EntityModel) -> Iterator[Candidate]:
    for item in _writable(sight, entity):
        if item.storage == "rows":
            child = sight.live.model.entities[item.config.entity]
            for inner in _writable(sight, child):
                if inner.storage in ("column", "links") and inner.name != item.config.parent:
                    yield from _candidates(sight, inner, f"{item.name}.", inner=True)
        else:
            yield from _candidates(sight, item, "")


def _candidates(sight: Sight, item: FieldModel, before: str, *, inner: bool = False) -> Iterator[Candidate]:
    own = labelled(item.name, item.definition.label)
    target, _ = _far(item)
    if not target:
        yield Candidate(path=f"{before}{item.name}", item=item, words=own, inner=inner)
        return
    model = sight.live.model.entity(target)
    names = _keys(target, model)
    for name in names:
        far = labelled(name, model.fields[name].definition.label) if model else frozenset({name})
        first = name == names[0]
        words = {f"{a}{b}" for a in own for b in far} | ({*own, *(f"{a}id" for a in own)} if first else set())
        if model and first:
            known = labelled(model.name.split(".")[1], model.definition.label)
            words |= far - {"name", "mingcheng"} | {f"{a}{b}" for a in known for b in (*far, "id")}
        yield Candidate(path=f"{before}{item.name}.{name}", item=item, words=frozenset(words), inner=inner)


def _far(item: FieldModel) -> tuple[str, bool]:
    """What a reference leads to, if it is one, and whether to several."""
    if item.storage == "links":
        return str(item.config.entity), True
    return (item.expression_type.entity, False) if item.expression_type.kind == "record" else ("", False)


def _keys(far: str, model: EntityModel | None) -> list[str]:
    """What records are called by in files: the unique field and the title; people and departments in two ways."""
    return list(dict.fromkeys(filter(None, (key_of(model), model.title)))) if model else list(KNOWN_BY[far])[:2]


def _writable(sight: Sight, entity: EntityModel) -> Iterator[FieldModel]:
    for item in entity.fields.values():
        kind: FieldType = item.type
        if kind.derived or item.storage == "system" or kind.kind in NOT_IN_A_CELL:
            continue
        if getattr(item.config, "targets", None) or sight.policy.access(entity, item.name) != "write":
            continue
        yield item


def labelled(name: str, label: Label) -> frozenset[str]:
    """Every spelling a field may be known by."""
    said = [label] if isinstance(label, str) else list(label.values())
    return frozenset(word for text in (name, *said) for word in words_of(text))


def words_of(text: str) -> frozenset[str]:
    """A name without case, spaces and signs, and its pinyin."""
    bare = re.sub(r"[^\w]|_", "", re.sub(r"[（(].*?[)）]", "", text)).lower()
    return frozenset(filter(None, (bare, "".join(syllables(bare))))) or frozenset({text})

"""Which questions of a measure field changed records may move: those of the values and days that their rows have.

A row counts where its dimensions say so. As long as nothing that a dimension reads was changed or went to the bin since
the field's mark, a row had then the values that it has now; so the rows that a change reaches name all questions whose
answers it may move. Where that does not hold, every question of a source is asked again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from engines.measured.ask import Touched, day, plain
from engines.measured.plan import Figure, Origin
from engines.records.climb import Derivations, Need
from engines.records.dependents import dependents
from engines.records.derive import needs_of, relation_of
from engines.records.history import change
from engines.records.live import Live
from engines.records.settle import Deeds, Due, note_change, reached
from engines.records.sight import Sight
from metamodel.dataset import Dimension
from metamodel.expressions.ast import Call, Node, walk
from metamodel.expressions.check import check
from metamodel.expressions.scope import SEGMENT
from metamodel.expressions.tables import Joins
from metamodel.measured import dimension_of, texts
from metamodel.model import Model

#: what a source comes to stands among the fields of the entity it counts under this and a number
MARK = "figure "
#: entries of the log that are looked at one by one, and rows whose values are; beyond them a whole source is asked
MOST = 2_000
CHUNK = 500
#: what the platform moves with every change
SYSTEM = ("version", "changed_at", "changed_by")
#: functions by which a dimension moves though nothing is written
MOVING = frozenset({"TODAY", "NOW", "IN_SEGMENT"})
Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How changes lead to the questions of one source: `values` is what its rows come to, in the plan; `keyed` are the
    fields that say for which values and days a row counts, `far` the entities of those beyond the row itself."""

    values: Key
    keyed: frozenset[Key]
    far: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways of a field's sources, None where all of one's questions must be asked, and the plan they stand in."""

    plan: Derivations
    of: tuple[Way | None, ...]


def ways(live: Live, figure: Figure) -> Ways:
    """How changes lead to the questions of a field, found once a release."""
    return live.once(("measured", "ways", figure.key), lambda: _ways(live, figure))


def _ways(live: Live, figure: Figure) -> Ways:
    own: dict[Key, Node] = {}
    wanted: list[Need] = []
    known: dict[frozenset[Need], Key] = {}
    found: list[Way | None] = []
    for origin in figure.origins:
        nodes = _nodes(live.model, origin.about, texts(origin.dataset, origin.measure, ()))
        keyed = _keyed(live, origin)
        if not origin.alone or nodes is None or keyed is None:
            found.append(None)
            continue
        # Sources whose rows are moved by the same fields share a place.
        needs = frozenset(_needs(live.model, origin.about, "", nodes))
        shared = known.setdefault(needs | {_nothing(origin.about)}, (origin.about, f"{MARK}{len(known)}"))
        if shared not in own:
            own[shared] = nodes[0]
            wanted += _needs(live.model, *shared, nodes)
        plain_, far = keyed
        found.append(Way(values=shared, keyed=plain_, far=far))
    return Ways(plan=dependents(live, own, wanted), of=tuple(found))


def _nothing(about: str) -> Need:
    return Need(owner=about, field="", entity=about, name="", path=())


def _nodes(model: Model, about: str, said: Iterator[str]) -> list[Node] | None:
    """The trees of some texts, with one that reads nothing first; None where one is faulty."""
    found = []
    for text in ("TRUE", *said):
        node = check(text, model, about).ast if text else None
        if text and node is None:
            return None
        found += [node] if node is not None else []
    return found


def _needs(model: Model, about: str, field: str, nodes: Sequence[Node]) -> list[Need]:
    return [need for node in nodes for need in needs_of(model, about, field, node)]


def _keyed(live: Live, origin: Origin) -> tuple[frozenset[Key], frozenset[str]] | None:
    """The fields that say for which values and days a row counts, and the entities beyond the row; None where rows of
    relations, people, the clock or stretches of a number decide it."""
    dimensions = _dimensions(origin)
    nodes = _nodes(live.model, origin.about, (item.expression for item in dimensions))
    if nodes is None or any(item.bands or item.step for item in dimensions[: len(origin.bounds)]):
        return None
    own = (origin.about, MARK)
    plan = dependents(live, {own: nodes[0]}, _needs(live.model, *own, nodes))
    trees = (*nodes, *plan.nodes.values())
    if any(isinstance(part, Call) and part.name.upper() in MOVING for node in trees for part in walk(node)):
        return None
    far: set[str] = set()
    for (entity, name), needs in plan.needs.items():
        holder = live.model.entities.get(entity)
        if holder is None or entity == SEGMENT:
            return None
        item = holder.fields.get(name)
        if item is not None and item.derived and (entity, name) not in plan.nodes:
            return None
        for need in needs:
            if any(relation_of(live.model, *step) is not None for step in need.path):
                return None
            far |= {entity} if need.path else set()
    return frozenset(plan.needs), frozenset(far)


def _dimensions(origin: Origin) -> list[Dimension]:
    """The dimensions that a source's questions are asked by: those bound, and time last."""
    names = [*(bound.dimension for bound in origin.bounds), *([origin.time] if origin.time else [])]
    return [item for name in names if (item := dimension_of(origin.dataset, name)) is not None]


@dataclass(slots=True, kw_only=True)
class Moves:
    """What the log tells since a mark: deeds by entity, filled in, and the entities of which records came from or went
    to the bin."""

    deeds: dict[str, Deeds]
    binned: set[str]


def moves_since(connection: sa.Connection, live: Live, mark: int, entities: frozenset[str]) -> Moves | None:
    """What became of single records since a mark; None where the log tells of many at once, or of too many."""
    query = (
        sa.select(change.c.entity, change.c.record_id, change.c.action, change.c.fields)
        .where(change.c.id > mark, change.c.entity.in_(sorted(entities)))
        .order_by(change.c.id)
        .limit(MOST + 1)
    )
    rows = connection.execute(query).all()
    if len(rows) > MOST:
        return None
    found = Moves(deeds={}, binned=set())
    for name, number, action, fields in rows:
        entity = live.model.entities.get(name)
        if entity is None or number is None:
            return None
        deeds = found.deeds.setdefault(name, Deeds())
        if action in ("create", "delete", "restore"):
            deeds.whole.numbers.add(number)
            found.binned |= {name} if action != "create" else set()
        elif fields:
            for word in SYSTEM:
                deeds.changed.setdefault(word, Due()).numbers.add(number)
            note_change(deeds, entity, number, fields)
        else:
            return None
    return found


def touched(
    connection: sa.Connection, sight: Sight, figure: Figure, mark: int, origins: Sequence[int]
) -> dict[int, Touched | None]:
    """Of the sources whose entities have moved since a mark, for which values and on which days: None where that is
    not known, and all of a source's questions may have moved. Sources that nothing moved are left out."""
    live = sight.live
    known = ways(live, figure)
    reads = frozenset(name for at in origins for name in figure.origins[at].reads if name in live.model.entities)
    moves = moves_since(connection, live, mark, reads)
    if moves is None:
        return dict.fromkeys(origins)
    due = reached(connection, live, known.plan, moves.deeds, ())
    found: dict[int, Touched | None] = {}
    together: dict[Key, list[int]] = {}
    for at in origins:
        way = known.of[at]
        if way is None or _moved(moves, way):
            found[at] = None
        elif way.values in due:
            together.setdefault(way.values, []).append(at)
    for values, some in together.items():
        found |= _rows(connection, sight, figure, due[values], some)
    return found


def _moved(moves: Moves, way: Way) -> bool:
    """Whether a row may have counted for other values or days at the mark."""
    if moves.binned & way.far:
        return True
    return any(name in moves.deeds[entity].changed for entity, name in way.keyed if entity in moves.deeds)


def _rows(
    connection: sa.Connection, sight: Sight, figure: Figure, due: Due, origins: Sequence[int]
) -> dict[int, Touched | None]:
    """The values and days of the rows that are due, for some sources that count the same ones."""
    numbers = sorted(due.numbers)
    if due.everything or due.high or len(numbers) > MOST:
        return dict.fromkeys(origins)
    about = figure.origins[origins[0]].about
    source = sight.table(about)
    joins = Joins(tables=sight)
    places: dict[str, int] = {}
    columns: list[sa.ColumnElement[Any]] = []
    for at in origins:
        for item in _dimensions(figure.origins[at]):
            if item.expression not in places:
                places[item.expression] = len(columns)
                columns.append(sight.value(item.expression, about, source, joins).label(f"k{len(columns)}"))
    select = sa.select(source.c.id, *columns).select_from(joins.apply(source))
    rows: list[sa.Row[Any]] = []
    for start in range(0, len(numbers), CHUNK):
        rows += connection.execute(select.where(source.c.id.in_(numbers[start : start + CHUNK]))).all()
    # What is gone for good has no values any more.
    if len(rows) < len(numbers):
        return dict.fromkeys(origins)
    return {at: _touched(sight, figure.origins[at], places, rows) for at in origins}


def _touched(sight: Sight, origin: Origin, places: Mapping[str, int], rows: Sequence[sa.Row[Any]]) -> Touched:
    dimensions = _dimensions(origin)
    bound = [(places[item.expression], one.type) for item, one in zip(dimensions, origin.bounds, strict=False)]
    when = (places[dimensions[-1].expression], dimensions[-1].zone or sight.live.zone) if origin.time else None
    found: dict[tuple[Any, ...], set[date | None]] = {}
    for row in rows:
        cells = row[1:]
        keys = tuple(plain(cells[place], type_) for place, type_ in bound)
        found.setdefault(keys, set()).add(day(cells[when[0]], when[1]) if when else None)
    return {keys: tuple(days) for keys, days in found.items()}



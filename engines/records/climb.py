"""Computed fields in their order, those that read themselves in the records below them, and the trees they climb."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from engines.records.live import Live
from metamodel.expressions.ast import Node
from metamodel.model import EntityModel

Key = tuple[str, str]
#: rounds after which a chain of computed fields is taken for a circle that validation should have found
MOST_ROUNDS = 20
#: rounds after which values that climb a tree are taken for ones that never settle
MOST_LEVELS = 1_000
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A computed field of `owner` reads `name` of `entity`, which is reached by the steps of `path` from the owner."""

    owner: str
    field: str
    entity: str
    name: str
    path: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivations:
    """All computed fields of a model: their trees, and who needs whom."""

    nodes: Mapping[tuple[str, str], Node]
    needs: Mapping[tuple[str, str], tuple[Need, ...]]
    ranks: Mapping[tuple[str, str], int]
    #: fields that read themselves in the records below, with all that they do so by
    groups: Mapping[tuple[str, str], frozenset[tuple[str, str]]]


def plan_of(nodes: Mapping[tuple[str, str], Node], needs: Mapping[tuple[str, str], tuple[Need, ...]]) -> Derivations:
    """Computed fields with what they need, in their order."""
    groups = groups_of(nodes, needs)
    return Derivations(nodes=nodes, needs=needs, ranks=ranked(nodes, needs, groups), groups=groups)


def groups_of(keys: Collection[Key], needs: Mapping[Key, Iterable[Need]]) -> dict[Key, frozenset[Key]]:
    """The fields that wait for one another in a circle, each with its circle; validation lets those by which go down a
    tree."""
    onward = {key: {(need.owner, need.field) for need in needs.get(key, ())} & set(keys) for key in keys}
    reached: dict[Key, set[Key]] = {}
    for key in keys:
        found: set[Key] = set()
        waiting = list(onward[key])
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += onward[one]
        reached[key] = found
    circles = [key for key, found in reached.items() if key in found]
    return {key: frozenset(other for other in reached[key] if key in reached[other]) for key in circles}


def ranked(
    keys: Collection[Key], needs: Mapping[Key, Iterable[Need]], groups: Mapping[Key, frozenset[Key]]
) -> dict[Key, int]:
    """How late each field comes: after those it reads, in a circle but for the step that goes down the tree; what reads
    a field of a circle comes after all of it."""
    ranks = dict.fromkeys(keys, 0)
    before: dict[Key, int] = {}
    while before != ranks:
        before = dict(ranks)
        for source in ranks:
            group = groups.get(source, frozenset())
            for need in needs.get(source, ()):
                target = (need.owner, need.field)
                if target not in ranks or (target in group and need.path):
                    continue
                low = ranks[source] if target in group else max((ranks[one] for one in group), default=ranks[source])
                if ranks[target] <= low:
                    ranks[target] = min(low + 1, MOST_ROUNDS)
    return ranks


def trees(entity: EntityModel) -> list[str]:
    """The references by which records of an entity stand below one another."""
    return [item.name for item in entity.fields.values() if getattr(item.config, "tree", False)]


def height(connection: sa.Connection, live: Live, entity: str) -> int:
    """The longest way from a record of an entity up its trees, in steps."""
    found = 0
    for name in trees(live.model.entities[entity]):
        above = _above(connection, live, entity, name, None)
        depth: dict[int, int] = {}
        for start in above:
            way = []
            number: int | None = start
            while number in above and number not in depth and number not in way:
                way.append(number)
                number = above[number]
            base = depth.get(number, 0) if number is not None else 0
            for at, one in enumerate(reversed(way)):
                depth[one] = base + at + 1
        found = max(found, max(depth.values(), default=0))
    return found


def circular(connection: sa.Connection, live: Live, entity: str, name: str) -> list[int]:
    """All records from which a reference leads back to themselves, where it is no tree yet."""
    above = _above(connection, live, entity, name, None)
    done: set[int] = set()
    found: list[int] = []
    for start in above:
        way: dict[int, None] = {}
        number: int | None = start
        while number is not None and number not in way and number not in done:
            way[number] = None
            number = above.get(number)
        if number in way:
            ordered = list(way)
            found += ordered[ordered.index(number) :]
        done |= way.keys()
    return sorted(found)


def hold_trees(connection: sa.Connection, entity: EntityModel, names: Iterable[str]) -> None:
    """Until the transaction ends nobody else moves records in these trees: two moves at once, each right by itself,
    could make a circle together. On SQLite the only pen sees to that."""
    if connection.dialect.name == "postgresql":
        for name in sorted(names):
            key = f"tree:{entity.name}:{name}"
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))


def above_itself(
    connection: sa.Connection, live: Live, entity: EntityModel, numbers: Collection[int], *, moved: bool = True
) -> dict[int, str]:
    """Of some records those that stand below themselves, each with the reference that says so. `moved` says that some
    of them were there before: below new ones nobody else can have put anything yet."""
    found: dict[int, str] = {}
    if moved:
        hold_trees(connection, entity, trees(entity))
    for name in trees(entity):
        above: dict[int, int] = {}
        frontier = set(numbers)
        while frontier:
            step = _above(connection, live, entity.name, name, frontier)
            above |= step
            frontier = set(step.values()) - above.keys()
        for start in numbers:
            seen: set[int] = set()
            number = above.get(start)
            while number is not None and number not in seen:
                if number == start:
                    found.setdefault(start, name)
                seen.add(number)
                number = above.get(number)
    return found


def _above(
    connection: sa.Connection, live: Live, entity: str, name: str, numbers: Collection[int] | None
) -> dict[int, int]:
    table = live.tables[entity]
    column = table.c[live.model.entities[entity].fields[name].column]
    query = sa.select(table.c.id, column).where(column.is_not(None))
    if numbers is None:
        return {row[0]: int(row[1]) for row in connection.execute(query)}
    found: dict[int, int] = {}
    ordered = sorted(numbers)
    for at in range(0, len(ordered), CHUNK):
        some = query.where(table.c.id.in_(ordered[at : at + CHUNK]))
        found |= {row[0]: int(row[1]) for row in connection.execute(some)}
    return found

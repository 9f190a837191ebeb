"""A chunk of rows looked through outside any lock: values converted column by column, keys found, doubles told.

What comes out says, position by position, which rows are new records, which change which record, which are left alone
and which are wrong and why. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from engines.exchange.keys import SEVERAL, matches
from engines.exchange.plan import Part, Plan, Target
from engines.exchange.reader import Chunk
from metamodel.definition import Json
from metamodel.issues import Issue

Faults = dict[int, list[Issue]]
Key = tuple[Any, ...]


@dataclass(slots=True, kw_only=True)
class Share:
    """What a chunk says of one entity, filled in step by step. `columns` hold a value for each of `rows` (positions in
    the chunk); `missing` are keys of stubs to make, with the places that wait for their ids; `taken` the hashes of keys
    that the rows would take."""

    part: Part
    rows: Sequence[int]
    columns: dict[str, list[Any]] = field(default_factory=dict)
    faults: Faults = field(default_factory=dict)
    missing: dict[str, dict[Any, list[int]]] = field(default_factory=dict)
    inserts: list[int] = field(default_factory=list)
    updates: list[tuple[int, int]] = field(default_factory=list)
    skipped: int = 0
    taken: list[tuple[tuple[str, ...], list[int]]] = field(default_factory=list)

    def fault(self, at: int, issue: Issue) -> None:
        """A row is wrong."""
        self.faults.setdefault(at, []).append(issue)

    def keys(self, names: Sequence[str]) -> list[Key]:
        """The rows' values in some fields."""
        columns = [self.columns[name] for name in names]
        return list(zip(*columns, strict=True))


@dataclass(slots=True, kw_only=True)
class Checked:
    """A chunk looked through: the share of the main entity and that of its lines, filled in step by step. `parents`
    are for each line the position of its header in `main`, or below zero the id of a record that was there before."""

    chunk: Chunk
    main: Share
    lines: Share | None = None
    parents: list[int] = field(default_factory=list)

    def faults(self) -> Faults:
        """What is wrong by position in the chunk, of both shares."""
        found: Faults = {}
        for share in (self.main, self.lines) if self.lines else (self.main,):
            for at, issues in share.faults.items():
                found.setdefault(share.rows[at], []).extend(issues)
        return found


@dataclass(slots=True, kw_only=True)
class Seen:
    """What earlier chunks of a run hold that the database can't tell: in a dry run, the keys it would have made.
    `made` are the headers of this run by key."""

    dry: bool = False
    made: dict[Key, int] = field(default_factory=dict)
    keys: dict[tuple[str, ...], set[int]] = field(default_factory=dict)

    def keep(self, checked: Checked) -> None:
        """Remember what a chunk of a dry run would have made."""
        for share in (checked.main, checked.lines) if checked.lines else (checked.main,):
            for name, hashes in share.taken:
                self.keys.setdefault(name, set()).update(hashes)
        if checked.lines is not None:
            keys = checked.main.keys(checked.main.part.match)
            self.made.update((keys[at], 1) for at in checked.main.inserts)


def check(connection: sa.Connection, plan: Plan, chunk: Chunk, run: int, seen: Seen, wrong: Faults) -> Checked:
    """Look a chunk through. `wrong` are rows that an attempt to write has found wrong before."""
    count = len(chunk.numbers)
    if plan.lines is None:
        main = Share(part=plan.main, rows=range(count))
        _add(plan, main, wrong)
        _convert(connection, main, chunk)
        _decide(connection, plan, main, run, seen)
        return Checked(chunk=chunk, main=main)
    return _grouped(connection, plan, plan.lines, chunk, run, seen, wrong)


def _add(plan: Plan, share: Share, wrong: Faults) -> None:
    for at, row in enumerate(share.rows) if wrong else ():
        if row in wrong:
            for issue in wrong[row]:
                share.fault(at, replace(issue, path=plan.column_of(issue.path)))


def _convert(connection: sa.Connection, share: Share, chunk: Chunk) -> None:
    """Values of every mapped column, references resolved, and what must not be blank."""
    for target in share.part.targets:
        cells: Sequence[str] = chunk.columns[target.position]
        if len(share.rows) != len(cells):
            cells = [cells[row] for row in share.rows]
        converted = target.convert(cells)
        for at, issue in converted.faults.items():
            share.fault(at, issue.under(target.column))
        values = converted.values
        if target.references is not None:
            resolve = _resolved_several if target.item.storage == "links" else _resolved
            values = resolve(connection, share, target, values)
        share.columns[target.item.name] = values
    for item in share.part.needed:
        values = share.columns[item.name]
        if None not in values:
            continue
        default = item.definition.default
        waiting = {at for places in share.missing.get(item.name, {}).values() for at in places}
        for at, value in enumerate(values):
            if value is not None or at in waiting or at in share.faults:
                continue
            if default is not None:
                values[at] = item.type.coerce(item.config, default)
            else:
                arguments = {"label": item.definition.label}
                share.fault(at, Issue(code="value.required", path=share.part.column_of(item.name), arguments=arguments))


def _resolved(connection: sa.Connection, share: Share, target: Target, keys: list[Any]) -> list[Any]:
    assert target.references is not None
    wanted = set(keys)
    wanted.discard(None)
    target.references.resolve(connection, wanted)
    found = target.references.found
    numbers: list[Any] = list(map(found.get, keys))
    unknown = {key for key in wanted if found.get(key, SEVERAL) == SEVERAL}
    if not unknown:
        return numbers
    label = target.item.definition.label
    missing = share.missing.setdefault(target.item.name, {})
    for at, key in enumerate(keys):
        if key not in unknown:
            continue
        numbers[at] = None
        if key in found:
            arguments = {"found": str(key)[:40], "label": label}
            share.fault(at, Issue(code="exchange.several", path=(target.column,), arguments=arguments))
        elif target.stub is not None:
            missing.setdefault(key, []).append(at)
        elif target.reject:
            arguments = {"found": str(key)[:40], "label": label}
            share.fault(at, Issue(code="exchange.unknown_key", path=(target.column,), arguments=arguments))
    return numbers


def _resolved_several(connection: sa.Connection, share: Share, target: Target, cells: list[Any]) -> list[Any]:
    assert target.references is not None
    target.references.resolve(connection, {key for keys in cells if keys for key in keys})
    found, numbers = target.references.found, list[Any]()
    for at, keys in enumerate(cells):
        here = [(key, found.get(key, 0)) for key in keys or ()]
        for key, number in here:
            if number == SEVERAL or (not number and target.reject):
                arguments = {"found": str(key)[:40], "label": target.item.definition.label}
                code = "exchange.several" if number == SEVERAL else "exchange.unknown_key"
                share.fault(at, Issue(code=code, path=(target.column,), arguments=arguments))
        numbers.append(tuple(number for _, number in here if number > 0) or None)
    return numbers


def _decide(connection: sa.Connection, plan: Plan, share: Share, run: int, seen: Seen) -> None:
    """Which rows are new, which change a record, which are left alone."""
    part = share.part
    count = len(share.rows)
    if not part.match:
        share.inserts = _sound(share, range(count))
    else:
        keys = share.keys(part.match)
        known = matches(connection, plan.sight, part.entity, part.match, list(set(keys)))
        _meet(share, keys, known, seen)
    _unique(connection, plan, share, seen)


def _sound(share: Share, positions: Iterable[int]) -> list[int]:
    if not share.faults:
        return list(positions)
    return [at for at in positions if at not in share.faults]


def _meet(share: Share, keys: list[Key], known: dict[Key, tuple[int, int | None]], seen: Seen) -> None:
    """Rows and records by their keys. Of rows with equal keys the last one counts where records are changed, the
    first one where they are made."""
    part, mode = share.part, share.part.mode
    before = seen.keys.get((part.entity.name, *part.match), ())
    latest: dict[Key, int] = {}
    changing = mode in ("update", "upsert")
    for at in _sound(share, range(len(keys))):
        key = keys[at]
        if None in key:
            if mode in ("update", "skip") or part.match[0] not in share.columns:
                share.fault(at, Issue(code="exchange.blank_key", path=part.column_of(part.match[key.index(None)])))
            else:
                share.inserts.append(at)
            continue
        if key in latest:
            if mode == "insert":
                share.fault(at, Issue(code="exchange.twice", arguments={"found": _said(key)}))
                continue
            share.skipped += 1
            if not changing:
                continue
        latest[key] = at
    for key, at in latest.items():
        number = known[key][0] if key in known else 0
        if not number and before and hash(key) in before:
            number = SEVERAL if mode == "insert" else 0
            if mode != "insert":
                share.skipped += 1
                continue
            share.fault(at, Issue(code="exchange.twice", arguments={"found": _said(key)}))
        elif number == SEVERAL:
            share.fault(at, Issue(code="exchange.several", arguments={"found": _said(key), "label": ""}))
        elif not number and mode == "update":
            share.fault(at, Issue(code="exchange.not_there", arguments={"found": _said(key)}))
        elif not number:
            share.inserts.append(at)
        elif mode == "insert":
            share.fault(at, Issue(code="exchange.there_already", arguments={"found": _said(key)}))
        elif mode == "skip":
            share.skipped += 1
        else:
            share.updates.append((at, number))
    share.inserts.sort()
    share.updates.sort()
    if seen.dry:
        share.taken.append(((part.entity.name, *part.match), [hash(keys[at]) for at in share.inserts]))


def _said(key: Key) -> str:
    return ", ".join(str(part)[:40] for part in key)


def _unique(connection: sa.Connection, plan: Plan, share: Share, seen: Seen) -> None:
    """No two records may agree in what is unique: not in the file, not with what is there."""
    part = share.part
    for names in part.unique:
        if names == part.match or not all(name in share.columns for name in names):
            continue
        keys = share.keys(names)
        owners = dict(share.updates)
        writing = sorted((*share.inserts, *owners))
        wanted = {keys[at] for at in writing}
        known = matches(connection, plan.sight, part.entity, names, [key for key in wanted if None not in key])
        before = seen.keys.get((part.entity.name, *names), ())
        here: set[Key] = set()
        for at in writing:
            key = keys[at]
            if None in key:
                continue
            taken = key in known and known[key][0] != owners.get(at, 0)
            if taken or key in here or (before and at not in owners and hash(key) in before):
                label = part.entity.fields[names[0]].definition.label
                arguments: dict[str, Json] = {"label": label, "found": _said(key)}
                share.fault(at, Issue(code="value.not_unique", path=part.column_of(names[0]), arguments=arguments))
            here.add(key)
        if seen.dry:
            share.taken.append(((part.entity.name, *names), list(map(hash, here))))
    if share.faults:
        share.inserts = _sound(share, share.inserts)
        share.updates = [pair for pair in share.updates if pair[0] not in share.faults]


def _grouped(
    connection: sa.Connection, plan: Plan, lines_part: Part, chunk: Chunk, run: int, seen: Seen, wrong: Faults
) -> Checked:
    """Rows of equal keys are one header with lines: the first of them says the header, each says a line."""
    count = len(chunk.numbers)
    columns = [chunk.columns[target.position] for target in plan.main.targets]
    named = {target.item.name: target for target in plan.main.targets}
    cells = [chunk.columns[named[name].position] for name in plan.main.match]
    words = cells[0] if len(cells) == 1 else list(zip(*cells, strict=True))
    first: dict[Any, int] = {}
    for at, word in enumerate(words):
        first.setdefault(word, at)
    heads = list(first.values())
    main = Share(part=plan.main, rows=heads)
    _add(plan, main, {row: issues for row, issues in wrong.items() if row in set(heads)})
    _convert(connection, main, chunk)
    keys = main.keys(plan.main.match)
    known = matches(connection, plan.sight, plan.main.entity, plan.main.match, list(set(keys)))
    own = {key: number for key, (number, maker) in known.items() if maker == run}
    joining = {at: own.get(key) or seen.made.get(key, 0) for at, key in enumerate(keys)}
    joining = {at: number for at, number in joining.items() if number}
    fresh = {key: pair for key, pair in known.items() if key not in own}
    _meet_headers(main, keys, fresh, joining, seen)
    _unique(connection, plan, main, seen)

    lines = Share(part=lines_part, rows=range(count))
    _add(plan, lines, wrong)
    _convert(connection, lines, chunk)
    place = {word: index for index, word in enumerate(first)}
    heading = list(map(place.__getitem__, words))
    for column in columns:
        said = [column[head] for head in heads]
        if list(column) == list(map(said.__getitem__, heading)):
            continue
        for at, head in enumerate(heading):
            if column[at] != said[head]:
                lines.fault(at, Issue(code="exchange.header_differs", arguments={"found": _said(keys[head])}))
    whose = list(heading)
    _lines(connection, plan, main, lines, heading, joining)
    # A header none of whose lines is sound is not made; rows of it further on may still make it.
    borne = {whose[at] for at in lines.inserts}
    main.inserts = [head for head in main.inserts if head in borne]
    return Checked(chunk=chunk, main=main, lines=lines, parents=heading)


def _meet_headers(
    share: Share, keys: list[Key], known: dict[Key, tuple[int, int | None]], joining: dict[int, int], seen: Seen
) -> None:
    """Headers that earlier chunks of this run have made are met by their lines only."""
    hidden = {at: issues for at, issues in share.faults.items() if at in joining}
    for at in joining:
        share.faults.setdefault(at, [])
    _meet(share, keys, known, seen)
    for at in joining:
        share.faults.pop(at, None)
    share.faults.update(hidden)


def _lines(
    connection: sa.Connection, plan: Plan, main: Share, lines: Share, heading: list[int], joining: dict[int, int]
) -> None:
    """Where each line belongs; `heading` becomes the parents: a header's position, or minus the id of one there."""
    new, changed = set(main.inserts), dict(main.updates)
    places: list[int] = []
    before: set[int] = set()
    apart: set[int] = set()
    for head in range(len(main.rows)):
        if head in joining or head in changed:
            places.append(-joining.get(head, changed.get(head, 0)))
            if head not in joining:
                before.add(head)
        else:
            places.append(head)
            if head not in new:
                apart.add(head)
    left_alone = set(apart)
    if not lines.part.match:
        left_alone |= before
    if left_alone:
        for at, head in enumerate(heading):
            if head in left_alone and head not in main.faults:
                lines.skipped += at not in lines.faults
            elif head in main.faults and main.rows[head] != lines.rows[at]:
                lines.fault(at, Issue(code="exchange.header_rejected"))
            elif head in main.faults:
                lines.faults.setdefault(at, [])
    placed = [at for at in _sound(lines, range(len(heading))) if heading[at] not in left_alone]
    heading[:] = list(map(places.__getitem__, heading))
    if not lines.part.match:
        lines.inserts = placed
        return
    there = [-head if head < 0 else None for head in heading]
    lines.columns[plan.back] = there
    keys = lines.keys(lines.part.match)
    known = matches(
        connection,
        plan.sight,
        lines.part.entity,
        lines.part.match,
        list({keys[at] for at in placed if heading[at] < 0}),
    )
    here: set[Key] = set()
    for at in placed:
        head = heading[at]
        key = keys[at] if head < 0 else (-head - 1, *keys[at][1:])
        if None in key:
            # It waits for a stub, which no line can have yet.
            lines.inserts.append(at)
            continue
        if key in here:
            lines.fault(at, Issue(code="exchange.twice", arguments={"found": _said(key[1:])}))
        elif head < 0 and key in known and known[key][0] != SEVERAL:
            lines.updates.append((at, known[key][0]))
        else:
            lines.inserts.append(at)
        here.add(key)
    del lines.columns[plan.back]

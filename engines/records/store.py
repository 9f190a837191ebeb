"""Records written: one record with its lines and links, in the caller's transaction, with history and derived values.

What holds: everything is checked before the first statement that could fail is trusted; a lost update is a conflict
that carries both values; whoever may not see a record or a field can't change it either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.access.policy import Held
from engines.records import files, history, ledger
from engines.records.bin import take_out
from engines.records.checks import clash, covering, existing, held_row, require_valid
from engines.records.climb import hold_trees, trees
from engines.records.derive import Touched, refresh
from engines.records.history import Cause
from engines.records.narrow import unfitting
from engines.records.number import next_number
from engines.records.prepared import Insertion
from engines.records.query import one
from engines.records.sight import Sight
from engines.records.values import Taken, stored_json, take
from metamodel.definition import Json
from metamodel.errors import Conflict, Forbidden, Invalid, Refused
from metamodel.expressions import evaluate
from metamodel.expressions.storage import to_database
from metamodel.expressions.types import Type
from metamodel.issues import Issue
from metamodel.model import EntityModel, FieldModel

Values = Mapping[str, Json]


def create(connection: sa.Connection, sight: Sight, entity: EntityModel, values: Values, cause: Cause) -> int:
    """A new record; its number."""
    touched: list[Touched] = []
    number = _create(connection, sight, entity, values, cause, touched, {})
    _settle(connection, sight, touched, cause)
    return number


def update(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    number: int,
    values: Values,
    cause: Cause,
    *,
    expected: int | None = None,
) -> None:
    """Change a record. `expected` is the version it was read with: when somebody changed it since, nothing is
    written, and the conflict carries the current record and the values that were to be written."""
    touched: list[Touched] = []
    _update(connection, sight, entity, number, values, cause, touched, expected)
    _settle(connection, sight, touched, cause)


def _settle(connection: sa.Connection, sight: Sight, touched: list[Touched], cause: Cause) -> None:
    refresh(connection, sight.live, touched, cause, sight.context)
    for item in touched:
        if item.action != "delete":
            require_valid(connection, sight, item.entity, item.number, item.path)


def _create(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    values: Values,
    cause: Cause,
    touched: list[Touched],
    given: Mapping[str, Any],
    path: tuple[str | int, ...] = (),
) -> int:
    """`given` are columns the house sets itself, such as the parent of a line."""
    policy = sight.policy
    policy.require(entity, "create")
    grants = policy.able(entity.name, "create")
    present = {**values, **dict.fromkeys(given)}
    taken = take(policy, entity, values, grants, creating=True, ignored=given)
    taken.issues = [issue for issue in taken.issues if not (issue.path and issue.path[0] in given and present)]
    taken.columns.update(given)
    initial(sight, entity, taken, values)
    _issues_of_references(connection, sight, entity, taken)
    if cause.chosen and not taken.issues:
        taken.issues += unfitting(connection, sight, entity, _chosen(entity, taken, values.keys() - given.keys(), {}))
    if taken.issues:
        raise Invalid(issue.under(*path) for issue in taken.issues)
    balance = entity.definition.balance
    account = taken.columns.get(balance.account) if balance is not None else None
    ledger.hold(connection, sight.live, entity, [account])
    _sequences(connection, sight, entity, taken)
    row = {
        **_columns(entity, taken.columns),
        "version": 1,
        "created_at": cause.at,
        "created_by": cause.by,
        "changed_at": cause.at,
        "changed_by": cause.by,
        "run_id": cause.run,
    }
    table = sight.live.tables[entity.name]
    try:
        key = ("insert", entity.name, tuple(row))
        insertion = sight.live.once(key, lambda: Insertion(table, tuple(row), connection.dialect))
        number = insertion.run(connection, list(row.values()))
    except sa.exc.IntegrityError as error:
        raise clash(connection, sight, entity, taken.columns, error, path) from error
    touched.append(Touched(entity=entity, number=number, action="create", fields=None, before={}, path=path))
    _links(connection, sight, entity, number, taken, fresh=True)
    for name, rows in taken.lines.items():
        _new_lines(connection, sight, entity, number, name, rows, cause, touched, path)
    _require_covered(connection, sight, entity, number, grants)
    ledger.require_covered(connection, sight, entity, number, account, path)
    history.record(connection, entity.name, number, "create", None, cause)
    return number


def _require_covered(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, grants: Sequence[Held] | None
) -> None:
    """A new record must be one that its creator's role may create."""
    if grants is None or any(not held.condition for held in grants):
        return
    if not covering(connection, sight, entity, number, "create"):
        sight_label = entity.definition.label
        raise Forbidden(Issue(code="access.outside", arguments={"label": sight_label}))


def initial(sight: Sight, entity: EntityModel, taken: Taken, values: Values) -> None:
    """Values that a formula gives at the start: who and when, mostly."""
    for item in entity.fields.values():
        text = item.definition.initial
        if not text or item.name in values or item.storage != "column" or item.derived:
            continue
        node = sight.sound(text, entity.name, False)
        found = evaluate.evaluate(node, {}, sight.context)
        if found is not None:
            taken.columns[item.name] = _stored(item.expression_type, node.type, found)


def _stored(target: Type, source: Type, value: Any) -> Any:
    if target.kind == "date" and source.kind == "datetime":
        return value.date()
    return to_database(target, value)


def _sequences(connection: sa.Connection, sight: Sight, entity: EntityModel, taken: Taken) -> None:
    for item in entity.fields.values():
        if item.type.kind == "sequence" and taken.columns.get(item.name) is None:
            taken.columns[item.name] = next_number(connection, entity, item, sight.context.today)


def _columns(entity: EntityModel, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {entity.fields[name].column: value for name, value in columns.items()}


def _issues_of_references(connection: sa.Connection, sight: Sight, entity: EntityModel, taken: Taken) -> None:
    """References must lead to records that exist and that the actor may see."""
    wanted: list[tuple[str, str, list[int]]] = []
    for name, value in taken.columns.items():
        item = entity.fields[name]
        if value is None:
            continue
        if getattr(item.config, "targets", ()):
            target, _, number = value.rpartition(":")
            wanted.append((name, target, [int(number)]))
        elif item.expression_type.kind == "record":
            wanted.append((name, item.expression_type.entity, [value]))
    for name in [name for name in taken.columns if entity.fields[name].type.group == "file"]:
        _confirm_files(connection, entity.fields[name], taken)
    wanted += [(name, entity.fields[name].config.entity, numbers) for name, numbers in taken.links.items() if numbers]
    for name in existing(connection, sight, wanted):
        label = entity.fields[name].definition.label
        taken.issues.append(Issue(code="value.no_such_record", path=(name,), arguments={"label": label}))


def _chosen(
    entity: EntityModel, taken: Taken, names: Iterable[str], before: Mapping[str, list[int]]
) -> dict[str, list[int]]:
    """The records of one entity that are chosen for references, less those that were linked before."""
    found: dict[str, list[int]] = {}
    for name in names:
        if name in taken.links:
            found[name] = [target for target in taken.links[name] if target not in before.get(name, ())]
        elif taken.columns.get(name) is not None and entity.fields[name].type.kind == "reference":
            found[name] = [taken.columns[name]]
    return found


def _confirm_files(connection: sa.Connection, item: FieldModel, taken: Taken) -> None:
    """Files are named with their keys; what is kept of them is what the house knows, not what was sent."""
    value = taken.columns[item.name]
    if value is None:
        return
    known = files.confirmed(connection, item.type.dump(item.config, value))
    if known is None:
        taken.issues.append(Issue(code="value.not_file", path=(item.name,)))
    else:
        taken.columns[item.name] = item.type.coerce(item.config, known)


def _links(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, taken: Taken, *, fresh: bool
) -> None:
    for name, targets in taken.links.items():
        pairs = sight.live.tables[f"{entity.name}:{entity.fields[name].definition.id}"]
        if not fresh:
            connection.execute(sa.delete(pairs).where(pairs.c.source_id == number))
        if targets:
            connection.execute(sa.insert(pairs), [{"source_id": number, "target_id": target} for target in targets])


def _new_lines(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    number: int,
    name: str,
    rows: Sequence[Json],
    cause: Cause,
    touched: list[Touched],
    path: tuple[str | int, ...],
) -> None:
    config = entity.fields[name].config
    child = sight.live.model.entities[config.entity]
    issues: list[Issue] = []
    for index, row in enumerate(rows):
        try:
            _create(connection, sight, child, row, cause, touched, {config.parent: number}, (*path, name, index))
        except Invalid as wrong:
            issues += wrong.issues
    if issues:
        raise Invalid(issues)


def _update(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    number: int,
    values: Values,
    cause: Cause,
    touched: list[Touched],
    expected: int | None,
    path: tuple[str | int, ...] = (),
    parent: str = "",
) -> None:
    sight.policy.require(entity, "update")
    if entity.definition.changes == "append":
        raise Refused(Issue(code="record.append_only", arguments={"label": entity.definition.label}))
    table = sight.live.tables[entity.name]
    # Before the row is held: who waits for the tree must not keep waiting whoever moves in it.
    hold_trees(connection, entity, values.keys() & set(trees(entity)))
    current = held_row(connection, sight, entity, number)
    grants = covering(connection, sight, entity, number, "update")
    if grants == ():
        sight.policy.require(entity, "read")
        one(connection, sight, entity, number)
        raise Forbidden(Issue(code="access.outside", arguments={"label": entity.definition.label}))
    if expected is not None and current["version"] != expected:
        raise _conflict(connection, sight, entity, number, values, current)
    taken = take(sight.policy, entity, values, grants, creating=False, ignored=(parent,) if parent else ())
    _issues_of_references(connection, sight, entity, taken)
    if taken.issues:
        raise Invalid(issue.under(*path) for issue in taken.issues)
    before = {name: current[entity.fields[name].column] for name in taken.columns}
    changed = {name: value for name, value in taken.columns.items() if before[name] != value}
    links = _changed_links(connection, sight, entity, number, taken)
    if cause.chosen:
        wrong = unfitting(connection, sight, entity, _chosen(entity, taken, (*changed, *links), links))
        if wrong:
            raise Invalid(issue.under(*path) for issue in wrong)
    lines_before = len(touched)
    for name, rows in taken.lines.items():
        _merge_lines(connection, sight, entity, number, name, rows, cause, touched, path)
    if not changed and not links and len(touched) == lines_before:
        return
    row = {**_columns(entity, changed), "version": table.c.version + 1, "changed_at": cause.at, "changed_by": cause.by}
    try:
        connection.execute(sa.update(table).where(table.c.id == number).values(row))
    except sa.exc.IntegrityError as error:
        raise clash(connection, sight, entity, changed, error, path, number) from error
    _links(connection, sight, entity, number, taken, fresh=False)
    touched.append(
        Touched(
            entity=entity,
            number=number,
            action="update",
            fields=frozenset((*changed, *links)),
            before={name: before[name] for name in changed},
            path=path,
        )
    )
    told = {
        entity.fields[name].definition.id: [
            stored_json(entity.fields[name], before[name]),
            stored_json(entity.fields[name], value),
        ]
        for name, value in changed.items()
    }
    told |= {entity.fields[name].definition.id: [old, taken.links[name]] for name, old in links.items()}
    history.record(connection, entity.name, number, "update", told, cause)


def _conflict(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    number: int,
    values: Values,
    current: Mapping[str, Any],
) -> Conflict:
    shown = one(connection, sight, entity, number)
    by = shown.get("changed_by") or {}
    who = by.get("label") if isinstance(by, dict) else ""
    issue = Issue(code="record.changed_meanwhile", arguments={"by": who or {"zh-CN": "有人", "en": "Somebody"}})
    return Conflict(issue, {"current": shown, "yours": dict(values), "version": current["version"]})


def _changed_links(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, taken: Taken
) -> dict[str, list[int]]:
    """The links that become others, with what they were."""
    found: dict[str, list[int]] = {}
    for name, targets in taken.links.items():
        pairs = sight.live.tables[f"{entity.name}:{entity.fields[name].definition.id}"]
        query = sa.select(pairs.c.target_id).where(pairs.c.source_id == number).order_by(pairs.c.target_id)
        old = list(connection.scalars(query))
        if old != targets:
            found[name] = old
    return found


def _merge_lines(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    number: int,
    name: str,
    rows: Sequence[Json],
    cause: Cause,
    touched: list[Touched],
    path: tuple[str | int, ...],
) -> None:
    """The lines become the list given: with an id they are kept and changed, without one made, missing ones binned."""
    config = entity.fields[name].config
    child = sight.live.model.entities[config.entity]
    table = sight.live.tables[child.name]
    back = table.c[child.fields[config.parent].column]
    present = set(connection.scalars(sa.select(table.c.id).where(back == number, table.c.deleted_at.is_(None))))
    issues: list[Issue] = []
    kept: set[int] = set()
    for index, row in enumerate(rows):
        here = (*path, name, index)
        line = row.get("id")
        try:
            if line is None:
                _create(connection, sight, child, row, cause, touched, {config.parent: number}, here)
            elif line not in present:
                issues.append(Issue(code="record.missing", path=here))
            else:
                kept.add(line)
                _update(connection, sight, child, line, row, cause, touched, None, here, config.parent)
        except Invalid as wrong:
            issues += wrong.issues
    if issues:
        raise Invalid(issues)
    for gone in sorted(present - kept):
        take_out(connection, sight, child, gone, cause, touched)

"""What publishing a draft would do: changes in words, the steps behind them, and the risk of each with numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from engines.publisher import ddl
from engines.publisher.convert import Seen, preview
from engines.publisher.migrate import operations
from engines.publisher.proposal import Proposal
from engines.publisher.steps import Kept, Side, Step, Tell, quietly, steps
from engines.publisher.tables import retired
from engines.publisher.words import Line
from engines.records.climb import circular, trees
from metamodel.changes import Change
from metamodel.definition import Json, Label
from metamodel.issues import Issue, wording

Risk = Literal["SAFE", "SLOW", "LOSSY", "BLOCKED"]
ORDER: tuple[Risk, ...] = ("SAFE", "SLOW", "LOSSY", "BLOCKED")
#: from here on an index or a conversion takes long enough to be told
MANY_ROWS = 200_000


@dataclass(slots=True, kw_only=True)
class Planned:
    """One line of a plan with its risk: how many rows are concerned, and the first that block or lose."""

    line: Line
    risk: Risk = "SAFE"
    count: int = 0
    reason: str = ""
    rows: list[Json] = field(default_factory=list)
    sql: list[str] = field(default_factory=list)

    def raise_to(self, risk: Risk, reason: str, count: int, rows: Sequence[Json] = ()) -> None:
        """Take the greater of two risks; numbers of the greater are told."""
        if ORDER.index(risk) > ORDER.index(self.risk):
            self.risk, self.reason, self.count, self.rows = risk, reason, count, list(rows)

    def to_json(self, locale: str) -> Json:
        """As the publish dialog reads it."""
        issue = Issue(
            code=f"change.{self.line.verb}.{'field' if self.line.sort == 'field' else 'definition'}",
            arguments={
                "label": self.line.label,
                "parent": self.line.parent,
                "sort": _word(f"sort.{self.line.sort}", locale),
            },
        )
        reason = wording(Issue(code=f"risk.{self.reason}", arguments={"count": self.count}), locale)[0]
        return {
            "id": self.line.id,
            "verb": self.line.verb,
            "kind": self.line.sort,
            "target": list(self.line.path),
            "text": wording(issue, locale)[0],
            "details": self.line.details,
            "risk": self.risk,
            "count": self.count,
            "reason": reason if self.reason else "",
            "rows": [_worded(row, locale) for row in self.rows],
            "sql": self.sql,
        }


def _worded(row: Json, locale: str) -> Json:
    """A row with its reason in words."""
    return {**row, "reason": refusal(row["reason"], row.get("value"), locale)} if row.get("reason") else row


def refusal(code: str, found: Any, locale: str) -> str:
    """Why a value could not be converted."""
    return wording(Issue(code=code, arguments={"found": found}), locale)[0]


def _word(code: str, locale: str) -> str:
    return wording(Issue(code=code), locale)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything a publish needs, and the hash by which a stale one is refused."""

    application: str
    hash: str
    release: int
    changes: list[Change]
    planned: list[Planned]
    steps: list[Step]

    @property
    def blocked(self) -> bool:
        """Whether something must be put right in the data first."""
        return any(item.risk == "BLOCKED" for item in self.planned)

    def unaccepted(self, accepted: frozenset[str]) -> list[Planned]:
        """Losses that nobody has agreed to."""
        return [item for item in self.planned if item.risk == "LOSSY" and item.line.id not in accepted]


def plan(connection: sa.Connection, proposal: Proposal, release: int, tell: Tell = quietly) -> Plan:
    """The plan from the live model to the drafted one. Reads the rows it must to say what would be lost."""
    application = proposal.application
    found = [Planned(line=line) for line in proposal.lines]
    todo = steps(
        Side(model=proposal.before, metadata=proposal.live.metadata),
        Side(model=proposal.after, metadata=proposal.metadata),
        application,
        release + 1,
        kept(connection, application),
    )
    _assess(connection, found, todo, tell)
    _assess_trees(connection, found, proposal)
    return Plan(
        application=application,
        hash=proposal.hash(release),
        release=release,
        changes=proposal.changes,
        planned=found,
        steps=todo,
    )


def kept(connection: sa.Connection, application: str) -> Mapping[tuple[str, str], Kept]:
    """What was retired and could come back, the latest of each."""
    rows = connection.execute(sa.select(retired).where(retired.c.application == application).order_by(retired.c.id))
    return {
        (row.entity, row.field): Kept(
            table=row.table_name, column=row.column_name, retired=row.retired_name, kind=row.kind
        )
        for row in rows
    }


def _assess(connection: sa.Connection, found: list[Planned], todo: Sequence[Step], tell: Tell) -> None:
    present = set(sa.inspect(connection).get_table_names())
    for step in todo:
        item = _line_of(found, step)
        if item is None:
            continue
        item.sql.extend(_sql(connection.dialect.name, step))
        table = step.before if step.verb == "create_table" else step.table
        if table not in present:
            continue
        if step.verb in ("retire_table", "retire_column"):
            count = _filled(connection, table, step.before)
            if count:
                item.raise_to("LOSSY", step.verb, count)
        elif step.verb == "retype_column":
            label, total = step.payload.new.definition.label, _filled(connection, table, step.payload.old.column)
            result = preview(connection, table, step.payload, seen=_trying(tell, label, total))
            rows = [{"id": one.record, "value": one.before, "reason": one.reason} for one in result.examples]
            if result.failing:
                item.raise_to("LOSSY", "retype_column", result.failing, rows)
            elif result.passing > MANY_ROWS:
                item.raise_to("SLOW", "retype_column", result.passing)
        elif step.verb == "create_index" and step.payload.unique:
            twice = _twice(connection, step)
            if twice:
                item.raise_to("BLOCKED", "unique", len(twice), twice)
        elif step.verb == "create_index" and (many := _filled(connection, table, "")) > MANY_ROWS:
            item.raise_to("SLOW", "create_index", many)


def _assess_trees(connection: sa.Connection, found: Sequence[Planned], proposal: Proposal) -> None:
    """A reference can't become a tree while records stand below themselves by it."""
    application = proposal.application
    old = {item.definition.id: item for item in proposal.before.entities.values() if item.application == application}
    for entity in proposal.after.entities.values():
        former = old.get(entity.definition.id)
        if former is None or entity.application != application:
            continue
        for name in trees(entity):
            identity = entity.fields[name].definition.id
            was = next((item for item in former.fields.values() if item.definition.id == identity), None)
            if was is None or was.type.kind != "reference" or was.storage != "column" or was.name in trees(former):
                continue
            within = circular(connection, proposal.live, former.name, was.name)
            line = next((item for item in found if item.line.path[1::2] == (entity.definition.id, identity)), None)
            if within and line is not None:
                line.raise_to("BLOCKED", "tree", len(within), [{"id": one} for one in within[:20]])


def _trying(tell: Tell, label: Label, total: int) -> Seen:
    return lambda done: tell("try", label, done, total)


def _line_of(found: list[Planned], step: Step) -> Planned | None:
    field_id = step.field.split(":")[0]
    own = [item for item in found if item.line.path[:2] == ("entities", step.entity)]
    exact = [item for item in own if len(item.line.path) == 4 and item.line.path[3] == field_id]
    wanted = {"retire_column": "remove", "retype_column": "retype", "add_column": "add"}.get(step.verb)
    preferred = [item for item in exact if item.line.verb == wanted]
    return next(iter(preferred or exact or own), None)


def _filled(connection: sa.Connection, table: str, column: str) -> int:
    source = sa.table(table, sa.column(column or "id"))
    query = sa.select(sa.func.count()).select_from(source)
    if column:
        query = query.where(source.c[column].is_not(None))
    return int(connection.execute(query).scalar_one())


def _twice(connection: sa.Connection, step: Step) -> list[Json]:
    """Values that stand in more than one row, where a unique index is wanted; only columns that exist already."""
    names = [column.name for column in step.payload.columns]
    present = {column["name"] for column in sa.inspect(connection).get_columns(step.table)}
    if not set(names) <= present:
        return []
    source = sa.table(step.table, sa.column("deleted_at"), *(sa.column(name) for name in names))
    columns = [source.c[name] for name in names]
    query = (
        sa.select(*columns, sa.func.count().label("times"))
        .where(source.c.deleted_at.is_(None), *(column.is_not(None) for column in columns))
        .group_by(*columns)
        .having(sa.func.count() > 1)
        .limit(20)
    )
    return [
        {"value": " · ".join(str(value) for value in row[:-1]), "count": row[-1]} for row in connection.execute(query)
    ]


def _sql(dialect: str, step: Step) -> list[str]:
    """The statements of a step, as a curious admin may read them."""
    written: list[str] = []

    class _Buffer:
        def write(self, text: str) -> None:
            if text.strip():
                written.append(text.strip().rstrip(";"))

        def flush(self) -> None:
            """Nothing is held back."""

    context = ddl.MigrationContext.configure(dialect_name=dialect, opts={"as_sql": True, "output_buffer": _Buffer()})
    alembic = ddl.Operations(context)
    if step.verb in ("rename_column", "retire_column", "restore_column"):
        return [f"ALTER TABLE {step.table} RENAME COLUMN {step.before} TO {step.name}"]
    for operation in operations(step, dialect):
        alembic.invoke(operation)
    return written

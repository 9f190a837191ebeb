"""Publishing: one transaction in which a plan is checked again, carried out, proven, and its release written."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.database import Workspace, touch
from engines.publisher import ddl, drafts, views
from engines.publisher.follow import follow
from engines.publisher.migrate import foreign_key_name, run
from engines.publisher.plan import Plan, plan
from engines.publisher.proposal import Proposal, proposed
from engines.publisher.steps import Step, Tell, quietly
from engines.publisher.tables import release
from engines.records.live import Live
from engines.records.tables import named
from metamodel.application import Application
from metamodel.definition import Json, dump, load
from metamodel.errors import Conflict, Invalid, Refused
from metamodel.issues import Issue, errors
from metamodel.kinds import Catalog
from metamodel.model import Model
from metamodel.upgrade import upgrade
from metamodel.validate import Validated

#: a table this large gets its indexes concurrently, after the commit (PostgreSQL)
CONCURRENT_FROM = 20_000
#: one publisher at a time in a database, whatever the process
LOCK = 7_205_759_404


#: what is live as a transaction sees it
Look = Callable[[sa.Connection], Live]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A release, and what is left for phase 2: names of indexes to make, fields to compute anew."""

    number: int
    application: str
    indexes: Sequence[tuple[str, str]]
    keys: Sequence[tuple[str, str]]
    recompute: Sequence[tuple[str, tuple[str, ...]]]


def model_of(documents: Mapping[str, Json], catalog: Catalog, known: Live | None = None) -> Model:
    """The model of documents that were published, and so are sound; what `known` holds already is not read again."""
    found: dict[str, Application] = {}
    for name, document in documents.items():
        same = known is not None and known.documents.get(name) == document
        loaded = known.model.applications.get(name) if same and known else None
        if loaded is None:
            loaded = load(Application, upgrade(document), catalog)[0]
        if loaded is not None:
            found[name] = loaded
    return Model(applications=found, catalog=catalog)


def planned(connection: sa.Connection, live: Live, application: str) -> tuple[Plan | None, Validated]:
    """The plan of an application's draft; None while the draft has errors."""
    proposal = proposed(connection, live, application)
    if not proposal.validated.sound:
        return None, proposal.validated
    return plan(connection, proposal, current_number(connection)), proposal.validated


def publish(
    workspace: Workspace,
    look: Look,
    application: str,
    *,
    hash: str,
    accepted: frozenset[str],
    by: int | None,
    now: datetime,
    tell: Tell = quietly,
) -> Published:
    """Carry a plan out. Refused when the draft or the live release moved since it was made, when it has errors,
    when the data blocks it, or when a loss has not been accepted. A failure at any point leaves everything as it was.
    """
    # No step rebuilds a table, so foreign keys stay on, and readers of SQLite go on in their snapshots.
    with workspace.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        proposal = proposed(connection, look(connection), application)
        if not proposal.validated.sound or proposal.definition is None:
            found = tuple(errors(proposal.validated.issues))
            raise Invalid((Issue(code="publish.wrong", arguments={"count": len(found)}), *found))
        tell("check", proposal.definition.label, 0, 0)
        made = plan(connection, proposal, current_number(connection), tell)
        if not made.changes:
            raise Refused(Issue(code="publish.nothing"))
        if made.hash != hash:
            raise Conflict(Issue(code="publish.stale"))
        if made.blocked:
            raise Refused(Issue(code="publish.blocked"))
        if missing := made.unaccepted(accepted):
            raise Refused(Issue(code="publish.unaccepted", arguments={"count": len(missing)}))
        result = carry_out(connection, made, proposal, by=by, now=now, tell=tell)
        drafts.discard(connection, application)
        return result


def carry_out(
    connection: sa.Connection,
    made: Plan,
    proposal: Proposal,
    *,
    by: int | None,
    now: datetime,
    tell: Tell = quietly,
) -> Published:
    """The steps of a plan and its release row, in the caller's transaction."""
    application, before, after = made.application, proposal.before, proposal.after
    number = touch(connection, "release")
    later = _later(connection, made.steps)
    live, dialect = proposal.live, connection.dialect
    reading = views.views(after, proposal.metadata, live.zone, dialect)
    former = views.views(before, live.metadata, live.zone, dialect)
    views.set_aside(connection, former, reading, made.steps)
    waiting = run(connection, application, number, made.steps, later=later, tell=tell)
    follow(connection, live, after, application, now)
    definition = after.applications[application]
    tell("prove", definition.label, 0, 0)
    _prove(connection, proposal, made.steps, frozenset(waiting))
    views.put_back(connection, reading)
    connection.execute(
        sa.insert(release).values(
            number=number,
            application=application,
            document=dump(definition),
            released_at=now,
            released_by=by,
            changes=[_kept(item) for item in made.planned],
        )
    )
    return Published(
        number=number,
        application=application,
        indexes=[(step.table, step.name) for step in made.steps if step.name in later],
        keys=[
            (step.table, foreign_key_name(step.table, step.name))
            for step in made.steps
            if step.verb == "add_column" and step.payload.foreign_keys
        ],
        recompute=_recompute(before, after, application),
    )


def _kept(item: object) -> Json:
    line = item.line  # type: ignore[attr-defined]
    return {"verb": line.verb, "sort": line.sort, "path": list(line.path), "label": line.label, "parent": line.parent}


def current_number(connection: sa.Connection) -> int:
    """The newest release of the house."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(release.c.number), 0))).scalar_one())


def _later(connection: sa.Connection, steps: Sequence[Step]) -> frozenset[str]:
    """Indexes that readers and writers would wait for: on PostgreSQL, on tables with many rows."""
    if connection.dialect.name != "postgresql":
        return frozenset()
    found: set[str] = set()
    present = set(sa.inspect(connection).get_table_names())
    for step in steps:
        if step.verb == "create_index" and step.table in present:
            many = connection.execute(
                sa.select(sa.literal(1)).select_from(sa.table(step.table)).offset(CONCURRENT_FROM).limit(1)
            ).first()
            if many:
                found.add(step.name)
    return frozenset(found)


def _touched(proposal: Proposal, todo: Sequence[Step]) -> set[str]:
    """Tables that may differ: those with a step, and those of every entity that is new or defined otherwise."""
    application = proposal.application
    former = {item.definition.id: item for item in proposal.before.entities.values() if item.application == application}
    differing = {
        item.name
        for item in proposal.after.entities.values()
        if item.application == application and former.get(item.definition.id) != item
    }
    stepped = {name for step in todo for name in (step.table, step.name, step.before)}
    return {
        table.name
        for key, table in named(proposal.metadata).items()
        if key.partition(":")[0] in differing or table.name in stepped
    }


def _prove(connection: sa.Connection, proposal: Proposal, todo: Sequence[Step], waiting: frozenset[str]) -> None:
    """Ask Alembic's comparer for a second opinion: for the tables touched nothing may be left to do."""
    metadata = proposal.metadata
    own = _touched(proposal, todo)

    def looked_at(name: str | None, sort: str, parents: object) -> bool:
        return sort != "table" or name in own

    def concerns(thing: object, name: str | None, sort: str, reflected: bool, other: object) -> bool:
        if sort == "table":
            return name in own
        if sort in ("foreign_key_constraint", "unique_constraint"):
            return False
        if sort == "index":
            return name not in waiting and not _is_expression(thing)
        return not (reflected and name is not None and "__r" in name)

    context = ddl.MigrationContext.configure(
        connection,
        opts={
            "include_name": looked_at,
            "include_object": concerns,
            "compare_type": False,
            "compare_server_default": False,
        },
    )
    with warnings.catch_warnings():
        # Two tables may point at each other; the order, which then can't be right, matters to nobody who compares.
        warnings.filterwarnings("ignore", "Cannot correctly sort tables", sa.exc.SAWarning)
        left = ddl.compare_metadata(context, metadata)
    if left:
        raise RuntimeError(f"the plan left something undone: {left!r}")


def _is_expression(index: object) -> bool:
    return isinstance(index, sa.Index) and any(not isinstance(part, sa.Column) for part in index.expressions)


def _recompute(before: Model, after: Model, application: str) -> list[tuple[str, tuple[str, ...]]]:
    """Computed fields that are new or compute otherwise, by entity."""
    old = {item.definition.id: item for item in before.entities.values() if item.application == application}
    result: list[tuple[str, tuple[str, ...]]] = []
    for entity in after.entities.values():
        if entity.application != application:
            continue
        former = old.get(entity.definition.id)
        known = {field.definition.id: field for field in former.fields.values()} if former else {}
        changed = tuple(
            field.name
            for field in entity.fields.values()
            if field.derived
            and former is not None
            and (field.definition.id not in known or known[field.definition.id].config != field.config)
        )
        if changed:
            result.append((entity.name, changed))
    return result


def finish(workspace: Workspace, published: Published, metadata: sa.MetaData, tell: Tell = quietly) -> None:
    """Phase 2 on PostgreSQL: indexes made concurrently (a broken one is made anew) and foreign keys validated."""
    if workspace.dialect != "postgresql":
        return
    with workspace.engine.connect().execution_options(isolation_level="AUTOCOMMIT", postgresql_readonly=False) as free:
        quote = free.dialect.identifier_preparer.quote
        for at, (table, name) in enumerate(published.indexes):
            tell("indexes", "", at, len(published.indexes))
            index = next((item for item in metadata.tables[table].indexes if item.name == name), None)
            if index is None:
                continue
            free.exec_driver_sql(f"DROP INDEX IF EXISTS {quote(name)}")
            statement = str(sa.schema.CreateIndex(index).compile(dialect=free.dialect))
            free.exec_driver_sql(statement.replace("INDEX", "INDEX CONCURRENTLY", 1))
        for at, (table, name) in enumerate(published.keys):
            tell("keys", "", at, len(published.keys))
            free.exec_driver_sql(f"ALTER TABLE {quote(table)} VALIDATE CONSTRAINT {quote(name)}")

"""Publishing: one transaction in which a plan is checked again, carried out, proven, and its release written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engines.database import Workspace, touch
from engines.publisher import drafts
from engines.publisher.migrate import foreign_key_name, run
from engines.publisher.plan import Plan, plan
from engines.publisher.releases import newest
from engines.publisher.steps import Step
from engines.publisher.tables import release
from engines.records import history
from engines.records.tables import named, short, tables
from metamodel.application import Application
from metamodel.bundle import canonical
from metamodel.definition import Json, dump, load
from metamodel.errors import Conflict, Invalid, Refused
from metamodel.issues import Issue, errors
from metamodel.kinds import Catalog
from metamodel.model import Model
from metamodel.upgrade import upgrade
from metamodel.validate import Validated, validate

#: a table this large gets its indexes concurrently, after the commit (PostgreSQL)
CONCURRENT_FROM = 20_000
#: one publisher at a time in a database, whatever the process
LOCK = 7_205_759_404


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A release, and what is left for phase 2: names of indexes to make, fields to compute anew."""

    number: int
    application: str
    indexes: Sequence[tuple[str, str]]
    keys: Sequence[tuple[str, str]]
    recompute: Sequence[tuple[str, tuple[str, ...]]]


def drafted(connection: sa.Connection, catalog: Catalog, application: str) -> tuple[Model, Validated, Json]:
    """The live model, the draft validated against it, and the draft's document."""
    documents = newest(connection)
    before = model_of(documents, catalog)
    document = drafts.joined(drafts.drafted(connection, application, documents.get(application)))
    others = {name: item for name, item in before.applications.items() if name != application}
    return before, validate(document, catalog, others), document


def model_of(documents: dict[str, Json] | Json, catalog: Catalog) -> Model:
    """The model of documents that were published, and so are sound."""
    loaded = {name: load(Application, upgrade(document), catalog)[0] for name, document in documents.items()}
    return Model(applications={name: item for name, item in loaded.items() if item is not None}, catalog=catalog)


def planned(
    connection: sa.Connection, catalog: Catalog, application: str, number: int
) -> tuple[Plan | None, Validated]:
    """The plan of an application's draft; None while the draft has errors."""
    before, validated, _ = drafted(connection, catalog, application)
    if not validated.sound:
        return None, validated
    return plan(connection, before, validated.model, application, number), validated


def publish(
    workspace: Workspace,
    catalog: Catalog,
    application: str,
    *,
    hash: str,
    accepted: frozenset[str],
    by: int | None,
    now: datetime,
) -> Published:
    """Carry a plan out. Refused when the draft or the live release moved since it was made, when it has errors,
    when the data blocks it, or when a loss has not been accepted. A failure at any point leaves everything as it was.
    """
    # No step rebuilds a table, so foreign keys stay on, and readers of SQLite go on in their snapshots.
    with workspace.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        before, validated, _ = drafted(connection, catalog, application)
        if not validated.sound or validated.application is None:
            found = tuple(errors(validated.issues))
            raise Invalid((Issue(code="publish.wrong", arguments={"count": len(found)}), *found))
        number = current_number(connection)
        made = plan(connection, before, validated.model, application, number)
        if not made.changes:
            raise Refused(Issue(code="publish.nothing"))
        if made.hash != hash:
            raise Conflict(Issue(code="publish.stale"))
        if made.blocked:
            raise Refused(Issue(code="publish.blocked"))
        if missing := made.unaccepted(accepted):
            raise Refused(Issue(code="publish.unaccepted", arguments={"count": len(missing)}))
        result = carry_out(connection, made, before, validated.model, by=by, now=now)
        drafts.discard(connection, application)
        return result


def carry_out(
    connection: sa.Connection, made: Plan, before: Model, after: Model, *, by: int | None, now: datetime
) -> Published:
    """The steps of a plan and its release row, in the caller's transaction."""
    application = made.application
    number = touch(connection, "release")
    later = _later(connection, made.steps)
    waiting = run(connection, application, number, made.steps, later=later)
    history.moved(connection, _renamed(before, after, application))
    _prove(connection, after, application, frozenset(waiting))
    definition = after.applications[application]
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


def _renamed(before: Model, after: Model, application: str) -> list[tuple[str, str]]:
    old = {item.definition.id: item.name for item in before.entities.values() if item.application == application}
    new = {item.definition.id: item.name for item in after.entities.values() if item.application == application}
    return [(old[key], new[key]) for key in old if key in new and old[key] != new[key]]


def _prove(connection: sa.Connection, after: Model, application: str, waiting: frozenset[str]) -> None:
    """Ask Alembic's comparer for a second opinion: for the tables of this application nothing may be left to do."""
    metadata = tables(after, connection.dialect.name)
    own = {short(item.table) for item in after.entities.values() if item.application == application}
    own |= {table.name for key, table in named(metadata).items() if ":" in key and key.startswith(f"{application}.")}

    def concerns(thing: object, name: str | None, sort: str, reflected: bool, other: object) -> bool:
        if sort == "table":
            return name in own
        if sort in ("foreign_key_constraint", "unique_constraint"):
            return False
        if sort == "index":
            return name not in waiting and not _is_expression(thing)
        return not (reflected and name is not None and "__r" in name)

    context = MigrationContext.configure(
        connection, opts={"include_object": concerns, "compare_type": False, "compare_server_default": False}
    )
    left = compare_metadata(context, metadata)
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


def finish(workspace: Workspace, published: Published, metadata: sa.MetaData) -> None:
    """Phase 2 on PostgreSQL: indexes made concurrently (a broken one is made anew) and foreign keys validated."""
    if workspace.dialect != "postgresql":
        return
    with workspace.engine.connect().execution_options(isolation_level="AUTOCOMMIT", postgresql_readonly=False) as free:
        quote = free.dialect.identifier_preparer.quote
        for table, name in published.indexes:
            index = next((item for item in metadata.tables[table].indexes if item.name == name), None)
            if index is None:
                continue
            free.exec_driver_sql(f"DROP INDEX IF EXISTS {quote(name)}")
            statement = str(sa.schema.CreateIndex(index).compile(dialect=free.dialect))
            free.exec_driver_sql(statement.replace("INDEX", "INDEX CONCURRENTLY", 1))
        for table, name in published.keys:
            free.exec_driver_sql(f"ALTER TABLE {quote(table)} VALIDATE CONSTRAINT {quote(name)}")


def mark(document: Json) -> str:
    """A short mark of a document's content."""
    return sha256(canonical(document)).hexdigest()[:16]

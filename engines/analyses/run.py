"""An analysis runs: its scores, found without a lock, are compared with what the fields hold; what moved is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.analyses.analysis import AnalysisKind, Scores, Stage
from engines.database import Identity, Instant, Json, Workspace, platform
from engines.records.bulk import roomy
from engines.records.live import Live
from engines.records.sight import Sight
from metamodel.analysis import Analysis
from metamodel.definition import Json as JsonValue
from metamodel.errors import NotFound
from metamodel.issues import Issue
from metamodel.model import EntityModel, qualified

#: rows read, and written, at once: half a second of lock at most
CHUNK = 10_000
#: moves from one value to another that are told of a field
MOST = 200

analysis_run = sa.Table(
    "analysis_run",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("application", sa.String(30), nullable=False),
    sa.Column("analysis", sa.String(62), nullable=False),
    # The run of the change log that holds what was there before.
    sa.Column("run_id", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("ended_at", Instant, nullable=False),
    sa.Column("moved", sa.BigInteger, nullable=False),
    sa.Column("findings", Json, nullable=False),
    sa.Index("ix_analysis_run_analysis", "application", "analysis", "id"),
)

#: up to when the clock has started an analysis
analysis_time = sa.Table(
    "analysis_time",
    platform,
    sa.Column("application", sa.String(30), primary_key=True),
    sa.Column("analysis", sa.String(62), primary_key=True),
    sa.Column("done_until", Instant, nullable=False),
)


#: how many records moved from one value to another, by field
Moves = Mapping[str, Counter[tuple[Any, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Some records whose scores moved: their ids, and by field what was there and what is there now, as stored."""

    numbers: list[int]
    before: Mapping[str, Sequence[Any]]
    after: Mapping[str, Sequence[Any]]


def analysis_of(live: Live, application: str, name: str) -> tuple[Analysis, EntityModel, AnalysisKind]:
    """An analysis by its id, with its entity and its method."""
    home = live.model.applications.get(application)
    found = next((item for item in home.analyses if item.id == name), None) if home else None
    entity = live.model.entity(qualified(application, found.entity)) if found else None
    if found is None or entity is None:
        raise NotFound(Issue(code="analysis.unknown"))
    return found, entity, live.model.catalog["analyses"][found.type]


@contextmanager
def scoring(workspace: Workspace, sight_of: Any, application: str, name: str) -> Iterator[tuple[Stage, Scores]]:
    """The scores of an analysis over one state of the world, with tables of its own that go when the block ends.

    On SQLite they lie beside a reader's snapshot; on PostgreSQL, where readers may make no tables, in a transaction
    that writes nothing else. Nobody waits for either.
    """
    with workspace.read() if workspace.dialect == "sqlite" else workspace.write() as connection:
        sight: Sight = sight_of(connection)
        analysis, entity, kind = analysis_of(sight.live, application, name)
        stage = Stage(
            connection=connection,
            sight=sight,
            entity=entity,
            config=analysis.config,
            scratch=lambda word, select: _scratch(connection, f"scratch_{word}", select),
        )
        with roomy(connection):
            yield stage, kind.scores(stage)


def _scratch(connection: sa.Connection, name: str, select: sa.Select[Any]) -> sa.Table:
    """What a statement gives, kept as a table of this transaction."""
    made = sa.Table(name, sa.MetaData(), *(sa.Column(column.name, column.type) for column in select.selected_columns))
    columns = ", ".join(
        f"{connection.dialect.identifier_preparer.quote(column.name)} {column.type.compile(connection.dialect)}"
        for column in made.columns
    )
    drop = " ON COMMIT DROP" if connection.dialect.name == "postgresql" else ""
    connection.exec_driver_sql(f"CREATE TEMP TABLE {name} ({columns}){drop}")
    connection.execute(sa.insert(made).from_select(list(made.columns.keys()), select))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {name}")
    return made


def differing(stage: Stage, scores: Scores) -> sa.Table:
    """The records whose fields hold something else than their scores, kept for the run: the id, what is there
    (`old_…`) and the scores (`new_…`). Those without a score hold nothing."""
    table = stage.sight.live.tables[stage.entity.name]
    found = scores.statement.subquery()
    held = [table.c[stage.entity.fields[name].column] for name in scores.fields]
    new = [found.c[name] for name in scores.fields]
    moved = sa.or_(*(old.is_distinct_from(value) for old, value in zip(held, new, strict=True)))
    columns = [
        *(value.label(f"old_{index}") for index, value in enumerate(held)),
        *(value.label(f"new_{index}") for index, value in enumerate(new)),
    ]
    select = (
        sa.select(table.c.id, *columns)
        .select_from(table.outerjoin(found, found.c.id == table.c.id))
        .where(table.c.deleted_at.is_(None), moved)
    )
    return stage.scratch("moved", select)


def moved_in(stage: Stage, scores: Scores, differs: sa.Table) -> Iterator[Moved]:
    """What differs, by the ten thousand."""
    width = len(scores.fields)
    result = stage.connection.execution_options(stream_results=True).execute(sa.select(differs))
    for rows in result.partitions(CHUNK):
        columns = list(zip(*rows, strict=True))
        yield Moved(
            numbers=list(columns[0]),
            before=dict(zip(scores.fields, columns[1 : 1 + width], strict=True)),
            after=dict(zip(scores.fields, columns[1 + width :], strict=True)),
        )


def count(moves: Moves, moved: Moved) -> None:
    """Add how many records moved from which value to which."""
    for name, counter in moves.items():
        counter.update(pair for pair in zip(moved.before[name], moved.after[name], strict=True) if pair[0] != pair[1])


def told(entity: EntityModel, moves: Moves) -> dict[str, list[JsonValue]]:
    """Moves by field, the most first: what was there, what is there now (empty stands for no score), how many."""
    found: dict[str, list[JsonValue]] = {}
    for name, counter in moves.items():
        scale = entity.fields[name].expression_type.scale
        found[name] = [
            [_said(was, scale), _said(becomes, scale), count] for (was, becomes), count in counter.most_common(MOST)
        ]
    return found


def _said(value: Any, scale: int) -> JsonValue:
    return value / 10**scale if scale and value is not None else value


def note_run(connection: sa.Connection, values: Mapping[str, Any]) -> None:
    """Keep what a run found."""
    connection.execute(sa.insert(analysis_run).values(values))


def runs_of(connection: sa.Connection, application: str, name: str, limit: int) -> Sequence[sa.Row[Any]]:
    """The newest runs of an analysis."""
    query = sa.select(analysis_run).where(
        analysis_run.c.application == application, analysis_run.c.analysis == name
    )
    return connection.execute(query.order_by(analysis_run.c.id.desc()).limit(limit)).all()


def looked_until(connection: sa.Connection) -> dict[tuple[str, str], datetime]:
    """Up to when the clock has looked at each analysis."""
    rows = connection.execute(sa.select(analysis_time))
    return {(row.application, row.analysis): row.done_until for row in rows}


def take_time(connection: sa.Connection, application: str, name: str, until: datetime) -> bool:
    """Note that the clock has come so far; False when another clock was there before."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = insert(analysis_time).values(application=application, analysis=name, done_until=until)
    noted = made.on_conflict_do_update(
        index_elements=["application", "analysis"],
        set_={"done_until": until},
        where=analysis_time.c.done_until < until,
    )
    return connection.execute(noted.returning(analysis_time.c.analysis)).first() is not None

"""A workspace: one company's database, files and secret, and how a transaction is opened in it on either database."""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from engines.connections import PATIENCE_SECONDS, OnConnect, make_engine
from metamodel.errors import Refused
from metamodel.expressions.sqlite import register
from metamodel.issues import Issue

Dialect = Literal["sqlite", "postgresql"]

# Where a connection notes the queues that its transaction put something into.
QUEUED = "queued"
# SQLite looks at the clock after so many of its instructions, some milliseconds.
PROGRESS_STEPS = 20_000
# A request that only reads gets so long for all its statements.
READ_SECONDS = 30.0

# Every table that belongs to the house itself; each room declares its own here, `migrations/` makes them.
platform = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Identity = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Json = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class EntityName(sa.types.TypeDecorator[str]):
    """The full name of an entity ("desk.ticket") in a table of the house; what is kept under it follows a rename."""

    impl = sa.String(62)
    cache_ok = True


class Instant(sa.types.TypeDecorator[datetime]):
    """A point in time, always aware and always UTC; one without a zone is refused, since it names no point."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Numbers that caches watch: whoever changes people raises `principals`, whoever publishes raises `release`.
counter = sa.Table(
    "counter",
    platform,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One company. Passed as an argument, never kept in a module.

    `engine` is for reading, `writer` for writing, `changer` for changing tables; they share one pool.
    `jobs` is a second file on SQLite, so that progress is told while a long write holds the first, and the same
    database on PostgreSQL.
    """

    name: str
    data_dir: Path
    url: str = field(repr=False)
    secret: str = field(repr=False)
    time_zone: str
    currency: str
    locale: str
    engine: sa.Engine
    writer: sa.Engine
    changer: sa.Engine
    jobs: sa.Engine
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False)
    kept: threading.local = field(default_factory=threading.local, repr=False)
    # A connection lives as long as the thread that keeps it; then the pool has it back.
    held: weakref.WeakSet[sa.Connection] = field(default_factory=weakref.WeakSet, repr=False)
    # Told after a commit which queues it put something into: a message to the workers, where there is a broker.
    bells: list[Callable[[str], None]] = field(default_factory=list, repr=False)

    @property
    def dialect(self) -> Dialect:
        return "sqlite" if self.engine.dialect.name == "sqlite" else "postgresql"

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One snapshot, the same for all its statements; whatever is written in it is thrown away.

        Each thread keeps one connection for this: taking one from the pool costs more than a read by id does.
        """
        connection: sa.Connection | None = getattr(self.kept, "connection", None)
        self.kept.connection = None  # a read within a read takes another one
        if connection is None or connection.closed or connection.invalidated:
            connection = self.engine.connect()
            self.held.add(connection)
        driver: Any = connection.connection.driver_connection
        if self.dialect == "sqlite":
            driver.execute("BEGIN")  # by the driver, which hot reads talk to alone; SQLAlchemy joins it when asked
        try:
            yield connection
        except BaseException as error:
            if self.dialect == "sqlite":
                # Readers and writers share one pool: a limit left behind would end whatever comes next on it.
                driver.set_progress_handler(None, 0)
            self._drop(connection)
            if _ended_by_time(error):
                raise Refused(Issue(code="database.too_slow", arguments={"seconds": READ_SECONDS})) from error
            raise
        if self.dialect == "sqlite":
            driver.set_progress_handler(None, 0)
        if connection.in_transaction():
            connection.rollback()
        else:
            driver.rollback()
        if self.kept.connection is None:
            self.kept.connection = connection
        else:
            self._drop(connection)

    def _drop(self, connection: sa.Connection) -> None:
        self.held.discard(connection)
        connection.close()

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction that is kept when the block ends well; on SQLite it has the only pen from the start."""
        if self.dialect != "sqlite":
            with self.writer.connect() as connection:
                connection.info.pop(QUEUED, ())
                with _patiently(connection):
                    yield connection
                queues = connection.info.pop(QUEUED, ())
        else:
            with self._turn():
                # Kept by the thread as readers are: the pool's own work costs as much as the INSERT.
                kept: sa.Connection | None = getattr(self.kept, "writer", None)
                if kept is None or kept.closed or kept.invalidated:
                    kept = self.kept.writer = self.writer.connect()
                    self.held.add(kept)
                kept.info.pop(QUEUED, ())
                with _patiently(kept):
                    yield kept
                queues = kept.info.pop(QUEUED, ())
        for bell in self.bells:
            for queue in queues:
                bell(queue)

    @contextmanager
    def change(self) -> Iterator[sa.Connection]:
        """Like `write`, for altering tables: SQLite's foreign keys are off, and proven whole before the commit.

        With them on, rebuilding a parent table deletes its cascading children without an error.
        """
        with self._turn(), self.changer.connect() as connection, _patiently(connection):
            yield connection
            if broken := broken_references(connection):
                raise RuntimeError(f"foreign keys broken by a change of tables: {broken[:5]}")

    @contextmanager
    def jobs_read(self) -> Iterator[sa.Connection]:
        with self.jobs.connect() as connection:
            connection.begin()
            yield connection

    @contextmanager
    def jobs_write(self) -> Iterator[sa.Connection]:
        """A short transaction in the jobs' database; never held while `write` is."""
        with self.jobs.connect().execution_options(writes=True) as connection, _patiently(connection):
            yield connection

    @contextmanager
    def _turn(self) -> Iterator[None]:
        # Threads of one process hand the pen on directly; SQLite alone would let them poll with growing sleeps.
        if self.dialect != "sqlite":
            yield
            return
        if not self.turn.acquire(timeout=PATIENCE_SECONDS):
            raise Refused(Issue(code="database.busy"))
        try:
            yield
        finally:
            self.turn.release()

    def close(self) -> None:
        while self.held:
            self.held.pop().close()
        self.engine.dispose()
        self.jobs.dispose()


def open_workspace(
    *,
    name: str,
    data_dir: Path,
    url: str,
    secret: str,
    time_zone: str = "Asia/Shanghai",
    currency: str = "CNY",
    locale: str = "zh-CN",
    on_connect: Sequence[OnConnect] = (register,),
) -> Workspace:
    """The workspace at `url`, or in `data_dir` on SQLite when `url` is empty.

    `on_connect` is called with each new SQLite connection, to lend it functions that PostgreSQL has of its own.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    address = url or f"sqlite:///{data_dir / 'dougong.sqlite'}"
    engine = make_engine(address, on_connect)
    if engine.dialect.name == "sqlite":
        reader: sa.Engine = engine
        writer: sa.Engine = engine.execution_options(writes=True)
        changer: sa.Engine = engine.execution_options(writes=True, schema_change=True)
        jobs = make_engine(f"sqlite:///{data_dir / 'jobs.sqlite'}", ())
    else:
        # A request sees one state of the world, as on SQLite.
        reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        writer = changer = jobs = engine
    return Workspace(
        name=name,
        data_dir=data_dir,
        url=address,
        secret=secret,
        time_zone=time_zone,
        currency=currency,
        locale=locale,
        engine=reader,
        writer=writer,
        changer=changer,
        jobs=jobs,
    )


def watch(connection: sa.Connection, *, limited: bool = False) -> dict[str, int]:
    """All counters in one statement: what a cache compares before it trusts itself. `limited` gives the transaction
    READ_SECONDS, at no statement more."""
    driver: Any = connection.connection.driver_connection
    if not limited:
        return dict(driver.execute("SELECT name, number FROM counter").fetchall())
    if connection.dialect.name == "sqlite":
        deadline = time.monotonic() + READ_SECONDS
        driver.set_progress_handler(lambda: time.monotonic() > deadline, PROGRESS_STEPS)
        return dict(driver.execute("SELECT name, number FROM counter").fetchall())
    limit = int(READ_SECONDS * 1000)
    rows = driver.execute(f"SELECT name, number, set_config('statement_timeout', '{limit}', true) FROM counter")
    return {row[0]: row[1] for row in rows.fetchall()}


def among(column: sa.ColumnElement[int], name: str, dialect: str) -> sa.ColumnElement[bool]:
    """That a number is one of those given under `name` when the statement is executed. Unlike IN with a list, whose
    text is made anew for every length [a third of a millisecond for a hundred], the statement stays the same."""
    if dialect == "sqlite":
        given = sa.func.json_each(sa.bindparam(name, type_=sa.JSON)).table_valued("value")
        return column.in_(sa.select(given.c.value))
    return column == sa.any_(sa.bindparam(name, type_=ARRAY(sa.BigInteger)))


def touch(connection: sa.Connection, name: str) -> int:
    """Raises a counter by one, so that every process drops what it knew; the new number."""
    raised = sa.text(
        "INSERT INTO counter (name, number) VALUES (:name, 1) "
        "ON CONFLICT (name) DO UPDATE SET number = counter.number + 1 RETURNING number"
    )
    return int(connection.execute(raised, {"name": name}).scalar_one())


def insert(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> int:
    """One row; the id it was given."""
    return int(connection.execute(sa.insert(table).values(values).returning(table.c.id)).scalar_one())


def broken_references(connection: sa.Connection) -> list[tuple[Any, ...]]:
    """Rows that point at nothing (SQLite only: PostgreSQL never lets them be)."""
    if connection.dialect.name != "sqlite":
        return []
    return [tuple(row) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]


def _ended_by_time(error: BaseException) -> bool:
    """Whether a statement was ended because its time was over; the driver's own error, or SQLAlchemy's around it."""
    raw = getattr(error, "orig", error)
    return str(raw) == "interrupted" or getattr(raw, "sqlstate", "") == "57014"


@contextmanager
def time_limit(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """Statements inside the block end after `seconds` together (SQLite) or each (PostgreSQL), as a refusal."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
        try:
            yield
        except sa.exc.OperationalError as error:
            if _ended_by_time(error):
                raise Refused(Issue(code="database.too_slow", arguments={"seconds": seconds})) from error
            raise
        connection.exec_driver_sql("SET LOCAL statement_timeout = DEFAULT")
        return
    driver: Any = connection.connection.driver_connection
    deadline = time.monotonic() + seconds
    driver.set_progress_handler(lambda: time.monotonic() > deadline, PROGRESS_STEPS)
    try:
        yield
    except sa.exc.OperationalError as error:
        if _ended_by_time(error):
            raise Refused(Issue(code="database.too_slow", arguments={"seconds": seconds})) from error
        raise
    finally:
        driver.set_progress_handler(None, 0)


@contextmanager
def _patiently(connection: sa.Connection) -> Iterator[None]:
    try:
        transaction = connection.begin()
    except sa.exc.OperationalError as error:
        if "locked" in str(error.orig):
            raise Refused(Issue(code="database.busy")) from error
        raise
    with transaction:
        yield

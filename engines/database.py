"""A workspace: one company's database, files and secret, and how a transaction is opened in it on either database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from metamodel.errors import Refused
from metamodel.expressions.sqlite import register
from metamodel.issues import Issue

Dialect = Literal["sqlite", "postgresql"]
OnConnect = Callable[[Any], None]

# How long a writer waits for the one before; a wait beyond it is refused, never queued for ever.
PATIENCE_SECONDS = 30
# Threads of one process that may talk to the database at once; more wait for a free connection.
POOL = 8
SPARE = 24

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
    readers: list[sa.Connection] = field(default_factory=list, repr=False)

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
            self.readers.append(connection)
        transaction = connection.begin()
        try:
            yield connection
        except BaseException:
            self._drop(connection)
            raise
        transaction.rollback()
        if self.kept.connection is None:
            self.kept.connection = connection
        else:
            self._drop(connection)

    def _drop(self, connection: sa.Connection) -> None:
        self.readers.remove(connection)
        connection.close()

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction that is kept when the block ends well; on SQLite it has the only pen from the start."""
        with self._turn(), self.writer.connect() as connection, _patiently(connection):
            yield connection

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
        while self.readers:
            self.readers.pop().close()
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
    engine = _engine(address, on_connect)
    if engine.dialect.name == "sqlite":
        reader: sa.Engine = engine
        writer: sa.Engine = engine.execution_options(writes=True)
        changer: sa.Engine = engine.execution_options(writes=True, schema_change=True)
        jobs = _engine(f"sqlite:///{data_dir / 'jobs.sqlite'}", ())
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


def watch(connection: sa.Connection) -> dict[str, int]:
    """All counters in one statement: what a cache compares before it trusts itself."""
    driver: Any = connection.connection.driver_connection
    return dict(driver.execute("SELECT name, number FROM counter").fetchall())


def touch(connection: sa.Connection, name: str) -> int:
    """Raises a counter by one, so that every process drops what it knew; the new number."""
    raised = connection.execute(
        sa.update(counter).where(counter.c.name == name).values(number=counter.c.number + 1).returning(counter.c.number)
    ).scalar()
    if raised is not None:
        return int(raised)
    connection.execute(sa.insert(counter).values(name=name, number=1))
    return 1


def insert(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> int:
    """One row; the id it was given."""
    return int(connection.execute(sa.insert(table).values(values).returning(table.c.id)).scalar_one())


def broken_references(connection: sa.Connection) -> list[tuple[Any, ...]]:
    """Rows that point at nothing (SQLite only: PostgreSQL never lets them be)."""
    if connection.dialect.name != "sqlite":
        return []
    return [tuple(row) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]


@contextmanager
def time_limit(connection: sa.Connection, seconds: float) -> Iterator[None]:
    """Statements inside the block end after `seconds` together (SQLite) or each (PostgreSQL), as a refusal."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
        try:
            yield
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", "") == "57014":
                raise Refused(Issue(code="database.too_slow", arguments={"seconds": seconds})) from error
            raise
        connection.exec_driver_sql("SET LOCAL statement_timeout = DEFAULT")
        return
    driver: Any = connection.connection.driver_connection
    deadline = time.monotonic() + seconds
    driver.set_progress_handler(lambda: time.monotonic() > deadline, 20_000)
    try:
        yield
    except sa.exc.OperationalError as error:
        if "interrupted" in str(error.orig):
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


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _engine(url: str, on_connect: Sequence[OnConnect]) -> sa.Engine:
    address = sa.make_url(url)
    if address.get_backend_name() != "sqlite":
        if address.get_driver_name() != "psycopg":
            address = address.set(drivername="postgresql+psycopg")
        return sa.create_engine(
            address,
            pool_size=POOL,
            max_overflow=SPARE,
            pool_pre_ping=True,
            json_serializer=_encode,
            json_deserializer=msgspec.json.decode,
            connect_args={"options": "-c timezone=UTC -c client_encoding=UTF8", "connect_timeout": 10},
        )
    engine = sa.create_engine(
        address,
        pool_size=POOL,
        max_overflow=SPARE,
        json_serializer=_encode,
        json_deserializer=msgspec.json.decode,
        connect_args={
            # SQLAlchemy's begin event says when a transaction starts and of which sort; the driver must not guess.
            "isolation_level": None,
            "timeout": PATIENCE_SECONDS,
            "check_same_thread": False,
            "cached_statements": 512,
        },
    )

    def opened(driver: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        raw: Any = driver
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = NORMAL")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA temp_store = MEMORY")
        raw.execute("PRAGMA journal_size_limit = 67108864")
        for lend in on_connect:
            lend(raw)
        entry.info["foreign_keys"] = True

    def begun(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        wanted = not options.get("schema_change", False)
        # The pragma is ignored inside a transaction, so it is set before BEGIN, and only when it differs.
        if connection.info["foreign_keys"] is not wanted:
            connection.exec_driver_sql(f"PRAGMA foreign_keys = {'ON' if wanted else 'OFF'}")
            connection.info["foreign_keys"] = wanted
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")

    sa.event.listen(engine, "connect", opened)
    sa.event.listen(engine, "begin", begun)
    return engine

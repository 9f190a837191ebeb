"""How connections to either database are made and begun."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

OnConnect = Callable[[Any], None]

# How long a writer waits for the one before; a wait beyond it is refused, never queued for ever.
PATIENCE_SECONDS = 30
# Threads of one process that may talk to the database at once; more wait for a free connection.
POOL = 8
SPARE = 24


def json_text(value: Any) -> str:
    """A value as both databases keep it in a column of JSON."""
    return msgspec.json.encode(value).decode()


def make_engine(url: str, on_connect: Sequence[OnConnect]) -> sa.Engine:
    """An engine for either database, set up for many threads and explicit transactions."""
    address = sa.make_url(url)
    if address.get_backend_name() != "sqlite":
        if address.get_driver_name() != "psycopg":
            address = address.set(drivername="postgresql+psycopg")
        return sa.create_engine(
            address,
            pool_size=POOL,
            max_overflow=SPARE,
            pool_pre_ping=True,
            json_serializer=json_text,
            json_deserializer=msgspec.json.decode,
            connect_args={"options": "-c timezone=UTC -c client_encoding=UTF8", "connect_timeout": 10},
        )
    engine = sa.create_engine(
        address,
        pool_size=POOL,
        max_overflow=SPARE,
        json_serializer=json_text,
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
        raw.execute("PRAGMA cache_size = -8192")  # KiB a connection, taken as it is needed
        raw.execute("PRAGMA journal_size_limit = 67108864")
        for lend in on_connect:
            lend(raw)
        entry.info["foreign_keys"] = True

    def begun(connection: sa.Connection) -> None:
        raw: Any = connection.connection.driver_connection
        if raw.in_transaction:
            return  # a reader's snapshot, begun already
        options = connection.get_execution_options()
        wanted = not options.get("schema_change", False)
        # The pragma is ignored inside a transaction, so it is set before BEGIN, and only when it differs.
        if connection.info["foreign_keys"] is not wanted:
            connection.exec_driver_sql(f"PRAGMA foreign_keys = {'ON' if wanted else 'OFF'}")
            connection.info["foreign_keys"] = wanted
        # By the driver: SQLAlchemy's own execution costs ten times what BEGIN does.
        try:
            raw.execute("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")
        except connection.dialect.loaded_dbapi.OperationalError as error:
            raise sa.exc.OperationalError("BEGIN", (), error) from error

    sa.event.listen(engine, "connect", opened)
    sa.event.listen(engine, "begin", begun)
    return engine

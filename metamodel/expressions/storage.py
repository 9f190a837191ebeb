"""How values of each type stand in a database, in memory and in JSON: the one place that knows all three.

In the database exact numbers are whole units (BIGINT), reals NUMERIC on PostgreSQL and REAL on SQLite, instants UTC.
In memory exact numbers with a scale and reals are Decimal, whole numbers int, instants aware datetimes in UTC, a
reference its id. In JSON numbers with a point and reals are text, times ISO 8601."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from metamodel.expressions import decimals, moments
from metamodel.expressions.types import Type


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC: timestamptz on PostgreSQL, text of fixed width on SQLite (so that it sorts)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite's text has no place for a zone."""
        if value is None:
            return None
        at = moments.instant(value)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        return None if value is None else moments.instant(value)


class Real(sa.types.TypeDecorator[Decimal]):
    """A decimal of 15 significant digits. SQLite's REAL holds each of them exactly enough to get it back."""

    impl = sa.Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Neither database may round to a scale of its own."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Double(asdecimal=False))
        return dialect.type_descriptor(sa.Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """A float only on its way into SQLite."""
        return float(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """A float from SQLite is read by its shortest text, which is the decimal that was written."""
        if value is None or isinstance(value, Decimal):
            return value
        return Decimal(repr(value))


BIGINT = sa.BigInteger()
TEXT_TYPE = sa.Text()
INSTANT = Instant()
REAL_TYPE = Real()
DATE_TYPE = sa.Date()
TIME_TYPE = sa.Time()
BOOLEAN_TYPE = sa.Boolean()
TEXTS_TYPE = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "text": TEXT_TYPE,
    "number": BIGINT,
    "real": REAL_TYPE,
    "boolean": BOOLEAN_TYPE,
    "date": DATE_TYPE,
    "datetime": INSTANT,
    "time": TIME_TYPE,
    "texts": TEXTS_TYPE,
    "record": BIGINT,
    "blank": TEXT_TYPE,
}


def column_type(type_: Type) -> sa.types.TypeEngine[Any]:
    """The column type that expressions expect of a field of this type."""
    return COLUMNS[type_.kind]


def to_database(type_: Type, value: Any) -> Any:
    """A value in memory as `column_type` takes it."""
    if value is None:
        return None
    return decimals.to_units(value, type_.scale) if type_.kind == "number" else value


def from_database(type_: Type, value: Any) -> Any:
    """The inverse of `to_database`."""
    if value is None:
        return None
    match type_.kind:
        case "number":
            return decimals.from_units(int(value), type_.scale)
        case "boolean":
            return bool(value)
        case _:
            return value


def to_browser(type_: Type, value: Any) -> Any:
    """A value in memory as JSON; whole numbers beyond 2^53 become text too."""
    match value:
        case Decimal():
            return decimals.plain(value) if type_.kind == "real" else format(value, "f")
        case bool() | str() | None:
            return value
        case int():
            return value if abs(value) < 2**53 else str(value)
        case datetime():
            return moments.instant(value).isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case _:
            return value


def from_browser(type_: Type, value: Any) -> Any:
    """The inverse of `to_browser`; ValueError where the text is no such value."""
    if value is None:
        return None
    match type_.kind:
        case "number":
            return decimals.from_units(decimals.to_units(Decimal(str(value)), type_.scale), type_.scale)
        case "real":
            return Decimal(str(value))
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            return datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(UTC)
        case "time":
            return time.fromisoformat(value)
        case "record":
            return int(value)
        case _:
            return value

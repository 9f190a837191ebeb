"""A small world of notes, lines and teams: its scope, its tables, and how nested records are put into them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from metamodel.expressions.context import Context, context_at
from metamodel.expressions.scope import DEPARTMENT, USER, FieldFacts
from metamodel.expressions.storage import column_type, from_browser, from_database, to_browser, to_database
from metamodel.expressions.tables import Hop
from metamodel.expressions.types import Type, parse_type

# type, or "one entity", "many entity column" (the child's column), "link entity"
ENTITIES: dict[str, dict[str, str]] = {
    "desk.note": {
        "id": "number:0",
        "title": "text",
        "body": "text",
        "kind": "text",
        "amount": "number:2",
        "other": "number:2",
        "rate": "number:4",
        "qty": "number:0",
        "ratio": "real",
        "share": "real",
        "done": "boolean",
        "open": "boolean",
        "due": "date",
        "begun": "date",
        "at": "datetime",
        "ended": "datetime",
        "clock": "time",
        "tags": "texts",
        "team": "one desk.team",
        "owner": f"one {USER}",
        "department": f"one {DEPARTMENT}",
        "lines": "many desk.line note",
        "labels": "link desk.label",
    },
    "desk.team": {
        "id": "number:0",
        "name": "text",
        "budget": "number:2",
        "region": "one desk.region",
        "notes": "many desk.note team",
    },
    "desk.region": {"id": "number:0", "name": "text", "rank": "number:0"},
    "desk.line": {
        "id": "number:0",
        "note": "one desk.note",
        "amount": "number:2",
        "qty": "number:0",
        "ratio": "real",
        "kind": "text",
        "spent_on": "date",
        "ok": "boolean",
        "team": "one desk.team",
        "parts": "many desk.part line",
    },
    "desk.part": {"id": "number:0", "line": "one desk.line", "weight": "number:3", "name": "text"},
    "desk.label": {"id": "number:0", "name": "text"},
    USER: {"id": "number:0", "name": "text"},
    DEPARTMENT: {"id": "number:0", "name": "text"},
}
LABELS: dict[str, str | dict[str, str]] = {"amount": {"zh-CN": "金额", "en": "Amount"}, "title": "标题"}
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def context(zone: str = "Asia/Shanghai") -> Context:
    """The same moment and person for every test."""
    return context_at(NOW, zone, me=7, my_department=3, my_departments=(3, 4, 5))


def facts(words: str) -> FieldFacts:
    """A field by its words in ENTITIES."""
    kind, _, rest = words.partition(" ")
    target = rest.split(" ")[0]
    if kind == "one":
        return FieldFacts(type=Type(kind="record", entity=target), target=target)
    if kind in ("many", "link"):
        return FieldFacts(type=Type(kind="records", entity=target), target=target, many=True)
    return FieldFacts(type=parse_type(words))


class World:
    """The scope."""

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """As the protocol says."""
        words = ENTITIES[entity].get(name)
        if words is None:
            return None
        found = facts(words)
        return FieldFacts(type=found.type, target=found.target, many=found.many, label=LABELS.get(name, ""))

    def names(self, entity: str) -> Iterable[str]:
        """As the protocol says."""
        return ENTITIES[entity]


METADATA = sa.MetaData()


def _columns(fields: Mapping[str, str]) -> Iterable[sa.Column[Any]]:
    for name, words in fields.items():
        found = facts(words)
        if found.many:
            continue
        kind = column_type(found.type)
        if found.type.kind == "text":
            kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
        if name == "id":
            yield sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)
        else:
            yield sa.Column(name, kind)


TABLES = {
    entity: sa.Table(
        entity.replace(".", "__"), METADATA, *_columns(fields), sa.Column("binned", sa.Boolean), prefixes=["TEMPORARY"]
    )
    for entity, fields in ENTITIES.items()
}
LINK = sa.Table(
    "note_label", METADATA, sa.Column("note", sa.BigInteger), sa.Column("label", sa.BigInteger), prefixes=["TEMPORARY"]
)


@dataclass(frozen=True)
class WorldTables:
    """The tables; binned rows are not read."""

    def column(self, source: sa.FromClause, entity: str, name: str) -> sa.ColumnElement[Any]:
        """As the protocol says."""
        return source.c[name]

    def related(self, source: sa.FromClause, entity: str, name: str) -> tuple[Hop, ...]:
        """As the protocol says."""
        kind, target, *rest = ENTITIES[entity][name].split(" ")
        table = TABLES[target].alias()
        if kind == "one":
            return (Hop(source=table, on=table.c.id == source.c[name]),)
        if kind == "many":
            return (Hop(source=table, on=table.c[rest[0]] == source.c.id),)
        link = LINK.alias()
        return (
            Hop(source=link, on=link.c.note == source.c.id),
            Hop(source=table, on=table.c.id == link.c.label),
        )

    def visible(self, source: sa.FromClause, entity: str) -> sa.ColumnElement[bool] | None:
        """As the protocol says."""
        return source.c.binned.is_(None)


def read(entity: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A record as it stands in a case file (as the browser has it) in memory."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        field = facts(ENTITIES[entity][name])
        if field.many:
            found[name] = [read(field.target, each) for each in value]
        elif field.target:
            found[name] = read(field.target, value) if isinstance(value, Mapping) else value
        else:
            found[name] = from_browser(field.type, value)
    return found


class Rows:
    """Collects the rows of nested records for all tables."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {entity: [] for entity in ENTITIES}
        self.links: list[dict[str, int]] = []
        self.number = 1000

    def add(self, entity: str, record: Mapping[str, Any], **given: Any) -> int:
        """Adds a record and all below it; its id."""
        self.number += 1
        number = int(record.get("id", self.number))
        row: dict[str, Any] = dict.fromkeys(TABLES[entity].c.keys())
        later = []
        for name, value in record.items():
            field = facts(ENTITIES[entity][name])
            if field.many:
                later.append((name, field, value))
            elif field.target and isinstance(value, Mapping):
                row[name] = self.add(field.target, value)
            else:
                row[name] = to_database(field.type, value) if not field.target else value
        row.update(given, id=number)
        if not any(each["id"] == number for each in self.rows[entity]):
            self.rows[entity].append(row)
        for name, field, value in later:
            kind, _, *rest = ENTITIES[entity][name].split(" ")
            for each in value:
                if kind == "many":
                    self.add(field.target, each, **{rest[0]: number})
                else:
                    self.links.append({"note": number, "label": self.add(field.target, each)})
        return number

    def insert(self, connection: sa.Connection) -> None:
        """Into empty tables."""
        for entity, rows in self.rows.items():
            if rows:
                connection.execute(sa.insert(TABLES[entity]), rows)
        if self.links:
            connection.execute(sa.insert(LINK), self.links)


def memory(type_: Type, value: Any) -> Any:
    """What SQL gave, as a value in memory."""
    return from_database(type_, value)


def dump(entity: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `read`."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        field = facts(ENTITIES[entity][name])
        if field.many:
            found[name] = [dump(field.target, each) for each in value]
        elif field.target:
            found[name] = dump(field.target, value) if isinstance(value, Mapping) else value
        else:
            found[name] = to_browser(field.type, value)
    return found

"""A field's stored values read as one type and written as another; what does not convert is named, never dropped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.publisher.steps import Retype
from metamodel.definition import Json
from metamodel.errors import Refusal
from metamodel.field_type import is_blank
from metamodel.model import FieldModel

CHUNK = 10_000
Seen = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """One value: the new stored form, or the code of why there is none."""

    record: int
    before: str
    stored: Any
    reason: str = ""


def text_form(field: FieldModel, stored: Any) -> Json:
    """A stored value in the form a person would write it in a cell: labels for choices, lists with commas."""
    value = field.type.dump(field.config, stored)
    options = getattr(field.config, "options", None)
    if options:
        labels = {item.value: item.label for item in options}

        def said(word: str) -> str:
            label = labels.get(word, word)
            return label if isinstance(label, str) else next(iter(label.values()), word)

        return "、".join(said(word) for word in value) if isinstance(value, list) else said(value)
    return value


def convert(retype: Retype, record: int, stored: Any) -> Converted:
    """One value from the old field's form into the new one's."""
    shown = text_form(retype.old, stored)
    # Choices keep their words when the new type knows them; otherwise the label is what a person would expect.
    candidates: Sequence[Json] = (retype.old.type.dump(retype.old.config, stored), shown)
    reason = ""
    for candidate in candidates:
        if is_blank(candidate):
            continue
        try:
            value = retype.new.type.coerce(retype.new.config, _plain(candidate, retype))
        except Refusal as refusal:
            reason = refusal.issues[0].code
            continue
        return Converted(record=record, before=written(shown), stored=value)
    return Converted(record=record, before=written(shown), stored=None, reason=reason or "value.not_convertible")


def written(value: Json) -> str:
    """A value as it is kept in quarantine: text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def back(field: FieldModel, kept: str) -> Any:
    """The stored form of a quarantined value in a type that can hold it after all; None when it still can't."""
    candidates: list[Json] = [kept]
    with suppress(ValueError):
        candidates.insert(0, json.loads(kept))
    for candidate in candidates:
        with suppress(Refusal):
            return field.type.coerce(field.config, candidate)
    return None


def _plain(value: Json, retype: Retype) -> Json:
    if retype.new.expression_type.kind == "text" and isinstance(value, (bool, int, float)):
        return ("是" if value else "否") if isinstance(value, bool) else str(value)
    return value


def values(connection: sa.Connection, table: str, column: str) -> Iterator[Sequence[tuple[int, Any]]]:
    """(id, value) of all rows that have one, in chunks by id, the bin's included."""
    source = sa.table(table, sa.column("id", sa.BigInteger), sa.column(column))
    last = 0
    while True:
        query = (
            sa.select(source.c.id, source.c[column])
            .where(source.c.id > last, source.c[column].is_not(None))
            .order_by(source.c.id)
            .limit(CHUNK)
        )
        rows = [(row[0], row[1]) for row in connection.execute(query)]
        if not rows:
            return
        last = rows[-1][0]
        yield rows


def typed_values(
    connection: sa.Connection, table: str, field: FieldModel, column: str = ""
) -> Iterator[Sequence[tuple[int, Any]]]:
    """Like `values`, each value in the type the field's column has (or had, where it is now called `column`)."""
    type_ = field.type.column(field.config)
    process = type_.dialect_impl(connection.dialect).result_processor(connection.dialect, None)
    for rows in values(connection, table, column or field.column):
        yield rows if process is None else [(number, process(value)) for number, value in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a conversion would do: how many values pass, how many do not, and the first of those."""

    passing: int
    failing: int
    examples: tuple[Converted, ...]


def preview(
    connection: sa.Connection, table: str, retype: Retype, most: int = 20, seen: Seen = lambda count: None
) -> Preview:
    """The outcome of a conversion without doing it; `seen` is told how many values were tried."""
    passing = failing = 0
    examples: list[Converted] = []
    for rows in typed_values(connection, table, retype.old):
        for number, stored in rows:
            result = convert(retype, number, stored)
            if result.reason:
                failing += 1
                if len(examples) < most:
                    examples.append(result)
            else:
                passing += 1
        seen(passing + failing)
    return Preview(passing=passing, failing=failing, examples=tuple(examples))

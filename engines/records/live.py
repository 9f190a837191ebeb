"""What is live: the released applications as one model, its tables, and what was compiled for it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from engines.records.tables import named, tables
from metamodel.definition import Json
from metamodel.model import Model

T = TypeVar("T")
#: compiled things kept per release; past it the oldest half goes
MOST_KEPT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """One release of everything. Immutable but for `_kept`, which holds what is compiled once and used often."""

    release: int
    model: Model
    documents: Mapping[str, Json]
    dialect: str
    zone: str
    metadata: sa.MetaData
    tables: Mapping[str, sa.Table]
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made at the first call for a key. Two threads may both make it; either will do."""
        found = self._kept.get(key)
        if found is None:
            found = make()
            if len(self._kept) >= MOST_KEPT:
                for old in list(self._kept)[: MOST_KEPT // 2]:
                    self._kept.pop(old, None)
            self._kept[key] = found
        return found

    def latest(self, key: Hashable, mark: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives for a content known by its mark. Only the last content's is kept: a draft changes often."""
        found = self._kept.get(("latest", key))
        if found is None or found[0] != mark:
            found = (mark, make())
            self._kept[("latest", key)] = found
        return found[1]


def make_live(release: int, model: Model, documents: Mapping[str, Json], dialect: str, zone: str) -> Live:
    """A live state with its tables."""
    metadata = tables(model, dialect)
    return Live(
        release=release,
        model=model,
        documents=documents,
        dialect=dialect,
        zone=zone,
        metadata=metadata,
        tables=named(metadata),
    )

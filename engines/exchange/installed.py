"""Records of applications that were installed before, as recipes look at them: columns read when first asked for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.database import Workspace
from engines.records.live import Live
from metamodel.errors import Invalid
from metamodel.issues import Issue, nearest


class Installed(dict[str, dict[str, list[Any]]]):
    """Columns by entity: what a recipe has made is put in by its name, what another application holds ("desk.ticket")
    comes from its table."""

    __slots__ = ("live", "workspace")

    def __init__(self, workspace: Workspace, live: Live) -> None:
        super().__init__()
        self.workspace = workspace
        self.live = live

    def __missing__(self, name: str) -> dict[str, list[Any]]:
        if name not in self.live.model.entities:
            near = nearest(name, [*self, *self.live.model.entities])
            raise Invalid(Issue(code="reference.entity", arguments={"word": name, "nearest": near}))
        self[name] = found = _Stored(self, name)
        return found


class _Stored(dict[str, list[Any]]):
    """The columns of one table, without what lies in the bin, each in the order of the records' ids."""

    __slots__ = ("entity", "home")

    def __init__(self, home: Installed, entity: str) -> None:
        super().__init__()
        self.home = home
        self.entity = entity

    def __missing__(self, name: str) -> list[Any]:
        table = self.home.live.tables[self.entity]
        item = self.home.live.model.entities[self.entity].fields.get(name)
        word = item.column if item else name
        if word not in table.c:
            known = list(self.home.live.model.entities[self.entity].fields)
            raise Invalid(Issue(code="reference.field", arguments={"word": name, "nearest": nearest(name, known)}))
        with self.home.workspace.read() as connection:
            query = sa.select(table.c[word]).where(table.c.deleted_at.is_(None)).order_by(table.c.id)
            self[name] = found = list(connection.scalars(query))
        return found

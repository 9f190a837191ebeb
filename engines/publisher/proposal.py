"""What a draft proposes against what is live: validated, compared and put into words once for each content of it.

Saving, planning and publishing all ask for it; it is kept with the release under the marks of the draft's definitions,
so that what did not change is not read and checked again, and anything that did is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from engines.publisher import drafts
from engines.publisher.words import Line, lines
from engines.records.live import Live
from engines.records.tables import tables
from metamodel.application import Application
from metamodel.bundle import canonical
from metamodel.changes import Change, normal
from metamodel.definition import Json
from metamodel.diff import diff
from metamodel.model import Model
from metamodel.validate import Validated, validate


@dataclass(frozen=True, kw_only=True, eq=False)
class Proposal:
    """One content of one application's draft beside the release it was compared with."""

    application: str
    live: Live
    parts: dict[tuple[str, str], Json]
    document: Json
    validated: Validated

    @property
    def before(self) -> Model:
        """What is live."""
        return self.live.model

    @property
    def after(self) -> Model:
        """What would be live."""
        return self.validated.model

    @property
    def definition(self) -> Application | None:
        """The application as the draft has it; None while it can't be read."""
        return self.validated.application

    @cached_property
    def metadata(self) -> sa.MetaData:
        """The tables that would be."""
        return tables(self.after, self.live.dialect)

    @cached_property
    def sides(self) -> tuple[Any, Any]:
        """The application before and after in the form that is compared."""
        old, new = self.before.applications.get(self.application), self.after.applications.get(self.application)
        return (normal(old) if old else {"id": self.application}), (normal(new) if new else {"id": self.application})

    @cached_property
    def changes(self) -> list[Change]:
        """What differs."""
        return diff(*self.sides)

    @cached_property
    def lines(self) -> list[Line]:
        """What differs, in words."""
        return lines(self.changes, *self.sides)

    @cached_property
    def etags(self) -> dict[tuple[str, str], str]:
        """The mark of every definition."""
        return {place: drafts.etag(part) for place, part in self.parts.items()}

    def hash(self, release: int) -> str:
        """By which a plan made of another content, or against another release, is refused."""
        return sha256(canonical([release, self.sides[1]])).hexdigest()[:24]


def proposed(connection: sa.Connection, live: Live, application: str) -> Proposal:
    """The draft of an application as the transaction sees it."""
    mark = drafts.mark(connection, application)
    return live.latest(("draft", application), mark, lambda: _made(connection, live, application))


def _made(connection: sa.Connection, live: Live, application: str) -> Proposal:
    parts = drafts.drafted(connection, application, live.documents.get(application))
    document = drafts.joined(parts)
    others = {name: item for name, item in live.model.applications.items() if name != application}
    return Proposal(
        application=application,
        live=live,
        parts=parts,
        document=document,
        validated=validate(document, live.model.catalog, others),
    )

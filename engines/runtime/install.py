"""Installing an application: its bundle becomes the draft, and where that is wished the release at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.database import Workspace
from engines.publisher import drafts
from engines.publisher.publish import Published, model_of, planned, publish
from engines.publisher.releases import newest
from engines.publisher.tables import shipped
from engines.runtime.release import Releases
from metamodel.bundle import Bundle, located
from metamodel.errors import Conflict, Invalid
from metamodel.issues import Issue, errors
from metamodel.validate import validate


def check_bundle(bundle: Bundle, connection: sa.Connection) -> tuple[Issue, ...]:
    """Everything wrong with a bundle in this workspace, each issue with its file."""
    others = dict(model_of(newest(connection), CATALOG).applications)
    others.pop(str(bundle.document.get("name")), None)
    found = validate(bundle.document, CATALOG, others)
    return tuple(located(issue, bundle.origins) for issue in found.issues)


def install(workspace: Workspace, bundle: Bundle, *, by: int | None, now: datetime, replace: bool = True) -> str:
    """Make the bundle the draft of its application (an installed one is compared when it is published); its name.
    Without `replace` a draft in which somebody is at work is left alone, and the bundle refused."""
    name = str(bundle.document.get("name"))
    with workspace.write() as connection:
        begun = len(drafts.changed(connection, name))
        if begun and not replace:
            label = bundle.document.get("label") or name
            raise Conflict(Issue(code="bundle.draft_begun", arguments={"name": label, "count": begun}))
        if wrong := tuple(errors(check_bundle(bundle, connection))):
            raise Invalid(wrong)
        live = newest(connection).get(name)
        drafts.replace(connection, name, live, bundle.document, by=by, now=now)
        connection.execute(sa.delete(shipped).where(shipped.c.application == name))
        connection.execute(
            sa.insert(shipped).values(
                application=name,
                version=str(bundle.document.get("version", "")),
                document=bundle.document,
                companions=dict(bundle.companions),
                installed_at=now,
            )
        )
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a draft would change, a line each: its text and what is to be known of it before publishing."""

    text: str
    risk: str
    reason: str


def changes_of(workspace: Workspace, application: str, locale: str) -> list[Told]:
    """A draft's changes in words, as the publish dialog says them."""
    house = Releases(workspace)
    with workspace.read() as connection:
        made, validated = planned(connection, house.live(connection), application)
    if made is None:
        raise Invalid(tuple(errors(validated.issues)))
    said = [item.to_json(locale) for item in made.planned]
    return [Told(text=one["text"], risk=one["risk"], reason=one["reason"]) for one in said]


def publish_draft(
    workspace: Workspace, application: str, *, accept_losses: bool, by: int | None, now: datetime
) -> Published | None:
    """Publish what the draft says without a person looking; None when there is nothing to do. Losses are refused
    unless they are accepted, blocks always."""
    house = Releases(workspace)
    with workspace.read() as connection:
        made, validated = planned(connection, house.live(connection), application)
        if made is None:
            raise Invalid(tuple(errors(validated.issues)))
    if not made.changes:
        return None
    accepted = frozenset(item.line.id for item in made.planned) if accept_losses else frozenset()
    return publish(workspace, house.live, application, hash=made.hash, accepted=accepted, by=by, now=now)

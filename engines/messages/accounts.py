"""Channels as the workspace has set them up; one that isn't yet is rehearsed: recorded, and nothing leaves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.database import Instant, Json, Workspace, platform
from engines.messages import vault
from engines.messages.channel import ChannelKind
from metamodel.definition import Json as JsonValue
from metamodel.definition import load, properties
from metamodel.errors import Invalid
from metamodel.issues import Issue

ADDRESS = re.compile(r"https?://\S+")

channel_account = sa.Table(
    "channel_account",
    platform,
    sa.Column("channel", sa.String(20), primary_key=True),
    # Off: what would be sent is recorded instead.
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("settings", Json, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_id", sa.BigInteger),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A channel's settings as they lie in the table, and whether it sends in earnest."""

    active: bool
    settings: Mapping[str, JsonValue]
    at: datetime | None
    by: int | None


def kept(connection: sa.Connection, kind: ChannelKind) -> Kept:
    """The settings of a channel; empty ones where nobody has set it up."""
    row = connection.execute(sa.select(channel_account).where(channel_account.c.channel == kind.kind)).first()
    return _kept(kind, row)


def everything(connection: sa.Connection, kinds: Mapping[str, ChannelKind]) -> dict[str, Kept]:
    """The settings of all channels."""
    rows = {row.channel: row for row in connection.execute(sa.select(channel_account))}
    return {word: _kept(kind, rows.get(word)) for word, kind in kinds.items()}


def _kept(kind: ChannelKind, row: sa.Row[Any] | None) -> Kept:
    if row is None:
        return Kept(active=kind.ready, settings={}, at=None, by=None)
    return Kept(active=row.active or kind.ready, settings=row.settings, at=row.at, by=row.by_id)


def account_of(connection: sa.Connection, kind: ChannelKind) -> Any:
    """The account to send with; None where the channel is rehearsed."""
    found = kept(connection, kind)
    if not found.active:
        return None
    account, issues = load(kind.Account, dict(found.settings), {})
    if account is None:
        raise Invalid(issues)
    return account


def set_up(
    workspace: Workspace,
    connection: sa.Connection,
    kind: ChannelKind,
    *,
    active: bool,
    settings: Mapping[str, JsonValue],
    secrets: Mapping[str, JsonValue],
    by: int | None,
    at: datetime,
) -> None:
    """Keep a channel's settings. `secrets` are values for the settings that name one: each is put into the vault
    under a name of its own; one that isn't mentioned stays, a blank one goes. Settings of a channel that is off may
    be unfinished."""
    known = properties(kind.Account)
    sealed = {name for name, item in known.items() if item.prop.widget == "secret"}
    before = kept(connection, kind).settings
    values = {name: value for name, value in settings.items() if value not in ("", None) and name not in sealed}
    values |= {name: before[name] for name in sealed if name in before}
    issues = [
        Issue(code="definition.unknown_word", path=("secrets", name), arguments={"word": name, "nearest": ""})
        for name in secrets
        if name not in sealed
    ]
    for name in sealed & set(secrets):
        value, path = secrets[name], ("secrets", name)
        if not isinstance(value, str):
            issues.append(Issue(code="given.text", path=path))
        elif value:
            vault.keep(workspace, connection, f"{kind.kind}_{name}", value, by=by, at=at)
            values[name] = f"{kind.kind}_{name}"
        else:
            values.pop(name, None)
    account, found = load(kind.Account, values, {})
    issues += (issue.under("settings") for issue in found if active or issue.code != "definition.missing")
    issues += (
        Issue(code="channel.address", path=("settings", name))
        for name in ("url", "server")
        if isinstance(values.get(name), str) and not ADDRESS.fullmatch(values[name])
    )
    if issues or (active and account is None):
        raise Invalid(issues)
    row = {"channel": kind.kind, "active": active, "settings": values, "at": at, "by_id": by}
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made = insert(channel_account).values(row)
    connection.execute(made.on_conflict_do_update(index_elements=["channel"], set_=row))

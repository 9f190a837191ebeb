"""The contact policy: how often, when and whether at all people are written to for the house's own sake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.database import Identity, Instant, Json, platform
from metamodel.definition import Json as JsonValue
from metamodel.definition import definition, dump, load, prop
from metamodel.errors import Invalid
from metamodel.issues import Issue

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~\-/]*)?")

#: rows are only added: the newest holds, the others say who changed it when
contact_policy = sa.Table(
    "contact_policy",
    platform,
    sa.Column("id", Identity, primary_key=True),
    sa.Column("settings", Json, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by_id", sa.BigInteger),
)


@definition
class ContactPolicy:
    """`cap` messages in `days` for a person over all marketing (0 for no cap); none between `quiet_from` and
    `quiet_to` of the business zone; none ever to `holdout` percent of people. `address` is where people outside reach
    this installation, for links that tell of clicks. Rehearsed messages are opened and clicked by themselves when
    `rehearse` says so."""

    cap: int = prop(3, minimum=0, maximum=1000)
    days: int = prop(7, minimum=1, maximum=366)
    quiet_from: str = "21:00"
    quiet_to: str = "08:00"
    holdout: int = prop(0, minimum=0, maximum=50)
    address: str = ""
    rehearse: bool = True

    def until(self, now: datetime, zone: str) -> datetime | None:
        """When the quiet hours that hold now are over; None when none hold."""
        begin, end = _clock(self.quiet_from), _clock(self.quiet_to)
        if begin == end:
            return None
        here = now.astimezone(ZoneInfo(zone))
        at = here.time().replace(tzinfo=None)
        quiet = begin <= at < end if begin < end else at >= begin or at < end
        if not quiet:
            return None
        day = here.date() if at < end else here.date() + timedelta(days=1)
        # By the wall clock: a night in which the clocks change is as long as it is.
        return datetime.combine(day, end, ZoneInfo(zone)).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The policy that holds, and who made it so."""

    policy: ContactPolicy
    at: datetime | None
    by: int | None


def current(connection: sa.Connection) -> Kept:
    """The policy that holds now."""
    row = connection.execute(sa.select(contact_policy).order_by(contact_policy.c.id.desc()).limit(1)).first()
    found, issues = load(ContactPolicy, row.settings if row else {}, {})
    if found is None:
        raise Invalid(issues)
    return Kept(policy=found, at=row.at if row else None, by=row.by_id if row else None)


def history(connection: sa.Connection, limit: int = 50) -> list[Kept]:
    """The policies there were, newest first."""
    query = sa.select(contact_policy).order_by(contact_policy.c.id.desc()).limit(limit)
    found = []
    for row in connection.execute(query):
        held, _ = load(ContactPolicy, row.settings, {})
        if held is not None:
            found.append(Kept(policy=held, at=row.at, by=row.by_id))
    return found


def change(connection: sa.Connection, said: Mapping[str, JsonValue], *, by: int | None, at: datetime) -> ContactPolicy:
    """A new policy from now on; Invalid with everything that is wrong in it."""
    found, problems = load(ContactPolicy, dict(said), {})
    issues = list(problems)
    if found is not None:
        issues += (
            Issue(code="policy.clock", path=(word,))
            for word in ("quiet_from", "quiet_to")
            if not CLOCK.fullmatch(getattr(found, word))
        )
        if found.address and not ADDRESS.fullmatch(found.address):
            issues.append(Issue(code="policy.address", path=("address",)))
    if found is None or issues:
        raise Invalid(issues)
    row: dict[str, Any] = {"settings": dump(found), "at": at, "by_id": by}
    connection.execute(sa.insert(contact_policy).values(row))
    return found


def _clock(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))

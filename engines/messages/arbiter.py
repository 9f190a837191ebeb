"""The one arbiter: whether a message goes, over which channel, when, and why not; nothing leaves the house without it.

The order of its questions: can the person be reached, with their consent; has the same been said lately; and, for
what the house wants and the person did not ask for, the hold-out, the quiet hours, the cap, and whom it must let go
first."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from engines.messages.delivery import COUNTED, DEFERRED, FAILED, SUPPRESSED, delivery
from engines.messages.policy import ContactPolicy
from metamodel.definition import Json

Outcome = Literal["queued", "deferred", "suppressed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A channel that a message could take: the address found ("" for none), whether consent is there, the words by
    language, and whether it was tried in vain already."""

    channel: str
    address: str
    consent: bool = True
    title: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    passed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A message somebody wants sent to a person. `same` is what must not be said again within `days`."""

    application: str
    message: str
    person: str
    purpose: str
    priority: int
    offers: Sequence[Offer]
    same: str = ""
    days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the arbiter says, with every question it asked on the way."""

    state: Outcome
    reason: str = ""
    offer: Offer | None = None
    until: datetime | None = None
    trace: tuple[Mapping[str, Json], ...] = ()


def decide(
    connection: sa.Connection, request: Request, policy: ContactPolicy, zone: str, now: datetime, own: int = 0
) -> Decision:
    """The decision about a request at a moment. `own` is the delivery's number where it was deferred before. Two
    decisions about one person are never made side by side: the cap would let both through."""
    _alone(connection, request.person)
    trace: list[Mapping[str, Json]] = []
    offer = _reached(request.offers, trace)

    def say(state: Outcome, reason: str = "", until: datetime | None = None) -> Decision:
        return Decision(state=state, reason=reason, offer=offer, until=until, trace=tuple(trace))

    if offer is None:
        missing = any(item.get("result") == "no_consent" for item in trace)
        return say("suppressed", "no_consent" if missing else "unreachable")
    if request.same:
        said = _said(connection, request, now, own)
        trace.append({"check": "duplicate", "result": "found" if said else "fine", "days": request.days})
        if said:
            return say("suppressed", "duplicate")
    if request.purpose != "marketing":
        return say("queued")
    if policy.holdout:
        held = share(request.person) < policy.holdout * 100
        trace.append({"check": "holdout", "result": "held" if held else "fine", "percent": policy.holdout})
        if held:
            return say("suppressed", "holdout")
    until = policy.until(now, zone)
    if until is not None:
        trace.append({"check": "quiet", "result": "wait", "until": until.isoformat()})
        return say("deferred", "quiet", until)
    trace.append({"check": "quiet", "result": "fine"})
    if policy.cap:
        sent, first = _contacts(connection, request, policy, now, own)
        trace.append({"check": "cap", "sent": sent, "first": first, "cap": policy.cap, "days": policy.days})
        if sent >= policy.cap:
            return say("suppressed", "cap")
        if sent + first >= policy.cap:
            return say("suppressed", "priority")
    return say("queued")


def share(person: str) -> int:
    """Where a person stands among ten thousand: always the same place, however often one asks."""
    return int.from_bytes(hashlib.sha256(f"holdout {person}".encode()).digest()[:8]) % 10_000


def _reached(offers: Sequence[Offer], trace: list[Mapping[str, Json]]) -> Offer | None:
    """The first channel that reaches the person and that they agreed to."""
    for offer in offers:
        if offer.passed:
            result = "declined"
        elif not offer.address:
            result = "no_address"
        elif not offer.consent:
            result = "no_consent"
        else:
            trace.append({"check": "channel", "channel": offer.channel, "result": "fine"})
            return offer
        trace.append({"check": "channel", "channel": offer.channel, "result": result})
    return None


def _said(connection: sa.Connection, request: Request, now: datetime, own: int) -> bool:
    """Whether the same was said to the person, or is on its way."""
    query = sa.select(sa.literal(1)).where(
        delivery.c.person == request.person,
        delivery.c.same == request.same,
        delivery.c.at > now - timedelta(days=request.days),
        delivery.c.state.not_in((SUPPRESSED, FAILED)),
        delivery.c.id != own,
    )
    return connection.execute(query.limit(1)).first() is not None


def _contacts(
    connection: sa.Connection, request: Request, policy: ContactPolicy, now: datetime, own: int
) -> tuple[int, int]:
    """What counts against the cap: how many went to the person, and how many more important ones wait to go."""
    sent = sa.and_(
        delivery.c.state.in_(COUNTED),
        sa.func.coalesce(delivery.c.sent_at, delivery.c.at) > now - timedelta(days=policy.days),
    )
    first = sa.and_(delivery.c.state == DEFERRED, delivery.c.priority > request.priority)
    counted: list[sa.ColumnElement[Any]] = [
        sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0) for condition in (sent, first)
    ]
    query = sa.select(*counted).where(
        delivery.c.person == request.person, delivery.c.purpose == "marketing", delivery.c.id != own
    )
    row = connection.execute(query).one()
    return int(row[0]), int(row[1])


def _alone(connection: sa.Connection, person: str) -> None:
    """Until the commit nobody else decides about the person; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(hashlib.sha256(f"person {person}".encode()).digest()[:8], signed=True)
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))

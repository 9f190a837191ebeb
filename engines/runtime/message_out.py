"""Messages on their way out: asked for, decided by the arbiter, handed to a channel, and noted; each step once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.database import Workspace
from engines.effects import Send
from engines.messages import accounts, delivery, policy, recording, track, vault
from engines.messages.arbiter import Decision, Offer, decide
from engines.messages.channel import ChannelKind, Declined, Parcel, Post, Sent, Unreachable
from engines.records.history import Cause
from engines.records.live import Live
from engines.runtime import outbox
from engines.runtime.house import as_house
from engines.runtime.outbox import Entry
from engines.runtime.outcome import came, tell
from engines.runtime.release import Releases
from engines.runtime.speak import Spoken, entity_of, find, language_of, requested, speak
from metamodel.definition import Json
from metamodel.errors import Refusal, Refused
from metamodel.issues import DEFAULT_LOCALE, Issue

ASKED, SENDING, ANSWERED = "message", "send", "receipt"


def ask(connection: sa.Connection, effect: Send, key: str, cause: Cause) -> Json:
    """Put a message into the outbox; asked twice under a key it is asked for once."""
    payload = {"message": effect.message, "entity": effect.entity, "number": effect.number, "by": cause.by}
    outbox.enqueue(
        connection,
        ASKED,
        {**payload, "cause": key, "passed": []},
        now=cause.at,
        key=f"message:{key}",
        cause=key,
        depth=cause.depth,
    )
    return {"queued": True}


class Deciding:
    """Carries what was asked for to the arbiter, in the transaction that also marks it done."""

    def __init__(self, workspace: Workspace, releases: Releases | None = None) -> None:
        self._workspace = workspace
        self._releases = releases or Releases(workspace)

    def __call__(self, connection: sa.Connection, entry: Entry) -> None:
        """What the clock calls."""
        self.decide(connection, entry, datetime.now(UTC))

    def decide(self, connection: sa.Connection, entry: Entry, now: datetime) -> None:
        """Decide about one request at a moment; what goes is queued, what waits comes back when its time has come."""
        asked = entry.payload
        sight = as_house(connection, self._releases, asked["by"], now)
        found = find(sight, asked["message"])
        application, _, name = str(asked["message"]).partition(".")
        row: dict[str, Any] = {
            "cause": str(asked["cause"])[:120],
            "application": application,
            "message": found[1].id if found else name,
            "entity": asked["entity"],
            "record_id": asked["number"],
            "person": f"{asked['entity']}:{asked['number']}",
            "purpose": found[1].purpose if found else "service",
            "priority": found[1].priority if found else 5,
            "rehearsed": False,
            "attempts": 0,
            "at": now,
        }
        if found is None:
            self._keep(connection, row, entry, now, Decision(state="suppressed", reason="no_message"), None)
            return
        message = found[1]
        spoken = None
        if entity_of(sight, application, message).name == asked["entity"]:
            spoken = speak(connection, sight, application, message, asked["number"], tuple(asked["passed"]))
        if spoken is None:
            self._keep(connection, row, entry, now, Decision(state="suppressed", reason="gone"), None)
            return
        row["person"], row["same"] = spoken.person, spoken.same or None
        request = requested(application, message, spoken)
        held = policy.current(connection).policy
        own = delivery.number_of(connection, _key(row, entry))
        decision = decide(connection, request, held, sight.live.zone, now, own)
        self._keep(connection, row, entry, now, decision, spoken)

    def _keep(
        self,
        connection: sa.Connection,
        row: dict[str, Any],
        entry: Entry,
        now: datetime,
        decision: Decision,
        spoken: Spoken | None,
    ) -> None:
        offer = decision.offer
        row |= {
            "key": _key(row, entry),
            "state": decision.state,
            "reason": decision.reason or None,
            "trace": list(decision.trace),
            "due_at": decision.until,
        }
        if offer is not None and spoken is not None:
            language = language_of(connection, spoken, offer, self._workspace.locale)
            row |= {"channel": offer.channel, "address": offer.address, "language": language, **_words(offer, language)}
            kind: ChannelKind = CATALOG["channels"][offer.channel]
            row["rehearsed"] = not accounts.kept(connection, kind).active
        number = delivery.begin(connection, row)
        if number is None:
            return
        if decision.state == "queued":
            outbox.enqueue(
                connection,
                SENDING,
                {"delivery": number},
                now=now,
                key=f"send:{number}",
                cause=row["cause"],
                depth=entry.depth,
            )
        elif decision.until is not None:
            # Asked again at its time: consent may be withdrawn by then, and the cap reached.
            outbox.enqueue(
                connection,
                ASKED,
                {**entry.payload, "key": row["key"]},
                now=now,
                key=f"later:{number}:{decision.until.isoformat()}",
                due_at=decision.until,
                cause=row["cause"],
                depth=entry.depth,
            )


class Sending:
    """Hands queued deliveries to their channels. A worker that dies between handing over and noting hands over again
    under the same key: the channel can tell, and those of the house do."""

    def __init__(self, workspace: Workspace, releases: Releases | None = None) -> None:
        self._workspace = workspace
        self._releases = releases or Releases(workspace)

    def __call__(self, workspace: Workspace, entry: Entry) -> None:
        """What the clock calls."""
        self.send(entry, datetime.now(UTC))

    def send(self, entry: Entry, now: datetime) -> None:
        """One try. What the channel declines fails at once; what it did not take is tried again by the outbox."""
        number = int(entry.payload["delivery"])
        with self._workspace.write() as connection:
            begun = {"state": delivery.SENDING, "attempts": entry.attempts}
            if not delivery.note(connection, number, begun, only=(delivery.QUEUED, delivery.SENDING)):
                return
            row = delivery.get(connection, number)
            held = policy.current(connection).policy
        kind: ChannelKind = CATALOG["channels"][row.channel]
        parcel = parcel_of(self._workspace, row, held, now)
        try:
            sent = hand_over(self._workspace, kind, parcel, rehearsed=row.rehearsed)
        except Declined as error:
            self._declined(row, str(error), entry, now)
            return
        except (Unreachable, Refusal) as error:
            why = told(error)
            self._waiting(number, why, entry, now)
            raise Refused(Issue(code="message.unreachable", arguments={"reason": why})) from error
        except Exception as error:
            self._waiting(number, type(error).__name__, entry, now)
            raise
        with self._workspace.write() as connection:
            noted(connection, self._releases.live(connection), row, sent, now)

    def _waiting(self, number: int, why: str, entry: Entry, now: datetime) -> None:
        """Queued again, or failed after the last try."""
        last = entry.attempts >= outbox.TRIES
        values: dict[str, Any] = {"state": delivery.QUEUED, "error": why[:2000]}
        if last:
            values |= {"state": delivery.FAILED, "reason": "given_up", "failed_at": now}
        with self._workspace.write() as connection:
            if delivery.note(connection, number, values, only=(delivery.SENDING,)) and last:
                row = delivery.get(connection, number)
                tell(connection, self._releases.live(connection), row, delivery.FAILED, now)

    def _declined(self, row: sa.Row[Any], why: str, entry: Entry, now: datetime) -> None:
        """Failed for good over this channel; the arbiter is asked for the next one."""
        with self._workspace.write() as connection:
            values = {"state": delivery.FAILED, "reason": "declined", "error": why[:2000], "failed_at": now}
            if not delivery.note(connection, row.id, values, only=(delivery.SENDING,)) or not row.message:
                return
            tell(connection, self._releases.live(connection), row, delivery.FAILED, now)
            passed = [item["channel"] for item in row.trace if item.get("result") == "declined"] + [row.channel]
            payload = {
                "message": f"{row.application}.{row.message}",
                "entity": row.entity,
                "number": row.record_id,
                "by": None,
                "cause": row.cause,
                "passed": passed,
            }
            outbox.enqueue(
                connection, ASKED, payload, now=now, key=f"next:{row.id}", cause=row.cause, depth=entry.depth
            )


def hand_over(workspace: Workspace, kind: ChannelKind, parcel: Parcel, *, rehearsed: bool) -> Sent:
    """Over the channel, or to its double while it is not set up."""
    with workspace.read() as connection:
        account = accounts.account_of(connection, kind)
    if rehearsed or account is None:
        with workspace.write() as connection:
            return recording.record(connection, kind.kind, parcel)

    def secret(name: str) -> str:
        with workspace.read() as connection:
            return vault.use(workspace, connection, name)

    return kind.send(parcel, account, Post(workspace=workspace, secret=secret))


def parcel_of(workspace: Workspace, row: sa.Row[Any], held: policy.ContactPolicy, now: datetime) -> Parcel:
    """A delivery made ready: its links lead through the house where that has a public address."""
    text = row.text or ""
    return Parcel(
        delivery=row.id,
        key=row.key,
        address=row.address,
        title=row.title or "",
        text=text,
        at=now,
        about={"entity": row.entity, "id": row.record_id, "message": row.message},
        links=lambda part: track.tracked(workspace.secret, held.address, row.id, text, part),
        pixel=track.pixel(workspace.secret, held.address, row.id),
        receipt=track.receipt(workspace.secret, held.address, row.id),
    )


def noted(connection: sa.Connection, live: Live, row: sa.Row[Any], sent: Sent, now: datetime) -> None:
    """The channel took it; a rehearsed one is answered by itself where the policy says so."""
    delivery.note(connection, row.id, {"reference": sent.reference[:300] or None, "error": None})
    came(connection, live, row.id, sent.state, now)
    if row.rehearsed and policy.current(connection).policy.rehearse:
        clickable = bool(track.links(row.text or ""))
        outbox.enqueue_many(
            connection,
            [
                {
                    "queue": ANSWERED,
                    "payload": {"delivery": row.id, "state": state},
                    "key": f"receipt:{row.id}:{state}",
                    "due_at": now + pause,
                }
                for state, pause in recording.answers(row.key, clickable=clickable)
            ],
            now=now,
        )


class Answered:
    """Notes what became of a rehearsed message."""

    def __init__(self, workspace: Workspace, releases: Releases | None = None) -> None:
        self._releases = releases or Releases(workspace)

    def __call__(self, connection: sa.Connection, entry: Entry) -> None:
        """What the clock calls."""
        self.note(connection, entry, datetime.now(UTC))

    def note(self, connection: sa.Connection, entry: Entry, now: datetime) -> None:
        """At a moment."""
        live = self._releases.live(connection)
        came(connection, live, int(entry.payload["delivery"]), entry.payload["state"], now)


def reap(workspace: Workspace, now: datetime) -> int:
    """Deliveries whose entry died with its worker are failed, so that a person sees them; how many."""
    with workspace.write() as connection:
        key = sa.literal("send:").concat(sa.cast(delivery.delivery.c.id, sa.String))
        own = sa.or_(outbox.outbox.c.key == key, outbox.outbox.c.key.like(key.concat(":%")))
        dead = sa.select(outbox.outbox.c.id).where(own, outbox.outbox.c.state == outbox.DEAD)
        lost = (
            sa.update(delivery.delivery)
            .where(delivery.delivery.c.state.in_((delivery.QUEUED, delivery.SENDING)), dead.exists())
            .values(state=delivery.FAILED, reason="given_up", failed_at=now)
        )
        return connection.execute(lost).rowcount


def told(error: Exception) -> str:
    """Why it was not taken, as it is kept."""
    if isinstance(error, Refusal):
        return "\n".join(str(issue.to_json(DEFAULT_LOCALE)["message"]) for issue in error.issues)
    return str(error)


def _words(offer: Offer, language: str) -> dict[str, str]:
    return {"title": _in(offer.title, language), "text": _in(offer.text, language)}


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get("") or next(iter(words.values()), "")


def _key(row: Mapping[str, Any], entry: Entry) -> str:
    """What was deferred keeps its key, whoever the record leads to by then."""
    if entry.payload.get("key"):
        return str(entry.payload["key"])
    passed = ",".join(entry.payload["passed"])
    return f"{row['cause']}|{row['application']}.{row['message']}|{row['person']}|{passed}"[:300]

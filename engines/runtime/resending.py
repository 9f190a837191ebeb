"""A person wants deliveries tried again: with a few statements, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from engines.messages import delivery
from engines.runtime import outbox
from engines.runtime.message_out import ASKED, SENDING
from metamodel.errors import Invalid, Refused
from metamodel.issues import Issue

MOST = 500
#: a delivery as before its first try
FRESH = {"state": delivery.QUEUED, "reason": None, "failed_at": None, "attempts": 0}
#: what of a delivery says how it may be tried again
COLUMNS = ("id", "state", "channel", "application", "message", "entity", "record_id", "cause")


def again(connection: sa.Connection, chosen: sa.ColumnElement[bool]) -> list[int]:
    """Those of some deliveries that can be tried again, oldest first; refused when they are more than 500."""
    table = delivery.delivery
    failed = sa.and_(table.c.state == delivery.FAILED, table.c.channel.is_not(None))
    held = sa.and_(table.c.state == delivery.SUPPRESSED, table.c.application != "")
    query = sa.select(table.c.id).where(chosen, sa.or_(failed, held)).order_by(table.c.id).limit(MOST + 1)
    found = list(connection.scalars(query))
    if len(found) > MOST:
        raise Invalid(Issue(code="resend.many", arguments={"limit": MOST}))
    return found


def resend(connection: sa.Connection, numbers: Sequence[int], *, by: int | None, now: datetime) -> int:
    """What failed goes again as it is, under its own key; what was suppressed is asked for anew, and the arbiter
    decides anew. Refused when one of them neither failed nor was suppressed; how many go again."""
    table = delivery.delivery
    query = sa.select(*(table.c[name] for name in COLUMNS)).where(table.c.id.in_(numbers)).with_for_update()
    rows = connection.execute(query).all()
    failed = [row for row in rows if row.state == delivery.FAILED and row.channel]
    held = [row for row in rows if row.state == delivery.SUPPRESSED and row.application]
    if not rows or len(failed) + len(held) < len(rows):
        raise Refused(Issue(code="delivery.not_failed"))
    _failed(connection, failed, now)
    outbox.enqueue_many(
        connection,
        [
            {
                "queue": ASKED,
                "key": f"message:resend:{row.id}:{int(now.timestamp() * 1000)}",
                "cause": f"resend:{row.id}",
                "payload": {
                    "message": f"{row.application}.{row.message}",
                    "entity": row.entity,
                    "number": row.record_id,
                    "by": by,
                    "cause": f"resend:{row.id}:{int(now.timestamp() * 1000)}",
                    "passed": [],
                },
            }
            for row in held
        ],
        now=now,
    )
    return len(rows)


def revive(connection: sa.Connection, entry: int, now: datetime) -> None:
    """A dead entry tried again from the first try; a delivery that failed with it waits again as well."""
    outbox.resend(connection, entry, now)
    payload = connection.execute(sa.select(outbox.outbox.c.payload).where(outbox.outbox.c.id == entry)).scalar_one()
    if isinstance(payload.get("delivery"), int):
        delivery.note(connection, payload["delivery"], FRESH, only=(delivery.FAILED,))


def _failed(connection: sa.Connection, rows: Sequence[sa.Row[tuple[object, ...]]], now: datetime) -> None:
    """Dead entries come to life; for those whose entry is gone there is a new one."""
    if not rows:
        return
    connection.execute(
        sa.update(delivery.delivery).where(delivery.delivery.c.id.in_([row.id for row in rows])).values(FRESH)
    )
    keys = {f"send:{row.id}": row for row in rows}
    revived = (
        sa.update(outbox.outbox)
        .where(outbox.outbox.c.key.in_(keys), outbox.outbox.c.state == outbox.DEAD)
        .values(state=outbox.WAITING, due_at=now, attempts=0, done_at=None)
        .returning(outbox.outbox.c.key)
    )
    alive = set(connection.scalars(revived))
    outbox.enqueue_many(
        connection,
        [
            {
                "queue": SENDING,
                "payload": {"delivery": row.id},
                "key": f"{key}:{now.isoformat()}",
                "cause": row.cause,
            }
            for key, row in keys.items()
            if key not in alive
        ],
        now=now,
    )

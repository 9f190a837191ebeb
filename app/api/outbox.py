"""What the house gave up: list, reason, and the way to try again; for administrators."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, request

from app.auth import Visit, reading, writing
from app.sight import number_of, sight_of
from engines.messages import delivery
from engines.messages.trouble import in_words
from engines.rules.listen import find
from engines.runtime import outbox, resending
from metamodel.definition import Json
from metamodel.field_type import instant_text
from metamodel.issues import Issue, say, wording

blueprint = Blueprint("outbox", __name__, url_prefix="/api/outbox/dead")
PAGE = 50


@blueprint.get("")
@reading()
def list_dead(visit: Visit) -> dict[str, Any]:
    """Newest first; `next` is the id to go on after."""
    visit.require_admin()
    after = number_of(request.args.get("after"), "after", 0) or None
    rows = outbox.dead_letters(visit.connection, after=after, limit=PAGE + 1)
    items = [
        {
            "id": row["id"],
            "label": wording(Issue(code=f"queue.{row['queue']}"), visit.locale)[0],
            "about": _about(visit, row["payload"]),
            "error": in_words(row["error"], visit.locale) or "",
            "attempts": row["attempts"],
            "made_at": instant_text(row["created_at"]),
            "died_at": instant_text(row["done_at"]) if row["done_at"] else None,
        }
        for row in rows[:PAGE]
    ]
    return {"items": items, "next": items[-1]["id"] if len(rows) > PAGE else None}


@blueprint.post("/<int:entry>/resend")
@writing()
def resend_dead(visit: Visit, entry: int) -> Response:
    """From the first try, at once."""
    visit.require_admin()
    resending.revive(visit.connection, entry, visit.now)
    return Response(status=204)


@blueprint.delete("/<int:entry>")
@writing()
def dismiss_dead(visit: Visit, entry: int) -> Response:
    visit.require_admin()
    outbox.dismiss(visit.connection, entry)
    return Response(status=204)


def _about(visit: Visit, payload: Json) -> str:
    """What an entry is about, in words: a rule, an address, or a table and a record's number."""
    if isinstance(payload.get("url"), str):
        return str(payload["url"])
    live = sight_of(visit).live
    if isinstance(payload.get("delivery"), int):
        table = delivery.delivery
        found = sa.select(table).where(table.c.id == payload["delivery"])
        row = visit.connection.execute(found).first()
        if row is None:
            return ""
        home = live.model.applications.get(row.application or "")
        message = home.find("message", row.message) if home and row.message else None
        return " · ".join(filter(None, (say(message.label, visit.locale) if message else "", row.address)))
    if payload.get("rule"):
        heard = find(live, str(payload.get("application")), str(payload["rule"]))
        return say(heard.rule.label, visit.locale) if heard else str(payload["rule"])
    first = (payload.get("events") or [payload])[0]
    entity = live.model.entities.get(str(first.get("entity") or ""))
    return f"{say(entity.definition.label, visit.locale)} {first.get('number', '')}".strip() if entity else ""

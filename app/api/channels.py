"""Channels and the contact policy as the workspace sets them up; for administrators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, request

from app.auth import Visit, reading, writing
from app.encoding import read_body
from app.sight import object_of, sight_of
from engines.access.people import names_of
from engines.catalog import CATALOG
from engines.messages import accounts, delivery, policy
from engines.messages.channel import ChannelKind
from engines.messages.policy import ContactPolicy
from engines.messages.trouble import in_words
from engines.runtime import rehearse
from metamodel.definition import properties
from metamodel.errors import NotFound
from metamodel.field_type import instant_text
from metamodel.issues import Issue, nearest, wording
from metamodel.schema import Schemas

blueprint = Blueprint("channels", __name__, url_prefix="/api")
RECENT = timedelta(days=7)


def _kind(word: str) -> ChannelKind:
    kinds = CATALOG["channels"]
    if word not in kinds:
        near = nearest(word, kinds)
        raise NotFound(Issue(code="channel.unknown", arguments={"word": word, "nearest": near}))
    found: ChannelKind = kinds[word]
    return found


@blueprint.get("/channels")
@reading()
def list_channels(visit: Visit) -> dict[str, Any]:
    """Every channel: how it is set up (secrets only by being there), what it sent in a week, what it did not take."""
    visit.require_admin()
    since = visit.now - RECENT
    troubles = delivery.troubles(visit.connection, since)
    counted: dict[str, dict[str, int]] = {}
    for channel, state, count in delivery.counts(visit.connection, since):
        counted.setdefault(channel or "", {})[state] = count
    schemas = Schemas(CATALOG, visit.locale)
    accounts_ = accounts.everything(visit.connection, CATALOG["channels"])
    names = names_of(visit.connection, {kept.by for kept in accounts_.values() if kept.by})
    items = []
    for word, kind in CATALOG["channels"].items():
        kept = accounts_[word]
        sealed = [name for name, item in properties(kind.Account).items() if item.prop.widget == "secret"]
        items.append(
            {
                "channel": word,
                "icon": kind.icon,
                "group": kind.group,
                "ready": kind.ready,
                "active": kept.active,
                "settings": {name: value for name, value in kept.settings.items() if name not in sealed},
                "secrets": {name: name in kept.settings for name in sealed},
                "schema": schemas.config(kind.Account, "account"),
                "at": instant_text(kept.at) if kept.at else None,
                "by": names.get(kept.by) if kept.by else None,
                "counts": counted.get(word, {}),
                "troubles": [
                    {
                        "id": row.id,
                        "state": row.state,
                        "reason": row.reason,
                        "error": in_words(row.error, visit.locale),
                        "at": instant_text(row.at),
                    }
                    for row in troubles.get(word, [])
                ],
            }
        )
    return {"items": items, "days": RECENT.days}


@blueprint.put("/channels/<word>")
@writing()
def set_up_channel(visit: Visit, word: str) -> dict[str, Any]:
    """{active, settings, secrets}: secrets that are not mentioned stay, blank ones go."""
    visit.require_admin()
    kind = _kind(word)
    body = read_body(request)
    accounts.set_up(
        visit.workspace,
        visit.connection,
        kind,
        active=body.get("active") is True,
        settings=object_of(body.get("settings") or {}, "settings"),
        secrets=object_of(body.get("secrets") or {}, "secrets"),
        by=visit.actor.user_id,
        at=visit.now,
    )
    return {"active": accounts.kept(visit.connection, kind).active}


@blueprint.post("/channels/<word>/test")
@writing()
def test_channel(visit: Visit, word: str) -> Any:
    """{address}: a message that says the channel works, sent by the worker like any other; the delivery to watch."""
    visit.require_admin()
    kind = _kind(word)
    words = {name: wording(Issue(code=f"message.test_{name}"), visit.locale)[0] for name in ("title", "text")}
    address = str(read_body(request).get("address") or "") or kind.kind
    return {"delivery": rehearse.try_out(visit.connection, sight_of(visit), kind, address, words)}, 201


@blueprint.get("/contact-policy")
@reading()
def show_policy(visit: Visit) -> dict[str, Any]:
    """The policy that holds, and every one before it with who made it so."""
    visit.require_admin()
    rows = policy.history(visit.connection)
    names = names_of(visit.connection, {row.by for row in rows if row.by})
    return {
        "policy": _whole(policy.current(visit.connection).policy),
        "zone": sight_of(visit).live.zone,
        "history": [
            {
                "policy": _whole(row.policy),
                "at": instant_text(row.at) if row.at else None,
                "by": names.get(row.by) if row.by else None,
            }
            for row in rows
        ],
    }


def _whole(held: ContactPolicy) -> dict[str, Any]:
    return {name: getattr(held, name) for name in properties(ContactPolicy)}


@blueprint.put("/contact-policy")
@writing()
def change_policy(visit: Visit) -> dict[str, Any]:
    visit.require_admin()
    changed = policy.change(visit.connection, read_body(request), by=visit.actor.user_id, at=visit.now)
    return {"policy": _whole(changed)}

"""Public forms: filled in by somebody who is not signed in, through a link; only the fields on the form are taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.access.actor import Actor
from engines.access.policy import Policy
from engines.forms.present import runtime
from engines.records import store
from engines.records.history import Cause
from engines.records.live import Live
from engines.records.narrow import personal
from engines.records.query import candidates
from engines.records.sight import Sight
from metamodel.application import Application
from metamodel.definition import Json
from metamodel.errors import Invalid, NotFound
from metamodel.form import Form, parts
from metamodel.issues import Issue
from metamodel.model import EntityModel, qualified

#: writes what the form lets through and reads nothing back
VISITOR = Actor(user_id=0, login="", name="", locale="zh-CN", is_admin=True)
MOST_CANDIDATES = 20


def open_form(live: Live, application: str, form: str, now: datetime) -> tuple[Sight, Application, Form, EntityModel]:
    """A public form, as the visitor's own rights; anything else does not exist."""
    home = live.model.applications.get(application)
    # by its id too: an address that was printed outlives a new name
    found = home.meant("form", form) if home else None
    if home is None or found is None or not found.public:
        raise NotFound(Issue(code="reference.form", arguments={"word": form, "nearest": ""}))
    sight = Sight(live=live, policy=live.once(("policy", VISITOR), lambda: Policy(live.model, VISITOR)), now=now)
    return sight, home, found, live.model.entities[qualified(application, found.entity)]


def fields_of(form: Form) -> set[str]:
    """The fields that stand on a form."""
    return {str(item.config.field) for item in parts(form.components) if getattr(item.config, "field", "")}


def shown(sight: Sight, application: Application, form: Form) -> Json:
    """What the page of a public form is drawn from: the form, and of its entity only the fields on it."""
    whole = runtime(sight, application)
    entity = dict(whole["entities"][form.entity])
    wanted = fields_of(form)
    entity["fields"] = [item for item in entity["fields"] if item["name"] in wanted]
    entity["relations"] = []
    return {
        "application": {
            "name": application.name,
            "label": application.label,
            "icon": application.icon,
            "color": application.color,
        },
        "form": whole["forms"][form.name],
        "entity": entity,
        "option_sets": whole["option_sets"],
    }


def submit(
    connection: sa.Connection,
    sight: Sight,
    entity: EntityModel,
    form: Form,
    values: Mapping[str, Json],
    cause: Cause,
) -> int:
    """Keep what a visitor sent; the record's number."""
    strange = sorted(set(values) - fields_of(form))
    if strange:
        raise Invalid(
            Issue(code="value.unknown_field", path=(strange[0],), arguments={"name": strange[0], "nearest": ""})
        )
    return store.create(connection, sight, entity, values, cause)


def takes_files(form: Form, entity: EntityModel, field: str) -> None:
    """Refuse a field that does not stand on the form or holds no files."""
    item = entity.fields.get(field)
    if item is None or field not in fields_of(form) or item.type.group != "file":
        raise NotFound(Issue(code="reference.field", arguments={"word": field, "nearest": ""}))


def choices(connection: sa.Connection, sight: Sight, entity: EntityModel, form: Form, field: str, search: str) -> Any:
    """What a reference on a public form may be chosen from: names only, only where the form asks, and only what its
    field narrows it to; where that depends on who asks it is nothing, for a visitor is nobody."""
    item = entity.fields.get(field)
    target = getattr(item.config, "entity", "") if item is not None and field in fields_of(form) else ""
    if target not in sight.live.model.entities:
        raise NotFound(Issue(code="reference.field", arguments={"word": field, "nearest": ""}))
    within = getattr(item.config, "filter", "") if item is not None else ""
    if within and personal(sight.sound(within, target, False)):
        return []
    about = sight.live.model.entities[target]
    found = candidates(connection, sight, about, search, MOST_CANDIDATES, within=within)
    return [{"id": one["id"], "label": one["label"], "lines": []} for one in found]

"""A sheet becomes part of an application: definitions go into its draft, the mapping waits for the publish."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.exchange.fresh import definitions, granted, in_menu
from engines.exchange.mapping import MappedColumn, Mapping, mapping_json
from engines.exchange.run import Import
from engines.publisher import drafts
from engines.records.sight import Sight
from engines.runtime.design import live_document, name_from, require_known
from engines.runtime.imports import proposed
from metamodel.definition import Json, Label
from metamodel.errors import Invalid
from metamodel.issues import Issue


def new_entity(
    connection: sa.Connection, sight: Sight, found: Import, asked: Json, *, by: int, now: datetime
) -> dict[str, Any]:
    """Put entity, form, view and menu entry for a sheet into the draft of an application; their ids.

    `asked` says application, label and, where people chose otherwise than proposed, the columns (column, label, type,
    settings, required, unique; type "" leaves one out).
    """
    application = str(asked.get("application") or found.application)
    require_known(connection, application)
    label: Label = asked.get("label") or ""
    said = label if isinstance(label, str) else next(iter(label.values()), "")
    if not said.strip():
        raise Invalid(Issue(code="exchange.label_needed", path=("label",)))
    columns = _columns(connection, sight, found, asked.get("columns"))
    live = live_document(connection, application)
    present = drafts.drafted(connection, application, live)
    taken = {
        sort: {item.get("name", identity) for (kind, identity), item in present.items() if kind == sort}
        for sort in SORTS
    }
    name = str(asked.get("name") or "") or name_from(said, taken["entity"])
    names: list[str] = []
    for column in columns:
        names.append(name_from(_said(column.get("label") or column["column"]), set(names)))
    made = definitions(name, label, columns, names, taken)
    menu = next((item for (sort, _), item in present.items() if sort == "menu"), {"name": "main", "items": []})
    view = next(document["name"] for sort, document in made if sort == "view")
    made.append(("menu", in_menu(menu, view, label)))
    roles = [str(role) for role in asked.get("roles") or ()]
    made += [("role", granted(present[("role", role)], name)) for role in roles if ("role", role) in present]
    for sort, document in made:
        key = (sort, drafts.identity(document))
        drafts.put(connection, application, live, key, document, expected=None, by=by, now=now)
    found.application = application
    zone = sight.live.zone
    found.mapping = mapping_json(
        Mapping(
            entity=f"{application}.{name}",
            columns=tuple(
                MappedColumn(
                    column=column["column"], field=field, zone=zone if column["type"] == "datetime" else "", divide=0
                )
                for field, column in zip(names, columns, strict=True)
            ),
        )
    )
    return {"made": [{"kind": sort, "id": drafts.identity(document)} for sort, document in made], "entity": name}


SORTS = ("entity", "form", "view", "menu", "role")


def _said(label: Label) -> str:
    return label if isinstance(label, str) else next(iter(label.values()), "")


def _columns(connection: sa.Connection, sight: Sight, found: Import, said: Any) -> list[dict[str, Any]]:
    known = {column["name"]: column for column in proposed(connection, sight, found)["columns"]}
    if not said:
        said = [{"column": name} for name in known]
    columns: list[dict[str, Any]] = []
    for index, one in enumerate(said):
        if not isinstance(one, dict) or one.get("column") not in known:
            name = str(one.get("column") if isinstance(one, dict) else one)
            issue = Issue(code="exchange.no_column", arguments={"name": name, "nearest": ""})
            raise Invalid(issue.under("columns", index))
        sniffed = known[one["column"]]
        type_ = one.get("type", sniffed["type"])
        settings = one.get("settings") or (sniffed["settings"] if type_ == sniffed["type"] else {})
        if type_:
            columns.append({**one, "type": type_, "settings": settings})
    if not columns:
        raise Invalid(Issue(code="exchange.nothing_mapped"))
    return columns

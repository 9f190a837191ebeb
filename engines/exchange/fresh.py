"""A new entity made of a sheet: its fields from the columns, with a form, a list and a place in the menu."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from engines.exchange.propose import words_of
from metamodel.definition import Json, Label

Definitions = list[tuple[str, Json]]
#: field types by which a record can be called
NAMING = ("text", "phone", "email", "sequence")
#: columns a list shows at first
SHOWN = 8


def definitions(
    name: str,
    label: Label,
    columns: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    taken: Mapping[str, Collection[str]],
) -> Definitions:
    """(sort, document) of the entity, its form and its view. `columns` say column, label, type and settings; `names`
    are the fields' names in the same order; `taken` the names in use by sort."""
    fields = [
        {
            "name": field,
            "label": said.get("label") or said["column"],
            "type": said["type"],
            **(said.get("settings") or {}),
        }
        for field, said in zip(names, columns, strict=True)
    ]
    for field, said in zip(fields, columns, strict=True):
        for word in ("required", "unique"):
            if said.get(word):
                field[word] = True
    calling = [field["name"] for field in fields if field["type"] in NAMING]
    likely = [one for one, said in zip(names, columns, strict=True) if _names(said) and one in calling]
    entity: dict[str, Any] = {"name": name, "label": label, "icon": "table", "fields": fields}
    if calling:
        entity["title"] = (likely or calling)[0]
        entity["search"] = list(dict.fromkeys([entity["title"], *calling]))[:3]
    form = _free(name, taken.get("form", ()))
    view = _free(name, taken.get("view", ()))
    entity["form"] = form
    parts = [{"type": "field", "field": field["name"]} for field in fields]
    return [
        ("entity", entity),
        (
            "form",
            {
                "name": form,
                "label": label,
                "entity": name,
                "components": [{"type": "section", "label": label, "components": parts}],
            },
        ),
        (
            "view",
            {
                "name": view,
                "label": label,
                "entity": name,
                "type": "table",
                "columns": [{"field": field["name"]} for field in fields[:SHOWN]],
                "form": form,
            },
        ),
    ]


def in_menu(menu: Json, view: str, label: Label) -> Json:
    """The menu with one more entry at its end."""
    items = list(menu.get("items", []))
    item = {
        "id": _free(view, [one["id"] for one in _all(items)]),
        "label": label,
        "icon": "table",
        "target": "view",
        "view": view,
    }
    return {**menu, "items": [*items, item]}


def granted(role: Json, entity: str) -> Json:
    """A role that may work with the new entity, as one made by hand lets it."""
    grant = {"entity": entity, "create": True, "update": True}
    return {**role, "grants": [*role.get("grants", []), grant]}


def _all(items: Sequence[Json]) -> list[Json]:
    return [one for item in items for one in (item, *_all(item.get("items", [])))]


def _free(name: str, taken: Collection[str]) -> str:
    found, count = name, 1
    while found in taken:
        count += 1
        found = f"{name[:26]}_{count}"
    return found


def _names(said: Mapping[str, Any]) -> bool:
    return any(word in ("name", "title", "xingming", "mingcheng", "biaoti") for word in words_of(str(said["column"])))

"""What a browser needs to show an application to one actor: definitions with what may not be seen left out.

Conditions go out as {text, ast}: the browser evaluates the tree and never parses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.records.choices import looked_up
from engines.records.sight import Sight
from engines.reports import resolve
from metamodel.application import Application
from metamodel.board import Board
from metamodel.definition import Json, Property, dump, properties, variant_of
from metamodel.expressions.ast import to_json
from metamodel.form import Component
from metamodel.issues import Issue, wording
from metamodel.menu import MenuItem
from metamodel.model import EntityModel, FieldModel, qualified


def summary(sight: Sight, application: Application) -> Json:
    """An application in the list of applications, with the menu the actor has."""
    menu = application.find("menu", "main")
    placed = [entry for item in menu.items if (entry := _entry(sight, application, item))] if menu else []
    return {
        "name": application.name,
        "label": application.label,
        "description": application.description,
        "icon": application.icon,
        "color": application.color,
        "version": application.version,
        "may_design": sight.policy.designs(application.name) != frozenset(),
        "home": _home(sight, application),
        "menu": [*placed, *_unplaced(sight, application, menu.items)] if menu and menu.items else placed,
    }


def open_to(sight: Sight, application: Application) -> bool:
    """Whether the actor has any business in an application."""
    if sight.actor.is_admin or sight.actor.roles_in(application.name):
        return True
    return any(sight.policy.may(f"{application.name}.{entity.name}", "read") for entity in application.entities)


def _home(sight: Sight, application: Application) -> str:
    mine = sight.actor.roles_in(application.name)
    return next((role.home for role in application.roles if role.home and role.id in mine), "")


def _unplaced(sight: Sight, application: Application, items: tuple[MenuItem, ...]) -> list[Json]:
    """A group of the boards that no menu has a place for, so that whoever made one need not design the menu for it to
    be found; of those only that say something to the actor."""
    flat = [*items, *(inner for item in items for inner in item.items)]
    known = {item.board for item in flat if item.target == "board"} | {role.home for role in application.roles}
    found = [board for board in application.boards if board.name not in known and _tells(sight, application, board)]
    if not found:
        return []
    entries = [
        {"id": f"board.{board.name}", "label": board.label, "icon": "dashboard", "target": "board", "board": board.name}
        for board in found
    ]
    title = {locale: wording(Issue(code="menu.unplaced"), locale)[0] for locale in ("zh-CN", "en")}
    return [{"id": "boards", "label": title, "icon": "dashboard", "items": entries}]


def _tells(sight: Sight, application: Application, board: Board) -> bool:
    """Whether a tile of a board is about something the actor may read."""
    reports = (application.find("report", tile.report) for tile in board.tiles)
    return any(report is not None and resolve.readable(sight, application, report) for report in reports)


def _entry(sight: Sight, application: Application, item: MenuItem) -> Json:
    if item.roles and not sight.actor.is_admin and not sight.holds(application.name, item.roles):
        return None
    if item.items:
        inside = [entry for one in item.items if (entry := _entry(sight, application, one))]
        return {**dump(item), "id": item.id, "items": inside} if inside else None
    if item.target in ("view", "form"):
        target = application.find(item.target, item.view if item.target == "view" else item.form)
        if target is None or not sight.policy.may(qualified(application.name, target.entity), "read"):
            return None
    return {**dump(item), "id": item.id}


def runtime(sight: Sight, application: Application) -> Json:
    """Everything the pages of an application are drawn from."""
    key = ("runtime", sight.key, application.name)
    return sight.live.once(key, lambda: _runtime(sight, application))


def _runtime(sight: Sight, application: Application) -> Json:
    entities = {
        name: _entity(sight, entity)
        for name, entity in sight.live.model.entities.items()
        if sight.policy.may(name, "read")
        and (entity.application == application.name or entity.application in application.requires)
    }
    readable = set(entities)

    def shown(items: tuple[Any, ...]) -> Iterator[Any]:
        return (item for item in items if qualified(application.name, item.entity) in readable)

    return {
        "application": summary(sight, application),
        "entities": {name.removeprefix(f"{application.name}."): entity for name, entity in entities.items()},
        "forms": {item.name: _tree(sight, application, item) for item in shown(application.forms)},
        "pages": {item.name: _tree(sight, application, item) for item in shown(application.pages)},
        "views": {item.name: _view(sight, application, item) for item in shown(application.views)},
        "boards": {item.name: {**dump(item), "id": item.id} for item in application.boards},
        "reports": {item.name: {"label": item.label, "chart": dump(item.chart)} for item in application.reports},
        "option_sets": {item.name: dump(item) for item in application.option_sets},
    }


def _entity(sight: Sight, entity: EntityModel) -> Json:
    definition, policy = entity.definition, sight.policy
    fields = [
        _field(sight, entity, item)
        for item in entity.fields.values()
        if policy.visibility(entity, item.name).mode != "hidden" or policy.access(entity, item.name) == "write"
    ]
    return {
        "name": definition.name,
        "label": definition.label,
        "plural": definition.plural or definition.label,
        "icon": definition.icon,
        "color": definition.color,
        "application": entity.application,
        "title": entity.title,
        "subtitle": list(definition.subtitle),
        "search": list(definition.search),
        "changes": definition.changes,
        "form": definition.form,
        "page": definition.page,
        "access": {word: policy.may(entity.name, word) for word in ("create", "update", "delete", "export")},
        "fields": fields,
        "segments": [
            {"name": name, "label": item.label}
            for name, item in sight.live.model.segments.items()
            if item.entity == entity.name and sight.knows(name)
        ],
        "relations": [
            {
                "name": way.name,
                "label": way.label,
                "entity": way.entity,
                "way": way.way,
                "via": way.via,
                "owned": way.owned,
            }
            for way in entity.relations.values()
            if sight.field(entity.name, way.name) is not None
        ],
    }


def _field(sight: Sight, entity: EntityModel, item: FieldModel) -> Json:
    said = dump(item.definition)
    said.pop("expression", None)
    config = dump(item.config)
    result: dict[str, Any] = {
        **{key: value for key, value in said.items() if key not in ("validations", "initial", "sensitive")},
        **{key: value for key, value in config.items() if key not in ("expression", "condition")},
        "id": item.definition.id,
        "access": sight.policy.access(entity, item.name),
        "expression_type": str(item.expression_type),
        "operators": list(item.type.operators),
        "aggregates": list(item.type.aggregates),
        "storage": item.storage,
        "derived": item.derived,
    }
    if result["access"] != "write" and sight.policy.given(entity, item.name):
        result["given"] = True
    if item.definition.initial:
        result["initial"] = condition(sight, entity.name, item.definition.initial)
    for name in ("entity", "digits", "result"):
        if hasattr(item.config, name):
            result[name] = getattr(item.config, name)
    if item.type.kind == "lookup" and item.config.result == "text":
        # a choice looked up is shown by its label, as where it was made
        found = looked_up(sight.live.model, entity, item)
        result["options"] = [dump(option) for option in found.options] if found else []
        if found and found.multiple:
            result["multiple"] = True
    return result


def _tree(sight: Sight, application: Application, form: Any) -> Json:
    entity = sight.live.model.entities[qualified(application.name, form.entity)]
    said = {**dump(form), "id": form.id}
    said["components"] = _parts(sight, application, entity, form.components)
    return said


def _parts(sight: Sight, application: Application, entity: EntityModel, parts: tuple[Component, ...]) -> list[Json]:
    return [_part(sight, application, entity, part) for part in parts if _open(sight, application, entity, part)]


def _open(sight: Sight, application: Application, entity: EntityModel, part: Component) -> bool:
    if told := getattr(part.config, "report", ""):
        # a figure that would only refuse is not drawn
        report = application.find("report", told)
        return report is None or resolve.readable(sight, application, report)
    name = getattr(part.config, "field", "") or getattr(part.config, "relation", "")
    if not name:
        return True
    if name in entity.fields and entity.fields[name].storage not in ("rows", "links"):
        return sight.policy.visibility(entity, name).mode != "hidden" or sight.policy.access(entity, name) == "write"
    return sight.field(entity.name, name) is not None


def _part(sight: Sight, application: Application, entity: EntityModel, part: Component) -> Json:
    said = {"id": part.id, "type": part.type, **_conditions(sight, entity.name, part)}
    if part.components:
        said["components"] = _parts(sight, application, entity, part.components)
    return said


def _conditions(sight: Sight, entity: str, value: Any) -> dict[str, Json]:
    """The properties of a definition, its conditions as {text, ast}."""
    found: dict[str, Json] = {}
    for known in properties(type(value)).values():
        item = getattr(value, known.name)
        if known.name == "config" and variant_of(type(value)):
            found.update(_conditions(sight, entity, item))
        elif known.name in ("id", "type", "components"):
            continue
        elif _is_condition(known, item):
            found[known.name] = condition(sight, entity, item)
        elif known.required or item != known.default:
            found[known.name] = dump(item)
    return found


def _is_condition(known: Property, value: Any) -> bool:
    return bool(known.prop.expression) and isinstance(value, str) and bool(value)


def condition(sight: Sight, entity: str, text: str) -> Json:
    """An expression with its tree; one over what the actor may not know has no tree and counts as not met."""
    checked = sight.check(text, entity)
    sound = checked.ast is not None and not any(issue.severity == "error" for issue in checked.issues)
    return {"text": text, "ast": to_json(checked.ast) if sound and checked.ast else None}


def _view(sight: Sight, application: Application, view: Any) -> Json:
    name = qualified(application.name, view.entity)
    said: Mapping[str, Json] = dump(view)
    columns = [
        {**dump(column), "field": column.field} for column in view.columns if readable(sight, name, column.field)
    ]
    return {**said, "id": view.id, "columns": columns, "type": view.type}


def readable(sight: Sight, entity: str, path: str) -> bool:
    """Whether the actor may see a column: a field, or a path along references to one."""
    for step in path.split("."):
        model = sight.live.model.entity(entity)
        if model is not None and step in model.fields and model.fields[step].storage in ("column", "system"):
            if sight.policy.visibility(model, step).mode == "hidden":
                return False
        elif sight.field(entity, step) is None:
            return False
        facts = sight.live.model.field(entity, step)
        entity = facts.target if facts else ""
    return True

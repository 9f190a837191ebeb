"""Changes in the words of the people who publish them: one line a definition or field, with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from metamodel.application import SORTS
from metamodel.changes import Add, Address, Change, Move, Node, Remove, Set, find
from metamodel.definition import Json, Label
from metamodel.issues import Issue
from metamodel.model import Model

Verb = Literal["add", "remove", "change", "rename", "retype"]
SORT_OF = {folder: sort for sort, (folder, _) in SORTS.items()}


@dataclass(slots=True, kw_only=True)
class Line:
    """What people read of one or several changes: the verb, what it is about, and which details changed: properties of
    its own, and the labels of what within it changed ({label}), as a branch of a flow is."""

    verb: Verb
    sort: str
    path: Address
    label: Label
    parent: Label = ""
    details: list[str | Mapping[str, Label]] = field(default_factory=list)
    changes: int = 1

    @property
    def id(self) -> str:
        """What the line is known by when its risk is accepted."""
        return f"{self.verb}:{'/'.join(self.path)}"


def lines(changes: Iterable[Change], before: Node, after: Node) -> list[Line]:
    """Changes gathered by the definition, or the field of an entity, that they are about."""
    found: dict[tuple[str, Address], Line] = {}
    for change in changes:
        place = _subject(change)
        whole = place == change.path
        if isinstance(change, Add) and whole:
            verb: Verb = "add"
        elif isinstance(change, Remove) and whole:
            verb = "remove"
        elif isinstance(change, Set) and whole and change.property in ("name", "label"):
            verb = "rename"
        elif isinstance(change, Set) and len(place) == 4 and change.property in ("type", "digits", "multiple"):
            verb = "retype"
        else:
            verb = "change"
        sort, label, parent = _described(place, before if verb == "remove" else after)
        line = found.get((verb, place))
        if line is None:
            found[(verb, place)] = line = Line(verb=verb, sort=sort, path=place, label=label, parent=parent)
        else:
            line.changes += 1
        if within := _within(change, place, before if isinstance(change, Remove) else after):
            detail: str | Mapping[str, Label] = {"label": within}
        elif isinstance(change, Set):
            detail = change.property
        elif isinstance(change, Move):
            detail = "order"
        else:
            continue
        if detail not in line.details:
            line.details.append(detail)
    return sorted(found.values(), key=lambda line: list(SORTS).index(line.sort) if line.sort in SORTS else -1)


def _subject(change: Change) -> Address:
    """The definition a change is about; for entities, the field."""
    path = change.path
    if len(path) >= 4 and path[0] == "entities" and path[2] == "fields":
        return path[:4]
    return path[:2]


def _within(change: Change, place: Address, root: Node) -> Label:
    """What of a definition a change is about, by the nearest label below it; nothing where it is about itself."""
    for end in range(len(change.path), len(place), -2):
        try:
            label: Label = find(root, change.path[:end]).get("label") or ""
        except KeyError:
            continue
        if label:
            return label
    return ""


def _described(place: Address, root: Node) -> tuple[str, Label, Label]:
    if not place:
        return "application", _label(root), ""
    try:
        owner = find(root, place[:2])
        if len(place) == 4:
            return "field", _label(find(root, place)), _label(owner)
        return SORT_OF[place[0]], _label(owner), ""
    except KeyError:
        return SORT_OF.get(place[0], place[0]), place[-1], ""


def _label(node: Json) -> Label:
    found: Label = node.get("label") or node.get("name") or node.get("id", "")
    return found


#: findings about a field that is not there, and the argument that names it
UNKNOWN = {"reference.field": "word", "expressions.unknown_name": "name", "expressions.no_such_name": "name"}


def labelled(issue: Issue, *models: Model) -> Issue:
    """The finding with fields called by their labels, as designers show them: by the first model that knows each.
    A field that the first does not know but another does was deleted: nobody meant some other one."""
    scope = str(issue.arguments.get("scope", ""))
    if not scope:
        return issue
    gone = str(issue.arguments.get(UNKNOWN.get(issue.code, ""), ""))
    if gone and models[0].field(scope, gone) is None:
        labels = [facts.label or gone for model in models[1:] if (facts := model.field(scope, gone))]
        if labels:
            return replace(issue, code="reference.field_gone", arguments={"label": labels[0]})
    said = {
        word: next((facts.label for model in models if (facts := model.field(scope, name)) and facts.label), name)
        for word, name in issue.arguments.items()
        if isinstance(name, str) and word != "scope"
    }
    return replace(issue, arguments={**issue.arguments, **said})

"""Changes as data: four verbs on a tree of identified nodes, each of which applies and reverses itself.

The tree is the *normal form* of an application (`normal`): JSON in which every node carries its id and every
reference is an id, so that a rename is one change and order or place never matters. A path is made of property
names and ids in turn: ("entities", "note", "fields", "text").
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from metamodel.definition import Json, properties, variant_of

Address = tuple[str, ...]
Node = dict[str, Any]


class Change(Protocol):
    """One difference between two applications."""

    @property
    def path(self) -> Address:
        """The node it is about."""
        ...

    def apply(self, root: Node) -> None:
        """Carry it out on a tree, in place."""
        ...

    def reverse(self) -> Change:
        """What takes it back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """A node comes to be in a list, after the node `after` ("" for first)."""

    path: Address
    node: Json
    after: str = ""

    def apply(self, root: Node) -> None:
        """Insert the node."""
        owner, key = find(root, self.path[:-2]), self.path[-2]
        _insert(owner.setdefault(key, []), copy.deepcopy(self.node), self.after)

    def reverse(self) -> Change:
        """Removing it again."""
        return Remove(path=self.path, node=self.node, after=self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """A node goes; what it was is kept, so that it can come back."""

    path: Address
    node: Json
    after: str = ""

    def apply(self, root: Node) -> None:
        """Take the node out."""
        owner, key, identity = find(root, self.path[:-2]), self.path[-2], self.path[-1]
        owner[key] = [item for item in owner[key] if item["id"] != identity]
        if not owner[key]:
            del owner[key]

    def reverse(self) -> Change:
        """Adding it where it stood."""
        return Add(path=self.path, node=self.node, after=self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A property of a node takes another value; None is "not said"."""

    path: Address
    property: str
    before: Json
    after: Json

    def apply(self, root: Node) -> None:
        """Set or unset the property."""
        node = find(root, self.path)
        if self.after is None:
            node.pop(self.property, None)
        else:
            node[self.property] = copy.deepcopy(self.after)

    def reverse(self) -> Change:
        """Setting it back."""
        return Set(path=self.path, property=self.property, before=self.after, after=self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A node takes another place in its list: after `after` instead of after `before`."""

    path: Address
    before: str
    after: str

    def apply(self, root: Node) -> None:
        """Take it out and put it in."""
        owner, key, identity = find(root, self.path[:-2]), self.path[-2], self.path[-1]
        node = next(item for item in owner[key] if item["id"] == identity)
        owner[key].remove(node)
        _insert(owner[key], node, self.after)

    def reverse(self) -> Change:
        """Moving it back."""
        return Move(path=self.path, before=self.after, after=self.before)


def find(root: Node, path: Address) -> Node:
    """The node at a path; KeyError when there is none."""
    node = root
    for key, identity in zip(path[::2], path[1::2], strict=True):
        found = next((item for item in node.get(key, []) if item["id"] == identity), None)
        if found is None:
            raise KeyError(path)
        node = found
    return node


def _insert(items: list[Node], node: Node, after: str) -> None:
    position = next((index + 1 for index, item in enumerate(items) if item["id"] == after), 0)
    items.insert(position, node)


def apply(changes: Iterable[Change], root: Json) -> Json:
    """The tree after all changes; the one given stays as it is."""
    result = copy.deepcopy(root)
    for change in changes:
        change.apply(result)
    return result


def reverse(changes: Iterable[Change]) -> list[Change]:
    """What takes a list of changes back, in the order it must be done."""
    return [change.reverse() for change in reversed(list(changes))]


def normal(value: Any) -> Json:
    """A definition as nodes with explicit ids, defaults left out; lists of identified nodes stay lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        node: dict[str, Any] = {}
        if hasattr(value, "id"):
            node["id"] = value.id
        for known in properties(type(value)).values():
            item = getattr(value, known.name)
            if known.name == "config" and variant_of(type(value)):
                config = normal(item)
                node.update({key: said for key, said in config.items() if key != "id"})
            elif known.name == "id" or (not known.required and item == known.default):
                continue
            elif item is not None:
                node[known.name] = normal(item)
        return node
    if isinstance(value, tuple):
        return [normal(item) for item in value]
    if isinstance(value, Mapping):
        return {key: normal(item) for key, item in value.items()}
    return value


def is_nodes(value: Json) -> bool:
    """Whether a value is a list of identified nodes."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) and "id" in item for item in value)

"""The one walker of references: where every name is used, and what a renamed name must become there.

A property says with `ref` or `expression` that it names something; which entity a field name is looked up in
follows from the nearest definition around it that has an `entity` or a `dataset`, or from the sibling that
`within` names. Listing, dangling references, safe removal and rename all come from the same walk.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from metamodel.application import SORTS, Application
from metamodel.definition import Path, Property, properties, variant_of
from metamodel.expressions.rename import usages
from metamodel.issues import Issue, nearest
from metamodel.model import Model, qualified

SIMPLE = {"entity", "option_set", "form", "page", "view", "dataset", "report", "board", "role"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One use of a name. `owner` is the definition it stands in, `scope` the entity or dataset it is looked up in."""

    owner: tuple[str, str]
    path: Path
    target: str
    scope: str
    name: str
    in_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    application: str
    owner: tuple[str, str]
    entity: str
    dataset: str


#: gets a reference, gives the name to write instead
Visitor = Callable[[Reference], str]


class Walk:
    """One walk over an application. With a visitor that changes names, `application` is the rewritten one."""

    def __init__(self, model: Model, visitor: Visitor) -> None:
        self.model, self.visitor = model, visitor

    def application(self, application: Application) -> Application:
        """Visit every reference of every definition."""
        changed: dict[str, Any] = {}
        for sort, (folder, _) in SORTS.items():
            items = tuple(self.definition(application.name, sort, item) for item in getattr(application, folder))
            changed[folder] = items
        return replace(application, **changed)

    def definition(self, application: str, sort: str, item: Any) -> Any:
        """Visit every reference of one definition."""
        entity = qualified(application, item.name) if sort == "entity" else ""
        dataset = qualified(application, item.name) if sort == "dataset" else ""
        context = _Context(application=application, owner=(sort, item.id), entity=entity, dataset=dataset)
        return self._object(item, context, ())

    def _object(self, value: Any, context: _Context, path: Path) -> Any:
        known = properties(type(value))
        if type(value).__name__ != "Settings":
            said = getattr(value, "entity", "")
            if "entity" in known and isinstance(said, str) and said:
                context = replace(context, entity=qualified(context.application, said))
            told = getattr(value, "dataset", "")
            if "dataset" in known and isinstance(told, str) and told:
                context = self._of_dataset(context, told)
        changed: dict[str, Any] = {}
        for item in known.values():
            before = getattr(value, item.name)
            flat = item.name == "config" and bool(variant_of(type(value)))
            after = self._value(value, item, before, context, path if flat else (*path, item.name))
            if after is not before:
                changed[item.name] = after
        return replace(value, **changed) if changed else value

    def _of_dataset(self, context: _Context, said: str) -> _Context:
        name = qualified(context.application, said)
        application, _, local = name.partition(".")
        owner = self.model.applications.get(application)
        dataset = owner.find("dataset", local) if owner else None
        entity = qualified(application, dataset.entity) if dataset else ""
        return replace(context, dataset=name, entity=entity)

    def _value(self, owner: Any, item: Property, value: Any, context: _Context, path: Path) -> Any:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._object(value, context, path)
        if isinstance(value, tuple):
            items = tuple(
                self._value(owner, item, one, context, (*path, getattr(one, "id", index)))
                for index, one in enumerate(value)
            )
            return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
        if not isinstance(value, str) or not value:
            return value
        if item.prop.ref:
            return self._name(item.prop.ref, value, self._scope(owner, item, context), context, path)
        if item.prop.expression:
            return self._text(value, self._scope(owner, item, context), context, path)
        return value

    def _scope(self, owner: Any, item: Property, context: _Context) -> str:
        """The entity (or, for dimensions and measures, the dataset) in which a name is looked up."""
        if item.prop.ref in ("dimension", "measure"):
            return context.dataset
        within = item.prop.within
        if not within:
            return context.entity
        said = getattr(owner, within, "")
        kind = properties(type(owner))[within].prop.ref
        if kind == "entity":
            return qualified(context.application, said)
        facts = self.model.field(context.entity, said)
        return facts.target if facts else ""

    def _name(self, target: str, value: str, scope: str, context: _Context, path: Path) -> str:
        if target in SIMPLE:
            name = qualified(context.application, value)
            told = self.visitor(Reference(owner=context.owner, path=path, target=target, scope="", name=name))
            home, _, local = told.partition(".")
            return local if home == context.application and "." not in value else told
        if target in ("path", "field", "relation"):
            steps = value.split(".")
            written: list[str] = []
            entity = scope
            for step in steps:
                reference = Reference(owner=context.owner, path=path, target="field", scope=entity, name=step)
                written.append(self.visitor(reference))
                facts = self.model.field(entity, step)
                entity = facts.target if facts else ""
            return ".".join(written)
        if target in ("dimension", "measure"):
            return self.visitor(Reference(owner=context.owner, path=path, target=target, scope=scope, name=value))
        return value

    def _text(self, text: str, entity: str, context: _Context, path: Path) -> str:
        parts: list[str] = []
        last = 0
        for usage in usages(text, self.model, entity):
            start, end = usage.span
            told = self.visitor(
                Reference(
                    owner=context.owner, path=path, target="field", scope=usage.entity, name=usage.name, in_text=True
                )
            )
            parts += [text[last:start], told]
            last = end
        return text if not parts else "".join([*parts, text[last:]])


def references(model: Model, application: Application) -> list[Reference]:
    """Every use of every name in an application."""
    found: list[Reference] = []

    def note(reference: Reference) -> str:
        found.append(reference)
        return reference.name

    Walk(model, note).application(application)
    return found


def used(model: Model, target: str, scope: str, name: str) -> Iterator[tuple[str, Reference]]:
    """Where a definition is used, over all applications: (application, reference)."""
    for application in model.applications.values():
        for reference in references(model, application):
            if (reference.target, reference.scope, reference.name) == (target, scope, name):
                yield application.name, reference


def renamed(model: Model, application: Application, names: Mapping[tuple[str, str, str], str]) -> Application:
    """The application with uses of (target, scope, name) written with the new name."""

    def tell(reference: Reference) -> str:
        return names.get((reference.target, reference.scope, reference.name), reference.name)

    return Walk(model, tell).application(application)


def dangling(model: Model, application: Application) -> Iterator[tuple[tuple[str, str], Issue]]:
    """Names that lead nowhere, with the nearest that would."""
    for reference in references(model, application):
        if reference.in_text:
            continue  # the check of the expression says it better, with the place in the text
        known = _known(model, application, reference)
        if known is not None and reference.name not in known:
            shown = [name.removeprefix(f"{application.name}.") for name in known]
            word = reference.name.removeprefix(f"{application.name}.")
            yield (
                reference.owner,
                Issue(
                    code=f"reference.{reference.target}",
                    path=reference.path,
                    arguments={"word": word, "nearest": nearest(word, shown), "scope": reference.scope},
                ),
            )


def _known(model: Model, application: Application, reference: Reference) -> list[str] | None:
    """All names that would do; None where the place itself is unknown, which another issue says already."""
    if reference.target == "entity":
        return list(model.entities)
    if reference.target == "field":
        names = list(model.names(reference.scope))
        return names or None
    if reference.target in ("dimension", "measure"):
        home, _, local = reference.scope.partition(".")
        owner = model.applications.get(home)
        dataset = owner.find("dataset", local) if owner else None
        if dataset is None:
            return None
        return [item.name for item in (dataset.dimensions if reference.target == "dimension" else dataset.measures)]
    home = reference.name.partition(".")[0]
    owner = model.applications.get(home) or application
    return [f"{owner.name}.{item.name}" for item in getattr(owner, SORTS[reference.target][0])]

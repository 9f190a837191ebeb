"""The one walker of references: where every name is used, and what a renamed name must become there.

A property says with `ref` or `expression` that it names something; which entity a field name is looked up in
follows from the nearest definition around it that has an `entity` or a `dataset`, or from the sibling that
`within` names. Listing, dangling references, safe removal and rename all come from the same walk.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from metamodel.application import SORTS, Application
from metamodel.definition import Path, Property, properties, variant_of
from metamodel.expressions.rename import usages
from metamodel.expressions.scope import SEGMENT
from metamodel.issues import Issue, nearest
from metamodel.metric import MEASURES, scope_of
from metamodel.model import FACTS, Model, qualified
from metamodel.template import places
from metamodel.unary import places as unary_places

SIMPLE = {
    "entity",
    "option_set",
    "form",
    "page",
    "view",
    "dataset",
    "report",
    "board",
    "role",
    "rule",
    "flow",
    "decision_table",
    "segment",
    "message",
    "analysis",
}


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
    #: whether it stands among the settings of a kind: a dataset named there leaves all else to the entity around them
    kind: bool = False
    #: the entity that the settings of a kind are about, where it isn't the one around them
    far: str = ""
    #: the entity whose records a kind reads beside the one it is about
    row: str = ""


def _leading(context: _Context, led: Mapping[str, str]) -> _Context:
    return replace(context, far=led.get("far", context.far), row=led.get("row", context.row))


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

    def _object(self, value: Any, outer: _Context, path: Path) -> Any:
        known = properties(type(value))
        led = {str(item.prop.leads): self._led(value, item, outer) for item in known.values() if item.prop.leads}
        context = _leading(outer, led) if led else self._about(value, known, outer)
        changed: dict[str, Any] = {}
        for item in known.values():
            before = getattr(value, item.name)
            flat = item.name == "config" and bool(variant_of(type(value)))
            here = outer if item.prop.leads else context
            after = self._value(value, item, before, here, path if flat else (*path, item.name))
            if after is not before:
                changed[item.name] = after
        return replace(value, **changed) if changed else value

    def _about(self, value: Any, known: Mapping[str, Property], context: _Context) -> _Context:
        """What names within a definition are looked up in: the entity or dataset it names, else those around it."""
        if type(value).__name__ == "Settings":
            context = replace(context, far=self._far(value, known, context), kind=True)
            if "dataset" in known and value.dataset:
                # What else its settings name is the rule's own.
                context = replace(context, dataset=qualified(context.application, value.dataset))
            return context
        said = getattr(value, "entity", "")
        if "entity" in known and isinstance(said, str) and said:
            context = replace(context, entity=qualified(context.application, said))
        told = getattr(value, "dataset", "")
        if "dataset" in known and isinstance(told, str) and told:
            within = replace(context, dataset=qualified(context.application, told))
            context = within if context.kind else self._of_dataset(context, told)
        return context

    def _led(self, value: Any, item: Property, context: _Context) -> str:
        """The entity that a property names, or a path of fields or a relation leads to."""
        said = getattr(value, item.name)
        if item.prop.ref == "entity":
            return qualified(context.application, said) if said else ""
        entity = self._scope(value, item, context) if said else ""
        for step in said.split("."):
            facts = self.model.field(entity, step)
            entity = facts.target if facts else ""
        return entity

    def _far(self, value: Any, known: Mapping[str, Property], context: _Context) -> str:
        """What `within="settings"` means below: the entity that settings name, or lead to by a relation or field."""
        if "entity" in known:
            return qualified(context.application, value.entity) if value.entity else ""
        for word in ("relation", "field"):
            if word in known:
                facts = self.model.field(context.entity, getattr(value, word))
                return facts.target if facts else ""
        return context.far

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
        if item.prop.expression == "template":
            return self._template(value, self._scope(owner, item, context), context, path)
        if item.prop.expression and isinstance(value, Mapping):
            cells = {key: self._value(owner, item, one, context, (*path, key)) for key, one in value.items()}
            return value if cells == value else cells
        if not isinstance(value, str) or not value:
            return value
        if item.prop.ref:
            return self._name(item.prop.ref, value, self._scope(owner, item, context), context, path)
        if item.prop.expression == "unary":
            return self._places(unary_places(value), value, self._scope(owner, item, context), context, path)
        if item.prop.expression == "measures":
            return self._formula(value, context, path)
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
        if within in ("settings", "row"):
            return context.far if within == "settings" else context.row
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

    def _template(self, value: Any, entity: str, context: _Context, path: Path) -> Any:
        """The places of a text, or of a text in each language."""
        if isinstance(value, Mapping):
            spoken = {word: self._template(text, entity, context, (*path, word)) for word, text in value.items()}
            return value if spoken == value else spoken
        if not isinstance(value, str):
            return value
        return self._places(places(value), value, entity, context, path)

    def _places(self, found: Sequence[Any], text: str, entity: str, context: _Context, path: Path) -> str:
        """A text with expressions at some places."""
        written = text
        for place in reversed(found):
            told = self._text(place.expression, entity, context, path)
            written = written[: place.start] + told + written[place.start + len(place.expression) :]
        return written

    def _text(self, text: str, entity: str, context: _Context, path: Path) -> str:
        parts: list[str] = []
        last = 0
        for usage in usages(text, self.model, entity):
            start, end = usage.span
            if usage.entity == SEGMENT:
                told = self._segment(usage.name, entity, context, path)
            else:
                told = self.visitor(
                    Reference(
                        owner=context.owner,
                        path=path,
                        target="field",
                        scope=usage.entity,
                        name=usage.name,
                        in_text=True,
                    )
                )
            parts += [text[last:start], told]
            last = end
        return text if not parts else "".join([*parts, text[last:]])

    def _formula(self, text: str, context: _Context, path: Path) -> str:
        """A text in which measures stand where elsewhere fields do."""
        home, _, local = context.dataset.partition(".")
        owner = self.model.applications.get(home)
        written = text
        for usage in reversed(usages(text, scope_of(owner.find("dataset", local) if owner else None), MEASURES)):
            told = Reference(
                owner=context.owner, path=path, target="measure", scope=context.dataset, name=usage.name, in_text=True
            )
            start, end = usage.span
            written = written[:start] + self.visitor(told) + written[end:]
        return written

    def _segment(self, said: str, entity: str, context: _Context, path: Path) -> str:
        """A segment that a text names; without its application it is of the entity's."""
        home = entity.partition(".")[0]
        name = qualified(home, said)
        told = self.visitor(
            Reference(owner=context.owner, path=path, target="segment", scope="", name=name, in_text=True)
        )
        owner, _, local = told.partition(".")
        return local if owner == home and "." not in said else told


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


#: (target, scope, name) → the new name
Names = Mapping[tuple[str, str, str], str]


def teller(names: Names) -> Visitor:
    """The visitor that writes new names for old ones."""

    def tell(reference: Reference) -> str:
        return names.get((reference.target, reference.scope, reference.name), reference.name)

    return tell


def renamed(model: Model, application: Application, names: Names) -> Application:
    """The application with uses of (target, scope, name) written with the new name."""
    return Walk(model, teller(names)).application(application)


def renames(before: Model, after: Model, application: str) -> Names:
    """What an application calls otherwise in a second model: its definitions by their full names, and the fields of
    its entities under the name that these have in the first. The ids tell what is the same."""
    found: dict[tuple[str, str, str], str] = {}
    old, new = before.applications.get(application), after.applications.get(application)
    if old is None or new is None:
        return found
    for sort, (folder, _) in SORTS.items():
        named = {item.id: item for item in getattr(new, folder)}
        for item in getattr(old, folder):
            now = named.get(item.id)
            if now is None or sort == "menu":
                continue
            full = qualified(application, item.name)
            if now.name != item.name:
                found[(sort, "", full)] = qualified(application, now.name)
            if sort == "entity":
                fields = {field.id: field.name for field in now.fields}
                for field in item.fields:
                    if fields.get(field.id, field.name) != field.name:
                        found[("field", full, field.name)] = fields[field.id]
    return found


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
        # What the platform keeps account of can be counted and granted, and nothing else.
        return [*model.entities, *(FACTS if reference.owner[0] in ("dataset", "role") else ())]
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

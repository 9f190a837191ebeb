"""The model: all applications of a workspace together, with every name resolved to what it means.

Validation, references, expressions, tables and reports ask it the same questions; it answers from the definitions
alone. Names are qualified by application ("desk.ticket"); `platform.user` and `platform.department` are known to all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from metamodel.application import Application
from metamodel.definition import Label
from metamodel.entity import Entity, Field
from metamodel.expressions.check import check
from metamodel.expressions.scope import DELIVERY, DEPARTMENT, SEGMENT, TASK, USER, FieldFacts
from metamodel.expressions.types import BOOLEAN, DATETIME, INTEGER, TEXT, Type, record, records
from metamodel.field_type import FieldType
from metamodel.flow import walk_steps
from metamodel.issues import LOCALES, Issue, wording
from metamodel.kinds import Catalog
from metamodel.measured import dataset_of, texts
from metamodel.option import Option
from metamodel.segment import Segment

SYSTEM: Mapping[str, tuple[Type, str]] = {
    "id": (INTEGER, ""),
    "version": (INTEGER, ""),
    "created_at": (DATETIME, ""),
    "created_by": (record(USER), USER),
    "changed_at": (DATETIME, ""),
    "changed_by": (record(USER), USER),
}
PLATFORM: Mapping[str, Mapping[str, tuple[Type, str]]] = {
    USER: {
        "id": (INTEGER, ""),
        "name": (TEXT, ""),
        "login": (TEXT, ""),
        "active": (BOOLEAN, ""),
        "department": (record(DEPARTMENT), DEPARTMENT),
    },
    DEPARTMENT: {"id": (INTEGER, ""), "name": (TEXT, ""), "parent": (record(DEPARTMENT), DEPARTMENT)},
    # What was said, to whom and in which words is not among it: a figure is no way around a mask.
    DELIVERY: {
        "id": (INTEGER, ""),
        "message": (TEXT, ""),
        "channel": (TEXT, ""),
        "purpose": (TEXT, ""),
        "state": (TEXT, ""),
        "reason": (TEXT, ""),
        "rehearsed": (BOOLEAN, ""),
        "attempts": (INTEGER, ""),
        **dict.fromkeys(("at", "sent_at", "delivered_at", "opened_at", "clicked_at", "failed_at"), (DATETIME, "")),
    },
    # How long tasks lay and were worked at, in seconds of working time; what was said in them is not among it.
    TASK: {
        "id": (INTEGER, ""),
        "flow": (TEXT, ""),
        "step": (TEXT, ""),
        "kind": (TEXT, ""),
        "state": (TEXT, ""),
        "deed": (TEXT, ""),
        "person": (record(USER), USER),
        "urged": (INTEGER, ""),
        "waited": (INTEGER, ""),
        "worked": (INTEGER, ""),
        **dict.fromkeys(("opened_at", "seen_at", "done_at", "due_at"), (DATETIME, "")),
    },
}
#: entities of the platform that are facts: a dataset may count them, a role may grant reading them
FACTS = (DELIVERY, TASK)
CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    (TASK, "kind"): ("approve", "fill", "resubmit", "copy"),
    (TASK, "state"): ("open", "done", "closed"),
    (TASK, "deed"): ("approve", "reject", "submit", "return", "transfer", "late", "seen"),
    (DELIVERY, "purpose"): ("service", "marketing"),
    (DELIVERY, "state"): (
        *("queued", "deferred", "sending", "sent", "delivered", "opened", "clicked", "failed", "suppressed"),
    ),
    (DELIVERY, "reason"): (
        *("no_consent", "unreachable", "duplicate", "holdout", "quiet", "cap", "priority"),
        *("gone", "no_message", "declined", "given_up", "returned"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A way from one record to many: `rows` of an entity that refer back by `via`, or `links` in a table of pairs."""

    name: str
    label: Label
    entity: str
    way: Literal["rows", "links"]
    via: str
    owned: bool = False


@dataclass(frozen=True, kw_only=True)
class FieldModel:
    """A field with its type's behaviour and its settings resolved (shared choices filled in)."""

    name: str
    definition: Field
    type: FieldType
    config: Any

    @cached_property
    def storage(self) -> str:
        """Where its values live (see FieldType.storage)."""
        return self.type.storage(self.config)

    @cached_property
    def derived(self) -> bool:
        """Whether it is computed."""
        return self.type.derived

    @cached_property
    def column(self) -> str:
        """The column that holds it; system fields show the platform's own columns under a name of their own."""
        return self.type.kind if self.storage == "system" else self.name

    @cached_property
    def expression_type(self) -> Type:
        """Its type in the expression language."""
        return self.type.expression_type(self.config)


@dataclass(frozen=True, kw_only=True)
class EntityModel:
    """An entity with its fields and the relations that lead from it."""

    name: str
    application: str
    definition: Entity
    fields: Mapping[str, FieldModel]
    relations: Mapping[str, Relation] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table its records live in."""
        return self.name.replace(".", "__")

    @cached_property
    def title(self) -> str:
        """The field that names a record: the one chosen, else the first that is text."""
        chosen = self.definition.title
        if chosen in self.fields:
            return chosen
        plain = (item for item in self.fields.values() if item.storage == "column" and item.type.group != "file")
        return next((item.name for item in plain if item.expression_type == TEXT), "")


@dataclass(frozen=True, kw_only=True)
class Model:
    """All applications by name; an expression `Scope` at the same time."""

    applications: Mapping[str, Application]
    catalog: Catalog

    @cached_property
    def entities(self) -> Mapping[str, EntityModel]:
        """Every entity by qualified name."""
        found: dict[str, EntityModel] = {}
        for application in self.applications.values():
            for entity in application.entities:
                fields = {item.name: self.resolve(application, item) for item in entity.fields}
                name = f"{application.name}.{entity.name}"
                found[name] = EntityModel(name=name, application=application.name, definition=entity, fields=fields)
        ways: dict[str, dict[str, Relation]] = {name: {} for name in found}
        for entity_model in found.values():
            for item in entity_model.fields.values():
                self._relate(entity_model, item, ways)
        return {name: replace(entity, relations=ways[name]) for name, entity in found.items()}

    def resolve(self, application: Application, item: Field) -> FieldModel:
        """A field with its settings resolved: shared choices filled in, entities qualified."""
        config = item.config
        shared = getattr(config, "option_set", "")
        if shared:
            options = application.find("option_set", shared)
            config = replace(config, options=options.options if options else ())
        for name in ("entity", "targets"):
            said = getattr(config, name, None)
            if said:
                whole = (
                    qualified(application.name, said)
                    if isinstance(said, str)
                    else tuple(qualified(application.name, one) for one in said)
                )
                config = replace(config, **{name: whole})
        return FieldModel(name=item.name, definition=item, type=self.catalog["fields"][item.type], config=config)

    def _relate(self, owner: EntityModel, item: FieldModel, ways: dict[str, dict[str, Relation]]) -> None:
        target = getattr(item.config, "entity", "")
        label = item.definition.label
        if item.storage == "rows":
            ways[owner.name][item.name] = Relation(
                name=item.name, label=label, entity=target, way="rows", via=item.config.parent, owned=True
            )
        elif item.storage == "links":
            ways[owner.name][item.name] = Relation(
                name=item.name, label=label, entity=target, way="links", via=item.name
            )
        elif getattr(item.config, "inverse", "") and target in ways:
            name = item.config.inverse
            ways[target].setdefault(
                name,
                Relation(
                    name=name,
                    label=item.config.inverse_label or owner.definition.label,
                    entity=owner.name,
                    way="rows",
                    via=item.name,
                ),
            )

    def entity(self, name: str) -> EntityModel | None:
        """The entity called so, qualified."""
        return self.entities.get(name)

    def facts(self, name: str) -> EntityModel | None:
        """What a dataset may be about: an application's entity, or one of the platform's facts, which has no fields
        that an application could change."""
        return self.entities.get(name) or self._facts.get(name)

    @cached_property
    def _facts(self) -> Mapping[str, EntityModel]:
        found = {}
        for name in FACTS:
            home, _, local = name.partition(".")
            entity = Entity(name=local, label=worded(name))  # type: ignore[call-arg]
            found[name] = EntityModel(name=name, application=home, definition=entity, fields={})
        return found

    def choices(self, entity: str, name: str) -> tuple[Option, ...]:
        """The values of a platform's field that has words for each: messages by their labels, the rest by texts."""
        if (entity, name) == (DELIVERY, "message"):
            return tuple(
                Option(value=f"{application.name}.{message.id}", label=message.label)  # type: ignore[call-arg]
                for application in self.applications.values()
                for message in application.messages
            )
        if entity == TASK and name in ("flow", "step"):
            return tuple(self._tasks(name))
        words = CHOICES.get((entity, name), ())
        if name == "channel" and entity == DELIVERY:
            words = tuple(self.catalog.get("channels", ()))
        return tuple(Option(value=word, label=worded(f"{name}.{word}")) for word in words)  # type: ignore[call-arg]

    def _tasks(self, name: str) -> Iterable[Option]:
        """Flows, or their steps, by what people call them; of steps that share an id the first one's word stands."""
        seen: dict[str, Label] = {}
        for application in self.applications.values():
            for flow in application.flows:
                if name == "flow":
                    seen[f"{application.name}.{flow.id}"] = flow.label
                    continue
                for _, step in walk_steps(flow.steps):
                    seen.setdefault(step.id, step.label or worded(f"flow_step.{step.type}"))
        if name == "step":
            # Where what came back waits for its starter.
            seen["@start"] = worded("flow_step.start")
        return [Option(value=value, label=label) for value, label in seen.items()]  # type: ignore[call-arg]

    def field(self, entity: str, name: str) -> FieldFacts | None:
        """What expressions may know of a field (the Scope protocol)."""
        if entity in PLATFORM:
            found = PLATFORM[entity].get(name)
            label = worded(f"{entity}.{name}") if entity in FACTS else ""
            return FieldFacts(type=found[0], target=found[1], label=label) if found else None
        if entity == SEGMENT:
            segment = self.segments.get(name)
            return FieldFacts(type=BOOLEAN, target=segment.entity, label=segment.label) if segment else None
        model = self.entities.get(entity)
        if model is None:
            return None
        if name in model.relations:
            relation = model.relations[name]
            return FieldFacts(type=records(relation.entity), target=relation.entity, many=True, label=relation.label)
        if name in model.fields:
            item = model.fields[name]
            type_ = item.expression_type
            target = type_.entity if type_.kind == "record" else ""
            return FieldFacts(type=type_, target=target, label=item.definition.label)
        if name in SYSTEM:
            type_, target = SYSTEM[name]
            return FieldFacts(type=type_, target=target)
        return None

    def names(self, entity: str) -> Iterable[str]:
        """Every name `field` answers to."""
        if entity in PLATFORM:
            return list(PLATFORM[entity])
        if entity == SEGMENT:
            return list(self.segments)
        model = self.entities.get(entity)
        return [] if model is None else [*model.fields, *model.relations, *SYSTEM]

    @cached_property
    def segments(self) -> Mapping[str, Segment]:
        """Every segment by its name in full; its entity and roles are in full too."""
        return {
            qualified(application.name, item.name): replace(
                item,
                entity=qualified(application.name, item.entity),
                roles=tuple(qualified(application.name, role) for role in item.roles),
            )
            for application in self.applications.values()
            for item in application.segments
        }

    def roles(self, application: str, names: Iterable[str]) -> frozenset[tuple[str, str]]:
        """The roles that an application means by their names, as people hold them: by the ids, which stay."""
        found = set()
        for name in names:
            home, _, word = qualified(application, name).partition(".")
            owner = self.applications.get(home)
            role = owner.find("role", word) if owner else None
            if role is not None:
                found.add((home, role.id))
        return frozenset(found)

    def sources(self, entity: str, field: str) -> frozenset[tuple[str, str]]:
        """The (entity, field) pairs a computed field reads, through other computed fields too."""
        found = self._sources.get((entity, field))
        if found is None:
            found = self._sources[(entity, field)] = frozenset(self._reads(entity, field))
        return found

    @cached_property
    def _sources(self) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
        return {}

    def _reads(self, entity: str, field: str) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        waiting = [(entity, field)]
        while waiting:
            owner, name = waiting.pop()
            holder = self.entity(owner)
            item = holder.fields.get(name) if holder else None
            if item is None or not item.derived:
                continue
            for about, text in self.texts(owner, item):
                for reference in check(text, self, about).references:
                    pair = (reference.entity, reference.name)
                    if pair not in found:
                        found.add(pair)
                        waiting.append(pair)
        return found

    def texts(self, entity: str, item: FieldModel) -> Iterable[tuple[str, str]]:
        """Every text that a computed field is computed by, each after the entity it is about."""
        config = item.config
        if item.type.kind != "measure":
            return [(entity, item.type.expression(config))]
        home = entity.partition(".")[0]
        found = [(entity, config.until)]
        for source in config.sources:
            bound = [(entity, binding.value) for binding in source.bindings]
            found += [(entity, source.when), *bound, (entity, source.first), (entity, source.last)]
            known = dataset_of(self.applications, home, source.dataset)
            if known is not None:
                about = qualified(known[0], known[1].entity)
                asked = [*(binding.dimension for binding in source.bindings), source.time]
                found += [(about, text) for text in texts(known[1], source.measure, asked)]
        return [(about, text) for about, text in found if text]

    def path(self, entity: str, path: str) -> FieldFacts | None:
        """What a path along references ends at; None when a step isn't there or leads to many."""
        facts: FieldFacts | None = None
        steps = path.split(".")
        for index, step in enumerate(steps):
            facts = self.field(entity, step)
            if facts is None or (index < len(steps) - 1 and (facts.many or not facts.target)):
                return None
            entity = facts.target
        return facts


def worded(code: str) -> Label:
    """A text of the house as a label, in every language."""
    return {locale: wording(Issue(code=code), locale)[0] for locale in LOCALES}


def qualified(application: str, name: str) -> str:
    """The name with its application: names without a dot are the application's own."""
    return name if "." in name or not name else f"{application}.{name}"

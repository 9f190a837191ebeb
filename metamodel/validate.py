"""A document becomes an application, or the list of everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from metamodel import metric
from metamodel.application import SORTS, Application
from metamodel.circles import circles, circles_across
from metamodel.decisions.checks import checked as checked_table
from metamodel.definition import NAME, Json, Path, load, properties
from metamodel.entity import MOST_FIELDS, RESERVED, Entity, Validation
from metamodel.errors import Invalid
from metamodel.expressions.check import Checked, check
from metamodel.flow_checks import checked_flow
from metamodel.form import Component, Form, Page, parts
from metamodel.issues import DEFAULT_LOCALE, Issue, Step, say
from metamodel.kinds import Catalog
from metamodel.measure_checks import measures_checked
from metamodel.message import Message
from metamodel.model import EntityModel, FieldModel, Model, qualified
from metamodel.nesting import WITHOUT, asked, segments_checked
from metamodel.references import Walk, dangling
from metamodel.required import requirements_checked
from metamodel.rule_checks import checked_actions, checked_figure, checked_rule
from metamodel.template import as_expression
from metamodel.upgrade import upgrade

NAMED = re.compile(NAME)
LONGEST_NAME = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """What came of a document: the application (None when nothing could be built) and every issue.

    An issue's path begins with the folder and the position of the definition, as it stands in the document.
    """

    application: Application | None
    model: Model
    issues: tuple[Issue, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether it may be published."""
        return self.application is not None and not any(issue.severity == "error" for issue in self.issues)


def validate(document: Json, catalog: Catalog, others: Mapping[str, Application]) -> Validated:
    """Everything wrong with an application document, given the other applications of the workspace."""
    try:
        document = upgrade(document)
    except Invalid as wrong:
        return Validated(application=None, model=Model(applications=others, catalog=catalog), issues=wrong.issues)
    application, issues = load(Application, document, catalog)
    if application is None:
        return Validated(application=None, model=Model(applications=others, catalog=catalog), issues=issues)
    model = Model(applications={**others, application.name: application}, catalog=catalog)
    positions = {
        (sort, item.id): (folder, index)
        for sort, (folder, _) in SORTS.items()
        for index, item in enumerate(getattr(application, folder))
    }
    found = list(issues)
    found += requirements_checked(model, application)
    found += _names(application)
    for entity in application.entities:
        place = ("entities", application.entities.index(entity))
        found += (issue.under(*place) for issue in _entity(model, application, entity))
    for owner, issue in dangling(model, application):
        found.append(issue.under(*positions[owner]))
    for owner, issue in _expressions(model, application):
        found.append(issue.under(*positions[owner]))
    found += circles_across(model, application)
    found += measures_checked(model, application)
    for index, dataset in enumerate(application.datasets):
        found += (issue.under("datasets", index) for issue in metric.issues(model, application, dataset))
    for index, report in enumerate(application.reports):
        found += (issue.under("reports", index, "having") for issue in metric.having(model, application, report))
    for index, table in enumerate(application.decision_tables):
        _, told = checked_table(table, model, qualified(application.name, table.entity))
        found += (issue.under("decision_tables", index) for issue in told)
    found += segments_checked(model, application)
    for index, analysis in enumerate(application.analyses):
        told = catalog["analyses"][analysis.type].check(analysis, model, application.name)
        found += (issue.under("analyses", index) for issue in told)
    for index, rule in enumerate(application.rules):
        about = model.entity(qualified(application.name, rule.entity))
        found += (issue.under("rules", index) for issue in checked_rule(rule, catalog, about))
        found += (issue.under("rules", index) for issue in checked_figure(rule, model, application.name))
        found += (issue.under("rules", index) for issue in checked_actions(rule, model, catalog, application.name))
    for index, flow in enumerate(application.flows):
        found += (issue.under("flows", index) for issue in checked_flow(flow, catalog, model, application.name))
        found += (issue.under("flows", index) for issue in checked_figure(flow, model, application.name))
    for index, message in enumerate(application.messages):
        found += (issue.under("messages", index) for issue in _message(message))
    for sort, folder in (("form", "forms"), ("page", "pages")):
        for index, form in enumerate(getattr(application, folder)):
            found += (issue.under(folder, index) for issue in _components(catalog, form, sort, application.name))
    return Validated(application=application, model=model, issues=tuple(_once(found)))


def _once(issues: Iterable[Issue]) -> Iterator[Issue]:
    seen: set[tuple[Any, ...]] = set()
    for issue in issues:
        key = (issue.code, issue.path, repr(issue.arguments))
        if key not in seen:
            seen.add(key)
            yield issue


def _names(application: Application) -> Iterator[Issue]:
    yield from _name(application.name, ("name",))
    for folder, _ in SORTS.values():
        seen: set[str] = set()
        for index, item in enumerate(getattr(application, folder)):
            yield from _name(item.name, (folder, index, "name"))
            if item.name in seen:
                yield Issue(code="definition.twice", path=(folder, index, "name"), arguments={"word": item.name})
            seen.add(item.name)


def _name(name: str, path: Path) -> Iterator[Issue]:
    if len(name) > LONGEST_NAME:
        yield Issue(code="name.too_long", path=path, arguments={"name": name, "limit": LONGEST_NAME})
    elif not NAMED.fullmatch(name) or "__" in name:
        yield Issue(code="name.form", path=path, arguments={"name": name})


def _entity(model: Model, application: Application, entity: Entity) -> Iterator[Issue]:
    if len(entity.fields) > MOST_FIELDS:
        yield Issue(
            code="entity.too_many_fields",
            path=("fields",),
            arguments={"count": len(entity.fields), "limit": MOST_FIELDS},
        )
    resolved = model.entities[f"{application.name}.{entity.name}"]
    seen: set[str] = set()
    for index, item in enumerate(entity.fields):
        path: tuple[Step, ...] = ("fields", index)
        yield from _name(item.name, (*path, "name"))
        if item.name in RESERVED:
            yield Issue(code="name.reserved", path=(*path, "name"), arguments={"name": item.name})
        if item.name in seen:
            yield Issue(code="definition.twice", path=(*path, "name"), arguments={"word": item.name})
        seen.add(item.name)
        if item.name in resolved.fields:
            yield from (issue.under(*path) for issue in _field(model, resolved, resolved.fields[item.name]))
    yield from _rules(entity.validations)
    for index, one in enumerate(entity.indexes):
        held = [resolved.fields[name] for name in one.fields if name in resolved.fields]
        if not one.fields or any(item.storage not in ("column", "system") for item in held):
            labels = [item.definition.label for item in held if item.storage not in ("column", "system")]
            yield Issue(code="entity.not_indexed", path=("indexes", index, "fields"), arguments={"label": labels})
    for name in resolved.relations:
        if name in resolved.fields and resolved.fields[name].storage not in ("rows", "links"):
            yield Issue(code="entity.relation_taken", path=("name",), arguments={"name": name})
    yield from (issue.under("balance") for issue in _balance(model, resolved))
    yield from circles(model, resolved)


def _balance(model: Model, entity: EntityModel) -> Iterator[Issue]:
    """A ledger books a number of its own for one record, and nobody changes what was booked."""
    balance = entity.definition.balance
    if balance is None:
        return
    if entity.definition.changes != "append":
        yield Issue(code="ledger.changeable", arguments={"label": entity.definition.label})
    account, amount = entity.fields.get(balance.account), entity.fields.get(balance.amount)
    if account is not None and (account.expression_type.kind != "record" or account.storage != "column"):
        yield Issue(code="ledger.account", path=("account",), arguments={"label": account.definition.label})
    if amount is not None and (not amount.expression_type.numeric or amount.storage != "column" or amount.derived):
        yield Issue(code="ledger.amount", path=("amount",), arguments={"label": amount.definition.label})
    floor = check(balance.floor, model, entity.name) if balance.floor else None
    if floor is not None and not floor.issues and not floor.type.numeric:
        yield Issue(code="ledger.floor", path=("floor",))


def _rules(rules: Iterable[Validation]) -> Iterator[Issue]:
    """A rule says what must hold, and what people are told when it doesn't."""
    for index, rule in enumerate(rules):
        if not rule.condition.strip():
            yield Issue(code="validation.no_condition", path=("validations", index, "condition"))
        if not say(rule.message, DEFAULT_LOCALE).strip():
            yield Issue(code="validation.no_message", path=("validations", index, "message"))


def _field(model: Model, entity: EntityModel, item: FieldModel) -> Iterator[Issue]:
    config = item.config
    yield from _rules(item.definition.validations)
    if item.type.kind in ("choice", "cascade") and not config.options:
        yield Issue(
            code="field.no_options", path=("options",), severity="warning", arguments={"label": item.definition.label}
        )
    if item.type.kind == "reference" and not config.entity and not config.targets:
        yield Issue(code="field.no_target", path=("entity",), arguments={"label": item.definition.label})
    if getattr(config, "tree", False) and (config.entity != entity.name or config.multiple or config.targets):
        yield Issue(code="field.no_tree", path=("tree",), arguments={"label": item.definition.label})
    if item.type.kind == "lines":
        child = model.entity(config.entity)
        parent = child.fields.get(config.parent) if child else None
        if child and (parent is None or getattr(parent.config, "entity", "") != entity.name):
            yield Issue(
                code="field.no_parent",
                path=("parent",),
                arguments={"label": item.definition.label, "parent": config.parent},
            )
        for at, name in enumerate(config.sums):
            if child and name in child.fields and child.fields[name].expression_type.kind != "number":
                told = {"label": child.fields[name].definition.label}
                yield Issue(code="field.not_summable", path=("sums", at), arguments=told)
    if item.definition.unique and (item.storage != "column" or item.derived):
        yield Issue(code="field.not_unique", path=("unique",), arguments={"label": item.definition.label})
    default = item.definition.default
    if default is not None and not item.derived:
        try:
            item.type.coerce(config, default)
        except Invalid as wrong:
            yield wrong.issues[0].under("default")


def _expressions(model: Model, application: Application) -> Iterator[tuple[tuple[str, str], Issue]]:
    """Every expression checked in its place, with the type its property asks for."""
    walk = _ExpressionWalk(model)
    walk.application(application)
    yield from walk.found


class _ExpressionWalk(Walk):
    """Meets every expression on the one walk of references, and checks it there."""

    def __init__(self, model: Model) -> None:
        super().__init__(model, lambda reference: reference.name)
        self.found: list[tuple[tuple[str, str], Issue]] = []

    def _value(self, owner: Any, item: Any, value: Any, context: Any, path: Path) -> Any:
        if item.prop.expression == "template":
            self._written(value, self._scope(owner, item, context), context, path)
            return value
        if item.prop.expression in ("unary", "measures"):
            return value
        if isinstance(value, str) and value and item.prop.expression:
            entity = self._scope(owner, item, context)
            if entity in self.model.entities or entity.startswith("platform."):
                checked = check(value, self.model, entity)
                for issue in checked.issues:
                    self.found.append((context.owner, issue.under(*path)))
                if context.owner[0] in WITHOUT and asked(checked.ast):
                    self.found.append((context.owner, Issue(code="segment.not_here", path=path)))
                if item.prop.expression == "boolean" and not _fits(checked, "boolean"):
                    self.found.append(
                        (context.owner, Issue(code="expression.not_condition", path=path, arguments={"text": value}))
                    )
            return value
        return super()._value(owner, item, value, context, path)

    def _written(self, value: Any, entity: str, context: Any, path: Path) -> None:
        """A text with places, or one in each language: every place must be readable, and be about the entity."""
        if isinstance(value, Mapping):
            for word, text in value.items():
                self._written(text, entity, context, (*path, word))
        elif isinstance(value, str) and value:
            try:
                issues = check(as_expression(value), self.model, entity).issues
            except Invalid as wrong:
                issues = wrong.issues
            self.found += ((context.owner, issue.under(*path)) for issue in issues)


def _message(message: Message) -> Iterator[Issue]:
    """A message says something to somebody, and what nobody asked for asks for consent."""
    if not message.channels:
        yield Issue(code="message.no_channel", path=("channels",))
    for index, way in enumerate(message.channels):
        known = properties(type(way.config))
        path: Path = ("channels", index)
        if "to" in known and known["to"].required and not way.config.to.strip():
            yield Issue(code="message.no_address", path=(*path, "to"))
        if not say(way.config.text, DEFAULT_LOCALE).strip() and known["text"].required:
            yield Issue(code="message.no_text", path=(*path, "text"))
        asks = "consent" in known and known["consent"].prop.group == "common"
        if message.purpose == "marketing" and asks and not way.config.consent:
            yield Issue(code="message.no_consent", path=(*path, "consent"), severity="warning")


def _fits(checked: Checked, kind: str) -> bool:
    return bool(checked.issues) or checked.type.kind in (kind, "blank")


def _components(catalog: Catalog, form: Form | Page, place: str, home: str) -> Iterator[Issue]:
    """Parts stand only where they are accepted, and a field stands once."""
    seen: set[str] = set()
    # What some container names is for that container alone: a tab stands in tabs.
    particular = {name for kind in catalog["components"].values() for name in kind.accepts if name != "*"}

    def visit(items: tuple[Component, ...], accepts: tuple[str, ...], path: Path) -> Iterator[Issue]:
        for index, item in enumerate(items):
            here = (*path, index)
            kind = catalog["components"][item.type]
            welcome = item.type in accepts or ("*" in accepts and item.type not in particular)
            if place not in kind.places or not welcome:
                yield Issue(code="component.misplaced", path=here, arguments={"type": item.type})
            yield from visit(item.components, kind.accepts, (*here, "components"))

    yield from visit(form.components, ("*",), ("components",))
    for item in parts(form.components):
        name = getattr(item.config, "field", "")
        if name and item.type in ("field", "lines") and place == "form":
            if name in seen:
                said = {"field": name, "scope": qualified(home, form.entity)}
                yield Issue(code="component.twice", path=("components",), severity="warning", arguments=said)
            seen.add(name)

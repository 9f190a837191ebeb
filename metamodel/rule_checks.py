"""What is wrong with a rule beside its references and expressions: actions out of place, and such as do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from metamodel.definition import Path
from metamodel.expressions.check import check
from metamodel.flow import Flow
from metamodel.issues import Issue, wording
from metamodel.kinds import Catalog
from metamodel.model import EntityModel, Model, qualified
from metamodel.rule import Rule
from metamodel.trigger import Known


def record_of(expression: str, model: Model, facts: str, entity: str) -> str | None:
    """The records of an entity that a dimension leads to, as an expression: its own, or of a path to their title what
    comes before it, since people split by names and rules act on records. None when it leads elsewhere."""
    wanted = model.entity(entity)
    title = wanted.definition.title if wanted else ""
    before, dot, last = expression.strip().removeprefix("{").removesuffix("}").rpartition(".")
    for text in (expression, f"{{{before}}}" if dot and last == title else ""):
        type_ = check(text, model, facts).type
        if text and type_.kind == "record" and type_.entity == entity:
            return text
    return None


def checked_figure(rule: Rule | Flow, model: Model, application: str) -> Iterator[Issue]:
    """The dimension that a figure is split by leads to the rule's own records; names that lead nowhere are said
    elsewhere."""
    config: Any = rule.trigger.config
    if rule.trigger.type != "measure":
        return
    home, _, local = qualified(application, config.dataset).partition(".")
    owner = model.applications.get(home)
    dataset = owner.find("dataset", local) if owner else None
    dimension = next((item for item in dataset.dimensions if item.name == config.dimension), None) if dataset else None
    if dataset is None or dimension is None or model.entity(qualified(home, dataset.entity)) is None:
        return
    split = record_of(dimension.expression, model, qualified(home, dataset.entity), qualified(application, rule.entity))
    # another application's dataset is asked as it is
    if split is None or (split != dimension.expression and home != application):
        found = model.entity(qualified(application, rule.entity))
        label = found.definition.label if found else rule.entity
        arguments = {"label": dimension.label, "entity": label}
        yield Issue(code="rule.not_its_records", path=("trigger", "dimension"), arguments=arguments)


def checked_actions(rule: Rule, model: Model, catalog: Catalog, application: str) -> Iterator[Issue]:
    """What the actions of a rule say against their own settings."""
    entity = qualified(application, rule.entity)
    if model.entity(entity) is not None:
        for index, call in enumerate(rule.actions):
            kind: Any = catalog["actions"][call.type]
            told = kind.issues(call.config, model, application, entity)
            yield from (issue.under("actions", index) for issue in told)


def checked_rule(rule: Rule, catalog: Catalog, entity: EntityModel | None) -> Iterator[Issue]:
    """Every finding, with its path in the rule. A refusal stands only where something is still to be refused; what is
    in the bin can't be changed."""
    trigger: Any = catalog["triggers"][rule.trigger.type]
    if entity is not None:
        fields = {
            name: Known(label=item.definition.label, type=item.expression_type, stored=item.storage == "column")
            for name, item in entity.fields.items()
        }
        yield from (issue.under("trigger") for issue in trigger.issues(rule.trigger.config, fields))
    if not rule.actions:
        yield Issue(code="rule.no_action", path=("actions",), severity="warning")
    actions: Any = catalog["actions"]
    outward = any(not actions[call.type].own for call in rule.actions)
    if entity is not None and rule.trigger.type == "schedule" and not rule.condition.strip() and outward:
        label = entity.definition.label
        yield Issue(code="rule.everybody", path=("condition",), severity="warning", arguments={"label": label})
    for index, call in enumerate(rule.actions):
        path: Path = ("actions", index)
        kind: Any = catalog["actions"][call.type]
        if trigger.moment not in kind.moments or (trigger.gone and kind.own):
            yield Issue(code="rule.misplaced", path=(*path, "type"), arguments={"label": kind_label(call.type)})
        if kind.asks and getattr(call.config, kind.asks) in (None, "", ()):
            yield Issue(code="rule.does_nothing", path=(*path, kind.asks), severity="warning")
        if call.type == "assign" and call.config.by == "value" and not call.config.value:
            yield Issue(code="rule.does_nothing", path=(*path, "value"), severity="warning")
        if call.type == "notify" and not call.config.to and not call.config.roles:
            yield Issue(code="rule.nobody_told", path=(*path, "to"), severity="warning")


def kind_label(kind: str) -> dict[str, str]:
    """What an action is called, in each language."""
    return {locale: wording(Issue(code=f"rule_action.{kind}"), locale)[0] for locale in ("zh-CN", "en")}

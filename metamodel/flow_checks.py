"""What is wrong with a flow beside its references and expressions: steps that lack something, ways not to be taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from metamodel.definition import Path
from metamodel.flow import Branch, Flow, Step
from metamodel.issues import Issue, wording
from metamodel.kinds import Catalog
from metamodel.model import EntityModel, Model, qualified
from metamodel.rule import ActionCall
from metamodel.rule_checks import kind_label

#: steps within steps; more can't be drawn or understood
DEEPEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """What a flow is about, for the checks below it."""

    catalog: Catalog
    model: Model
    application: str
    entity: EntityModel | None


def checked_flow(flow: Flow, catalog: Catalog, model: Model, application: str) -> Iterator[Issue]:
    """Every finding, with its path in the flow."""
    entity = model.entity(qualified(application, flow.entity))
    about = _About(catalog=catalog, model=model, application=application, entity=entity)
    trigger: Any = catalog["triggers"][flow.trigger.type]
    if trigger.moment == "before" or trigger.gone:
        yield Issue(code="flow.trigger", path=("trigger", "type"))
    if not flow.steps:
        yield Issue(code="flow.empty", path=("steps",), severity="warning")
    for at, item in enumerate(flow.reactions):
        yield from _actions(item.actions, about, ("reactions", at, "actions"))
    if flow.form:
        home, _, name = qualified(application, flow.form).partition(".")
        owner = model.applications.get(home)
        form = owner.find("form", name) if owner else None
        if form is not None and qualified(home, form.entity) != qualified(application, flow.entity):
            yield Issue(code="flow.other_form", path=("form",))
    seen: set[str] = set()
    yield from _steps(flow.steps, about, ("steps",), seen, 1)


def _steps(steps: tuple[Step, ...], about: _About, path: Path, seen: set[str], depth: int) -> Iterator[Issue]:
    if depth > DEEPEST:
        yield Issue(code="flow.too_deep", path=path, arguments={"limit": DEEPEST})
        return
    for at, step in enumerate(steps):
        here = (*path, at)
        kind: Any = about.catalog["steps"][step.type]
        if step.id in seen:
            yield Issue(code="definition.twice", path=here, arguments={"word": step.id})
        seen.add(step.id)
        yield from (issue.under(*here) for issue in kind.issues(step))
        if step.branches and not kind.divides:
            yield Issue(code="flow.no_ways_here", path=(*here, "branches"), arguments={"label": kind_words(step.type)})
        if step.type == "end" and at < len(steps) - 1:
            yield Issue(code="flow.behind_the_end", path=(*path, at + 1), severity="warning")
        if step.type == "wait" and about.entity is not None and step.config.until == "date" and step.config.field:
            item = about.entity.fields.get(step.config.field)
            if item is not None and item.expression_type.kind not in ("date", "datetime"):
                said = {"label": item.definition.label}
                yield Issue(code="rule.not_date", path=(*here, "field"), arguments=said)
        yield from _actions(getattr(step.config, "actions", ()), about, (*here, "actions"))
        for index, branch in enumerate(step.branches):
            yield from _branch(branch, about, (*here, "branches", index), seen, depth)


def _branch(branch: Branch, about: _About, path: Path, seen: set[str], depth: int) -> Iterator[Issue]:
    yield from _steps(branch.steps, about, (*path, "steps"), seen, depth + 1)


def _actions(calls: tuple[ActionCall, ...], about: _About, path: Path) -> Iterator[Issue]:
    for at, call in enumerate(calls):
        kind: Any = about.catalog["actions"][call.type]
        if "after" not in kind.moments:
            yield Issue(code="rule.misplaced", path=(*path, at, "type"), arguments={"label": kind_label(call.type)})
        if kind.asks and getattr(call.config, kind.asks) in (None, "", ()):
            yield Issue(code="rule.does_nothing", path=(*path, at, kind.asks), severity="warning")
        if about.entity is not None:
            told = kind.issues(call.config, about.model, about.application, about.entity.name)
            yield from (issue.under(*path, at) for issue in told)


def kind_words(kind: str) -> dict[str, str]:
    """What a kind of step is called, in each language."""
    return {locale: wording(Issue(code=f"flow_step.{kind}"), locale)[0] for locale in ("zh-CN", "en")}

"""Records made from a template: its rows become a tree of records, with dates counted from the record's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.effects import Dated, Effect, Instantiate, Planned
from engines.rules.action import ActionKind, FarAssignment, Scope
from metamodel.definition import definition, prop
from metamodel.expressions.check import check
from metamodel.issues import Issue
from metamodel.model import Model, qualified

#: what parts a branch's place from its own word for an expression
BETWEEN = "\t"


@definition
class RowAssignment:
    """A field of the new record, and an expression over the row of the template that it is made from."""

    field: str = prop(ref="field", within="settings")
    value: str = prop(expression="any", within="row")

    @property
    def id(self) -> str:
        """A field is set once."""
        return self.field


@definition
class DateAssignment:
    """A field of the new record gets the day so many days after one of the record that started; before it where the
    row says a negative number. Blank where either is. `working` counts the country's working days."""

    field: str = prop(ref="field", within="settings")
    since: str = prop(expression="any")
    days: str = prop("", expression="any", within="row")
    working: bool = False

    @property
    def id(self) -> str:
        """A field is set once."""
        return self.field


@definition
class LinkAssignment:
    """A field of the new record leads to what is made from the rows that a field of its own row leads to."""

    field: str = prop(ref="field", within="settings")
    of: str = prop(ref="field", within="row")

    @property
    def id(self) -> str:
        """A field is set once."""
        return self.field


@definition
class RowMatch:
    """Rows are taken only where an expression over the row says the same as one over the record that started."""

    value: str = prop(expression="any", within="row")
    equals: str = prop(expression="any")


@definition
class TemplateBranch:
    """Rows of the template, and the records made from them: each refers by `parent` to the record that started, in a
    branch within a branch to the one made above it, and by `origin` to its row, so that none is made twice."""

    id: str = prop("", group="hidden")
    relation: str = prop(ref="relation", within="row", leads="row")
    entity: str = prop(ref="entity", leads="far")
    parent: str = prop(ref="field", within="settings")
    origin: str = prop("", ref="field", within="settings")
    only: tuple[RowMatch, ...] = ()
    values: tuple[RowAssignment, ...] = ()
    given: tuple[FarAssignment, ...] = ()
    dates: tuple[DateAssignment, ...] = ()
    links: tuple[LinkAssignment, ...] = ()
    branches: tuple[TemplateBranch, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.id or self.relation)


@definition
class Settings:
    """Where the record names its template, and what becomes of the template's rows."""

    source: str = prop(ref="path", leads="row")
    branches: tuple[TemplateBranch, ...] = ()


class Grow(ActionKind):
    """Records made from a template, once."""

    kind = "instantiate_template"
    Config = Settings
    asks = "branches"
    group = "record"
    icon = "copy-plus"

    def expressions(self, config: Any) -> Mapping[str, str]:
        """The template, and what each branch takes from the record that started."""
        found = {"source": f"{{{config.source}}}"}
        for place, branch in _all(config.branches):
            found |= {f"{place}{item.field}": item.value for item in branch.given}
            found |= {f"{place}{item.field}": item.since for item in branch.dates}
            found |= {f"{place}{BETWEEN}{at}": item.equals for at, item in enumerate(branch.only)}
        return found

    def issues(self, config: Any, model: Model, application: str, entity: str) -> Iterator[Issue]:
        """Ways that do not lead where they must; names that lead nowhere are said elsewhere."""
        template = check(f"{{{config.source}}}", model, entity)
        if not template.issues and template.type.entity not in model.entities:
            yield Issue(code="template.no_record", path=("source",), arguments={"word": config.source})
        elif not template.issues:
            made = set(_made(config.branches, model, application, template.type.entity))
            yield from _branches(config.branches, model, application, template.type.entity, entity, entity, made)

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One growth of all of it."""
        yield Instantiate(
            entity=scope.entity,
            number=scope.number,
            source=config.source,
            template=scope.values["source"],
            branches=_planned(config.branches, scope, ""),
        )


def _all(branches: tuple[TemplateBranch, ...], above: str = "") -> Iterator[tuple[str, TemplateBranch]]:
    for branch in branches:
        place = f"{above}{branch.id}{BETWEEN}"
        yield place, branch
        yield from _all(branch.branches, place)


def _planned(branches: tuple[TemplateBranch, ...], scope: Scope, above: str) -> tuple[Planned, ...]:
    found = []
    for branch in branches:
        place = f"{above}{branch.id}{BETWEEN}"
        dates = tuple(
            Dated(field=item.field, since=scope.values[f"{place}{item.field}"], days=item.days, working=item.working)
            for item in branch.dates
        )
        planned = Planned(
            relation=branch.relation,
            entity=qualified(scope.application, branch.entity),
            parent=branch.parent,
            origin=branch.origin,
            only=tuple((item.value, scope.values[f"{place}{BETWEEN}{at}"]) for at, item in enumerate(branch.only)),
            values={item.field: item.value for item in branch.values},
            given={item.field: scope.values[f"{place}{item.field}"] for item in branch.given},
            dates=dates,
            links={item.field: item.of for item in branch.links},
            branches=_planned(branch.branches, scope, place),
        )
        found.append(planned)
    return tuple(found)


def _made(branches: tuple[TemplateBranch, ...], model: Model, application: str, row: str) -> Iterator[tuple[str, str]]:
    """(entity of rows, entity made of them) of every branch."""
    for branch in branches:
        facts = model.field(row, branch.relation)
        if facts is not None and facts.target:
            yield facts.target, qualified(application, branch.entity)
            yield from _made(branch.branches, model, application, facts.target)


def _branches(
    branches: tuple[TemplateBranch, ...],
    model: Model,
    application: str,
    row: str,
    started: str,
    above: str,
    made: set[tuple[str, str]],
) -> Iterator[Issue]:
    """`row` is the entity of the rows above, `started` that of the record, `above` that of the records made above."""
    for at, branch in enumerate(branches):
        facts = model.field(row, branch.relation)
        new = model.entity(qualified(application, branch.entity))
        if facts is None or new is None:
            continue
        issues: list[Issue] = []
        if not facts.many or facts.target not in model.entities:
            issues.append(Issue(code="template.no_rows", path=("relation",), arguments={"word": branch.relation}))
        issues += _leads(model, new.name, branch.parent, above, "parent", many=False)
        issues += _leads(model, new.name, branch.origin, facts.target, "origin", many=False)
        issues += _dates(branch, model, new.name, facts.target, started)
        issues += _only(branch, model, facts.target, started)
        for index, link in enumerate(branch.links):
            sources = {source for source, _ in made}
            reached, target = model.field(facts.target, link.of), model.field(new.name, link.field)
            if reached is not None and reached.target not in sources:
                said = {"word": link.of}
                issues.append(Issue(code="template.no_sibling", path=("links", index, "of"), arguments=said))
            elif reached is not None and target is not None and (reached.target, target.target) not in made:
                said = {"word": link.field}
                issues.append(Issue(code="template.no_sibling", path=("links", index, "field"), arguments=said))
        told = [branch.parent, branch.origin]
        for word in ("values", "given", "dates", "links"):
            for index, item in enumerate(getattr(branch, word)):
                if item.field in told:
                    issues.append(Issue(code="definition.twice", path=(word, index), arguments={"word": item.field}))
                told.append(item.field)
        yield from (issue.under("branches", at) for issue in issues)
        below = _branches(branch.branches, model, application, facts.target, started, new.name, made)
        yield from (issue.under("branches", at) for issue in below)


def _leads(model: Model, owner: str, name: str, target: str, word: str, *, many: bool) -> Iterator[Issue]:
    """A field must refer to one record of an entity."""
    facts = model.field(owner, name) if name else None
    if facts is not None and (facts.target != target or facts.many is not many):
        wanted = model.entity(target)
        said = {"word": name, "label": wanted.definition.label if wanted else target}
        yield Issue(code="template.other_record", path=(word,), arguments=said)


def _only(branch: TemplateBranch, model: Model, row: str, started: str) -> Iterator[Issue]:
    """What is compared must be alike."""
    for at, item in enumerate(branch.only):
        value, wanted = check(item.value, model, row), check(item.equals, model, started)
        kinds = {value.type.kind, wanted.type.kind} - {"blank"}
        alike = len(kinds) < 2 or (value.type.numeric and wanted.type.numeric)
        if not value.issues and not wanted.issues and not alike:
            yield Issue(code="template.unlike", path=("only", at, "equals"), arguments={"word": item.equals})


def _dates(branch: TemplateBranch, model: Model, new: str, row: str, started: str) -> Iterator[Issue]:
    for at, item in enumerate(branch.dates):
        facts = model.field(new, item.field)
        if facts is not None and facts.type.kind not in ("date", "datetime"):
            yield Issue(code="rule.not_date", path=("dates", at, "field"), arguments={"label": facts.label})
        since = check(item.since, model, started)
        if not since.issues and since.type.kind not in ("date", "datetime", "blank"):
            yield Issue(code="template.no_date", path=("dates", at, "since"), arguments={"word": item.since})
        days = check(item.days, model, row) if item.days else None
        if days is not None and not days.issues and not (days.type.numeric or days.type.kind == "blank"):
            yield Issue(code="template.no_days", path=("dates", at, "days"), arguments={"word": item.days})

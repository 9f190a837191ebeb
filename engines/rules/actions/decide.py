"""A decision table is asked about the record, and what it gives is kept in fields of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engines.effects import Effect, SetValues
from engines.rules.action import ActionKind, Scope
from metamodel.decisions.expression import as_expressions, row_of
from metamodel.decisions.plan import read
from metamodel.definition import definition, prop
from metamodel.errors import Invalid
from metamodel.expressions.ast import Call, Literal, Node
from metamodel.expressions.check import check
from metamodel.expressions.types import BOOLEAN, DATE
from metamodel.issues import Issue
from metamodel.model import Model, qualified

#: under these words the number of the row that decided is asked for, from 1, and the day; no output is called so
ROW, DAY = "row number", "day"


@definition
class Outcome:
    """An output of the table, and the field that gets it."""

    output: str
    field: str = prop(ref="field")

    @property
    def id(self) -> str:
        """A field is set once."""
        return self.field


@definition
class Settings:
    """The table, and where its outputs go; `since` keeps the day on which an outcome last became another."""

    table: str = prop(ref="decision_table")
    values: tuple[Outcome, ...] = ()
    since: str = prop("", ref="field", group="more")


class Decide(ActionKind):
    """A decision table is asked about the record; before it is kept as well as after."""

    kind = "decide"
    Config = Settings
    own = True
    asks = "values"
    moments = frozenset({"before", "after", "time", "hand"})
    group = "record"
    icon = "table-2"

    def trees(self, config: Any, model: Model, application: str) -> Mapping[str, Node]:
        """The outputs that are kept, and the row; Invalid where the table can't be asked about a record."""
        home, _, name = qualified(application, config.table).partition(".")
        owner = model.applications.get(home)
        table = owner.find("decision_table", name) if owner else None
        if table is None:
            arguments = {"word": config.table, "nearest": ""}
            raise Invalid(Issue(code="reference.decision_table", path=("table",), arguments=arguments))
        plan, issues = read(table, model, qualified(home, table.entity))
        given = as_expressions(plan) if plan is not None else None
        if plan is None or given is None:
            raise Invalid(issues or Issue(code="decision.not_single", path=("table",)))
        found = {result.name: node for result, node in zip(plan.results, given, strict=True)}
        missing = [item.output for item in config.values if item.output not in found]
        if missing:
            said = {"word": missing[0], "nearest": ""}
            raise Invalid(Issue(code="decision.unknown_output", path=("values",), arguments=said))
        asked = {item.output: found[item.output] for item in config.values}
        if config.since:
            asked[DAY] = self._since(config, model, plan.entity, asked)
        return {**asked, ROW: row_of(plan)}

    def _since(self, config: Any, model: Model, entity: str, asked: Mapping[str, Node]) -> Node:
        """Today where an outcome differs from what is kept, else the day that is kept."""
        moved: list[Node] = []
        for item in config.values:
            own = check(f"{{{item.field}}}", model, entity).ast
            if own is not None:
                moved.append(Call(name="<>", args=(own, asked[item.output]), type=BOOLEAN))
        kept = check(f"{{{config.since}}}", model, entity).ast or Literal(value=None, type=DATE)
        differs = moved[0] if len(moved) == 1 else Call(name="OR", args=tuple(moved), type=BOOLEAN)
        return Call(name="IF", args=(differs, Call(name="TODAY", args=(), type=DATE), kept), type=DATE)

    def sets(self, config: Any) -> Mapping[str, str]:
        """Where the outputs go, and the day."""
        return {**{item.field: item.output for item in config.values}, **({config.since: DAY} if config.since else {})}

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One change."""
        yield SetValues(
            entity=scope.entity,
            number=scope.number,
            values={name: scope.values[word] for name, word in self.sets(config).items()},
            why={"table": config.table, "row": scope.values[ROW]},
        )

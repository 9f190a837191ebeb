"""Decision tables (DMN): rows of tests and what each row gives, with a policy for several rows that hit at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from metamodel.definition import NAME, Label, definition, prop
from metamodel.option import Option

ValueType = Literal["text", "number", "boolean", "date", "datetime", "time"]
HitPolicy = Literal["unique", "first", "any", "priority", "rule_order", "output_order", "collect"]
Aggregation = Literal["list", "sum", "min", "max", "count"]


@definition
class Parameter:
    """A value that a table without an entity is asked with."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    type: ValueType = "text"


@definition
class Input:
    """A column of tests: an expression over a record of the table's entity, or over its parameters."""

    id: str = prop(group="hidden")
    label: Label = ""
    expression: str = prop(expression="any")


@definition
class Output:
    """A column of results. `values` are those allowed, the most important first; `default` is given when no row
    hits."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    type: ValueType = "text"
    values: tuple[Option, ...] = ()
    default: str = prop("", expression="any")


@definition
class Row:
    """Tests by input and results by output; a missing test lets everything pass. In force from `since` until `until`,
    both days included (ISO dates)."""

    id: str = prop("", group="hidden")
    when: Mapping[str, str] = prop(factory=dict, expression="unary")
    then: Mapping[str, str] = prop(factory=dict, expression="any")
    note: str = ""
    since: str = prop("", widget="date")
    until: str = prop("", widget="date")


@definition
class DecisionTest:
    """Values given and the outcome expected of them, on the day `on` where days matter. `given` is by input (by
    parameter without an entity, further fields by their path), `expected` by output, or a list of such."""

    id: str = prop("", group="hidden")
    label: str = ""
    on: str = prop("", widget="date")
    given: Mapping[str, Any] = prop(factory=dict)
    expected: Any = None


@definition
class DecisionTable:
    """What is decided: over records of `entity`, or over `parameters`."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    description: Label = ""
    entity: str = prop("", ref="entity", group="hidden")
    parameters: tuple[Parameter, ...] = ()
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    hit_policy: HitPolicy = "unique"
    aggregation: Aggregation = "list"
    rows: tuple[Row, ...] = ()
    tests: tuple[DecisionTest, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.id or self.name)
        object.__setattr__(self, "rows", _numbered(self.rows, "row"))
        object.__setattr__(self, "tests", _numbered(self.tests, "test"))

    @property
    def single(self) -> bool:
        """Whether one value of each output comes of it, not a list."""
        if self.hit_policy == "collect":
            return self.aggregation != "list"
        return self.hit_policy not in ("rule_order", "output_order")


def _numbered(items: tuple[Any, ...], word: str) -> tuple[Any, ...]:
    """Items without an id get the first free number."""
    known = {item.id for item in items}
    found, number = [], 0
    for item in items:
        name = item.id
        while not name or (not item.id and name in known):
            number += 1
            name = f"{word}_{number}"
        known.add(name)
        found.append(item if item.id else replace(item, id=name))
    return tuple(found)

"""The functions of the language by family; `FUNCTIONS` joins them by name."""

from __future__ import annotations

from metamodel.expressions.functions import aggregates, context, dates, formats, logic, moving, numbers, operators, text
from metamodel.expressions.functions.entry import Function

FUNCTIONS: dict[str, Function] = {
    entry.name: entry
    for family in (operators, moving, logic, text, formats, numbers, dates, context, aggregates)
    for entry in family.ENTRIES
}
ALIASES = {"EXISTS": "ANY", "CONCATENATE": "CONCAT", "TRUNC": "ROUNDDOWN"}


def find(name: str) -> Function | None:
    """The function of a name in any case, also by its second name."""
    upper = name.upper()
    return FUNCTIONS.get(ALIASES.get(upper, upper))

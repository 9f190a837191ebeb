"""Stored documents of older formats are brought to the current one, one numbered step after another in a loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.issues import Issue

FORMAT = 1
#: step n makes format n+1 of format n; a step may add and rewrite, never lose
STEPS: Mapping[int, Callable[[Json], Json]] = {}


def upgrade(document: Json) -> Json:
    """The application document in the current format; a document of a newer program is refused."""
    number = document.get("format", 1) if isinstance(document, Mapping) else 1
    if not isinstance(number, int) or number > FORMAT or number < 1:
        issue = Issue(code="bundle.format", path=("format",), arguments={"found": number, "known": FORMAT})
        raise Invalid(issue)
    for step in range(number, FORMAT):
        document = {**STEPS[step](document), "format": step + 1}
    return document

"""All functions as JSON: what the editor offers and the browser's evaluator follows."""

from __future__ import annotations

from typing import Any

from metamodel.expressions.functions import ALIASES, FUNCTIONS
from metamodel.expressions.functions.entry import Function
from metamodel.expressions.restate import HIDDEN


def catalogue() -> dict[str, Any]:
    """Each function with its family, parameters and words. `hidden` ones (and operators) are not to be offered."""
    return {"functions": {name: _entry(entry) for name, entry in sorted(FUNCTIONS.items())}, "aliases": ALIASES}


def _entry(entry: Function) -> dict[str, Any]:
    return {
        "family": entry.family,
        "hidden": entry.name in HIDDEN or not entry.name[0].isalpha(),
        "takes": [
            {
                "name": parameter.name,
                "accepts": parameter.accepts,
                **{word: True for word in ("optional", "repeated", "raw") if getattr(parameter, word)},
            }
            for parameter in entry.parameters
        ],
        "textual": entry.textual,
        "doc": entry.doc,
        "example": entry.example,
    }

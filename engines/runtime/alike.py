"""Whether what was found is what an acceptance test wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from metamodel.definition import Json


def plain(value: Json) -> Json:
    """A reference is its number."""
    if isinstance(value, Mapping) and "id" in value:
        return value["id"]
    return [plain(item) for item in value] if isinstance(value, list) else value


def alike(wanted: Json, found: Json) -> bool:
    """Numbers by value, references by number, of lists and lines the parts that are mentioned."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return all(alike(value, found.get(word)) for word, value in wanted.items())
    found = plain(found)
    if isinstance(wanted, Sequence) and not isinstance(wanted, str) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(alike, wanted, found))
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
        return bool(wanted == found)
    try:
        return Decimal(str(wanted)) == Decimal(str(found))
    except InvalidOperation:
        return str(wanted) == str(found)

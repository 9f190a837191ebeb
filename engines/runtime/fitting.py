"""Values that expressions gave, made to fit the fields they are meant for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from metamodel.definition import Json
from metamodel.model import EntityModel, FieldModel


def fitted(entity: EntityModel, values: Mapping[str, Json]) -> dict[str, Json]:
    """Numbers rounded to the digits their fields keep, half away from zero; an instant for a date gives its day."""
    return {name: _fitted(entity.fields.get(name), value) for name, value in values.items()}


def _fitted(item: FieldModel | None, value: Json) -> Json:
    if item is None or value is None:
        return value
    if item.expression_type.kind == "number" and isinstance(value, (str, int)) and not isinstance(value, bool):
        try:
            rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-item.expression_type.scale), ROUND_HALF_UP)
        except InvalidOperation:
            return value
        return format(rounded, "f")
    if item.expression_type.kind == "date" and isinstance(value, str) and len(value) > 10:
        return value[:10]
    return value

"""What a dimension is narrowed to, as a condition of the language or a window of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from engines.records.sight import Sight
from engines.reports.periods import PERIODS, span_of, start_of
from engines.reports.query import Window
from metamodel.dataset import Dimension
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.expressions.types import Type
from metamodel.issues import Issue
from metamodel.model import EntityModel

#: weekdays as a grain's keys, 1 for Monday
FIRST_WEEKDAY_IS_MONDAY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """One dimension narrowed: a condition, or a window of time."""

    condition: str = ""
    window: Window | None = None


def narrowed(sight: Sight, entity: EntityModel, item: Dimension, value: Json, zone: str) -> Narrowed:
    """What a reader narrowed a dimension to: a period by name, {from, to}, {grain, key} of a row, one value or several;
    {blank: true} for rows without one."""
    type = sight.sound(item.expression, entity.name, True).type
    text = f"({item.expression})"
    if isinstance(value, Mapping) and value.get("blank"):
        return Narrowed(condition=f"ISBLANK({text})")
    if type.kind in ("date", "datetime"):
        return _time(sight, item, type, value, zone)
    values = value if isinstance(value, list) else [value]
    if item.bands or item.step:
        return Narrowed(condition=f"OR({', '.join(_stretch(item, text, one) for one in values)})")
    said = [one for one in values if not (isinstance(one, Mapping) and one.get("blank"))]
    met = [f"IN({text}, {', '.join(_literal(one, type, item) for one in said)})"] if said else []
    if len(said) < len(values):
        met.append(f"ISBLANK({text})")
    return Narrowed(condition=met[0] if len(met) == 1 else f"OR({', '.join(met)})")


def _time(sight: Sight, item: Dimension, type: Type, value: Json, zone: str) -> Narrowed:
    if isinstance(value, Mapping) and value.get("grain") in ("hour", "weekday"):
        text = f"({item.expression})"
        if value["grain"] == "hour":
            return Narrowed(condition=f"HOUR({text}) = {_whole(value.get('key'))}")
        return Narrowed(condition=f"WEEKDAY({text}, {FIRST_WEEKDAY_IS_MONDAY}) = {_whole(value.get('key'))}")
    first, last, word = _span(sight, value)
    return Narrowed(
        window=Window(
            dimension=item.name, text=item.expression, type=type, zone=zone, first=first, last=last, word=word
        )
    )


def _span(sight: Sight, value: Json) -> tuple[date | None, date | None, str]:
    if isinstance(value, str) and value in PERIODS:
        return (*PERIODS[value](sight.context.today), value)
    if isinstance(value, Mapping) and "grain" in value:
        day = start_of(str(value.get("key")), str(value["grain"] or "day"))
        if day is None:
            raise _no_period(value.get("key"))
        return (*span_of(day, str(value["grain"] or "day")), "")
    if isinstance(value, str):
        value = {"from": value, "to": value}
    if isinstance(value, list) and len(value) == 2:
        value = {"from": value[0], "to": value[1]}
    if not isinstance(value, Mapping):
        raise _no_period(value)
    try:
        first, last = (date.fromisoformat(str(value[end])) if value.get(end) else None for end in ("from", "to"))
    except ValueError:
        raise _no_period(value) from None
    return first, last, ""


def _no_period(found: Json) -> Invalid:
    return Invalid(Issue(code="report.period", arguments={"found": str(found)}))


def _stretch(item: Dimension, text: str, key: Json) -> str:
    """The band or step that an answer names by its number."""
    if isinstance(key, Mapping) and key.get("blank"):
        return f"ISBLANK({text})"
    number = _whole(key)
    if item.step:
        return f"AND({text} >= {number}, {text} < {number + item.step})"
    if not 0 <= number < len(item.bands):
        raise Invalid(Issue(code="report.value", arguments={"found": str(key), "label": item.label}))
    low = item.bands[number - 1].below if number else None
    high = item.bands[number].below
    parts = ["NOT(ISBLANK(" + text + "))"]
    parts += [f"{text} >= {plain(low)}"] if low is not None else []
    parts += [f"{text} < {plain(high)}"] if high is not None else []
    return f"AND({', '.join(parts)})"


def plain(number: float) -> str:
    """A number as the language writes it, without an exponent."""
    return format(Decimal(repr(number)).normalize(), "f")


def _whole(value: Json) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise Invalid(Issue(code="report.value", arguments={"found": str(value), "label": ""})) from None


def _literal(value: Json, type: Type, item: Dimension) -> str:
    """A value as the dimension's type has it, whichever way it was told."""
    if isinstance(value, Mapping):
        value = value.get("id")
    wrong = Invalid(Issue(code="report.value", arguments={"found": str(value), "label": item.label}))
    if type.kind == "boolean":
        word = str(value).lower()
        if word not in ("true", "false"):
            raise wrong
        return word.upper()
    if type.numeric:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise wrong from None
        if not number.is_finite():
            raise wrong
        return format(number, "f")
    if type.kind == "record":
        try:
            return str(int(str(value)))
        except ValueError:
            raise wrong from None
    return '"' + str(value).replace('"', '""') + '"'

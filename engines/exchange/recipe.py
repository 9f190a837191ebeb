"""Columns of made-up values: each recipe gives a whole column at once, from a random source that can be repeated.

A recipe is an object with one word that says how: const, list, choice, join, digits, number, date, moment, running,
record, of, times, field, chance. Values come out in stored form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.issues import Issue
from metamodel.model import FieldModel

Column = list[Any]


@dataclass(slots=True, kw_only=True)
class Made:
    """What has been made so far: columns by entity and field (ids under "id"), lists of words, people and places."""

    random: Random
    today: date
    zone: ZoneInfo
    lists: Mapping[str, Sequence[str]]
    columns: dict[str, dict[str, Column]] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The column being made: its field, how many values, the row's other columns, the picks made in it."""

    item: FieldModel
    count: int
    row: Mapping[str, Column]
    picks: dict[str, Column]


def column(made: Made, recipe: Json, place: Place) -> Column:
    """The values of one column."""
    if not isinstance(recipe, Mapping):
        recipe = {"const": recipe}
    for word, make in WORDS.items():
        if word in recipe:
            return make(made, recipe, place)
    raise Invalid(Issue(code="recipe.unknown", path=(place.item.name,), arguments={"found": ", ".join(recipe)}))


def _const(made: Made, recipe: Json, place: Place) -> Column:
    value = recipe["const"]
    return [None if value is None else _stored(place, value)] * place.count


def _stored(place: Place, value: Json) -> Any:
    return place.item.type.coerce(place.item.config, value)


def _list(made: Made, recipe: Json, place: Place) -> Column:
    return made.random.choices(list(made.lists[recipe["list"]]), k=place.count)


def _choice(made: Made, recipe: Json, place: Place) -> Column:
    weights: Mapping[str, float] = recipe["choice"]
    stored = [None if word == "" else _stored(place, word) for word in weights]
    return made.random.choices(stored, list(weights.values()), k=place.count)


def _several(made: Made, recipe: Json, place: Place) -> Column:
    chances: Mapping[str, float] = recipe["several"]
    return [
        [word for word, chance in chances.items() if made.random.random() < chance] or None for _ in range(place.count)
    ]


def _join(made: Made, recipe: Json, place: Place) -> Column:
    between = recipe.get("with", "")
    parts = [column(made, part, place) for part in recipe["join"]]
    return [between.join(str(word) for word in words) for words in zip(*parts, strict=True)]


def _digits(made: Made, recipe: Json, place: Place) -> Column:
    shape: str = recipe["digits"]
    rest = shape.count("#")
    made_numbers = (
        made.random.sample(range(10**rest), place.count)
        if recipe.get("unique")
        else [made.random.randrange(10**rest) for _ in range(place.count)]
    )
    stem = shape.replace("#" * rest, "{}")
    return [stem.format(f"{number:0{rest}d}") for number in made_numbers]


def _number(made: Made, recipe: Json, place: Place) -> Column:
    low, high = recipe["number"]
    unit = 10**place.item.expression_type.scale
    step = int(recipe.get("step", 0) * unit) or 1
    bent = recipe.get("bent", 1)
    span = (high - low) * unit
    return [int(low * unit + span * made.random.random() ** bent) // step * step for _ in range(place.count)]


def _date(made: Made, recipe: Json, place: Place) -> Column:
    days = _days(made, recipe["date"], place.count)
    return sorted(days) if recipe["date"].get("sorted") else days


def _days(made: Made, said: Mapping[str, Any], count: int) -> list[date]:
    """Days between `from` and `to` (days from today), heavier by month, weekday, holiday and growth a year."""
    start, end = int(said["from"]), int(said["to"])
    days = [made.today + timedelta(days=offset) for offset in range(start, end + 1)]
    months, weekdays = said.get("months", [1] * 12), said.get("weekdays", [1] * 7)
    growth = said.get("growth", 0) / 365
    weights = [
        months[day.month - 1] * weekdays[day.weekday()] * (1 + growth * index) * _holiday(day, said)
        for index, day in enumerate(days)
    ]
    return made.random.choices(days, cum_weights=list(accumulate(weights)), k=count)


def _holiday(day: date, said: Mapping[str, Any]) -> float:
    factor = 1.0
    for holiday in said.get("holidays", ()):
        first = date.fromisoformat(holiday["first"])
        if first <= day < first + timedelta(days=holiday["days"]):
            factor *= holiday["factor"]
    return factor


def _moment(made: Made, recipe: Json, place: Place) -> Column:
    said = recipe["moment"]
    hours = list(accumulate(said.get("hours", [1] * 24)))
    chosen = made.random.choices(range(24), cum_weights=hours, k=place.count)
    moments = [
        datetime(
            day.year, day.month, day.day, hour, made.random.randrange(60), made.random.randrange(60), tzinfo=made.zone
        ).astimezone(UTC)
        for day, hour in zip(_days(made, said, place.count), chosen, strict=True)
    ]
    return sorted(moments) if said.get("sorted") else moments


def _running(made: Made, recipe: Json, place: Place) -> Column:
    shape, start = recipe["running"], int(recipe.get("start", 1))
    return [shape.format(number) for number in range(start, start + place.count)]


def _record(made: Made, recipe: Json, place: Place) -> Column:
    """A record of another entity; `bent` above 1 prefers the first ones, as real life prefers a few."""
    ids = made.columns[recipe["record"]]["id"]
    bent = recipe.get("bent", 1)
    picks = [int(len(ids) * made.random.random() ** bent) for _ in range(place.count)]
    if recipe.get("each"):
        picks = [index % len(ids) for index in range(place.count)]
    place.picks[recipe.get("as", recipe["record"])] = picks
    return [ids[pick] for pick in picks]


def _of(made: Made, recipe: Json, place: Place) -> Column:
    """A field of the record picked in another column of the row; `group` picks among the records that share it."""
    picks = place.picks[recipe["of"]]
    values = made.columns[recipe.get("entity", recipe["of"])][recipe["take"]]
    return [values[pick] for pick in picks]


def _among(made: Made, recipe: Json, place: Place) -> Column:
    """A record of an entity whose `by` field equals the value in another column of the row."""
    source = made.columns[recipe["among"]]
    groups: dict[Any, list[int]] = {}
    for index, value in enumerate(source[recipe["by"]]):
        groups.setdefault(value, []).append(index)
    found: Column = []
    picks: list[int] = []
    for value in place.row[recipe["equal"]]:
        choice = made.random.choice(groups[value]) if value in groups else -1
        picks.append(max(choice, 0))
        found.append(source["id"][choice] if choice >= 0 else None)
    place.picks[recipe.get("as", recipe["among"])] = picks
    return found


def _times(made: Made, recipe: Json, place: Place) -> Column:
    """The product of two columns of the row; of two with decimals the first one's scale holds."""
    left, right = (place.row[name] for name in recipe["times"])
    return [None if a is None or b is None else a * b for a, b in zip(left, right, strict=True)]


def _share(made: Made, recipe: Json, place: Place) -> Column:
    """A part of a number in another column, between two bounds."""
    low, high = recipe["between"]
    return [
        None if value is None else int(value * made.random.uniform(low, high)) for value in place.row[recipe["share"]]
    ]


def _after(made: Made, recipe: Json, place: Place) -> Column:
    """So many days after a date in another column."""
    low, high = recipe["days"]
    return [
        None if day is None else day + timedelta(days=made.random.randint(low, high))
        for day in place.row[recipe["after"]]
    ]


def _department(made: Made, recipe: Json, place: Place) -> Column:
    return [made.departments[recipe["department"]]] * place.count


def _user(made: Made, recipe: Json, place: Place) -> Column:
    return [made.users[recipe["user"]]] * place.count


def _some(made: Made, recipe: Json, place: Place) -> Column:
    """A value in some rows, blank in the others."""
    chance = recipe["some"]
    values = column(made, recipe["value"], place)
    return [value if made.random.random() < chance else None for value in values]


WORDS: Mapping[str, Callable[[Made, Json, Place], Column]] = {
    "const": _const,
    "list": _list,
    "choice": _choice,
    "several": _several,
    "join": _join,
    "digits": _digits,
    "number": _number,
    "date": _date,
    "moment": _moment,
    "running": _running,
    "record": _record,
    "of": _of,
    "among": _among,
    "times": _times,
    "share": _share,
    "after": _after,
    "department": _department,
    "user": _user,
    "some": _some,
}

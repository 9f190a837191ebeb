"""Columns of made-up values: each recipe gives a whole column at once, from a random source that can be repeated.

A recipe is an object with one word that says how (`WORDS`); it may look at columns of its row that come before it, and
at records made before. Values come out in stored form.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.issues import Issue
from metamodel.model import FieldModel

Column = list[Any]
#: when a day begins whose end is not there yet
OPENS = time(8)


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
    #: what is made of today is not later than this
    now: datetime | None = None


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


def _month(made: Made, recipe: Json, place: Place) -> Column:
    """The first day of the month so many months from today's, and `day` days on."""
    months = made.today.year * 12 + made.today.month - 1 + int(recipe["month"])
    day = date(months // 12, months % 12 + 1, 1) + timedelta(days=int(recipe.get("day", 1)) - 1)
    return [day] * place.count


def _by_now(made: Made, morning: datetime, now: datetime) -> datetime:
    """A moment of today that has been; of the hours before it, where the day has not begun."""
    spent = now - morning if now > morning else timedelta(hours=8)
    return now - timedelta(seconds=int(made.random.random() * spent.total_seconds()))


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
    if made.now is not None and int(said["to"]) == 0:
        morning = datetime.combine(made.today, OPENS, made.zone).astimezone(UTC)
        moments = [_by_now(made, morning, made.now) if moment > made.now else moment for moment in moments]
    return sorted(moments) if said.get("sorted") else moments


def _running(made: Made, recipe: Json, place: Place) -> Column:
    shape, start = recipe["running"], int(recipe.get("start", 1))
    return [shape.format(number) for number in range(start, start + place.count)]


def _record(made: Made, recipe: Json, place: Place) -> Column:
    """A record of another entity; `bent` above 1 prefers the first ones, as real life prefers a few.

    `where` keeps to records with one of some values in a field (a person by login, a record by one of its own);
    `last` to so many that were made last, `since` to those whose date, by which they are sorted, is not after a column
    of the row; `each` takes one after the other.
    """
    source = made.columns[recipe["record"]]
    open_to = _open_to(made, source, recipe)[-recipe.get("last", 0) :]
    most = [len(open_to)] * place.count
    if since := recipe.get("since"):
        days = [source[since["field"]][index] for index in open_to]
        most = [max(bisect_right(days, _day(made, value)), 1) for value in place.row[since["before"]]]
    bent = recipe.get("bent", 1)
    picks = [open_to[int(count * made.random.random() ** bent)] for count in most]
    if recipe.get("each"):
        picks = [open_to[index % len(open_to)] for index in range(place.count)]
    return _picked(source, recipe.get("as", recipe["record"]), picks, place)


def _open_to(made: Made, source: Mapping[str, Column], recipe: Json) -> Sequence[int]:
    """Which records `where` keeps to, by their places."""
    open_to: Sequence[int] = range(len(source["id"]))
    for name, wanted in recipe.get("where", {}).items():
        values = [_meant(made, one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        open_to = [index for index in open_to if source[name][index] in values]
    return open_to


def _meant(made: Made, said: Json) -> Any:
    """A value that records are found by: {"user": login}, {"record", "where"} for the first such record, or itself."""
    if isinstance(said, Mapping) and "user" in said:
        return made.users[said["user"]]
    if isinstance(said, Mapping) and "record" in said:
        source = made.columns[said["record"]]
        ((by, value),) = said["where"].items()
        found = [number for number, cell in zip(source["id"], source[by], strict=True) if cell == _meant(made, value)]
        return found[0] if found else None
    return said


def _picked(source: Mapping[str, Column], name: str, picks: Column, place: Place, take: str = "id") -> Column:
    """The ids of picked records (or another field of them), and the picks kept for `of`; -1 is none."""
    place.picks[name] = picks
    return [source[take][pick] if pick >= 0 else None for pick in picks]


def _of(made: Made, recipe: Json, place: Place) -> Column:
    """A field of the record picked in another column of the row; `then` goes on to a field of the record it names."""
    picks = place.picks[recipe["of"]]
    values = made.columns[recipe.get("entity", recipe["of"])][recipe["take"]]
    found = [values[pick] if pick >= 0 else None for pick in picks]
    if then := recipe.get("then"):
        source = made.columns[then["entity"]]
        further = dict(zip(source["id"], source[then["take"]], strict=True))
        found = [further.get(identity) for identity in found]
    return found


def _column_of(made: Made, said: Json, place: Place) -> Column:
    """A column that a recipe looks at: one of the row by its name, or a recipe of its own."""
    return place.row[said] if isinstance(said, str) else column(made, said, place)


def _among(made: Made, recipe: Json, place: Place) -> Column:
    """A record of an entity whose `by` field equals a column; at random, or with `each` none twice while they last.

    `where` keeps to some as with `record`; `take` gives another field of it than its id.
    """
    source = made.columns[recipe["among"]]
    groups: dict[Any, list[int]] = {}
    for index in _open_to(made, source, recipe):
        groups.setdefault(source[recipe["by"]][index], []).append(index)
    picks: list[int] = []
    turns: dict[Any, int] = {}
    for value in _column_of(made, recipe["equal"], place):
        group = groups.get(value)
        turns[value] = turn = turns.get(value, -1) + 1
        if group is None:
            picks.append(-1)
        else:
            picks.append(group[turn % len(group)] if recipe.get("each") else made.random.choice(group))
    return _picked(source, recipe.get("as", recipe["among"]), picks, place, recipe.get("take", "id"))


def _soonest(made: Made, recipe: Json, place: Place) -> Column:
    """The first record of those whose `by` field equals a column, in the `days` after the moment in another one."""
    source = made.columns[recipe["soonest"]]
    groups: dict[Any, list[tuple[datetime, int]]] = {}
    for index, (value, at) in enumerate(zip(source[recipe["by"]], source[recipe["field"]], strict=True)):
        groups.setdefault(value, []).append((at, index))
    for group in groups.values():
        group.sort()
    span = timedelta(days=recipe["days"])
    picks: list[int] = []
    for value, after in zip(place.row[recipe["equal"]], place.row[recipe["since"]], strict=True):
        group = groups.get(value, [])
        at = bisect_right(group, (after, len(source["id"]))) if after is not None else len(group)
        picks.append(group[at][1] if at < len(group) and group[at][0] <= after + span else -1)
    return _picked(source, recipe.get("as", recipe["soonest"]), picks, place)


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
    """So many `days` or `minutes` after a date or moment; at some time within `hours` where a date becomes a moment.
    What is `past` happened yesterday at the latest."""
    days, minutes, hours = recipe.get("days", [0, 0]), recipe.get("minutes", [0, 0]), recipe.get("hours", [9, 20])
    moments = place.item.expression_type.kind == "datetime"
    yesterday = made.today - timedelta(days=1)
    found: Column = []
    for value in _column_of(made, recipe["after"], place):
        later = value
        if later is not None:
            later += timedelta(days=made.random.randint(*days), minutes=made.random.randint(*minutes))
            if recipe.get("past") and _day(made, later) > yesterday:
                later = yesterday
            if not moments:
                later = _day(made, later)
            elif not isinstance(later, datetime):
                minute = 0 if hours[0] == hours[1] else made.random.randrange(60)
                clock = time(made.random.randint(*hours), minute)
                later = datetime.combine(later, clock, made.zone).astimezone(UTC)
        found.append(later)
    return found


def _day(made: Made, value: date) -> date:
    """The day of a date or moment."""
    return value.astimezone(made.zone).date() if isinstance(value, datetime) else value


def _case(made: Made, recipe: Json, place: Place) -> Column:
    """A recipe for each value of another column, `else` for the others."""
    words = place.row[recipe["case"]]
    columns = {word: column(made, part, place) for word, part in recipe["when"].items()}
    rest = column(made, recipe.get("else"), place)
    return [columns.get(word, rest)[index] for index, word in enumerate(words)]


def _latest(made: Made, recipe: Json, place: Place) -> Column:
    """The value that stands beside the first of some columns that is not blank in the row, `else` where all are."""
    stored = [(place.row[name], _stored(place, value)) for name, value in recipe["latest"].items()]
    rest = None if recipe.get("else") is None else _stored(place, recipe["else"])
    return [next((value for cells, value in stored if cells[index] is not None), rest) for index in range(place.count)]


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
    "month": _month,
    "moment": _moment,
    "running": _running,
    "record": _record,
    "of": _of,
    "among": _among,
    "soonest": _soonest,
    "case": _case,
    "latest": _latest,
    "times": _times,
    "share": _share,
    "after": _after,
    "department": _department,
    "user": _user,
    "some": _some,
}

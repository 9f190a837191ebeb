"""What measure fields ask, and the answers: records by sets, one question a window, never one a record."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from engines.measured.plan import Figure, Origin
from engines.measured.tables import measure_frozen
from engines.records.derive import Among
from engines.records.sight import Sight
from engines.reports.gather import gather
from engines.reports.measure import LARGEST, Value
from engines.reports.periods import span_of, start_of
from engines.reports.query import MOST_GROUPS, Query
from engines.reports.resolve import resolve
from metamodel.dataset import Grain
from metamodel.definition import Json
from metamodel.errors import Invalid
from metamodel.expressions import moments
from metamodel.expressions.tables import Joins
from metamodel.expressions.types import Type
from metamodel.issues import Issue
from metamodel.report import Axis, Report
from metamodel.result import result_scale

#: values that a question names one by one; more, and it asks for all
NAMED = 200
GRAINS: tuple[Grain, ...] = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one record asks: of which source, from which day to which, for which values of the bound dimensions."""

    origin: int
    first: date | None
    last: date | None
    keys: tuple[Any, ...]


#: the values that rows count for, each with their days; a day may be none
Touched = Mapping[tuple[Any, ...], Sequence[date | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What of a field may have moved: the answers of some of its sources, for the values and days that are touched
    (None: all of them), and all that some records ask."""

    origins: Mapping[int, Touched | None]
    numbers: frozenset[int]

    def asks(self, row: Row) -> bool:
        """Whether a record's question is to be asked again."""
        return row.number in self.numbers or (row.question is not None and self._moves(row.question))

    def _moves(self, question: Question) -> bool:
        if question.origin not in self.origins:
            return False
        known = self.origins[question.origin]
        return known is None or any(_within(question, day) for day in known.get(question.keys, ()))


def _within(question: Question, day: date | None) -> bool:
    """Whether a day lies in a question's window; who has none is taken for one that does."""
    if day is None:
        return True
    return (question.first is None or question.first <= day) and (question.last is None or day <= question.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record with its stored value and what it asks; where it asks nothing, `lacks` says why. `ends` says that this
    is the last time, `how` why it stood still until now."""

    number: int
    value: Any
    question: Question | None
    lacks: Issue | None
    ends: bool
    how: str


def rows(
    connection: sa.Connection,
    sight: Sight,
    figure: Figure,
    among: Among | None = None,
    *,
    every: bool = False,
    scope: Scope | None = None,
) -> list[Row]:
    """The records of a field that are not frozen, of those `among` finds, with what each asks; `every` looks at those
    that stand still as well. With a `scope` they are few more than those that ask for what may have moved."""
    asking = _asking(sight, figure)
    columns = asking.select.selected_columns
    found = asking.select
    if among is not None:
        found = found.where(among(columns.number))
    if not every:
        moving = sa.and_(columns.how == "until", sa.not_(asking.ends))
        found = found.where(sa.or_(columns.how.is_(None), moving))
    if scope is not None:
        inner = found.subquery()
        found = sa.select(inner).where(_scoped(figure, scope, inner.c, asking.places))
    return [_row(sight, figure, asking.places, cells) for cells in connection.execute(found).mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What the records of a field ask, as one SELECT; `places` names the column of each text."""

    select: sa.Select[Any]
    ends: sa.ColumnElement[bool]
    places: Mapping[str, str]


def _asking(sight: Sight, figure: Figure) -> Asking:
    """The SELECT, kept with the release for a day: many conditions take longer to write down than to ask."""
    if figure.clocked == "minute":
        return _written(sight, figure)
    key = ("measured", "asking", figure.key, sight.key, sight.context.today)
    return sight.live.once(key, lambda: _written(sight, figure))


def _written(sight: Sight, figure: Figure) -> Asking:
    entity = figure.entity
    source = sight.table(entity.name)
    joins = Joins(tables=sight)

    def holds(text: str, blank: bool) -> sa.ColumnElement[bool]:
        return sight.condition(text, entity.name, source, joins) if text else sa.literal(blank)

    whens = [(holds(origin.when, True), sa.literal(at)) for at, origin in enumerate(figure.origins)]
    ends = sa.func.coalesce(holds(figure.item.config.until, False), False)
    columns: dict[str, sa.ColumnElement[Any]] = {
        "number": source.c.id,
        "stored": source.c[figure.item.column],
        "which": sa.case(*whens, else_=None) if whens else sa.null(),
        "ends": ends,
        "how": measure_frozen.c.how,
    }
    # Sources mostly ask by the same words: each is computed once.
    places: dict[str, str] = {}
    for origin in figure.origins:
        for text in (origin.first, origin.last, *(bound.value for bound in origin.bounds)):
            if text and text not in places:
                places[text] = f"v{len(places)}"
                columns[places[text]] = sight.value(text, entity.name, source, joins)
    still = sa.and_(
        measure_frozen.c.entity == entity.name,
        measure_frozen.c.field == figure.item.definition.id,
        measure_frozen.c.record_id == source.c.id,
    )
    labelled = [column.label(name) for name, column in columns.items()]
    select = sa.select(*labelled).select_from(joins.apply(source).outerjoin(measure_frozen, still))
    return Asking(select=select.where(source.c.deleted_at.is_(None)), ends=ends, places=places)


def _scoped(
    figure: Figure, scope: Scope, columns: ReadOnlyColumnCollection[str, Any], places: Mapping[str, str]
) -> sa.ColumnElement[bool]:
    """The records a scope may ask for, by what is quickly told; `Scope.asks` says it to the day."""
    met = [columns.number.in_(sorted(scope.numbers))] if scope.numbers else []
    whole: list[int] = []
    alike: dict[tuple[str, tuple[Any, ...]], list[int]] = {}
    for at, known in scope.origins.items():
        bound = next(iter(figure.origins[at].bounds), None)
        keys = None if known is None else {values[0] for values in known if values}
        kinds = {bound.type.kind, bound.given.kind} if bound is not None else set()
        if bound is None or not keys or len(keys) > NAMED or kinds not in ({"record"}, {"text"}):
            whole.append(at)
            continue
        alike.setdefault((places[bound.value], tuple(sorted(keys - {None}, key=str))), []).append(at)
    met += [columns.which.in_(whole)] if whole else []
    met += [sa.and_(columns.which.in_(some), columns[place].in_(keys)) for (place, keys), some in alike.items()]
    return sa.or_(sa.false(), *met)


def _row(sight: Sight, figure: Figure, places: Mapping[str, str], cells: sa.RowMapping) -> Row:
    question, lacks = None, None
    which = cells["which"]
    if which is None:
        lacks = Issue(code="measured.no_fitting_source")
    else:
        question, lacks = _question(sight, which, figure.origins[which], places, cells)
    return Row(
        number=cells["number"],
        value=cells["stored"],
        question=question,
        lacks=lacks,
        ends=bool(cells["ends"]),
        how=cells["how"] or "",
    )


def _question(
    sight: Sight, which: int, origin: Origin, places: Mapping[str, str], cells: sa.RowMapping
) -> tuple[Question | None, Issue | None]:
    days: list[date | None] = []
    for text in (origin.first, origin.last):
        found = day(cells[places[text]], sight.live.zone) if text else None
        if text and found is None:
            return None, Issue(code="measured.no_window")
        days.append(found)
    keys = []
    for bound in origin.bounds:
        key = plain(cells[places[bound.value]], bound.given)
        if key is None or key == "":
            label = next(item.label for item in origin.dataset.dimensions if item.name == bound.dimension)
            return None, Issue(code="measured.blank_binding", arguments={"label": label})
        keys.append(key)
    return Question(origin=which, first=days[0], last=days[1], keys=tuple(keys)), None


def day(cell: Any, zone: str) -> date | None:
    """The day that a stored value lies on."""
    if isinstance(cell, str):
        cell = datetime.fromisoformat(cell) if len(cell) > 10 else date.fromisoformat(cell)
    return moments.day_of(cell, zone) if isinstance(cell, datetime) else cell


def plain(cell: Any, type_: Type) -> Any:
    """A value as both sides have it: numbers without their scale, truths as truths."""
    if cell is None:
        return None
    if type_.kind == "number":
        return Decimal(cell).scaleb(-type_.scale).normalize()
    if type_.kind == "real":
        return Decimal(repr(cell) if isinstance(cell, float) else cell).normalize()
    if type_.kind == "boolean":
        return bool(cell)
    return int(cell) if type_.kind == "record" and not isinstance(cell, str) else cell


Answers = Mapping[Question, Value]


def answers(
    connection: sa.Connection, sight: Sight, figure: Figure, asked: Iterable[Question]
) -> dict[Question, Value]:
    """The answer to every question: one query for those over the same rows that share a window, or whose windows are
    the days, weeks or months of one stretch of time; several measures are asked for together."""
    found: dict[Question, Value] = {}
    together: dict[tuple[Hashable, Grain, date | None, date | None], list[Question]] = {}
    for question in asked:
        origin = figure.origins[question.origin]
        grain = _grain(origin, question)
        window = (None, None) if grain else (question.first, question.last)
        together.setdefault((_shared(origin), grain, window[0], window[1]), []).append(question)
    nothing: dict[int, Value] = {}
    for (_, grain, _, _), questions in together.items():
        windows = {(question.first, question.last) for question in questions}
        # One stretch alone is quicker asked as the window that it is.
        split: Grain = grain if len(windows) > 1 else ""
        known = _asked(connection, sight, figure, questions, split)
        for question in questions:
            which = question.origin
            origin = figure.origins[which]
            key = (question.first if split else None, question.keys)
            if key not in known and which not in nothing:
                # Who is not among the rows has no place among them.
                nothing[which] = _of_nothing(connection, sight, origin, question) if origin.alone else None
            found[question] = known[key][origin.measure] if key in known else nothing[which]
    return found


def _shared(origin: Origin) -> Hashable:
    """Origins that one question can ask for together, each its own measure."""
    bound = tuple(bound.dimension for bound in origin.bounds)
    alone = "" if origin.alone else origin.measure
    return (origin.application.name, origin.dataset.name, bound, origin.time, alone)


def _grain(origin: Origin, question: Question) -> Grain:
    """The grain of time that a window is one stretch of; blank where it is none, or where other stretches of the same
    question would change the answer."""
    if not origin.alone or not origin.time or question.first is None or question.last is None:
        return ""
    return next(
        (grain for grain in GRAINS if span_of(question.first, grain) == (question.first, question.last)),
        "",
    )


def query_of(
    sight: Sight, origin: Origin, questions: Sequence[Question], split: Grain = "", measures: Sequence[str] = ()
) -> Query:
    """The question to the reports engine that some records share: of one source, or of several that have all but
    their measures in common."""
    named: dict[str, Json] = {}
    for at, bound in enumerate(origin.bounds):
        values = {question.keys[at] for question in questions}
        if origin.alone and len(values) <= NAMED:
            named[bound.dimension] = [_said(one) for one in sorted(values, key=str)]
    first = _least([question.first for question in questions])
    last = _most([question.last for question in questions])
    if origin.time and (first or last):
        named[origin.time] = {
            **({"from": first.isoformat()} if first else {}), **({"to": last.isoformat()} if last else {})
        }  # fmt: skip
    axes = [Axis(dimension=bound.dimension) for bound in origin.bounds]
    if split:
        axes.append(Axis(dimension=origin.time, grain=split))
    report = Report(  # type: ignore[call-arg]
        name="figure",
        label=origin.dataset.label,
        dataset=f"{origin.application.name}.{origin.dataset.name}",
        rows=tuple(axes),
        measures=tuple(measures) or (origin.measure,),
    )
    return replace(resolve(sight, origin.application, report, named), order=(), limit=MOST_GROUPS)


def _said(key: Any) -> Json:
    return format(key, "f") if isinstance(key, Decimal) else key


def _least(days: Sequence[date | None]) -> date | None:
    return None if None in days else min(day for day in days if day is not None)


def _most(days: Sequence[date | None]) -> date | None:
    return None if None in days else max(day for day in days if day is not None)


def _asked(
    connection: sa.Connection, sight: Sight, figure: Figure, questions: Sequence[Question], split: Grain
) -> dict[tuple[date | None, tuple[Any, ...]], Mapping[str, Value]]:
    origin = figure.origins[questions[0].origin]
    measures = dict.fromkeys(figure.origins[question.origin].measure for question in questions)
    query = query_of(sight, origin, questions, split, list(measures))
    cube, more = gather(connection, sight, query)
    if more:
        raise Invalid(Issue(code="report.too_wide", arguments={"most": MOST_GROUPS}))
    found: dict[tuple[date | None, tuple[Any, ...]], Mapping[str, Value]] = {}
    for keys, group in cube.rows.items():
        at = start_of(str(keys[-1]), split) if split and keys[-1] is not None else None
        bound = tuple(plain(key, one.type) for key, one in zip(keys, origin.bounds, strict=False))
        found[(at, bound)] = group.values
    return found


def _of_nothing(connection: sa.Connection, sight: Sight, origin: Origin, question: Question) -> Value:
    """What the measure comes to over no rows at all: counts and sums are zero, the rest is blank."""
    query = query_of(sight, replace(origin, bounds=()), [replace(question, keys=())])
    query = replace(query, filters=(*query.filters, "1 = 0"))
    cube, _ = gather(connection, sight, query)
    return next((group.values[origin.measure] for group in cube.rows.values()), None)


def stored(figure: Figure, value: Value) -> Any:
    """The answer as the field's column holds it: rounded half away from zero to its digits; what is larger than an
    exact number may be is blank."""
    if value is None:
        return None
    config = figure.item.config
    match config.result:
        case "text":
            return str(value)
        case "boolean":
            return bool(value)
        case "date":
            return date.fromisoformat(str(value)[:10])
        case "datetime":
            at = datetime.fromisoformat(str(value))
            return moments.instant(at)
    units = Decimal(value).scaleb(result_scale(config.result, config.digits))
    return int(units.quantize(Decimal(1), ROUND_HALF_UP)) if abs(units) <= LARGEST else None

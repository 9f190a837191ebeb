"""RFM: how lately, how often and how much, each graded by quantiles or by cuts that are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engines.analyses.analysis import AnalysisKind, Scores, Stage
from metamodel.analysis import Analysis
from metamodel.definition import Json, definition, prop
from metamodel.expressions import moments, sql
from metamodel.expressions.functions.moving import seconds_apart
from metamodel.expressions.tables import Joins
from metamodel.expressions.types import DATETIME, Type
from metamodel.issues import Issue
from metamodel.model import Model, qualified

NUMBERS = ("r_field", "f_field", "m_field", "days_field", "times_field", "sum_field")
SECONDS = 86_400
BIG = sa.BigInteger()


@definition
class Settings:
    """`facts` are the related records that count, those that meet `filter`; each happened on `date` and is worth
    `amount`. What has one `occasion` counts once, every record where it is empty. Grades run from 1 to `quantiles`,
    or to one more than the number of cuts given (days, times, amounts; ascending): the best has the highest. Counted
    is up to the end of the business day `until`, today where it is empty."""

    facts: str = prop(ref="relation")
    filter: str = prop("", expression="boolean", within="facts")
    date: str = prop(ref="path", within="facts")
    amount: str = prop("", ref="path", within="facts")
    occasion: str = prop("", ref="path", within="facts", group="more")
    quantiles: int = prop(5, minimum=2, maximum=10)
    days_cuts: tuple[float, ...] = prop((), group="more", widget="cuts")
    times_cuts: tuple[float, ...] = prop((), group="more", widget="cuts")
    sum_cuts: tuple[float, ...] = prop((), group="more", widget="cuts")
    until: str = prop("", pattern=r"(\d{4}-\d{2}-\d{2})?", widget="day", group="more")
    r_field: str = prop("", ref="field")
    f_field: str = prop("", ref="field")
    m_field: str = prop("", ref="field")
    code_field: str = prop("", ref="field")
    days_field: str = prop("", ref="field", group="more")
    times_field: str = prop("", ref="field", group="more")
    sum_field: str = prop("", ref="field", group="more")


class Rfm(AnalysisKind):
    """How lately, how often, how much."""

    kind = "rfm"
    Config = Settings
    icon = "grid-3x3"

    def check(self, analysis: Analysis, model: Model, application: str) -> Iterator[Issue]:
        """Facts by a relation to many, a day and a number on them, and fields that can hold the grades."""
        config = analysis.config
        entity = model.entity(qualified(application, analysis.entity))
        if entity is None:
            return
        relation = entity.relations.get(config.facts)
        if config.facts and relation is None:
            yield Issue(code="analysis.not_many", path=("facts",))
        for word, kinds in (("date", ("date", "datetime")), ("amount", ("number",))):
            path = getattr(config, word)
            found = model.path(relation.entity, path) if relation and path else None
            if found is not None and (found.many or found.type.kind not in kinds):
                yield Issue(code=f"analysis.not_{word}", path=(word,), arguments={"label": found.label or path})
        for word in ("days_cuts", "times_cuts", "sum_cuts"):
            cuts = getattr(config, word)
            if list(cuts) != sorted(set(cuts)) or len(cuts) > 9:
                yield Issue(code="analysis.cuts", path=(word,))
        if not any(getattr(config, word) for word in (*NUMBERS, "code_field")):
            yield Issue(code="analysis.no_output", path=("r_field",))
        if not config.amount and (config.m_field or config.sum_field):
            yield Issue(code="analysis.no_amount", path=("amount",))
        taken: set[str] = set()
        for word in (*NUMBERS, "code_field"):
            item = entity.fields.get(getattr(config, word))
            if item is None:
                continue
            kind = "text" if word == "code_field" else "number"
            if item.storage != "column" or item.derived or item.expression_type.kind != kind:
                yield Issue(
                    code=f"analysis.not_{kind}_field", path=(word,), arguments={"label": item.definition.label}
                )
            if item.name in taken:
                yield Issue(code="analysis.twice", path=(word,), arguments={"label": item.definition.label})
            taken.add(item.name)

    def watched(self, config: Any) -> tuple[str, ...]:
        """The grades."""
        return tuple(name for name in (config.r_field, config.f_field, config.m_field, config.code_field) if name)

    def scores(self, stage: Stage) -> Scores:
        """Facts grouped once, cuts from the groups, grades by the cuts."""
        config = stage.config
        reference = _reference(stage)
        groups = stage.scratch("rfm", _groups(stage, reference))
        scale = _amount_type(stage).scale if config.amount else 0
        cuts = {
            "days": _cuts(stage, groups.c.days, config.days_cuts, 1),
            "times": _cuts(stage, groups.c.times, config.times_cuts, 1),
            "sum": _cuts(stage, groups.c.total, config.sum_cuts, 10**scale),
        }
        r = _grade(groups.c.days, cuts["days"], falling=True)
        f = _grade(groups.c.times, cuts["times"])
        m = _grade(groups.c.total, cuts["sum"])
        text = sa.String()
        code = sa.cast(r, text).concat(sa.cast(f, text))
        if config.amount:
            code = code.concat(sa.cast(m, text))
        columns: dict[str, sa.ColumnElement[Any]] = {}
        for name, value, digits in (
            (config.r_field, r, 0),
            (config.f_field, f, 0),
            (config.m_field, m, 0),
            (config.days_field, groups.c.days, 0),
            (config.times_field, groups.c.times, 0),
            (config.sum_field, groups.c.total, scale),
        ):
            if name:
                columns[name] = _scaled(value, digits, stage.entity.fields[name].expression_type)
        if config.code_field:
            columns[config.code_field] = code
        graded = stage.scratch(
            "graded",
            sa.select(groups.c.id, r.label("r"), f.label("f"), m.label("m"), groups.c.total, *_named(columns)),
        )
        statement = sa.select(graded.c.id, *(graded.c[f"v_{name}"].label(name) for name in columns))
        return Scores(
            statement=statement,
            fields=tuple(columns),
            findings={
                "until": reference[0].isoformat(),
                "cuts": {word: [_plain(cut, 10**scale if word == "sum" else 1) for cut in found]
                         for word, found in cuts.items() if word != "sum" or config.amount},
                "grid": _grid(stage, graded, scale),
                "graded": int(stage.connection.scalar(sa.select(sa.func.count()).select_from(graded)) or 0),
            },
        )


def _named(columns: Mapping[str, sa.ColumnElement[Any]]) -> list[sa.Label[Any]]:
    return [column.label(f"v_{name}") for name, column in columns.items()]


def _reference(stage: Stage) -> tuple[date, datetime]:
    """The last day that counts, and the midnight it ends with."""
    zone = stage.sight.live.zone
    day = date.fromisoformat(stage.config.until) if stage.config.until else stage.sight.context.today
    end = moments.midnight(day + timedelta(days=1), zone)
    assert end is not None, "the day lies in the calendar"
    return day, end


def _amount_type(stage: Stage) -> Type:
    relation = stage.entity.relations[stage.config.facts]
    facts = stage.sight.live.model.path(relation.entity, stage.config.amount)
    assert facts is not None, "validated"
    return facts.type


def _groups(stage: Stage, reference: tuple[date, datetime]) -> sa.Select[Any]:
    """One row a record with facts: whole days since the last, how many, how much in the smallest unit."""
    config, sight, live = stage.config, stage.sight, stage.sight.live
    relation = stage.entity.relations[config.facts]
    facts = relation.entity
    source = live.tables[facts].alias()
    joins = Joins(tables=sight.base)

    def value(text: str) -> sa.ColumnElement[Any]:
        return sql.compile(sight.sound(text, facts, False), sight.base, sight.context, source, joins)

    at_node = sight.sound(f"{{{config.date}}}", facts, False)
    at = _read_through(stage, value(f"{{{config.date}}}"))
    day, end = reference
    late = at_node.type == DATETIME
    where = [source.c.deleted_at.is_(None), at < sql.literal(end, DATETIME) if late else at <= day]
    if config.filter:
        where.append(sight.condition(config.filter, facts, source, joins, sight.base))
    times = sa.func.count(value(f"{{{config.occasion}}}").distinct()) if config.occasion else sa.func.count()
    total = sa.func.sum(value(f"{{{config.amount}}}")) if config.amount else sa.literal(0, BIG)
    if relation.way == "rows":
        owner = live.model.entities[facts].fields[relation.via]
        key: sa.ColumnElement[Any] = source.c[owner.column]
        whence = joins.apply(source)
    else:
        pairs = live.tables[f"{stage.entity.name}:{stage.entity.fields[relation.via].definition.id}"]
        key = pairs.c.source_id
        whence = joins.apply(source.join(pairs, pairs.c.target_id == source.c.id))
    key = _read_through(stage, key)
    last = sa.func.max(at, type_=at.type)
    grouped = (
        sa.select(key.label("id"), last.label("last"), times.label("times"), total.label("total"))
        .select_from(whence)
        .where(*where, key.is_not(None))
        .group_by(key)
        .subquery()
    )
    seconds = seconds_apart(sql.literal(end, DATETIME), grouped.c.last)
    days = seconds // SECONDS if late else _days(stage, day, grouped.c.last)
    owners = live.tables[stage.entity.name]
    return (
        sa.select(
            grouped.c.id,
            sa.cast(days, BIG).label("days"),
            sa.cast(grouped.c.times, BIG).label("times"),
            sa.cast(sa.func.coalesce(grouped.c.total, 0), BIG).label("total"),
        )
        .join_from(grouped, owners, owners.c.id == grouped.c.id)
        .where(owners.c.deleted_at.is_(None))
    )


def _read_through(stage: Stage, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The column so that SQLite looks for no index of it: to fetch a million rows in the order of one takes near twice
    as long as to read them all and sort (measured)."""
    if stage.connection.dialect.name != "sqlite":
        return column
    return sa.UnaryExpression(column, operator=sa.sql.operators.custom_op("+"), type_=column.type)


def _days(stage: Stage, day: date, last: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    if stage.connection.dialect.name == "sqlite":
        return sa.func.julianday(sa.literal(day.isoformat())) - sa.func.julianday(last)
    return sa.literal(day, sa.Date()) - last


def _cuts(stage: Stage, column: sa.ColumnElement[Any], given: Sequence[float], unit: int) -> list[tuple[int, int]]:
    """Where one grade ends and the next begins, as fractions of the smallest unit: the cuts that are given, else
    quantiles by linear interpolation between the two values beside each place (Hyndman and Fan's type 7)."""
    if given:
        return [(round(cut * unit * 1_000_000), 1_000_000) for cut in given]
    parts = stage.config.quantiles
    count = int(stage.connection.scalar(sa.select(sa.func.count()).select_from(column.table)) or 0)
    if not count:
        return []
    places = [divmod((count - 1) * part, parts) for part in range(1, parts)]
    wanted = sorted({min(place + more, count - 1) + 1 for place, _ in places for more in (0, 1)})
    ranked = sa.select(column.label("value"), sa.func.row_number().over(order_by=column).label("place")).subquery()
    query = sa.select(ranked.c.place, ranked.c.value).where(ranked.c.place.in_(wanted))
    found = {place: int(value) for place, value in stage.connection.execute(query)}
    return [
        (found[place + 1] * (parts - rest) + found[min(place + 1, count - 1) + 1] * rest, parts)
        for place, rest in places
    ]


def _grade(
    value: sa.ColumnElement[Any], cuts: Sequence[tuple[int, int]], *, falling: bool = False
) -> sa.ColumnElement[Any]:
    """The grade of a whole number: what equals a cut lies below it; `falling` gives small values the best grade."""
    grades = range(len(cuts) + 1, 0, -1) if falling else range(1, len(cuts) + 2)
    if not cuts:
        return sa.literal(1, BIG)
    whens = [(value <= cut // parts, grade) for (cut, parts), grade in zip(cuts, grades, strict=False)]
    return sa.case(*((when, sa.literal_column(str(grade), BIG)) for when, grade in whens),
                   else_=sa.literal_column(str(grades[-1]), BIG))


def _scaled(value: sa.ColumnElement[Any], digits: int, target: Type) -> sa.ColumnElement[Any]:
    """Whole units of one scale as those of another; what has no place is dropped."""
    if target.scale >= digits:
        return value * sa.literal_column(str(10 ** (target.scale - digits)), BIG)
    return value // sa.literal_column(str(10 ** (digits - target.scale)), BIG)


def _grid(stage: Stage, graded: sa.Table, scale: int) -> list[Json]:
    """How many records lie in each pair of grades, with their sum: the picture of a run."""
    query = sa.select(
        graded.c.r, graded.c.f, sa.func.count(), sa.func.sum(graded.c.total)
    ).group_by(graded.c.r, graded.c.f).order_by(graded.c.r, graded.c.f)
    return [
        {"r": int(r), "f": int(f), "count": int(count), "sum": _plain((int(total or 0), 1), 10**scale)}
        for r, f, count, total in stage.connection.execute(query)
    ]


def _plain(cut: tuple[int, int], unit: int) -> float:
    return cut[0] / (cut[1] * unit)


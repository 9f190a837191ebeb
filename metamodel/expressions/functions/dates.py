"""Dates: parts, distances and steps of the calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time
from typing import Any

from metamodel.expressions import moments
from metamodel.expressions.ast import Call
from metamodel.expressions.context import Context
from metamodel.expressions.dialects import Maker, fragment
from metamodel.expressions.functions.entry import Function, Sql, define, written
from metamodel.expressions.functions.moving import span_python, span_sql
from metamodel.expressions.functions.operators import overflow
from metamodel.expressions.storage import BIGINT, DATE_TYPE, TIME_TYPE
from metamodel.issues import Issue


def _part(sqlite: str, postgresql: str) -> Maker:
    return fragment(f"CAST({sqlite} AS INTEGER)", f"CAST(extract({postgresql} from {{0}}) AS BIGINT)", BIGINT)


_year = _part("substr({0}, 1, 4)", "year")
_month = _part("substr({0}, 6, 2)", "month")
_day = _part("substr({0}, 9, 2)", "day")
_hour = _part("substr({0}, 1, 2)", "hour")
_minute = _part("substr({0}, 4, 2)", "minute")
_second = _part("substr({0}, 7, 2)", "second")
_quarter = fragment("(CAST(substr({0}, 6, 2) AS INTEGER) + 2) / 3", "CAST(extract(quarter from {0}) AS BIGINT)", BIGINT)
_sunday = fragment("CAST(strftime('%w', {0}) AS INTEGER) + 1", "CAST(extract(dow from {0}) AS BIGINT) + 1", BIGINT)
_monday = fragment(
    "(CAST(strftime('%w', {0}) AS INTEGER) + 6) % 7 + 1", "CAST(extract(isodow from {0}) AS BIGINT)", BIGINT
)
# The week of a day is that of its Thursday; a week's number is how many weeks of the year that Thursday closes.
_week = fragment(
    "(CAST(strftime('%j', {0}, '-3 days', 'weekday 4') AS INTEGER) - 1) / 7 + 1",
    "CAST(extract(week from {0}) AS BIGINT)",
    BIGINT,
)
# The month counted from year 0, {1} months on, must be one of the years 1 to 9999.
_IN_CALENDAR = "BETWEEN 12 AND 119999"
_MONTHS_SQLITE = "CAST(substr({0}, 1, 4) AS INTEGER) * 12 + CAST(substr({0}, 6, 2) AS INTEGER) - 1 + {1}"
_MONTHS_POSTGRESQL = "extract(year from {0}) * 12 + extract(month from {0}) - 1 + {1}"
_FIRST = "date({0}, 'start of month', ({1}) || ' months')"
add_months = fragment(
    f"CASE WHEN {_MONTHS_SQLITE} {_IN_CALENDAR} THEN date({_FIRST}, '+' || (min(CAST(substr({{0}}, 9, 2) AS INTEGER), "
    f"CAST(strftime('%d', {_FIRST}, '+1 month', '-1 day') AS INTEGER)) - 1) || ' days') END",
    f"CASE WHEN {_MONTHS_POSTGRESQL} {_IN_CALENDAR} "
    "THEN CAST({0} + make_interval(months => CAST({1} AS INTEGER)) AS DATE) END",
    DATE_TYPE,
)
_month_end = fragment(
    f"CASE WHEN {_MONTHS_SQLITE} {_IN_CALENDAR} THEN date({_FIRST}, '+1 month', '-1 day') END",
    f"CASE WHEN {_MONTHS_POSTGRESQL} {_IN_CALENDAR} THEN CAST(date_trunc('month', {{0}}) "
    "+ make_interval(months => CAST({1} AS INTEGER) + 1) - INTERVAL '1 day' AS DATE) END",
    DATE_TYPE,
)
add_days = fragment(
    "CASE WHEN abs({1}) <= 4000000 THEN "
    "CASE WHEN julianday({0}) + {1} BETWEEN 1721425.5 AND 5373483.5 THEN date({0}, ({1}) || ' days') END END",
    "CASE WHEN abs({1}) <= 4000000 THEN "
    "CASE WHEN ({0} - DATE '0001-01-01') + {1} BETWEEN 0 AND 3652058 THEN {0} + CAST({1} AS INTEGER) END END",
    DATE_TYPE,
)
_year_start = fragment(
    "CASE WHEN {0} BETWEEN 1 AND 9999 THEN printf('%04d-01-01', {0}) END",
    "CASE WHEN {0} BETWEEN 1 AND 9999 THEN make_date(CAST({0} AS INTEGER), 1, 1) END",
    DATE_TYPE,
)
_near = fragment("CASE WHEN abs({0}) <= 120000 THEN {0} END", "CASE WHEN abs({0}) <= 120000 THEN {0} END", BIGINT)
_time = fragment(
    "CASE WHEN {0} BETWEEN 0 AND 23 AND {1} BETWEEN 0 AND 59 AND {2} BETWEEN 0 AND 59 "
    "THEN printf('%02d:%02d:%02d.000000', {0}, {1}, {2}) END",
    "CASE WHEN {0} BETWEEN 0 AND 23 AND {1} BETWEEN 0 AND 59 AND {2} BETWEEN 0 AND 59 "
    "THEN make_time(CAST({0} AS INTEGER), CAST({1} AS INTEGER), CAST({2} AS INTEGER)) END",
    TIME_TYPE,
)
_whole_months = fragment(
    "CASE WHEN {0} <= {1} THEN (CAST(substr({1}, 1, 4) AS INTEGER) - CAST(substr({0}, 1, 4) AS INTEGER)) * 12 "
    "+ CAST(substr({1}, 6, 2) AS INTEGER) - CAST(substr({0}, 6, 2) AS INTEGER) "
    "- (substr({1}, 9, 2) < substr({0}, 9, 2)) END",
    "CASE WHEN {0} <= {1} THEN CAST((extract(year from {1}) - extract(year from {0})) * 12 "
    "+ extract(month from {1}) - extract(month from {0}) "
    "- CAST(extract(day from {1}) < extract(day from {0}) AS INTEGER) AS BIGINT) END",
    BIGINT,
)
_whole_days = fragment(
    "CASE WHEN {0} <= {1} THEN CAST(julianday({1}) - julianday({0}) AS INTEGER) END",
    "CASE WHEN {0} <= {1} THEN CAST({1} - {0} AS BIGINT) END",
    BIGINT,
)
_over = {count: fragment(f"{{0}} / {count}", f"{{0}} / {count}", BIGINT) for count in (1, 3, 7, 12)}
_times = {count: fragment(f"{{0}} * {count}", f"{{0}}::numeric * {count}", BIGINT) for count in (1, 3, 7, 12)}


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """Blank if any operand is blank."""

    def python(*args: Any) -> Any:
        return None if None in args else function(*args)

    return python


def reporting(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `strict`; a result that there is not is reported as overflow."""

    def python(context: Context, *args: Any) -> Any:
        return None if None in args else overflow(context, function(*args))

    return python


def _date_sql(call: Call, year: Sql, month: Sql, day: Sql) -> Sql:
    # PostgreSQL writes "+ -1 months" where SQLite cannot: both get the distance to the first month and first day.
    return add_days(add_months(_year_start(year), _near(month) - 1), day - 1)


def _weekday(day: date | None, first: int = 1) -> int | None:
    return None if day is None else moments.weekday(day, first)


def _weekday_sql(call: Call, day: Sql, first: int = 1) -> Sql:
    return _sunday(day) if first == 1 else _monday(day)


def unit_of(value: Any) -> str:
    """A unit of time by its name or, as Excel writes them, its letter; "" for none."""
    text = str(value)
    found = UNITS.get(text.upper()) if len(text) == 1 else text.lower()
    return found if found in moments.DATE_UNITS else ""


UNITS = moments.UNIT_LETTERS


def _unit(call: Call) -> Iterable[Issue]:
    if not unit_of(written(call.args[2])):
        yield Issue(
            code="expressions.bad_unit",
            arguments={"found": written(call.args[2]), "known": list(moments.DATE_UNITS)},
        )


def _first_kind(call: Call) -> Iterable[Issue]:
    if len(call.args) > 1 and written(call.args[1]) not in (1, 2):
        yield Issue(code="expressions.bad_weekday", arguments={"found": written(call.args[1])})


def _dateadd(day: date, count: int, unit: str) -> date | None:
    return moments.add_units(day, count, unit_of(unit)) if abs(count) <= 4_000_000 else None


def _dateadd_sql(call: Call, day: Sql, count: Sql, unit: str) -> Sql:
    name = unit_of(unit)
    if name in moments.DAYS_OF:
        return add_days(day, _times[moments.DAYS_OF[name]](_near_count(count)))
    return add_months(day, _times[moments.MONTHS_OF[name]](_near_count(count)))


_near_count = fragment(
    "CASE WHEN abs({0}) <= 4000000 THEN {0} END", "CASE WHEN abs({0}) <= 4000000 THEN {0} END", BIGINT
)


def _edate(day: date, count: int) -> date | None:
    return moments.add_months(day, count) if abs(count) <= 120_000 else None


def _eomonth(day: date, count: int) -> date | None:
    return moments.month_end(day, count) if abs(count) <= 120_000 else None


def _datedif(start: date, end: date, unit: str) -> int | None:
    return moments.between(start, end, unit_of(unit))


def _datedif_sql(call: Call, start: Sql, end: Sql, unit: str) -> Sql:
    name = unit_of(unit)
    if name in moments.DAYS_OF:
        return _over[moments.DAYS_OF[name]](_whole_days(start, end))
    return _over[moments.MONTHS_OF[name]](_whole_months(start, end))


def _get(name: str) -> Callable[[Any], Any]:
    return strict(lambda value: getattr(value, name))


def _one(maker: Maker) -> Callable[..., Sql]:
    return lambda call, value: maker(value)


def _make_time(hour: int, minute: int, second: int) -> time | None:
    return moments.make_time(hour, minute, second)


F = "dates"
ENTRIES: tuple[Function, ...] = (
    define(
        "DATE",
        F,
        "year:integer month:integer day:integer",
        "date",
        reporting(moments.make_date),
        _date_sql,
        "由年月日得日期",
        "A date of year, month and day",
        "DATE(2026, 1, 31)",
        contextual=True,
    ),
    define(
        "TIME",
        F,
        "hour:integer minute:integer second:integer",
        "time",
        reporting(_make_time),
        lambda call, *args: _time(*args),
        "由时分秒得时间",
        "A time of hour, minute and second",
        "TIME(9, 30, 0)",
        contextual=True,
    ),
    define(
        "DATEVALUE",
        F,
        "moment:date",
        "date",
        lambda value: value,
        lambda call, value: value,
        "时刻所在的日期（业务时区）",
        "The business day of an instant",
        "DATEVALUE({created_at})",
    ),
    define("YEAR", F, "day:date", "number:0", _get("year"), _one(_year), "年", "Year", "YEAR({due_on})"),
    define(
        "QUARTER",
        F,
        "day:date",
        "number:0",
        strict(lambda day: (day.month + 2) // 3),
        _one(_quarter),
        "季度",
        "Quarter",
        "QUARTER({due_on})",
    ),
    define("MONTH", F, "day:date", "number:0", _get("month"), _one(_month), "月", "Month", "MONTH({due_on})"),
    define("DAY", F, "day:date", "number:0", _get("day"), _one(_day), "日", "Day of the month", "DAY({due_on})"),
    define(
        "WEEKDAY",
        F,
        "day:date first:written?",
        "number:0",
        _weekday,
        _weekday_sql,
        "星期几；第二个参数 1 从周日数起，2 从周一数起",
        "Day of the week, 1 from Sunday or (second argument 2) from Monday",
        "WEEKDAY({due_on}, 2)",
        verify=_first_kind,
    ),
    define(
        "ISOWEEKNUM",
        F,
        "day:date",
        "number:0",
        strict(moments.iso_week),
        _one(_week),
        "ISO 周数",
        "Week of the year (ISO 8601)",
        "ISOWEEKNUM({due_on})",
    ),
    define("HOUR", F, "at:clock", "number:0", _get("hour"), _one(_hour), "时", "Hour", "HOUR({created_at})"),
    define("MINUTE", F, "at:clock", "number:0", _get("minute"), _one(_minute), "分", "Minute", "MINUTE({created_at})"),
    define("SECOND", F, "at:clock", "number:0", _get("second"), _one(_second), "秒", "Second", "SECOND({created_at})"),
    define(
        "DAYS",
        F,
        "end:date start:date",
        "number:0",
        span_python,
        span_sql,
        "从开始到结束的天数",
        "Days from start to end",
        "DAYS(TODAY(), {opened_on})",
    ),
    define(
        "DATEADD",
        F,
        "day:date count:integer unit:written",
        "date",
        reporting(_dateadd),
        _dateadd_sql,
        "加若干 day、week、month、quarter、year",
        "Some days, weeks, months, quarters or years later",
        'DATEADD({due_on}, 2, "week")',
        contextual=True,
        verify=_unit,
    ),
    define(
        "EDATE",
        F,
        "day:date months:integer",
        "date",
        reporting(_edate),
        lambda call, day, count: add_months(day, _near(count)),
        "加若干个月",
        "Some months later",
        "EDATE({due_on}, 1)",
        contextual=True,
    ),
    define(
        "EOMONTH",
        F,
        "day:date months:integer",
        "date",
        reporting(_eomonth),
        lambda call, day, count: _month_end(day, _near(count)),
        "若干个月后的月末",
        "The end of the month some months later",
        "EOMONTH(TODAY(), 0)",
        contextual=True,
    ),
    define(
        "DATEDIF",
        F,
        "start:date end:date unit:written",
        "number:0",
        strict(_datedif),
        _datedif_sql,
        "相隔的整年、整月、整日（Y、M、D）；结束早于开始则为空",
        "Whole years, months or days (Y, M, D) between; blank if the end is earlier",
        'DATEDIF({born_on}, TODAY(), "Y")',
        verify=_unit,
    ),
)

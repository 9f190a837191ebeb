"""TEXT: numbers and dates written in a form such as #,##0.00 or yyyy-mm-dd."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa

from metamodel.expressions import decimals, moments
from metamodel.expressions.ast import Call
from metamodel.expressions.context import Context
from metamodel.expressions.dialects import Maker, fragment
from metamodel.expressions.functions.entry import Function, Sql, define, real, written
from metamodel.expressions.functions.numbers import DIVIDE, ROUND
from metamodel.expressions.functions.operators import fit, fit_checked
from metamodel.expressions.storage import BIGINT, TEXT_TYPE
from metamodel.issues import Issue

NUMBER_FORM = re.compile(r"(#,##)?0(?:\.(0{1,9}))?(%)?")
DATE_WORD = re.compile(r"yyyy|yy|mm|m|dd|d|hh|h|ss|[^a-z\"]", re.IGNORECASE)
Words = tuple[str, ...]


def number_form(form: str) -> tuple[bool, int, bool] | None:
    """Whether thousands are marked, the digits after the point and whether it is per cent; None for no such form."""
    found = NUMBER_FORM.fullmatch(form)
    return (bool(found[1]), len(found[2] or ""), bool(found[3])) if found else None


def date_form(form: str) -> Words | None:
    """The words of a date's form; mm is minutes after hours or before seconds, as in Excel. None for no such form."""
    words = DATE_WORD.findall(form)
    if "".join(words) != form or not any(word[0].isascii() and word[0].isalpha() for word in words):
        return None
    return tuple(_minutes([word.lower() for word in words]))


def _minutes(words: list[str]) -> Iterator[str]:
    letters = [(place, word) for place, word in enumerate(words) if word[0].isascii() and word[0].isalpha()]
    minutes = set()
    for index, (place, word) in enumerate(letters):
        before = letters[index - 1][1] if index else ""
        after = letters[index + 1][1] if index + 1 < len(letters) else ""
        if word in ("mm", "m") and (before in ("hh", "h") or after == "ss"):
            minutes.add(place)
    for place, word in enumerate(words):
        yield word.replace("m", "n") if place in minutes else word


PARTS = {"yyyy": (1, 4), "yy": (3, 2), "mm": (6, 2), "dd": (9, 2), "hh": (12, 2), "nn": (15, 2), "ss": (18, 2)}


def write_number(units: int, scale: int, form: tuple[bool, int, bool]) -> str:
    """Units of `scale`, already rounded to the form's digits."""
    grouped, _, percent = form
    digits = f"{abs(units):0{scale + 1}d}"
    whole, rest = (digits[:-scale], digits[-scale:]) if scale else (digits, "")
    whole = f"{int(whole):,}" if grouped else whole
    return ("-" if units < 0 else "") + whole + ("." + rest if rest else "") + ("%" if percent else "")


def write_date(iso: str, words: Words) -> str:
    """A date or instant given as 2026-01-31 23:59:59."""
    return "".join(_word(iso, word) for word in words)


def _word(iso: str, word: str) -> str:
    if word in PARTS:
        start, count = PARTS[word]
        return iso[start - 1 : start - 1 + count]
    doubled = word * 2
    return str(int(_word(iso, doubled))) if doubled in PARTS and len(word) == 1 else word


def _text(context: Context, value: Any, form: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        local = moments.wall(value, context.zone)
        return write_date(local.isoformat(" "), date_form(form) or ()) if local else None
    return write_date(f"{value.isoformat()} 00:00:00", date_form(form) or ())


def _text_number(context: Context, value: Any, form: str, scale: int | None) -> str | None:
    found = number_form(form) or (False, 0, False)
    digits = found[1] + (2 if found[2] else 0)
    if isinstance(value, Decimal):
        units = decimals.round_real(value, digits, "half")
    else:
        rounded = decimals.round_units(value, scale or 0, digits, "half")
        units = decimals.fit(rounded * 10 ** max(0, digits - (scale or 0)))
    if units is None:
        context.report("overflow")
        return None
    return write_number(units, found[1], found)


def _text_number_sql(call: Call, value: Sql, form: str) -> Sql:
    grouped, shown, percent = number_form(form) or (False, 0, False)
    digits, scale = shown + (2 if percent else 0), call.args[0].type.scale
    if real(call.args[0]):
        units = fit_checked(ROUND["half"](value, sa.literal(digits, BIGINT)))
    elif digits < scale:
        units = DIVIDE["half"](value, sa.literal(10 ** (scale - digits), BIGINT))
    else:
        units = fit(_raised[digits - scale](value))
    return _written(grouped, shown, percent)(units)


_raised = {
    count: fragment(f"{{0}} * 1{'0' * count}", f"{{0}}::numeric * 1{'0' * count}", BIGINT) for count in range(12)
}


def _written(grouped: bool, shown: int, percent: bool) -> Maker:
    power, end = 10**shown, " || '%'" if percent else ""
    whole_sqlite = f"printf('{'%,d' if grouped else '%d'}', abs({{0}}) / {power})"
    form = "FM999,999,999,999,999,999,990" if grouped else "FM999999999999999999990"
    whole_postgresql = f"to_char(abs({{0}}) / {power}, '{form}')"
    rest_sqlite = f" || '.' || printf('%0{shown}d', abs({{0}}) % {power})" if shown else ""
    rest_postgresql = f" || '.' || lpad(CAST(mod(abs({{0}}), {power}) AS TEXT), {shown}, '0')" if shown else ""
    sign = "CASE WHEN {0} < 0 THEN '-' ELSE '' END || "
    pg_end = end.replace("%", "%%")
    return fragment(
        sign + whole_sqlite + rest_sqlite + end, sign + whole_postgresql + rest_postgresql + pg_end, TEXT_TYPE
    )


# What a wall time (zones.wall) or a date looks like as text of 19 characters.
_as_text = fragment(
    "substr({0}, 1, 10) || coalesce(nullif(substr({0}, 11, 9), ''), ' 00:00:00')",
    "to_char({0}, 'YYYY-MM-DD HH24:MI:SS')",
    TEXT_TYPE,
)


@cache
def _date_words(words: Words) -> Maker:
    def wording(percent: str) -> str:
        found = ["''"]
        for word in words:
            start, count = PARTS.get(word) or PARTS.get(word * 2) or (0, 0)
            if not start:
                plain = word.replace("'", "''").replace("{", "{{").replace("}", "}}").replace("%", percent)
                found.append(f"'{plain}'")
            elif word in PARTS:
                found.append(f"substr({{0}}, {start}, {count})")
            else:
                found.append(f"ltrim(substr({{0}}, {start}, 1), '0') || substr({{0}}, {start + 1}, 1)")
        return " || ".join(found)

    return fragment(
        f"CASE WHEN {{0}} IS NOT NULL THEN {wording('%')} END",
        f"CASE WHEN {{0}} IS NOT NULL THEN {wording('%%')} END",
        TEXT_TYPE,
    )


def date_words(value: Sql, form: str) -> Sql:
    """A date or wall time in a form."""
    return _date_words(date_form(form) or ())(_as_text(value))


def _number_form(call: Call) -> Iterable[Issue]:
    form = written(call.args[1])
    if not isinstance(form, str) or number_form(form) is None:
        yield Issue(code="expressions.bad_number_format", arguments={"found": form})


def _date_form(call: Call) -> Iterable[Issue]:
    form = written(call.args[1])
    if not isinstance(form, str) or date_form(form) is None:
        yield Issue(code="expressions.bad_date_format", arguments={"found": form})


def _scale(call: Call) -> tuple[Any, ...]:
    return (call.args[0].type.scale,)


F = "text"
ENTRIES: tuple[Function, ...] = (
    define(
        "TEXT",
        F,
        "value:number form:written",
        "text",
        _text_number,
        _text_number_sql,
        '按格式写成文本，如 "#,##0.00"、"0%"、"yyyy-mm-dd"',
        'Written in a form such as "#,##0.00", "0%" or "yyyy-mm-dd"',
        'TEXT({amount}, "#,##0.00")',
        contextual=True,
        constants=_scale,
        verify=_number_form,
    ),
    define(
        "TEXT_DATE",
        F,
        "value:moment form:written",
        "text",
        _text,
        lambda call, value, form: date_words(value, form),
        "按格式写日期",
        "A date in a form",
        contextual=True,
        verify=_date_form,
    ),
)

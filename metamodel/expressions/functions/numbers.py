"""Numbers: rounding, rests, powers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from metamodel.expressions import decimals
from metamodel.expressions.ast import Call, Node
from metamodel.expressions.context import Context
from metamodel.expressions.decimals import Rounding
from metamodel.expressions.dialects import Maker, fragment
from metamodel.expressions.functions.entry import Function, Sql, define, real, written
from metamodel.expressions.functions.operators import fit, fit_checked, overflow, power_sql, sig, wider
from metamodel.expressions.storage import BIGINT, REAL_TYPE
from metamodel.expressions.types import REAL, SCALE_LIMIT, Type, number

STEPS: dict[Rounding, str] = {
    "half": "CASE WHEN abs({rest}) * 2 >= {1} THEN {sign} ELSE 0 END",
    "up": "CASE WHEN {rest} <> 0 THEN {sign} ELSE 0 END",
    "down": "0",
    "floor": "CASE WHEN {rest} < 0 THEN -1 ELSE 0 END",
    "ceiling": "CASE WHEN {rest} > 0 THEN 1 ELSE 0 END",
}
ON_POSTGRESQL: dict[Rounding, str] = {
    "half": "round({0})",
    "up": "sign({0}) * ceil(abs({0}))",
    "down": "trunc({0})",
    "floor": "floor({0})",
    "ceiling": "ceil({0})",
}


def _divider(mode: Rounding) -> Maker:
    """Whole units divided by a positive whole number; integer division of both databases cuts towards zero."""
    sign = "CASE WHEN {0} < 0 THEN -1 ELSE 1 END"
    sqlite = "{0} / {1} + " + STEPS[mode].replace("{rest}", "({0} % {1})").replace("{sign}", sign)
    postgresql = "{0} / {1} + " + STEPS[mode].replace("{rest}", "mod({0}, {1})").replace("{sign}", sign)
    return fragment(sqlite, postgresql, BIGINT, long=f"dg_units({{0}}, {{1}}, '{mode}')")


def _rounder(mode: Rounding) -> Maker:
    wording = ON_POSTGRESQL[mode].replace("{0}", "({0} * power(CAST(10 AS NUMERIC(130,60)), {1}))")
    return fragment(f"dg_round({{0}}, {{1}}, '{mode}')", wording, BIGINT)


def _loose_rounder(mode: Rounding) -> Maker:
    digits = "greatest(-30, least(30, {1}))"
    wording = ON_POSTGRESQL[mode].replace("{0}", f"({{0}} * power(CAST(10 AS NUMERIC(130,60)), {digits}))")
    wording = f"({wording}) * power(CAST(10 AS NUMERIC(130,60)), -{digits})"
    return fragment(f"dg_round_loose({{0}}, {{1}}, '{mode}')", wording, REAL_TYPE)


MODES: tuple[Rounding, ...] = ("half", "up", "down", "floor", "ceiling")
DIVIDE = {mode: _divider(mode) for mode in MODES}
ROUND = {mode: _rounder(mode) for mode in MODES}
LOOSE = {mode: _loose_rounder(mode) for mode in MODES}
_fit_multiple = {
    mode: fragment(
        f"dg_multiple({{0}}, {{1}}, '{mode}')",
        ON_POSTGRESQL[mode].replace("{0}", "({0} / NULLIF(abs({1}), 0))") + " * abs({1})",
        REAL_TYPE,
    )
    for mode in ("floor", "ceiling")
}
_rest = fragment("(({0} % {1}) + {1}) % {1}", "mod(mod({0}, {1}) + {1}, NULLIF({1}, 0))", BIGINT)
_real_rest = fragment("dg_modulo({0}, {1})", "{0} - {1} * floor({0} / NULLIF({1}, 0))", REAL_TYPE)
_root = fragment("dg_root({0})", "CASE WHEN {0} >= 0 THEN sqrt({0}) END", REAL_TYPE)
_times = fragment("{0} * {1}", "CAST({0} AS NUMERIC) * {1}", BIGINT)


def digits_of(call: Call) -> int | None:
    """How many digits a rounding keeps, if that is written; 0 when left out."""
    if len(call.args) < 2:
        return 0
    found = written(call.args[1])
    return int(found) if isinstance(found, (int, Decimal)) and found == int(found) else None


def _rounded(args: Sequence[Node]) -> Type:
    call = Call(name="ROUND", args=tuple(args))
    digits = digits_of(call)
    if digits is None or digits > SCALE_LIMIT or digits < -18:
        return REAL
    return number(max(digits, 0) if real(args[0]) else min(args[0].type.scale, max(digits, 0)))


def _plan(call: Call) -> tuple[Any, ...]:
    """How a rounding is done: exactly ("units"), from a real to units, or loosely; with scale and digits."""
    digits = digits_of(call)
    if call.type == REAL:
        return ("loose", 0 if real(call.args[0]) else call.args[0].type.scale, digits)
    return ("real" if real(call.args[0]) else "units", call.args[0].type.scale, digits)


def rounding(mode: Rounding) -> tuple[Callable[..., Any], Callable[..., Sql]]:
    """Python and SQL of one way of rounding."""

    def python(context: Context, value: Any, *rest: Any) -> Any:
        way, scale, digits = rest[-3:]
        if way == "units":
            return overflow(context, decimals.fit(decimals.round_units(value, scale, digits, mode)))
        if way == "real":
            found = decimals.round_real(value, digits, mode)
            back: int = 10 ** max(0, -digits)
            return overflow(context, None if found is None else decimals.fit(found * back))
        loose = value if isinstance(value, Decimal) else decimals.to_real(value, scale)
        return overflow(context, decimals.round_loose(loose, rest[0] if digits is None else digits, mode))

    def sql(call: Call, value: Sql, *rest: Sql) -> Sql:
        way, scale, digits = _plan(call)
        if way == "units":
            if digits >= scale:
                return value
            found = DIVIDE[mode](value, sa.literal(10 ** (scale - digits), BIGINT))
            return found if digits >= 0 else fit(_times(found, sa.literal(10**-digits, BIGINT)))
        if way == "real":
            found = fit_checked(ROUND[mode](value, sa.literal(digits, BIGINT)))
            return found if digits >= 0 else fit(_times(found, sa.literal(10**-digits, BIGINT)))
        loose = value if real(call.args[0]) else as_real(value, scale)
        keep = rest[0] if digits is None else sa.literal(digits, BIGINT)
        return sig(LOOSE[mode](loose, keep))

    return python, sql


_to_real = {
    scale: fragment(
        f"CASE WHEN abs({{0}}) < 1000000000000000 THEN {{0}} / 1e{scale} ELSE dg_real({{0}}, {scale}) END",
        f"CAST({{0}} AS NUMERIC) * {Decimal(1).scaleb(-scale):f}",
        REAL_TYPE,
        long=f"dg_real({{0}}, {scale})",
    )
    for scale in range(SCALE_LIMIT + 1)
}


def as_real(value: Sql, scale: int) -> Sql:
    """Whole units as a real."""
    return sig(_to_real[scale](value))


def _mod(context: Context, value: Any, by: Any) -> Any:
    if not by:
        context.report("division_by_zero")
        return None
    if isinstance(value, Decimal):
        return overflow(context, decimals.modulo(value, by))
    return value % by


def _mod_sql(call: Call, value: Sql, by: Sql) -> Sql:
    if call.type == REAL:
        return sig(_real_rest(wider(value), by))
    return _rest(value, sa.func.nullif(by, 0))


def _multiple(mode: Rounding) -> tuple[Callable[..., Any], Callable[..., Sql]]:
    def python(context: Context, value: Any, step: Any) -> Any:
        if not step:
            context.report("division_by_zero")
            return None
        if isinstance(value, Decimal):
            return overflow(context, decimals.multiple(value, step, mode))
        return overflow(context, decimals.fit(decimals.divide_units(value, abs(step), mode) * abs(step)))

    def sql(call: Call, value: Sql, step: Sql) -> Sql:
        if call.type == REAL:
            return sig(_fit_multiple[mode](wider(value), step))
        size = sa.func.nullif(sa.func.abs(step), 0)
        return fit(_times(DIVIDE[mode](value, size), size))

    return python, sql


def _int_type(args: Sequence[Node]) -> Type:
    return number(0)


def _sqrt(context: Context, value: Decimal) -> Decimal | None:
    found = decimals.root(value)
    if found is None:
        context.report("no_power")
    return found


def _power(context: Context, value: Decimal, exponent: Decimal) -> Decimal | None:
    found = decimals.power(value, exponent)
    if found is None:
        context.report("no_power")
    return found


F = "numbers"
_R = "value:number digits:integer?"
_round, _up, _down, _floor = rounding("half"), rounding("up"), rounding("down"), rounding("floor")
_ceiling_to, _floor_to = _multiple("ceiling"), _multiple("floor")
ENTRIES: tuple[Function, ...] = (
    define(
        "ROUND",
        F,
        _R,
        _rounded,
        *_round,
        "四舍五入到几位小数",
        "Rounded half away from zero",
        "ROUND({amount} * 0.85, 2)",
        contextual=True,
        constants=_plan,
    ),
    define(
        "ROUNDUP",
        F,
        _R,
        _rounded,
        *_up,
        "向远离零的方向进位",
        "Rounded away from zero",
        "ROUNDUP({hours}, 0)",
        contextual=True,
        constants=_plan,
    ),
    define(
        "ROUNDDOWN",
        F,
        _R,
        _rounded,
        *_down,
        "舍去多余的小数",
        "Rounded towards zero",
        "ROUNDDOWN({hours}, 1)",
        contextual=True,
        constants=_plan,
    ),
    define(
        "INT",
        F,
        "value:number",
        _int_type,
        _floor[0],
        _floor[1],
        "向下取整",
        "Rounded down to a whole number",
        "INT({hours})",
        contextual=True,
        constants=_plan,
    ),
    define(
        "ABS",
        F,
        "value:number",
        "first",
        abs,
        lambda call, value: sa.func.abs(value, type_=REAL_TYPE if call.type == REAL else BIGINT),
        "绝对值",
        "Size without sign",
        "ABS({change})",
        solid=True,
    ),
    define(
        "MOD",
        F,
        "value:meet by:meet",
        "meet",
        _mod,
        _mod_sql,
        "余数，符号同除数",
        "The rest, with the sign of the divisor",
        "MOD({count}, 12)",
        contextual=True,
    ),
    define(
        "CEILING",
        F,
        "value:meet step:meet",
        "meet",
        *_ceiling_to,
        "向上到某数的倍数",
        "Up to a multiple",
        "CEILING({amount}, 5)",
        contextual=True,
    ),
    define(
        "FLOOR",
        F,
        "value:meet step:meet",
        "meet",
        *_floor_to,
        "向下到某数的倍数",
        "Down to a multiple",
        "FLOOR({amount}, 5)",
        contextual=True,
    ),
    define(
        "POWER",
        F,
        "value:real exponent:real",
        "real",
        _power,
        power_sql,
        "乘方",
        "Power",
        "POWER({rate}, 2)",
        contextual=True,
    ),
    define(
        "SQRT",
        F,
        "value:real",
        "real",
        _sqrt,
        lambda call, value: sig(_root(wider(value))),
        "平方根",
        "Square root",
        "SQRT({area})",
        contextual=True,
    ),
)

"""The operators: arithmetic, concatenation and comparison."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from metamodel.expressions import decimals
from metamodel.expressions.ast import Call, Node
from metamodel.expressions.ast import Literal as Written
from metamodel.expressions.context import Context
from metamodel.expressions.dialects import fragment
from metamodel.expressions.functions.entry import Function, Sql, define, real
from metamodel.expressions.storage import BIGINT, REAL_TYPE, TEXT_TYPE
from metamodel.expressions.types import PRODUCT_SCALE, REAL, Type, number

SIG = (
    "CASE WHEN abs({0}) >= 1e30 THEN NULL WHEN abs({0}) < 1e-30 THEN 0 "
    "ELSE CAST(to_char({0}, '9.99999999999999EEEE') AS NUMERIC) END"
)
# to_char in the form EEEE rounds half away from zero on the decimal digits, which is the definition of a real.
sig = fragment("{0}", SIG, REAL_TYPE)
wider = fragment("{0}", "CAST({0} AS NUMERIC(130,60))", REAL_TYPE)
fit = fragment(
    "CASE WHEN typeof({0}) = 'integer' AND {0} BETWEEN -999999999999999999 AND 999999999999999999 THEN {0} END",
    "CASE WHEN {0} BETWEEN -999999999999999999 AND 999999999999999999 THEN CAST({0} AS BIGINT) END",
    BIGINT,
    long="dg_fit({0})",
)
# For what SQLite's own functions have checked already: naming them again would compute them again.
fit_checked = fragment(
    "{0}",
    "CASE WHEN {0} BETWEEN -999999999999999999 AND 999999999999999999 THEN CAST({0} AS BIGINT) END",
    BIGINT,
)
# As `fit`, with 0 in place of blank.
fit_neutral = fragment(
    "CASE WHEN typeof({0}) = 'integer' AND {0} BETWEEN -999999999999999999 AND 999999999999999999 THEN {0} ELSE 0 END",
    "CASE WHEN {0} BETWEEN -999999999999999999 AND 999999999999999999 THEN CAST({0} AS BIGINT) ELSE 0 END",
    BIGINT,
    long="dg_fit_neutral({0})",
)
wide = fragment("{0}", "CAST({0} AS NUMERIC)", BIGINT)
_quotient = fragment("dg_divide({0}, {1})", "{0} / NULLIF({1}, 0)", REAL_TYPE)
_power = fragment(
    "dg_power({0}, {1})",
    "CASE WHEN abs({1}) > 100 OR ({0} = 0 AND {1} <= 0) OR ({0} < 0 AND {1} <> trunc({1})) THEN NULL "
    "WHEN {0} = 0 THEN 0 ELSE power({0}, {1}) END",
    REAL_TYPE,
)
collated = fragment("{0}", '{0} COLLATE "C"', TEXT_TYPE)
REAL_ARITHMETIC: dict[str, Callable[..., Sql]] = {
    "+": fragment("dg_add({0}, {1})", "{0} + {1}", REAL_TYPE),
    "-": fragment("dg_subtract({0}, {1})", "{0} - {1}", REAL_TYPE),
    "*": fragment("dg_multiply({0}, {1})", "{0} * {1}", REAL_TYPE),
}
EXACT: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
REALS = {"+": decimals.add, "-": decimals.subtract, "*": decimals.multiply}


def overflow(context: Context, value: Any) -> Any:
    """The value; a missing one is reported."""
    if value is None:
        context.report("overflow")
    return value


def arithmetic(name: str) -> Callable[..., Any]:
    """Python of plus, minus and times on reals; exact numbers are written inline and checked once a chain."""

    def python(context: Context, left: Decimal, right: Decimal) -> Decimal | None:
        return overflow(context, REALS[name](left, right))  # type: ignore[no-any-return]

    return python


def _arithmetic_sql(name: str) -> Callable[..., Sql]:
    def sql(call: Call, left: Sql, right: Sql) -> Sql:
        if call.type == REAL:
            return sig(REAL_ARITHMETIC[name](left, right))
        found: Sql = EXACT[name](left, right)
        return found

    return sql


def _product(args: Sequence[Node]) -> Type:
    if any(real(arg) for arg in args):
        return REAL
    scales = [arg.type.scale for arg in args]
    return number(sum(scales)) if sum(scales) <= max(PRODUCT_SCALE, *scales) else REAL


def _divide(context: Context, left: Decimal, right: Decimal) -> Decimal | None:
    if not right:
        context.report("division_by_zero")
        return None
    return overflow(context, decimals.divide(left, right))  # type: ignore[no-any-return]


def _raise(context: Context, left: Decimal, right: Decimal) -> Decimal | None:
    found = decimals.power(left, right)
    if found is None:
        context.report("no_power")
    return found


def _negate(context: Context, value: Any) -> Any:
    return -value


def quotient(left: Sql, right: Sql) -> Sql:
    """A real divided by a real."""
    return sig(_quotient(wider(left), right))


def power_sql(call: Call, left: Sql, right: Sql) -> Sql:
    """A real to the power of a real."""
    return sig(_power(wider(left), wider(right)))


def same(left: Any, right: Any) -> bool:
    """Equality with blank as a value."""
    return bool(left == right)


def differ(left: Any, right: Any) -> bool:
    """The contrary of `same`."""
    return bool(left != right)


def ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A comparison that is false beside a blank."""

    def python(left: Any, right: Any) -> bool:
        return left is not None and right is not None and compare(left, right)

    return python


def known(node: Node) -> bool:
    """Whether the node is a literal with a value."""
    return isinstance(node, Written) and node.value is not None


def _same_sql(call: Call, left: Sql, right: Sql) -> Sql:
    first, second = call.args
    if isinstance(second, Written) and second.value is None:
        return left.is_(None)
    if isinstance(first, Written) and first.value is None:
        return right.is_(None)
    # A plain "=" is NULL, that is false, beside a blank: right as soon as one side is known not to be blank.
    if known(first) or known(second):
        return left == right
    return left.is_not_distinct_from(right)


def _differ_sql(call: Call, left: Sql, right: Sql) -> Sql:
    return left.is_distinct_from(right)


def _ordered_sql(compare: Callable[[Any, Any], Any]) -> Callable[..., Sql]:
    def sql(call: Call, left: Sql, right: Sql) -> Sql:
        if call.args[0].type.kind == "text":
            # The collation stands on one side only: an index with it serves, and another one does no harm.
            right = collated(right)
        found: Sql = compare(left, right)
        return found

    return sql


def _joined(call: Call, *args: Sql) -> Sql:
    found = args[0]
    for arg in args[1:]:
        found = found.concat(arg)
    return found


def _join_python(*args: str) -> str:
    return "".join(args)


F = "operators"
_COMPARED = "left:same right:same"
ENTRIES: tuple[Function, ...] = (
    define(
        "+", F, "left:meet right:meet", "meet", arithmetic("+"), _arithmetic_sql("+"), "相加", "Sum", contextual=True
    ),
    define(
        "-",
        F,
        "left:meet right:meet",
        "meet",
        arithmetic("-"),
        _arithmetic_sql("-"),
        "相减",
        "Difference",
        contextual=True,
    ),
    define(
        "*",
        F,
        "left:number right:number",
        _product,
        arithmetic("*"),
        _arithmetic_sql("*"),
        "相乘",
        "Product",
        contextual=True,
    ),
    define(
        "/",
        F,
        "left:real right:real",
        "real",
        _divide,
        lambda call, left, right: quotient(left, right),
        "相除；除以零得空",
        "Quotient; blank when divided by zero",
        contextual=True,
    ),
    define("^", F, "left:real right:real", "real", _raise, power_sql, "乘方", "Power", contextual=True),
    define(
        "NEGATE",
        F,
        "value:number",
        "first",
        _negate,
        lambda call, value: -value,
        "取负",
        "Negative",
        contextual=True,
        solid=True,
    ),
    define("&", F, "part:words* ", "text", _join_python, _joined, "连接文本", "Joined text"),
    define(
        "=",
        F,
        _COMPARED,
        "boolean",
        same,
        _same_sql,
        "等于；空也是一个值",
        "Equal; blank is a value",
        loose=True,
        solid=True,
    ),
    define("<>", F, _COMPARED, "boolean", differ, _differ_sql, "不等于", "Not equal", loose=True, solid=True),
    define(
        "<",
        F,
        _COMPARED,
        "boolean",
        ordered(operator.lt),
        _ordered_sql(operator.lt),
        "小于；遇空为假",
        "Less; false beside a blank",
        loose=True,
        solid=True,
    ),
    define(
        "<=",
        F,
        _COMPARED,
        "boolean",
        ordered(operator.le),
        _ordered_sql(operator.le),
        "小于或等于",
        "Less or equal",
        loose=True,
        solid=True,
    ),
    define(
        ">",
        F,
        _COMPARED,
        "boolean",
        ordered(operator.gt),
        _ordered_sql(operator.gt),
        "大于；遇空为假",
        "Greater; false beside a blank",
        loose=True,
        solid=True,
    ),
    define(
        ">=",
        F,
        _COMPARED,
        "boolean",
        ordered(operator.ge),
        _ordered_sql(operator.ge),
        "大于或等于",
        "Greater or equal",
        loose=True,
        solid=True,
    ),
)
COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
UNORDERED = frozenset({"boolean", "record"})

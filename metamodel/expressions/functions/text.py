"""Text: cutting, searching, replacing, and writing numbers and dates in a given form."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from metamodel.expressions import decimals
from metamodel.expressions.ast import Call
from metamodel.expressions.context import Context
from metamodel.expressions.dialects import fragment
from metamodel.expressions.functions.entry import Function, Sql, define, written
from metamodel.expressions.functions.operators import collated, sig
from metamodel.expressions.storage import BIGINT, BOOLEAN_TYPE, REAL_TYPE, TEXT_TYPE

LENGTH_LIMIT = 32_767
PRODUCT_LIMIT = 1_000_000
SPACES = " \u3000"

_left = fragment(
    "substr({0}, 1, min(max({1}, 0), 1000000000))",
    "left({0}, CAST(least(greatest({1}, 0), 1000000000) AS INTEGER))",
    TEXT_TYPE,
)
_right = fragment(
    "CASE WHEN {1} > 0 THEN substr({0}, -min({1}, 1000000000)) ELSE '' END",
    "right({0}, CAST(least(greatest({1}, 0), 1000000000) AS INTEGER))",
    TEXT_TYPE,
)
_mid = fragment(
    "substr({0}, min(max({1}, 1), 1000000000), min(max({2}, 0), 1000000000))",
    "substr({0}, CAST(least(greatest({1}, 1), 1000000000) AS INTEGER), "
    "CAST(least(greatest({2}, 0), 1000000000) AS INTEGER))",
    TEXT_TYPE,
)
_length = fragment("length({0})", "CAST(char_length({0}) AS BIGINT)", BIGINT)
# The mark stands for the second and later spaces of a run: char(1) does not occur in what people type.
_trim = fragment(
    "replace(replace(replace(trim({0}, ' ' || char(12288)), ' ', ' ' || char(1)), char(1) || ' ', ''), char(1), '')",
    "replace(replace(replace(btrim({0}, ' ' || chr(12288)), ' ', ' ' || chr(1)), chr(1) || ' ', ''), chr(1), '')",
    TEXT_TYPE,
)
_upper = fragment("dg_upper({0})", 'upper({0} COLLATE "und-x-icu") COLLATE "C"', TEXT_TYPE)
_lower = fragment("dg_lower({0})", 'lower({0} COLLATE "und-x-icu") COLLATE "C"', TEXT_TYPE)
_substitute = fragment(
    "CASE WHEN length({0}) * length({2}) <= 1000000 THEN replace({0}, {1}, {2}) END",
    "CASE WHEN CAST(length({0}) AS BIGINT) * length({2}) <= 1000000 THEN replace({0}, {1}, {2}) END",
    TEXT_TYPE,
)
_find = fragment(
    "CASE WHEN {2} BETWEEN 1 AND length({1}) + 1 THEN "
    "CASE WHEN instr(substr({1}, {2}), {0}) > 0 THEN instr(substr({1}, {2}), {0}) + {2} - 1 END END",
    "CASE WHEN {2} BETWEEN 1 AND length({1}) + 1 THEN CASE WHEN strpos(substr({1}, CAST({2} AS INTEGER)), {0}) > 0 "
    "THEN CAST(strpos(substr({1}, CAST({2} AS INTEGER)), {0}) + {2} - 1 AS BIGINT) END END",
    BIGINT,
)
_contains = fragment("instr({0}, {1}) > 0", "strpos({0}, {1}) > 0", BOOLEAN_TYPE)
_starts = fragment("substr({0}, 1, length({1})) = {1}", "left({0}, length({1})) = {1}", BOOLEAN_TYPE)
_ends = fragment(
    "CASE WHEN length({1}) = 0 THEN 1 ELSE substr({0}, -length({1})) = {1} AND length({0}) >= length({1}) END",
    "right({0}, length({1})) = {1}",
    BOOLEAN_TYPE,
)
_repeat = fragment(
    "CASE WHEN {1} BETWEEN 0 AND 32767 THEN CASE WHEN {1} * length({0}) <= 32767 "
    "THEN replace(hex(zeroblob({1})), '00', {0}) END END",
    "CASE WHEN {1} BETWEEN 0 AND 32767 THEN CASE WHEN {1} * length({0}) <= 32767 "
    "THEN repeat({0}, CAST({1} AS INTEGER)) END END",
    TEXT_TYPE,
)
_value = fragment(
    "dg_read({0})",
    "CASE WHEN {0} ~ '^ *[+-]?[0-9]{{1,30}}(\\.[0-9]{{1,30}})? *$' THEN CAST({0} AS NUMERIC) END",
    REAL_TYPE,
)


def _left_python(text: str, count: int) -> str:
    return text[: max(count, 0)]


def _right_python(text: str, count: int) -> str:
    return text[-count:] if count > 0 else ""


def _mid_python(text: str, start: int, count: int) -> str:
    first = max(start, 1) - 1
    return text[first : first + max(count, 0)]


def _trim_python(text: str) -> str:
    marked = text.strip(SPACES).replace(" ", " \x01")
    return marked.replace("\x01 ", "").replace("\x01", "")


def _substitute_python(context: Context, text: str, old: str, new: str) -> str | None:
    if len(text) * len(new) > PRODUCT_LIMIT:
        context.report("overflow")
        return None
    return text.replace(old, new) if old else text


def _find_python(part: str, text: str, start: int = 1) -> int | None:
    if not 1 <= start <= len(text) + 1:
        return None
    return text.find(part, start - 1) + 1 or None


def _find_sql(call: Call, part: Sql, text: Sql, start: Sql | None = None) -> Sql:
    return _find(part, text, sa.literal(1, BIGINT) if start is None else start)


def _repeat_python(context: Context, text: str, count: int) -> str | None:
    if not 0 <= count <= LENGTH_LIMIT or count * len(text) > LENGTH_LIMIT:
        context.report("overflow")
        return None
    return text * count


def _starts_python(text: str | None, part: str | None) -> bool:
    return (text or "").startswith(part or "")


def _after(prefix: str) -> str | None:
    """The first text beyond all that begin so; None where the last character has no successor."""
    code = ord(prefix[-1]) + 1
    return None if code == 0xD800 or code > 0x10FFFF else prefix[:-1] + chr(code)


def _starts_sql(call: Call, text: Sql, part: Sql) -> Sql:
    prefix = written(call.args[1])
    if isinstance(prefix, str) and prefix and (end := _after(prefix)):
        # A range, because an index can serve it; LIKE on SQLite cannot tell case.
        first, last = sa.literal(prefix, TEXT_TYPE), sa.literal(end, TEXT_TYPE)
        return sa.and_(text >= collated(first), text < collated(last))
    return _starts(sa.func.coalesce(text, ""), sa.func.coalesce(part, ""))


def _value_python(context: Context, text: str) -> Any:
    found = decimals.read(text)
    if found is None and text:
        context.report("not_a_number")
    return found


def _text_join(call: Call, separator: Sql, *parts: Sql) -> Sql:
    """Blank parts are skipped: the separator stands before each other one, and the first is cut off."""
    found: Sql = sa.literal("", TEXT_TYPE)
    for part in parts:
        found = found.concat(sa.func.coalesce(separator.concat(part), ""))
    return _without(found, separator)


_without = fragment("substr({0}, length({1}) + 1)", "substr({0}, length({1}) + 1)", TEXT_TYPE)


def _text_join_python(separator: str, *parts: str | None) -> str:
    return separator.join(part for part in parts if part)


F = "text"
ENTRIES: tuple[Function, ...] = (
    define(
        "CONCAT",
        F,
        "part:words*",
        "text",
        lambda *parts: "".join(parts),
        lambda call, first, *rest: sum_texts(first, *rest),
        "把各部分连成一个文本",
        "All parts joined",
        'CONCAT({last}, " ", {first})',
    ),
    define(
        "TEXTJOIN",
        F,
        "separator:text part:words!*",
        "text",
        _text_join_python,
        _text_join,
        "用分隔符连接，跳过空的部分",
        "Parts joined by a separator, blanks skipped",
        'TEXTJOIN("、", {city}, {street})',
    ),
    define(
        "LEFT",
        F,
        "text:text count:integer",
        "text",
        _left_python,
        lambda call, *args: _left(*args),
        "左边若干个字",
        "The first characters",
        "LEFT({number}, 3)",
    ),
    define(
        "RIGHT",
        F,
        "text:text count:integer",
        "text",
        _right_python,
        lambda call, *args: _right(*args),
        "右边若干个字",
        "The last characters",
        "RIGHT({number}, 4)",
    ),
    define(
        "MID",
        F,
        "text:text start:integer count:integer",
        "text",
        _mid_python,
        lambda call, *args: _mid(*args),
        "从第几个字起的若干个字",
        "Characters from a position on",
        "MID({number}, 3, 2)",
    ),
    define(
        "LEN",
        F,
        "text:text",
        "number:0",
        len,
        lambda call, text: _length(text),
        "字数",
        "Number of characters",
        "LEN({title})",
        solid=True,
    ),
    define(
        "TRIM",
        F,
        "text:text",
        "text",
        _trim_python,
        lambda call, text: _trim(text),
        "去掉首尾空格，中间连续空格留一个",
        "Without spaces at the ends and single ones between",
        "TRIM({title})",
    ),
    define(
        "UPPER",
        F,
        "text:text",
        "text",
        str.upper,
        lambda call, text: _upper(text),
        "转成大写",
        "In capitals",
        "UPPER({code})",
    ),
    define(
        "LOWER",
        F,
        "text:text",
        "text",
        str.lower,
        lambda call, text: _lower(text),
        "转成小写",
        "In small letters",
        "LOWER({code})",
    ),
    define(
        "SUBSTITUTE",
        F,
        "text:text old:text new:text",
        "text",
        _substitute_python,
        lambda call, *args: _substitute(*args),
        "替换所有出现的文字",
        "Every occurrence replaced",
        'SUBSTITUTE({code}, "-", "")',
        contextual=True,
    ),
    define(
        "FIND",
        F,
        "part:text text:text start:integer?",
        "number:0",
        _find_python,
        _find_sql,
        "文字出现的位置；没有则为空",
        "The position of a text; blank if absent",
        'FIND("@", {email})',
    ),
    define(
        "CONTAINS",
        F,
        "text:text part:text",
        "boolean",
        lambda text, part: part in text,
        lambda call, text, part: _contains(text, part),
        "是否包含",
        "Whether it contains a text",
        'CONTAINS({title}, "急")',
        solid=True,
    ),
    define(
        "STARTS_WITH",
        F,
        "text:text! part:text!",
        "boolean",
        _starts_python,
        _starts_sql,
        "是否以此开头",
        "Whether it begins so",
        'STARTS_WITH({code}, "A-")',
        loose=True,
        solid=True,
    ),
    define(
        "ENDS_WITH",
        F,
        "text:text part:text",
        "boolean",
        lambda text, part: text.endswith(part),
        lambda call, text, part: _ends(text, part),
        "是否以此结尾",
        "Whether it ends so",
        'ENDS_WITH({file}, ".pdf")',
        solid=True,
    ),
    define(
        "REPT",
        F,
        "text:text count:integer",
        "text",
        _repeat_python,
        lambda call, text, count: _repeat(text, count),
        "重复若干次",
        "Repeated",
        'REPT("★", {stars})',
        contextual=True,
    ),
    define(
        "VALUE",
        F,
        "text:text",
        "real",
        _value_python,
        lambda call, text: sig(_value(text)),
        "把文本读成数值；读不出则为空",
        "The number written in a text; blank if there is none",
        "VALUE({size})",
        contextual=True,
    ),
)


def sum_texts(first: Sql, *rest: Sql) -> Sql:
    """SQL's || over all parts."""
    for part in rest:
        first = first.concat(part)
    return first

"""Conditions and choices: IF and its kin, AND, OR, NOT, blanks and membership."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from metamodel.expressions.ast import Call
from metamodel.expressions.dialects import fragment
from metamodel.expressions.functions.entry import Function, Sql, define
from metamodel.expressions.functions.operators import known
from metamodel.expressions.storage import BOOLEAN_TYPE

_holds = fragment(
    "EXISTS (SELECT 1 FROM json_each({0}) AS dgj WHERE dgj.value = {1})",
    "jsonb_exists({0}, CAST({1} AS TEXT))",
    BOOLEAN_TYPE,
)


def certain(condition: Sql) -> Sql:
    """A condition that is never NULL."""
    if isinstance(condition, (sa.Exists, sa.sql.elements.True_, sa.sql.elements.False_)):
        return condition
    return sa.func.coalesce(condition, sa.false())


def _lazy(*args: Any) -> Any:
    raise AssertionError("evaluated inline, so that only the chosen branch is computed")


def _if(call: Call, condition: Sql, then: Sql, other: Sql | None = None) -> Sql:
    return sa.case((condition, then), else_=sa.null() if other is None else other)


def _ifs(call: Call, *args: Sql) -> Sql:
    pairs = list(zip(args[::2], args[1::2], strict=False))
    return sa.case(*pairs, else_=args[-1] if len(args) % 2 else sa.null())


def _switch(call: Call, subject: Sql, *rest: Sql) -> Sql:
    pairs = zip(rest[::2], rest[1::2], strict=False)
    cases = [(subject.is_not_distinct_from(value), result) for value, result in pairs]
    return sa.case(*cases, else_=rest[-1] if len(rest) % 2 else sa.null())


def _in(call: Call, subject: Sql, *choices: Sql) -> Sql:
    if all(known(node) for node in call.args[1:]):
        return subject.in_(choices)
    return sa.or_(*(subject.is_not_distinct_from(choice) for choice in choices))


def _in_python(subject: Any, *choices: Any) -> bool:
    return subject in choices


def _in_departments(call: Call, subject: Sql, departments: Any) -> Sql:
    return subject.in_(departments)


def _includes(call: Call, choices: Sql, *wanted: Sql) -> Sql:
    return sa.or_(*(_holds(choices, each) for each in wanted))


def _includes_python(choices: Any, *wanted: str | None) -> bool:
    return bool(choices) and any(each in choices for each in wanted)


F = "logic"
ENTRIES: tuple[Function, ...] = (
    define(
        "IF",
        F,
        "condition:boolean then:same otherwise:same?",
        "same",
        _lazy,
        _if,
        "条件成立取前者，否则取后者",
        "The first value if the condition holds, else the second",
        'IF({amount} > 500, "高", "低")',
    ),
    define(
        "IFS",
        F,
        "condition:boolean* value:same*",
        "same",
        _lazy,
        _ifs,
        "依次判断，取第一个成立条件的值；最后可给默认值",
        "The value of the first condition that holds; a last value alone is the default",
        'IFS({score} >= 90, "A", {score} >= 60, "B", "C")',
    ),
    define(
        "SWITCH",
        F,
        "subject:match when:match* value:same*",
        "same",
        _lazy,
        _switch,
        "按值对应取结果；最后可给默认值",
        "The result beside the equal value; a last value alone is the default",
        'SWITCH({state}, "open", 1, "done", 2, 0)',
    ),
    define(
        "AND",
        F,
        "condition:boolean*",
        "boolean",
        _lazy,
        lambda call, *args: sa.and_(*args),
        "全部成立",
        "Whether all hold",
        "AND({amount} > 5, {open})",
        loose=True,
        solid=True,
    ),
    define(
        "OR",
        F,
        "condition:boolean*",
        "boolean",
        _lazy,
        lambda call, *args: sa.or_(*args),
        "任一成立",
        "Whether any holds",
        "OR({amount} > 5, {open})",
        loose=True,
        solid=True,
    ),
    define(
        "NOT",
        F,
        "condition:boolean",
        "boolean",
        _lazy,
        lambda call, arg: sa.not_(certain(arg)),
        "不成立",
        "Whether it does not hold",
        "NOT({open})",
        loose=True,
        solid=True,
    ),
    define(
        "ISBLANK",
        F,
        "value:any",
        "boolean",
        lambda value: value is None,
        lambda call, value: value.is_(None),
        "是否为空",
        "Whether it is blank",
        "ISBLANK({due_on})",
        loose=True,
        solid=True,
    ),
    define(
        "IFBLANK",
        F,
        "value:same otherwise:same",
        "same",
        _lazy,
        lambda call, value, other: sa.func.coalesce(value, other),
        "为空时取后者",
        "The second value if the first is blank",
        "IFBLANK({title}, {number})",
    ),
    define(
        "IFERROR",
        F,
        "value:same otherwise:same",
        "same",
        _lazy,
        lambda call, value, other: sa.func.coalesce(value, other),
        "算不出（为空）时取后者",
        "The second value if the first cannot be computed (is blank)",
        "IFERROR({amount} / {count}, 0)",
    ),
    define(
        "IN",
        F,
        "subject:same choice:same*",
        "boolean",
        _in_python,
        _in,
        "是否为其中之一",
        "Whether it is one of the values",
        'IN({state}, "open", "done")',
        loose=True,
        solid=True,
    ),
    define(
        "IN_DEPARTMENTS",
        F,
        "subject:any departments:any",
        "boolean",
        lambda subject, departments: subject in departments,
        _in_departments,
        "是否属于这些部门",
        "Whether it is one of the departments",
        loose=True,
        solid=True,
    ),
    define(
        "INCLUDES",
        F,
        "choices:texts choice:text*",
        "boolean",
        _includes_python,
        _includes,
        "多选中是否含有任一项",
        "Whether a multiple choice includes any of these",
        'INCLUDES({tags}, "urgent")',
        loose=True,
        solid=True,
    ),
)
LAZY = frozenset({"IF", "IFS", "SWITCH", "AND", "OR", "NOT", "IFBLANK", "IFERROR"})

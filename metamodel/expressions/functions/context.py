"""What depends on when and by whom it is asked."""

from __future__ import annotations

from typing import Any

from metamodel.expressions.ast import Call
from metamodel.expressions.context import Context
from metamodel.expressions.functions.entry import Function, Sql, define
from metamodel.expressions.scope import DEPARTMENT, USER


def _never(call: Call, *args: Any) -> Sql:
    raise AssertionError("computed in Python and bound as a value, or compiled by the tables")


def _member(context: Context, segment: str, record: int | None = None) -> bool:
    return record in context.segments.get(segment, ())


F = "context"
ENTRIES: tuple[Function, ...] = (
    define(
        "TODAY",
        F,
        "",
        "date",
        lambda context: context.today,
        _never,
        "今天（业务时区）",
        "Today's business day",
        "TODAY() - 30",
        contextual=True,
    ),
    define(
        "NOW", F, "", "datetime", lambda context: context.now, _never, "此刻", "This instant", "NOW()", contextual=True
    ),
    define(
        "ME",
        F,
        "",
        f"record:{USER}",
        lambda context: context.me,
        _never,
        "当前用户",
        "Who is asking",
        "{owner} = ME()",
        contextual=True,
    ),
    define(
        "MY_DEPARTMENT",
        F,
        "",
        f"record:{DEPARTMENT}",
        lambda context: context.my_department,
        _never,
        "当前用户的部门",
        "The asker's department",
        "{department} = MY_DEPARTMENT()",
        contextual=True,
    ),
    define(
        "MY_DEPARTMENTS",
        F,
        "",
        f"records:{DEPARTMENT}",
        lambda context: context.my_departments,
        _never,
        "当前用户的部门及下级，用在 IN 里",
        "The asker's department and all below; for use in IN",
        "IN({department}, MY_DEPARTMENTS())",
        contextual=True,
    ),
    define(
        "IN_SEGMENT",
        F,
        "segment:written record:any?",
        "boolean",
        _member,
        _never,
        "记录是否在分群里；第二个参数是另一条记录",
        "Whether the record is in a segment; the second argument names another record",
        'IN_SEGMENT("big")',
        contextual=True,
        loose=True,
    ),
)

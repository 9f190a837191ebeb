"""What an evaluation is given besides the record: the time, the zone and who is asking."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from metamodel.expressions import moments
from metamodel.issues import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`now` is aware; `today` is the business day at `now` in `zone`; `me` and departments are ids. Values that could
    not be computed (division by zero, overflow) are blank and leave a warning in `issues`."""

    now: datetime
    today: date
    zone: str
    me: int | None = None
    my_department: int | None = None
    my_departments: tuple[int, ...] = ()
    #: the ids of the records in a segment, by its name in full; one that is not given has none
    segments: Mapping[str, Collection[int]] = field(default_factory=dict, compare=False)
    issues: list[Issue] = field(default_factory=list, compare=False)

    def report(self, code: str) -> None:
        """Leaves a warning; the same one is not repeated."""
        issue = Issue(code=f"expressions.{code}", severity="warning")
        if issue not in self.issues:
            self.issues.append(issue)


def context_at(
    now: datetime,
    zone: str,
    me: int | None = None,
    my_department: int | None = None,
    my_departments: tuple[int, ...] = (),
) -> Context:
    """The context of an instant, with the business day it falls on."""
    at = moments.instant(now)
    day = moments.day_of(at, zone)
    assert day is not None, "now is not at the edge of the calendar"
    return Context(now=at, today=day, zone=zone, me=me, my_department=my_department, my_departments=my_departments)

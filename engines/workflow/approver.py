"""The contract of a source of people: whom a step asks, found out from the organisation and the record."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Protocol

from metamodel.definition import Json
from metamodel.kinds import Kind


class House(Protocol):
    """What a source may ask about the organisation; only people who are active are ever given."""

    def by_login(self, logins: tuple[str, ...]) -> list[int]:
        """People by their names for signing in, in that order."""
        ...

    def with_role(self, role: str, departments: tuple[int, ...] | None) -> list[int]:
        """Who holds a role of the flow's application, of all or in some departments."""
        ...

    def department_of(self, user: int) -> int | None:
        """Where somebody belongs."""
        ...

    def above(self, department: int) -> tuple[int, ...]:
        """A department and all above it, from it upwards."""
        ...

    def head(self, department: int) -> int | None:
        """Who leads a department."""
        ...

    def active(self, users: tuple[int, ...]) -> list[int]:
        """Those of some people who are active, in their order."""
        ...


class ApproverKind(Kind):
    """One way to find the people of a step."""

    #: whether they are asked one after the other, in the order given
    ordered: ClassVar[bool] = False

    def fields(self, config: Any) -> Mapping[str, str]:
        """Fields of the record that must be known, as expressions by word."""
        return {}

    @abstractmethod
    def people(
        self, config: Any, house: House, starter: int | None, chosen: tuple[int, ...], values: Mapping[str, Json]
    ) -> Iterator[int]:
        """The people; `values` are the fields asked for, `chosen` whom the starter picked."""


def leaders(house: House, department: int | None, apart_from: int | None) -> Iterator[int]:
    """The heads of a department and of those above it, from below, each once; not of oneself."""
    seen: set[int] = set()
    for each in house.above(department) if department is not None else ():
        head = house.head(each)
        if head is not None and head != apart_from and head not in seen:
            seen.add(head)
            yield head

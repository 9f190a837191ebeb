"""The contract of an action: what it must know of the record, and the effects it wants; it performs nothing itself."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engines.effects import Effect
from metamodel.definition import Json, definition, prop
from metamodel.expressions.ast import Node
from metamodel.issues import Issue
from metamodel.kinds import Kind
from metamodel.model import Model
from metamodel.trigger import Moment


@definition
class Assignment:
    """A field and the expression whose value it gets."""

    field: str = prop(ref="field")
    value: str = prop(expression="any")

    @property
    def id(self) -> str:
        """A field is set once."""
        return self.field


@definition
class FarAssignment:
    """A field of the entity that an action is about, and an expression over the record that started the rule."""

    field: str = prop(ref="field", within="settings")
    value: str = prop(expression="any")

    @property
    def id(self) -> str:
        """A field is set once."""
        return self.field


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an action sees: the record by number, and the values of the expressions it asked for, in JSON form."""

    application: str
    entity: str
    number: int
    values: Mapping[str, Json]


class ActionKind(Kind):
    """One thing that can be done. The same action is a step of a flow."""

    #: where a rule with it may stand
    moments: ClassVar[frozenset[Moment]] = frozenset({"after", "time", "hand"})
    #: whether it changes the record itself, which must be there then
    own: ClassVar[bool] = False
    #: the property that must say something for it to do anything
    asks: ClassVar[str] = ""
    #: properties that are texts for people, in which fields stand as people read them
    words: ClassVar[tuple[str, ...]] = ()

    def expressions(self, config: Any) -> Mapping[str, str]:
        """The expressions over the record that the effects need, by a word of the action's own; templates are given
        as expressions too."""
        return {}

    def trees(self, config: Any, model: Model, application: str) -> Mapping[str, Node]:
        """Further values that the effects need, typed already: what is not written as an expression."""
        return {}

    def sets(self, config: Any) -> Mapping[str, str] | None:
        """The fields of the record that get values, with the word each value is asked for under; None for an action
        that does anything else."""
        return None

    def issues(self, config: Any, model: Model, application: str, entity: str) -> Iterator[Issue]:
        """What is wrong with the settings beside their names and expressions; `entity` is the record's."""
        yield from ()

    @abstractmethod
    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """What is to be done for one record."""

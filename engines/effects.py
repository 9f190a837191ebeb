"""Effects: what a rule or a flow wants done, as data; `runtime.perform` alone does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from metamodel.definition import Json, Label


@dataclass(frozen=True, slots=True, kw_only=True)
class SetValues:
    """Values of a record that exists; JSON forms by field name. `why` is kept in the trace: how they came about."""

    entity: str
    number: int
    values: Mapping[str, Json]
    why: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeRecord:
    """A new record, with its lines; an entry of a ledger is one too."""

    entity: str
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRelated:
    """Every record of a relation of one record that meets a condition gets the values."""

    entity: str
    number: int
    relation: str
    condition: str
    values: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """A field gets one of those it may hold: in turn, or the one with the fewest records that keep it busy. `alike`
    are values that fields of the chosen must have."""

    entity: str
    number: int
    field: str
    by: Literal["turn", "least"]
    among: str
    busy: str
    alike: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTag:
    """A choice of a record's multiple choice, or a link of a record, put on or taken off."""

    entity: str
    number: int
    field: str
    value: Json
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """The write is refused, with a message at a field (at the whole record when empty)."""

    message: Label
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """A note in people's inboxes, about a record; words by language ("" for all)."""

    users: tuple[int, ...]
    roles: tuple[tuple[str, str], ...]
    title: Mapping[str, str]
    text: Mapping[str, str]
    entity: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A message by template to whom a record stands for, through the arbiter."""

    message: str
    entity: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWebhook:
    """A signed request to an address outside; `secret` names the key it is signed with."""

    url: str
    secret: str
    body: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFlow:
    """A flow, by application and id, is started for a record; while it runs for that record it is not started again."""

    flow: str
    entity: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A field that gets the day `since`, moved by what `days` says of the row; days of work where `working`."""

    field: str
    since: Json
    days: str
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What becomes of one relation's rows: `values` are expressions over a row, `given` values of the record that
    started, `only` expressions over a row with the value that they must have, `links` the fields of a row whose
    targets the new records of the same growth stand for."""

    relation: str
    entity: str
    parent: str
    origin: str
    only: tuple[tuple[str, Json], ...]
    values: Mapping[str, str]
    given: Mapping[str, Json]
    dates: tuple[Dated, ...]
    links: Mapping[str, str]
    branches: tuple[Planned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Instantiate:
    """Records made for one record from the template that `source` leads to, each row of it once."""

    entity: str
    number: int
    source: str
    template: int | None
    branches: tuple[Planned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Measures of a record (all where none is named), and of its lines, are kept as they are now, or move again."""

    entity: str
    number: int
    fields: tuple[str, ...]
    lines: bool
    thaw: bool


Effect = (
    SetValues
    | MakeRecord
    | ChangeRelated
    | ChangeTag
    | Assign
    | Reject
    | Notify
    | Send
    | CallWebhook
    | StartFlow
    | Instantiate
    | Freeze
)

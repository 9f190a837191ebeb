"""An entry in a ledger: an amount for whom the record stands for; below the ledger's limit nothing is booked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engines.effects import Effect, MakeRecord
from engines.rules.action import ActionKind, FarAssignment, Scope
from metamodel.definition import Json, definition, prop
from metamodel.model import qualified


@definition
class Settings:
    """The ledger (an append-only entity with a balance), whose account, how much (negative to take), and further
    fields such as a reason."""

    entity: str = prop(ref="entity")
    account: str = prop(expression="any")
    amount: str = prop(expression="any")
    account_field: str = prop(ref="field", within="settings")
    amount_field: str = prop(ref="field", within="settings")
    values: tuple[FarAssignment, ...] = ()


class Book(ActionKind):
    """An entry in a ledger."""

    kind = "append_to_ledger"
    Config = Settings
    group = "record"
    icon = "notebook-pen"

    def expressions(self, config: Any) -> Mapping[str, str]:
        """Account, amount and the further fields."""
        named = {config.account_field: config.account, config.amount_field: config.amount}
        return {**named, **{item.field: item.value for item in config.values}}

    def effects(self, config: Any, scope: Scope) -> Iterator[Effect]:
        """One entry; nothing is booked for nobody, and no entry of nothing."""
        if scope.values[config.account_field] is None or _nothing(scope.values[config.amount_field]):
            return
        values = {word: scope.values[word] for word in self.expressions(config)}
        yield MakeRecord(entity=qualified(scope.application, config.entity), values=values)


def _nothing(amount: Json) -> bool:
    """Blank or zero; money comes as text, "0.00"."""
    try:
        return amount is None or Decimal(str(amount)) == 0
    except InvalidOperation:
        return not amount

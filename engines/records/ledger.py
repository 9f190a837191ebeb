"""Ledgers: an account's entries never add up to less than its floor, however many book at once.

Whoever books holds the account's row first and looks after the entry is written, in one transaction: two that spend
the same balance come one after the other, and the second finds what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.records.live import Live
from engines.records.sight import PLATFORM_TABLES, Sight
from metamodel.entity import Balance
from metamodel.errors import Invalid
from metamodel.expressions import sql
from metamodel.expressions.conversions import convert
from metamodel.expressions.tables import Joins
from metamodel.issues import Issue, Step
from metamodel.model import EntityModel

#: accounts held or added up in one statement
SOME = 500


def hold(connection: sa.Connection, live: Live, entity: EntityModel, accounts: Iterable[Any]) -> None:
    """Nobody else books for these accounts until the transaction ends; locked in the order of their numbers. SQLite
    has one writer anyway."""
    balance = entity.definition.balance
    wanted = sorted({number for number in accounts if number is not None}) if balance is not None else []
    if balance is None or not balance.floor or not wanted or live.dialect != "postgresql":
        return
    target = entity.fields[balance.account].expression_type.entity
    table = PLATFORM_TABLES[target] if target in PLATFORM_TABLES else live.tables[target]
    for start in range(0, len(wanted), SOME):
        query = sa.select(table.c.id).where(table.c.id.in_(wanted[start : start + SOME])).order_by(table.c.id)
        # Not FOR UPDATE: foreign keys of other writers hold the row's key, and need not wait for a balance.
        connection.execute(query.with_for_update(key_share=True))


def require_covered(
    connection: sa.Connection, sight: Sight, entity: EntityModel, number: int, account: Any, path: Sequence[Step]
) -> None:
    """The account of an entry just written is not below its floor; Invalid at the amount, with what was there."""
    balance = entity.definition.balance
    if balance is None or not balance.floor or account is None:
        return
    short = overdrawn(connection, sight, entity, [number])
    if account in short:
        raise Invalid(below(entity, balance, short[account]).under(*path))


def overdrawn(
    connection: sa.Connection, sight: Sight, entity: EntityModel, entries: Sequence[int]
) -> dict[int, tuple[int, int]]:
    """Of the accounts of some entries, those below their floor: (sum, floor) in the amount's smallest unit. The
    strictest floor among the entries counts."""
    balance = entity.definition.balance
    assert balance is not None
    table = sight.live.tables[entity.name]
    account = table.c[entity.fields[balance.account].column]
    amount = entity.fields[balance.amount]
    joins = Joins(tables=sight.base)
    node = convert(sight.sound(balance.floor, entity.name, False), amount.expression_type)
    floor = sa.func.coalesce(sql.compile(node, sight.base, sight.context, table, joins), 0)
    all_of_it = table.alias("booked")
    found: dict[int, tuple[int, int]] = {}
    for start in range(0, len(entries), SOME):
        own = (table.c.id.in_(entries[start : start + SOME]), account.is_not(None))
        each = sa.select(account.label("account"), floor.label("floor")).select_from(joins.apply(table)).where(*own)
        asked = each.subquery("asked")
        total = (
            sa.select(sa.func.coalesce(sa.func.sum(all_of_it.c[amount.column]), 0))
            .where(all_of_it.c[account.name] == asked.c.account, all_of_it.c.deleted_at.is_(None))
            .scalar_subquery()
        )
        strictest = sa.func.max(asked.c.floor)
        each_one = sa.select(asked.c.account, strictest.label("floor"), total.label("total"))
        sums = each_one.group_by(asked.c.account).subquery("sums")
        query = sa.select(sums).where(sums.c.total < sums.c.floor)
        found.update((row.account, (int(row.total), int(row.floor))) for row in connection.execute(query))
    return found


def too_much(
    connection: sa.Connection, sight: Sight, entity: EntityModel, rows: Mapping[int, int]
) -> dict[int, list[Issue]]:
    """Of entries written together (id → the row they came from), those that must go so that no account is below its
    floor: the last ones that take, first."""
    balance = entity.definition.balance
    if balance is None or not balance.floor or not rows:
        return {}
    short = overdrawn(connection, sight, entity, sorted(rows))
    if not short:
        return {}
    table = sight.live.tables[entity.name]
    account = table.c[entity.fields[balance.account].column]
    amount = table.c[entity.fields[balance.amount].column]
    missing = {number: floor - total for number, (total, floor) in short.items()}
    wrong: dict[int, list[Issue]] = {}
    numbers = sorted(rows)
    taking: list[tuple[int, int, int]] = []
    for start in range(0, len(numbers), SOME):
        own = (table.c.id.in_(numbers[start : start + SOME]), account.in_(list(short)), amount < 0)
        taking += (tuple(row) for row in connection.execute(sa.select(table.c.id, account, amount).where(*own)))
    for number, whose, taken in sorted(taking, reverse=True):
        if missing[whose] > 0:
            missing[whose] += taken
            wrong[rows[number]] = [below(entity, balance, short[whose])]
    return wrong


def below(entity: EntityModel, balance: Balance, found: tuple[int, int]) -> Issue:
    """What the person who booked is told: how much is missing."""
    amount = entity.fields[balance.amount]
    total, floor = found
    scale = amount.expression_type.scale
    missing = f"{(floor - total) / 10**scale:.{scale}f}"
    return Issue(
        code="ledger.below",
        path=(balance.amount,),
        arguments={"label": entity.definition.label, "missing": missing},
    )

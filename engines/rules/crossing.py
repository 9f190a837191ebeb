"""Which records' figures crossed a limit since the clock last looked; what lay on which side is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engines.database import platform
from engines.records.sight import Sight
from engines.reports.gather import gather
from engines.reports.measure import exact
from engines.reports.query import MOST_GROUPS
from engines.reports.resolve import resolve
from engines.rules.listen import Heard
from metamodel.application import Application
from metamodel.dataset import Dataset, Dimension
from metamodel.model import qualified
from metamodel.report import Axis, Report
from metamodel.rule_checks import record_of

#: stands among the records for the look itself
LOOK = 0
#: rows written in one statement
MANY = 500

#: the records at or above the limit of a rule when the clock last looked, and by which settings it did
rule_side = sa.Table(
    "rule_side",
    platform,
    sa.Column("application", sa.String(30), primary_key=True),
    sa.Column("rule", sa.String(62), primary_key=True),
    sa.Column("record_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("settings", sa.String(64)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Records that rose to the limit, and those that fell below it; `anew` when there is nothing to compare with,
    and what is found is where one begins."""

    risen: tuple[int, ...]
    fallen: tuple[int, ...]
    anew: bool

    def crossed(self, heard: Heard) -> tuple[int, ...]:
        """Those that the rule is about."""
        if self.anew:
            return ()
        return self.risen if heard.rule.trigger.config.way == "up" else self.fallen


def moves(connection: sa.Connection, sight: Sight, heard: Heard) -> Moves:
    """What moved since the last look. Of two workers that look at once the second waits."""
    own = _own(heard)
    known = dict(
        connection.execute(sa.select(rule_side.c.record_id, rule_side.c.settings).where(*own).with_for_update()).all()
    )
    anew = known.pop(LOOK, None) != _settings(heard)
    above = _above(connection, sight, heard)
    before: set[int] = set() if anew else set(known)
    return Moves(risen=tuple(sorted(above - before)), fallen=tuple(sorted(before - above)), anew=anew)


def keep(connection: sa.Connection, heard: Heard, found: Moves, numbers: Collection[int] | None = None) -> None:
    """Note what moved: all of it, or of the records the rule is about only `numbers`."""
    crossed = set(found.crossed(heard))
    left = crossed - set(crossed if numbers is None else numbers)
    if found.anew:
        connection.execute(sa.delete(rule_side).where(*_own(heard)))
        _put(connection, heard, [LOOK], _settings(heard))
    _put(connection, heard, [number for number in found.risen if number not in left], None)
    gone = [number for number in found.fallen if number not in left]
    for start in range(0, len(gone), MANY):
        some = rule_side.c.record_id.in_(gone[start : start + MANY])
        connection.execute(sa.delete(rule_side).where(*_own(heard), some))


def _put(connection: sa.Connection, heard: Heard, numbers: list[int], settings: str | None) -> None:
    for start in range(0, len(numbers), MANY):
        rows = [
            {"application": heard.application, "rule": heard.rule.id, "record_id": number, "settings": settings}
            for number in numbers[start : start + MANY]
        ]
        connection.execute(sa.insert(rule_side), rows)


def _above(connection: sa.Connection, sight: Sight, heard: Heard) -> set[int]:
    """The records whose figure is at least the limit; who is in no row has none, and none is nothing."""
    config: Any = heard.rule.trigger.config
    report = Report(
        id="",
        name="crossing",
        label="",
        dataset=config.dataset,
        rows=(Axis(dimension=config.dimension),),
        measures=(config.measure,),
        filter="",
        limit=0,
    )
    application = _by_record(sight, heard)
    query = replace(resolve(sight, application, report, {}), limit=MOST_GROUPS)
    cube, _ = gather(connection, sight, query)
    limit = Decimal(config.limit)
    found = {
        group.keys[0]: exact(group.values[config.measure]) or Decimal(0)
        for group in cube.rows.values()
        if group.keys[0] is not None
    }
    above = {int(key) for key, value in found.items() if value >= limit}
    if limit <= 0:
        table = sight.live.tables[heard.entity.name]
        rest = set(connection.scalars(sa.select(table.c.id).where(table.c.deleted_at.is_(None))))
        above |= rest - set(found)
    return above


def _by_record(sight: Sight, heard: Heard) -> Application:
    """The rule's application, in which a dimension that names the rule's records gives the records themselves."""
    config: Any = heard.rule.trigger.config
    application = sight.live.model.applications[heard.application]
    dataset = application.find("dataset", config.dataset)
    if dataset is None:
        return application
    facts = qualified(application.name, dataset.entity)

    def split(item: Dimension) -> Dimension:
        text = record_of(item.expression, sight.live.model, facts, heard.entity.name)
        return replace(item, expression=text) if item.name == config.dimension and text else item

    mine: Dataset = replace(dataset, dimensions=tuple(map(split, dataset.dimensions)))
    others = (mine if item is dataset else item for item in application.datasets)
    return replace(application, datasets=tuple(others))


def _own(heard: Heard) -> tuple[sa.ColumnElement[bool], ...]:
    return (rule_side.c.application == heard.application, rule_side.c.rule == heard.rule.id)


def _settings(heard: Heard) -> str:
    """What tells one question from another: a rule that asks something else begins anew."""
    config: Any = heard.rule.trigger.config
    asked = (config.dataset, config.measure, config.dimension, config.limit)
    return hashlib.sha256(repr(asked).encode()).hexdigest()

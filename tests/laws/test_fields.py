"""Laws of field types: what is coerced comes back equal from the database, and retyping says what it does."""

import random

import pytest
import sqlalchemy as sa

from engines.records.tables import column
from metamodel.catalog import KINDS
from metamodel.definition import load
from metamodel.entity import Field
from metamodel.errors import Invalid
from metamodel.model import FieldModel, Model

FIELDS = KINDS["fields"]
SETTINGS = {
    "choice": {"options": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}]},
    "cascade": {"options": [{"value": "a", "label": "甲"}, {"value": "a1", "label": "甲一", "parent": "a"}]},
    "reference": {"entity": "desk.ticket"},
    "lines": {"entity": "desk.line", "parent": "ticket"},
    "formula": {"expression": "1"},
    "lookup": {"path": "a.b"},
    "rollup": {"relation": "lines"},
    "measure": {"sources": [{"name": "a", "dataset": "tickets", "measure": "cost"}]},
}
NONSENSE = [
    True,
    5,
    "zzz",
    -1,
    "1e400",
    [1],
    {"x": 1},
    "\x00",
    "’; DROP TABLE x",
    "9" * 400,
    {"id": "x"},
    1.5,
    "2026-13-45",
]


def field(kind: str, **more) -> FieldModel:
    definition, issues = load(Field, {"name": "x", "label": "X", "type": kind, **SETTINGS.get(kind, {}), **more}, KINDS)
    assert definition is not None and not issues, issues
    return FieldModel(name="x", definition=definition, type=FIELDS[kind], config=definition.config)


CASES = [
    *((kind, {}) for kind in FIELDS),
    ("choice", {"multiple": True}),
    ("reference", {"entity": "", "targets": ["desk.ticket"]}),
]


def test_values_come_back_from_the_database(workspace) -> None:
    with workspace.change() as connection:
        for kind, more in CASES:
            item = field(kind, **more)
            # Those without a column of their own, or that nobody writes, have nothing to come back.
            if item.storage == "column" and not item.derived:
                comes_back(connection, item)


def comes_back(connection, item: FieldModel) -> None:
    chance = random.Random(7)
    samples = [item.type.sample(item.config, chance) for _ in range(20)]
    table = sa.Table("probe_values", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True),
                     column(Model(applications={}, catalog=KINDS), item))
    table.create(connection)
    for number, sample in enumerate(samples):
        connection.execute(sa.insert(table).values(id=number, x=item.type.coerce(item.config, sample)))
    rows = connection.execute(sa.select(table.c.x).order_by(table.c.id)).scalars().all()
    raw = connection.exec_driver_sql("SELECT x FROM probe_values ORDER BY id").scalars().all()
    for sample, stored, bare in zip(samples, rows, raw, strict=True):
        shown = item.type.dump(item.config, stored)
        assert shown == item.type.dump(item.config, bare), item.type.kind
        assert item.type.dump(item.config, item.type.coerce(item.config, shown)) == shown
        assert item.type.coerce(item.config, sample) == item.type.coerce(item.config, shown)
    table.drop(connection)


@pytest.mark.parametrize("kind", list(FIELDS))
def test_nonsense_is_refused_with_one_issue_or_taken(kind: str) -> None:
    item = field(kind)
    for value in NONSENSE:
        try:
            item.type.coerce(item.config, value)
        except Invalid as refusal:
            assert len(refusal.issues) == 1, value
            for locale in ("zh-CN", "en"):
                said = refusal.issues[0].to_json(locale)
                assert said["message"] and not said["message"].startswith("value."), value


@pytest.mark.parametrize("new", list(FIELDS))
def test_retyping_is_answered_for_every_pair(new: str) -> None:
    after = field(new)
    for old in FIELDS:
        before = field(old)
        answer = after.type.retype(after.config, before.type, before.config)
        assert answer in ("safe", "lossy", "impossible")
        if before.storage != "column" or after.storage != "column" or before.derived or after.derived:
            assert answer == "impossible" or old == new

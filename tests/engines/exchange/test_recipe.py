"""Recipes make columns that agree with each other: what follows comes after, what belongs together stays together."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from engines.catalog import CATALOG
from engines.exchange.recipe import WORDS, Made, Place, column
from metamodel.errors import Invalid
from metamodel.model import Model
from tests.desk import desk, loaded

TODAY = date(2026, 3, 20)
ZONE = ZoneInfo("Asia/Shanghai")
FIELDS = Model(applications={"desk": loaded(desk())}, catalog=CATALOG).entities["desk.ticket"].fields
MOMENT, DAY, WORD = FIELDS["closed_at"], FIELDS["due"], FIELDS["subject"]


@pytest.fixture
def made() -> Made:
    """Three desks of two floors with the days they opened, and calls to them."""
    at = datetime(2026, 3, 1, 2, tzinfo=UTC)
    return Made(random=Random(7), today=TODAY, zone=ZONE, lists={"w": ["a", "b"]}, columns={
        "desk": {"id": [11, 12, 13], "floor": ["up", "up", "down"], "opened": [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]},
        "call": {"id": [1, 2, 3], "desk": [11, 11, 13], "at": [at + timedelta(days=4), at + timedelta(days=1), at], "clerk": [12, 13, None]},
    })  # fmt: skip


def cook(made: Made, recipes: dict, count: int = 60) -> dict:
    row: dict = {}
    picks: dict = {}
    for name, (item, recipe) in recipes.items():
        row[name] = column(made, recipe, Place(item=item, count=count, row=row, picks=picks))
        assert len(row[name]) == count
    return row


def test_records_are_picked_where_and_since_and_in_turn(made) -> None:
    row = cook(made, {
        "day": (DAY, {"date": {"from": -50, "to": 0}}),
        "up": (WORD, {"record": "desk", "where": {"floor": "up"}, "as": "u"}),
        "open": (WORD, {"record": "desk", "since": {"field": "opened", "before": "day"}, "bent": 1.3}),
        "since": (DAY, {"of": "desk", "take": "opened"}),
        "turn": (WORD, {"among": "desk", "by": "floor", "equal": {"of": "u", "entity": "desk", "take": "floor"}, "each": True, "as": "t"}),
    })  # fmt: skip
    assert set(row["up"]) == {11, 12}
    assert all(since <= day for since, day in zip(row["since"], row["day"], strict=True)) and len(set(row["open"])) > 1
    assert row["turn"][:4] == [11, 12, 11, 12]


def test_what_follows_comes_after_and_not_tomorrow(made) -> None:
    row = cook(made, {
        "day": (DAY, {"some": 0.7, "value": {"date": {"from": -9, "to": 0}}}),
        "later": (MOMENT, {"after": "day", "days": [0, 5], "hours": [9, 20], "past": True}),
        "soon": (MOMENT, {"after": "later", "minutes": [1, 45]}),
        "back": (DAY, {"after": "soon", "days": [1, 1]}),
        "sharp": (MOMENT, {"after": {"date": {"from": 3, "to": 3}}, "hours": [14, 14]}),
    })  # fmt: skip
    assert row["sharp"][0] == datetime(2026, 3, 23, 14, tzinfo=ZONE)
    seen = 0
    for day, later, soon, back in zip(*(row[name] for name in ("day", "later", "soon", "back")), strict=True):
        assert (day is None) == (later is None) == (soon is None) == (back is None)
        if day is not None:
            local = later.astimezone(ZONE)
            assert min(day, TODAY - timedelta(days=1)) <= local.date() < TODAY and 9 <= local.hour <= 20
            assert timedelta(minutes=1) <= soon - later <= timedelta(minutes=45)
            assert back == soon.astimezone(ZONE).date() + timedelta(days=1)
            seen += 1
    assert 20 < seen < 60


def test_the_soonest_of_a_group_within_so_many_days(made) -> None:
    after = datetime(2026, 3, 1, 12, tzinfo=UTC)
    row = cook(made, {
        "desk": (WORD, {"record": "desk", "each": True}),
        "from": (MOMENT, {"case": "desk", "when": {12: None}, "else": {"after": {"date": {"from": -19, "to": -19}}, "hours": [20, 20]}}),
        "call": (WORD, {"soonest": "call", "by": "desk", "equal": "desk", "field": "at", "since": "from", "days": 3}),
        "at": (MOMENT, {"of": "call", "take": "at"}),
        "clerk": (WORD, {"of": "call", "take": "clerk", "then": {"entity": "desk", "take": "floor"}}),
        "state": (WORD, {"latest": {"at": "answered", "from": "asked"}, "else": "none"}),
    }, 3)  # fmt: skip
    assert row["from"] == [after, None, after]
    # the second call of the first desk is the nearest; the third desk's came before it was asked for
    assert row["call"] == [2, None, None] and row["at"] == [made.columns["call"]["at"][1], None, None]
    assert row["clerk"] == ["down", None, None]
    assert row["state"] == ["answered", "none", "asked"]


def test_a_word_that_is_none_is_told(made) -> None:
    with pytest.raises(Invalid) as caught:
        cook(made, {"subject": (WORD, {"conjure": 1})})
    assert caught.value.issues[0].code == "recipe.unknown"
    assert "conjure" not in WORDS

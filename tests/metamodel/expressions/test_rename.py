"""References in text: found with their places, renamed without touching the author's form."""

from __future__ import annotations

import pytest

from metamodel.expressions.rename import Usage, rewrite, rewrite_by, usages
from tests.metamodel.expressions.world import World

NAMES = {
    ("desk.note", "amount"): "total",
    ("desk.note", "team"): "group",
    ("desk.team", "region"): "area",
    ("desk.region", "name"): "title",
    ("desk.note", "lines"): "rows",
    ("desk.line", "amount"): "sum",
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{amount}", "{total}"),
        (
            "IF( {amount}>1 ,\n  { team . region.name } , “{amount}”)",
            "IF( {total}>1 ,\n  { group . area.title } , “{amount}”)",
        ),
        ("SUM({lines.amount}， {lines.amount} ＞ {amount})", "SUM({rows.sum}， {rows.sum} ＞ {total})"),
        ("{title} & {team.name}", "{title} & {group.name}"),
        ("{nope} + {team.nope} + {amount}", "{nope} + {group.nope} + {total}"),
        ("{amount", "{amount"),
    ],
)
def test_renaming_keeps_the_form(before: str, after: str) -> None:
    assert rewrite(before, NAMES, World(), "desk.note") == after


def test_usages_name_each_step_and_the_unknown_one() -> None:
    text = "{team.region.nope.more} & {nope}"
    assert usages(text, World(), "desk.note") == (
        Usage(entity="desk.note", name="team", span=(1, 5)),
        Usage(entity="desk.team", name="region", span=(6, 12)),
        Usage(entity="desk.region", name="nope", span=(13, 17)),
        Usage(entity="desk.note", name="nope", span=(27, 31)),
    )


def test_to_ids_and_back() -> None:
    text = "SUM({lines.amount}) / {amount}"
    ids = rewrite_by(text, lambda usage: f"{usage.name}_id", World(), "desk.note")
    assert ids == "SUM({lines_id.amount_id}) / {amount_id}"

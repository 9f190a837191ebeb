"""Segments in expressions: named, found, renamed; what runs in a circle or stands where none are known is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engines.catalog import CATALOG
from metamodel.expressions.check import check
from metamodel.expressions.context import context_at
from metamodel.expressions.evaluate import evaluate
from metamodel.expressions.write import to_text
from metamodel.model import Model
from metamodel.nesting import all_within
from metamodel.references import dangling, renamed, used
from metamodel.validate import validate
from tests.desk import desk, entity, loaded


def sets(**conditions: str) -> Any:
    document = desk()
    document["segments"] = [
        {"name": name, "label": name, "entity": "ticket", "condition": text} for name, text in conditions.items()
    ]
    return document


def codes(document: Any) -> list[tuple[str, tuple[Any, ...]]]:
    return [(issue.code, tuple(issue.path)) for issue in validate(document, CATALOG, {}).issues]


def test_a_segment_is_referred_to_renamed_and_missed() -> None:
    document = sets(big="{cost} > 5", rest='NOT(IN_SEGMENT("big"))', full='IN_SEGMENT("desk.big")')
    document["views"][0]["filter"] = 'IN_SEGMENT( "big" )'
    application = loaded(document)
    model = Model(applications={"desk": application}, catalog=CATALOG)
    assert [reference.owner for _, reference in used(model, "segment", "", "desk.big")] == [
        ("view", "tickets"), ("segment", "rest"), ("segment", "full")]
    after = renamed(model, application, {("segment", "", "desk.big"): "desk.large"})
    assert [item.condition for item in after.segments] == [
        "{cost} > 5", 'NOT(IN_SEGMENT("large"))', 'IN_SEGMENT("desk.large")']
    assert after.views[0].filter == 'IN_SEGMENT( "large" )'
    assert list(dangling(model, application)) == []


@pytest.mark.parametrize(("document", "code", "path"), [
    (sets(a='IN_SEGMENT("b")', b='OR({cost} > 1, IN_SEGMENT("a"))'), "segment.circle", ("segments", 0, "condition")),
    (sets(a='IN_SEGMENT("a")'), "segment.circle", ("segments", 0, "condition")),
    (sets(a=""), "segment.no_condition", ("segments", 0, "condition")),
    (sets(a="{owner} = ME()"), "segment.personal", ("segments", 0, "condition")),
    (sets(a='IN_SEGMENT("zzzzzz")'), "expressions.no_such_segment", ("segments", 0, "condition")),
    (sets(large="{cost} > 1", a='IN_SEGMENT("larg")'), "expressions.unknown_segment", ("segments", 1, "condition")),
    (sets(large="{cost} > 1", a='IN_SEGMENT("large", {team})'), "expressions.segment_of_another", ("segments", 1, "condition")),
    (sets(a="IN_SEGMENT({subject})"), "expressions.needs_literal", ("segments", 0, "condition")),
])
def test_what_is_no_segment_is_told_at_its_condition(document: Any, code: str, path: tuple[Any, ...]) -> None:
    assert (code, path) in codes(document)


def test_where_one_record_is_judged_alone_no_segment_is_known() -> None:
    document = sets(big="{cost} > 5")
    entity(document, "ticket")["fields"].append(
        {"name": "in_it", "label": "x", "type": "formula", "expression": 'IN_SEGMENT("big")', "result": "boolean"}
    )
    document["roles"][0]["grants"][1]["condition"] = 'IN_SEGMENT("big")'
    found = [path[:2] for code, path in codes(document) if code == "segment.not_here"]
    assert found == [("entities", 1), ("roles", 0)]


def test_one_record_is_judged_by_what_the_context_knows() -> None:
    model = Model(applications={"desk": loaded(sets(big="{cost} > 5", deep='IN_SEGMENT("big")'))}, catalog=CATALOG)
    assert all_within(model, "desk.deep") == {"desk.big"}
    node = check('OR(IN_SEGMENT("big"), COUNT({claims}, IN_SEGMENT("big", {claims.ticket})) > 1)', model, "desk.ticket").ast
    assert node is not None
    again = check(to_text(node), model, "desk.ticket").ast
    assert again == node
    now = context_at(datetime(2026, 11, 22, tzinfo=UTC), "UTC")
    known = type(now)(now=now.now, today=now.today, zone=now.zone, segments={"desk.big": {7}})
    assert evaluate(node, {"id": 7, "claims": []}, known) is True
    assert evaluate(node, {"id": 8, "claims": [{"ticket": 7}, {"ticket": {"id": 7}}]}, known) is True
    assert evaluate(node, {"id": 8, "claims": [{"ticket": 7}]}, known) is False
    assert evaluate(node, {"id": 7, "claims": []}, now) is False

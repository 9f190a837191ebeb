"""Measure fields as definitions: what is wrong is told where it is, and names are followed across applications."""

from __future__ import annotations

from typing import Any

import pytest

from engines.catalog import CATALOG
from metamodel.application import Application
from metamodel.definition import load
from metamodel.model import Model
from metamodel.references import references, renamed, used
from metamodel.validate import validate
from tests.desk import desk, field


def goals(source: Any, dataset: str = "tickets", **settings: Any) -> Any:
    whole = {
        "name": "a", "dataset": dataset, "measure": "cost", "time": "due", "first": "{first}", "last": "{first}",
        "bindings": [{"dimension": "urgency", "value": "{kind}"}], **source,
    }  # fmt: skip
    fields = [field("first", "date"), field("kind", "text"), field("note", "integer"),
              field("shown", "measure", **{"sources": [whole], "result": "money", **settings})]  # fmt: skip
    return {"name": "goal", "label": "Goal", "fields": fields}


WRONG = [
    ({}, {}, set()),
    ({"measure": "costs"}, {}, {"reference.measure"}),
    ({"dataset": "other"}, {}, {"reference.dataset"}),
    ({"bindings": [{"dimension": "urgence", "value": "{kind}"}]}, {}, {"reference.dimension"}),
    ({"bindings": [{"dimension": "urgency", "value": "{kinds}"}]}, {}, {"expressions.unknown_name"}),
    ({"bindings": [{"dimension": "urgency", "value": "{note}"}]}, {}, {"measured.unlike"}),
    ({"bindings": [{"dimension": "due", "value": "{first}"}]}, {}, {"measured.not_bound"}),
    ({"time": "urgency"}, {}, {"measured.no_time"}),
    ({"time": ""}, {}, {"measured.which_time"}),
    ({"last": "{note}"}, {}, {"measured.no_day"}),
    ({"when": "{note}"}, {}, {"expression.not_condition"}),
    ({"when": "ISBLANK(ME())"}, {}, {"measured.personal"}),
    ({}, {"result": "date"}, {"measured.result"}),
    ({}, {"until": "{nothing} = 1"}, {"expressions.unknown_name"}),
    ({}, {"sources": []}, {"measured.no_source"}),
]


@pytest.mark.parametrize(("source", "settings", "codes"), WRONG)
def test_what_is_wrong_is_told(source: Any, settings: Any, codes: set[str]) -> None:
    document = desk()
    document["entities"].append(goals(source, **settings))
    found = validate(document, CATALOG, {})
    assert {issue.code for issue in found.issues} == codes
    for issue in found.issues:
        for locale in ("zh-CN", "en"):
            assert issue.to_json(locale)["message"] != issue.code


def test_a_circle_through_a_dataset_is_told() -> None:
    document = desk()
    document["datasets"].append({
        "name": "goals", "label": "Goals", "entity": "goal",
        "measures": [{"name": "cost", "label": "Cost", "aggregate": "sum", "expression": "{shown}"}],
    })  # fmt: skip
    document["entities"].append(goals({"time": "", "first": "", "last": "", "bindings": []}, "goals"))
    assert "field.circle" in {issue.code for issue in validate(document, CATALOG, {}).issues}


def test_names_are_followed_across_applications() -> None:
    base, _ = load(Application, desk(), CATALOG)
    assert base is not None
    other = {"name": "plan", "label": "Plan", "requires": ["desk"], "entities": [goals({}, "desk.tickets")]}
    found = validate(other, CATALOG, {"desk": base})
    assert found.application is not None and not found.issues, found.issues
    told = {(one.target, one.scope, one.name) for one in references(found.model, found.application)}
    assert {
        ("dataset", "", "desk.tickets"), ("measure", "desk.tickets", "cost"), ("dimension", "desk.tickets", "urgency"),
        ("dimension", "desk.tickets", "due"), ("field", "plan.goal", "kind"), ("field", "plan.goal", "first"),
    } <= told  # fmt: skip
    assert [home for home, _ in used(found.model, "measure", "desk.tickets", "cost") if home == "plan"] == ["plan"]
    names = {("measure", "desk.tickets", "cost"): "amount", ("dataset", "", "desk.tickets"): "desk.cases",
             ("dimension", "desk.tickets", "urgency"): "haste", ("field", "plan.goal", "kind"): "sort"}  # fmt: skip
    model = Model(applications={"desk": base, "plan": found.application}, catalog=CATALOG)
    source = renamed(model, found.application, names).entities[0].fields[-1].config.sources[0]
    assert (source.dataset, source.measure) == ("desk.cases", "amount")
    assert (source.bindings[0].dimension, source.bindings[0].value) == ("haste", "{sort}")
    assert model.sources("plan.goal", "shown") == {
        ("plan.goal", "kind"), ("plan.goal", "first"), ("desk.ticket", "cost"), ("desk.ticket", "urgency"),
        ("desk.ticket", "due"),
    }  # fmt: skip

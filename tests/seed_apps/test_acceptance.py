"""The acceptance tests that the shipped applications carry, and what the runner says of tests that are wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest

from app.cli import main
from engines.runtime.acceptance import read_tests
from engines.runtime.load import bundles
from engines.runtime.play import ZONE, Player, local, play_all
from engines.runtime.stage import Stage, stages
from metamodel.bundle import Bundle
from metamodel.errors import Invalid
from tests.architecture.test_source import ROOT
from tests.desk import desk, entity, field

SHIPPED = bundles(ROOT / "seed_apps")


TESTS = {(str(bundle.document["name"]), file): test for bundle in SHIPPED for file, test in read_tests(bundle.companions)}


def together(name: str) -> list[Bundle]:
    """An application after those it requires, as `dougong check` plays its tests: what nobody asked for stays out."""
    needed, waiting = {name}, [name]
    while waiting:
        wanted = waiting.pop()
        document = next(bundle.document for bundle in SHIPPED if bundle.document["name"] == wanted)
        fresh = set(document.get("requires", ())) - needed
        needed |= fresh
        waiting += fresh
    return [bundle for bundle in SHIPPED if bundle.document["name"] in needed]


@pytest.fixture(scope="session")
def make() -> Iterator[Callable[[str, datetime], Stage]]:
    """Stages of an application, published before the first of their tests begins."""
    first = min(local(test.now, ZONE) for test in TESTS.values())
    made: dict[str, Callable[[datetime], Stage]] = {}
    with ExitStack() as stack:

        def stage(name: str, at: datetime) -> Stage:
            if name not in made:
                made[name] = stack.enter_context(stages(together(name), first))
            return made[name](at)

        yield stage


@pytest.mark.parametrize(("name", "file"), TESTS, ids=lambda value: value.removeprefix("tests/").removesuffix(".json"))
def test_the_shipped_applications_do_what_they_promise(make: Callable[[str, datetime], Stage], name: str, file: str) -> None:
    test = TESTS[name, file]
    failure = Player(stage=make(name, local(test.now, ZONE)), application=name, test=test).play()
    assert failure is None, (failure.step, failure.type, failure.issue.to_json("en"))


def test_every_application_promises_something() -> None:
    assert {name for name, _ in TESTS} == {str(bundle.document["name"]) for bundle in SHIPPED}
    assert len(TESTS) >= 12


def bundle(*steps: Any, **more: Any) -> Bundle:
    document = desk()
    entity(document, "ticket")["fields"].append(field("count", "integer"))
    document["rules"] = [
        {"name": "counted", "label": "Counted", "entity": "ticket", "trigger": {"type": "button"}, "condition": "{cost} > 5", "actions": [{"type": "set_values", "values": [{"field": "count", "value": "1"}]}]},
        {"name": "morning", "label": "Morning", "entity": "ticket", "trigger": {"type": "schedule", "every": "daily", "at": "08:00"}, "actions": [{"type": "set_values", "values": [{"field": "count", "value": "{count} + 1"}]}]},
    ]
    people = [{"login": "ann", "roles": ["agent"]}]
    return Bundle(document=document, companions={"tests/one.json": {"label": "One", "now": "2026-03-01 10:00", "people": people, "steps": list(steps), **more}})


TEAM = {"type": "create", "entity": "team", "name": "red", "values": {"name": "Red"}}
MAKE = {"type": "create", "entity": "ticket", "name": "lamp", "values": {"subject": "Lamp", "cost": "3.00"}}


@pytest.mark.parametrize(
    ("steps", "number", "code"),
    [
        ([MAKE, {"type": "expect_record", "record": "lamp", "values": {"cost": "3", "subject": "Lamp", "urgency": "low"}}], 0, ""),
        ([MAKE, {"type": "expect_record", "record": "lamp", "values": {"cost": "4"}}], 2, "acceptance.value"),
        ([MAKE, {"type": "expect_record", "record": "lamp", "values": {"colour": "red"}}], 2, "acceptance.no_value"),
        ([MAKE, {"type": "expect_record", "record": "lamp", "seen": False}], 2, "acceptance.seen"),
        ([MAKE, {"type": "sign_in", "login": "ann"}, {"type": "expect_record", "record": "lamp"}], 3, "acceptance.not_seen"),
        ([MAKE, {"type": "sign_in", "login": "bob"}, {"type": "expect_record", "record": "lamp"}], 2, "acceptance.nobody"),
        ([{**MAKE, "values": {"subject": "Lamp", "cost": "-1"}, "refused": "Never below zero"}], 0, ""),
        ([{**MAKE, "values": {"subject": "Lamp", "cost": "-1"}, "refused": "Something else"}], 1, "acceptance.refused"),
        ([{**MAKE, "refused": "Never below zero"}], 1, "acceptance.not_refused"),
        ([{"type": "create", "entity": "ticket", "values": {"cost": "1"}}, {"type": "expect_count", "entity": "ticket"}], 1, "acceptance.refused"),
        ([MAKE, {"type": "expect_count", "entity": "ticket", "where": "{id} = @lamp", "count": 1}], 0, ""),
        ([MAKE, {"type": "expect_count", "entity": "ticket", "count": 2}], 2, "acceptance.count"),
        ([MAKE, {"type": "press", "record": "lamp", "rule": "counted"}, {"type": "expect_count", "entity": "ticket", "count": 1}], 2, "acceptance.refused"),
        ([MAKE, {"type": "press", "record": "lamp", "rule": "counter"}, {"type": "expect_count", "entity": "ticket", "count": 1}], 2, "acceptance.refused"),
        ([MAKE, {"type": "wait", "days": 3}, {"type": "expect_record", "record": "lamp", "values": {"count": 3}}, {"type": "expect_firing", "rule": "morning", "record": "lamp", "count": 3}], 0, ""),
        ([MAKE, {"type": "switch", "rule": "morning", "active": False}, {"type": "wait", "days": 3}, {"type": "expect_record", "record": "lamp", "values": {"count": None}}], 0, ""),
        ([MAKE, {"type": "wait", "until": "2026-03-02 07:59"}, {"type": "expect_firing", "rule": "morning"}], 3, "acceptance.firings"),
        ([TEAM, {**MAKE, "values": {"subject": "Lamp", "cost": "3.00", "team": "@red"}}, {"type": "expect_report", "report": "by_team", "rows": [{"team": "Red", "cost": 3, "tickets": 1}], "count": 1}], 0, ""),
        ([TEAM, MAKE, {"type": "expect_report", "report": "by_team", "rows": [{"team": "Red"}]}], 3, "acceptance.no_row"),
        ([MAKE, {"type": "expect_report", "report": "by_team", "rows": [{"colour": "Red"}]}], 2, "acceptance.no_column"),
        ([MAKE, {"type": "expect_report", "report": "by_team", "count": 2}], 2, "acceptance.rows"),
        ([MAKE, {"type": "sign_in", "login": "ann"}, {"type": "expect_report", "report": "by_team", "count": 0}], 0, ""),
        ([{"type": "expect_report", "report": "by_tea"}], 1, "acceptance.no_report"),
        ([{"type": "change", "record": "nothing", "values": {}}, {"type": "expect_count", "entity": "ticket"}], 1, "acceptance.refused"),
    ],
)
def test_a_step_that_does_not_come_out_as_it_says_is_named(steps: list[Any], number: int, code: str) -> None:
    ((_, _, failure),) = play_all([bundle(*steps)], "desk")
    assert (failure.step, failure.issue.code) == (number, code) if failure is not None else not number


@pytest.mark.parametrize(
    ("steps", "more", "codes"),
    [
        ([], {}, {"acceptance.expects_nothing"}),
        ([MAKE], {}, {"acceptance.expects_nothing"}),
        ([{"type": "expect_cuont", "entity": "ticket"}], {}, {"definition.unknown_kind"}),
        ([{"type": "expect_count", "entitty": "ticket"}], {}, {"definition.missing"}),
        ([{"type": "wait", "until": "2026-13-01 10:00"}, {"type": "expect_count", "entity": "ticket"}], {}, {"acceptance.moment"}),
        ([{"type": "expect_count", "entity": "ticket"}], {"now": "2026-02-30 10:00"}, {"acceptance.moment"}),
    ],
)
def test_a_test_that_is_wrong_names_its_file(steps: list[Any], more: Any, codes: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_tests(bundle(*steps, **more).companions)
    assert {issue.path[0] for issue in refused.value.issues} == {"tests/one.json"}
    assert {issue.code for issue in refused.value.issues} == codes


def test_every_folder_is_sound_by_itself_and_all_promise_enough(capsys: pytest.CaptureFixture[str]) -> None:
    """What `dougong check` says of each; their tests are played one by one above."""
    for bundle in SHIPPED:
        name = str(bundle.document["name"])
        main(["check", str(ROOT / "seed_apps" / name), "--no-tests"])
        told = capsys.readouterr().out
        assert re.search(rf"^{name}: \d+ definitions, all sound$", told, re.M), told
        assert not re.search("^(error|warning):", told, re.M), told
    assert len(TESTS) >= 30 or len(SHIPPED) < 3

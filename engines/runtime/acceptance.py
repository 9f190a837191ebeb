"""Acceptance tests of an application: people do things, time goes by, and what is expected of it is looked for.

A test is a file of JSON in the application's `tests` folder. Its steps go through the lines that requests go through,
as the person who is signed in; records made get a name by which later steps speak of them (`@anna`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from metamodel.definition import Json, Label, definition, load, prop
from metamodel.errors import Invalid
from metamodel.issues import Issue


@definition
class Somebody:
    """A person of the test, by login, with the ids of roles in the tested application, or another's ("desk.lead")."""

    login: str
    name: str = ""
    department: str = ""
    roles: tuple[str, ...] = ()
    admin: bool = False


@definition
class Place:
    """A department of the test, by code; `head` is the login of whoever leads it."""

    code: str
    label: Label = ""
    parent: str = ""
    head: str = ""


@definition
class SignIn:
    """Somebody acts from here on; nobody in particular (the house itself) when blank."""

    login: str = ""


@definition
class Create:
    """A record is made, or several; `name` is what later steps call it (with several `name_1`, `name_2` …). `refused`
    are words of the refusal that is expected instead."""

    entity: str
    values: Mapping[str, Any] = prop(factory=dict)
    rows: tuple[Mapping[str, Any], ...] = ()
    name: str = ""
    refused: str = ""


@definition
class Submit:
    """A visitor fills in a public form."""

    form: str
    values: Mapping[str, Any] = prop(factory=dict)
    name: str = ""
    refused: str = ""


@definition
class Change:
    """A record gets other values."""

    record: str
    values: Mapping[str, Any] = prop(factory=dict)
    refused: str = ""


@definition
class Delete:
    """A record goes to the bin."""

    record: str
    refused: str = ""


@definition
class Press:
    """The button of a rule is pressed on a record."""

    record: str
    rule: str
    refused: str = ""


@definition
class StartFlow:
    """A flow is started on a record; `choices` are logins of the people picked for a step, by its id."""

    record: str
    flow: str
    choices: Mapping[str, Any] = prop(factory=dict)
    refused: str = ""


@definition
class Act:
    """Whoever is signed in does something with their task about a record (at a step, where they have several):
    approve, reject, submit, return (to the path `back`, the start when blank), transfer or add (`to` logins),
    withdraw, urge."""

    record: str
    deed: str = "approve"
    step: str = ""
    comment: str = ""
    values: Mapping[str, Any] = prop(factory=dict)
    to: tuple[str, ...] = ()
    back: str = ""
    refused: str = ""


@definition
class Wait:
    """Time goes by: for so long, or until a moment (local time of the workspace, `2026-03-01 09:00`)."""

    days: int = 0
    hours: int = 0
    minutes: int = 0
    until: str = ""


@definition
class Switch:
    """A rule is switched on or off."""

    rule: str
    active: bool = True


@definition
class Run:
    """An analysis is computed, or a segment looked over, at once."""

    analysis: str = ""
    segment: str = ""


@definition
class ExpectRecord:
    """Values of a record as whoever is signed in sees it; `seen` false: they may not see it at all."""

    record: str
    values: Mapping[str, Any] = prop(factory=dict)
    seen: bool = True


@definition
class ExpectCount:
    """How many records meet a condition, as far as whoever is signed in may see them."""

    entity: str
    where: str = ""
    count: int = 0


@definition
class ExpectMessage:
    """Messages about a record (about any when blank): how many, and of each that it came so far, for a reason, over a
    channel, with these words."""

    message: str
    record: str = ""
    count: int = 1
    state: Literal["", "queued", "deferred", "sent", "delivered", "opened", "clicked", "failed", "suppressed"] = ""
    reason: str = ""
    channel: str = ""
    says: tuple[str, ...] = ()


@definition
class ExpectNote:
    """Notes in somebody's inbox with these words."""

    login: str
    says: str = ""
    count: int = 1


@definition
class ExpectFiring:
    """How often a rule fired (on a record)."""

    rule: str
    record: str = ""
    count: int = 1
    state: Literal["done", "failed"] = "done"


@definition
class ExpectTask:
    """Open tasks of somebody about a record, at a step where one is named; `kind` tells copies from what is to do."""

    login: str
    record: str = ""
    step: str = ""
    kind: Literal["", "approve", "fill", "resubmit", "copy"] = ""
    count: int = 1


@definition
class ExpectFlow:
    """How the newest flow of a record stands: `running`, `stuck`, or how it ended."""

    record: str
    flow: str = ""
    state: Literal["running", "stuck", "approved", "rejected", "withdrawn", "ended", "none"] = "approved"


@definition
class ExpectReport:
    """What a report answers to whoever is signed in. Each of `rows` names some of its dimensions and measures with what
    they say; `count` is how many rows there are, where that is given. `filters` are values of its parameters."""

    report: str
    filters: Mapping[str, Any] = prop(factory=dict)
    rows: tuple[Mapping[str, Any], ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepKind:
    """A step's word and its settings, as the loader asks for them."""

    Config: type


STEPS: Mapping[str, StepKind] = {
    "sign_in": StepKind(Config=SignIn),
    "create": StepKind(Config=Create),
    "submit": StepKind(Config=Submit),
    "change": StepKind(Config=Change),
    "delete": StepKind(Config=Delete),
    "press": StepKind(Config=Press),
    "start_flow": StepKind(Config=StartFlow),
    "act": StepKind(Config=Act),
    "wait": StepKind(Config=Wait),
    "switch": StepKind(Config=Switch),
    "run": StepKind(Config=Run),
    "expect_record": StepKind(Config=ExpectRecord),
    "expect_count": StepKind(Config=ExpectCount),
    "expect_message": StepKind(Config=ExpectMessage),
    "expect_note": StepKind(Config=ExpectNote),
    "expect_firing": StepKind(Config=ExpectFiring),
    "expect_task": StepKind(Config=ExpectTask),
    "expect_flow": StepKind(Config=ExpectFlow),
    "expect_report": StepKind(Config=ExpectReport),
}


@definition(variant="steps")
class Step:
    """One thing that is done or expected; `note` says why, for whoever reads the test."""

    type: str
    note: str = ""
    config: Any = None


@definition
class AcceptanceTest:
    """What happens in which order, beginning at the moment `now` (local time of the workspace)."""

    label: Label
    now: str = prop(pattern=r"\d{4}-\d\d-\d\d \d\d:\d\d")
    departments: tuple[Place, ...] = ()
    people: tuple[Somebody, ...] = ()
    steps: tuple[Step, ...] = ()


def read_tests(companions: Mapping[str, Json]) -> list[tuple[str, AcceptanceTest]]:
    """The tests of a bundle by their files; Invalid with everything wrong in them."""
    found: list[tuple[str, AcceptanceTest]] = []
    wrong: list[Issue] = []
    for file, document in sorted(companions.items()):
        if file.startswith("tests/"):
            test, issues = load(AcceptanceTest, document, {"steps": STEPS})
            wrong += (issue.under(file) for issue in issues)
            if test is not None and not issues:
                wrong += (issue.under(file) for issue in _faults(test))
                found.append((file, test))
    if wrong:
        raise Invalid(wrong)
    return found


def _faults(test: AcceptanceTest) -> Iterator[Issue]:
    """A test begins at a moment, and expects something."""
    try:
        datetime.fromisoformat(test.now)
    except ValueError:
        yield Issue(code="acceptance.moment", path=("now",), arguments={"found": test.now})
    for index, step in enumerate(test.steps):
        until = step.config.until if isinstance(step.config, Wait) else ""
        try:
            datetime.fromisoformat(until or test.now)
        except ValueError:
            yield Issue(code="acceptance.moment", path=("steps", index, "until"), arguments={"found": until})
    if not any(step.type.startswith("expect") or getattr(step.config, "refused", "") for step in test.steps):
        yield Issue(code="acceptance.expects_nothing", path=("steps",))


def places(test: AcceptanceTest) -> Sequence[Place]:
    """The departments, those above first."""
    ordered: list[Place] = []
    waiting = list(test.departments)
    while waiting:
        known = {place.code for place in ordered}
        ready = [place for place in waiting if not place.parent or place.parent in known] or waiting[:1]
        ordered += ready
        waiting = [place for place in waiting if place not in ready]
    return ordered

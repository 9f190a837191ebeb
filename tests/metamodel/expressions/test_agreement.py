"""Random typed expressions over random records mean the same in Python, on both databases and in the browser."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from metamodel.expressions.ast import to_json
from metamodel.expressions.check import check
from metamodel.expressions.evaluate import compile, evaluate
from metamodel.expressions.storage import to_browser
from metamodel.expressions.types import BOOLEAN
from tests.metamodel.expressions.databases import NAMES, chosen, connect, fill, values
from tests.metamodel.expressions.random_expressions import Maker, records
from tests.metamodel.expressions.world import World, context, dump

FILE = Path(__file__).parents[2] / "cases" / "expressions_random.json"
NOTES = records(random.Random(2026), 40)
ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe")


@pytest.fixture(scope="module", params=NAMES)
def connection(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    for opened in connect(request.param):
        fill(opened, NOTES)
        yield opened


def text_of(maker: Maker, depth: int) -> str:
    kinds = (maker.number, maker.text, maker.date, maker.instant, maker.boolean)
    return kinds[maker.choose(len(kinds))](depth)


@given(data=st.data(), depth=st.integers(0, 2), zone=st.sampled_from(ZONES))
def test_python_and_sql_agree(connection: sa.Connection, data: st.DataObject, depth: int, zone: str) -> None:
    text = text_of(Maker(lambda count: data.draw(st.integers(0, count - 1))), depth)
    found = check(text, World(), "desk.note")
    assert found.issues == () and found.ast is not None, text
    about = context(zone)
    function = compile(found.ast)
    expected = {note["id"]: function(note, about) for note in NOTES}
    assert values(connection, found.ast, about) == expected, text
    if found.type == BOOLEAN:
        assert chosen(connection, found.ast, about) == {number for number, each in expected.items() if each is True}


def test_the_browser_has_a_batch() -> None:
    """Expressions made once, with what they give, for the browser's test; FRESH=1 makes them anew."""
    source = random.Random(7)
    notes = {f"note{note['id']}": note for note in NOTES[:12]}
    cases: list[dict[str, Any]] = []
    while len(cases) < 200:
        text = text_of(Maker(source.randrange), source.choice((1, 1, 2)))
        found = check(text, World(), "desk.note")
        assert found.ast is not None
        name, zone = source.choice(list(notes)), source.choice(ZONES)
        about = context(zone)
        value = to_browser(found.type, evaluate(found.ast, notes[name], about))
        case = {"text": text, "record": name, "zone": zone, "expected": value, "ast": to_json(found.ast)}
        if len(about.issues) < 2:
            cases.append({**case, "issue": about.issues[0].code} if about.issues else case)
    shown = {name: dump("desk.note", note) for name, note in notes.items()}
    lines = ",\n  ".join(json.dumps(case, ensure_ascii=False) for case in cases)
    text = f'{{\n "records": {json.dumps(shown, ensure_ascii=False)},\n "cases": [\n  {lines}\n ]\n}}\n'
    if os.environ.get("FRESH"):
        FILE.write_text(text, "utf-8")
    assert FILE.read_text("utf-8") == text

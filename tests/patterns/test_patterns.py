"""Each control-flow pattern that block structure can say leaves the trace it must, straight and saved at every step."""

from __future__ import annotations

from typing import Any

import pytest

from engines.catalog import CATALOG
from metamodel.bpmn import read_bpmn, write_bpmn
from metamodel.definition import dump, load
from metamodel.flow import Flow
from tests.patterns.play import differences, patterns


@pytest.mark.parametrize("pattern", patterns(), ids=lambda pattern: f"{pattern['number']:02d}")
def test_a_pattern_leaves_its_trace_and_comes_back_from_bpmn(pattern: dict[str, Any]) -> None:
    assert not [*differences(pattern, saves=False), *differences(pattern, saves=True)]
    flow, _ = load(Flow, pattern["flow"], CATALOG)
    assert flow is not None
    again, notes = read_bpmn(write_bpmn(flow), CATALOG)
    assert dump(again) == dump(flow) and not notes


def test_enough_of_them_can_be_said() -> None:
    numbers = {pattern["number"] for pattern in patterns()}
    assert len([number for number in numbers if number <= 20]) >= 17
    assert len(numbers) == len(patterns())

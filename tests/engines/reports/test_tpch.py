"""The questions of TPC-H asked as reports equal the specification's SQL, on both databases."""

from __future__ import annotations

import duckdb

from engines.database import Workspace
from tests.benchmarks.tpch import answered, same, wanted
from tests.benchmarks.tpch_data import fill, made, to_duckdb
from tests.benchmarks.tpch_questions import QUESTIONS, UNSAID


def test_the_questions_of_tpch(workspace: Workspace) -> None:
    rows = made()
    oracle = duckdb.connect()
    to_duckdb(oracle, rows)
    fill(workspace, rows)
    known = {number: wanted(oracle, number) for number in QUESTIONS}
    assert all(known.values()) and sorted({*QUESTIONS, *UNSAID}) == list(range(1, 23))
    wrong = {number: same(answered(workspace, number), known[number]) for number in QUESTIONS}
    assert {number: text for number, text in wrong.items() if text} == {}

"""Charts: what each can draw is what the browser says of it, and whatever it draws is a figure plotly takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from engines.catalog import CATALOG
from engines.reports.chart import ResultColumn, Shape, series

CASES = json.loads((Path(__file__).parents[2] / "cases" / "charts.json").read_text("utf-8"))
SHAPES = [Shape(rows=r, series=s, measures=m) for r in range(4) for s in range(3) for m in range(5)]


@pytest.mark.parametrize("kind", CATALOG["charts"])
def test_the_shapes_a_chart_draws_are_those_the_browser_knows(kind: str) -> None:
    assert [[one.rows, one.series, one.measures] for one in SHAPES if CATALOG["charts"][kind].accepts(one)] == CASES[
        kind
    ]
    assert (Path("static/src/kinds/charts") / f"{kind}.tsx").exists()


@pytest.mark.parametrize("count", [0, 1, 7])
@pytest.mark.parametrize("kind", CATALOG["charts"])
def test_every_figure_is_one(kind: str, count: int) -> None:
    chart = CATALOG["charts"][kind]
    for shape in SHAPES:
        if not chart.accepts(shape):
            continue
        columns = [
            *(
                ResultColumn(name=f"R{n}", label="", role="dimension", type="text", axis="rows")
                for n in range(shape.rows)
            ),
            *(
                ResultColumn(name=f"S{n}", label="", role="dimension", type="text", axis="color")
                for n in range(shape.series)
            ),
            *(ResultColumn(name=f"M{n}", label="", role="measure", type="number:2") for n in range(shape.measures)),
        ]
        splits = shape.rows + shape.series
        rows: list[list[Any]] = [
            [
                *(f"{place}{n % (place + 2)}" for place in range(splits)),
                *(n - 2.5 if (n + m) % 4 else None for m in range(shape.measures)),
            ]
            for n in range(count if splits else min(count, 1))
        ]
        figure = chart.figure(columns, rows, chart.Config())
        if figure is not None:
            go.Figure(figure)
        for level in chart.levels(shape.rows, shape.series, chart.Config()):
            assert len(level) < splits and list(level) == sorted(set(level))


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["45-54", "100 and more", "9-12", "25-34"], ["9-12", "25-34", "45-54", "100 and more"]),
        (["0.5", "10", "2"], ["0.5", "2", "10"]),
        (["9-12", "unknown", "25-34"], ["9-12", "unknown", "25-34"]),
        (["East", "West"], ["East", "West"]),
    ],
    ids=["bands", "numbers", "mixed", "words"],
)
def test_series_that_begin_with_numbers_stand_by_them(names: list[str], wanted: list[str]) -> None:
    columns = [
        ResultColumn(name="R", label="", role="dimension", type="text", axis="rows"),
        ResultColumn(name="S", label="", role="dimension", type="text", axis="color"),
        ResultColumn(name="M", label="", role="measure", type="number:0"),
    ]
    found = series(columns, [["all", name, float(at)] for at, name in enumerate(names)])[1]
    assert [one.name for one in found] == wanted
    assert {one.name: one.values for one in found} == {name: [float(at)] for at, name in enumerate(names)}


@pytest.mark.parametrize("kind", ["bar", "line", "area"])
@pytest.mark.parametrize("formats", [("percent",), ("percent", "percent"), ("percent", "money"), ("",)], ids="-".join)
def test_shares_are_percent_on_the_axis_of_values(kind: str, formats: tuple[str, ...]) -> None:
    chart = CATALOG["charts"][kind]
    columns = [
        ResultColumn(name="R", label="", role="dimension", type="text", axis="rows"),
        *(
            ResultColumn(name=f"M{at}", label="", role="measure", type="real", format=word)
            for at, word in enumerate(formats)
        ),
    ]
    figure = chart.figure(columns, [["a", *(0.25 for _ in formats)]], chart.Config())
    assert ("%" in str(figure["layout"].get("yaxis", ""))) == (set(formats) == {"percent"})
    if kind == "bar":
        lying = chart.figure(columns, [["a", *(0.25 for _ in formats)]], chart.Config(lying=True))
        assert ("%" in str(lying["layout"].get("xaxis", ""))) == (set(formats) == {"percent"})

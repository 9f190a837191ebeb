"""The contract of a chart: which answers it can draw, and the plotly figure it makes of one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from metamodel.definition import Json, Label
from metamodel.kinds import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What an answer consists of: how many columns split it and how many measure it."""

    dimensions: int
    measures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultColumn:
    """One column of an answer. `role` tells what splits from what measures; `format` how numbers are written."""

    name: str
    label: Label
    role: str
    type: str
    format: str = ""


class ChartKind(Kind):
    """One way of drawing an answer."""

    @abstractmethod
    def accepts(self, shape: Shape) -> bool:
        """Whether it can draw an answer of this shape."""

    @abstractmethod
    def figure(self, columns: Sequence[ResultColumn], rows: Sequence[Sequence[Json]], config: Any) -> Json:
        """A plotly figure {data, layout} of the rows (numbers as floats), or None where the browser draws itself."""

"""The contract of an analysis: what its settings must be, and the scores as one statement over tables of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.records.sight import Sight
from metamodel.analysis import Analysis
from metamodel.definition import Json
from metamodel.issues import Issue
from metamodel.kinds import Kind
from metamodel.model import EntityModel, Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where an analysis works: a connection that sees one state of the world, the house's sight with its moment, and
    `scratch`, which keeps what a statement gives as a table for as long as the run lasts."""

    connection: sa.Connection
    sight: Sight
    entity: EntityModel
    config: Any
    scratch: Callable[[str, sa.Select[Any]], sa.Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What an analysis found: a statement that gives `id` and a column for each field it writes, in stored form, and
    figures for people. Records that the statement leaves out have no score."""

    statement: sa.Select[Any]
    fields: tuple[str, ...]
    findings: Mapping[str, Json]


class AnalysisKind(Kind):
    """One method."""

    @abstractmethod
    def check(self, analysis: Analysis, model: Model, application: str) -> Iterator[Issue]:
        """What is wrong with the settings beyond names that lead nowhere."""

    @abstractmethod
    def watched(self, config: Any) -> tuple[str, ...]:
        """The fields whose moves from one run to the next are told, most telling first."""

    @abstractmethod
    def scores(self, stage: Stage) -> Scores:
        """The scores of all records at the stage's moment; writes nothing but scratch tables."""

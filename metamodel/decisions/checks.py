"""What is wrong with a decision table: faulty cells, rows that meet or are never reached, gaps, tests that fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from metamodel.decision_table import DecisionTable
from metamodel.decisions.plan import Column, Line, Plan, read, settled, static, value_of
from metamodel.decisions.space import Box, Piece, TooLarge, mask, meet, pieces, spoken, uncovered
from metamodel.decisions.trial import try_tests
from metamodel.definition import Label
from metamodel.expressions.ast import Ref
from metamodel.expressions.scope import Scope
from metamodel.issues import Issue
from metamodel.model import FieldModel, Model

#: policies that want exactly one row
ONE_ROW = frozenset({"unique", "first", "any", "priority"})
MOST_TOLD = 5
#: rows compared with one another
MOST_ROWS = 1000


def checked(table: DecisionTable, model: Model, entity: str) -> tuple[Plan | None, tuple[Issue, ...]]:
    """The table as a plan that knows whether its rows can meet, and every finding with its path in the table."""
    if entity and entity not in model.entities:
        return None, ()  # the missing name is told already
    plan, issues = read(table, model, entity)
    if plan is None:
        return None, issues
    found = [*issues]
    looked = _Rows(plan, model)
    found += looked.findings()
    whole = replace(plan, disjoint=looked.disjoint)
    found += try_tests(whole)
    return whole, tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Surface:
    """A row in the space of all values: its box where every cell is known, and what is sure and what is possible."""

    line: Line
    sure: Box
    possible: Box

    @property
    def exact(self) -> bool:
        """Whether nothing of it depends on other values."""
        return self.sure == self.possible


class _Rows:
    def __init__(self, plan: Plan, model: Scope) -> None:
        self.plan, self.model = plan, model
        self.spaces: list[tuple[Piece, ...]] = []
        self.unsettled: list[Issue] = []
        self.never: list[Issue] = []
        self.surfaces: list[_Surface] = []
        self.disjoint = False
        masks = [self._column(at, column) for at, column in enumerate(plan.columns)]
        masks.append(self._days())
        for index, line in enumerate(plan.lines):
            sure = tuple(column[index][0] for column in masks)
            possible = tuple(column[index][1] for column in masks)
            self.surfaces.append(_Surface(line=line, sure=sure, possible=possible))

    def _column(self, at: int, column: Column) -> list[tuple[int, int]]:
        """For each row which pieces its test surely holds for, and which it may."""
        tests = [line.tests[at] for line in self.plan.lines]
        known = [test for test in tests if test is not None and settled(test)]
        space = pieces(column.node.type, known, tuple(self._choices(column)))
        self.spaces.append(space)
        everything = (1 << len(space)) - 1
        found = []
        for line, test in zip(self.plan.lines, tests, strict=True):
            path = ("rows", line.id, "when", column.id)
            if test is not None and (column.node.type.kind == "texts" or not settled(test)):
                self.unsettled.append(Issue(code="decision.not_checked", path=path, severity="hint"))
                found.append((0, everything))
                continue
            bits = mask(test, space)
            if not bits:
                self.never.append(Issue(code="decision.never", path=path, severity="warning"))
            found.append((bits, bits))
        return found

    def _choices(self, column: Column) -> dict[str, Label]:
        """All that a choice may be, with the labels."""
        item = self._field(column)
        options = getattr(item.config, "options", ()) if item and item.type.kind == "choice" else ()
        return {option.value: option.label for option in options}

    def _percent(self, column: Column) -> bool:
        """Whether people see its numbers as hundredths."""
        item = self._field(column)
        return item is not None and "percent" in (item.type.kind, getattr(item.config, "result", ""))

    def _field(self, column: Column) -> FieldModel | None:
        node = column.node
        if not isinstance(self.model, Model) or not isinstance(node, Ref) or not node.entities:
            return None
        owner = self.model.entity(node.entities[-1])
        return owner.fields.get(node.path[-1]) if owner else None

    def _days(self) -> list[tuple[int, int]]:
        """In force or not, as one more column."""
        lines = self.plan.lines
        edges = {day for line in lines for day in (line.since, line.until) if day}
        samples: list[Any] = sorted({day + step * day.resolution for day in edges for step in (-1, 0, 1)}) or [None]
        space = tuple(Piece(sample=day, low=day, high=day, single=True) for day in samples)
        self.spaces.append(space)
        found = []
        for line in lines:
            bits = 0
            for at, day in enumerate(samples):
                if day is None or ((not line.since or day >= line.since) and (not line.until or day <= line.until)):
                    bits |= 1 << at
            found.append((bits, bits))
        return found

    # Findings ----------------------------------------------------------------------------------------------------

    def findings(self) -> Iterator[Issue]:
        """Everything, most telling first."""
        yield from self.never
        if len(self.surfaces) > MOST_ROWS:
            yield Issue(code="decision.too_large", path=("rows",), severity="hint")
            return
        yield from self._meetings()
        policy = self.plan.table.hit_policy
        try:
            if policy == "first":
                yield from self._unreachable()
            if policy in ONE_ROW and self.surfaces:
                yield from self._gaps()
        except TooLarge:
            yield Issue(code="decision.too_large", path=("rows",), severity="hint")
        if policy in ONE_ROW:
            yield from self.unsettled

    def _meetings(self) -> Iterator[Issue]:
        """Rows that say the same, and rows that meet where only one may hit."""
        policy = self.plan.table.hit_policy
        disjoint = True
        told = 0
        for index, surface in enumerate(self.surfaces):
            for number, other in enumerate(self.surfaces[:index], 1):
                if not meet(surface.possible, other.possible):
                    continue
                disjoint = False
                if told >= MOST_TOLD or not (surface.exact and other.exact):
                    continue
                same = surface.sure == other.sure
                row = ("rows", surface.line.id)
                if same and policy != "first":
                    told += 1
                    yield Issue(code="decision.duplicate", path=row, severity="warning", arguments={"row": number})
                elif policy == "unique" or (policy == "any" and not self._agree(surface.line, other.line)):
                    told += 1
                    common = tuple(one & two for one, two in zip(surface.sure, other.sure, strict=True))
                    arguments = {"row": number, "where": self._where(common)}
                    yield Issue(code=f"decision.overlap_{policy}", path=row, severity="warning", arguments=arguments)
        self.disjoint = disjoint

    def _agree(self, first: Line, second: Line) -> bool:
        """Whether two rows give the same, as far as that is known beforehand."""
        return all(
            not (static(one) and static(other)) or value_of(one) == value_of(other)
            for one, other in zip(first.values, second.values, strict=True)
        )

    def _unreachable(self) -> Iterator[Issue]:
        for index, surface in enumerate(self.surfaces):
            before = [other.sure for other in self.surfaces[:index] if meet(other.sure, surface.possible)]
            if all(surface.possible) and before and not uncovered(surface.possible, before, 1):
                yield Issue(code="decision.unreachable", path=("rows", surface.line.id), severity="warning")

    def _gaps(self) -> Iterator[Issue]:
        """Values for which no row surely or possibly hits; blanks are left out, as are the days before the first."""
        if all(result.default.type.kind != "blank" and not _nothing(result.default) for result in self.plan.results):
            return
        whole = [sum(1 << at for at, piece in enumerate(space) if not piece.blank) for space in self.spaces[:-1]]
        days = (1 << len(self.spaces[-1])) - 1
        if any(line.since for line in self.plan.lines):
            days &= ~1
        for box in uncovered((*whole, days), [surface.possible for surface in self.surfaces], MOST_TOLD):
            arguments = {"where": self._where(box)}
            yield Issue(code="decision.gap", path=("rows",), severity="warning", arguments=arguments)

    def _where(self, box: Box) -> dict[str, str]:
        """Values in words, one input beside the other, in both languages."""
        found: dict[str, list[str]] = {"zh-CN": [], "en": []}
        for column, space, bits in zip(self.plan.columns, self.spaces, box, strict=False):
            labels, percent = self._choices(column), self._percent(column)
            for locale, parts in found.items():
                words = spoken(space, bits, labels, locale, percent=percent)
                if not words:
                    continue
                label = column.label if isinstance(column.label, str) else column.label.get(locale, "")
                parts.append(f"{label or column.text} {words}")
        if not found["en"]:
            return {"zh-CN": "任意值", "en": "any values"}
        return {"zh-CN": "，".join(found["zh-CN"]), "en": ", ".join(found["en"])}


def _nothing(node: Any) -> bool:
    return static(node) and value_of(node) is None

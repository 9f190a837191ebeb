"""An application: everything that is defined under one name and version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from metamodel.analysis import Analysis
from metamodel.board import Board
from metamodel.dataset import Dataset
from metamodel.decision_table import DecisionTable
from metamodel.definition import NAME, Label, definition, prop
from metamodel.entity import Entity
from metamodel.flow import Flow
from metamodel.form import Form, Page
from metamodel.menu import Menu
from metamodel.message import Message
from metamodel.option import OptionSet
from metamodel.report import Report
from metamodel.role import Role
from metamodel.rule import Rule
from metamodel.segment import Segment
from metamodel.view import View

#: the sorts of definition an application is made of: sort → (folder and property, class)
SORTS: Mapping[str, tuple[str, type]] = {
    "option_set": ("option_sets", OptionSet),
    "entity": ("entities", Entity),
    "form": ("forms", Form),
    "page": ("pages", Page),
    "view": ("views", View),
    "dataset": ("datasets", Dataset),
    "report": ("reports", Report),
    "board": ("boards", Board),
    "segment": ("segments", Segment),
    "analysis": ("analyses", Analysis),
    "decision_table": ("decision_tables", DecisionTable),
    "rule": ("rules", Rule),
    "flow": ("flows", Flow),
    "message": ("messages", Message),
    "role": ("roles", Role),
    "menu": ("menus", Menu),
}


@definition
class Application:
    """An application with all its definitions; `requires` names the applications it refers to."""

    id: str = prop("", group="hidden")
    name: str = prop(pattern=NAME, group="hidden")
    label: Label
    description: Label = ""
    icon: str = prop("", widget="icon")
    color: str = prop("", widget="color")
    version: str = "0.1.0"
    format: int = prop(1, group="hidden")
    requires: tuple[str, ...] = ()
    option_sets: tuple[OptionSet, ...] = prop((), group="hidden")
    entities: tuple[Entity, ...] = prop((), group="hidden")
    forms: tuple[Form, ...] = prop((), group="hidden")
    pages: tuple[Page, ...] = prop((), group="hidden")
    views: tuple[View, ...] = prop((), group="hidden")
    datasets: tuple[Dataset, ...] = prop((), group="hidden")
    reports: tuple[Report, ...] = prop((), group="hidden")
    boards: tuple[Board, ...] = prop((), group="hidden")
    segments: tuple[Segment, ...] = prop((), group="hidden")
    analyses: tuple[Analysis, ...] = prop((), group="hidden")
    decision_tables: tuple[DecisionTable, ...] = prop((), group="hidden")
    rules: tuple[Rule, ...] = prop((), group="hidden")
    flows: tuple[Flow, ...] = prop((), group="hidden")
    messages: tuple[Message, ...] = prop((), group="hidden")
    roles: tuple[Role, ...] = prop((), group="hidden")
    menus: tuple[Menu, ...] = prop((), group="hidden")

    def find(self, sort: str, name: str) -> Any:
        """The definition of a sort by name, or None."""
        return next((item for item in getattr(self, SORTS[sort][0]) if item.name == name), None)

    def meant(self, sort: str, word: str) -> Any:
        """The definition that a word from outside means (a printed address, a test), or None: by its name, or by its
        id, which outlives every name."""
        return self.find(sort, word) or next((item for item in getattr(self, SORTS[sort][0]) if item.id == word), None)

    def all(self) -> Iterator[tuple[str, Any]]:
        """Every definition with its sort, in a fixed order."""
        for sort, (folder, _) in SORTS.items():
            for item in getattr(self, folder):
                yield sort, item

"""A department of the organisation."""

from __future__ import annotations

from metamodel.definition import definition
from metamodel.expressions.scope import DEPARTMENT
from metamodel.field_families import OfTheHouse


@definition
class Settings:
    """It has no settings."""


class Department(OfTheHouse):
    """A department of the organisation."""

    kind = "department"
    Config = Settings
    icon = "department"
    target = DEPARTMENT

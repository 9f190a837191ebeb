"""A person who works here."""

from __future__ import annotations

from metamodel.definition import definition
from metamodel.expressions.scope import USER
from metamodel.field_families import OfTheHouse


@definition
class Settings:
    """It has no settings."""


class User(OfTheHouse):
    """A person who works here."""

    kind = "user"
    Config = Settings
    icon = "user"
    target = USER

"""The whole flow is over here."""

from __future__ import annotations

from typing import Literal

from engines.workflow.step import Answer, Here, StepKind, Stop
from metamodel.definition import definition


@definition
class Settings:
    """How it ended."""

    outcome: Literal["approved", "rejected", "ended"] = "ended"


class End(StepKind):
    """The whole flow is over here."""

    kind = "end"
    Config = Settings
    group = "ways"
    icon = "stop"

    def enter(self, here: Here) -> Answer:
        """At once."""
        return Stop(outcome=here.config.outcome)

"""A decision table is asked about the record, and what it gives is kept in fields of it."""

from __future__ import annotations

from engines.rules.actions.decide import Settings
from engines.workflow.state import Do
from engines.workflow.step import Answer, Fail, Go, Here, StepKind
from metamodel.rule import ActionCall


class Decide(StepKind):
    """A decision table is asked about the record."""

    kind = "decide"
    Config = Settings
    group = "doing"
    icon = "table-2"

    def enter(self, here: Here) -> Answer:
        """Asked at once."""
        call = ActionCall(id="decide", type="decide", config=here.config)
        told = here.ask("do", Do(actions=(call,)))
        if "failed" in told:
            return Fail(error=str(told["failed"]))
        return Go(notes=(here.note("did", why={"result": told}),))

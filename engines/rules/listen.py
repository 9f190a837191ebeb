"""Which rules hear what: one index a release, so that a write that nobody listens to costs one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engines.records.live import Live
from metamodel.flow import Flow
from metamodel.model import EntityModel, qualified
from metamodel.rule import ActionCall, Rule
from metamodel.trigger import Event, TriggerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A rule in its place, with the kind of its trigger."""

    application: str
    rule: Rule
    entity: EntityModel
    kind: TriggerKind

    @property
    def key(self) -> tuple[str, str]:
        """What switches and firings know it by."""
        return (self.application, self.rule.id)


#: what the ids of rules begin with that stand for a flow
FLOW = "flow:"
Switches = Mapping[tuple[str, str], bool]


def rules_of(live: Live) -> Mapping[str, tuple[Heard, ...]]:
    """All sound rules by the entity they are about, in the order they were written."""
    return live.once("rules", lambda: _rules_of(live))


def _rules_of(live: Live) -> Mapping[str, tuple[Heard, ...]]:
    found: dict[str, list[Heard]] = {}
    kinds = live.model.catalog["triggers"]
    for application in live.model.applications.values():
        for rule in application.rules:
            entity = live.model.entity(qualified(application.name, rule.entity))
            if entity is not None:
                heard = Heard(application=application.name, rule=rule, entity=entity, kind=kinds[rule.trigger.type])
                found.setdefault(entity.name, []).append(heard)
        for flow in application.flows:
            entity = live.model.entity(qualified(application.name, flow.entity))
            if entity is not None and flow.trigger.type != "button":
                kind = kinds[flow.trigger.type]
                heard = Heard(application=application.name, rule=beginning(live, flow), entity=entity, kind=kind)
                found.setdefault(entity.name, []).append(heard)
    return {name: tuple(rules) for name, rules in found.items()}


def beginning(live: Live, flow: Flow) -> Rule:
    """The rule that starts a flow; what people start by hand needs none."""
    config = live.model.catalog["actions"]["start_flow"].Config(flow=flow.name)
    return Rule(
        id=f"{FLOW}{flow.id}",
        name=flow.name,
        label=flow.label,
        entity=flow.entity,
        trigger=flow.trigger,
        condition=flow.condition,
        days=1,
        actions=(ActionCall(id="start_flow", type="start_flow", config=config),),
        active=flow.active,
    )


def listeners(live: Live, event: Event, moment: str, switches: Switches) -> list[Heard]:
    """The rules that an event starts."""
    return [
        heard
        for heard in rules_of(live).get(event.entity, ())
        if heard.kind.moment == moment
        and switches.get(heard.key, heard.rule.active)
        and heard.kind.hears(heard.rule.trigger.config, event)
    ]


def find(live: Live, application: str, rule: str) -> Heard | None:
    """A rule by its id."""
    for rules in rules_of(live).values():
        for heard in rules:
            if heard.key == (application, rule):
                return heard
    return None


def config_of(heard: Heard) -> Any:
    """The settings of its trigger."""
    return heard.rule.trigger.config

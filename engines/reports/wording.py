"""Expressions as people read them: fields by their labels, choices by theirs."""

from __future__ import annotations

import re

from engines.records.sight import Sight
from metamodel.dataset import Dataset
from metamodel.expressions.rename import usages
from metamodel.issues import say
from metamodel.metric import MEASURES, scope_of
from metamodel.option import Option

_BRACED = re.compile(r"\{([^{}]*)\}")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


def labelled(sight: Sight, text: str, entity: str) -> str:
    """A text over an entity with labels in place of names; what a reader may not know of keeps no name at all."""
    locale = sight.actor.locale
    options: dict[str, str] = {}
    written = text
    for usage in reversed(usages(text, sight, entity)):
        facts = sight.field(usage.entity, usage.name)
        label = say(facts.label, locale) if facts and facts.label else usage.name if facts else "…"
        written = written[: usage.span[0]] + label + written[usage.span[1] :]
        for option in _choices(sight, usage.entity, usage.name):
            options[option.value] = say(option.label, locale)
    written = _BRACED.sub(lambda found: found[1], written)
    return _QUOTED.sub(lambda found: f"“{options.get(found[1], found[1])}”", written)


def _choices(sight: Sight, entity: str, name: str) -> tuple[Option, ...]:
    known = sight.live.model.choices(entity, name)
    holder = sight.live.model.entity(entity)
    item = holder.fields.get(name) if holder else None
    return known or (getattr(item.config, "options", ()) if item else ())


def of_measures(sight: Sight, text: str, dataset: Dataset) -> str:
    """A formula over measures with their labels."""
    known = {item.name: say(item.label, sight.actor.locale) for item in dataset.measures}
    written = text
    for usage in reversed(usages(text, scope_of(dataset), MEASURES)):
        written = written[: usage.span[0]] + known.get(usage.name, usage.name) + written[usage.span[1] :]
    return _BRACED.sub(lambda found: found[1], written)

"""What a rule of the clock would change: one that only sets values passes over the records that have them already."""

from __future__ import annotations

from engines.records.sight import Sight
from engines.rules.action import ActionKind
from engines.rules.listen import Heard
from metamodel.expressions.ast import Call, Node
from metamodel.expressions.conversions import convert
from metamodel.expressions.types import BOOLEAN, Type

#: what is compared as it stands
ALIKE = frozenset({"text", "boolean", "date", "datetime", "time", "record"})


def changing(sight: Sight, heard: Heard) -> Node | None:
    """The condition that some value differs from what the rule sets; None where that can't be told beforehand."""
    tests: list[Node] = []
    for call in heard.rule.actions:
        kind: ActionKind = sight.live.model.catalog["actions"][call.type]
        chosen = kind.sets(call.config)
        if chosen is None:
            return None
        texts = kind.expressions(call.config)
        trees = kind.trees(call.config, sight.live.model, heard.application)
        for name, word in chosen.items():
            item = heard.entity.fields.get(name)
            if item is None or item.storage != "column" or item.derived:
                return None
            own = sight.sound(f"{{{name}}}", heard.entity.name, False)
            given = trees[word] if word in trees else sight.sound(texts[word], heard.entity.name, False)
            fitting = _fitting(given, own.type)
            if fitting is None:
                return None
            tests.append(Call(name="<>", args=(own, fitting), type=BOOLEAN))
    if not tests:
        return None
    return tests[0] if len(tests) == 1 else Call(name="OR", args=tuple(tests), type=BOOLEAN)


def _fitting(node: Node, wanted: Type) -> Node | None:
    """The value in the field's own type, where keeping it would not round it."""
    given = node.type
    if given.kind == "blank" or given == wanted:
        return convert(node, wanted)
    if given.kind == wanted.kind and given.kind in ALIKE:
        return node
    if given.kind == wanted.kind == "number" and given.scale <= wanted.scale:
        return convert(node, wanted)
    return None

"""References in text: where they stand, and other names put in their place while the author's form is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from metamodel.errors import Invalid
from metamodel.expressions.ast import Call, Literal, Ref, Span, walk
from metamodel.expressions.parser import parse
from metamodel.expressions.scope import SEGMENT, Scope
from metamodel.issues import Issue

Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One step of one reference: the field `name` of `entity` stands at `span` of the text; or a segment."""

    entity: str
    name: str
    span: Span


def usages(text: str, scope: Scope, entity: str) -> tuple[Usage, ...]:
    """Every field named in a text, in its order. A text that cannot be read names none; of a path that leads nowhere
    the last one given is the step that is not known."""
    try:
        node = parse(text)
    except Invalid:
        return ()
    found: list[Usage] = []
    for ref in (each for each in walk(node) if isinstance(each, Ref)):
        offset = ref.span[0] + 1
        current = entity
        for raw in text[ref.span[0] + 1 : ref.span[1] - 1].replace("．", ".").split("."):
            name, start = raw.strip(), offset + len(raw) - len(raw.lstrip())
            found.append(Usage(entity=current, name=name, span=(start, start + len(name))))
            facts = scope.field(current, name)
            if facts is None or not facts.target:
                break
            current, offset = facts.target, offset + len(raw) + 1
    for call in (each for each in walk(node) if isinstance(each, Call) and each.name.upper() == "IN_SEGMENT"):
        said = call.args[0] if call.args else None
        if isinstance(said, Literal) and isinstance(said.value, str):
            found.append(Usage(entity=SEGMENT, name=said.value, span=(said.span[0] + 1, said.span[1] - 1)))
    return tuple(sorted(found, key=lambda each: each.span))


def rewrite(text: str, names: Names, scope: Scope, entity: str) -> str:
    """The text with fields renamed: `names` maps (entity, name) to the new name, `scope` still knows the old ones.
    Spaces, capitals and full-width signs stay as the author wrote them. A text that cannot be read stays as it is."""
    return rewrite_by(text, lambda found: names.get((found.entity, found.name), found.name), scope, entity)


def rewrite_by(text: str, renamed: Callable[[Usage], str], scope: Scope, entity: str) -> str:
    """As `rewrite` with a function: to names, or to ids and back (the normal form that diff and merge compare)."""
    for found in reversed(usages(text, scope, entity)):
        text = text[: found.span[0]] + renamed(found) + text[found.span[1] :]
    return text


def below(text: str, step: str) -> str:
    """A text about related records as one about the record they belong to: every path begins with the relation."""
    try:
        refs = [each.span for each in walk(parse(text)) if isinstance(each, Ref)]
    except Invalid:
        return text
    for start, _ in sorted(refs, reverse=True):
        text = f"{text[: start + 1]}{step}.{text[start + 1 :]}"
    return text


def unread(text: str) -> tuple[Issue, ...]:
    """Why a text cannot be read, or nothing."""
    try:
        parse(text)
    except Invalid as refusal:
        return refusal.issues
    return ()

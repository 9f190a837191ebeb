"""Conditions, effects and what came of them in the words people read; what a reader may not see is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.access.people import names_of
from engines.effects import (
    Assign,
    CallWebhook,
    ChangeRelated,
    ChangeTag,
    Effect,
    Instantiate,
    MakeRecord,
    Notify,
    Reject,
    Send,
    SetValues,
)
from engines.records.shape import label_column
from engines.records.sight import Sight
from engines.rules.template import sizes, template_of
from metamodel.definition import Json
from metamodel.expressions import moments
from metamodel.expressions.ast import Aggregate, Call, Convert, Literal, Node, Ref
from metamodel.expressions.check import check
from metamodel.expressions.scope import USER
from metamodel.issues import Issue, say, texts, wording
from metamodel.model import EntityModel, FieldModel

SIGNS = {"=": "is", "<>": "is_not", "<": "less", "<=": "at_most", ">": "more", ">=": "at_least"}
#: the same of days
DATED = {"less": "before", "at_most": "not_after", "more": "after", "at_least": "not_before"}
#: sides of what the check writes for dates
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z")
EARLIER, LATER = frozenset({"EARLIER", "EARLIER_AT"}), frozenset({"LATER", "LATER_AT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Speaks to one reader in a language."""

    connection: sa.Connection
    sight: Sight
    locale: str
    #: records asked for before, by entity and number
    known: dict[tuple[str, int], str] = field(default_factory=dict)

    def word(self, code: str, **arguments: Any) -> str:
        """One of this room's texts."""
        return wording(Issue(code=f"words.{code}", arguments=arguments), self.locale)[0]

    # Conditions --------------------------------------------------------------------------------------------------

    def sentence(self, text: str, entity: str) -> str:
        """A condition as a sentence; as it is written where it means nothing any more."""
        checked = check(text, self.sight.live.model, entity)
        return text if checked.ast is None or checked.issues else self.spoken(checked.ast, entity)

    def spoken(self, node: Node, entity: str) -> str:
        """A tree in words."""
        match node:
            case Literal(value=None):
                return self.word("blank")
            case Literal(value=bool(value)):
                return self.word("yes" if value else "no")
            case Literal(value=value):
                return str(value)
            case Convert(arg=arg):
                return self.spoken(arg, entity)
            case Ref():
                return self.path(node.path[node.bound :], node.entities[node.bound] if node.entities else entity)
            case Aggregate():
                rows = self.path(node.rows, node.entities[0])
                each = node.value or (node.condition if node.name in ("ANY", "ALL") else None)
                what = self.spoken(each, entity) if each else ""
                told = self.word(f"agg_{node.name.lower()}", rows=rows, what=what)
                if node.condition is None or node.condition is each:
                    return told
                return self.word("where", told=told, condition=self.spoken(node.condition, entity))
            case Call():
                return self._called(node, entity)

    def _called(self, node: Call, entity: str) -> str:
        chosen = self._chosen(node)
        args = [self._labelled(chosen, arg) or self.spoken(arg, entity) for arg in node.args]
        if node.name in SIGNS:
            dated = node.args[0].type.kind in ("date", "datetime") and SIGNS[node.name] in DATED
            sign = DATED[SIGNS[node.name]] if dated else SIGNS[node.name]
            return f"{args[0]} {self.word(sign)} {args[1]}"
        if node.name in ("AND", "OR"):
            inner = [
                f"（{text}）" if isinstance(arg, Call) and arg.name in ("AND", "OR") and arg.name != node.name else text
                for arg, text in zip(node.args, args, strict=True)
            ]
            return f" {self.word(node.name.lower())} ".join(inner)
        if node.name in EARLIER | LATER and args[0] in (self.word("fn_today"), self.word("fn_now")):
            return self.word("days_ahead" if node.name in LATER else "days_ago", count=args[1])
        code = f"words.fn_{node.name.lower()}"
        if code in texts(self.locale):
            return self.word(f"fn_{node.name.lower()}", a=args[0] if args else "", b=self.list(args[1:]))
        if not node.name[:1].isalpha():
            return f" {node.name} ".join(args) if len(args) > 1 else f"{node.name}{args[0]}"
        return f"{node.name}({', '.join(args)})"

    def _chosen(self, node: Call) -> FieldModel | None:
        """The choice that a call compares or looks for something in."""
        for arg in map(_plain, node.args):
            if isinstance(arg, Ref) and arg.entities:
                owner = self.sight.live.model.entity(arg.entities[-1])
                item = owner.fields.get(arg.path[-1]) if owner else None
                if item is not None and item.type.kind == "choice":
                    return item
        return None

    def _labelled(self, item: FieldModel | None, node: Node) -> str:
        """The label of a value of a choice."""
        plain = _plain(node)
        return self.value(item, plain.value) if item and isinstance(plain, Literal) and plain.value is not None else ""

    def path(self, path: Sequence[str], entity: str) -> str:
        """The labels along a path."""
        found: list[str] = []
        for name in path:
            owner = self.sight.live.model.entity(entity)
            facts = self.sight.live.model.field(entity, name)
            label = owner.fields[name].definition.label if owner and name in owner.fields else None
            found.append(say(label or (facts.label if facts else "") or name, self.locale))
            entity = facts.target if facts else ""
        return self.word("of").join(found)

    def list(self, parts: Sequence[str]) -> str:
        """Several, with the language's comma."""
        return ("、" if self.locale.startswith("zh") else ", ").join(parts)

    # Values ------------------------------------------------------------------------------------------------------

    def value(self, item: FieldModel | None, value: Json) -> str:
        """A value of a field, in JSON form, as people read it."""
        if value is None or value == "":
            return self.word("blank")
        if isinstance(value, bool):
            return self.word("yes" if value else "no")
        if isinstance(value, str) and INSTANT.fullmatch(value):
            at = moments.wall(datetime.fromisoformat(value), self.sight.live.zone)
            return at.strftime("%Y-%m-%d %H:%M") if at is not None else value
        if isinstance(value, (list, tuple)):
            return self.list([self.value(item, one) for one in value])
        if item is None:
            return str(value)
        if item.expression_type.kind == "record" or item.storage == "links":
            return self.record(getattr(item.config, "entity", "") or item.expression_type.entity, value)
        options = {option.value: option.label for option in getattr(item.config, "options", ()) or ()}
        label = options.get(value) if isinstance(value, str) else None
        return say(label, self.locale) if label is not None else str(value)

    def record(self, entity: str, number: Json) -> str:
        """What a record is called, if the reader may see it."""
        if isinstance(number, dict):
            number = number.get("id")
        if not isinstance(number, int):
            return str(number)
        if (entity, number) not in self.known:
            self.known[(entity, number)] = self._record(entity, number)
        return self.known[(entity, number)]

    def _record(self, entity: str, number: int) -> str:
        if entity == USER:
            return names_of(self.connection, [number]).get(number, f"#{number}")
        source = self.sight.live.tables.get(entity)
        if source is None:
            return f"#{number}"
        query = sa.select(label_column(self.sight, source, entity)).where(source.c.id == number)
        shown = self.sight.visible(source, entity)
        found = self.connection.scalar(query if shown is None else query.where(shown))
        return str(found) if found else f"#{number}"

    # Effects -----------------------------------------------------------------------------------------------------

    def effect(self, effect: Effect) -> str:
        """What is wanted."""
        match effect:
            case SetValues(entity=entity, values=values) | MakeRecord(entity=entity, values=values):
                return self.values(entity, values)
            case ChangeRelated(entity=entity, relation=relation, condition=condition, values=values):
                far = self.sight.live.model.entities[entity].relations[relation].entity
                told = self.values(far, values)
                rows = self.path((relation,), entity)
                which = self.word("where", told=rows, condition=self.sentence(condition, far)) if condition else rows
                return f"{which}：{told}" if self.locale.startswith("zh") else f"{which}: {told}"
            case Instantiate(template=template) if template is not None:
                made = self.made(sizes(self.connection, self.sight, effect))
                name = self.record(template_of(self.sight, effect).name, template)
                return self.word("grows", template=name, made=made)
            case ChangeTag(entity=entity, field=name, value=value, on=on):
                item = self.sight.live.model.entities[entity].fields.get(name)
                return f"{'+' if on else '−'} {self.value(item, value)}"
            case Assign(entity=entity, field=name, by=by):
                return self.word(f"assign_{by}", label=self.path((name,), entity))
            case Reject(message=message):
                return say(message, self.locale)
            case Notify(users=users, roles=roles, title=title):
                names = list(names_of(self.connection, users).values()) + [self._role(*role) for role in roles]
                said = title.get(self.locale) or title.get("") or next(iter(title.values()), "")
                words = say(said or "", self.locale) or self.word("untitled")
                return self.word("to", people=self.list(names) or self.word("nobody"), title=words)
            case Send(message=message):
                return self.message(message)
            case CallWebhook(url=url):
                return url
            case _:
                return ""

    def made(self, counts: Mapping[str, int]) -> str:
        """How many records of which entities, as far as the reader may know of them."""
        model, may = self.sight.live.model, self.sight.policy.may
        told = [
            f"{say(model.entities[name].definition.label, self.locale)} × {count}"
            for name, count in counts.items()
            if name in model.entities and may(name, "read")
        ]
        return self.list(told)

    def values(self, entity: str, values: Mapping[str, Json]) -> str:
        """Fields and what they get, as far as the reader sees them in full."""
        model = self.sight.live.model.entities.get(entity)
        if model is None:
            return ""
        between = "：" if self.locale.startswith("zh") else ": "
        told = [
            f"{say(model.fields[name].definition.label, self.locale)}{between}{self.value(model.fields[name], value)}"
            for name, value in values.items()
            if name in model.fields and self.sees(model, name)
        ]
        return ("；" if self.locale.startswith("zh") else "; ").join(told)

    def sees(self, model: EntityModel, name: str) -> bool:
        """Whether the reader sees a field in every record."""
        return self.sight.actor.is_admin or self.sight.policy.visibility(model, name).mode == "plain"

    def _role(self, application: str, name: str) -> str:
        owner = self.sight.live.model.applications.get(application)
        role = owner.find("role", name) if owner else None
        return say(role.label, self.locale) if role else name

    def message(self, name: str) -> str:
        application, _, local = name.partition(".")
        owner = self.sight.live.model.applications.get(application)
        found = owner.find("message", local) if owner else None
        return say(found.label, self.locale) if found else local


def _plain(node: Node) -> Node:
    """What stands inside of conversions."""
    while isinstance(node, Convert):
        node = node.arg
    return node

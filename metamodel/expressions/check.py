"""Text or tree to typed tree: names resolved, types met, every fault found with its place and its cure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from metamodel.errors import Invalid
from metamodel.expressions.ast import Aggregate, Call, Convert, Literal, Node, Ref, Span
from metamodel.expressions.conversions import convert, fits, prepare
from metamodel.expressions.functions import ALIASES, FUNCTIONS, find
from metamodel.expressions.functions.aggregates import (
    AGGREGATES,
    ALSO_PLAIN,
    OF_CONDITIONS,
    OF_NUMBERS,
    OF_ROWS,
    result_type,
)
from metamodel.expressions.functions.entry import Accepts, Function, unified, written
from metamodel.expressions.functions.operators import COMPARISONS, UNORDERED
from metamodel.expressions.parser import DEPTH_LIMIT, parse, place, too_deep
from metamodel.expressions.paths import Path, Reference, resolve
from metamodel.expressions.restate import HIDDEN, WRITTEN_AS, as_call, heavy, literal, rewritten, with_records
from metamodel.expressions.scope import SEGMENT, Scope
from metamodel.expressions.types import (
    BLANK,
    BOOLEAN,
    INTEGER,
    NAMES,
    REAL,
    TEXT,
    Type,
    join,
)
from metamodel.issues import Issue, nearest

ORDERED = frozenset({"number", "real", "date", "datetime", "time", "text", "blank"})
GROUPS: tuple[Accepts, ...] = ("same", "match", "meet")
NOTHING = Literal(value=None)
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check found. `ast` is None when the text cannot be read at all; it may be compiled only when no issue
    is an error. `references` are all fields used, each step of a path on its own."""

    ast: Node | None
    type: Type
    issues: tuple[Issue, ...] = ()
    references: tuple[Reference, ...] = ()


def check(source: str | Node, scope: Scope, entity: str, expect: Type | None = None) -> Checked:
    """Reads an expression about a record of `entity`. `expect` is the type the place asks for, if it asks for one
    (numbers of any scale meet)."""
    text = source if isinstance(source, str) else ""
    try:
        node = parse(source) if isinstance(source, str) else source
    except Invalid as refusal:
        return Checked(ast=None, type=BLANK, issues=refusal.issues)
    if too_deep(node):
        issue = Issue(code="expressions.too_deep", arguments={**place("", 0), "most": DEPTH_LIMIT})
        return Checked(ast=None, type=BLANK, issues=(issue,))
    reading = _Reading(scope=scope, entity=entity, text=text)
    typed = reading.node(node, ())
    if heavy(typed):
        reading.refuse("too_deep", node.span, most=DEPTH_LIMIT)
    if expect is not None and not reading.issues:
        met = join((typed.type, expect))
        if met is None or (met.kind != expect.kind and not (met.numeric and expect.numeric)):
            reading.refuse("result_type", node.span, wanted=NAMES[expect.kind], found=NAMES[typed.type.kind])
        elif not expect.numeric:
            typed = convert(typed, expect)
    return Checked(
        ast=typed, type=typed.type, issues=tuple(reading.issues), references=tuple(dict.fromkeys(reading.references))
    )


@dataclass(slots=True, kw_only=True)
class _Reading:
    scope: Scope
    entity: str
    text: str
    issues: list[Issue] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)

    def refuse(self, code: str, span: Span, **arguments: Any) -> Node:
        """Notes a fault and goes on with a blank, which fits everywhere, so that one fault gives one issue."""
        where = {**place(self.text, span[0]), "end": span[1]}
        self.issues.append(Issue(code=f"expressions.{code}", arguments={**where, **arguments}))
        return replace(NOTHING, span=span)

    def node(self, node: Node, rows: Rows) -> Node:
        match node:
            case Literal():
                return literal(node)
            case Convert(arg=arg):
                return self.node(arg, rows)
            case Ref():
                return self.ref(node, rows)
            case Aggregate():
                return self.call(as_call(node), rows)
            case Call():
                return self.call(node, rows)

    # References ---------------------------------------------------------------------------------------------------

    def path(self, ref: Ref) -> Path | None:
        """Where a reference leads, or None with an issue."""
        found = resolve(ref, self.scope, self.entity)
        if isinstance(found, Issue):
            self.refuse(found.code, ref.span, **found.arguments)
            return None
        self.references.extend(found.references)
        return found

    def ref(self, ref: Ref, rows: Rows) -> Node:
        found = self.path(ref)
        if found is None:
            return replace(NOTHING, span=ref.span)
        bound = max((len(prefix) for prefix in rows if ref.path[: len(prefix)] == prefix), default=0)
        if any(position >= bound for position in found.many):
            code = "two_relations" if rows else "many_outside_aggregate"
            return self.refuse(code, ref.span, name=".".join(ref.path))
        return replace(ref, entities=found.entities, bound=bound, type=found.type)

    # Calls --------------------------------------------------------------------------------------------------------

    def call(self, call: Call, rows: Rows) -> Node:
        call = replace(call, name=WRITTEN_AS.get(call.name, call.name))
        function = find(call.name)
        if function is None or call.name in HIDDEN - {"NEGATE"}:
            names = [name for name in (*FUNCTIONS, *ALIASES) if name[0].isalpha() and name not in HIDDEN]
            near = nearest(call.name, names)
            return self.refuse("unknown_function" if near else "no_such_function", call.span, name=call.name, near=near)
        call = replace(call, name=function.name)
        if call.name == "IN_SEGMENT":
            return self.segment(call, rows)
        if self.aggregates(call):
            return self.aggregate(call, rows)
        if call.name in AGGREGATES - ALSO_PLAIN:
            return self.refuse("aggregate_without_relation", call.span, name=call.name)
        count = len(call.args)
        if count < function.least:
            return self.refuse("too_few_arguments", call.span, name=call.name, least=function.least, found=count)
        if function.most is not None and count > function.most:
            return self.refuse("too_many_arguments", call.span, name=call.name, most=function.most, found=count)
        typed = replace(call, args=tuple(self.node(arg, rows) for arg in call.args))
        return self.summed(typed) if call.name == "SUM" else self.typed(rewritten(typed))

    def segment(self, call: Call, rows: Rows) -> Node:
        """Whether a record is in a segment. A name without its application is of the one whose entity the expression
        is about; without a second argument the record itself is meant."""
        said = written(call.args[0]) if call.args else None
        if not isinstance(said, str) or not said:
            return self.refuse("needs_literal", call.span, name=call.name, parameter="segment")
        if len(call.args) > 2:
            return self.refuse("too_many_arguments", call.span, name=call.name, most=2, found=len(call.args))
        name = said if "." in said else f"{self.entity.partition('.')[0]}.{said}"
        facts = self.scope.field(SEGMENT, name)
        if facts is None:
            near = nearest(name, self.scope.names(SEGMENT))
            return self.refuse("unknown_segment" if near else "no_such_segment", call.span, name=said, near=near)
        self.references.append(Reference(entity=SEGMENT, name=name))
        before = len(self.issues)
        record = self.node(call.args[1] if len(call.args) > 1 else Ref(path=("id",), span=call.span), rows)
        if len(self.issues) > before:
            return replace(NOTHING, span=call.span)
        own = isinstance(record, Ref) and record.path[-1] == "id" and record.entities[-1] == facts.target
        if not own and not (record.type.kind == "record" and record.type.entity == facts.target):
            return self.refuse("segment_of_another", call.span, name=said, scope=facts.target)
        args = (Literal(value=name, type=TEXT, span=call.args[0].span), record)
        return Call(name=call.name, args=args, type=BOOLEAN, span=call.span)

    def typed(self, call: Call) -> Node:
        """A call whose arguments are typed: they are converted to what the parameters ask for."""
        function = FUNCTIONS[call.name]
        if call.name in COMPARISONS and not self.comparable(call):
            return replace(NOTHING, span=call.span)
        args = list(with_records(call.args))
        count = len(args)
        before = len(self.issues)
        for group in GROUPS:
            places = [each for each in range(count) if function.parameter(each, count).accepts == group]
            met = join(args[each].type for each in places)
            if met is None:
                kinds = {str(NAMES[args[each].type.kind]): NAMES[args[each].type.kind] for each in places}
                return self.refuse("mixed_types", call.span, name=call.name, found=list(kinds.values()))
            if group == "meet" and not (met.numeric or met == BLANK):
                self.refuse(
                    "wrong_type", call.span, name=call.name, parameter="", wanted=NAMES["number"], found=NAMES[met.kind]
                )
            elif group == "meet" and met == BLANK:
                met = INTEGER
            for each in places:
                args[each] = convert(args[each], met)
        for each in range(count):
            args[each] = self.argument(call, function, args[each], each)
        if call.name == "*" and function.result(args) == REAL:
            args = [convert(arg, REAL) for arg in args]
        if len(self.issues) > before:
            return replace(NOTHING, span=call.span)
        if call.name in ("MIN", "MAX") and unified(function, args, "same").kind not in ORDERED:
            return self.refuse("not_ordered", call.span, name=call.name)
        found = Call(name=call.name, args=tuple(args), span=call.span)
        found = replace(found, type=function.result(found.args))
        self.issues.extend(
            replace(issue, arguments={**place(self.text, call.span[0]), "end": call.span[1], **issue.arguments})
            for issue in function.verify(found)
        )
        value = written(found) if call.name == "NEGATE" else None
        # A minus before a number belongs to it.
        return found if value is None else Literal(value=value, type=found.type, span=call.span)

    def summed(self, call: Call) -> Node:
        """SUM of several values is the first plus the second and so on; a single one is taken for a number too."""
        first, *rest = call.args
        for arg in rest or (Literal(value=0, type=INTEGER, span=call.span),):
            first = self.typed(Call(name="+", args=(first, arg), span=call.span))
        return first

    def argument(self, call: Call, function: Function, arg: Node, position: int) -> Node:
        parameter = function.parameter(position, len(call.args))
        if parameter.accepts in GROUPS or parameter.accepts in ("any", "rows"):
            return arg
        if parameter.accepts == "written":
            if written(arg) is None:
                return self.refuse("needs_literal", arg.span, name=call.name, parameter=parameter.name)
            return arg
        if not fits(arg.type, parameter.accepts):
            kind = {"meet": "number", "integer": "number", "words": "text", "clock": "time", "moment": "date"}
            return self.refuse(
                "wrong_type",
                arg.span,
                name=call.name,
                parameter=parameter.name,
                wanted=NAMES[kind.get(parameter.accepts, parameter.accepts)],
                found=NAMES[arg.type.kind],
            )
        return prepare(arg, parameter.accepts)

    def comparable(self, call: Call) -> bool:
        left, right = (arg.type for arg in with_records(call.args))
        met = join((left, right))
        if met is None or {left.kind, right.kind} & {"texts", "records"}:
            self.refuse("not_comparable", call.span, left=NAMES[left.kind], right=NAMES[right.kind])
            return False
        if call.name in ("=", "<>") and {left.kind, right.kind} == {"date", "datetime"}:
            self.refuse("date_or_datetime", call.span)
            return False
        if call.name not in ("=", "<>") and met.kind in UNORDERED:
            self.refuse("not_ordered", call.span, name=call.name)
            return False
        return True

    # Aggregates ---------------------------------------------------------------------------------------------------

    def many_paths(self, node: Node) -> Iterator[tuple[str, ...]]:
        """The paths to the rows that a node names outside of aggregates of its own; names not found are left out."""
        match node:
            case Ref():
                found = resolve(node, self.scope, self.entity)
                if isinstance(found, Path) and found.many:
                    yield node.path[: found.many[-1] + 1]
            case Call(args=args):
                if not self.aggregates(node):
                    for arg in args:
                        yield from self.many_paths(arg)
            case Convert(arg=arg):
                yield from self.many_paths(arg)
            case _:
                return

    def aggregates(self, call: Call) -> bool:
        """Whether a call is over related rows: MAX({lines.amount}) is, MAX({lines.amount}, 0) is over its arguments."""
        name = ALIASES.get(call.name, call.name)
        if name not in AGGREGATES or not call.args or not any(True for _ in self.many_paths(call.args[0])):
            return False
        return name not in ALSO_PLAIN or len(call.args) < 2 or self.conditional(call.args[1])

    def conditional(self, node: Node) -> bool:
        """Whether a node gives true or false, told by its form."""
        match node:
            case Literal(value=value):
                return isinstance(value, bool)
            case Ref():
                found = resolve(node, self.scope, self.entity)
                return isinstance(found, Path) and found.type == BOOLEAN
            case Call(name=name):
                function = find(name)
                return function is not None and name not in _BY_ARGUMENTS and function.result(()) == BOOLEAN
            case Aggregate(name=name):
                return name in OF_CONDITIONS
            case Convert(arg=arg):
                return self.conditional(arg)

    def aggregate(self, call: Call, rows: Rows) -> Node:
        subject, *rest = call.args
        if len(rest) > 1:
            return self.refuse("too_many_arguments", call.span, name=call.name, most=2, found=len(call.args))
        prefix = max(self.many_paths(subject), key=len)
        found = resolve(Ref(path=prefix), self.scope, self.entity)
        assert isinstance(found, Path), "its longer path was resolved"
        outer = [each for each in rows if len(each) < len(prefix) and prefix[: len(each)] == each]
        start = max(map(len, outer), default=0)
        inner = (
            *(each for each in rows if each not in outer or len(each) <= start),
            *(prefix[: position + 1] for position in found.many if position >= start),
        )
        before = len(self.issues)
        value = None
        if isinstance(subject, Ref) and subject.path == prefix:
            self.path(subject)
            if call.name not in OF_ROWS:
                return self.refuse("rows_need_value", subject.span, name=call.name, rows=".".join(prefix))
        else:
            value = self.value(call, self.node(subject, inner))
        condition = self.node(rest[0], inner) if rest else None
        if condition is not None and not fits(condition.type, "boolean"):
            self.refuse(
                "wrong_type",
                condition.span,
                name=call.name,
                parameter="condition",
                wanted=NAMES["boolean"],
                found=NAMES[condition.type.kind],
            )
        if len(self.issues) > before:
            return replace(NOTHING, span=call.span)
        return Aggregate(
            name=call.name,
            rows=prefix,
            entities=(*found.entities, found.target),
            many=found.many,
            start=start,
            value=value,
            condition=convert(condition, BOOLEAN) if condition else None,
            type=result_type(call.name, value.type if value else BLANK),
            span=call.span,
        )

    def value(self, call: Call, value: Node) -> Node:
        """What each row gives, as the aggregate asks for it."""
        kind = value.type.kind
        wanted = ""
        if call.name in OF_NUMBERS and not (value.type.numeric or kind == "blank"):
            wanted = "number"
        elif call.name in OF_CONDITIONS and kind not in ("boolean", "blank"):
            wanted = "boolean"
        elif (call.name in ("MIN", "MAX") and kind not in ORDERED) or kind in ("texts", "records"):
            return self.refuse("not_ordered", value.span, name=call.name)
        if wanted:
            return self.refuse(
                "wrong_type", value.span, name=call.name, parameter="value", wanted=NAMES[wanted], found=NAMES[kind]
            )
        if kind == "blank" and call.name in OF_NUMBERS:
            return convert(value, INTEGER)
        return value


# Functions whose result depends on their arguments: their form does not tell whether they are conditions.
_BY_ARGUMENTS = frozenset(
    {
        "IF",
        "IFS",
        "SWITCH",
        "IFBLANK",
        "IFERROR",
        "MIN",
        "MAX",
        "SUM",
        "ABS",
        "NEGATE",
        "+",
        "-",
        "*",
        "MOD",
        "ROUND",
        "ROUNDUP",
        "ROUNDDOWN",
        "INT",
        "CEILING",
        "FLOOR",
    }
)

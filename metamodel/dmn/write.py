"""Decision tables as DMN 1.5: what FEEL can say in FEEL, the rest in this language and told.

The whole definition stands as JSON in each decision's extension elements, so that nothing is lost on the way back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

from metamodel.decision_table import DecisionTable, Input, Output, Row
from metamodel.definition import Label, dump
from metamodel.dmn.said import cell_in_feel, quote, value_in_feel
from metamodel.errors import Invalid
from metamodel.expressions.ast import Aggregate, Ref, walk
from metamodel.expressions.parser import parse
from metamodel.issues import Issue, say
from metamodel.unary import places

MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"
FEEL = "https://www.omg.org/spec/DMN/20230324/FEEL/"
OURS = "urn:dougong:dmn"
LANGUAGE = "urn:dougong:expressions"
TYPES = {
    "text": "string",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "date and time",
    "time": "time",
}
POLICIES = {
    "unique": "UNIQUE",
    "first": "FIRST",
    "any": "ANY",
    "priority": "PRIORITY",
    "rule_order": "RULE ORDER",
    "output_order": "OUTPUT ORDER",
    "collect": "COLLECT",
}
#: what XML 1.0 has no place for
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_dmn(tables: Sequence[DecisionTable], name: str, locale: str = "zh-CN") -> tuple[str, tuple[Issue, ...]]:
    """The tables in one file, and what other programs will not understand of it, with the places."""
    writer = _Writer(locale)
    writer.line('<?xml version="1.0" encoding="UTF-8"?>')
    head = f"<definitions xmlns={quoteattr(MODEL)} xmlns:dougong={quoteattr(OURS)} id={quoteattr(_id(name))}"
    space = f'namespace="urn:dougong:{_id(name)}" expressionLanguage="{FEEL}"'
    writer.line(f"{head} name={quoteattr(clean(name))} {space}>")
    for table in tables:
        writer.decision(table)
    writer.line("</definitions>")
    return "\n".join(writer.lines) + "\n", tuple(writer.issues)


def shown(label: Label, locale: str) -> str:
    """A label in one language, as an attribute holds it."""
    return clean(" ".join(say(label, locale).split()))


def clean(text: str) -> str:
    """Without the signs that XML forbids."""
    return FORBIDDEN.sub("\ufffd", text)


def _id(text: str) -> str:
    word = re.sub(r"[^\w.-]", "_", clean(text))
    return word if word[:1].isalpha() or word[:1] == "_" else f"_{word}"


class _Writer:
    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.lines: list[str] = []
        self.issues: list[Issue] = []
        self.depth = 0

    def line(self, text: str) -> None:
        self.lines.append("  " * self.depth + text)

    def open(self, element: str, **attributes: str) -> None:
        self.line(f"<{element}{_attributes(attributes)}>")
        self.depth += 1

    def close(self, name: str) -> None:
        self.depth -= 1
        self.line(f"</{name}>")

    def leaf(self, name: str, text: str) -> None:
        self.line(f"<{name}>{escape(clean(text))}</{name}>")

    def decision(self, table: DecisionTable) -> None:
        own, label = _id(table.name), shown(table.label, self.locale)
        roots = list(_roots(table))
        known = {item.name: item for item in table.parameters}
        for root in roots:
            item = known.get(root)
            label_ = shown(item.label, self.locale) if item else ""
            self.open("inputData", id=f"{own}.data.{_id(root)}", name=root, label=label_)
            self.line(f"<variable{_attributes({'name': root, 'typeRef': TYPES[item.type] if item else ''})}/>")
            self.close("inputData")
        self.open("decision", id=own, name=table.name, label=label)
        if table.description:
            self.leaf("description", say(table.description, self.locale))
        self.open("extensionElements")
        whole = json.dumps(dump(table), ensure_ascii=True, separators=(",", ":"))
        self.line(f"<dougong:table locale={quoteattr(self.locale)}>{escape(whole)}</dougong:table>")
        self.close("extensionElements")
        self.line(f"<variable{_attributes({'name': table.name})}/>")
        for root in roots:
            self.open("informationRequirement", id=f"{own}.needs.{_id(root)}")
            self.line(f'<requiredInput href="#{own}.data.{_id(root)}"/>')
            self.close("informationRequirement")
        collected = table.hit_policy == "collect" and table.aggregation != "list"
        aggregation = table.aggregation.upper() if collected else ""
        self.open("decisionTable", id=f"{own}.table", hitPolicy=POLICIES[table.hit_policy], aggregation=aggregation)
        for clause in table.inputs:
            self.input(table, own, clause)
        for output in table.outputs:
            self.output(table, own, output)
        self.line('<annotation name="note"/>')
        for number, row in enumerate(table.rows, 1):
            self.rule(table, own, number, row)
        self.close("decisionTable")
        self.close("decision")

    def input(self, table: DecisionTable, own: str, item: Input) -> None:
        label = shown(item.label, self.locale)
        self.open("input", id=f"{own}.{_id(item.id)}", label=label)
        path = re.fullmatch(r"\{([a-z0-9_]+)\}", item.expression.strip())
        parameter = next((one for one in table.parameters if path and one.name == path[1]), None)
        self.entry(
            "inputExpression",
            item.expression,
            value_in_feel(item.expression),
            (self.name(table), label or item.id),
            typeRef=TYPES[parameter.type] if parameter else "",
        )
        self.close("input")

    def output(self, table: DecisionTable, own: str, item: Output) -> None:
        label = shown(item.label, self.locale)
        self.open("output", id=f"{own}.{_id(item.id)}", name=item.name, label=label, typeRef=TYPES[item.type])
        if item.values:
            values = [quote(one.value) if item.type == "text" else _plain(one.value, item.type) for one in item.values]
            self.open("outputValues")
            self.leaf("text", ", ".join(values))
            self.close("outputValues")
        if item.default.strip():
            self.entry("defaultOutputEntry", item.default, value_in_feel(item.default), (self.name(table), label))
        self.close("output")

    def rule(self, table: DecisionTable, own: str, number: int, row: Row) -> None:
        place = (self.name(table), f"#{number}")
        if row.since or row.until:
            self.note("dmn.days", place)
        self.open("rule", id=f"{own}.{_id(row.id)}")
        for item in table.inputs:
            text = row.when.get(item.id, "")
            self.entry("inputEntry", text, cell_in_feel(text), (*place, shown(item.label, self.locale) or item.id))
        for output in table.outputs:
            text = row.then.get(output.id, "")
            said = "null" if not text.strip() else value_in_feel(text)
            self.entry("outputEntry", text, said, (*place, shown(output.label, self.locale)))
        self.open("annotationEntry")
        self.leaf("text", row.note)
        self.close("annotationEntry")
        self.close("rule")

    def entry(self, name: str, text: str, said: str | None, place: tuple[str, ...], **attributes: str) -> None:
        """An expression in FEEL; in this language, and noted, where FEEL has no words."""
        if said is None:
            self.note("dmn.not_feel", place, found=text)
            attributes["expressionLanguage"] = LANGUAGE
        self.open(name, **attributes)
        self.leaf("text", text if said is None else said)
        self.close(name)

    def name(self, table: DecisionTable) -> str:
        return shown(table.label, self.locale) or table.name

    def note(self, code: str, place: tuple[str, ...], **arguments: str) -> None:
        self.issues.append(Issue(code=code, path=place, severity="warning", arguments=arguments))


def _attributes(given: dict[str, str]) -> str:
    return "".join(f" {name}={quoteattr(clean(value))}" for name, value in given.items() if value)


def _plain(value: str, type_: str) -> str:
    return value_in_feel(value) or value


def _roots(table: DecisionTable) -> Iterator[str]:
    """The variables that a table asks for: where its paths begin."""
    cells = chain.from_iterable(places(text) for row in table.rows for text in row.when.values())
    texts = [
        *(item.expression for item in table.inputs),
        *(cell.expression for cell in cells),
        *(text for row in table.rows for text in row.then.values()),
        *(item.default for item in table.outputs),
    ]
    found: dict[str, None] = {}
    for text in texts:
        try:
            node = parse(text) if text.strip() else None
        except Invalid:
            continue
        for each in walk(node) if node is not None else ():
            if isinstance(each, Ref):
                found.setdefault(each.path[0])
            elif isinstance(each, Aggregate):
                found.setdefault(each.rows[0])
    yield from found

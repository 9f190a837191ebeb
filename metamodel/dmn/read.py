"""Decision tables taken from a DMN file (1.1 to 1.5); what this language has no words for is told with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from metamodel.decision_table import DecisionTable
from metamodel.definition import Json, Kinds, load
from metamodel.dmn.feel import read_expression, read_unary, variables
from metamodel.dmn.merge import merged
from metamodel.dmn.write import LANGUAGE, OURS, POLICIES, to_dmn
from metamodel.dmn.xml import Element, read_xml
from metamodel.errors import Invalid
from metamodel.issues import Issue

MODELS = re.compile(r"https?://www\.omg\.org/spec/DMN/\w+/(MODEL/|dmn\.xsd)")
POLICY = {said: word for word, said in POLICIES.items()}
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}
TYPES = {
    "string": "text",
    "number": "number",
    "integer": "number",
    "long": "number",
    "double": "number",
    "boolean": "boolean",
    "date": "date",
    "date and time": "datetime",
    "dateTime": "datetime",
    "time": "time",
}
FEEL = re.compile(r"|feel|https?://www\.omg\.org/spec/DMN/\w+/FEEL/?|http://www\.omg\.org/spec/FEEL/\w+", re.IGNORECASE)
#: elements that hold logic of other kinds
OTHERS = ("businessKnowledgeModel", "decisionService", "knowledgeSource")
LOGIC = ("literalExpression", "context", "relation", "list", "invocation", "functionDefinition", "conditional", "for",
         "some", "every", "filter")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A table of a file: its document, what the file calls it, and its own names for values and results."""

    document: Json
    name: str
    given: Mapping[str, str]
    results: Mapping[str, str]

    def answers(self, word: str) -> bool:
        """Whether the table is meant by a word: its name in the file, its name here, or its label."""
        label = self.document["label"]
        said = label.values() if isinstance(label, Mapping) else (label,)
        return word in (self.name, self.document["name"], *said)


def from_dmn(data: bytes, kinds: Kinds, *, own: bool = True) -> tuple[tuple[Taken, ...], tuple[Issue, ...]]:
    """The tables of a file, and what was left out or has to be looked at; not `own`: as any other program reads it.
    Invalid when it is no DMN."""
    root = read_xml(data)
    if not MODELS.fullmatch(root.space) or root.name != "definitions":
        raise Invalid(Issue(code="dmn.not_dmn", arguments={"found": root.name[:40]}))
    reading = _Reading(root, kinds, own)
    for item in root.children:
        if item.space != root.space:
            continue
        if item.name == "decision":
            reading.decision(item)
        elif item.name in OTHERS:
            reading.note("dmn.left_out", (item.get("name") or item.get("id"),), found=item.name, line=item.line)
    return tuple(reading.taken), tuple(reading.issues)


def slug(text: str, taken: Iterable[str], otherwise: str) -> str:
    """A free name made from one of another program."""
    word = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()).strip("_")
    if not word.isascii() or not word[:1].isalpha():
        word = f"{otherwise}_{word}".strip("_") if word[:1].isdigit() else otherwise
    word, known = word[:30].rstrip("_"), set(taken)
    found, number = word, 2
    while found in known:
        found, number = f"{word[:26]}_{number}", number + 1
    return found


@dataclass(slots=True, kw_only=True)
class _Names:
    """The variables of a table: their parameters by name, and what is known of each."""

    known: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    used: dict[str, None] = field(default_factory=dict)

    def add(self, name: str, type_: str = "", label: str = "") -> None:
        if name and name not in self.known:
            self.known[name] = slug(name, self.known.values(), "value")
        if name and type_:
            self.types[name] = type_
        if name and label:
            self.labels[name] = label

    @property
    def textual(self) -> frozenset[str]:
        return frozenset(name for name, type_ in self.types.items() if type_ == "text")


class _Reading:
    def __init__(self, root: Element, kinds: Kinds, own: bool = True) -> None:
        self.root, self.kinds, self.own = root, kinds, own
        self.taken: list[Taken] = []
        self.issues: list[Issue] = []
        self.items = {item.get("name"): item for item in root.all("itemDefinition")}
        self.data = {item.get("id"): item for item in root.all("inputData")}
        self.decisions = {item.get("id"): item for item in root.all("decision")}

    def note(self, code: str, place: tuple[str, ...], **arguments: Any) -> None:
        self.issues.append(Issue(code=code, path=tuple(filter(None, place)), severity="warning", arguments=arguments))

    def decision(self, item: Element) -> None:
        table = item.one("decisionTable")
        called = item.get("label") or item.get("name") or item.get("id")
        if table is None:
            found = next((child.name for child in item.children if child.name in LOGIC), "")
            self.note("dmn.not_a_table", (called,), found=found, line=item.line)
            return
        names = self.names(item, called)
        taken = self.table(item, table, called, names)
        self.taken.append(self.whole(item, taken) if self.own else taken)

    def names(self, item: Element, called: str) -> _Names:
        """What may be asked for: data and decisions that are required."""
        names = _Names()
        for needs in item.all("informationRequirement"):
            for sort, source in (("requiredInput", self.data), ("requiredDecision", self.decisions)):
                for required in needs.all(sort):
                    found = source.get(required.get("href").partition("#")[2])
                    if found is None:
                        continue
                    variable = found.one("variable")
                    name = (variable.get("name") if variable else "") or found.get("name")
                    place = (called, name)
                    names.add(name, self.type(variable.get("typeRef") if variable else "", place), found.get("label"))
                    if sort == "requiredDecision":
                        self.note("dmn.required_decision", place, found=name)
        return names

    def type(self, said: str, place: tuple[str, ...], depth: int = 0) -> str:
        """The type by its word; one that the file itself defines by what it is made of."""
        word = said.rpartition(":")[2].strip() if ":" in said else said.strip()
        if not word or word == "Any":
            return ""
        if word in TYPES:
            return TYPES[word]
        item = self.items.get(word)
        if item is not None and depth < 10 and item.get("isCollection") != "true" and item.said("typeRef"):
            return self.type(item.said("typeRef"), place, depth + 1)
        self.note("dmn.unknown_type", place, found=word)
        return ""

    def table(self, decision: Element, table: Element, called: str, names: _Names) -> Taken:
        inputs = [self.input(item, called, names) for item in table.all("input")]
        for place, item in enumerate(table.all("input")):
            self.guess(table, place, item, names)
        rules = table.all("rule")
        for rule in rules:
            for entry in (*rule.all("inputEntry"), *rule.all("outputEntry")):
                for name in variables(entry.said("text"), names.known) if self.feel(entry) else ():
                    names.add(name)
        keys = _unique([clause["label"] or "input" for clause in inputs], "input")
        own = decision.get("id")
        for key, clause, item in zip(keys, inputs, table.all("input"), strict=True):
            clause["id"] = _kept(item.get("id"), own) or key
            clause["expression"] = self.expression(item.one("inputExpression"), (called, clause["label"]), names)
        clauses = enumerate(table.all("output"), 1)
        outputs = [self.output(item, called, decision, names, number) for number, item in clauses]
        for key, output in zip(_unique([str(one["name"]) for one in outputs], "result"), outputs, strict=True):
            output["name"] = key
        rows = [self.row(rule, number, called, inputs, outputs, names, own) for number, rule in enumerate(rules, 1)]
        policy = (table.get("hitPolicy") or "UNIQUE").upper().replace("_", " ")
        if policy not in POLICY:
            self.note("dmn.unknown_policy", (called,), found=policy)
        document: Json = {
            "name": slug(decision.get("name") or own, [str(one.document["name"]) for one in self.taken], "decision"),
            "label": called,
            "description": decision.said("description"),
            "parameters": self.parameters(inputs, outputs, rows, names),
            "inputs": inputs,
            "outputs": [{key: value for key, value in one.items() if key != "said"} for one in outputs],
            "hit_policy": POLICY.get(policy, "unique"),
            "aggregation": AGGREGATIONS.get(table.get("aggregation").upper(), "list"),
            "rows": rows,
        }
        results = {str(one["name"]): str(one["said"]) for one in outputs}
        lean = {key: value for key, value in document.items() if value not in ("", [], "list")}
        return Taken(document=lean, name=decision.get("name"), given=dict(names.known), results=results)

    def guess(self, table: Element, place: int, item: Element, names: _Names) -> None:
        """The type of a variable that nobody told, by the cells that look at it."""
        expression = item.one("inputExpression")
        name = " ".join((expression.said("text") if expression else "").split())
        if name not in names.known or names.types.get(name):
            return
        entries = [rule.all("inputEntry") for rule in table.all("rule")]
        text = " ".join(cells[place].said("text") for cells in entries if place < len(cells))
        bare = re.sub(r'"[^"]*"', '""', text)
        guessed = "text" if '""' in bare and "date(" not in bare else "date" if "date(" in bare else ""
        if not guessed and re.search(r"\b(true|false)\b", bare):
            guessed = "boolean"
        names.types[name] = guessed or ("number" if re.search(r"\d", bare) else "text")

    def input(self, item: Element, called: str, names: _Names) -> dict[str, Json]:
        expression = item.one("inputExpression")
        said = " ".join((expression.said("text") if expression else "").split())
        label = item.get("label") or said
        place = (called, label)
        if item.one("inputValues") is not None:
            self.note("dmn.input_values", place)
        type_ = self.type(expression.get("typeRef") if expression else "", place)
        if expression is not None and self.feel(expression):
            found = variables(said, names.known)
            # A name with spaces that nobody declared is a name all the same.
            if said and said not in names.known and (not found or " " in said) and re.fullmatch(r"[^\W\d][\w ]*", said):
                names.add(said, type_)
            for name in variables(said, names.known):
                names.add(name)
            if said in names.known and type_:
                names.types.setdefault(said, type_)
        return {"id": "", "label": label, "expression": ""}

    def output(self, item: Element, called: str, decision: Element, names: _Names, number: int) -> dict[str, Json]:
        said = item.get("name") or (decision.get("name") if number == 1 else f"output {number}")
        label = item.get("label") or said
        place = (called, label)
        type_ = item.get("typeRef")
        if not type_ and (variable := decision.one("variable")) is not None:
            type_ = variable.get("typeRef")
        kind = self.type(type_, place) or self.result(item, decision, number)
        made: dict[str, Json] = {"name": slug(said, (), "result"), "said": said, "label": label, "type": kind}
        values = item.said("outputValues", "text") or self.allowed(type_)
        if values:
            made["values"] = self.values(values, kind, place)
        entry = item.one("defaultOutputEntry")
        if entry is not None and (default := self.expression(entry, place, names)):
            made["default"] = default
        own = _kept(item.get("id"), decision.get("id"))
        return {**({"id": own} if own and own != made["name"] else {}), **made}

    def result(self, item: Element, decision: Element, number: int) -> str:
        """The type of results that nobody told, by the first that shows it."""
        table = decision.one("decisionTable")
        for rule in table.all("rule") if table else ():
            cells = rule.all("outputEntry")
            text = cells[number - 1].said("text") if number <= len(cells) else ""
            if text in ("true", "false"):
                return "boolean"
            if text.startswith("date("):
                return "date"
            if re.fullmatch(r"-?[\d.]+", text):
                return "number"
        return "text"

    def allowed(self, type_: str) -> str:
        item = self.items.get(type_.rpartition(":")[2])
        return item.said("allowedValues", "text") if item else ""

    def values(self, text: str, kind: str, place: tuple[str, ...]) -> list[Json]:
        """Allowed values, the most important first."""
        found: list[Json] = []
        try:
            cell = read_unary(text, {})
        except Invalid:
            cell = ""
        parts = re.findall(r'"(?:[^"]|"")*"|[^,\s][^,]*', cell)
        for part in parts:
            word = part[1:-1].replace('""', '"') if part.startswith('"') else part.strip()
            if not word or re.match(r"[<>\[\]()]", part):
                self.note("dmn.output_values", place, found=text)
                return []
            found.append({"value": word, "label": word})
        if not parts:
            self.note("dmn.output_values", place, found=text)
        return found

    def row(
        self,
        rule: Element,
        number: int,
        called: str,
        inputs: list[dict[str, Json]],
        outputs: list[dict[str, Json]],
        names: _Names,
        own: str,
    ) -> Json:
        when: dict[str, Json] = {}
        then: dict[str, Json] = {}
        for clause, entry in zip(inputs, rule.all("inputEntry"), strict=False):
            place = (called, f"#{number}", str(clause["label"]))
            if cell := self.cell(entry, place, names):
                when[str(clause["id"])] = cell
        for output, entry in zip(outputs, rule.all("outputEntry"), strict=False):
            place = (called, f"#{number}", str(output["label"]))
            if value := self.expression(entry, place, names):
                then[str(output.get("id") or output["name"])] = value
        told = [rule.said("description"), *(entry.said("text") for entry in rule.all("annotationEntry"))]
        note = " ".join(filter(None, told))
        made: Json = {"id": _kept(rule.get("id"), own), "when": when, "then": then, "note": note}
        return {key: value for key, value in made.items() if value}

    def cell(self, entry: Element, place: tuple[str, ...], names: _Names) -> str:
        return self.put(entry, place, lambda text: read_unary(text, names.known, names.textual))

    def expression(self, entry: Element | None, place: tuple[str, ...], names: _Names) -> str:
        if entry is None:
            return ""
        return self.put(entry, place, lambda text: read_expression(text, names.known, names.textual))

    def put(self, entry: Element, place: tuple[str, ...], read: Any) -> str:
        """What an entry says here; as it stands there, and noted, where it can't be said: nothing is dropped."""
        text = entry.said("text")
        language = entry.get("expressionLanguage")
        if language == LANGUAGE:
            return text
        if not self.feel(entry):
            self.note("dmn.other_language", place, found=language)
            return text
        try:
            found: str = read(text)
            return found
        except Invalid as wrong:
            issue = wrong.issues[0]
            self.note(issue.code, place, **{**issue.arguments, "text": text, "line": entry.line})
            return text

    def feel(self, entry: Element) -> bool:
        language = entry.get("expressionLanguage") or self.root.get("expressionLanguage")
        return FEEL.fullmatch(language) is not None

    def parameters(self, inputs: list[Any], outputs: list[Any], rows: list[Json], names: _Names) -> list[Json]:
        """Those of the variables that the table asks for."""
        texts = [one["expression"] for one in inputs] + [one.get("default", "") for one in outputs]
        for row in rows:
            texts += [*row.get("when", {}).values(), *row.get("then", {}).values()]
        asked = {path.partition(".")[0] for text in texts for path in re.findall(r"\{([^{}]+)\}", str(text))}
        return [
            {"name": slug_, "label": names.labels.get(name) or name, "type": names.types.get(name) or "text"}
            for name, slug_ in names.known.items()
            if slug_ in asked
        ]

    def whole(self, item: Element, taken: Taken) -> Taken:
        """With what the file carries of this house's own definition; what another program changed since counts."""
        extension = item.one("extensionElements")
        carried = extension.all("table", OURS) if extension else []
        if not carried:
            return taken
        try:
            table, issues = load(DecisionTable, json.loads(carried[0].text), self.kinds)
        except (ValueError, RecursionError):
            table, issues = None, ()
        if table is None or issues:
            self.note("dmn.extension", (taken.name,))
            return taken
        text, _ = to_dmn((table,), "check", carried[0].get("locale") or "zh-CN")
        then, _ = from_plain(text.encode(), self.kinds)
        document = merged(taken.document, then.document, json.loads(carried[0].text))
        given = {one["name"]: one["name"] for one in document.get("parameters", ())}
        results = {one["name"]: one["name"] for one in document["outputs"]}
        given, results = {**taken.given, **given}, {**taken.results, **results}
        return Taken(document=document, name=taken.name, given=given, results=results)


def from_plain(data: bytes, kinds: Kinds) -> tuple[Taken, tuple[Issue, ...]]:
    """The first table of a file as any program would read it."""
    root = read_xml(data)
    reading = _Reading(root, kinds)
    item = root.all("decision")[0]
    table = item.one("decisionTable")
    assert table is not None
    called = item.get("label") or item.get("name") or item.get("id")
    return reading.table(item, table, called, reading.names(item, called)), tuple(reading.issues)


def _kept(identity: str, own: str) -> str:
    """An id that this house gave, or one that reads like its own."""
    word = identity.removeprefix(f"{own}.")
    return word if word != identity or re.fullmatch(r"[a-z][a-z0-9_]*", word) else ""


def _unique(words: list[str], otherwise: str) -> list[str]:
    found: list[str] = []
    for word in words:
        found.append(slug(word, found, otherwise))
    return found

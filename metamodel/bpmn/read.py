"""A BPMN 2.0 process read as a flow: blocks are found between the gateways that part ways and those that join them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from metamodel.bpmn.said import GATEWAYS, KINDS, LANGUAGE, OURS
from metamodel.definition import Json, Kinds, load
from metamodel.dmn.feel import read_expression
from metamodel.dmn.xml import Element, read_xml
from metamodel.errors import Invalid
from metamodel.expressions.parser import parse
from metamodel.flow import Flow
from metamodel.issues import LOCALES, Issue, wording

WORD = re.compile(r"[^a-z0-9_]+")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
#: elements that may stand in one process
MOST = 5_000


def read_bpmn(xml: str | bytes, kinds: Kinds, entity: str = "") -> tuple[Flow, tuple[Issue, ...]]:
    """The flow that the first process of a file says, and what could not be said. Refused where its ways don't come
    together in pairs: then it is no block structure."""
    data = xml.encode() if isinstance(xml, str) else xml
    root = read_xml(data)
    if root.name != "definitions":
        raise Invalid(Issue(code="bpmn.not_xml"))
    processes = root.all("process")
    process = next((item for item in processes if item.all("startEvent")), None) or next(iter(processes), None)
    if process is None:
        raise Invalid(Issue(code="bpmn.no_process"))
    reader = _Reader()
    own = _extension(process, "flow")
    steps = reader.process(process)
    document = {
        "name": _word(process.get("id"), "flow"),
        "label": process.get("name") or process.get("id") or "BPMN",
        "entity": entity,
        **own,
        "steps": steps,
    }
    if own and process.get("name") and not isinstance(own.get("label"), Mapping):
        document["label"] = process.get("name")
    if entity:
        document["entity"] = entity
    flow, issues = load(Flow, document, kinds)
    if flow is None or issues:
        raise Invalid(issues or Issue(code="bpmn.no_process"))
    return flow, tuple(reader.notes)


@dataclass(slots=True, kw_only=True)
class _Graph:
    nodes: dict[str, Element] = field(default_factory=dict)
    leaving: dict[str, list[Element]] = field(default_factory=dict)
    coming: dict[str, list[Element]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Reader:
    notes: list[Issue] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    graph: _Graph = field(default_factory=_Graph)

    def process(self, process: Element) -> list[Json]:
        """The steps of a process or of a process within."""
        before, self.graph = self.graph, _Graph()
        for item in process.children[:MOST]:
            if item.name == "sequenceFlow":
                self.graph.leaving.setdefault(item.get("sourceRef"), []).append(item)
                self.graph.coming.setdefault(item.get("targetRef"), []).append(item)
            elif item.get("id"):
                self.graph.nodes[item.get("id")] = item
        starts = [item for item in self.graph.nodes.values() if item.name == "startEvent"]
        first = (
            starts[0]
            if starts
            else next(
                (item for name, item in self.graph.nodes.items() if name not in self.graph.coming and _stands(item)),
                None,
            )
        )
        steps: list[Json] = []
        if first is not None:
            after = self._after(first) if first.name == "startEvent" else first.get("id")
            steps, end = self.steps(after, frozenset())
            if end is not None:
                raise self._no_block(self.graph.nodes[end])
        self.graph = before
        return steps

    def steps(self, name: str | None, above: frozenset[str]) -> tuple[list[Json], str | None]:
        """From an element to the gateway that joins it with other ways (its id), or to an end (None)."""
        found: list[Json] = []
        while name is not None:
            node = self.graph.nodes.get(name)
            if node is None or name in above:
                break
            above |= {name}
            if node.name == "endEvent":
                if node.all("terminateEventDefinition") or _extension(node, "step"):
                    found.append(self._step(node, {"type": "end"}))
                return found, None
            if node.name in GATEWAYS and len(self.graph.coming.get(name, ())) > 1:
                return found, name
            leaving = self.graph.leaving.get(name, [])
            if node.name in GATEWAYS and len(leaving) > 1:
                step, name = self.block(node, leaving, above)
                found.append(step)
                continue
            found += self._plain(node)
            if len(leaving) > 1:
                raise self._no_block(node)
            name = leaving[0].get("targetRef") if leaving else None
        if name is not None and name in above:
            raise self._no_block(self.graph.nodes[name])
        return found, None

    def block(self, node: Element, leaving: list[Element], above: frozenset[str]) -> tuple[Json, str | None]:
        """The ways between two gateways, and what comes behind the second."""
        own = _extension(node, "step")
        known = {item.get("id"): item for item in own.get("branches", ())}
        branches: list[Json] = []
        joins: set[str] = set()
        default = node.get("default")
        for at, line in enumerate(leaving):
            target = line.get("targetRef")
            steps, end = self.steps(target, above)
            if end is not None:
                joins.add(end)
            condition = "" if line.get("id") == default else self._condition(line)
            named = list(known.values())[at] if at < len(known) else {}
            label = line.get("name")
            if known and at >= len(known) and not condition and not steps:
                # The way past all conditions, which a flow has without being drawn.
                continue
            branches.append(
                {
                    "id": named.get("id") or f"branch_{at + 1}",
                    "label": named.get("label") if isinstance(named.get("label"), Mapping) else label,
                    "condition": condition,
                    "steps": steps,
                    "_default": line.get("id") == default or not condition,
                }
            )
        if len(joins) > 1:
            raise self._no_block(node)
        exclusive = node.name == "exclusiveGateway"
        if exclusive:
            # The way without a condition is asked last, wherever it was drawn.
            branches.sort(key=lambda branch: bool(branch["_default"]))
        for branch in branches:
            del branch["_default"]
        step = self._step(node, {"type": "branch" if exclusive else "parallel"})
        step["branches"] = branches
        join = next(iter(joins), None)
        after = self.graph.leaving.get(join, []) if join else []
        return step, after[0].get("targetRef") if after else None

    def _plain(self, node: Element) -> Iterator[Json]:
        if node.name in ("subProcess", "transaction", "adHocSubProcess"):
            loop = node.one("standardLoopCharacteristics")
            if loop is None:
                yield from self.process(node)
                return
            step = self._step(node, {"type": "repeat"})
            condition = self._written(loop.said("loopCondition"), "")
            named = next(iter(_extension(node, "step").get("branches", ())), {"id": "branch_1"})
            step["branches"] = [{**named, "steps": self.process(node)}]
            step["condition"] = condition or str(step.get("condition", ""))
            yield step
            return
        if node.name in GATEWAYS:
            return
        kind = KINDS.get(node.name)
        if kind is None:
            if node.name not in ("startEvent", "endEvent"):
                said = {"name": node.get("name") or node.get("id"), "kind": node.name}
                self.notes.append(Issue(code="bpmn.unsupported", severity="warning", arguments=said))
            return
        yield self._step(node, {"type": kind, **self._settings(node, kind)})

    def _step(self, node: Element, guessed: dict[str, Json]) -> dict[str, Json]:
        """A step with the settings that stand beside it, or as good as the standard's words say."""
        own = _extension(node, "step")
        document = {**guessed, **own} if own else guessed
        document.pop("branches", None)
        word = _word(str(own.get("id") or node.get("id")), "step")
        while word in self.used:
            word += "_"
        self.used.add(word)
        document["id"] = word
        named = node.get("name")
        if named and not isinstance(document.get("label"), Mapping) and not self._usual(own, named):
            document["label"] = named
        return document

    def _usual(self, own: Mapping[str, Json], named: str) -> bool:
        """Whether an element only bears the word of its kind, which stands for no name of its own."""
        code = f"flow_step.{own.get('type')}"
        return bool(own) and any(wording(Issue(code=code), locale)[0] == named for locale in LOCALES)

    def _settings(self, node: Element, kind: str) -> dict[str, Json]:
        match kind:
            case "approve" | "fill":
                return {"people": _owners(node)}
            case "wait":
                return _timer(node)
            case "call":
                called = node.get("calledElement")
                return {"flow": _word(called, "")} if called else {}
            case "decide":
                return {"table": _word(node.get("name") or node.get("id"), "table")}
        return {}

    def _condition(self, line: Element) -> str:
        said = line.said("conditionExpression")
        node = line.one("conditionExpression")
        return self._written(said, node.get("language")) if said and node is not None else ""

    def _written(self, said: str, language: str) -> str:
        """A condition in our words: ours as it is, FEEL and the like as far as they are understood."""
        if language == LANGUAGE or not said:
            return said
        bare = said.removeprefix("=").strip()
        if bare.startswith("${") and bare.endswith("}"):
            bare = bare[2:-1]
        bare = bare.replace("==", "=").replace("&&", " and ").replace("||", " or ")
        try:
            parse(bare)
            if "{" in bare:
                return bare
        except Invalid:
            pass
        words = {word: word for word in NAME.findall(bare) if word not in ("and", "or", "not", "true", "false")}
        try:
            return read_expression(bare, words)
        except Invalid:
            self.notes.append(Issue(code="bpmn.condition", severity="warning", arguments={"text": said}))
            return ""

    def _after(self, node: Element) -> str | None:
        leaving = self.graph.leaving.get(node.get("id"), [])
        if len(leaving) > 1:
            raise self._no_block(node)
        return leaving[0].get("targetRef") if leaving else None

    def _no_block(self, node: Element) -> Invalid:
        return Invalid(Issue(code="bpmn.not_block", arguments={"name": node.get("name") or node.get("id")}))


def _stands(node: Element) -> bool:
    return node.name in KINDS or node.name in GATEWAYS or node.name in ("subProcess", "endEvent")


def _extension(node: Element, word: str) -> dict[str, Any]:
    """What stands beside an element as JSON in our own words."""
    for outer in node.all("extensionElements"):
        for item in outer.all(word, OURS):
            try:
                found = json.loads(item.text)
            except (ValueError, RecursionError):
                return {}
            return found if isinstance(found, dict) else {}
    return {}


def _word(text: str, otherwise: str) -> str:
    word = WORD.sub("_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text).lower()).strip("_")
    word = re.sub(r"_+", "_", word)
    return (word if word and word[0].isalpha() else f"{otherwise}_{word}".strip("_"))[:30] or otherwise


def _owners(node: Element) -> list[Json]:
    """People and roles that a task names, also in the attributes of common programs."""
    found: list[Json] = []
    for item in (*node.all("potentialOwner"), *node.all("humanPerformer"), *node.all("performer")):
        said = item.said("resourceAssignmentExpression", "formalExpression")
        if said:
            found.append({"type": "role", "role": _word(said, "role")})
    for word, value in node.foreign.items():
        if word == "candidateGroups":
            found += ({"type": "role", "role": _word(one, "role")} for one in value.split(",") if one.strip())
        elif word in ("assignee", "candidateUsers") and not value.startswith("${"):
            logins = [one.strip() for one in value.split(",") if one.strip()]
            found.append({"type": "person", "logins": logins})
    return found


def _timer(node: Element) -> dict[str, Json]:
    condition = node.said("conditionalEventDefinition", "condition")
    if condition:
        return {"until": "event", "condition": condition}
    said = node.said("timerEventDefinition", "timeDuration")
    found = DURATION.fullmatch(said) if said else None
    if found and any(found.groups()):
        days, hours, minutes = (int(part or 0) for part in found.groups())
        if minutes:
            return {"amount": (days * 24 + hours) * 60 + minutes, "unit": "minutes"}
        return {"amount": days * 24 + hours, "unit": "hours"} if hours else {"amount": days, "unit": "days"}
    field_ = node.said("timerEventDefinition", "timeDate").strip("{}$ ")
    return {"until": "date", "field": _word(field_, "date")} if field_ else {"amount": 0, "unit": "minutes"}

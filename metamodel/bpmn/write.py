"""A flow written as a BPMN 2.0 process with its diagram; what the standard has no words for stands beside as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from metamodel.bpmn.said import DIAGRAM, INSTANCE, LANGUAGE, LINES, MODEL, OURS, SHAPES, TASKS, UNITS
from metamodel.definition import Json, dump
from metamodel.dmn.write import clean
from metamodel.flow import Branch, Flow, Step
from metamodel.issues import Issue, say, wording

WIDE, HIGH, GAP, ROUND = 120, 70, 60, 40


@dataclass(slots=True, kw_only=True)
class _Node:
    """An element with its place in the diagram."""

    id: str
    element: str
    x: int
    y: int
    width: int
    height: int


@dataclass(slots=True, kw_only=True)
class _Line:
    """A sequence flow from one element to another, with the condition of the branch it begins."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""


@dataclass(slots=True, kw_only=True)
class _Writer:
    locale: str
    parts: list[str] = field(default_factory=list)
    nodes: list[_Node] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)
    #: sequence flows that are written inside a sub-process
    within: list[str] = field(default_factory=list)

    def node(self, name: str, element: str, x: int, y: int, attributes: str, body: str = "") -> _Node:
        """An element put down."""
        wide = element in TASKS.values() and element != "intermediateCatchEvent"
        width, height = (WIDE, HIGH) if wide else (ROUND, ROUND)
        node = _Node(id=name, element=element, x=x, y=y - height // 2, width=width, height=height)
        self.nodes.append(node)
        inside = f">{body}</{element}>" if body else "/>"
        self.parts.append(f"<{element} id={quoteattr(name)}{attributes}{inside}")
        return node

    def line(self, source: str, target: str, name: str = "", condition: str = "") -> None:
        """A sequence flow put down."""
        number = f"flow_{len(self.lines) + 1}"
        self.lines.append(_Line(id=number, source=source, target=target, name=name, condition=condition))

    # Steps -------------------------------------------------------------------------------------------------------

    def steps(
        self, steps: tuple[Step, ...], before: str, x: int, y: int, first: Branch | None = None
    ) -> tuple[str, int, bool]:
        """A list of steps behind an element; the last element, where it ends, and whether the flow goes on there."""
        name, condition = (say(first.label, self.locale), first.condition) if first else ("", "")
        for step in steps:
            entry, leave, x = self.step(step, x, y)
            self.line(before, entry, name, condition)
            name = condition = ""
            before = leave
            if step.type == "end":
                return before, x, False
        return before, x, True

    def step(self, step: Step, x: int, y: int) -> tuple[str, str, int]:
        """A step: the element one comes to, the one it is left by, and the next free place."""
        label = say(step.label, self.locale) or wording(Issue(code=f"flow_step.{step.type}"), self.locale)[0]
        named = f" name={quoteattr(clean(label))}"
        if step.type == "end":
            found = self.node(step.id, "endEvent", x, y, named, _own(step) + "<terminateEventDefinition/>")
            return found.id, found.id, x + found.width + GAP
        if step.type == "repeat":
            return self.repeated(step, named, x, y)
        if step.branches:
            return self.branched(step, named, x, y)
        element = TASKS.get(step.type, "task")
        called = f" calledElement={quoteattr(step.config.flow)}" if step.type == "call" and step.config.flow else ""
        found = self.node(step.id, element, x, y, named + called, _own(step) + _people(step) + _event(step))
        return found.id, found.id, x + found.width + GAP

    def repeated(self, step: Step, named: str, x: int, y: int) -> tuple[str, str, int]:
        """Steps within a sub-process that is gone through again as long as its condition holds."""
        inner = _Writer(locale=self.locale, lines=self.lines)
        begun = len(self.lines)
        first = inner.node(f"{step.id}_start", "startEvent", x + GAP // 2, y, "")
        steps = step.branches[0].steps if step.branches else ()
        last, end, open_ = inner.steps(steps, first.id, x + GAP // 2 + ROUND + GAP, y)
        if open_:
            inner.line(last, inner.node(f"{step.id}_finish", "endEvent", end, y, "").id)
            end += ROUND + GAP // 2
        own = self.lines[begun:]
        condition = f'<loopCondition xsi:type="tFormalExpression">{escape(step.config.condition)}</loopCondition>'
        loop = f'<standardLoopCharacteristics testBefore="true">{condition}</standardLoopCharacteristics>'
        body = "".join([_own(step), *inner.parts, *map(_flow, own), loop])
        self.parts.append(f"<subProcess id={quoteattr(step.id)}{named}>{body}</subProcess>")
        self.within += (line.id for line in own)
        height = _height(steps) + GAP
        self.nodes.append(_Node(id=step.id, element="subProcess", x=x, y=y - height // 2, width=end - x, height=height))
        self.nodes += inner.nodes
        self.within += inner.within
        return step.id, step.id, end + GAP

    def branched(self, step: Step, named: str, x: int, y: int) -> tuple[str, str, int]:
        """Ways between a gateway that parts them and one that joins them."""
        optional = any(branch.condition.strip() for branch in step.branches)
        kind = "exclusiveGateway" if step.type == "branch" else "inclusiveGateway" if optional else "parallelGateway"
        parts = self.node(step.id, kind, x, y, f'{named} gatewayDirection="Diverging"', _own(step))
        join = f"{step.id}_join"
        ends: list[tuple[str, Branch | None]] = []
        right = x + ROUND + GAP
        height = [_height(branch.steps) for branch in step.branches]
        top = y - sum(height) // 2
        for branch, size in zip(step.branches, height, strict=True):
            middle = top + size // 2
            top += size
            last, end, open_ = self.steps(branch.steps, parts.id, x + ROUND + GAP, middle, branch)
            right = max(right, end)
            if open_:
                ends.append((last, branch if last == parts.id else None))
        if kind == "exclusiveGateway" and all(branch.condition.strip() for branch in step.branches):
            # Where none of the conditions holds the flow goes on behind them: in BPMN that is a way of its own.
            ends.append((parts.id, None))
        joined = self.node(join, kind, right, y, ' gatewayDirection="Converging"')
        for last, bare in ends:
            condition = bare.condition if bare else ""
            self.line(last, joined.id, say(bare.label, self.locale) if bare else "", condition)
        return parts.id, joined.id, right + ROUND + GAP


def write_bpmn(flow: Flow, locale: str = "zh-CN") -> str:
    """The process with a diagram that modellers draw; steps go from left to right, ways lie one above the other."""
    writer = _Writer(locale=locale)
    middle = 80 + _height(flow.steps) // 2
    begin = writer.node("start", "startEvent", 60, middle, "")
    last, x, open_ = writer.steps(flow.steps, begin.id, 60 + ROUND + GAP, middle)
    if open_:
        end = writer.node("finish", "endEvent", x, middle, "")
        writer.line(last, end.id)
    label = clean(say(flow.label, locale))
    head = (
        f'<definitions xmlns="{MODEL}" xmlns:bpmndi="{DIAGRAM}" xmlns:dc="{SHAPES}" xmlns:di="{LINES}" '
        f'xmlns:xsi="{INSTANCE}" xmlns:dougong="{OURS}" targetNamespace="urn:dougong:{flow.name}">'
    )
    process = f'<process id={quoteattr(flow.id)} name={quoteattr(label)} isExecutable="true">'
    body = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        head,
        process,
        _extension("flow", dump(replace(flow, steps=()))),
        *writer.parts,
        *(_flow(line) for line in writer.lines if line.id not in writer.within),
        "</process>",
        *_diagram(flow, writer),
        "</definitions>",
    ]
    return "\n".join(body) + "\n"


def _height(steps: tuple[Step, ...]) -> int:
    """How much room a list of steps takes from top to bottom."""
    return max([HIGH + GAP, *(sum(_height(branch.steps) for branch in step.branches) for step in steps)])


def _extension(word: str, document: Json) -> str:
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return f"<extensionElements><dougong:{word}>{escape(clean(text))}</dougong:{word}></extensionElements>"


def _own(step: Step) -> str:
    """The step's settings; what stands in its branches is said by the process itself."""
    document = dump(replace(step, branches=()))
    document["branches"] = [{"id": one.id, "label": one.label, "condition": one.condition} for one in step.branches]
    if not step.branches:
        del document["branches"]
    return _extension("step", document)


def _people(step: Step) -> str:
    """Who is asked, for programs that only know BPMN: roles and people by name."""
    found: list[str] = []
    for source in getattr(step.config, "people", ()):
        names = {"person": getattr(source.config, "logins", ()), "role": (getattr(source.config, "role", ""),)}
        for name in names.get(source.type, (source.type,)):
            expression = f"<formalExpression>{escape(str(name))}</formalExpression>"
            found.append(
                f"<potentialOwner><resourceAssignmentExpression>{expression}"
                "</resourceAssignmentExpression></potentialOwner>"
            )
    return "".join(found) if step.type in ("approve", "fill") else ""


def _event(step: Step) -> str:
    if step.type != "wait":
        return ""
    config: Any = step.config
    match config.until:
        case "duration":
            before, after = UNITS[config.unit]
            said = f'<timeDuration xsi:type="tFormalExpression">{before}{config.amount}{after}</timeDuration>'
            return f"<timerEventDefinition>{said}</timerEventDefinition>"
        case "date":
            said = f'<timeDate xsi:type="tFormalExpression">{escape("{" + config.field + "}")}</timeDate>'
            return f"<timerEventDefinition>{said}</timerEventDefinition>"
        case _:
            said = f'<condition xsi:type="tFormalExpression">{escape(config.condition)}</condition>'
            return f"<conditionalEventDefinition>{said}</conditionalEventDefinition>"


def _flow(line: _Line) -> str:
    name = f" name={quoteattr(clean(line.name))}" if line.name else ""
    head = f'<sequenceFlow id="{line.id}"{name} sourceRef={quoteattr(line.source)} targetRef={quoteattr(line.target)}'
    if not line.condition.strip():
        return head + "/>"
    condition = f'<conditionExpression xsi:type="tFormalExpression" language="{LANGUAGE}">'
    return f"{head}>{condition}{escape(clean(line.condition))}</conditionExpression></sequenceFlow>"


def _diagram(flow: Flow, writer: _Writer) -> Iterator[str]:
    yield f'<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement={quoteattr(flow.id)}>'
    places = {node.id: node for node in writer.nodes}
    for node in writer.nodes:
        bounds = f'<dc:Bounds x="{node.x}" y="{node.y}" width="{node.width}" height="{node.height}"/>'
        name = quoteattr(node.id)
        yield f"<bpmndi:BPMNShape id={quoteattr(node.id + '_shape')} bpmnElement={name}>{bounds}</bpmndi:BPMNShape>"
    for line in writer.lines:
        source, target = places[line.source], places[line.target]
        way = [
            (source.x + source.width, source.y + source.height // 2),
            (target.x, target.y + target.height // 2),
        ]
        if way[0][1] != way[1][1]:
            bend = way[0][0] + GAP // 2
            way[1:1] = [(bend, way[0][1]), (bend, way[1][1])]
        points = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in way)
        yield f'<bpmndi:BPMNEdge id="{line.id}_edge" bpmnElement="{line.id}">{points}</bpmndi:BPMNEdge>'
    yield "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"

"""The words of BPMN 2.0 (ISO/IEC 19510) that flows are said in."""

from __future__ import annotations

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
SHAPES = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:dougong:bpmn"
LANGUAGE = "urn:dougong:expressions"

#: the element that a kind of step is written as
TASKS = {
    "approve": "userTask",
    "fill": "manualTask",
    "notify": "sendTask",
    "act": "serviceTask",
    "decide": "businessRuleTask",
    "call": "callActivity",
    "wait": "intermediateCatchEvent",
}
#: the kind of step that an element is read as, where it brings no settings of its own
KINDS = {
    "userTask": "approve",
    "manualTask": "fill",
    "sendTask": "notify",
    "serviceTask": "act",
    "scriptTask": "act",
    "task": "act",
    "businessRuleTask": "decide",
    "callActivity": "call",
    "intermediateCatchEvent": "wait",
    "receiveTask": "wait",
    "intermediateThrowEvent": "notify",
}
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway")
UNITS = {"minutes": ("PT", "M"), "hours": ("PT", "H"), "days": ("P", "D")}

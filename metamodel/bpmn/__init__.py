"""Flows as BPMN 2.0 XML and back, as far as block structure goes."""

from __future__ import annotations

from metamodel.bpmn.read import read_bpmn
from metamodel.bpmn.write import write_bpmn

__all__ = ["read_bpmn", "write_bpmn"]

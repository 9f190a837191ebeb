"""All registries as one value: what definitions may be made of."""

from __future__ import annotations

from engines.analyses import kinds as analyses
from engines.analyses.analysis import AnalysisKind
from engines.messages import channels
from engines.messages.channel import ChannelKind
from engines.reports import charts, measures
from engines.reports.chart import ChartKind
from engines.reports.measure import MeasureKind
from engines.rules import actions
from engines.rules.action import ActionKind
from engines.workflow import approvers, steps
from engines.workflow.approver import ApproverKind
from engines.workflow.step import StepKind
from metamodel.catalog import KINDS
from metamodel.kinds import Catalog, Registry

CATALOG: Catalog = {
    **KINDS,
    "charts": Registry(charts, ChartKind),
    "measures": Registry(measures, MeasureKind),
    "actions": Registry(actions, ActionKind),
    "channels": Registry(channels, ChannelKind),
    "analyses": Registry(analyses, AnalysisKind),
    "steps": Registry(steps, StepKind),
    "approvers": Registry(approvers, ApproverKind),
}

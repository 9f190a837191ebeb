"""All registries as one value: what definitions may be made of."""

from __future__ import annotations

from engines.reports import charts
from engines.reports.chart import ChartKind
from metamodel.catalog import KINDS
from metamodel.kinds import Catalog, Registry

CATALOG: Catalog = {**KINDS, "charts": Registry(charts, ChartKind)}

"""Where figures are kept: each is written as soon as it is measured, with its limit from the same run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path("build/benchmarks.json")


@dataclass(slots=True, kw_only=True)
class Figures:
    """The table so far. `ratio` is the limit's time by ours, or our rate by the limit's: higher is better."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def rate(self, name: str, ours: float, limit: float) -> None:
        """So many a second."""
        self._keep(name, ours, "1/s", limit, ours / limit if limit else None)

    def time(self, name: str, ours: float, limit: float | None, unit: str = "ms") -> None:
        """So long."""
        self._keep(name, ours, unit, limit, limit / ours if limit and ours else None)

    def amount(self, name: str, value: float, unit: str, limit: float | None = None) -> None:
        """So much; `limit` is what may not be passed, where there is one."""
        self._keep(name, value, unit, limit, limit / value if limit and value else None)

    def _keep(self, name: str, value: float, unit: str, limit: float | None, ratio: float | None) -> None:
        rounded = {
            "name": name,
            "value": round(value, 3),
            "unit": unit,
            "limit": None if limit is None else round(limit, 3),
            "ratio": None if ratio is None else round(ratio, 3),
        }
        self.rows.append(rounded)
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(self.rows, indent=1))
        shown = "" if ratio is None else f"  ratio {ratio:.2f}"
        print(
            f"{name:<34}{value:>14,.2f} {unit:<5}{'' if limit is None else f' limit {limit:>12,.2f}'}{shown}",
            flush=True,
        )

"""Analyses as designers see them: the last runs with what they found, and when the next one is due."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from engines.analyses.run import analysis_of, runs_of
from engines.records.sight import Sight
from engines.runtime.analysing import times
from metamodel.definition import Json
from metamodel.field_type import instant_text

RUNS = 20
#: a monthly analysis comes within so many days
AHEAD = 32


def found(connection: sa.Connection, sight: Sight, application: str, identity: str) -> Json:
    """The newest runs of a live analysis, the newest with all its findings, and the next time."""
    analysis, _, kind = analysis_of(sight.live, application, identity)
    runs = runs_of(connection, application, identity, RUNS)
    ahead = list(times(analysis, sight.live.zone, sight.now, sight.now + timedelta(days=AHEAD)))
    return {
        "next": instant_text(ahead[-1]) if ahead else None,
        "watched": list(kind.watched(analysis.config)),
        "runs": [
            {
                "id": row.id,
                "at": instant_text(row.at),
                "seconds": (row.ended_at - row.at).total_seconds(),
                "moved": row.moved,
                "graded": row.findings.get("graded"),
            }
            for row in runs
        ],
        "findings": runs[0].findings if runs else None,
        "as_of": instant_text(runs[0].at) if runs else None,
    }

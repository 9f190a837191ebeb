"""The jobs this house knows: what a person may wait for, by the word its row is kept under."""

from __future__ import annotations

from collections.abc import Mapping

from engines.runtime.analysing import analyse
from engines.runtime.follow import recompute
from engines.runtime.imports import import_job, import_unbegun, try_job, undo_job
from engines.runtime.jobs import Run, Unbegun
from engines.runtime.segmenting import check

JOBS: Mapping[str, Run] = {
    "recompute": recompute,
    "import": import_job,
    "try_import": try_job,
    "undo_import": undo_job,
    "segment_check": check,
    "analysis": analyse,
}

UNBEGUN: Mapping[str, Unbegun] = {"import": import_unbegun}

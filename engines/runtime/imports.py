"""Imports as people have them: a file kept and looked at, its mapping tried, the run as a job, and its undoing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from engines.access.actor import Actor, load_actor
from engines.database import Workspace
from engines.exchange.propose import proposal
from engines.exchange.reader import Format, Reader, format_json, sample
from engines.exchange.run import (
    READERS,
    Import,
    SightOf,
    carry_out,
    dry_run,
    end_import,
    keep_import,
    load_import,
    plan_of,
    save_import,
    shown_faults,
)
from engines.exchange.undo import undo_run
from engines.measured.keep import run_over
from engines.records.bulk import run
from engines.records.sight import Sight
from engines.runtime.follow import SYSTEM
from engines.runtime.jobs import Cancelled, Progress, start_job
from engines.runtime.release import Releases
from engines.runtime.segment_notes import note_run
from metamodel.definition import Json
from metamodel.errors import Conflict, Invalid
from metamodel.field_type import instant_text
from metamodel.issues import Issue

BLOCK = 1 << 20
#: states of a file that was never imported
UNUSED = ("draft", "uploading")
#: rows looked at for proposals
SAMPLE = 2_000
#: rows and bytes of a file that is tried while its asker waits; about a second
SMALL_ROWS, SMALL_BYTES = 5_000, 4_000_000


def reader_of(name: str) -> Reader:
    """The reader that a file's name asks for."""
    ending = Path(name).suffix.lower()
    for reader in READERS.values():
        if ending in reader.endings:
            return reader
    endings = sorted(ending for reader in READERS.values() for ending in reader.endings)
    raise Invalid(Issue(code="exchange.unknown_kind", arguments={"name": name, "endings": endings}))


def upload(
    workspace: Workspace, stream: IO[bytes], name: str, *, application: str, by: int, now: datetime, largest: int
) -> int:
    """Keep a file and find out how it is to be read; the number of its import."""
    said = Path(name.replace("\\", "/")).name[:200] or "file"
    reader = reader_of(said)
    with workspace.write() as connection:
        number = keep_import(
            connection, application, Path(), said, Format(kind=reader.kind), None, by=by, now=now, state="uploading"
        )
    path = workspace.data_dir / "imports" / f"{number}{Path(said).suffix.lower()}"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        size = 0
        with path.open("wb") as out:
            while block := stream.read(BLOCK):
                size += len(block)
                if size > largest:
                    raise Invalid(Issue(code="file.too_large", arguments={"limit": largest // 1_000_000}))
                out.write(block)
        format = reader.examine(path)
    except BaseException as wrong:
        path.unlink(missing_ok=True)
        with workspace.write() as connection:
            connection.execute(sa.delete(run).where(run.c.id == number))
        if isinstance(wrong, Invalid):
            # People know their file by its own name, not by the one it is kept under.
            raise Invalid(
                replace(issue, arguments={**issue.arguments, "name": said}) if "name" in issue.arguments else issue
                for issue in wrong.issues
            ) from wrong
        raise
    with workspace.write() as connection:
        found = load_import(connection, number)
        found.format, found.details["path"] = format, str(path)
        save_import(connection, found, state="draft")
    return number


def is_ours(workspace: Workspace, found: Import) -> bool:
    """Whether the file was handed in, so that it is the house's to remove; the command line reads people's own."""
    return found.path.parent == workspace.data_dir / "imports"


def forget_uploads(workspace: Workspace, before: datetime) -> int:
    """Files handed in before a moment go: those never imported with all that is known of them, of ended runs the file
    alone; how many. A run that is at work, or may be gone on with, keeps its file."""
    with workspace.read() as connection:
        query = sa.select(run.c.id).where(run.c.kind == "import", run.c.at < before, run.c.state != "running")
        numbers = [number for number in connection.scalars(query) if _upload(workspace, number)]
        abandoned = sa.select(run.c.id).where(run.c.kind == "import", run.c.at < before, run.c.state.in_(UNUSED))
        numbers += list(connection.scalars(abandoned))
    for number in dict.fromkeys(numbers):
        with workspace.write() as connection:
            gone = sa.delete(run).where(run.c.id == number, run.c.state.in_(UNUSED))
            ended = sa.select(run.c.id).where(run.c.id == number, run.c.state != "running")
            if connection.execute(gone).rowcount or connection.scalar(ended):
                for path in _upload(workspace, number):
                    path.unlink(missing_ok=True)
    return len(set(numbers))


def _upload(workspace: Workspace, number: int) -> list[Path]:
    folder = workspace.data_dir / "imports"
    return [path for path in folder.glob(f"{number}.*") if path.name != f"{number}.rejected.csv"]


def choose_sheet(found: Import, sheet: str) -> None:
    """Another sheet of the workbook."""
    found.format = READERS[found.format.kind].examine(found.path, sheet)
    remap(found, None)


def remap(found: Import, mapping: Json) -> None:
    """Another mapping; what a dry run of the one before said holds no longer."""
    if found.mapping != mapping:
        found.details.pop("tried", None)
        found.details.pop("trying", None)
    found.mapping = mapping


def proposed(connection: sa.Connection, sight: Sight, found: Import, entity: str = "") -> dict[str, Any]:
    """The columns with samples, the type each seems to have, and the mapping proposed for an entity."""
    cells = sample(READERS[found.format.kind], found.path, found.format, SAMPLE)
    return proposal(connection, sight, found.format.columns, cells, entity)


def shown(found: Import, locale: str) -> dict[str, Any]:
    """An import as people see it."""
    tried = found.details.get("tried")
    return {
        "id": found.number,
        "application": found.application,
        "file": found.name,
        "state": found.state,
        "at": instant_text(found.at),
        "by": found.by,
        **format_json(found.format),
        "column_names": list(found.format.columns),
        "mapping": found.mapping,
        "counts": found.counts,
        "faults": shown_faults(found.faults, locale),
        "job": found.details.get("job"),
        "trying": found.details.get("trying"),
        "tried": {**tried, "faults": shown_faults(tried["faults"], locale)} if tried else None,
    }


def sights(workspace: Workspace, actor: Actor) -> SightOf:
    """How a run sees its workspace: always the release of its own transaction."""
    releases = Releases(workspace)
    return lambda connection: releases.sight(connection, actor, datetime.now(UTC))


def actor_of(workspace: Workspace, user_id: int | None) -> Actor:
    """Who imports; the house itself where nobody is named or the person has left."""
    if user_id is None:
        return SYSTEM
    with workspace.read() as connection:
        found = load_actor(connection, user_id)
    if found is None:
        raise Conflict(Issue(code="user.unknown", arguments={"id": user_id}))
    return found


def is_small(found: Import) -> bool:
    """Whether a dry run may be waited for."""
    return found.format.rows <= SMALL_ROWS and found.path.is_file() and found.path.stat().st_size <= SMALL_BYTES


def try_out(workspace: Workspace, actor: Actor, number: int, locale: str) -> dict[str, Any]:
    """A dry run: counts, and the first rejected rows."""
    result = dry_run(workspace, sights(workspace, actor), number, lambda done, total, phase: None)
    return {"counts": result["counts"], "faults": shown_faults(result["faults"], locale)}


def start_trying(
    workspace: Workspace, connection: sa.Connection, sight: Sight, found: Import, *, by: int, now: datetime
) -> str:
    """Begin a dry run as a job; its id. A mapping that can't be carried out is refused now."""
    plan_of(sight, found)
    label = {"zh-CN": f"试运行导入 {found.name}", "en": f"Dry run of import {found.name}"}
    arguments = {"run": found.number, "user": by}
    job = start_job(workspace, connection, "try_import", arguments, label=label, user_id=by, now=now)
    found.details["trying"] = job
    found.details.pop("tried", None)
    save_import(connection, found)
    return job


def try_job(workspace: Workspace, arguments: Mapping[str, Any], progress: Progress) -> Json:
    """The job of a dry run: what it found is kept with the import, unless its mapping is another by then."""
    number = int(arguments["run"])
    message = {"zh-CN": "检查", "en": "Checking"}
    with workspace.read() as connection:
        mapping = load_import(connection, number).mapping
    result = dry_run(
        workspace,
        sights(workspace, actor_of(workspace, arguments.get("user"))),
        number,
        lambda done, total, phase: progress.advance(done, total, message),
    )
    with workspace.write() as connection:
        found = load_import(connection, number)
        if found.mapping == mapping and found.state == "draft":
            found.details["tried"] = {"counts": dict(result["counts"]), "faults": result["faults"]}
            save_import(connection, found)
    return {"run": number, "counts": dict(result["counts"])}


def start(workspace: Workspace, connection: sa.Connection, sight: Sight, found: Import, *, now: datetime) -> str:
    """Begin the run as a job, or go on with one that was stopped; its id. A mapping that can't be carried out is
    refused now."""
    if found.state not in ("draft", "running", "cancelled"):
        raise Conflict(Issue(code="exchange.run_ended", arguments={"state": found.state}))
    plan_of(sight, found)
    if found.state == "cancelled":
        found.checkpoint.update(phase="apply", step=0, steps=None)
    label = {"zh-CN": f"导入 {found.name}", "en": f"Import {found.name}"}
    arguments = {"run": found.number, "user": found.by}
    job = start_job(workspace, connection, "import", arguments, label=label, user_id=found.by, now=now)
    found.details["job"] = job
    save_import(connection, found, state="running")
    return job


def start_undo(
    workspace: Workspace, connection: sa.Connection, found: Import, keep: bool, *, by: int, now: datetime
) -> str:
    """Begin the undoing as a job; its id."""
    if found.state not in ("done", "cancelled", "failed"):
        raise Conflict(Issue(code="exchange.not_ended"))
    label = {"zh-CN": f"撤销导入 {found.name}", "en": f"Undo import {found.name}"}
    arguments = {"run": found.number, "user": by, "keep": keep}
    return start_job(workspace, connection, "undo_import", arguments, label=label, user_id=by, now=now)


def import_job(workspace: Workspace, arguments: Mapping[str, Any], progress: Progress) -> Json:
    """The job of a run; goes on from the run's own checkpoint."""
    number = int(arguments["run"])
    look = sights(workspace, actor_of(workspace, arguments.get("user")))

    def tell(done: int, total: int | None, phase: str) -> None:
        message = {"zh-CN": "写入", "en": "Writing"} if phase == "apply" else {"zh-CN": "计算", "en": "Computing"}
        progress.advance(done, total, message)

    try:
        counts = carry_out(workspace, look, number, tell)
    except Cancelled:
        end_import(workspace, look, number, "cancelled")
        raise
    except Invalid:
        end_import(workspace, look, number, "failed")
        raise
    finally:
        _noted(workspace, look, number, arguments.get("user"))
    return {"run": number, "counts": dict(counts)}


def import_unbegun(workspace: Workspace, job: str, arguments: Mapping[str, Any]) -> None:
    """The job was cancelled before it began: so is its run, unless it was begun anew since."""
    number = int(arguments["run"])
    with workspace.read() as connection:
        begun_by = load_import(connection, number).details.get("job")
    if begun_by == job:
        end_import(workspace, sights(workspace, actor_of(workspace, arguments.get("user"))), number, "cancelled")


def undo_job(workspace: Workspace, arguments: Mapping[str, Any], progress: Progress) -> Json:
    """The job of an undoing; may be begun again, what is undone stays so."""
    look = sights(workspace, actor_of(workspace, arguments.get("user")))
    counts = undo_run(
        workspace,
        look,
        int(arguments["run"]),
        keep_changed=bool(arguments.get("keep")),
        by=arguments.get("user"),
        now=datetime.now(UTC),
        tell=lambda done, total, phase: progress.advance(done, total),
    )
    _noted(workspace, look, int(arguments["run"]), arguments.get("user"), undone=True)
    return {"run": int(arguments["run"]), "counts": dict(counts)}


def _noted(workspace: Workspace, look: SightOf, number: int, by: int | None, *, undone: bool = False) -> None:
    """What a run wrote is put down for segments and measures, however it ended."""
    with workspace.write() as connection:
        live = look(connection).live
        note_run(connection, live, number, by=by, at=datetime.now(UTC), undone=undone)
        run_over(connection, live, number)

"""A new installation filled: the shipped applications installed and published, with demo data where it is wished."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engines.access.demo import keep_samples
from engines.database import Workspace
from engines.exchange.generate import generate
from engines.publisher.releases import newest
from engines.records.bulk import begin_run, end_run, run
from engines.records.history import Cause
from engines.runtime.analysing import analyse
from engines.runtime.demo_flows import begin
from engines.runtime.install import install, publish_draft
from engines.runtime.measuring import settle_due
from engines.runtime.outbox import Entry
from engines.runtime.release import Releases
from engines.runtime.segmenting import fill as fill_segments
from engines.runtime.timers import QUEUE, Timers
from metamodel.bundle import Bundle, read_folder
from metamodel.definition import Label
from metamodel.errors import Invalid
from metamodel.issues import errors

Say = Callable[[str], None]
#: the run that tells how far a first filling has come: in its counts a step for each application
KIND = "fill"
BEGUN, RUN, DONE = 1, 2, 3
#: any number, as long as it is always the same and nobody else's
LOCK = 7_205_759_405


def is_unfilled(workspace: Workspace) -> bool:
    """Whether nothing was ever released here, or a first filling was broken off."""
    with workspace.read() as connection:
        return not newest(connection) or _broken(connection) is not None


@contextmanager
def alone(workspace: Workspace) -> Iterator[None]:
    """Of servers that start at once on one database one fills it while the others wait; whoever dies lets go."""
    if workspace.dialect == "sqlite":
        handle = os.open(workspace.data_dir, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
        return
    with workspace.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.select(sa.func.pg_advisory_lock(LOCK)))
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(LOCK)))


def bundles(folder: Path) -> list[Bundle]:
    """The applications of a folder of folders, those that others require first."""
    found = {str(item.document["name"]): item for path in _folders(folder) if (item := _read(path)) is not None}
    return _ordered(found)


def required(folder: Path, bundle: Bundle) -> list[Bundle]:
    """The applications of a folder of folders that one of them requires, by way of others too, in order."""
    paths = {path.name: path for path in _folders(folder)}
    found: dict[str, Bundle] = {}
    waiting = list(bundle.document.get("requires", ()))
    while waiting:
        name = str(waiting.pop())
        if name in found or name not in paths or name == bundle.document.get("name"):
            continue
        if (item := _read(paths[name])) is not None:
            found[name] = item
            waiting.extend(item.document.get("requires", ()))
    return _ordered(found)


def _folders(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if (path / "application.json").is_file()]


def _read(path: Path) -> Bundle | None:
    bundle, issues = read_folder(path)
    if wrong := tuple(errors(issues)):
        raise Invalid(wrong)
    return bundle


def _ordered(found: dict[str, Bundle]) -> list[Bundle]:
    ordered: list[Bundle] = []
    while found:
        ready = [name for name, item in found.items() if not set(item.document.get("requires", ())) & set(found)]
        for name in ready or list(found):
            ordered.append(found.pop(name))
    return ordered


def fill(workspace: Workspace, folder: Path, now: datetime, *, demo: bool, say: Say) -> None:
    """Install every shipped application; with `demo` also its made-up data and people to sign in as. One that was
    broken off goes on with the applications that are not done; of the one it was at, data that was made in part is
    told of and left."""
    with workspace.write() as connection:
        broken = _broken(connection)
        label = {"zh-CN": "首次安装", "en": "First installation"}
        number, done = broken or (begin_run(connection, KIND, "", label, Cause(at=now, by=None)), {})

    def reached(name: str, step: int) -> None:
        done[name] = step
        with workspace.write() as connection:
            end_run(connection, number, "running", done)

    for bundle in bundles(folder):
        name = str(bundle.document["name"])
        before = done.get(name, 0)
        if before == DONE:
            continue
        begun = time.monotonic()
        reached(name, max(before, BEGUN))
        install(workspace, bundle, by=None, now=now)
        publish_draft(workspace, name, accept_losses=False, by=None, now=now)
        told = _demo(workspace, bundle, now, before, reached) if demo else ""
        reached(name, DONE)
        if told:
            say(f"{name}: {told}, {time.monotonic() - begun:.0f} s")
    with workspace.write() as connection:
        end_run(connection, number, "done", done)


def _broken(connection: sa.Connection) -> tuple[int, dict[str, int]] | None:
    """The number of a filling that was broken off, and how far each application has come."""
    query = sa.select(run.c.id, run.c.counts).where(run.c.kind == KIND, run.c.state == "running")
    found = connection.execute(query.order_by(run.c.id.desc())).first()
    return (int(found.id), dict(found.counts)) if found is not None else None


def _demo(workspace: Workspace, bundle: Bundle, now: datetime, before: int, reached: Callable[[str, int], None]) -> str:
    """The demo data of one application, as far as it is not there; what became of it."""
    name = str(bundle.document["name"])
    recipes = {path: item for path, item in bundle.companions.items() if path.startswith("data/")}
    with workspace.read() as connection:
        live = Releases(workspace).live(connection)
        query = sa.select(run.c.state).where(run.c.kind == "generate", run.c.application == name)
        made = connection.scalar(query.order_by(run.c.id.desc())) if before else None
    counts = {} if made else generate(workspace, live, name, recipes, now)
    settle_due(workspace, Releases(workspace), now, quiet=True)
    fill_segments(workspace, Releases(workspace), now)
    people = [one for recipe in recipes.values() for one in recipe.get("people", ())]
    with workspace.write() as connection:
        keep_samples(connection, [one["login"] for one in people if one.get("sample")])
        if workspace.dialect == "sqlite":
            connection.execute(sa.text("ANALYZE"))
    if before < RUN and made != "running":
        reached(name, RUN)
        for recipe in recipes.values():
            _run(workspace, name, recipe.get("run", {}), now)
    elif before:
        return "its demo data was broken off half-way; for all of it begin again with an empty DATA_DIR"
    return f"{sum(counts.values()):,} demo records" if not made else "demo data was there already"


class _Quiet:
    """Nobody waits for how far it is."""

    def advance(
        self, done: int, total: int | None = None, message: Label | None = None, checkpoint: Any = None
    ) -> None:
        """Nothing is told."""


def _run(workspace: Workspace, application: str, wanted: Mapping[str, Sequence[Any]], now: datetime) -> None:
    """What a recipe wants done once its data is there: analyses computed, rules of the clock carried out, as if their
    time had come, and flows begun."""
    for name in wanted.get("analyses", ()):
        analyse(workspace, {"application": application, "analysis": name, "at": now.isoformat()}, _Quiet())
    clock = Timers(workspace)
    for name in wanted.get("rules", ()):
        payload = {"application": application, "rule": name, "at": now.isoformat()}
        clock.carry(workspace, Entry(id=0, queue=QUEUE, key=f"demo:{name}", payload=payload))
    for flow in wanted.get("flows", ()):
        begin(workspace, application, flow, now)

"""An import carried out chunk by chunk, each in a transaction that also says how far it is; then the computed values.

A run whose process died goes on where it was. Dry runs go the same way and write nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engines.database import Workspace
from engines.exchange import readers
from engines.exchange.apply import COUNTED, Redo, Written, apply, counted, rules_of
from engines.exchange.check import Checked, Faults, Seen, check
from engines.exchange.compute import own_fields
from engines.exchange.mapping import read_mapping
from engines.exchange.plan import Plan, make_plan
from engines.exchange.reader import Chunk, Format, Reader, chunks
from engines.exchange.rejects import Rejects
from engines.records.bulk import CHUNK, begin_run, roomy, run
from engines.records.history import Cause
from engines.records.number import follow_numbers, highest_numbers
from engines.records.settle import deeds_of, settle, settling
from engines.records.sight import Sight
from metamodel.definition import Json, dump, load
from metamodel.errors import Conflict, NotFound
from metamodel.issues import Issue
from metamodel.kinds import Registry

READERS: Registry[Reader] = Registry(readers, Reader)  # type: ignore[type-abstract]
#: rejected rows shown with their reasons; the others stand in the file
SHOWN = 200
#: times a chunk is tried again when the world moved under it
TRIES = 5
#: seconds for which a chunk may keep other writers of SQLite waiting, its commit left out
LOCKED_SECONDS = 0.15
#: rows of the first chunk where that counts, and the fewest of any
BEGIN, LEAST = 10_000, 2_000
Tell = Callable[[int, int | None, str], None]
SightOf = Callable[[sa.Connection], Sight]


class _Back(Exception):
    """A rehearsal went well: what it wrote is thrown away."""


@dataclass(slots=True, kw_only=True)
class Import:
    """One run as it is kept: the file, how it is read and mapped, and how far it is. Filled in while it runs."""

    number: int
    application: str
    state: str
    by: int | None
    at: datetime
    path: Path
    name: str
    format: Format
    mapping: Json
    counts: dict[str, int]
    details: dict[str, Any]
    dry: bool = False
    faults: list[dict[str, Any]] = field(default_factory=list)

    @property
    def checkpoint(self) -> dict[str, Any]:
        """How far it is: phase, rows read, bytes of the file of rejected rows, steps settled."""
        found: dict[str, Any] = self.details.setdefault("checkpoint", {"phase": "apply", "rows": 0, "rejected": 0})
        return found


def keep_import(
    connection: sa.Connection,
    application: str,
    path: Path,
    name: str,
    format: Format,
    mapping: Json,
    *,
    by: int | None,
    now: datetime,
    state: str = "draft",
) -> int:
    """A row for a file that may be imported; its number is the run's."""
    details = {"path": str(path), "file": name, "format": dump(format), "mapping": mapping}
    number = begin_run(connection, "import", application, name, Cause(at=now, by=by), details)
    connection.execute(sa.update(run).where(run.c.id == number).values(state=state))
    return number


def load_import(connection: sa.Connection, number: int) -> Import:
    """The run with this number."""
    row = connection.execute(sa.select(run).where(run.c.id == number, run.c.kind == "import")).first()
    if row is None:
        raise NotFound(Issue(code="exchange.no_run", arguments={"number": number}))
    details = dict(row.details)
    format, _ = load(Format, details["format"], {})
    assert format is not None
    return Import(
        number=row.id,
        application=row.application,
        state=row.state,
        by=row.by_id,
        at=row.at,
        path=Path(details["path"]),
        name=details["file"],
        format=format,
        mapping=details.get("mapping"),
        counts=dict(row.counts),
        details=details,
        faults=list(details.get("faults", ())),
    )


def save_import(connection: sa.Connection, found: Import, **values: Any) -> None:
    """Write down how far a run is."""
    found.details["faults"] = found.faults
    found.details["mapping"] = found.mapping
    found.details["format"] = dump(found.format)
    connection.execute(
        sa.update(run).where(run.c.id == found.number).values(details=found.details, counts=found.counts, **values)
    )


def rejects_path(workspace: Workspace, number: int) -> Path:
    """Where the rejected rows of a run lie."""
    return workspace.data_dir / "imports" / f"{number}.rejected.csv"


def plan_of(sight: Sight, found: Import) -> Plan:
    """The plan of a run's mapping for its file; an unmapped file is refused."""
    if not found.mapping:
        raise Conflict(Issue(code="exchange.no_mapping"))
    return make_plan(sight, read_mapping(found.mapping), found.format.columns)


def dry_run(workspace: Workspace, sight_of: SightOf, number: int, tell: Tell) -> Mapping[str, Any]:
    """What the run would come to: counts, and the first rejected rows with their reasons. Nothing is kept."""
    with workspace.read() as connection:
        found = load_import(connection, number)
    found.dry, found.counts, found.faults = True, {}, []
    _Runner(workspace, sight_of, found, tell).go()
    return {"counts": found.counts, "faults": found.faults}


def carry_out(workspace: Workspace, sight_of: SightOf, number: int, tell: Tell) -> Mapping[str, int]:
    """Run an import to its end, from wherever it is; what it came to.

    `tell` may raise to stop it: what is written stays, its computed values are set by whoever goes on or ends it.
    """
    with workspace.write() as connection:
        found = load_import(connection, number)
        if found.state not in ("draft", "running"):
            raise Conflict(Issue(code="exchange.run_ended", arguments={"state": found.state}))
        plan_of(sight_of(connection), found)
        save_import(connection, found, state="running")
    runner = _Runner(workspace, sight_of, found, tell)
    if found.checkpoint["phase"] == "apply":
        runner.go()
    runner.settle()
    with workspace.write() as connection:
        save_import(connection, found, state="done")
    return found.counts


def end_import(workspace: Workspace, sight_of: SightOf, number: int, state: str) -> None:
    """End a run that stops before its file does: what is written so far is settled, and may be undone."""
    with workspace.read() as connection:
        found = load_import(connection, number)
    if found.state == "running":
        found.checkpoint["phase"] = "settle"
        _Runner(workspace, sight_of, found, lambda done, total, phase: None).settle()
        with workspace.write() as connection:
            save_import(connection, found, state=state)


class _Runner:
    """One pass over a file."""

    def __init__(self, workspace: Workspace, sight_of: SightOf, found: Import, tell: Tell) -> None:
        self.workspace, self.sight_of, self.found, self.tell = workspace, sight_of, found, tell
        self.seen = Seen(dry=found.dry)
        self.cause = Cause(at=found.at, by=found.by, run=found.number)
        self.plan: Plan | None = None
        self.rehearses = False
        # SQLite has one pen for all: a chunk is as large as can be written while the others hardly notice.
        self.pace = workspace.dialect == "sqlite" and not found.dry
        self.size = min(BEGIN, CHUNK) if self.pace else CHUNK

    def go(self) -> None:
        """Every chunk from the checkpoint on."""
        found = self.found
        begin = 0 if found.dry else int(found.checkpoint["rows"])
        rejects = None
        if not found.dry:
            path, locale = rejects_path(self.workspace, found.number), self.workspace.locale
            rejects = Rejects(path, found.format.columns, locale, int(found.checkpoint["rejected"]) if begin else 0)
        total = found.format.rows or None
        reader = READERS[found.format.kind]
        if not begin and not found.dry:
            self._announce(reader)
        for chunk in chunks(reader, found.path, found.format, lambda: self.size, begin):
            begin += chunk.read
            self._chunk(chunk, begin, rejects)
            self.tell(begin, max(total or 0, begin), "apply")
        if not found.dry:
            found.checkpoint["phase"] = "settle"
            with self.workspace.write() as connection:
                save_import(connection, found)

    def _announce(self, reader: Reader) -> None:
        """Running numbers of the whole file are known before its first row is written: records made meanwhile would
        take numbers that stand further down."""
        with self.workspace.read() as connection:
            plan = self._plan(connection)
        today = plan.sight.context.today
        targets = [(part.entity, target) for part in plan.parts for target in part.targets]
        sequences = [(entity, target) for entity, target in targets if target.item.type.kind == "sequence"]
        numbers = [(entity, target, dict[str, int]()) for entity, target in sequences]
        for chunk in chunks(reader, self.found.path, self.found.format, CHUNK) if numbers else ():
            for _, target, highest in numbers:
                texts = target.convert(chunk.columns[target.position]).values
                for when, number in highest_numbers(target.item, texts, today).items():
                    highest[when] = max(number, highest.get(when, 0))
            self.tell(0, self.found.format.rows or None, "apply")
        if numbers:
            with self.workspace.write() as connection:
                for entity, target, highest in numbers:
                    follow_numbers(connection, entity, target.item, highest)

    def settle(self) -> None:
        """Computed values of everything the run may have moved."""
        found, workspace = self.found, self.workspace
        with workspace.write() as connection:
            plan = plan_of(self.sight_of(connection), found)
            if not any(found.counts.get(name) for name in COUNTED if not name.endswith(("skip", "unchanged"))):
                return
            stubs = {target.stub.name for part in plan.parts for target in part.targets if target.stub is not None}
            live = plan.sight.live
            done = {(part.entity.name, own.name) for part in plan.parts for own in own_fields(live, part.entity)}
            steps = settling(
                connection,
                live,
                deeds_of(connection, live, found.number),
                done={key for key in done if key[0] not in stubs},
            )
        if found.checkpoint.get("steps") != len(steps):
            # The world moved while the run lay still: a step done twice does no harm, one left out would.
            found.checkpoint.update(step=0, steps=len(steps))
        context = plan.sight.context
        for index, step in enumerate(steps):
            if index < int(found.checkpoint.get("step", 0)):
                continue
            with workspace.write() as connection, roomy(connection):
                settle(connection, plan.sight.live, step, context)
                found.checkpoint["step"] = index + 1
                save_import(connection, found)
            self.tell(index + 1, len(steps), "settle")

    def _chunk(self, chunk: Chunk, read: int, rejects: Rejects | None) -> None:
        wrong: Faults = {}
        for attempt in range(TRIES):
            with self.workspace.read() as connection:
                plan = self._plan(connection)
                checked = check(connection, plan, chunk, self.found.number, self.seen, wrong)
            try:
                if self.found.dry:
                    self._rehearse(plan, checked)
                else:
                    self._write(plan, checked, read, rejects)
                return
            except Redo as redo:
                for at, issues in redo.wrong.items():
                    wrong.setdefault(at, []).extend(issues)
            except (sa.exc.IntegrityError, _Moved):
                # Somebody wrote between the look and the pen, or published: look again.
                if attempt == TRIES - 1:
                    raise
                plan.forget()
            except Exception as error:
                if attempt == TRIES - 1 or not _driver_integrity(error):
                    raise
                plan.forget()
        raise Conflict(Issue(code="exchange.restless"))

    def _plan(self, connection: sa.Connection) -> Plan:
        sight = self.sight_of(connection)
        if self.plan is None or self.plan.sight.live.release != sight.live.release:
            self.plan = plan_of(sight, self.found)
            self.rehearses = any(rules_of(part.entity) for part in self.plan.parts)
        return self.plan

    def _rehearse(self, plan: Plan, checked: Checked) -> None:
        counts = counted(checked)
        if self.rehearses:
            try:
                with self.workspace.write() as connection:
                    counts = apply(connection, plan, checked, self.cause, self.seen).counts
                    raise _Back
            except _Back:
                plan.forget()
        self.seen.keep(checked)
        self._reject(checked, None)
        self._count(counts, checked)

    def _write(self, plan: Plan, checked: Checked, read: int, rejects: Rejects | None) -> None:
        found = self.found
        size, counts, faults = (rejects.size if rejects else 0), dict(found.counts), list(found.faults)
        try:
            with self.workspace.write() as connection, roomy(connection), self._paced():
                if self.sight_of(connection).live.release != plan.sight.live.release:
                    raise _Moved
                written: Written = apply(connection, plan, checked, self.cause, self.seen)
                self._reject(checked, rejects)
                self._count(written.counts, checked)
                found.checkpoint.update(rows=read, rejected=rejects.size if rejects else 0)
                save_import(connection, found)
        except BaseException:
            found.counts, found.faults = counts, faults
            if rejects is not None and rejects.size != size:
                rejects.cut(size)
            raise

    @contextmanager
    def _paced(self) -> Iterator[None]:
        begun = time.monotonic()
        yield
        if self.pace:
            factor = min(2.0, LOCKED_SECONDS / max(time.monotonic() - begun, 0.001))
            self.size = max(min(LEAST, CHUNK), min(CHUNK, int(self.size * factor)))

    def _reject(self, checked: Checked, rejects: Rejects | None) -> None:
        chunk, wrong = checked.chunk, checked.faults()
        rows = [(number, list(cells), [issue]) for number, cells, issue in chunk.ragged]
        rows += [(chunk.numbers[at], chunk.row(at), issues) for at, issues in wrong.items()]
        rows.sort(key=lambda row: row[0])
        if rejects is not None:
            rejects.add(rows)
        for number, _, issues in rows[: max(0, SHOWN - len(self.found.faults))]:
            self.found.faults.append({"row": number, "issues": [_kept(issue) for issue in issues]})

    def _count(self, counts: Mapping[str, int], checked: Checked) -> None:
        total = self.found.counts
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
        rejected = len(checked.chunk.ragged) + len(checked.faults())
        total["reject"] = total.get("reject", 0) + rejected
        total["rows"] = total.get("rows", 0) + len(checked.chunk.numbers) + len(checked.chunk.ragged)


class _Moved(Exception):
    """A release was published between the look and the pen."""


def _driver_integrity(error: Exception) -> bool:
    return type(error).__name__ in ("IntegrityError", "UniqueViolation", "ForeignKeyViolation")


def _kept(issue: Issue) -> dict[str, Any]:
    return {"code": issue.code, "path": list(issue.path), "arguments": dict(issue.arguments)}


def shown_faults(faults: list[dict[str, Any]], locale: str) -> list[dict[str, Any]]:
    """Rejected rows with their reasons in the reader's language."""
    return [
        {
            "row": one["row"],
            "issues": [
                Issue(code=kept["code"], path=tuple(kept["path"]), arguments=kept["arguments"]).to_json(locale)
                for kept in one["issues"]
            ],
        }
        for one in faults
    ]

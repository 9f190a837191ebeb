"""The command line's verb about imports: a file into an application, in this process, with its progress told."""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.config import Settings
from engines.access.actor import Actor
from engines.access.people import find_login
from engines.database import Workspace
from engines.exchange.run import (
    carry_out,
    dry_run,
    end_import,
    keep_import,
    load_import,
    rejects_path,
    save_import,
    shown_faults,
)
from engines.publisher.platform import upgrade
from engines.runtime.imports import actor_of, proposed, reader_of, sights
from metamodel.errors import Invalid, NotFound
from metamodel.issues import Issue


def add_verbs(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The verb with its arguments."""
    verb = verbs.add_parser("import", help="a CSV file or workbook into an entity of an application")
    verb.add_argument("application")
    verb.add_argument("entity")
    verb.add_argument("file", type=Path)
    verb.add_argument("--mapping", type=Path, metavar="FILE.json", help="which column goes where; else proposed")
    verb.add_argument("--mode", choices=("insert", "update", "upsert", "skip"))
    verb.add_argument("--match", action="append", default=[], metavar="FIELD", help="met by this; several if repeated")
    verb.add_argument("--zone", help="time zone of moments that name none")
    verb.add_argument("--sheet", default="", help="of a workbook; the first otherwise")
    verb.add_argument("--as", dest="login", default="", metavar="LOGIN", help="who imports; the house itself otherwise")
    verb.add_argument("--dry-run", action="store_true", help="tell what it would come to, write nothing")
    verb.add_argument("--resume", type=int, metavar="RUN", help="go on with a run whose process ended")
    verb.set_defaults(run=import_file)


def import_file(workspace: Workspace, settings: Settings, chosen: argparse.Namespace) -> None:
    """Import one file; what was rejected lies beside it as a file of its own."""
    upgrade(workspace)
    actor = _actor(workspace, chosen.login)
    look = sights(workspace, actor)
    number = chosen.resume or _kept(workspace, actor, chosen)
    begun = time.monotonic()
    shown = [0.0]

    def tell(done: int, total: int | None, phase: str) -> None:
        if (now := time.monotonic()) - shown[0] > 0.5:
            shown[0] = now
            print(f"\r{phase} {done:,} / {total or 0:,}   ", end="", file=sys.stderr, flush=True)

    try:
        if chosen.dry_run:
            result = dry_run(workspace, look, number, tell)
            counts, faults = result["counts"], result["faults"]
        else:
            counts = carry_out(workspace, look, number, tell)
            with workspace.read() as connection:
                faults = load_import(connection, number).faults
    except KeyboardInterrupt:
        print(f"\nrun {number} stopped; go on with --resume {number}", file=sys.stderr)
        raise
    except Invalid:
        end_import(workspace, look, number, "failed")
        raise
    seconds = time.monotonic() - begun
    print("\r", end="", file=sys.stderr)
    for one in shown_faults(faults[:20], settings.locale):
        print(f"row {one['row']}: {'; '.join(issue['message'] for issue in one['issues'])}", file=sys.stderr)
    if counts.get("reject") and not chosen.dry_run:
        print(f"rejected rows: {rejects_path(workspace, number)}", file=sys.stderr)
    said = ", ".join(f"{name} {count:,}" for name, count in counts.items() if count)
    print(f"run {number}: {said}, {seconds:.1f} s")


def _actor(workspace: Workspace, login: str) -> Actor:
    if not login:
        return actor_of(workspace, None)
    with workspace.read() as connection:
        found = find_login(connection, login)
    if found is None:
        raise NotFound(Issue(code="user.unknown", arguments={"id": login}))
    return actor_of(workspace, int(found.id))


def _kept(workspace: Workspace, actor: Actor, chosen: argparse.Namespace) -> int:
    """A run for the file, with its mapping said, or proposed and then told."""
    if not chosen.file.is_file():
        raise NotFound(Issue(code="bundle.missing", arguments={"path": str(chosen.file)}))
    format = reader_of(chosen.file.name).examine(chosen.file, chosen.sheet)
    entity = f"{chosen.application}.{chosen.entity}"
    mapping: dict[str, Any] | None = None
    if chosen.mapping:
        try:
            mapping = json.loads(chosen.mapping.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise Invalid(Issue(code="exchange.mapping_file", arguments={"error": str(error)})) from error
    now = datetime.now(UTC)
    by = actor.user_id or None
    with workspace.write() as connection:
        number = keep_import(
            connection, chosen.application, chosen.file.resolve(), chosen.file.name, format, mapping, by=by, now=now
        )
        found = load_import(connection, number)
        if mapping is None:
            mapping = proposed(connection, sights(workspace, actor)(connection), found, entity)["mapping"]
            if mapping is None:
                raise NotFound(Issue(code="reference.entity", arguments={"word": entity, "nearest": ""}))
            print(json.dumps(mapping, ensure_ascii=False, indent=2), file=sys.stderr)
        mapping = {**mapping, "entity": entity}
        if chosen.match:
            mapping["match"] = chosen.match
            mapping.setdefault("mode", "upsert")
        if chosen.mode:
            mapping["mode"] = chosen.mode
        if chosen.zone:
            mapping["zone"] = chosen.zone
        found.mapping = mapping
        save_import(connection, found)
    return number

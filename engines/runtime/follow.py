"""What follows a release: computed fields made anew as jobs, with progress, resumable."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engines.access.actor import Actor
from engines.database import Workspace
from engines.publisher.publish import Published
from engines.records.climb import height
from engines.records.derive import derivations, recompute_all
from engines.runtime.jobs import Progress, start_job
from engines.runtime.measuring import follow_release
from engines.runtime.release import Releases
from engines.runtime.segmenting import computed_anew, follow

log = logging.getLogger(__name__)
#: rows recomputed in one transaction: half a second of lock at most
CHUNK = 20_000
SYSTEM = Actor(user_id=0, login="", name="", locale="zh-CN", is_admin=True)


def follow_up(workspace: Workspace, published: Published, *, by: int | None, now: datetime) -> list[str]:
    """Start the jobs a release needs; their ids. Small tables are done at once."""
    started: list[str] = []
    for entity, fields in published.recompute:
        with workspace.write() as connection:
            live = Releases(workspace).live(connection)
            table = live.tables[entity]
            last = int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one())
            if last <= CHUNK:
                context = Releases(workspace).sight(connection, SYSTEM, now).context
                recompute_all(connection, live, entity, fields, context)
                continue
            label = live.model.entities[entity].definition.label
            started.append(
                start_job(
                    workspace,
                    connection,
                    "recompute",
                    {"entity": entity, "fields": list(fields)},
                    label={"zh-CN": f"重新计算：{_said(label, 'zh-CN')}", "en": f"Recompute: {_said(label, 'en')}"},
                    user_id=by,
                    now=now,
                )
            )
    follow_release(workspace, Releases(workspace), now)
    follow(workspace, Releases(workspace), now)
    return started


def _said(label: Any, locale: str) -> str:
    return str(label.get(locale) or next(iter(label.values()), "")) if isinstance(label, Mapping) else str(label)


def recompute(workspace: Workspace, arguments: Mapping[str, Any], progress: Progress) -> Any:
    """The job: every value of some computed fields, chunk by chunk, from the last checkpoint.

    Values that climb a tree wait for records in other chunks: all chunks come again until nothing moves any more.
    """
    releases = Releases(workspace)
    entity, fields = str(arguments["entity"]), list(arguments["fields"])
    begun = progress.checkpoint or 0
    # A number alone is what an earlier version left behind.
    low, turn, restless = (begun, 1, begun > 0) if isinstance(begun, int) else begun
    moved = 0
    while True:
        with workspace.write() as connection:
            sight = releases.sight(connection, SYSTEM, datetime.now(UTC))
            table = sight.live.tables[entity]
            last = int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one())
            if low >= last:
                groups = derivations(sight.live).groups
                climbing = restless and any((entity, name) in groups for name in fields)
                # A level is right after each turn; in one more nothing moves.
                if not climbing or turn > height(connection, sight.live, entity) + 1:
                    if climbing:
                        log.warning("values of %s still move after %s turns: %s", entity, turn, ", ".join(fields))
                    computed_anew(connection, sight.live, entity, fields, sight.now)
                    return {"moved": moved}
                low, turn, restless = 0, turn + 1, False
            high = low + CHUNK
            some = recompute_all(connection, sight.live, entity, fields, sight.context, low=low, high=high)
            moved, restless = moved + some, restless or some > 0
        low = high
        progress.advance(min(low, last), last, checkpoint=[low, turn, restless])

"""The live state of a workspace, rebuilt when the release number moves; each request asks in its transaction."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from engines.access.actor import Actor
from engines.access.policy import Policy
from engines.catalog import CATALOG
from engines.database import Workspace, watch
from engines.publisher.publish import model_of
from engines.publisher.releases import newest
from engines.records.live import Live, make_live
from engines.records.sight import Sight


class Releases:
    """What one process knows of one workspace's releases."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._live: Live | None = None
        self._building = threading.Lock()

    def live(self, connection: sa.Connection, counters: Mapping[str, int] | None = None) -> Live:
        """The state of the release that the transaction sees."""
        number = (watch(connection) if counters is None else counters).get("release", 0)
        live = self._live
        if live is not None and live.release == number:
            return live
        with self._building:
            live = self._live
            if live is None or live.release != number:
                documents = newest(connection)
                model = model_of(documents, CATALOG, live)
                live = make_live(number, model, documents, self.workspace.dialect, self.workspace.time_zone)
                self._live = live
        return live

    def sight(
        self, connection: sa.Connection, actor: Actor, now: datetime, counters: Mapping[str, int] | None = None
    ) -> Sight:
        """The live state as one actor sees it."""
        live = self.live(connection, counters)
        policy = live.once(("policy", actor), lambda: Policy(live.model, actor))
        return Sight(live=live, policy=policy, now=now)

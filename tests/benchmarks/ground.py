"""The ground of the measurements: 100,000 people and 1,000,000 visits of places, and a manager who sees one place."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from engines.access.departments import create_department
from engines.access.people import create_user
from engines.access.tokens import create_token
from engines.database import Workspace, open_workspace
from engines.publisher.platform import upgrade
from engines.records.bulk import insert_rows
from engines.records.history import Cause
from engines.records.query import entity_of
from engines.runtime.release import Releases
from tests.desk import field, release, sight

PEOPLE, VISITS, PLACES = 100_000, 1_000_000, 100
PASSWORD = "correct horse battery"
SECRET = "a secret of benchmarks, long enough to sign"
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
CHUNK = 50_000
CAUSE = Cause(at=NOW, by=1)

BENCH: dict[str, Any] = {
    "name": "bench",
    "label": "Bench",
    "entities": [
        {
            "name": "place",
            "label": "Place",
            "title": "name",
            "fields": [field("name", "text", required=True), field("department", "department"), field("zone", "text")],
        },
        {
            "name": "person",
            "label": "Person",
            "title": "name",
            "search": ["name"],
            "fields": [
                field("name", "text", required=True),
                field("code", "text", unique=True),
                field("phone", "phone"),
                field("mail", "email"),
                field("born", "date"),
                field("city", "text", indexed=True),
                field("level", "choice", options=[{"value": f"l{n}", "label": f"L{n}"} for n in range(5)]),
                field("score", "integer", indexed=True),
                field("balance", "money"),
                field("share", "percent"),
                field("active", "boolean"),
                field("joined", "datetime", indexed=True),
                field("note", "long_text"),
                field("place", "reference", entity="place", inverse="people"),
                field("friend", "reference", entity="person"),
            ],
            "indexes": [{"id": "place_score", "fields": ["place", "score"]}],
        },
        {
            "name": "visit",
            "label": "Visit",
            "fields": [
                field("person", "reference", entity="person", inverse="visits"),
                field("place", "reference", entity="place", inverse="visits"),
                field("at", "datetime", indexed=True),
                field("amount", "money"),
                field("items", "integer"),
                field(
                    "state", "choice", options=[{"value": "open", "label": "Open"}, {"value": "done", "label": "Done"}]
                ),
                field("remark", "text"),
            ],
            "indexes": [{"id": "person_at", "fields": ["person", "at"]}],
        },
    ],
    "views": [
        {
            "name": "people",
            "label": "People",
            "entity": "person",
            "type": "table",
            "columns": [{"field": name} for name in ("name", "city", "level", "score", "balance", "joined", "place")],
        }
    ],
    "datasets": [
        {
            "name": "visits",
            "label": "Visits",
            "entity": "visit",
            "dimensions": [
                {"name": "at", "label": "At", "expression": "{at}"},
                {"name": "place", "label": "Place", "expression": "{place}"},
            ],
            "measures": [{"name": "amount", "label": "Amount", "aggregate": "sum", "expression": "{amount}"}],
        }
    ],
    "roles": [
        {
            "name": "manager",
            "label": "Manager",
            "grants": [
                {"entity": "place", "others": "read"},
                {
                    "entity": "person",
                    "create": True,
                    "update": True,
                    "condition": "IN({place.department}, MY_DEPARTMENTS())",
                },
                {"entity": "visit", "create": True, "condition": "IN({place.department}, MY_DEPARTMENTS())"},
            ],
        }
    ],
}


def workspace_in(folder: Path, url: str = "") -> Workspace:
    """The workspace of the measurements."""
    return open_workspace(name="bench", data_dir=folder, url=url, secret=SECRET)


def make(workspace: Workspace) -> str:
    """Fill it; the token of a manager of ten places of a hundred."""
    upgrade(workspace)
    release(workspace, BENCH)
    chance = random.Random(1)
    with workspace.write() as connection:
        departments = [create_department(connection, {"label": f"D{n}", "code": f"d{n}"}) for n in range(PLACES // 10)]
        create_user(connection, {"login": "boss", "name": "Boss", "is_admin": True}, NOW)
        manager = create_user(
            connection,
            {
                "login": "manager",
                "password": PASSWORD,
                "name": "Manager",
                "department_id": departments[0],
                "roles": [{"application": "bench", "id": "manager"}],
            },
            NOW,
        )
        token = create_token(
            connection, user_id=manager, name="bench", scopes=["read", "write"], expires_at=None, now=NOW
        )[1]
        seen = sight(workspace, connection)
        rows = [[f"Place {n}", departments[n % len(departments)], "z"] for n in range(PLACES)]
        insert_rows(connection, seen.live, entity_of(seen, "bench.place"), ["name", "department", "zone"], rows, CAUSE)
    names = [
        "name",
        "code",
        "phone",
        "mail",
        "born",
        "city",
        "level",
        "score",
        "balance",
        "share",
        "active",
        "joined",
        "note",
        "place",
        "friend",
    ]
    _bulk(
        workspace,
        "person",
        names,
        PEOPLE,
        lambda n: [
            f"Person {n}",
            f"C{n:07d}",
            f"13{n:09d}",
            f"p{n}@example.com",
            date(1950, 1, 1) + timedelta(days=n % 20000),
            f"City {n % 300}",
            f"l{n % 5}",
            chance.randrange(10_000),
            chance.randrange(10**7),
            chance.randrange(10_000),
            n % 3 > 0,
            NOW - timedelta(seconds=chance.randrange(10**8)),
            f"Note {n}",
            n % PLACES + 1,
            chance.randrange(1, n + 1) if n else None,
        ],
    )
    _bulk(
        workspace,
        "visit",
        ["person", "place", "at", "amount", "items", "state", "remark"],
        VISITS,
        lambda n: [
            chance.randrange(1, PEOPLE + 1),
            n % PLACES + 1,
            NOW - timedelta(seconds=chance.randrange(3 * 10**7)),
            chance.randrange(10**5),
            n % 9,
            "done" if n % 7 else "open",
            None,
        ],
    )
    with workspace.write() as connection:
        connection.exec_driver_sql("ANALYZE")
    return token


def _bulk(workspace: Workspace, name: str, fields: list[str], count: int, make_row: Any) -> None:
    releases = Releases(workspace)
    for low in range(0, count, CHUNK):
        rows = [make_row(n) for n in range(low, min(low + CHUNK, count))]
        with workspace.write() as connection:
            live = releases.live(connection)
            insert_rows(connection, live, live.model.entities[f"bench.{name}"], fields, rows, CAUSE)

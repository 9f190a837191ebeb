"""For every role and report the answer is that of a house which holds only the rows and fields the role may see."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines.access.actor import Actor
from engines.database import Workspace, open_workspace
from engines.records.sight import Sight
from engines.reports.behind import records
from engines.reports.cache import ask_kept
from engines.reports.export import to_csv
from engines.reports.run import Result
from metamodel.definition import load
from metamodel.errors import Refusal
from metamodel.report import Report
from tests.conftest import SECRET, make_user, scratch_database
from tests.desk import ADMIN, NOW, actor_of, sight
from tests.engines.reports.shop import Sale, fill

AREA, KIND, PERSON = {"dimension": "area"}, {"dimension": "kind"}, {"dimension": "person"}
MONTH, YEAR = {"dimension": "at", "grain": "month"}, {"dimension": "at", "grain": "year"}
#: reports of every sort of measure, with totals, and whether they ask for what a role may hide
REPORTS: dict[str, dict[str, Any]] = {
    "number": {"measures": ["sum", "sales", "people", "mean", "middle", "a_share", "each"]},
    "shares": {"rows": [PERSON], "measures": ["sum", "of_all", "of_area", "place", "so_far"], "limit": 4},
    "totals": {"rows": [AREA, KIND], "columns": [YEAR], "measures": ["sum", "people", "mean", "middle", "of_all"], "chart": {"type": "pivot"}},
    "months": {"rows": [MONTH], "color": [KIND], "measures": ["sum", "before", "year_before", "so_far", "this_year"]},
    "bands": {"rows": [{"dimension": "size"}], "measures": ["sales", "last", "least", "of_all"], "chart": {"type": "table", "totals": True}},
    "narrowed": {"rows": [AREA], "measures": ["people", "of_all"], "filters": [{"dimension": "at", "period": "last_12_months"}]},
    "related": {"rows": [KIND], "measures": ["lines", "counted"]},
    "items": {"rows": [{"dimension": "fives"}], "measures": ["middle_items"]},
}  # fmt: skip
#: which sales a role sees, whose people it knows, and what it may not ask for
ROLES: dict[str, tuple[Callable[[Sale], bool], Callable[[str | None], bool], set[str]]] = {
    "north": (lambda sale: sale.area == "north", lambda area: True, set()),
    "kinds": (lambda sale: sale.kind == "a", lambda area: area == "south", set()),
    "large": (lambda sale: sale.amount > 20, lambda area: True, {"items", "related", "totals", "narrowed"}),
}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, worker_name: str
) -> Iterator[Callable[[str], Workspace]]:
    """Makes houses on one database."""
    with _houses(request, tmp_path_factory, sqlite_template, worker_name) as make:
        yield make


class _houses:
    def __init__(self, request: Any, folders: Any, template: Path, worker: str) -> None:
        self.request, self.folders, self.template, self.worker = request, folders, template, worker
        self.opened: list[Workspace] = []
        self.scratch: list[Any] = []

    def __enter__(self) -> Callable[[str], Workspace]:
        return self.make

    def make(self, name: str) -> Workspace:
        folder, url = self.folders.mktemp(name) / "data", ""
        shutil.copytree(self.template, folder)
        if self.request.param == "postgresql":
            admin: sa.Engine = self.request.getfixturevalue("pg_admin")
            template = self.request.getfixturevalue("pg_template")
            self.scratch.append(scratch_database(admin, f"{self.worker}_{name}", template))
            url = self.scratch[-1].__enter__()
        self.opened.append(open_workspace(name=name, data_dir=folder, url=url, secret=SECRET))
        return self.opened[-1]

    def __exit__(self, *args: object) -> None:
        for workspace in self.opened:
            workspace.close()
        for scratch in self.scratch:
            scratch.__exit__(None, None, None)


@pytest.fixture(scope="module")
def worlds(house: Callable[[str], Workspace]) -> dict[str, tuple[Workspace, Actor, Workspace]]:
    """For each role the whole house with somebody who holds it, and the house of what they may see."""
    whole = house("whole")
    fill(whole)
    found = {}
    for role, (keep, known, _) in ROLES.items():
        actor = actor_of(whole, make_user(whole, role, locale="en", roles=[{"application": "shop", "id": role}]))
        own = house(role)
        fill(own, keep=keep, known=known)
        found[role] = (whole, actor, own)
    return found


def asked(seen: Sight, connection: Any, document: dict[str, Any]) -> Result:
    return ask_kept(connection, seen, seen.live.model.applications["shop"], report_of(seen, document), {})


def report_of(seen: Sight, document: dict[str, Any]) -> Report:
    found, issues = load(Report, {"name": "x", "label": "X", "dataset": "sales", **document}, seen.live.model.catalog)
    assert found is not None, issues
    return found


def counted(seen: Sight, connection: Any, document: dict[str, Any]) -> int:
    bare = {key: value for key, value in document.items() if key == "filters"}
    application = seen.live.model.applications["shop"]
    return int(records(connection, seen, application, report_of(seen, bare), {}, ["kind"])["total"])


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("role", ROLES)
def test_an_answer_tells_of_nothing_that_is_hidden(worlds: Any, role: str, report: str) -> None:
    whole, actor, own = worlds[role]
    document = REPORTS[report]
    with whole.read() as connection:
        seen = sight(whole, connection, actor)
        assert seen.now == NOW
        if report in ROLES[role][2]:
            # areas, lines or items are hidden from this role: nothing is asked by them, not even in part
            with pytest.raises(Refusal):
                asked(seen, connection, document)
            return
        found, again = asked(seen, connection, document), asked(seen, connection, document)
        total = counted(seen, connection, document)
    with own.read() as connection:
        seen = sight(own, connection, ADMIN)
        wanted = asked(seen, connection, document)
        assert total == counted(seen, connection, document)
    assert (found.keys, found.rows, found.more) == (wanted.keys, wanted.rows, wanted.more)
    assert _sorted(found) == _sorted(wanted) and again.rows == found.rows
    assert to_csv(found).decode().splitlines()[1:] == to_csv(wanted).decode().splitlines()[1:]


def _sorted(result: Result) -> list[Any]:
    return sorted(([one.level, one.keys, one.values] for one in result.totals), key=str)

"""Imports on both databases: what becomes of rows, good and wrong, and that nothing is done twice."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engines.database import Workspace
from engines.exchange.run import rejects_path
from metamodel.errors import Conflict, Invalid, Refused
from tests.desk import release
from tests.engines.exchange.conftest import Desk
from tests.engines.test_climb import aims

TICKETS = {"subject": "subject", "cost": "cost"}


def test_rows_become_records(here: Desk) -> None:
    head = "Subject,Team,Due,Closed,Urgency,Labels,Cost,Phone,Note\n"
    here.bring("name\nNorth\n", {"name": "name"}, "team")
    counts = here.bring(
        head + "第一,North,2026/1/5,2026-01-05 10:30,紧急,\"a、B\",\"¥1,234.5\",138 0013 8000,'=1+1\n"
        "second,,2026年2月3日,2026-07-01 00:00:01,,,,,\n",
        {"Subject": "subject", "Team": "team.name", "Due": "due", "Closed": "closed_at", "Urgency": "urgency",
         "Labels": "labels", "Cost": "cost", "Phone": "phone", "Note": "note"},
        zone="Asia/Shanghai",
    )
    assert counts == {"insert": 2, "rows": 2}
    assert here.rows("ticket", "subject", "team", "urgency", "labels", "cost", "phone", "note", "code") == [
        ("第一", 1, "high", ["a", "b"], 123450, "13800138000", "=1+1", "T-0001"),
        ("second", None, None, None, None, None, None, "T-0002"),
    ]
    assert here.rows("ticket", "closed_at") == [
        datetime(2026, 1, 5, 2, 30, tzinfo=UTC), datetime(2026, 6, 30, 16, 0, 1, tzinfo=UTC)]
    assert here.rows("ticket", "double", "third", "team_name") == [(246900, 41150, "North"), (0, 0, None)]
    assert here.rows("team", "ticket_count", "effort") == [(1, 123450)]
    assert here.drifting() == [] and here.state() == "done"


def test_wrong_rows_are_told_and_kept_apart(here: Desk, small_chunks: None) -> None:
    content = (
        "主题,花费,due,编号\nfine,1,2026-01-01,A\n,2,2026-01-01,B\nx,1.234,2026-02-30,C\nminus,-1,,D\nshort\n"
        "again,1,,A\n=cmd|' /C calc'!A0,x,,E\nlast,3,,F\n"
    )
    fields = {"主题": "subject", "花费": "cost", "due": "due", "编号": "code"}
    wanted = [
        (3, ["required"]), (4, ["too_many_digits", "not_date"]), (5, ["invalid"]), (6, ["ragged"]),
        (7, ["not_unique"]), (8, ["not_number"]),
    ]
    counts, faults = here.dry(content, fields)
    assert counts == {"insert": 2, "reject": 6, "rows": 8} and faults == wanted
    assert here.rows("ticket", "id") == []
    assert here.bring(content, fields) == {"insert": 2, "reject": 6, "rows": 8}
    assert here.faults() == wanted
    assert here.rows("ticket", "subject", "code") == [("fine", "A"), ("last", "F")]
    with rejects_path(here.workspace, here.number).open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head[:4] == ["主题", "花费", "due", "编号"] and len(rows) == 6
    assert [row[-1].split(": ")[0] for row in rows[:5]] == ["主题", "花费", "Never below zero", "这一行有 1 个单元格，应为 4 个", "编号"]
    assert [row[4] for row in rows] == ["3", "4", "5", "6", "7", "8"]
    assert rows[-1][0] == "'=cmd|' /C calc'!A0" and rows[-1][-2] == "8" and "x" in rows[-1][-1]


@pytest.mark.parametrize("unknown", ["reject", "blank", "stub"])
def test_keys_nobody_knows(here: Desk, unknown: str) -> None:
    here.bring("name\nNorth\n", {"name": "name"}, "team")
    content = "subject,team\na,North\nb,South\nc,South\nd,\n"
    fields = {"subject": "subject", "team": "team.name"}
    options = {"team": {"unknown": unknown}}
    dry, _ = here.dry(content, fields, options=options)
    assert here.bring(content, fields, options=options) == dry
    teams = here.rows("team", "name", "ticket_count")
    if unknown == "reject":
        assert here.faults() == [(3, ["unknown_key"]), (4, ["unknown_key"])]
        assert here.rows("ticket", "team_name") == ["North", None] and teams == [("North", 1)]
    elif unknown == "blank":
        assert here.rows("ticket", "team_name") == ["North", None, None, None] and teams == [("North", 1)]
    else:
        assert here.rows("ticket", "team_name") == ["North", "South", "South", None] and teams == [("North", 1), ("South", 2)]


MODES = [
    ("insert", {"insert": 1, "reject": 2}, ["a", "c"], [100, 300], [(2, ["there_already"]), (4, ["twice"])]),
    ("skip", {"insert": 1, "skip": 2}, ["a", "c"], [100, 300], []),
    ("update", {"update": 1, "reject": 2}, ["a"], [900], [(3, ["not_there"]), (4, ["not_there"])]),
    ("upsert", {"insert": 1, "update": 1, "skip": 1}, ["a", "c"], [900, 400], []),
]


@pytest.mark.parametrize(("mode", "counts", "subjects", "costs", "faults"), MODES, ids=[one[0] for one in MODES])
def test_rows_meet_records_by_their_keys(here: Desk, mode, counts, subjects, costs, faults) -> None:
    here.bring("subject,cost\na,1\n", TICKETS)
    content = "subject,cost\na,9\nc,3\nc,4\n"
    if mode == "update":
        faults, counts = [(3, ["not_there"])], {"update": 1, "reject": 1, "skip": 1}
    dry, told = here.dry(content, TICKETS, mode=mode, match=["subject"])
    found = here.bring(content, TICKETS, mode=mode, match=["subject"])
    assert found == {**counts, "rows": 3} == dry
    assert [code for _, code in here.faults()] == [code for _, code in faults] == [code for _, code in told]
    assert here.rows("ticket", "subject") == subjects and here.rows("ticket", "cost") == costs
    assert here.drifting() == []


def test_a_second_run_of_the_same_file_changes_nothing(here: Desk, small_chunks: None) -> None:
    content = "subject,cost\n" + "".join(f"s{number},{number}\n" for number in range(8))
    assert here.bring(content, TICKETS, mode="upsert", match=["subject"]) == {"insert": 8, "rows": 8}
    before = here.rows("ticket", "id", "version", "cost")
    assert here.bring(content, TICKETS, mode="upsert", match=["subject"]) == {"unchanged": 8, "rows": 8}
    assert here.rows("ticket", "id", "version", "cost") == before


CLAIMS = {"no": "title", "ticket": "ticket.subject", "what": "lines.what", "amount": "lines.amount"}
FLAT = (
    "no,ticket,what,amount\nC1,t,a,1.10\nC1,t,b,2.20\nC2,t,c,3.30\nC2,t,d,4.40\nC2,t,e,x\nC3,none,f,1\nC3,none,g,1\nC3,none,g,2\n"
    "C1,other,h,1\nC4,,i,5\n"
)


def test_a_flat_file_holds_headers_and_lines(here: Desk, small_chunks: None) -> None:
    here.bring("subject\nt\n", {"subject": "subject"})
    options = {"mode": "skip", "match": ["title"]}
    wanted = {"insert": 3, "lines_insert": 5, "reject": 5, "rows": 10}
    dry, told = here.dry(FLAT, CLAIMS, "claim", **options)
    assert here.bring(FLAT, CLAIMS, "claim", **options) == wanted == dry
    assert here.rows("claim", "title", "total") == [("C1", 330), ("C2", 770), ("C4", 500)]
    assert here.faults() == told == [
        (6, ["not_number"]), (7, ["unknown_key"]), (8, ["unknown_key"]), (9, ["header_rejected"]),
        (10, ["unknown_key"])]
    assert here.drifting() == []
    again = here.bring(FLAT, CLAIMS, "claim", **options)
    assert again["skip"] and "insert" not in again and "lines_insert" not in again
    assert len(here.rows("claim_line", "id")) == 5


def test_lines_are_met_by_keys_of_their_own(here: Desk) -> None:
    fields = {"no": "title", "what": "lines.what", "amount": "lines.amount"}
    options = {"mode": "upsert", "match": ["title"], "lines_match": ["what"]}
    here.bring("no,what,amount\nC1,a,1\nC1,b,2\n", fields, "claim", **options)
    found = here.bring("no,what,amount\nC1,b,5\nC1,c,3\nC2,a,1\n", fields, "claim", **options)
    assert found == {"insert": 1, "unchanged": 1, "lines_insert": 2, "lines_update": 1, "rows": 3}
    assert here.rows("claim", "title", "total") == [("C1", 900), ("C2", 100)]


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("at", range(1, 6))
def test_a_run_goes_on_after_its_process_died(here: Desk, small_chunks: None, at: int) -> None:
    here.bring("subject\nt\n", {"subject": "subject"})
    content = "no,ticket,what,amount\n" + "".join(f"C{number // 4},t,w{number},{number}\n" for number in range(10)) + "C,,,\n"
    number = here.keep(content, CLAIMS, "claim", mode="skip", match=["title"])
    steps = []

    def tell(done: int, total: int | None, phase: str) -> None:
        steps.append(phase)
        if len(steps) == at:
            raise Killed

    with pytest.raises(Killed):
        here.go(number, tell)
    assert here.state() == "running"
    assert here.go(number) == {"insert": 3, "lines_insert": 10, "reject": 1, "rows": 11}
    assert here.rows("claim", "total") == [600, 2200, 1700]
    assert here.drifting() == [] and here.state() == "done"
    with rejects_path(here.workspace, number).open(encoding="utf-8-sig") as file:
        assert len(file.readlines()) == 2
    with pytest.raises(Conflict):
        here.go(number)


def test_a_run_is_taken_back(here: Desk, small_chunks: None) -> None:
    here.bring("subject,cost\na,1\nb,2\n", TICKETS)
    run = here.keep("subject,cost,team\na,9,X\nb,2,X\nc,3,X\nd,4,Y\n", {**TICKETS, "team": "team.name"},
                    mode="upsert", match=["subject"], options={"team": {"unknown": "stub"}})
    here.go(run)
    assert here.rows("team", "name", "effort") == [("X", 1400), ("Y", 400)]
    assert here.undo(run) == {"removed": 4, "restored": 2, "kept": 0}
    assert here.rows("ticket", "subject", "cost", "team") == [("a", 100, None), ("b", 200, None)]
    assert here.rows("team", "name") == [] and here.drifting() == [] and here.state() == "undone"
    with pytest.raises(Conflict):
        here.undo(run)
    assert here.bring("subject,cost\nc,3\n", TICKETS) == {"insert": 1, "rows": 1}


def test_what_was_changed_or_used_since_is_not_taken_back(here: Desk) -> None:
    run = here.keep("subject,cost\na,1\nb,2\nc,3\n", TICKETS)
    here.go(run)
    here.bring("subject,cost\na,7\n", TICKETS, mode="update", match=["subject"])
    here.bring("title,ticket\nclaim,b\n", {"title": "title", "ticket": "ticket.subject"}, "claim")
    with pytest.raises(Refused) as refused:
        here.undo(run)
    assert {issue.code for issue in refused.value.issues} == {"exchange.changed_since", "exchange.used_since"}
    assert [issue.arguments["examples"] for issue in refused.value.issues] == [["a"], ["b"]]
    assert here.undo(run, keep_changed=True) == {"removed": 1, "restored": 0, "kept": 2}
    assert here.rows("ticket", "subject", "cost") == [("a", 700), ("b", 200)]


def test_what_refers_to_its_own_entity_is_taken_back(workspace: Workspace, tmp_path: Path) -> None:
    """Records of a run that refer to each other go; one that a later record was put below stays, with what it needs."""
    release(workspace, aims())
    here = Desk(workspace=workspace, folder=tmp_path)
    columns = {"name": "name", "up": "up.name"}
    run = here.keep("name\ntop\nlow\nlone\n", {"name": "name"}, "aim")
    here.go(run)
    here.bring("name,up\nlow,top\n", columns, "aim", mode="update", match=["name"])
    here.bring("name,up\nnew,lone\n", columns, "aim")
    with pytest.raises(Refused) as refused:
        here.undo(run)
    told = [(issue.code, issue.arguments["examples"]) for issue in refused.value.issues]
    assert told == [("exchange.changed_since", ["low"]), ("exchange.used_since", ["lone"])]
    # "top" stays because "low", which was changed since, needs it
    assert here.undo(run, keep_changed=True) == {"removed": 0, "restored": 0, "kept": 3}
    assert here.rows("aim", "name", "up") == [("top", None), ("low", 1), ("lone", None), ("new", 3)]
    again = here.keep("name\nover\nunder\n", {"name": "name"}, "aim")
    here.go(again)
    assert here.undo(again) == {"removed": 2, "restored": 0, "kept": 0}


WRONG = [
    ({"columns": [{"column": "nope", "field": "subject"}]}, "exchange.no_column"),
    ({"columns": [{"column": "subject", "field": "sbject"}]}, "reference.field"),
    ({"columns": [{"column": "subject", "field": "double"}]}, "exchange.computed"),
    ({"columns": [{"column": "cost", "field": "cost"}]}, "exchange.required_not_mapped"),
    ({"columns": [{"column": "subject", "field": "subject.name"}]}, "exchange.no_reference"),
    ({"columns": [{"column": "subject", "field": "subject"}, {"column": "cost", "field": "subject"}]}, "exchange.mapped_twice"),
    ({"columns": [{"column": "subject", "field": "team.naem"}]}, "reference.field"),
    ({"columns": [{"column": "subject", "field": "subject"}], "match": ["code"]}, "exchange.match_not_mapped"),
    ({"columns": [{"column": "subject", "field": ""}]}, "exchange.nothing_mapped"),
    ({"columns": [{"column": "subject", "field": "subject"}], "constants": {"cost": "x"}}, "value.not_number"),
    ({"colums": []}, "definition.unknown_word"),
]


@pytest.mark.parametrize(("mapping", "code"), WRONG)
def test_a_wrong_mapping_is_refused_before_anything_is_read(sqlite_workspace, tmp_path, mapping, code) -> None:
    here = Desk(workspace=sqlite_workspace, folder=tmp_path)
    with pytest.raises(Invalid) as refused:
        here.bring("subject,cost\na,1\n", {}, **mapping)
    assert code in {issue.code for issue in refused.value.issues}

"""Computed fields that add up a tree from below, however deep: an oracle after every write, and no record below itself."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engines.catalog import CATALOG
from engines.database import Workspace
from engines.publisher.publish import planned
from engines.records import derive
from engines.records.climb import circular, height
from engines.records.derive import derivations, drift, recompute_all
from engines.records.settle import everything, settle, settling
from engines.runtime import follow
from engines.runtime.jobs import Interrupted, Progress
from engines.runtime.release import Releases
from engines.runtime.write import create_record, delete_record, restore_record, update_record
from metamodel.errors import Invalid, Refused
from metamodel.validate import validate
from tests.conftest import SOAK
from tests.desk import NOW, desk, field, release, sight

COMPUTED = ("count", "below", "progress", "deep", "late")


def aims(tree: bool = True, progress: str = "IF({count} = 0, {own}, 0.4 * {below} + 0.6 * {own})") -> Any:
    document = desk()
    document["entities"].append({"name": "aim", "label": "Aim", "title": "name", "fields": [
        field("name", "text"),
        field("up", "reference", entity="aim", inverse="parts", tree=tree, on_delete="clear"),
        field("own", "percent", digits=4),
        field("count", "rollup", relation="parts", aggregate="count", result="integer"),
        field("below", "rollup", relation="parts", aggregate="average", field="progress", result="percent", digits=4),
        field("progress", "formula", expression=progress, result="percent", digits=4),
        # How many are below, on all levels; and what reads a field of the circle comes after it.
        field("deep", "formula", expression="{count} + SUM({parts.deep})", result="integer"),
        field("late", "formula", expression="{below} + {deep}", result="decimal", digits=4),
    ]})  # fmt: skip
    return document


def stored(workspace: Workspace) -> dict[int, dict[str, Any]]:
    with workspace.read() as connection:
        table = Releases(workspace).live(connection).tables["desk.aim"]
        rows = connection.execute(sa.select(table).where(table.c.deleted_at.is_(None))).mappings()
        return {row["id"]: dict(row) for row in rows}


def rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def oracle(rows: dict[int, dict[str, Any]]) -> dict[int, tuple[Any, ...]]:
    """What every record should hold, from the leaves up; percents in units of their last digit."""
    found: dict[int, tuple[Any, ...]] = {}

    def of(number: int) -> tuple[Any, ...]:
        if number not in found:
            parts = [of(one) for one, row in rows.items() if row["up"] == number]
            below = rounded(Decimal(sum(part[2] for part in parts)) / len(parts)) if parts else 0
            own = rows[number]["own"] or 0
            progress = own if not parts else rounded(Decimal(4 * below + 6 * own) / 10)
            deep = len(parts) + sum(part[3] for part in parts)
            found[number] = (len(parts), below, progress, deep)
        return found[number]

    for number in rows:
        of(number)
    return found


def right(workspace: Workspace) -> None:
    rows = stored(workspace)
    wanted = oracle(rows)
    assert {number: tuple(row[name] for name in COMPUTED[:4]) for number, row in rows.items()} == wanted
    with workspace.read() as connection:
        live = Releases(workspace).live(connection)
        context = sight(workspace, connection).context
        assert not [name for name in COMPUTED if drift(connection, live, "desk.aim", name, context)]


def chain(workspace: Workspace, length: int) -> list[int]:
    """Records each below the one before; the last one's progress is 100 %."""
    made: list[int] = []
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        for at in range(length):
            values = {"name": str(at), "up": made[-1] if made else None, "own": "1" if at == length - 1 else "0"}
            made.append(create_record(connection, seen, "desk.aim", values))
    return made


def test_five_levels_and_fifty_add_up(workspace: Workspace) -> None:
    release(workspace, aims())
    made = chain(workspace, 5)
    rows = stored(workspace)
    # Each level passes on two fifths: 1, 0.4, 0.16, 0.064, 0.0256.
    assert [rows[number]["progress"] for number in reversed(made)] == [1000000, 400000, 160000, 64000, 25600]
    assert [rows[number]["deep"] for number in made] == [4, 3, 2, 1, 0]
    with workspace.write() as connection:
        update_record(connection, sight(workspace, connection), "desk.aim", made[4], {"own": "0.5"}, None)
    assert stored(workspace)[made[0]]["progress"] == 12800
    long = chain(workspace, 50)
    assert stored(workspace)[long[0]]["deep"] == 49
    with workspace.read() as connection:
        assert height(connection, Releases(workspace).live(connection), "desk.aim") == 49
    right(workspace)


@pytest.mark.parametrize("seed", range(20 if SOAK else 2))
def test_values_equal_an_oracle_after_every_write(workspace: Workspace, seed: int) -> None:
    chance = random.Random(seed)
    release(workspace, aims())
    made = chain(workspace, 4)
    gone: set[int] = set()
    refused = 0
    for _ in range(60 if SOAK else 25):
        try:
            with workspace.write() as connection:
                seen = sight(workspace, connection)
                number = chance.choice(made)
                alive = [one for one in made if one not in gone]
                values = {"up": chance.choice([*alive, None]), "own": chance.choice(["0", "0.25", "1", None])}
                if number in gone:
                    restore_record(connection, seen, "desk.aim", number)
                    gone.discard(number)
                elif chance.random() < 0.4:
                    made.append(create_record(connection, seen, "desk.aim", values))
                elif chance.random() < 0.2:
                    delete_record(connection, seen, "desk.aim", number)
                    gone.add(number)
                else:
                    update_record(connection, seen, "desk.aim", number, values, None)
        except Invalid as wrong:
            assert [issue.code for issue in wrong.issues] == ["value.above_itself"] and wrong.issues[0].path == ("up",)
            refused += 1
        right(workspace)
    assert refused


def test_a_reference_over_a_circle_becomes_no_tree(workspace: Workspace) -> None:
    document = aims(tree=False)
    parts = document["entities"][-1]["fields"]
    document["entities"][-1]["fields"] = parts[:3]
    release(workspace, document)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        first, second = (create_record(connection, seen, "desk.aim", {"name": name}) for name in "ab")
        below = create_record(connection, seen, "desk.aim", {"name": "c", "up": first})
        update_record(connection, seen, "desk.aim", first, {"up": second}, None)
        update_record(connection, seen, "desk.aim", second, {"up": first}, None)
    with pytest.raises(Refused) as refused:
        release(workspace, aims())
    assert refused.value.issues[0].code == "publish.blocked"
    with workspace.read() as connection:
        live = Releases(workspace).live(connection)
        made, _ = planned(connection, live, "desk")
        assert circular(connection, live, "desk.aim", "up") == [first, second] != [below]
    assert made is not None
    (line,) = [item.to_json("en") for item in made.planned if item.risk == "BLOCKED"]
    assert line["reason"] == "2 records lead back to themselves by this, so it can't be a tree"
    assert [row["id"] for row in line["rows"]] == [first, second]
    with workspace.write() as connection:
        update_record(connection, sight(workspace, connection), "desk.aim", second, {"up": None}, None)
    published = release(workspace, aims())
    follow.follow_up(workspace, published, by=None, now=NOW)
    right(workspace)


def test_what_is_left_undone_is_told(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    release(workspace, aims())
    made = chain(workspace, 6)
    # As many levels as there are: enough, however many values climb each of them.
    for limit, number in (("MOST_LEVELS", 6), ("MOST_ROUNDS", 1)):
        monkeypatch.setattr(derive, limit, number)

    def write(own: str) -> list[str]:
        caplog.clear()
        with workspace.write() as connection:
            update_record(connection, sight(workspace, connection), "desk.aim", made[-1], {"own": own}, None)
        return [record.getMessage() for record in caplog.records]

    assert not write("0.5")
    right(workspace)
    monkeypatch.setattr(derive, "MOST_LEVELS", 1)
    (told,) = write("1")
    assert told.startswith("computed values that never settle") and "desk.aim.below of 1" in told


def test_moves_at_once_make_no_circle_together(workspace: Workspace) -> None:
    document = aims()
    # Nothing moves with the records, so that no row of one move is held by the other.
    document["entities"][-1]["fields"] = [
        one for one in document["entities"][-1]["fields"] if one["name"] in ("name", "up", "own")
    ]
    release(workspace, document)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        one, other = (create_record(connection, seen, "desk.aim", {"name": name}) for name in ("one", "other"))
        below = create_record(connection, seen, "desk.aim", {"name": "below", "up": one})
        far = create_record(connection, seen, "desk.aim", {"name": "far", "up": other})
    told: list[str] = []

    def move() -> None:
        try:
            with workspace.write() as connection:
                update_record(connection, sight(workspace, connection), "desk.aim", other, {"up": below}, None)
        except Invalid as wrong:
            told.extend(issue.code for issue in wrong.issues)

    second = threading.Thread(target=move)
    with workspace.write() as connection:
        update_record(connection, sight(workspace, connection), "desk.aim", one, {"up": far}, None)
        second.start()
        second.join(0.5)
        assert second.is_alive()
    second.join(30)
    assert told == ["value.above_itself"]
    assert {number: row["up"] for number, row in stored(workspace).items()} == {
        one: far, other: None, below: one, far: other
    }  # fmt: skip


@pytest.mark.parametrize("way", ["settled", "made anew", "published", "in chunks"])
def test_bulk_ways_come_to_the_same(workspace: Workspace, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    published = release(workspace, aims())
    chain(workspace, 9)
    with workspace.write() as connection:
        seen = sight(workspace, connection)
        for _ in range(40):
            up = chance.choice(list(stored_ids(connection, seen)))
            create_record(connection, seen, "desk.aim", {"up": up, "own": chance.choice(["0", "0.5", "1"])})
    with workspace.write() as connection:
        live = Releases(workspace).live(connection)
        table, context = live.tables["desk.aim"], sight(workspace, connection).context
        connection.execute(sa.update(table).values(dict.fromkeys(COMPUTED)))
        if way == "settled":
            for step in settling(connection, live, everything(["desk.aim"])):
                settle(connection, live, step, context)
        elif way == "made anew":
            recompute_all(connection, live, "desk.aim", COMPUTED, context)
    if way == "published":
        follow.follow_up(workspace, replace(published, recompute=(("desk.aim", COMPUTED),)), by=None, now=NOW)
    elif way == "in chunks":
        # Records come before those below them, in other chunks; the job is broken off in the middle once.
        monkeypatch.setattr(follow, "CHUNK", 5)
        (job_id,) = follow.follow_up(
            workspace, replace(published, recompute=(("desk.aim", COMPUTED),)), by=None, now=NOW
        )
        calls = iter(range(1_000))
        broken = Progress(workspace=workspace, job_id=job_id, stopping=lambda: next(calls) == 13)
        arguments = {"entity": "desk.aim", "fields": list(COMPUTED)}
        with pytest.raises(Interrupted):
            follow.recompute(workspace, arguments, broken)
        again = Progress(workspace=workspace, job_id=job_id, checkpoint=broken.checkpoint)
        assert follow.recompute(workspace, arguments, again)["moved"]
        assert again.checkpoint[1] > 2
    right(workspace)


def stored_ids(connection: Any, seen: Any) -> list[int]:
    return list(connection.scalars(sa.select(seen.live.tables["desk.aim"].c.id)))


def test_what_does_not_go_down_a_tree_is_a_circle() -> None:
    def codes(document: Any) -> list[str]:
        return [issue.code for issue in validate(document, CATALOG, {}).issues if issue.severity == "error"]

    assert codes(aims()) == []
    assert set(codes(aims(tree=False))) == {"field.circle"}
    assert set(codes(aims(progress="{below} + {up.progress}"))) == {"field.circle"}
    assert set(codes(aims(progress="{below} + {progress}"))) == {"field.circle"}
    wrong = aims()
    wrong["entities"][-1]["fields"].append(field("team", "reference", entity="team", tree=True))
    assert codes(wrong) == ["field.no_tree"]


def test_a_circle_through_another_entity_is_one() -> None:
    def wrong(expression: str) -> set[tuple[Any, ...]]:
        document = desk()
        total = field("total", "rollup", relation="parts", aggregate="sum", field="share", result="integer")
        share = field("share", "formula", expression=expression, result="integer")
        document["entities"] += [
            {"name": "whole", "label": "Whole", "title": "name", "fields": [
                field("name", "text"), field("own", "integer"), total,
                field("reader", "formula", expression="{total} + 1", result="integer"),
            ]},
            {"name": "part", "label": "Part", "title": "name", "fields": [
                field("name", "text"), field("whole", "reference", entity="whole", inverse="parts"), share,
            ]},
        ]  # fmt: skip
        found = [issue for issue in validate(document, CATALOG, {}).issues if issue.severity == "error"]
        assert {issue.code for issue in found} <= {"field.circle"}
        first = len(document["entities"]) - 2
        return {(issue.path[1] - first, issue.path[3]) for issue in found}  # type: ignore[operator]

    assert wrong("{whole.own} + 1") == set()
    assert wrong("{whole.total} + 1") == {(0, 2), (1, 2)}
    # Through a third field as well; that one is part of it then.
    assert wrong("{whole.reader} + 1") == {(0, 2), (0, 3), (1, 2)}


def test_what_reads_a_circle_comes_after_it(workspace: Workspace) -> None:
    release(workspace, aims())
    with workspace.read() as connection:
        ranks = derivations(Releases(workspace).live(connection)).ranks
    assert ranks["desk.aim", "late"] > max(ranks["desk.aim", name] for name in ("below", "progress", "deep"))

"""The shipped application where many act at the same moment: what can be used once is used once, balances stay exact."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.records.sight import Sight
from engines.rules.listen import find
from engines.rules.run import Why
from engines.runtime import write
from engines.runtime.install import install, publish_draft
from engines.runtime.load import bundles
from engines.runtime.react import press
from engines.runtime.release import Releases
from metamodel.errors import Refusal
from tests.architecture.test_source import ROOT
from tests.desk import ADMIN

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
APPLICATION = bundles(ROOT / "seed_apps")[0]


@pytest.fixture
def house(workspace: Workspace) -> tuple[Workspace, Releases]:
    install(workspace, APPLICATION, by=None, now=NOW)
    publish_draft(workspace, "crm", accept_losses=True, by=None, now=NOW)
    return workspace, Releases(workspace)


def make(house: tuple[Workspace, Releases], entity: str, /, **values: Any) -> int:
    workspace, releases = house
    with workspace.write() as connection:
        return write.create_record(connection, sight(releases, connection), f"crm.{entity}", values)


def sight(releases: Releases, connection: sa.Connection) -> Sight:
    return releases.sight(connection, ADMIN, NOW)


def at_once(count: int, deed: Callable[[int], None]) -> list[BaseException]:
    """The deed by many at the same moment; what they were told."""
    start = threading.Barrier(count)
    told: list[BaseException] = []

    def go(number: int) -> None:
        start.wait()
        try:
            deed(number)
        except BaseException as error:
            told.append(error)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_what_is_redeemed_by_several_at_once_is_redeemed_once(house: tuple[Workspace, Releases]) -> None:
    workspace, releases = house
    person = make(house, "member", name="Ann", phone="13800000001")
    voucher = make(house, "voucher", member=person, benefit="winback")
    done: list[int] = []

    def redeem(number: int) -> None:
        with workspace.write() as connection:
            seen = sight(releases, connection)
            heard = find(seen.live, "crm", "voucher_redeem")
            assert heard is not None
            why = Why(cause=f"press:{number}", at=NOW, by=None, depth=0)
            if press(connection, seen, heard, voucher, why) is not None:
                done.append(number)

    told = at_once(8, redeem)
    assert all(isinstance(error, Refusal) for error in told), told
    with workspace.read() as connection:
        tables = sight(releases, connection).live.tables
        redemption, kept = tables["crm.redemption"], tables["crm.voucher"]
        assert connection.execute(sa.select(sa.func.count()).where(redemption.c.voucher == voucher)).scalar_one() == 1
        assert connection.execute(sa.select(kept.c.status).where(kept.c.id == voucher)).scalar_one() == "redeemed"
    assert len(done) == 1


def test_twenty_who_spend_one_balance_spend_what_is_there(house: tuple[Workspace, Releases]) -> None:
    person = make(house, "member", name="Ann", phone="13800000001")
    make(house, "point_entry", member=person, kind="gift", points=70, reason="start")
    make(house, "wallet_entry", member=person, kind="top_up", amount="1.00", reason="start")

    def spend(number: int) -> None:
        if number % 2:
            make(house, "point_entry", member=person, kind="spend", points=-10, reason="spent")
        else:
            make(house, "wallet_entry", member=person, kind="spend", amount="-0.15", reason="spent")

    told = at_once(20, spend)
    assert all(isinstance(error, Refusal) for error in told), told
    workspace, releases = house
    with workspace.read() as connection:
        member = sight(releases, connection).live.tables["crm.member"]
        row = connection.execute(sa.select(member.c.points, member.c.wallet).where(member.c.id == person)).one()
    assert (row.points, row.wallet) == (0, 10) and len(told) == 3 + 4

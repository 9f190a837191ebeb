"""Running numbers follow what is imported, on both databases, also while others make records."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from random import Random

import pytest

from engines.records import store
from engines.records.history import Cause
from engines.records.query import entity_of
from metamodel.fields.sequence import Settings, period, reading, written
from tests.engines.exchange.conftest import Desk

FIELDS = {"subject": "subject", "code": "code"}


def made(here: Desk, subject: str = "made") -> str:
    with here.workspace.write() as connection:
        seen = here.sight_of(connection)
        ticket = entity_of(seen, "desk.ticket")
        number = store.create(connection, seen, ticket, {"subject": subject}, Cause(at=datetime.now(UTC), by=1))
        table = seen.live.tables["desk.ticket"]
        return connection.execute(table.select().where(table.c.id == number)).mappings().one()["code"]


@pytest.mark.parametrize("pattern", ["A-{0000}", "{yyyy}{mm}{dd}-{000}", "{yy}/{mm}", "no zeros ", "{0000}.{yyyy}", "{00}{000}"])
@pytest.mark.parametrize("restart", ["never", "year", "month", "day"])
def test_reading_is_the_inverse_of_writing(pattern: str, restart: str) -> None:
    config = Settings(pattern=pattern, restart=restart)
    chance = Random(pattern + restart)
    for _ in range(30):
        day, number = date(2026, chance.randrange(1, 13), chance.randrange(1, 29)), chance.randrange(1, 10**6)
        assert reading(config)(written(config, day, number), day) == (period(config, day), number)
    assert reading(config)("something else", date(2026, 1, 1)) is None
    assert reading(Settings(pattern="{yyyy}{mm}-{00}"))("202613-01", date(2026, 1, 1)) is None


def test_the_next_number_is_larger_than_those_imported(here: Desk) -> None:
    assert made(here) == "T-0001"
    here.bring("subject,code\na,T-0100\nb,\nc,T-0007\nd,OLD-9999\n", FIELDS)
    assert here.rows("ticket", "code") == ["T-0001", "T-0100", "T-0101", "T-0007", "OLD-9999"]
    assert made(here) == "T-0102"
    here.bring("subject,code\na,T-0500\n", FIELDS, mode="update", match=["subject"])
    assert made(here) == "T-0501"
    here.bring("subject,code\ne,T-0003\n", FIELDS)
    assert made(here) == "T-0502"


def test_numbers_stay_apart_while_others_make_records(here: Desk, small_chunks: None) -> None:
    codes: list[str] = []
    wrong: list[BaseException] = []
    start = threading.Barrier(4)

    def make() -> None:
        start.wait()
        try:
            for _ in range(8):
                codes.append(made(here))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    number = here.keep("subject,code\n" + "".join(f"s{n},T-{1000 + n}\n" for n in range(12)), FIELDS)
    start.wait()
    here.go(number)
    for thread in threads:
        thread.join()
    assert wrong == [] and len(codes) == 24
    kept = here.rows("ticket", "code")
    assert len(kept) == len(set(kept)) == 36 and here.faults() == []
    assert int(made(here)[2:]) > 1011

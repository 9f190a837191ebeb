"""A receiver that is down for an hour, or lies, loses nothing: by the clock of the outbox, on both databases."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.messages import vault, wire
from engines.messages.signature import holds
from engines.runtime import outbox, webhook_out
from engines.runtime.perform import WEBHOOK
from metamodel.errors import Refusal
from tests.engines.messages.ground import NOON, Receiver

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire.ask, "__kwdefaults__", {**wire.ask.__kwdefaults__, "seconds": 0.2})


def asks(workspace: Workspace, url: str, count: int) -> list[str]:
    """Requests of so many causes put into the outbox; their ids."""
    keys = [f"firing:{index}:0" for index in range(count)]
    with workspace.write() as connection:
        vault.keep(workspace, connection, "hook", "pepper", by=None, at=NOON)
        for index, key in enumerate(keys):
            payload = {"url": url, "secret": "hook", "body": {"n": index}, "key": key}
            outbox.enqueue(connection, WEBHOOK, payload, now=NOON, key=f"webhook:{key}")
    return keys


def tries(workspace: Workspace, weather: Callable[[datetime], None]) -> tuple[datetime, list[str]]:
    """The outbox emptied, its clock moved to whatever is due next, in the weather of each moment; when it was empty
    and why tries were refused."""
    now, wrong = NOON, []
    while True:
        with workspace.write() as connection:
            entries = outbox.claim(connection, WEBHOOK, "test", now)
        for entry in entries:
            weather(now)
            try:
                webhook_out.post(workspace, entry, now)
            except Refusal as refusal:
                wrong.append(str(refusal.issues[0].arguments["reason"]))
                with workspace.write() as connection:
                    outbox.fail(connection, entry, "test", str(refusal), now)
            else:
                with workspace.write() as connection:
                    assert outbox.complete(connection, entry, "test", now)
        with workspace.read() as connection:
            due = connection.execute(sa.select(sa.func.min(outbox.outbox.c.due_at)).where(outbox.outbox.c.state == outbox.WAITING)).scalar()
            if due is None:
                assert outbox.dead_letters(connection) == []
                return now, wrong
        now = due


#: how a receiver is down, and what the outbox keeps of it
DOWN = {"answers": "503 ok", "silent": "no answer within", "dripping": "no whole answer within", "hangs_up": "RemoteDisconnected", "redirects": "302 ok"}


@pytest.mark.parametrize("fault", DOWN)
def test_a_receiver_down_for_an_hour_loses_nothing(workspace: Workspace, receiver_: Receiver, fault: str) -> None:
    keys = asks(workspace, receiver_.url, 1 if fault in ("silent", "dripping") else 5)
    signed: list[bool] = []

    def weather(now: datetime) -> None:
        if receiver_.requests:
            _, headers, body = receiver_.requests[-1]
            signed.append(holds("pepper", headers, body, before[-1]))
        before.append(now)
        down = now < NOON + HOUR
        receiver_.status = {"answers": 503, "redirects": 302}.get(fault, 200) if down else 200
        receiver_.pause = 0.4 if down and fault == "silent" else 0
        receiver_.drip = 10 if down and fault == "dripping" else 0
        receiver_.lost = down and fault == "hangs_up"
        if not down:
            back.append(len(receiver_.requests))

    before: list[datetime] = []
    back: list[int] = []
    now, wrong = tries(workspace, weather)
    assert NOON + HOUR <= now < NOON + 2 * HOUR
    assert all(DOWN[fault] in reason or "no answer within" in reason for reason in wrong), wrong
    accepted = receiver_.requests[back[0] :]
    assert sorted(headers["webhook-id"] for _, headers, _ in accepted) == keys, "one a cause, once it is back"
    assert [receiver_.json(at)["data"]["n"] for at in range(-len(keys), 0)] == [int(headers["webhook-id"].split(":")[1]) for _, headers, _ in accepted]
    assert {headers["webhook-id"] for _, headers, _ in receiver_.requests} == set(keys)
    assert len(receiver_.requests) == len(wrong) + len(keys) >= 9 * len(keys)
    assert receiver_.cut or fault != "dripping", "who drips is not listened to until the end"
    assert signed and all(signed), "each try is signed for its own moment"


def test_a_receiver_that_is_not_there_for_an_hour_loses_nothing(workspace: Workspace) -> None:
    gone = Receiver()
    port = int(gone.url.rpartition(":")[2])
    gone.close()
    keys = asks(workspace, gone.url, 3)
    opened: list[Receiver] = []

    def weather(now: datetime) -> None:
        if now >= NOON + HOUR and not opened:
            opened.append(Receiver(port))

    try:
        _, wrong = tries(workspace, weather)
        assert len(wrong) >= 24 and all("ConnectionRefusedError" in reason for reason in wrong)
        assert sorted(headers["webhook-id"] for _, headers, _ in opened[0].requests) == keys
    finally:
        for each in opened:
            each.close()


def test_a_receiver_whose_answer_is_lost_can_tell_the_second_request_from_a_new_one(workspace: Workspace, receiver_: Receiver) -> None:
    keys = asks(workspace, receiver_.url, 3)

    def weather(now: datetime) -> None:
        receiver_.lost = now == NOON

    at, wrong = tries(workspace, weather)
    assert len(wrong) == 3 and at == NOON + outbox.FIRST_PAUSE
    assert Counter(headers["webhook-id"] for _, headers, _ in receiver_.requests) == dict.fromkeys(keys, 2)
    bodies = {headers["webhook-id"]: body for _, headers, body in receiver_.requests}
    for _, headers, body in receiver_.requests:
        assert body == bodies[headers["webhook-id"]], "the same is said twice"
    moments = [headers["webhook-timestamp"] for _, headers, _ in receiver_.requests]
    assert moments[:3] == [str(int(NOON.timestamp()))] * 3 and moments[3:] == [str(int(at.timestamp()))] * 3
    assert all(holds("pepper", headers, body, at) for _, headers, body in receiver_.requests)
    assert not holds("salt", *receiver_.requests[0][1:], at)

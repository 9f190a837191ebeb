"""From the decision to the channel and back: retries, faults of every sort, kill points, and what people do later."""

import itertools
import random
import threading
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engines.database import Workspace
from engines.messages import accounts, delivery, inbox, policy, recording, track, wire
from engines.messages.channel import Sent
from engines.messages.channels.sms import Text
from engines.runtime import clock, message_out, outbox, resending
from metamodel.errors import Refused
from tests.conftest import SOAK, make_user
from tests.engines.messages.ground import (
    NOON,
    Receiver,
    asked,
    asks,
    change,
    decided,
    deliveries,
    gateway,
    kept,
    newest,
    sent,
    ticket,
)


def test_a_gateway_gets_its_request_signed_and_with_the_key(workspace: Workspace, receiver_: Receiver) -> None:
    gateway(workspace, f"{receiver_.url}/send?to={{phone}}", headers="X-Sign: {sign}\nX-Key: {secret}")
    row = asked(workspace, "once", ticket(workspace, subject='A "lamp"\n'), "a")
    assert (row.state, row.rehearsed, row.reference) == ("sent", False, "ok")
    path, headers, _ = receiver_.requests[0]
    assert path == "/send?to=13800000000"
    assert receiver_.json() == {"phone": "13800000000", "text": '您的 A "lamp" 到期了 https://a.example/x', "id": row.key}
    assert headers["idempotency-key"] == row.key
    assert headers["x-key"] == "pepper"
    assert headers["x-sign"] == __import__("hmac").new(b"pepper", f"13800000000{int(NOON.timestamp())}".encode(), "sha256").hexdigest()


def test_a_gateway_that_answers_500_is_asked_again_and_takes_it_once(workspace: Workspace, receiver_: Receiver) -> None:
    gateway(workspace, receiver_.url)
    receiver_.status = 500
    number = ticket(workspace)
    row = asked(workspace, "once", number, "a")
    assert (row.state, row.attempts, row.error) == ("queued", 1, "500 ok")
    assert sent(workspace, NOON + timedelta(seconds=4)) == [], "the pause is not over"
    receiver_.status = 200
    assert sent(workspace, NOON + timedelta(seconds=6)) == []
    row = newest(workspace)
    assert (row.state, row.attempts, row.error) == ("sent", 2, None)
    assert len({headers["idempotency-key"] for _, headers, _ in receiver_.requests}) == 1


def test_a_gateway_that_lies_is_not_believed(workspace: Workspace, receiver_: Receiver) -> None:
    gateway(workspace, receiver_.url, accepted='"code":"OK"')
    receiver_.body = b'{"code":"NO_MONEY"}'
    row = asked(workspace, "once", ticket(workspace), "a")
    assert (row.state, row.error) == ("queued", '200 {"code":"NO_MONEY"}')
    receiver_.body = b'{"code":"OK"}'
    sent(workspace, NOON + timedelta(seconds=6))
    assert newest(workspace).state == "sent"


@pytest.mark.parametrize("fault", ["silent", "dripping"])
def test_a_gateway_that_takes_for_ever_is_left(workspace: Workspace, receiver_: Receiver, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """A byte every tenth of a second never runs into a socket's time-out; the whole has one of its own."""
    monkeypatch.setattr(wire.ask, "__kwdefaults__", {**wire.ask.__kwdefaults__, "seconds": 0.6})
    gateway(workspace, receiver_.url)
    receiver_.pause, receiver_.drip = (3.0, 0) if fault == "silent" else (0.0, 40)
    row = asked(workspace, "once", ticket(workspace), "a")
    assert (row.state, row.error) == ("queued", "no whole answer within 0.6 s" if fault == "dripping" and "whole" in row.error else "no answer within 0.6 s")


def test_a_gateway_that_is_not_there_waits_and_is_given_up_after_a_day(workspace: Workspace) -> None:
    gateway(workspace, "http://127.0.0.1:9/")
    asks(workspace, "once", ticket(workspace), "a")
    decided(workspace)
    now, tries = NOON, 0
    while newest(workspace).state == "queued":
        assert len(sent(workspace, now)) == 1
        tries += 1
        with workspace.read() as connection:
            now = connection.execute(sa.select(outbox.outbox.c.due_at).where(outbox.outbox.c.queue == "send")).scalar_one()
    row = newest(workspace)
    assert (row.state, row.reason, tries) == ("failed", "given_up", outbox.TRIES)
    assert now - NOON > timedelta(hours=22)


def test_what_was_given_up_is_sent_again_by_a_person_under_its_own_key(workspace: Workspace, receiver_: Receiver) -> None:
    gateway(workspace, receiver_.url)
    receiver_.status = 500
    row = asked(workspace, "once", ticket(workspace), "a")
    with workspace.write() as connection:
        connection.execute(sa.update(outbox.outbox).where(outbox.outbox.c.queue == "send").values(attempts=outbox.TRIES - 1))
    sent(workspace, NOON + timedelta(hours=1))
    assert newest(workspace).state == "failed"
    receiver_.status = 200
    with workspace.write() as connection:
        resending.resend(connection, [row.id], by=1, now=NOON + timedelta(hours=2))
    sent(workspace, NOON + timedelta(hours=2))
    assert newest(workspace).state == "sent"
    assert len(deliveries(workspace)) == 1
    assert {headers["idempotency-key"] for _, headers, _ in receiver_.requests} == {row.key}


def test_what_was_held_back_is_decided_anew_and_nothing_else_can_be_resent(workspace: Workspace) -> None:
    number = ticket(workspace, agrees=False)
    row = asked(workspace, "offer", number, "a")
    for agrees, state in ((False, "suppressed"), (True, "queued")):
        change(workspace, number, agrees=agrees)
        with workspace.write() as connection:
            resending.resend(connection, [row.id], by=1, now=NOON + timedelta(minutes=1 + agrees))
        decided(workspace, NOON + timedelta(hours=1))
        assert newest(workspace).state == state
    with workspace.write() as connection, pytest.raises(Refused):
        resending.resend(connection, [newest(workspace).id], by=1, now=NOON)


def test_an_address_the_gateway_declines_goes_by_the_next_channel(workspace: Workspace, receiver_: Receiver) -> None:
    gateway(workspace, receiver_.url)
    receiver_.status, receiver_.body = 400, b"no such number"
    asked(workspace, "fallback", ticket(workspace, email="a@b.example"), "a")
    decided(workspace)
    sent(workspace)
    later, first = deliveries(workspace)
    assert (first.channel, first.state, first.reason, first.error) == ("sms", "failed", "declined", "400 no such number")
    assert (later.channel, later.state, later.trace[0]) == ("email", "sent", {"check": "channel", "channel": "sms", "result": "declined"})
    assert [row.channel for row in kept(workspace)] == ["email"]


def test_without_its_secret_nothing_goes_and_the_reason_is_told(workspace: Workspace, receiver_: Receiver) -> None:
    gateway(workspace, receiver_.url)
    with workspace.write() as connection:
        connection.exec_driver_sql("DELETE FROM secret")
    row = asked(workspace, "once", ticket(workspace), "a")
    assert row.state == "queued"
    assert "sms_secret" in row.error
    assert receiver_.requests == []


def test_a_note_is_left_once_raises_the_counter_and_is_opened_by_reading(workspace: Workspace) -> None:
    person = make_user(workspace, "ann", locale="en")
    row = asked(workspace, "reminder", ticket(workspace, owner=person), "a")
    assert (row.channel, row.state, row.language, row.title, row.rehearsed) == ("inbox", "delivered", "en", "Lamp is yours", False)
    with workspace.write() as connection:
        message_out.Sending(workspace)
        (left,) = inbox.notes(connection, person)
        assert (inbox.words(left.title, "en"), left.key, left.record_id) == ("Lamp is yours", f"delivery:{row.id}", row.record_id)
        assert inbox.unread(connection, person) == 1
        assert inbox.mark_read(connection, person, None, NOON) == [f"delivery:{row.id}"]
        assert inbox.mark_read(connection, person, None, NOON) == []


def test_rehearsed_messages_are_answered_by_themselves(workspace: Workspace) -> None:
    with workspace.write() as connection:
        policy.change(connection, {"cap": 0, "rehearse": True, "quiet_from": "00:00", "quiet_to": "00:00"}, by=None, at=NOON)
    for index in range(60):
        asks(workspace, "offer", ticket(workspace), f"a{index}")
    decided(workspace)
    sent(workspace)
    assert {row.state for row in deliveries(workspace)} == {"sent"}
    carriers = clock.Carriers(short={message_out.ANSWERED: message_out.Answered(workspace)}, long={})
    with workspace.write() as connection:
        connection.execute(sa.update(outbox.outbox).values(due_at=NOON - timedelta(days=1)))
    clock.drain(workspace, message_out.ANSWERED, carriers, "test")
    states = Counter(row.state for row in deliveries(workspace))
    assert states["opened"] > 5 and states["clicked"] > 1 and states["delivered"] > 5
    for row in deliveries(workspace):
        assert row.state != "clicked" or (row.opened_at and row.delivered_at)


def test_states_only_go_forward(workspace: Workspace) -> None:
    row = asked(workspace, "once", ticket(workspace), "a")
    with workspace.write() as connection:
        assert delivery.advance(connection, row.id, "clicked", NOON)
        assert not delivery.advance(connection, row.id, "delivered", NOON), "a click implies it"
        assert not delivery.advance(connection, row.id, "failed", NOON)
        assert not delivery.advance(connection, row.id, "clicked", NOON + timedelta(hours=1))
    row = newest(workspace)
    assert (row.state, row.opened_at, row.clicked_at) == ("clicked", NOON, NOON)


def test_links_lead_through_the_house_and_only_where_the_message_says(workspace: Workspace) -> None:
    with workspace.write() as connection:
        policy.change(connection, {"address": "https://desk.example", "rehearse": False}, by=None, at=NOON)
        held = policy.current(connection).policy
    row = asked(workspace, "letter", ticket(workspace, email="a@b.example"), "a")
    parcel = message_out.parcel_of(workspace, row, held, NOON)
    text = parcel.links(parcel.text)
    word = text.split("/m/c/")[1].rstrip(".")
    assert text == f"About Lamp: https://desk.example/m/c/{word}."
    assert track.read(workspace.secret, word) == (row.id, 1)
    assert track.links(parcel.text) == ["https://a.example/y"]
    assert track.read(workspace.secret, word[:-1] + ("A" if word[-1] != "A" else "B")) is None
    assert track.read("another secret", word) is None


class Killed(BaseException):
    """As if the process had ended here."""


@pytest.mark.parametrize("round_", range(100 if SOAK else 10))
def test_killed_anywhere_between_decision_and_note_nothing_is_lost_or_doubled(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, round_: int) -> None:
    """Every step may be the last of its process; the clock claims again when the lease is over. In the end each cause
    has one delivery, sent, and the channel one message under one key, however often it was handed over."""
    chance, calls = random.Random(round_), itertools.count()
    real = {name: getattr(module, name) for module, name in POINTS}

    def dying(name: str):
        def step(*args, **kwargs):
            # one death is certain, at another place every round
            if next(calls) == round_ % 12 or chance.random() < 0.06:
                raise Killed
            done = real[name](*args, **kwargs)
            if chance.random() < 0.06:
                raise Killed
            return done

        return step

    numbers = [ticket(workspace) for _ in range(4)]
    for number in numbers:
        asks(workspace, "once", number, f"cause {number}")
    for module, name in POINTS:
        monkeypatch.setattr(module, name, dying(name))
    now, deaths = NOON, 0
    for _ in range(60):
        for step in (decided, sent):
            try:
                step(workspace, now)
            except Killed:
                deaths += 1
                now += outbox.LEASE + timedelta(seconds=1)
        now += timedelta(hours=7)
    rows = deliveries(workspace)
    assert deaths
    assert sorted(row.record_id for row in rows) == sorted(numbers)
    assert {row.state for row in rows} == {"sent"}
    assert sorted(row.key for row in kept(workspace)) == sorted(row.key for row in rows)


POINTS = [(delivery, "begin"), (delivery, "note"), (outbox, "enqueue"), (recording, "record"), (message_out, "noted"), (outbox, "complete")]


def test_many_hands_send_each_once(workspace: Workspace) -> None:
    numbers = [ticket(workspace) for _ in range(30)]
    for number in numbers:
        asks(workspace, "once", number, f"cause {number}")
        asks(workspace, "once", number, f"cause {number}")
    carriers = clock.Carriers(
        short={message_out.ASKED: message_out.Deciding(workspace)}, long={message_out.SENDING: message_out.Sending(workspace)}
    )

    def work(owner: str) -> None:
        for _ in range(3):
            for queue in carriers.queues:
                clock.drain(workspace, queue, carriers, f"{owner}-{queue}")

    threads = [threading.Thread(target=work, args=(f"hand {index}",)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(row.times for row in kept(workspace)) == {1: 30}
    assert Counter(row.state for row in deliveries(workspace)) == {"sent": 30}


def test_a_delivery_whose_worker_always_dies_is_failed_for_people_to_see(workspace: Workspace) -> None:
    asks(workspace, "once", ticket(workspace), "a")
    decided(workspace)
    with workspace.write() as connection:
        connection.execute(sa.update(outbox.outbox).where(outbox.outbox.c.queue == "send").values(state="dead"))
    assert message_out.reap(workspace, NOON) == 1
    assert (newest(workspace).state, newest(workspace).reason) == ("failed", "given_up")


def test_a_channel_set_up_says_what_is_missing(workspace: Workspace) -> None:
    with workspace.write() as connection, pytest.raises(Exception) as refused:
        accounts.set_up(workspace, connection, Text(), active=True, settings={"url": "ftp://x", "methods": 1}, secrets={"pass": "x"}, by=None, at=NOON)
    assert {(issue.code, issue.path) for issue in refused.value.issues} == {
        ("definition.unknown_word", ("secrets", "pass")),
        ("definition.unknown_word", ("settings", "methods")),
        ("channel.address", ("settings", "url")),
    }


def test_a_bug_in_a_channel_is_tried_again_and_named(workspace: Workspace, receiver_: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway(workspace, receiver_.url)
    monkeypatch.setattr(Text, "send", lambda *_: 1 // 0)
    asks(workspace, "once", ticket(workspace), "a")
    decided(workspace)
    with pytest.raises(ZeroDivisionError):
        sent(workspace)
    assert (newest(workspace).state, newest(workspace).error) == ("queued", "ZeroDivisionError")
    monkeypatch.setattr(Text, "send", lambda *_: Sent())
    sent(workspace, NOON + timedelta(minutes=1))
    assert newest(workspace).state == "sent"

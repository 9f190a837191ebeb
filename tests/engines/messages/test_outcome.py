"""What becomes of a message starts rules: each step once, and the steps it implies."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engines.access.people import create_user
from engines.database import Workspace
from engines.messages import delivery
from engines.runtime import message_out, outbox
from engines.runtime.message_out import Deciding, Sending
from engines.runtime.outcome import came, opened, tell
from engines.runtime.release import Releases
from tests.engines.rules.ground import NOON, WORKER, install, make, read, rule, sets, work

STATES = ("delivered", "opened", "clicked", "failed")


@pytest.fixture
def sent(workspace: Workspace) -> tuple[int, int]:
    """A ticket whose making sent its owner a note, with a rule for everything that may become of it: (ticket, delivery)."""
    listening = [
        rule(state, {"type": "message", "message": "hello", "state": state}, sets(note=f'CONCAT({{note}}, "{state} ")'))
        for state in STATES
    ]
    install(workspace, rule("told", {"type": "created"}, {"type": "send_message", "message": "hello"}), *listening)
    with workspace.write() as connection:
        owner = create_user(connection, {"login": "ann", "name": "Ann"}, NOON)
    ticket = make(workspace, owner=owner)
    work(workspace)
    deciding, sending = Deciding(workspace), Sending(workspace)
    with workspace.write() as connection:
        (entry,) = outbox.claim(connection, message_out.ASKED, WORKER, NOON)
        deciding.decide(connection, entry, NOON)
    with workspace.write() as connection:
        (entry,) = outbox.claim(connection, message_out.SENDING, WORKER, NOON)
    sending.send(entry, NOON)
    with workspace.read() as connection:
        return ticket, connection.execute(sa.select(delivery.delivery.c.id)).scalar_one()


def noted(workspace: Workspace, ticket: int) -> str:
    work(workspace)
    return str(read(workspace, ticket)["note"] or "").strip()


@pytest.mark.parametrize(
    ("news", "heard"),
    [
        ((), "delivered"),
        (("opened", "opened"), "delivered opened"),
        (("clicked", "opened", "clicked"), "delivered opened clicked"),
        (("opened", "clicked"), "delivered opened clicked"),
    ],
)
def test_each_step_is_heard_once(workspace: Workspace, sent: tuple[int, int], news: Any, heard: str) -> None:
    ticket, number = sent
    for state in news:
        with workspace.write() as connection:
            came(connection, Releases(workspace).live(connection), number, state, NOON)
    assert noted(workspace, ticket) == heard


def test_reading_the_note_opens_it_and_a_failure_told_twice_is_heard_once(workspace: Workspace, sent: tuple[int, int]) -> None:
    ticket, number = sent
    with workspace.write() as connection:
        live = Releases(workspace).live(connection)
        opened(connection, live, [number], NOON)
        for _ in range(2):
            tell(connection, live, delivery.get(connection, number), "failed", NOON)
    assert noted(workspace, ticket) == "delivered opened failed"

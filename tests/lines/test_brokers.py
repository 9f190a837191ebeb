"""An event reaches its effect in a worker of its own, embedded and with either broker; the bell rings after the commit."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from kombu import Connection

from app.config import Settings
from app.queue import BELL
from app.web import create_app
from engines.database import Workspace, open_workspace
from engines.publisher.platform import upgrade
from tests.conftest import CI, SECRET, Browser, make_user
from tests.desk import release
from tests.engines.rules.ground import document, rule, sets

REDIS = os.environ.get("DOUGONG_TEST_REDIS", "redis://127.0.0.1:6379/0")
AMQP = os.environ.get("DOUGONG_TEST_AMQP", "amqp://guest:guest@127.0.0.1:5672//")


def answering(url: str) -> str:
    """The broker, if it is there; without it the test is passed over, in CI it fails."""
    try:
        with Connection(url, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except Exception:
        if CI:
            raise
        pytest.skip(f"no broker at {url}")
    return url


def emptied(url: str) -> None:
    with Connection(url) as connection:
        queue = connection.SimpleQueue(BELL)
        queue.clear()
        queue.close()


@pytest.fixture
def ruled(tmp_path: Path) -> Workspace:
    workspace = open_workspace(name="test", data_dir=tmp_path, url="", secret=SECRET)
    upgrade(workspace)
    release(workspace, document(rule("seen", {"type": "created"}, sets(note='"seen"'))))
    make_user(workspace, "admin", is_admin=True)
    return workspace


def browser_on(workspace: Workspace, broker: str) -> Browser:
    flask = create_app(workspace, Settings(demo=False, broker_url=broker))
    browser = Browser(client=flask.test_client())
    assert browser.sign_in("admin").status_code == 200
    return browser


@pytest.mark.parametrize("broker", ["", REDIS, AMQP], ids=["embedded", "redis", "rabbitmq"])
def test_an_event_reaches_its_effect(ruled: Workspace, broker: str) -> None:
    if broker:
        emptied(answering(broker))
    environment = {**os.environ, "DATA_DIR": str(ruled.data_dir), "SECRET_KEY": SECRET, "BROKER_URL": broker}
    worker = subprocess.Popen([sys.executable, "-m", "app", "worker"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        browser = browser_on(ruled, broker)
        number = browser.post("/api/records/desk/ticket", {"subject": uuid.uuid4().hex}).json["id"]
        until = time.monotonic() + 40
        while time.monotonic() < until:
            shown = browser.get(f"/api/records/desk/ticket/{number}").json
            if shown["note"]:
                break
            time.sleep(0.1)
        assert shown["note"] == "seen"
    finally:
        worker.terminate()
        worker.wait(30)
        ruled.close()


@pytest.mark.parametrize("broker", [REDIS, AMQP], ids=["redis", "rabbitmq"])
def test_the_bell_rings_after_the_commit_and_only_then(ruled: Workspace, broker: str) -> None:
    emptied(answering(broker))
    browser = browser_on(ruled, broker)
    with Connection(broker) as connection:
        bell = connection.SimpleQueue(BELL)
        assert browser.post("/api/records/desk/ticket", {"subject": ""}).status_code == 422
        with pytest.raises(bell.Empty):
            bell.get(timeout=0.5)
        assert browser.post("/api/records/desk/ticket", {"subject": "Lamp"}).status_code == 201
        rung: list[str] = []
        while "events" not in rung:
            message = bell.get(timeout=10)
            rung += message.payload[0]
            message.ack()
        bell.close()
    ruled.close()

"""The doorbell: a Celery message that only names a queue; the work itself lies in the outbox."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from celery import Celery

from app.config import Settings
from engines.runtime.clock import Ring

log = logging.getLogger(__name__)

TASK = "dougong.ring"
BELL = "dougong"
# The host is named so that Celery does not remark on its absence.
EMBEDDED = "memory://localhost"


def make_celery(settings: Settings) -> Celery:
    """Celery set up to lose nothing by losing everything: no results, no retries, no message older than a minute."""
    celery = Celery("dougong", broker=settings.broker_url or EMBEDDED, set_as_current=False)
    celery.conf.update(
        task_ignore_result=True,
        task_default_queue=BELL,
        task_acks_late=False,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=2,
        # A broker that is away must not hold up a request: the clock finds the work anyway.
        broker_transport_options={"polling_interval": 0.05, "socket_connect_timeout": 2, "socket_timeout": 10}
        if settings.broker_url.startswith(("redis", "memory")) or not settings.broker_url
        else {},
        task_publish_retry=False,
        worker_prefetch_multiplier=8,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
    )
    # Threads of the pool see the default application, whatever was made in the main thread.
    celery.set_default()
    return celery


def install_ring_task(celery: Celery, answer: Callable[[str], Any]) -> None:
    """What the worker does when the bell rings: `answer` drains the queue it names."""

    @celery.task(name=TASK, ignore_result=True)  # type: ignore[untyped-decorator]
    def ring(queue: str) -> None:
        answer(queue)


def make_ring(celery: Celery) -> Ring:
    """Rings for a queue from anywhere; a broker that does not answer is noted once and otherwise passed over."""
    quiet = threading.Event()

    def ring(queue: str) -> None:
        try:
            celery.send_task(TASK, args=[queue], queue=BELL, expires=60)
            quiet.clear()
        except Exception as error:
            if not quiet.is_set():
                quiet.set()
                log.warning("the broker does not answer (%s); the clock takes over", error)

    return ring

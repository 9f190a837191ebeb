"""The worker process: a clock that looks for what is due, and Celery's threads that carry it out."""

from __future__ import annotations

import logging
import os
import secrets
import threading
import warnings
from collections.abc import Mapping
from datetime import datetime, timedelta

from celery import signals
from celery.exceptions import SecurityWarning

from app.config import Settings
from app.errors import note_bug
from app.parent import end_with_parent, settle
from app.queue import install_ring_task, make_celery, make_ring
from engines.database import Workspace
from engines.records.files import forget_unused
from engines.runtime import (
    analysing,
    events,
    flow_out,
    jobs,
    measuring,
    message_out,
    segment_notes,
    segmenting,
    timers,
    webhook_out,
)
from engines.runtime.clock import Carriers, Clock, drain
from engines.runtime.imports import forget_uploads
from engines.runtime.outbox import Entry
from engines.runtime.perform import WEBHOOK
from engines.runtime.react import React
from engines.runtime.release import Releases
from engines.runtime.work import UNBEGUN
from engines.workflow.tables import QUEUE as FLOWS

log = logging.getLogger(__name__)


def make_carriers(
    workspace: Workspace, kinds: Mapping[str, jobs.Run], stopping: threading.Event, releases: Releases
) -> Carriers:
    """Who carries out which queue; `kinds` are the jobs this installation knows, `releases` what the process knows."""

    def carry_job(workspace: Workspace, entry: Entry) -> None:
        job_id = str(entry.payload["job"])
        jobs.run_job(workspace, job_id, kinds, lambda bug: note_bug(bug, f"job {job_id}"), stopping.is_set, UNBEGUN)

    sets = segmenting.Segmenting(workspace, releases)
    return Carriers(
        short={
            events.QUEUE: React(workspace, releases),
            segment_notes.QUEUE: sets,
            message_out.ASKED: message_out.Deciding(workspace, releases),
            message_out.ANSWERED: message_out.Answered(workspace, releases),
        },
        long={
            timers.QUEUE: timers.Timers(workspace, releases).carry,
            segmenting.WHOLE: sets.carry,
            measuring.QUEUE: measuring.Measuring(workspace, releases).carry,
            jobs.QUEUE: carry_job,
            message_out.SENDING: message_out.Sending(workspace, releases),
            WEBHOOK: webhook_out.carry,
        },
        many={FLOWS: flow_out.Flows(workspace, releases)},
    )


def run_worker(workspace: Workspace, settings: Settings, kinds: Mapping[str, jobs.Run]) -> None:
    """Runs until SIGTERM or SIGINT; what is in hand is finished or given back."""
    end_with_parent(os.getppid())
    # In a container everybody is root; Celery's warning is about pickled messages, and ours are JSON.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    # Every ring of the doorbell is a task: ten lines a second would hide what matters.
    for name in ("celery.app.trace", "celery.worker.strategy"):
        logging.getLogger(name).setLevel(logging.WARNING)
    stopping = threading.Event()
    releases = Releases(workspace)
    carriers = make_carriers(workspace, kinds, stopping, releases)
    celery = make_celery(settings)
    # Several threads may drain one queue side by side, each with leases of its own; more calls than threads are idle.
    busy = {queue: threading.Semaphore(max(1, settings.worker_threads - 1)) for queue in carriers.queues}

    def answer(queue: str) -> None:
        if queue not in busy or not busy[queue].acquire(blocking=False):
            return
        try:
            drain(workspace, queue, carriers, f"{os.getpid()}-{secrets.token_hex(6)}", stopping=stopping.is_set)
        except Exception:
            log.exception("queue %s could not be drained", queue)
        finally:
            busy[queue].release()

    install_ring_task(celery, answer)
    ring = make_ring(celery)

    def ring_if_free(queue: str) -> None:
        # The clock looks ten times a second; while every hand is busy it need not pile up messages.
        if busy[queue].acquire(blocking=False):
            busy[queue].release()
            ring(queue)

    kept = timedelta(days=settings.uploads_kept_days)

    def tidy(workspace: Workspace, now: datetime) -> None:
        forget_unused(workspace, now - kept)
        forget_uploads(workspace, now - kept)
        message_out.reap(workspace, now)
        segmenting.tidy(workspace, now)

    timed = timers.Timers(workspace, releases)
    analyses = analysing.Analysing(workspace, releases)
    sets = segmenting.Segmenting(workspace, releases)
    measures = measuring.Measuring(workspace, releases)

    def look(workspace: Workspace, now: datetime) -> None:
        timed.tick(now)
        sets.tick(workspace, now)
        analyses.tick(workspace, now)
        measures.tick(workspace, now)

    clock = Clock(workspace, carriers.queues, ring_if_free, looks=(look,), hourly=(tidy,))

    def ready(**_: object) -> None:
        settle()
        clock.start()
        log.info("worker ready")

    def ending(**_: object) -> None:
        stopping.set()

    signals.worker_ready.connect(ready, weak=False)
    signals.worker_shutting_down.connect(ending, weak=False)
    celery.Worker(
        pool="threads",
        concurrency=settings.worker_threads,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel=settings.log_level,
        quiet=True,
    ).start()
    clock.stop()

"""The parent of an installation: keeps a web and a worker process alive, and ends both; imports little on purpose."""

from __future__ import annotations

import contextlib
import multiprocessing
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

from app.parent import GRACE_SECONDS

# A worker that dies at once is started again with growing pauses, so that a broken database does not spin the machine.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


class Keeper:
    """Keeps one worker process: starts it, starts it again when it dies, ends it at the end."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while not self._over.is_set():
            began = time.monotonic()
            # In a session of its own: Ctrl-C reaches the parent alone, which then ends its children in order.
            self._child = subprocess.Popen([sys.executable, "-m", "app", "worker"], start_new_session=True)
            self._child.wait()
            if self._over.is_set():
                return
            pause = FIRST_PAUSE if time.monotonic() - began > 60 else min(pause * 2, LONGEST_PAUSE)
            print(
                f"The worker process ended ({self._child.returncode}); starting it again.", file=sys.stderr, flush=True
            )
            self._over.wait(pause)

    def stop(self) -> None:
        self._over.set()
        child = self._child
        if child is None or child.poll() is not None:
            return
        child.terminate()
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()


def announce(host: str, port: int) -> None:
    """Says where to go as soon as the web process answers."""
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host
    asked = f"[{host}]" if ":" in host else {"0.0.0.0": "127.0.0.1"}.get(host, host)
    for _ in range(600):
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(f"http://{asked}:{port}/healthz", timeout=2) as answer,
        ):
            if answer.status == 200:
                print(f"Dougong is ready: http://{shown}:{port}", flush=True)
                return
        time.sleep(0.1)


def main(host: str, port: int, threads: int) -> None:
    """Serves until Ctrl-C or SIGTERM; the web process is granian's, begun again by it when it dies."""
    # A forked web process would inherit locks that the threads below happen to hold, and hang on them for ever.
    multiprocessing.set_start_method("spawn")
    keeper = Keeper()
    keeper.start()
    threading.Thread(target=announce, args=(host, port), name="announce", daemon=True).start()
    server = Granian(
        "app.web:build",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        backpressure=256,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=GRACE_SECONDS,
        http1_settings=HTTP1Settings(keep_alive=True),
        log_level="error",  # type: ignore[arg-type]
    )
    try:
        server.serve()
    finally:
        keeper.stop()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

"""What processes of one installation know of each other: whether the port is free, and whether the parent lives."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time

GRACE_SECONDS = 10


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def settle() -> None:
    """What is loaded by now stays: the garbage collector passes it over from here on, and looks less often at what
    requests and events leave behind [a step of a flow takes a fifth less time]."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def log_to_stderr(level: str) -> None:
    """What processes of an installation write down, and where."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # a publish asks it a hundred times


def end_without_ado() -> None:
    """Let this process, which has started well, end as soon as Python wants to take itself apart: the server's threads,
    which are not Python's, may still stand in the interpreter then and run into what is gone already (a segmentation
    fault in the system's log for each end). All that is to be kept is in the database by then; the parent starts it
    again whenever it did not end it, and looks at no code."""

    def leave() -> None:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)

    atexit.register(leave)


def end_with_parent(parent: int) -> None:
    """Ends this process when its parent is gone without having said so (killed): nobody else would end it."""

    def watch_parent() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os._exit(1)

    threading.Thread(target=watch_parent, name="parent", daemon=True).start()

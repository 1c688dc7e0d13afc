"""A MongoDB server of our own for `dev` and the tests: started in a folder, and gone with the process that started it.

    with EmbeddedMongo(Path(".tributary/mongo")) as uri: ...

The folder holds `data`, `mongod.log` (of the latest start), `port`, and `owner.lock`, which the owner keeps locked
while it lives; the kernel lets go of it, however the owner ends. In the same way the kernel tells the server to shut
down (`launch.py`), so that nothing has to be cleaned up after a crash; and if a server should be left over, the next
start ends it. A folder has one owner at a time.
"""

import fcntl
import os
import socket
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TextIO

from connectors.mongo import mongod
from connectors.mongo.mongod import GRACE, EmbeddedMongoError
from connectors.mongo.replica import is_primary

__all__ = ["FOLDER", "EmbeddedMongo", "EmbeddedMongoError"]

FOLDER = Path(".tributary", "mongo")
# Seconds to become ready in. A start takes below one; but where something that never says a word listens on the former
# port, mongod gives it half a minute to turn out to be itself.
PATIENCE = 60.0
_ATTEMPTS = 3
_PAUSE = 0.01  # seconds between two looks
_PORT_TAKEN = 48  # mongod's exit code: https://www.mongodb.com/docs/v6.0/reference/exit-codes/


class EmbeddedMongo:
    """One server on one folder: a replica set of one, on a free port of 127.0.0.1, without authentication.

    To be started by the main thread: the kernel ends the server when the *thread* that started it ends.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder.absolute()
        self._data = self.folder / "data"
        self._log = self.folder / "mongod.log"
        self._lock: TextIO | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> str:
        """The URI of a server that takes writes. Raises EmbeddedMongoError, and leaves nothing running then."""
        if threading.current_thread() is not threading.main_thread():
            raise EmbeddedMongoError("it has to be started by the main thread")
        program = mongod.program()
        try:
            self._own()
            mongod.end_stray(self._data)
            return f"mongodb://127.0.0.1:{self._serve(program)}/?directConnection=true"
        except OSError as error:
            self.stop()
            raise EmbeddedMongoError(f"{self.folder} cannot be used: {error.strerror}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shuts the server down, by force after 10 s, and gives the folder free. Does nothing the second time."""
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock:
            self._lock.close()
            self._lock = None

    def _own(self) -> None:
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = (self.folder / "owner.lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            owner = self._lock.read() or "unknown"
            raise EmbeddedMongoError(f"process {owner} already runs one in {self.folder}") from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def _serve(self, program: Path, attempts: int = _ATTEMPTS) -> int:
        """Starts the server where it was before, or on another port where that one is taken; returns the port."""
        kept = self.folder / "port"
        port = _free_port(kept) if attempts == _ATTEMPTS else _bound(0)
        self._process = self._spawn(mongod.command(program, self._data, port))
        code = self._until_ready(self._process, port)
        if code is None:
            kept.write_text(str(port))
            return port
        if code == _PORT_TAKEN and attempts > 1:  # somebody was faster
            return self._serve(program, attempts - 1)
        raise EmbeddedMongoError(mongod.last_words(self._log, code))

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        """In a session of its own: the terminal's Ctrl-C is for the gateway, which stops the server last."""
        with self._log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - the command is ours
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def _until_ready(self, process: subprocess.Popen[bytes], port: int) -> int | None:
        """None once it takes writes; the exit code of a server that ended instead."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if (code := process.poll()) is not None:
                return code
            if _accepts(port) and is_primary(port, process.pid):
                return None
            time.sleep(_PAUSE)
        raise EmbeddedMongoError(f"it was not ready within {PATIENCE:g} s; its log is {self._log}")


def _free_port(kept: Path) -> int:
    """The port of last time where it is free, so that a tool stays connected over a restart; else any."""
    try:
        return _bound(int(kept.read_text()))
    except (OSError, ValueError, OverflowError):  # no last time, no number, or taken
        return _bound(0)


def _bound(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # like mongod: its own TIME_WAIT is no obstacle
        probe.bind(("127.0.0.1", port))
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

"""Restarts the server of `dev` when the code or `.env` changes."""

from collections.abc import Callable
from pathlib import Path
from socket import socket

import watchfiles
from uvicorn import Config
from uvicorn.supervisors.basereload import BaseReload

from gateway.settings import ENV_FILE

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "schema", "connectors")
GLANCE = 500  # ms between two looks at `.env`


class Reload(BaseReload):
    """Watches our packages, and `.env`, which need not exist yet.

    uvicorn's own supervisor watches folders alone, and the folder of `.env` holds a store that changes all the time.
    """

    def __init__(self, config: Config, target: Callable[[list[socket] | None], None], sockets: list[socket]) -> None:
        super().__init__(config, target, sockets)
        self.reloader_name = "tributary"
        self._env = _stamp(ENV_FILE)
        self._watcher = watchfiles.watch(
            *(folder for name in PACKAGES if (folder := ROOT / name).is_dir()),
            watch_filter=watchfiles.PythonFilter(),
            stop_event=self.should_exit,
            rust_timeout=GLANCE,
            yield_on_timeout=True,
        )

    def should_restart(self) -> list[Path] | None:
        """The files that have changed since the last look; StopIteration when the process is to end."""
        self.pause()
        changed = sorted({Path(path) for _, path in next(self._watcher)})
        before, self._env = self._env, _stamp(ENV_FILE)
        return changed + [ENV_FILE] * (before != self._env)


def _stamp(file: Path) -> tuple[int, int] | None:
    """Changes with the file, also when an editor puts a new one in its place; None where there is none."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino

"""`tributary` in a process of its own, as in a terminal: what it prints, and how it ends."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[3]
PATIENCE = 60  # seconds for a process to end: the machine may be busy


class Running:
    """A command that serves until it is stopped."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.printed: list[str] = []

    def until(self, pattern: str) -> str:
        """Reads its output up to the first line that fits, and returns the first group of the fit, or all of it."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.printed.append(line)
            if found := re.search(pattern, line):
                return found[found.re.groups and 1]
        raise AssertionError("".join(self.printed))

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal; its exit code, and what else it prints in `printed`."""
        self.process.send_signal(sign)
        rest, _ = self.process.communicate(timeout=PATIENCE)
        self.printed.append(rest)
        return self.process.returncode

    @property
    def output(self) -> str:
        return "".join(self.printed)


def environment(**given: str) -> dict[str, str]:
    """The test's own, with the package found from any folder, and what is printed neither buffered nor folded."""
    return dict(os.environ) | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "COLUMNS": "100"} | given


@contextmanager
def started(*arguments: str, **given: str) -> Iterator[Running]:
    """`tributary` with arguments, in the working directory of the test; killed if the test does not stop it."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "gateway", *arguments],
        env=environment(**given),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Running(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def ran(*arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    """`tributary` with arguments, to its end."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "gateway", *arguments],
        env=environment(**given),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def asked(url: str, query: str) -> dict[str, object]:
    """The data of an operation."""
    answer = httpx.post(url, json={"query": query}, trust_env=False, timeout=PATIENCE).json()
    data: dict[str, object] = answer["data"]
    return data

"""What the tests of the process share: an environment without settings, and logging that is put back."""

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from connectors.domain.service import Service

OURS = ("TRIBUTARY_", "MONGODB_", *(f"{service.name}_" for service in Service))


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working directory, and an environment without any of our variables; what is set in it is forgotten."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    monkeypatch.setattr(os, "environ", rest)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """Undoes `telemetry.configure`, and handlers of signals."""
    root, terminate = logging.getLogger(), signal.getsignal(signal.SIGTERM)
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    signal.signal(signal.SIGTERM, terminate)
    structlog.reset_defaults()

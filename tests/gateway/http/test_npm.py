"""What the tests start for Node ends by itself, whatever it does."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.gateway.http import npm
from tests.gateway.http.npm import ended, running


@dataclass
class Shell:
    """In the place of a Node."""

    binary: str = "sh"
    npm: tuple[str, ...] = ("sh",)


def is_over(process: int) -> bool:
    """Within a moment: killed is not yet gone. It may still wait to be reaped."""
    for _ in range(30):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.01)
    return False


def test_a_command_that_takes_too_long_is_ended_with_what_it_has_started(tmp_path: Path) -> None:
    status, said = ended(["sh", "-c", "sleep 60 & echo $!; wait"], tmp_path, dict(os.environ), 0.1)
    assert status is None
    assert is_over(int(said))


def test_a_command_that_ends_is_not_waited_for_on_behalf_of_what_it_has_started(tmp_path: Path) -> None:
    status, said = ended(["sh", "-c", "sleep 60 & echo $!; exit 3"], tmp_path, dict(os.environ), 5)
    assert status == 3
    assert is_over(int(said))


async def test_a_script_that_takes_too_long_is_ended_and_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npm, "RUNNING", 0.1)
    script = tmp_path / "script"
    script.write_text("sleep 60 & sleep 60")
    with pytest.raises(TimeoutError):
        async with running(Shell(), script) as process:
            await process.wait()
    assert process.returncode is not None

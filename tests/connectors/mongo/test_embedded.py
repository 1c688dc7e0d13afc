import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.uri_parser import parse_uri

from connectors.mongo import embedded, mongod
from connectors.mongo.embedded import EmbeddedMongo, EmbeddedMongoError

ROOT = Path(embedded.__file__).parents[2]
# A process that starts a server, says where, and waits to be killed.
OWNER = """
import sys
from pathlib import Path
from connectors.mongo.embedded import EmbeddedMongo
with EmbeddedMongo(Path(sys.argv[1])) as uri:
    print(uri, flush=True)
    sys.stdin.read()
"""


@contextmanager
def client(uri: str) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](uri) as opened:
        yield opened


@contextmanager
def owner(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that owns a server in `folder`, and the server's URI."""
    command = [sys.executable, "-c", OWNER, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - our own code
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def port(uri: str) -> int:
    return int(parse_uri(uri)["nodelist"][0][1])


def server(uri: str) -> int:
    """The id of the server's process."""
    with client(uri) as opened:
        return int(opened.admin.command("serverStatus")["pid"])


def wait_for(process: int) -> None:
    """Returns when a process that is not our child has ended."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return
    try:
        assert mongod.ended(handle, 15), "it still runs"
    finally:
        os.close(handle)


def test_data_survives_restarts_and_the_port_stays(tmp_path: Path) -> None:
    ports = []
    for start in range(3):
        with EmbeddedMongo(tmp_path) as uri, client(uri) as opened:
            ports.append(port(uri))
            assert opened["test"]["starts"].count_documents({}) == start
            opened["test"]["starts"].insert_one({})
    assert len(set(ports)) == 1


def test_a_port_that_is_taken_is_left_to_its_owner_and_the_data_stays(tmp_path: Path) -> None:
    with EmbeddedMongo(tmp_path) as uri, client(uri) as opened:
        opened["test"]["things"].insert_one({"_id": 1})
    with socket.create_server(("127.0.0.1", port(uri))), EmbeddedMongo(tmp_path) as other, client(other) as opened:
        assert port(other) != port(uri)
        assert opened["test"]["things"].find_one() == {"_id": 1}
        assert opened.admin.command("hello")["me"] == f"127.0.0.1:{port(other)}", "the replica set has moved along"


def test_it_is_a_replica_set_with_transactions(tmp_path: Path) -> None:
    with EmbeddedMongo(tmp_path) as uri, client(uri) as opened, opened.start_session() as session:
        with session.start_transaction():
            opened["test"]["things"].insert_one({}, session=session)
            session.abort_transaction()
        assert opened["test"]["things"].count_documents({}) == 0


def test_only_this_machine_and_this_user_can_reach_it(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "mongo"
    with EmbeddedMongo(folder) as uri, client(uri) as opened:
        assert opened.admin.command("getCmdLineOpts")["parsed"]["net"]["bindIp"] == "127.0.0.1"
        assert not Path("/tmp", f"mongodb-{port(uri)}.sock").exists()  # noqa: S108 - where mongod would put it
        assert (folder / "data").stat().st_mode & 0o777 == 0o700


def test_a_server_goes_with_its_owner_however_that_ends_and_the_next_start_finds_its_data(tmp_path: Path) -> None:
    with owner(tmp_path) as (process, uri), client(uri) as opened:
        stray = server(uri)
        opened["test"]["things"].insert_one({"_id": 1})
        process.send_signal(signal.SIGKILL)
    wait_for(stray)
    with EmbeddedMongo(tmp_path) as again, client(again) as opened:
        assert opened["test"]["things"].find_one() == {"_id": 1}


def test_a_start_right_after_a_crash_does_not_trip_over_the_server_that_is_still_ending(tmp_path: Path) -> None:
    with owner(tmp_path) as (process, uri), client(uri) as opened:
        stray = server(uri)
        opened["test"]["things"].insert_one({"_id": 1})
        process.kill()
        process.wait()
        with EmbeddedMongo(tmp_path) as again, client(again) as reopened:
            assert reopened["test"]["things"].find_one() == {"_id": 1}
            assert server(again) != stray


def test_a_server_that_was_killed_recovers_what_it_had_confirmed(tmp_path: Path) -> None:
    with owner(tmp_path) as (_, uri), client(uri) as opened:
        opened["test"]["things"].insert_one({"_id": 1})
        stray = server(uri)
        os.kill(stray, signal.SIGKILL)
        wait_for(stray)
    with EmbeddedMongo(tmp_path) as again, client(again) as opened:
        assert opened["test"]["things"].find_one() == {"_id": 1}


def test_a_second_owner_is_told_who_the_first_one_is(tmp_path: Path) -> None:
    with owner(tmp_path) as (process, uri):
        with pytest.raises(EmbeddedMongoError, match=f"process {process.pid} already runs one in {tmp_path}"):
            EmbeddedMongo(tmp_path).start()
        assert server(uri), "the first one is not disturbed"


def test_stopping_ends_the_server_and_frees_the_folder_once(tmp_path: Path) -> None:
    first, second = EmbeddedMongo(tmp_path), EmbeddedMongo(tmp_path)
    process = server(first.start())
    first.stop()
    first.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert second.start()
    second.stop()


def test_only_the_main_thread_may_start_it(tmp_path: Path) -> None:
    errors: list[EmbeddedMongoError] = []

    def start() -> None:
        try:
            EmbeddedMongo(tmp_path).start()
        except EmbeddedMongoError as error:
            errors.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(errors[0])
    assert not list(tmp_path.iterdir())


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is run in the place of mongod."""
    program = tmp_path / "mongod"
    monkeypatch.setattr(mongod, "program", lambda: program)
    return program


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (
            "echo 'mongod: error while loading shared libraries: libcurl.so.4: cannot open' >&2; exit 127",
            r"libcurl\.so\.4",
        ),
        ("echo; echo 'No space left on device'; exit 100", "exit code 100 | No space left on device"),
        ("kill -ILL $$", "signal SIGILL"),
        ("exit 14", "exit code 14"),
    ],
)
def test_a_server_that_ends_at_once_says_why(tmp_path: Path, fake: Path, script: str, says: str) -> None:
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o700)
    folder = tmp_path / "folder"
    with pytest.raises(EmbeddedMongoError, match=says) as raised:
        EmbeddedMongo(folder).start()
    assert "MONGODB_URI" in str(raised.value)
    assert "`embedded`" in str(raised.value)


def test_a_program_that_cannot_be_run_says_so(tmp_path: Path, fake: Path) -> None:
    fake.write_text("not a program")
    with pytest.raises(EmbeddedMongoError, match="cannot be run: Permission denied"):
        EmbeddedMongo(tmp_path / "folder").start()


def test_a_server_that_never_gets_ready_is_ended(tmp_path: Path, fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "PATIENCE", 0.2)
    fake.touch(0o700)
    fake.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/process\nexec cat /dev/zero > /dev/null\n")
    with pytest.raises(EmbeddedMongoError, match=r"not ready within 0\.2 s; its log is .*mongod\.log"):
        EmbeddedMongo(tmp_path / "folder").start()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "process").read_text()), 0)


def test_a_server_whose_port_is_gone_meanwhile_tries_another(tmp_path: Path, fake: Path) -> None:
    fake.write_text(f'#!/bin/sh\necho try >> {tmp_path}/tries\necho "Address already in use"; exit 48\n')
    fake.chmod(0o700)
    with pytest.raises(EmbeddedMongoError, match="Address already in use"):
        EmbeddedMongo(tmp_path / "folder").start()
    assert (tmp_path / "tries").read_text().count("try") == 3


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedMongoError, match=f"{tmp_path}/file/mongo cannot be used: Not a directory"):
        EmbeddedMongo(tmp_path / "file" / "mongo").start()


def test_a_port_file_that_holds_nonsense_does_no_harm(tmp_path: Path) -> None:
    for nonsense in ("", "x", "-1", "99999999", "1e3"):
        (tmp_path / "port").write_text(nonsense)
        assert 1024 <= embedded._free_port(tmp_path / "port") < 65536  # noqa: SLF001 - a start a case would take seconds

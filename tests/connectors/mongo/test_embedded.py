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


@contextmanager
def held(number: int) -> Iterator[None]:
    """Nobody else gets the port meanwhile, although nobody listens there."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections linger on it
        taken.bind(("127.0.0.1", number))
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        yield


def keep(uri: str) -> None:
    """Writes what `kept` looks for."""
    with client(uri) as opened:
        opened["test"]["things"].insert_one({"_id": 1})


def kept(uri: str) -> bool:
    with client(uri) as opened:
        return opened["test"]["things"].find_one() == {"_id": 1}


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


def test_data_survives_a_crash_on_the_same_port_and_a_restart_on_another(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "mongo"
    first = EmbeddedMongo(folder)
    uri = first.start()
    keep(uri)
    os.kill(server(uri), signal.SIGKILL)
    first.stop()
    first.stop()
    assert (folder / "data").stat().st_mode & 0o777 == 0o700

    with EmbeddedMongo(folder) as again:
        assert again == uri
        assert kept(again)
        process = server(again)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)

    with held(port(uri)), EmbeddedMongo(folder) as other, client(other) as opened:
        assert port(other) != port(uri)
        assert opened.admin.command("hello")["me"] == f"127.0.0.1:{port(other)}", "the replica set has moved along"
        assert kept(other)


def test_it_is_a_replica_set_that_only_this_machine_can_reach(mongo_uri: str) -> None:
    with client(mongo_uri) as opened, opened.start_session() as session:
        with session.start_transaction():
            opened["transactions"]["things"].insert_one({}, session=session)
            session.abort_transaction()
        assert opened["transactions"]["things"].count_documents({}) == 0
        assert opened.admin.command("getCmdLineOpts")["parsed"]["net"]["bindIp"] == "127.0.0.1"
    assert not Path("/tmp", f"mongodb-{port(mongo_uri)}.sock").exists()  # noqa: S108 - where mongod would put it


def test_a_folder_has_one_owner_whose_server_goes_when_it_is_killed(tmp_path: Path) -> None:
    with owner(tmp_path) as (process, uri):
        with pytest.raises(EmbeddedMongoError, match=f"process {process.pid} already runs one in {tmp_path}"):
            EmbeddedMongo(tmp_path).start()
        stray = server(uri)
        process.send_signal(signal.SIGKILL)
        wait_for(stray)


def test_a_start_right_after_a_crash_does_not_trip_over_the_server_that_is_still_ending(tmp_path: Path) -> None:
    with owner(tmp_path) as (process, uri):
        stray = server(uri)
        keep(uri)
        process.kill()
        process.wait()
        with EmbeddedMongo(tmp_path) as again:
            assert kept(again)
            assert server(again) != stray


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

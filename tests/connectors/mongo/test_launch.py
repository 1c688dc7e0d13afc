import os
import signal
import subprocess
import sys

from connectors.mongo import launch


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", launch.__file__, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own code


def test_the_program_takes_over_with_its_arguments() -> None:
    ran = run(str(os.getpid()), "/bin/sh", "-c", "echo $0 $1; exit 7", "one", "two words")
    assert (ran.returncode, ran.stdout) == (7, "one two words\n")


def test_a_program_whose_owner_has_ended_meanwhile_is_not_run() -> None:
    ran = run("1", "/bin/sh", "-c", "echo run")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "has ended" in ran.stderr


def test_a_program_that_is_not_there_is_named() -> None:
    ran = run(str(os.getpid()), "/nowhere/mongod")
    assert (ran.returncode, ran.stderr) == (1, "/nowhere/mongod cannot be run: No such file or directory\n")


def test_the_program_is_told_to_end_when_its_owner_is_killed() -> None:
    trap = "trap 'echo told; exit' TERM; echo ready; while :; do read -r line; done"
    owner = (
        "import os, subprocess, sys;"
        f"command = [sys.executable, '-I', '-S', {launch.__file__!r}, str(os.getpid())];"
        "subprocess.run([*command, '/bin/sh', '-c', sys.argv[1]])"
    )
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", owner, trap], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)
        assert process.stdout.read() == "told\n"

"""Becomes the program named on its command line, which ends when the process that started it does, however that ends.

    python -I -S launch.py OWNER PROGRAM [ARGUMENT …]

A file of its own, run by path and made of the standard library alone: setting the parent-death signal between fork and
exec of a process that has threads is not safe in Python (and a warning from 3.12 on).
https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html: the signal survives execve; it is sent when the
*thread* that started this process ends, hence `embedded.py` insists on the main thread.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(owner: int, command: list[str]) -> None:
    """Never returns: `command` takes over this process and its id."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != owner:  # it ended before the line above
        sys.exit("the process that started MongoDB has ended")
    try:
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(f"{command[0]} cannot be run: {error.strerror}")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])

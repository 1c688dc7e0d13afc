"""uvicorn, as this project runs it: https://www.uvicorn.org/settings/."""

import errno
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

import typer
import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from gateway.cli.failure import FAILED, Failure
from gateway.cli.reload import Reload
from gateway.http.bounded import BoundedHttp
from gateway.http.sockets import messages

APP = "gateway.app:factory"
BACKLOG = 2048  # connections that wait to be accepted
DEV_GRACE, SERVE_GRACE = 2, 20  # seconds that requests under way are given when the process stops


def config(app: str | ASGIApp, *, workers: int = 1, reload: bool = False, grace: int = SERVE_GRACE) -> uvicorn.Config:
    """`app` is an import string of a factory, which other processes can follow too, or an application."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        reload=reload,
        reload_dirs=["."] if reload else None,  # `Reload` has its own; without one uvicorn warns of the missing list
        loop="uvloop",
        http=BoundedHttp,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=grace,
        ws_max_size=messages.LIMIT,  # of an uncompressed message; a larger one is not read to its end: 1009
        ws_per_message_deflate=False,  # some 200 KB of memory a socket
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. From here on nobody else can have the port, and a client waits instead of being refused."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        server = socket.socket(kind)
    except socket.gaierror:
        raise Failure(f"{host} is not an address to listen on", "--host 127.0.0.1 is this machine alone") from None
    try:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what the last run has left in TIME_WAIT is free
        server.bind(address)
        server.listen(BACKLOG)
    except OSError as error:
        server.close()
        raise _unusable(host, port, error) from None
    server.set_inheritable(True)
    return server


def url(host: str, server: socket.socket) -> str:
    """Where a browser on this machine finds `server`."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - compared
    return f"http://{shown}:{server.getsockname()[1]}"


def run(server: uvicorn.Config, listener: socket.socket) -> None:
    """Serves until Ctrl-C or SIGTERM, in this process or in others, and returns once the last request is through."""
    signal.signal(signal.SIGTERM, interrupt)
    try:
        _start(server, listener)()
    except KeyboardInterrupt:  # uvicorn has shut down in order, and tells so by raising the signal again
        return


def interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    """A handler that makes SIGTERM what Ctrl-C is: everything that was opened is closed on the way out."""
    raise KeyboardInterrupt


def _start(server: uvicorn.Config, listener: socket.socket) -> Callable[[], None]:
    if server.reload:
        return Reload(server, target=uvicorn.Server(server).run, sockets=[listener]).run
    if server.workers > 1:
        return Multiprocess(server, sockets=[listener]).run
    return lambda: _alone(uvicorn.Server(server), listener)


def _alone(server: uvicorn.Server, listener: socket.socket) -> None:
    server.run(sockets=[listener])
    if not server.started:
        raise typer.Exit(FAILED)


def _unusable(host: str, port: int, error: OSError) -> Failure:
    if error.errno == errno.EADDRINUSE:
        return Failure(f"Port {port} of {host} is taken", f"Choose another with --port, as in --port {port + 1}")
    if error.errno == errno.EACCES:
        return Failure(f"Port {port} of {host} is reserved for root", "Choose one from 1024 on with --port")
    return Failure(f"Cannot listen on {host}:{port}: {error.strerror}")

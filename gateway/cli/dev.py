"""`tributary dev`: everything that it takes to develop, with nothing to set up."""

import asyncio
import signal
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import RenderableType
from rich.text import Text

from connectors.connection import Mode
from gateway import settings, telemetry
from gateway.cli import server, store, terminal
from gateway.cli.failure import explained
from gateway.cli.version import version
from gateway.settings import Settings
from gateway.variables import Run
from gateway.web.graphiql import HOW_TO_BUILD, is_built


def run(host: str, port: int, *, reload: bool, browser: bool, seed: bool) -> None:
    """Serves until Ctrl-C. The store belongs to this process; the server, which comes and goes, is told its address."""
    signal.signal(signal.SIGTERM, server.interrupt)
    with explained():
        read = settings.load(Run.DEV)
        telemetry.configure(pretty=True, level=read.log_level, secrets=read.secrets())
        with server.listen(host, port) as listener, _store(read, seed=seed) as (uri, described):
            settings.hand_down(Run.DEV, uri)
            address = f"{server.url(host, listener)}/graphql"
            terminal.show(_panel(read, address, described))
            if browser:
                webbrowser.open(address)
            server.run(server.config(server.APP, reload=reload, grace=server.DEV_GRACE), listener)


@contextmanager
def _store(read: Settings, *, seed: bool) -> Iterator[tuple[str, str]]:
    """The URI of the store, and what it is."""
    if read.mongodb_uri is None:
        with store.embedded(read) as uri:
            yield uri, f"embedded MongoDB in {read.data_dir}, {read.sandbox_customers:,} made-up customers"
        return
    uri = read.mongodb_uri.get_secret_value()
    store.well_formed(read)
    if seed:
        asyncio.run(store.fill(uri, read.sandbox_customers))
    yield uri, "MongoDB at MONGODB_URI"


def _panel(read: Settings, address: str, described: str) -> RenderableType:
    imitated = any(access.mode is Mode.IMITATED for access in read.access.values())
    link = Text(address, style=f"bold cyan link {address}")
    rows: list[tuple[str, RenderableType]] = [
        *([("GraphiQL", link)] if is_built() else [("GraphQL", link), ("GraphiQL", Text(HOW_TO_BUILD, "yellow"))]),
        ("Store", Text(described)),
        *terminal.services(read.access),
        *([("", Text("Keys in .env make them live; tributary check tries them", "dim"))] if imitated else []),
    ]
    return terminal.panel(f"[bold]Tributary[/bold] {version()} · dev", rows, "Ctrl-C stops")

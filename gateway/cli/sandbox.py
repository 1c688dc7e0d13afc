"""`tributary sandbox`: the imitations over HTTP."""

import signal
from collections.abc import Iterable, Mapping

import typer

from connectors.faults.control import PATH
from connectors.faults.delivery import OpenHanded
from connectors.faults.text import FaultsError
from connectors.registry import VENDORS
from connectors.sandbox_server import SandboxServer, address
from connectors.seed.people import People
from gateway import settings, telemetry
from gateway.cli import server
from gateway.cli.failure import explained
from gateway.settings import SettingsError
from gateway.variables import Run


def run(host: str, port: int, customers: int | None, faults: str | None) -> None:
    """Serves until Ctrl-C. What is printed can be pasted into a shell as it stands."""
    signal.signal(signal.SIGTERM, server.interrupt)
    with explained():
        read = settings.load(Run.DEV)
        telemetry.configure(pretty=True, level=read.log_level, secrets=read.secrets())
        given = {service.value: str(fault) for service, fault in read.faults.items()} if faults is None else faults
        app = _imitations(People(customers or read.sandbox_customers), given)
        with server.listen(host, port) as listener:
            for line in _head(app, server.url(host, listener)):
                typer.echo(line)
            config = server.config(app, grace=server.DEV_GRACE)
            config.http = OpenHanded
            server.run(config, listener)


def _imitations(people: People, faults: str | Mapping[str, str]) -> SandboxServer:
    try:
        return SandboxServer(VENDORS, people, faults)
    except FaultsError as wrong:
        raise SettingsError([f"--faults: {mistake}" for mistake in wrong.mistakes]) from None


def _head(app: SandboxServer, here: str) -> Iterable[str]:
    yield f"# {len(VENDORS)} services imitated at {here}, {app.people.count:,} made-up customers. Ctrl-C stops."
    yield f"# Faults: {str(app.faults) or 'none'}. PUT {here}{PATH} changes them, DELETE clears them."
    for vendor in VENDORS:
        yield f"export {vendor.service.name}_BASE_URL={address(vendor, here)}"

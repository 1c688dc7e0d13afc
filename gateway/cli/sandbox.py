"""`tributary sandbox`: the imitations over HTTP."""

import signal

import typer

from connectors.registry import VENDORS
from connectors.sandbox_server import SandboxServer, address
from connectors.seed.people import People
from gateway import settings, telemetry
from gateway.cli import server
from gateway.cli.failure import explained
from gateway.variables import Run


def run(host: str, port: int, customers: int | None) -> None:
    """Serves until Ctrl-C. What is printed can be pasted into a shell as it stands."""
    signal.signal(signal.SIGTERM, server.interrupt)
    with explained():
        read = settings.load(Run.DEV)
        telemetry.configure(pretty=True, level=read.log_level, secrets=read.secrets())
        people = People(customers or read.sandbox_customers)
        with server.listen(host, port) as listener:
            here = server.url(host, listener)
            typer.echo(
                f"# {len(VENDORS)} services imitated at {here}, {people.count:,} made-up customers. Ctrl-C stops."
            )
            for vendor in VENDORS:
                typer.echo(f"export {vendor.service.name}_BASE_URL={address(vendor, here)}")
            server.run(server.config(SandboxServer(VENDORS, people), grace=server.DEV_GRACE), listener)

"""`tributary serve`: production."""

import structlog

from gateway import settings, telemetry
from gateway.cli import server
from gateway.cli.failure import explained
from gateway.cli.store import well_formed
from gateway.variables import Run


def run(host: str, port: int, workers: int) -> None:
    """Serves until it is stopped. Other processes read the settings for themselves; mistakes are told here, once."""
    with explained():
        read = settings.load(Run.SERVE)
        well_formed(read)
        telemetry.configure(pretty=False, level=read.log_level, secrets=read.secrets())
        settings.hand_down(Run.SERVE)
        log: structlog.typing.FilteringBoundLogger = structlog.get_logger()
        with server.listen(host, port) as listener:
            log.info("listening", url=server.url(host, listener), workers=workers)
            server.run(server.config(server.APP, workers=workers), listener)

"""What stops a command, said in a few lines on stderr instead of a traceback."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.text import Text

from connectors.domain.errors import ConnectorError
from connectors.mongo.embedded import EmbeddedMongoError
from connectors.mongo.store import IndexFailure, InvalidStoreUri
from gateway.settings import SettingsError

FAILED = 1
INTERRUPTED = 130  # 128 + SIGINT, as shells count


class Failure(Exception):
    """A command cannot go on; the message is for the one who called it, `hints` say what to do."""

    def __init__(self, message: str, *hints: str) -> None:
        super().__init__(message)
        self.hints = hints


@contextmanager
def explained() -> Iterator[None]:
    """Turns what is expected to go wrong into a message and an exit code. A bug stays a traceback."""
    try:
        yield
    except Failure as failure:
        _exit(str(failure), failure.hints)
    except SettingsError as error:
        _exit("The settings cannot be used:", error.mistakes)
    except (EmbeddedMongoError, InvalidStoreUri, IndexFailure) as error:
        _exit(str(error))
    except ConnectorError as error:
        _exit(str(error), ["`tributary check` tries the store and every service"])
    except KeyboardInterrupt:
        _say(Text("Interrupted", style="yellow"))
        raise typer.Exit(INTERRUPTED) from None


def _exit(message: str, lines: Sequence[str] = ()) -> None:
    _say(Text.assemble(("✗ ", "bold red"), message))
    for line in lines:
        _say(Text(f"  {line}"))
    raise typer.Exit(FAILED) from None


def _say(text: Text) -> None:
    Console(stderr=True, soft_wrap=True).print(text)

"""Logging: one line an event, pretty for people and JSON for machines, with the request's id and without secrets."""

import logging
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from gateway.http.request_id import current_request_id

# They tell every call at INFO or DEBUG, with addresses and data in it; what matters of it is in our own events.
TALKATIVE = ("httpx", "httpcore", "pymongo", "asyncio", "watchfiles")
HIDDEN = "[hidden]"


def configure(*, pretty: bool, level: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Sends our events, and those of the libraries, to `stream` (stdout). `level` is a name as in `logging`, any case.

    None of `secrets` is written, wherever in an event it stands.
    """
    out = stream or sys.stdout
    least = logging.getLevelNamesMapping()[level.upper()]
    steps = [*_steps(secrets), *([_headline] if pretty else [])]
    final = _console(out) if pretty else structlog.processors.JSONRenderer(serializer=_json)
    structlog.configure(
        processors=[*steps, final],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(out),  # one write a line: workers share the stream
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, final]
        )
    )
    logging.basicConfig(handlers=[handler], level=least, force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    # The start and the end are events of ours; from the server only trouble is news.
    logging.getLogger("uvicorn").setLevel(max(least, logging.WARNING))


class Redaction:
    """A processor that hides secrets in every text of an event, however deep it lies."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: a password is part of the URI that holds it.
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """The event without secrets."""
        return {key: self._clean(value) for key, value in event.items()} if self._secrets else event

    def _clean(self, value: Any) -> Any:  # noqa: ANN401 - an event holds anything
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self._text(str(key)): self._clean(item) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._clean(item) for item in value]
        return self._text(value if isinstance(value, str) else repr(value))

    def _text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def _steps(secrets: Iterable[str]) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        _add_request_id,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,  # before the redaction: a traceback quotes values
        Redaction(secrets),
    ]


def _add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if request_id := current_request_id():
        event.setdefault("request_id", request_id)
    return event


def _headline(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """For people: the time of day will do, and a request says what it is at the start of its line."""
    event["timestamp"] = event["timestamp"][11:19]
    if event["event"] == "request":
        event["event"] = "{method} {path} {status}".format(
            **{key: event.pop(key) for key in ("method", "path", "status")}
        )
    return event


def _console(out: TextIO) -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors=out.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0, sort_keys=False
    )


def _json(event: EventDict, **_: object) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()

"""What can go wrong with a service, and with the store's own records.

ConnectorError                 one service is to blame; the only kind that is ever turned into data
├── NotConfigured              no credentials, and no imitation stands in
├── Unavailable                refused, reset, or answered 5xx
├── TimedOut                   no whole answer in time
├── Overloaded                 too many calls wait for it already; this one was not sent
├── RateLimited(retry_after)   429, or the vendor's own way to say it
├── Unauthorized               401 or 403: our credentials are not accepted
├── Rejected(status, message)  any other 4xx: the vendor understood and refused
└── Malformed(path)            an answer that does not fit what the vendor documents

StoreError                     the caller asked for something that our own records refuse
├── NotFound                   no such record
├── Conflict                   the record has moved on since the caller read it
└── Refused(field, message)    an input that breaks a rule, with the input field's name
"""

from connectors.domain.service import Service


class ConnectorError(Exception):
    """A failure of one service. `str(error)` is fit for a caller: no secret, no address, no vendor's stack trace."""

    def __init__(self, service: Service, message: str) -> None:
        super().__init__(message)
        self.service = service


class NotConfigured(ConnectorError):
    """The service has no credentials here, and no imitation stands in for it."""

    def __init__(self, service: Service) -> None:
        super().__init__(service, f"{service.name} is not configured")


class Unavailable(ConnectorError):
    """The service refused the connection, dropped it, or answered 5xx."""


class TimedOut(ConnectorError):
    """The service did not answer in full in the time it was given."""


class Overloaded(ConnectorError):
    """So many calls wait for the service already that this one was not sent."""

    def __init__(self, service: Service) -> None:
        super().__init__(service, f"too many calls wait for {service.name}")


class RateLimited(ConnectorError):
    """The service asks to be left alone for `retry_after` seconds; None where it does not say how long."""

    def __init__(self, service: Service, retry_after: float | None = None) -> None:
        wait = "" if retry_after is None else f" for {retry_after:g} s"
        super().__init__(service, f"{service.name} asks to be left alone{wait}")
        self.retry_after = retry_after


class Unauthorized(ConnectorError):
    """The service does not accept our credentials (401) or what they may do (403)."""


class Rejected(ConnectorError):
    """The service understood the request and refused it: `status` is HTTP's, the message the vendor's."""

    def __init__(self, service: Service, status: int, message: str) -> None:
        super().__init__(service, message)
        self.status = status


class Malformed(ConnectorError):
    """The answer does not fit the vendor's documentation; `path` (JSONPath) says where."""

    def __init__(self, service: Service, path: str, message: str) -> None:
        super().__init__(service, f"{service.name} answered something else than it documents, at {path}: {message}")
        self.path = path


class StoreError(Exception):
    """A request that our own records refuse. `str(error)` is fit for a caller."""


class NotFound(StoreError):
    """There is no such record."""


class Conflict(StoreError):
    """The record's version is no longer the one that the caller read."""


class Refused(StoreError):
    """An input breaks a rule; `field` is the name of the input field, in the graph's spelling."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

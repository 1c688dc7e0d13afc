"""What goes into the execution of a GraphQL operation, and what comes out."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

Part = dict[str, Any]
"""Of a response that comes in several: JSON, as in https://specs.apollo.dev/incremental/v0.2/."""


@dataclass(frozen=True, slots=True)
class Operation:
    """As a request asks for it (GraphQL over HTTP, section 5). All that JSON can hold may stand in `variables`."""

    query: str
    name: str | None = None
    variables: Mapping[str, Any] | None = None
    extensions: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Freshness:
    """`max_age`: seconds for which it may be shown, from when its oldest part was fetched; `age`: how many are gone.

    `private`: by its caller alone.
    """

    max_age: int = 0
    age: int = 0
    private: bool = True


NEVER: Final = Freshness()
"""Not to be shown again."""


class Fresh(Protocol):
    """Anything that says as much as `Freshness`."""

    @property
    def max_age(self) -> int:
        """Seconds."""

    @property
    def age(self) -> int:
        """Seconds."""

    @property
    def private(self) -> bool:
        """For its caller alone."""


class Again(Protocol):
    """For how long an answer may be shown again, in seconds from when it was made."""

    @property
    def fresh(self) -> float:
        """Until it is time for a new one."""

    @property
    def shown(self) -> float:
        """Until it may not be shown any more, though a new one is being made."""

    @property
    def marked(self) -> bool:
        """Only as long as `Hooks.mark` says the same as before it was made."""

    def retold(self, seconds: float) -> Mapping[str, Any]:
        """Its `extensions`, as they are told when it is shown so many seconds later."""


class Answer(NamedTuple):
    """A response. `body` is JSON in UTF-8; `executed` is False where nothing ran, because the request was unfit."""

    body: bytes
    executed: bool = True
    freshness: Fresh = NEVER


class UnfitError(Exception):
    """A document or a choice of operation that cannot be executed; `errors` are GraphQL errors as they are sent."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("; ".join(str(error.get("message")) for error in errors))
        self.errors = list(errors)


class BrokenOffError(Exception):
    """A subscription that ended before its time; `errors` are GraphQL errors as they are sent."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("; ".join(str(error.get("message")) for error in errors))
        self.errors = list(errors)


class Prepared(Protocol):
    """One operation of a document that was parsed, validated and found within the limits."""

    @property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""

    @property
    def name(self) -> str | None:
        """The operation's own, for logs."""

    @property
    def incremental(self) -> bool:
        """Whether it may be answered in parts: something in it asks for `@defer` or `@stream`."""


class Engine(Protocol):
    """Executes operations over one schema."""

    def prepare(self, query: str, name: str | None) -> Prepared:
        """Parsed, validated, measured and planned, once for a document. Raises UnfitError."""

    async def execute(
        self,
        prepared: Any,  # noqa: ANN401 - as the engine prepared it
        variables: Mapping[str, Any] | None,
        context: object,
    ) -> Answer:
        """Runs it, in one part. Variables that do not fit are an answer with `executed=False`.

        Nothing is raised for a field.
        """

    def deliver(
        self,
        prepared: Any,  # noqa: ANN401 - as above
        variables: Mapping[str, Any] | None,
        context: object,
    ) -> AbstractAsyncContextManager[Answer | AsyncIterator[Part]]:
        """Runs it: an answer as from `execute`, or its parts as they are ready. Leaving cancels what is under way."""

    def subscribe(
        self,
        prepared: Any,  # noqa: ANN401 - as above
        variables: Mapping[str, Any] | None,
        context: object,
    ) -> AbstractAsyncContextManager[Answer | AsyncIterator[Answer]]:
        """Runs a subscription: the answer to each event, or one that says why there are none. Leaving ends it.

        The iterator raises BrokenOffError where the stream of events fails.
        """

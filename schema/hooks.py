"""What the graph adds to the execution of its operations: a deadline, codes for errors, and where the data came from.

Any executor can use it: it is told when an operation begins, and asked when it is over.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from graphql import GraphQLError

from connectors.transport.deadline import within
from connectors.transport.freshness import Freshness
from connectors.transport.stats import Ledger, operation
from schema.context import Context
from schema.errors import coded


class GraphHooks:
    """Of every operation over the graph. Holds nothing: everything is in the operation's context."""

    @contextmanager
    def around(self, context: Context) -> Iterator[None]:
        """Enters every call made meanwhile in the operation's ledger, and sets the deadline of every wait."""
        with operation(context.ledger), within(context.seconds):
            try:
                yield
            finally:
                context.loaders.cancel()

    def errors(self, errors: Sequence[GraphQLError], context: Context) -> list[GraphQLError]:
        """Each with its code, and after them what resolvers reported beside their data."""
        return [coded(error, context.request_id) for error in (*errors, *context.failures)]

    def extensions(self, context: Context) -> dict[str, Any]:
        """`sources`: for each service that was asked, where its answers came from and what they cost.

        Milliseconds are wall-clock time: calls side by side count once.
        """
        return {
            "sources": [
                {
                    "service": service.name,
                    "calls": meter.calls,
                    "cached": meter.cached,
                    "coalesced": meter.coalesced,
                    "stale": meter.stale,
                    "ageSeconds": round(meter.age),
                    "retries": meter.retries,
                    "errors": meter.errors,
                    "ms": round(meter.ms, 1),
                }
                for service, meter in context.ledger.meters.items()
            ]
        }

    def retold(self, extensions: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Of an answer that is shown again: nobody was asked for it, and all of it is so much older."""
        return {"sources": [_again(source, seconds) for source in extensions["sources"]]}

    def freshness(self, context: Context) -> Freshness:
        """For how long the answer may be shown again: as long as every part of it may."""
        return context.ledger.freshness()

    def renewed(self, context: Context) -> Context:
        """For the next event of a subscription: with loaders, a ledger and a deadline of its own."""
        return replace(context, ledger=Ledger(), failures=[])

    def scope(self, context: Context) -> Hashable:
        """Callers who may see the same, and wait as long."""
        return context.principal, context.seconds


def _again(source: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    had = source["calls"] + source["cached"] + source["coalesced"]
    nothing = {"calls": 0, "coalesced": 0, "retries": 0, "errors": 0, "ms": 0.0}
    return {**source, **nothing, "cached": had, "ageSeconds": round(source["ageSeconds"] + seconds)}

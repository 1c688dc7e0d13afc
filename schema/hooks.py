"""What the graph adds to the execution of its operations: a deadline, codes for errors, and where the data came from.

Any executor can use it: it is told when an operation begins, and asked when it is over.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from math import inf
from typing import Any

from graphql import GraphQLError

from connectors.transport.again import Again
from connectors.transport.deadline import within
from connectors.transport.freshness import Freshness
from connectors.transport.live import unhurried
from connectors.transport.stats import Ledger, operation
from schema.context import Context
from schema.errors import coded


class GraphHooks:
    """Of every operation over the graph. Holds nothing: everything is in the operation's context."""

    @contextmanager
    def around(self, context: Context) -> Iterator[None]:
        """Enters every call made meanwhile in the operation's ledger, and sets the deadline of every wait."""
        patience = unhurried() if context.unhurried else nullcontext()
        with operation(context.ledger), within(context.seconds), patience:
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

    def again(self, extensions: Mapping[str, Any], context: Context) -> "Shown | None":
        """For how long this process would make the same answer, for the same callers."""
        found = context.ledger.again()
        return None if found is None else Shown(extensions["sources"], found)

    async def mark(self, context: Context) -> Hashable | None:
        """The version of our own records."""
        return await context.sources.customers.version()

    def anew(self, context: Context) -> Context:
        """The same caller, before anything is read, and in no hurry: what is stale is not shown, but renewed."""
        return replace(context, ledger=Ledger(), failures=[], unhurried=True)

    def freshness(self, context: Context) -> Freshness:
        """For how long the answer may be shown again: as long as every part of it may."""
        return context.ledger.freshness()

    def renewed(self, context: Context) -> Context:
        """For the next event of a subscription: with loaders, a ledger and a deadline of its own."""
        return replace(context, ledger=Ledger(), failures=[])

    def scope(self, context: Context) -> Hashable:
        """Callers who may see the same, and wait as long; none of them from before the latest change."""
        return context.principal, context.seconds, context.sources.changes


class Shown:
    """An answer that is shown again."""

    def __init__(self, sources: Sequence[Mapping[str, Any]], again: Again) -> None:
        """`sources` are those of its `extensions`."""
        self.fresh = min(again.fresh.values(), default=inf)
        self.shown = again.shown
        self.marked = again.records
        self._sources = sources
        self._fresh = {service.name: seconds for service, seconds in again.fresh.items()}

    def retold(self, seconds: float) -> dict[str, Any]:
        """Nobody was asked for it, all of it is so much older, and some of it may have become stale."""
        return {"sources": [self._again(source, seconds) for source in self._sources]}

    def _again(self, source: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        had = source["calls"] + source["cached"] + source["coalesced"]
        nothing = {"calls": 0, "coalesced": 0, "retries": 0, "errors": 0, "ms": 0.0}
        stale = source["stale"] or seconds >= self._fresh.get(source["service"], inf)
        age = round(source["ageSeconds"] + seconds)
        return {**source, **nothing, "cached": had, "stale": stale, "ageSeconds": age}

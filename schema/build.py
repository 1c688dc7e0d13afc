"""The Strawberry schema, its extensions, and what one operation is given."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import strawberry
from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)
from strawberry.extensions import DisableIntrospection, SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from connectors.sources import Sources
from connectors.transport.deadline import within
from connectors.transport.stats import operation
from schema.code import Issue, PullRequest, Repository
from schema.context import DEADLINE, Context
from schema.customers import Customer
from schema.errors import CodedErrors
from schema.mutations import Mutation
from schema.payments import Invoice, Payment, RecurringPlan
from schema.root import Query
from schema.scalars import SCALARS
from schema.social import Post
from schema.tickets import Ticket

_NODES = (Customer, Invoice, Issue, Payment, Post, PullRequest, RecurringPlan, Repository, Ticket)


class Provenance(SchemaExtension):
    """`extensions.sources`: for each service that was asked, where its answers came from and what they cost."""

    def on_operation(self) -> Iterator[None]:
        """Enters every call made meanwhile in the operation's ledger, and sets the deadline of every wait."""
        context = self.execution_context.context
        with operation(context.ledger), within(context.seconds):
            try:
                yield
            finally:
                context.loaders.cancel()

    def get_results(self) -> dict[str, Any]:
        """Milliseconds are wall-clock time: calls side by side count once."""
        meters = self.execution_context.context.ledger.meters
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
                for service, meter in meters.items()
            ]
        }


class Graph(strawberry.Schema):
    """The schema; errors are logged where they are masked, and nowhere else."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """An expected failure is data, not an event to log with a traceback."""


def _leave_out_nulls(schema: GraphQLSchema) -> None:
    """Takes away defaults of null, which say nothing; Strawberry gives one to whatever Python has a None for.

    A resolver is called without what was left out, so that it still gets Python's None.
    """
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            given = [argument for field in kind.fields.values() for argument in field.args.values()]
        else:
            given = list(kind.fields.values()) if isinstance(kind, GraphQLInputObjectType) else []
        for one in given:
            if one.default_value is None:
                one.default_value = Undefined


def build_schema(*, introspection: bool = True) -> Graph:
    """The public graph. Without `introspection` errors do not suggest names either."""
    graph = Graph(
        query=Query,
        mutation=Mutation,
        types=_NODES,
        extensions=[CodedErrors, Provenance, *([] if introspection else [DisableIntrospection])],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=not introspection),
    )
    _leave_out_nulls(graph._schema)  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    return graph


def new_context(sources: Sources, request_id: str | None = None, seconds: float | None = None) -> Context:
    """What the resolvers of one operation may touch; unexpected errors are logged under `request_id`.

    `seconds`: how long it may take, 15 at most.
    """
    allowed = DEADLINE if seconds is None else min(seconds, DEADLINE)
    return Context(sources, Customer.of, request_id=request_id or uuid4().hex, seconds=allowed)

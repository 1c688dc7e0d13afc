"""The Strawberry schema, and what one operation is given."""

from uuid import uuid4

import strawberry
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
)
from strawberry.schema.config import StrawberryConfig

from connectors.sources import Sources
from schema.chat import Message
from schema.code import Issue, PullRequest, Repository
from schema.context import DEADLINE, LIVE, Context
from schema.crm import Company, Contact, Deal
from schema.customers import Customer
from schema.incidents import Incident
from schema.mutations import Mutation
from schema.payments import Invoice, Payment, RecurringPlan
from schema.principal import ANONYMOUS, Principal
from schema.root import Query
from schema.scalars import SCALARS
from schema.social import Post
from schema.subscriptions import Subscription
from schema.tickets import Ticket

_NODES = (
    Company,
    Contact,
    Customer,
    Deal,
    Incident,
    Invoice,
    Issue,
    Message,
    Payment,
    Post,
    PullRequest,
    RecurringPlan,
    Repository,
    Ticket,
)


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


def build_schema() -> strawberry.Schema:
    """The public graph. Who executes it adds `schema.hooks`."""
    config = StrawberryConfig(scalar_map=SCALARS)
    graph = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription, types=_NODES, config=config)
    inner = graph._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    _leave_out_nulls(inner)
    inner.directives = (*inner.directives, LIVE)
    return graph


def new_context(
    sources: Sources, request_id: str | None = None, seconds: float | None = None, principal: Principal = ANONYMOUS
) -> Context:
    """What the resolvers of one operation of `principal` may touch; bugs are logged under `request_id`.

    `seconds`: how long it may take, 15 at most.
    """
    allowed = DEADLINE if seconds is None else min(seconds, DEADLINE)
    id = request_id or uuid4().hex
    return Context(sources, Customer.of, principal=principal, request_id=id, seconds=allowed)

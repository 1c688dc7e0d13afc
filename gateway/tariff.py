"""The public graph's tariff: the figures of `schema`, as the gateway's estimate takes them."""

from graphql import GraphQLSchema

from gateway.execution.tariff import Tariff
from schema.costs import SIZES, weights
from schema.relay import MOST
from schema.upstream import upstream


def public_tariff(schema: GraphQLSchema) -> Tariff:
    """What the fields of the public graph are reckoned to cost."""
    return Tariff(weights=weights(schema.type_map), sizes=SIZES, calls=upstream(), most=MOST)

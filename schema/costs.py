"""What the objects of the graph weigh, and how long its plain lists are.

The terms are those of https://ibm.github.io/graphql-specs/cost-spec.html.

An object weighs 1 unless it is named here: a connection and its edges are wrappers around what they hold, and a value
such as an amount of money comes with what it is a part of. Neither is read, batched or looked up by itself.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from connectors.domain.service import Service

VALUES: Final = ("Location", "Money", "PageInfo", "Quota")
_WRAPPERS: Final = ("Connection", "Edge")  # as https://relay.dev/graphql/connections.htm has them named

# By schema coordinate: how many items there commonly are, where no argument says so.
SIZES: Final[Mapping[str, int]] = {
    "Customer.links": 10,  # one for each service
    "Customer.plans": 5,
    "Customer.profiles": 2,  # one for each social network
    "Query.balance": 5,  # one for each currency
    "Query.exchangeRates": 100,  # days times quotes
    "Query.services": len(Service),
    "Weather.daily": 7,
}


def weights(types: Iterable[str]) -> dict[str, int]:
    """Those that are not 1, of the types that a schema has."""
    return {name: 0 for name in types if name in VALUES or name.endswith(_WRAPPERS)}

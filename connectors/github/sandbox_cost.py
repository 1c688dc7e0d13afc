"""What a query costs: https://docs.github.com/en/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

MOST_NODES = 500_000
WINDOW = timedelta(hours=1)
POINTS = 5000  # an hour

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Weight:
    """Requests it takes to fulfil every list, and how many nodes that makes at most."""

    requests: int = 0
    nodes: int = 0

    @property
    def points(self) -> int:
        """A hundredth of the requests, rounded; never less than one."""
        return max(1, round(self.requests / 100))


def weigh(document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, object]) -> Weight:
    """Of a document that is valid, so that its fragments make no circle."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    weight = Weight()
    _add(weight, operation.selection_set, 1, fragments, variables)
    return weight


def _add(
    weight: Weight,
    selections: SelectionSetNode | None,
    times: int,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, object],
) -> None:
    for node in selections.selections if selections else ():
        if isinstance(node, FieldNode):
            count = _bound(node, variables)
            weight.requests += times if count else 0
            weight.nodes += times * (count or 0)
            _add(weight, node.selection_set, times * (count or 1), fragments, variables)
        elif isinstance(node, FragmentSpreadNode):
            _add(weight, fragments[node.name.value].selection_set, times, fragments, variables)
        elif isinstance(node, InlineFragmentNode):
            _add(weight, node.selection_set, times, fragments, variables)


def _bound(node: FieldNode, variables: Mapping[str, object]) -> int | None:
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            value = argument.value
            count = variables.get(value.name.value) if isinstance(value, VariableNode) else None
            count = int(value.value) if isinstance(value, IntValueNode) else count
            if isinstance(count, int):
                return count
    return None


class Budget:
    """The points of one token. A window that is used up is followed by the next at once.

    GitHub would refuse until the hour is over. The imitation fails only when it is told to.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._used = 0
        self._resets_at = clock() + WINDOW

    def charge(self, points: int) -> None:
        """Takes `points` from what is left."""
        if self._clock() >= self._resets_at or self._used + points > POINTS:
            self._used, self._resets_at = 0, self._clock() + WINDOW
        self._used += points

    def headers(self) -> dict[str, str]:
        """https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api."""
        return {
            "X-RateLimit-Limit": str(POINTS),
            "X-RateLimit-Remaining": str(POINTS - self._used),
            "X-RateLimit-Used": str(self._used),
            "X-RateLimit-Reset": str(int(self._resets_at.timestamp())),
            "X-RateLimit-Resource": "graphql",
        }

    def body(self, weight: Weight) -> dict[str, object]:
        """https://docs.github.com/en/graphql/reference/objects#ratelimit."""
        return {
            "limit": POINTS,
            "cost": weight.points,
            "nodeCount": weight.nodes,
            "remaining": POINTS - self._used,
            "used": self._used,
            "resetAt": self._resets_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

"""What of an operation goes beyond the limits, each with its place in the document."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError
from itertools import islice

from graphql import FragmentDefinitionNode, GraphQLError, Node, OperationDefinitionNode

from gateway.execution.limits import Limits
from gateway.execution.refusal import Error, shortened, too_complex
from gateway.execution.tally import Counted, Tallies

ERRORS = 10
PATH = 100  # characters of a path that is shown
# For each count: how JSON spells it, and what an operation does with it.
_COUNTS: Mapping[Counted, tuple[str, str]] = {
    "aliases": ("aliases", "has {} aliases"),
    "directives": ("directives", "has {} directives"),
    "root_fields": ("rootFields", "has {} fields at its root"),
    "fields": ("fields", "selects {} fields, with those of its fragments at every spread"),
}


def excesses(
    operations: Iterable[OperationDefinitionNode], fragments: Mapping[str, FragmentDefinitionNode], limits: Limits
) -> list[Error]:
    """One error for each limit that an operation exceeds, 10 at most.

    None for a document whose fragments spread themselves: it has no size, and validation says what is wrong with it.
    """
    try:
        tallies = Tallies(fragments)
    except CycleError:
        return []
    return list(islice((error for one in operations for error in _of(one, tallies, limits)), ERRORS))


def _of(operation: OperationDefinitionNode, tallies: Tallies, limits: Limits) -> Iterator[Error]:
    tally = tallies.operation(operation)
    if tally.depth > limits.depth:
        path, field = tallies.deepest(operation, limits.depth + 1)
        told = (
            f"{_named(operation)} is {tally.depth} levels deep at `{shortened(path, PATH)}`; {limits.depth} are allowed"
        )
        yield too_complex(told, "depth", limits.depth, tally.depth, _at(field or operation))
    for counted, (limit, words) in _COUNTS.items():
        found, allowed = getattr(tally, counted), getattr(limits, counted)
        if found > allowed:
            told = f"{_named(operation)} {words.format(_shown(found))}; {allowed:,} are allowed"
            yield too_complex(
                told, limit, allowed, found, _at(tallies.nth(operation, counted, allowed + 1) or operation)
            )


def _named(operation: OperationDefinitionNode) -> str:
    return f"Operation `{shortened(operation.name.value, PATH)}`" if operation.name else "This operation"


def _shown(count: int) -> str:
    """Spread after spread, a count may have more digits than anybody reads."""
    return f"{count:,}" if count < 10**15 else f"{count:.1e}"


def _at(node: Node) -> GraphQLError:
    return GraphQLError("", node)

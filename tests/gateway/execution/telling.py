"""What the specification says of errors, and what it leaves open (GraphQL, section 6.4.4).

Where several failures make the same place null, or places below it, which of them are told is left open, so long as one
says why the place is null. Everything else is not: the data, and each failure that stands alone.
"""

from collections.abc import Iterable, Sequence

from graphql import ExecutionResult

from tests.gateway.execution.graphs import Graph, Ref

Path = tuple[str | int, ...]
Told = tuple[Path, str]


def told(result: ExecutionResult) -> list[Told]:
    """Where, and what."""
    return sorted(((tuple(error.path or ()), error.message) for error in result.errors or ()), key=repr)


class Rules:
    """`all_errors`: whatever goes wrong where nothing climbs."""

    def __init__(self, graph: Graph, all_errors: Sequence[Told]) -> None:
        self._graph = graph
        self._all = all_errors
        nulled = {self.nulled(path) for path, _ in all_errors}
        self.nulls = {one for one in nulled if not any(one[:depth] in nulled for depth in range(len(one)))}

    def breaches(self, errors: Sequence[Told]) -> list[str]:
        """What is wrong with these."""
        reasons = {self.nulled(path) for path, _ in errors}
        breaches = [f"nothing says why {place} is null" for place in self.nulls - reasons]
        breaches += [f"{one} never happened" for one in errors if one not in self._all and not self._is_below(one[0])]
        return breaches + [f"{one} is told twice" for one in set(errors) if errors.count(one) > 1]

    def nulled(self, path: Path) -> Path:
        """The place that a failure at `path` makes null."""
        places = list(self._nullable(path))
        for depth in range(len(path), 0, -1):
            if places[depth - 1]:
                return path[:depth]
        return ()

    def _nullable(self, path: Path) -> Iterable[bool]:
        """For each step of the path, whether what is there may be null."""
        ref: Ref | None = None
        for step in path:
            if isinstance(step, str):
                ref = self._graph.fields[step.rpartition("__")[2]].type
            else:
                assert ref is not None
                ref = ref.item
            assert ref is not None
            yield ref.null

    def _is_below(self, path: Path) -> bool:
        """Whether a failure above it makes it a matter of time how much happens there."""
        return any(len(path) > len(above) and path[: len(above)] == above for above, _ in self._all)

"""What the owner of a schema adds to the execution of its operations. Strawberry's extensions do the same, for more."""

from collections.abc import Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from graphql import GraphQLError

from gateway.execution.operation import NEVER, Again, Fresh

_NOTHING = nullcontext()  # it may be entered again and again


class Hooks(Protocol):
    """What an engine asks of them. `context` is what the resolvers are given."""

    def around(self, context: Any) -> AbstractContextManager[object]:  # noqa: ANN401 - any schema's own context
        """Entered while an operation is executed."""

    def errors(self, errors: Sequence[GraphQLError], context: Any) -> Sequence[GraphQLError]:  # noqa: ANN401 - as above
        """Those that are told, of those that happened."""

    def extensions(self, context: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as above
        """The `extensions` of the response; none where it is empty."""

    def freshness(self, context: Any) -> Fresh:  # noqa: ANN401 - as above
        """For how long what was answered may be shown again."""

    def again(self, extensions: Mapping[str, Any], context: Any) -> Again | None:  # noqa: ANN401 - as above
        """For how long this process may show what was answered again; None where it may not."""

    async def mark(self, context: Any) -> Hashable | None:  # noqa: ANN401 - as above
        """The state of what may change without anybody saying so; None where it cannot be told."""

    def anew(self, context: Any) -> Any:  # noqa: ANN401 - as above
        """A context for the same operation of the same caller, once more, while nobody waits for it."""

    def renewed(self, context: Any) -> object:  # noqa: ANN401 - as above
        """A context for the next event of a subscription: as `context` was before anything was executed."""

    def scope(self, context: Any) -> Hashable | None:  # noqa: ANN401 - as above
        """Callers with the same scope are given the same answers. None where nobody else may be given this one."""


class NoHooks:
    """Adds nothing."""

    def around(self, context: Any) -> AbstractContextManager[object]:  # noqa: ANN401, ARG002 - any schema's own context
        """Entered while an operation is executed."""
        return _NOTHING

    def errors(self, errors: Sequence[GraphQLError], context: Any) -> Sequence[GraphQLError]:  # noqa: ANN401, ARG002 - as above
        """Those that are told, of those that happened."""
        return errors

    def extensions(self, context: Any) -> Mapping[str, Any]:  # noqa: ANN401, ARG002 - as above
        """The `extensions` of the response; none where it is empty."""
        return {}

    def freshness(self, context: Any) -> Fresh:  # noqa: ANN401, ARG002 - as above
        """For how long what was answered may be shown again."""
        return NEVER

    def again(self, extensions: Mapping[str, Any], context: Any) -> Again | None:  # noqa: ANN401, ARG002 - as above
        """For how long this process may show what was answered again; None where it may not."""
        return None

    async def mark(self, context: Any) -> Hashable | None:  # noqa: ANN401, ARG002 - as above
        """The state of what may change without anybody saying so; None where it cannot be told."""
        return None

    def anew(self, context: Any) -> Any:  # noqa: ANN401 - as above
        """A context for the same operation of the same caller, once more."""
        return context

    def renewed(self, context: Any) -> object:  # noqa: ANN401 - as above
        """The same."""
        return context

    def scope(self, context: Any) -> Hashable | None:  # noqa: ANN401, ARG002 - as above
        """Callers with the same scope are given the same answers. None where nobody else may be given this one."""
        return None

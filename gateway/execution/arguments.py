"""Arguments of a field, coerced (GraphQL, section 6.4.1), as far as possible before a request is there."""

from typing import Any

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    VariableNode,
    is_required_argument,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.execution.values import VariableValues, get_argument_values
from graphql.pyutils import Undefined

from gateway.execution.conditions import has_variable
from gateway.execution.kinds import Raised

_ABSENT = object()


class Arguments:
    """Those of one field of a plan. `deciding` are the variables that the plan is made for."""

    __slots__ = ("_definition", "_direct", "_fixed", "_hide_suggestions", "_node", "_within")

    def __init__(
        self, definition: GraphQLField, details: FieldDetails, deciding: VariableValues, *, hide_suggestions: bool
    ) -> None:
        self._definition = definition
        self._node = details.node
        self._within = details.fragment_variable_values
        self._hide_suggestions = hide_suggestions
        varies = self._within is not None or has_variable(self._node.arguments or ())
        self._direct = _direct(definition, self._node) if varies and self._within is None else None
        self._fixed = None if varies else self._worked_out(deciding)

    def of(self, variables: VariableValues) -> dict[str, Any] | Raised:
        """By name, coerced; or what is wrong with them. The same ones each time, where they are written out."""
        if self._fixed is not None:
            return self._fixed
        return self.fresh(variables)

    def fresh(self, variables: VariableValues) -> dict[str, Any] | Raised:
        """The same, coerced anew: lists and inputs that nobody else holds."""
        if self._direct is not None:
            coerced = variables.coerced
            found = {name: coerced.get(variable, _ABSENT) for name, variable in self._direct}
            if not any(value is None or value is _ABSENT for value in found.values()):
                return found
        return self._worked_out(variables)

    def _worked_out(self, variables: VariableValues) -> dict[str, Any] | Raised:
        if not self._definition.args and not self._node.arguments:
            return {}
        try:
            return get_argument_values(self._definition, self._node, variables, self._within, self._hide_suggestions)
        except GraphQLError as unfit:
            return Raised(unfit)


def _direct(definition: GraphQLField, node: FieldNode) -> list[tuple[str, str]] | None:
    """The variable behind each argument, where no argument is anything else: coerced once, it is coerced for good.

    None where an argument is written out, or has a default in the schema and is left out.
    """
    given: dict[str, ArgumentNode] = {one.name.value: one for one in node.arguments or ()}
    found = []
    for name, argument in definition.args.items():
        value = given[name].value if name in given else None
        if isinstance(value, VariableNode):
            found.append((argument.out_name or name, value.name.value))
        elif value is not None or is_required_argument(argument) or _has_default(argument):
            return None
    return found


def _has_default(argument: GraphQLArgument) -> bool:
    return argument.default is not None or argument.default_value is not Undefined

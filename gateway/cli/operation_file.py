"""A file with GraphQL operations, and the variables beside it: `NAME.graphql` and `NAME.variables.json`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from graphql import GraphQLSchema, OperationDefinitionNode
from graphql.execution.values import VariableValues, get_variable_values

from gateway.cli.failure import Failure
from gateway.execution.amount import Variables
from gateway.execution.documents import Document, Documents
from gateway.execution.explained import Explained, explained
from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError
from gateway.execution.refusal import BAD_USER_INPUT, Error, formatted
from gateway.tariff import public_tariff
from schema.build import build_schema


class Explainer:
    """Measures operations over the public graph. `limits` are those of the gateway unless told otherwise."""

    def __init__(self, limits: Limits) -> None:
        graph = build_schema()
        self.limits = limits
        self._schema: GraphQLSchema = graph._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
        self._documents = Documents(self._schema, limits, tariff=public_tariff(self._schema))

    def document(self, text: str) -> Document:
        """Raises UnfitError."""
        return self._documents.get(text)

    def explained(
        self, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> Explained:
        """Raises UnfitError where the variables do not fit."""
        return explained(document.measure(operation), self._coerced(operation, variables), self.limits)

    def _coerced(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Variables:
        """A file has the variables of all its operations; each takes what it declares."""
        declared = operation.variable_definitions or ()
        names = {one.variable.name.value for one in declared}
        given = {name: value for name, value in variables.items() if name in names}
        values = get_variable_values(self._schema, declared, given)
        if isinstance(values, VariableValues):
            return values.coerced
        raise UnfitError([formatted(error, BAD_USER_INPUT) for error in values])


def text(file: Path) -> str:
    """What a file holds. Raises Failure."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def variables_beside(file: Path) -> dict[str, Any]:
    """Those of `NAME.variables.json`; none where there is no such file. Raises Failure."""
    beside = file.with_suffix(".variables.json")
    return variables_of(text(beside), str(beside)) if beside.exists() else {}


def variables_of(json: str, origin: str) -> dict[str, Any]:
    """A JSON object. Raises Failure, which names `origin`."""
    try:
        return msgspec.json.decode(json, type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise Failure(f"{origin} should hold a JSON object of variables: {error}") from None


def told(errors: Sequence[Error]) -> list[str]:
    """A line for each error, with its place where it has one."""
    return [f"{_place(error)}{error['message']}" for error in errors]


def _place(error: Error) -> str:
    locations = error.get("locations")
    return f"{locations[0]['line']}:{locations[0]['column']} " if locations else ""

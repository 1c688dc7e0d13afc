"""Which object type a value is of: asked of the schema, but for classes whose answer is known beforehand."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import GraphQLAbstractType, GraphQLError, GraphQLObjectType, GraphQLResolveInfo, is_object_type
from graphql.pyutils import inspect
from strawberry.types import has_object_definition
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.cast import get_strawberry_type_cast

from gateway.execution.plan import Step
from gateway.execution.strawberry_fields import definition_of

if TYPE_CHECKING:
    from gateway.execution.run import Run


def type_name(
    run: "Run",
    abstract: GraphQLAbstractType,
    value: Any,  # noqa: ANN401 - any value
    info: Callable[[], GraphQLResolveInfo[Any]],
) -> Any:  # noqa: ANN401 - a name, None, an awaitable of one, or what a resolver gave in error
    """The name of the object type that `value` has where `abstract` is promised."""
    known = _own_name(run, abstract, value)
    if known is not None:
        return known
    return (abstract.resolve_type or run.type_resolver)(value, info(), abstract)


def object_type(step: Step, abstract: GraphQLAbstractType, name: object, value: object) -> GraphQLObjectType:
    """The type of that name. Raises GraphQLError where there is none, or it is not one of `abstract`'s."""
    schema = step.operation.schema
    place = f"for field '{step.parent_type}.{step.name}'"
    if name is None:
        raise GraphQLError(
            f"Abstract type '{abstract}' must resolve to an Object type at runtime {place}."
            f" Either the '{abstract}' type should provide a 'resolve_type' function"
            " or each possible type should provide an 'is_type_of' function.",
            step.nodes,
        )
    if not isinstance(name, str):
        raise GraphQLError(
            f"Abstract type '{abstract}' must resolve to an Object type at runtime {place}"
            f" with value {inspect(value)}, received '{inspect(name)}', which is not a valid Object type name.",
            step.nodes,
        )
    kind = schema.get_type(name)
    if kind is None:
        problem = f"Abstract type '{abstract}' was resolved to a type '{name}' that does not exist inside the schema."
        raise GraphQLError(problem, step.nodes)
    if not is_object_type(kind):
        raise GraphQLError(f"Abstract type '{abstract}' was resolved to a non-object type '{name}'.", step.nodes)
    if not schema.is_sub_type(abstract, kind):
        raise GraphQLError(f"Runtime Object type '{kind}' is not a possible type for '{abstract}'.", step.nodes)
    return kind


def not_of_type(step: Step, kind: GraphQLObjectType, value: object) -> GraphQLError:
    """What is told where a value is not what its field promised."""
    return GraphQLError(f"Expected value of type '{kind}' but got: {inspect(value)}.", step.nodes)


def is_known_class(kind: GraphQLObjectType, cls: type) -> bool:
    """Whether every instance of `cls` is of type `kind`: it is the very class that Strawberry made the type of."""
    made_of = definition_of(kind)
    return made_of is not None and made_of.is_type_of is None and made_of.origin is cls


def _own_name(run: "Run", abstract: GraphQLAbstractType, value: object) -> str | None:
    """By the class alone, where Strawberry's own resolver would tell no more."""
    if get_strawberry_type_cast(value) is not None:
        return None
    names, key = run.kinds.names, (abstract, type(value))
    if key not in names:
        names[key] = _class_name(run, abstract, type(value))
    return names[key]


def _class_name(run: "Run", abstract: GraphQLAbstractType, cls: type) -> str | None:
    if not has_object_definition(cls) or getattr(abstract.resolve_type, "__module__", "") not in _STRAWBERRY:
        return None
    made_of: StrawberryObjectDefinition = cls.__strawberry_definition__
    if made_of.origin is not cls or made_of.is_graphql_generic:
        return None
    name = run.converter.config.name_converter.from_type(made_of)
    known = run.converter.type_map.get(name)
    if known is None or known.definition is not made_of:
        return None
    fits = is_object_type(known.implementation) and run.schema.is_sub_type(abstract, known.implementation)
    return name if fits else None  # what is wrong is told in Strawberry's own words


_STRAWBERRY = frozenset({"strawberry.schema.schema_converter", "strawberry.types.union"})

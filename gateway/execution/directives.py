"""The directives that operations may use over any schema: `@defer` and `@stream`."""

from graphql import GraphQLDeferDirective, GraphQLSchema, GraphQLStreamDirective


def allowing(schema: GraphQLSchema) -> GraphQLSchema:
    """The same schema, with both. What it is made of is shared, and it is left as it is.

    graphql-core would not execute anything over a schema with them, but for operations in parts.
    """
    unknown = [one for one in (GraphQLDeferDirective, GraphQLStreamDirective) if not schema.get_directive(one.name)]
    if not unknown:
        return schema
    other = GraphQLSchema.__new__(GraphQLSchema)
    vars(other).update(vars(schema))  # what Strawberry keeps there too
    other.directives = (*schema.directives, *unknown)
    return other

"""`tributary schema`: the graph in GraphQL's schema language."""

import typer

from schema.build import build_schema


def run() -> None:
    """Prints the schema: https://spec.graphql.org/September2025/#sec-Type-System."""
    typer.echo(build_schema().as_str())

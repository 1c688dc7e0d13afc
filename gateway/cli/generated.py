"""`tributary generated`: the texts of a checkout that say what its code says, written anew."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import fill

import typer

from gateway.cli.failure import Failure, explained
from gateway.cli.new import checkout
from gateway.cli.operation_file import Explainer, text, told, variables_beside
from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError
from gateway.settings import settings_table
from schema.build import build_schema

SCHEMA = "schema/schema.graphql"
README = "README.md"
OPERATIONS = "docs/operations"
_TABLE = re.compile(r"(?<=<!-- settings -->\n).*(?=\n<!-- /settings -->)", re.DOTALL)
_HEAD = re.compile(r"\A(?P<said>(?:# (?!Upstream calls).*\n)*)(?:#.*\n)*")  # the comment above an operation
_ROW = re.compile(r"^(?P<said>\| \[(?P<name>[\w-]+)\].* \| )[\d,]+ \| [^|]+ \|$", re.MULTILINE)
_WIDTH = 54  # characters, as GraphiQL's editor shows them in a window of the common size
_GLUE = "\N{NO-BREAK SPACE}"


def run() -> None:
    """Writes what has changed in the checkout around the working directory, and prints its paths."""
    with explained():
        root = checkout.root(Path.cwd())
        for path, written in texts(root):
            if text(root / path) != written:
                (root / path).write_text(written, encoding="utf-8")
                typer.echo(path)


def texts(root: Path) -> Iterator[tuple[str, str]]:
    """The path of each, and what it should hold. Raises Failure where one has no place for it any more."""
    yield README, _with_settings(text(root / README))
    yield SCHEMA, build_schema().as_str() + "\n"
    explainer = Explainer(Limits())
    costs: dict[str, tuple[int, str]] = {}
    for file in sorted((root / OPERATIONS).glob("*.graphql")):
        cost, calls = costs[file.stem] = _costs(explainer, file)
        yield f"{OPERATIONS}/{file.name}", _HEAD.sub(rf"\g<said>{_figures(cost, calls)}", text(file), count=1)
    index = f"{OPERATIONS}/README.md"
    yield index, _ROW.sub(lambda row: _row(row, costs), text(root / index))


def _with_settings(readme: str) -> str:
    written, found = _TABLE.subn(lambda _: settings_table(), readme)
    if not found:
        raise Failure(f"{README} has no place for the table of settings any more")
    return written


def _costs(explainer: Explainer, file: Path) -> tuple[int, str]:
    """Of the one operation of a file, with the variables beside it: the cost, and the calls of each service."""
    try:
        document = explainer.document(text(file))
        found = explainer.explained(document, document.operation(None), variables_beside(file))
    except UnfitError as unfit:
        raise Failure(f"{file} cannot be executed:", *told(unfit.errors)) from None
    calls = found.measure.calls(found.variables)
    return found.measure.cost(found.variables), ", ".join(f"{service} {count}" for service, count in calls.items())


def _figures(cost: int, calls: str) -> str:
    """The end of the comment above an operation; a service and its figure stay on one line."""
    told = f"Upstream calls, at most: {calls}." if calls else "Upstream calls: none."
    glued = re.sub(r"(?<=[A-Z]) (?=\d)|(?<=Cost:) ", _GLUE, f"{told} Cost: {cost}.")
    return fill(glued, _WIDTH, initial_indent="# ", subsequent_indent="# ").replace(_GLUE, " ") + "\n"


def _row(row: re.Match[str], costs: Mapping[str, tuple[int, str]]) -> str:
    cost, calls = costs.get(row["name"], (0, ""))
    return f"{row['said']}{cost} | {calls or 'none'} |"

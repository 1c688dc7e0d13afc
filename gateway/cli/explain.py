"""`tributary explain`: what an operation will ask of whom, before it does."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import typer
from rich.box import ROUNDED
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from gateway.cli import terminal
from gateway.cli.failure import FAILED, Failure, explained
from gateway.cli.operation_file import Explainer, text, told, variables_beside, variables_of
from gateway.execution.explained import Explained, Step
from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError


def run(file: Path, variables: str | None, operation: str | None, *, json: bool) -> None:
    """Prints the plan; exit code 1 where the operation would be refused."""
    with explained():
        explainer = Explainer(Limits())
        given = variables_beside(file) if variables is None else _given(variables)
        try:
            document = explainer.document(text(file))
            found = explainer.explained(document, document.operation(operation), given)
        except UnfitError as unfit:
            if json:
                _print_json({"errors": unfit.errors})
                raise typer.Exit(FAILED) from None
            raise Failure(f"{file} cannot be executed:", *told(unfit.errors)) from None
        if json:
            _print_json(found.as_json())
        else:
            _print(found)
        if found.errors:
            raise typer.Exit(FAILED)


def _given(variables: str) -> dict[str, Any]:
    """`--variables`: JSON, or `@` and the name of a file with it."""
    if variables.startswith("@"):
        return variables_of(text(Path(variables[1:])), variables[1:])
    return variables_of(variables, "--variables")


def _print(found: Explained) -> None:
    terminal.show(_tree(found))
    terminal.show("")
    terminal.show(_table(found))
    for line in told(found.errors):
        terminal.show(Text.assemble(("✗ ", "bold red"), line))


def _tree(found: Explained) -> Tree:
    named = found.name != found.kind
    title = Text.assemble((f"{found.kind} ", "dim"), (found.name, "bold")) if named else Text(found.kind, "bold")
    tree = Tree(title, guide_style="dim")
    _grow(tree, found.steps())
    return tree


def _grow(tree: Tree, steps: Sequence[Step]) -> None:
    """Leaves that ask nothing of anybody share a line."""
    plain = [step.field for step in steps if not step.fields and not step.asks]
    if plain:
        tree.add(Text(" ".join(plain), style="dim"))
    for step in steps:
        if step.fields or step.asks:
            _grow(tree.add(_label(step)), step.fields)


def _label(step: Step) -> Text:
    label = Text(f"{step.field}: {step.of}" if step.of else step.field)
    if step.on:
        label.append(f" on {step.on}", "dim")
    if step.items is not None:
        label.append(f" [{step.items}]", "cyan")
    for ask in step.asks:
        label.append(f"  {ask.service} ", "bold yellow")
        label.append(ask.how + (", shared" if ask.shared else ""), "yellow")
    return label


def _table(found: Explained) -> Table:
    table = Table(box=ROUNDED, border_style="dim", title_justify="left")
    table.add_column("what", no_wrap=True)
    table.add_column("at most", justify="right", no_wrap=True)
    table.add_column("allowed", justify="right", no_wrap=True)
    table.add_column("how")
    limits, cost = found.limits, found.measure.cost(found.variables)
    table.add_row("cost", _number(cost, limits.cost), f"{limits.cost:,}", Text("objects in the answer"))
    for service, estimate in found.measure.estimates(found.variables).items():
        how = Text(estimate.told + (" exactly" if estimate.exact else ""))
        table.add_row(Text(service, "bold yellow"), _number(estimate.calls, limits.calls), f"{limits.calls:,}", how)
    return table


def _number(count: int, allowed: int) -> Text:
    return Text(f"{count:,}", style="bold red" if count > allowed else "bold")


def _print_json(told: Mapping[str, object]) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(told), indent=2))

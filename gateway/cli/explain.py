"""`tributary explain`: what an operation will ask of whom, before it does."""

from collections.abc import Iterable, Mapping
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
from gateway.cli.operation_file import Explained, Explainer, text, told, variables_beside, variables_of
from gateway.execution.amount import value
from gateway.execution.calls import Read
from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError
from gateway.execution.selected import Selected


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
            _print_json(_as_json(found, explainer.limits))
        else:
            _print(found, explainer.limits)
        if found.errors:
            raise typer.Exit(FAILED)


def _given(variables: str) -> dict[str, Any]:
    """`--variables`: JSON, or `@` and the name of a file with it."""
    if variables.startswith("@"):
        return variables_of(text(Path(variables[1:])), variables[1:])
    return variables_of(variables, "--variables")


def _print(found: Explained, limits: Limits) -> None:
    terminal.show(_tree(found))
    terminal.show("")
    terminal.show(_table(found, limits))
    for line in told(found.errors):
        terminal.show(Text.assemble(("✗ ", "bold red"), line))


def _tree(found: Explained) -> Tree:
    kind = found.operation.operation.value
    title = Text(kind, "bold") if found.name == kind else Text.assemble((f"{kind} ", "dim"), (found.name, "bold"))
    tree = Tree(title, guide_style="dim")
    reads: dict[int, list[Read]] = {}
    for read in found.measure.asked(found.variables):
        reads.setdefault(id(read.field), []).append(read)
    _grow(tree, found.measure.roots, reads, found)
    return tree


def _grow(tree: Tree, fields: Iterable[Selected], reads: Mapping[int, list[Read]], found: Explained) -> None:
    """Leaves that ask nothing of anybody share a line."""
    wanted = [one for one in fields if one.wanted(found.variables)]
    plain = [one for one in wanted if not one.inner and id(one) not in reads]
    if plain:
        tree.add(Text(" ".join(one.key for one in plain), style="dim"))
    for one in wanted:
        if one not in plain:
            _grow(tree.add(_label(one, reads.get(id(one), []), found)), one.inner, reads, found)


def _label(one: Selected, reads: Iterable[Read], found: Explained) -> Text:
    label = Text(one.key if one.key == one.name else f"{one.key}: {one.name}")
    if one.only:
        label.append(f" on {one.only.name}", "dim")
    if (size := value(one.size, found.variables)) != 1 or callable(one.size):
        label.append(f" [{size}]", "cyan")
    for read in reads:
        label.append(f"  {read.service} ", "bold yellow")
        label.append(read.told(found.variables) + (", shared" if _is_shared(read, found) else ""), "yellow")
    return label


def _is_shared(read: Read, found: Explained) -> bool:
    """Whether a field beside it asks the same, so that both take one read."""
    beside = (other for other in found.measure.reads if other is not read and other.path[:-1] == read.path[:-1])
    return any(read.shares_with(other, found.variables) for other in beside)


def _table(found: Explained, limits: Limits) -> Table:
    table = Table(box=ROUNDED, border_style="dim", title_justify="left")
    table.add_column("what", no_wrap=True)
    table.add_column("at most", justify="right", no_wrap=True)
    table.add_column("allowed", justify="right", no_wrap=True)
    table.add_column("how")
    cost = found.measure.cost(found.variables)
    table.add_row("cost", _number(cost, limits.cost), f"{limits.cost:,}", Text("objects in the answer"))
    for service, estimate in found.measure.estimates(found.variables).items():
        how = Text(estimate.told + (" exactly" if estimate.exact else ""))
        table.add_row(Text(service, "bold yellow"), _number(estimate.calls, limits.calls), f"{limits.calls:,}", how)
    return table


def _number(count: int, allowed: int) -> Text:
    return Text(f"{count:,}", style="bold red" if count > allowed else "bold")


def _as_json(found: Explained, limits: Limits) -> dict[str, Any]:
    measure, variables = found.measure, found.variables
    estimates = measure.estimates(variables).items()
    return {
        "operation": found.operation.name.value if found.operation.name else None,
        "kind": found.operation.operation.value,
        "cost": {"found": measure.cost(variables), "allowed": limits.cost},
        "calls": {
            service: {"found": one.calls, "allowed": limits.calls, "exact": one.exact, "how": one.told}
            for service, one in estimates
        },
        "reads": [
            {"path": ".".join(read.path), "service": read.service, "how": read.told(variables)}
            for read in measure.asked(variables)
        ],
        "errors": found.errors,
    }


def _print_json(told: Mapping[str, object]) -> None:
    typer.echo(msgspec.json.format(msgspec.json.encode(told), indent=2))

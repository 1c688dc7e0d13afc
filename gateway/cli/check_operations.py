"""`tributary check --operations`: what every operation of a folder can cost, held against a budget."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import typer
from rich.box import ROUNDED
from rich.table import Table
from rich.text import Text

from gateway.cli import terminal
from gateway.cli.failure import FAILED, Failure, explained
from gateway.cli.operation_file import Explainer, text, told, variables_beside
from gateway.execution.explained import Explained
from gateway.execution.limits import Limits
from gateway.execution.operation import UnfitError


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One operation of a file, or a file that is no document. `problems` are lines; it is well where there are none."""

    file: str
    operation: str = ""
    cost: int | None = None
    calls: dict[str, int] = field(default_factory=dict)
    problems: Sequence[str] = ()


def run(folder: Path, max_calls: int | None, max_cost: int | None, *, json: bool) -> None:
    """Prints a line for each operation; exit code 1 where one is over the budget or cannot be executed."""
    with explained():
        usual = Limits()
        limits = Limits(
            calls=usual.calls if max_calls is None else max_calls, cost=usual.cost if max_cost is None else max_cost
        )
        checked = list(_checked(folder, Explainer(limits)))
        well = not any(one.problems for one in checked)
        if json:
            report: dict[str, Any] = {"ok": well, "operations": checked}
            typer.echo(msgspec.json.format(msgspec.json.encode(report), indent=2))
        else:
            _print(checked)
        if not well:
            raise typer.Exit(FAILED)


def _checked(folder: Path, explainer: Explainer) -> Iterator[Checked]:
    files = sorted(folder.rglob("*.graphql"))
    if not files:
        raise Failure(f"{folder} has no file whose name ends with .graphql")
    for file in files:
        yield from _of_file(file, str(file.relative_to(folder)), explainer)


def _of_file(file: Path, name: str, explainer: Explainer) -> Iterator[Checked]:
    try:
        given = variables_beside(file)
        document = explainer.document(text(file))
    except UnfitError as unfit:
        yield Checked(file=name, problems=told(unfit.errors))
        return
    except Failure as failure:
        yield Checked(file=name, problems=[str(failure)])
        return
    for operation in document.operations.values():
        try:
            yield _of(name, explainer.explained(document, operation, given))
        except UnfitError as unfit:
            which = operation.name.value if operation.name else ""
            yield Checked(file=name, operation=which, problems=told(unfit.errors))


def _of(file: str, found: Explained) -> Checked:
    return Checked(
        file=file,
        operation=found.name,
        cost=found.measure.cost(found.variables),
        calls=found.measure.calls(found.variables),
        problems=told(found.errors),
    )


def _print(checked: Sequence[Checked]) -> None:
    table = Table(box=ROUNDED, border_style="dim")
    table.add_column("operation")
    table.add_column("cost", justify="right", no_wrap=True)
    table.add_column("upstream calls, at most")
    table.add_column("fits", no_wrap=True)
    for one in checked:
        calls = " ".join(f"{service}:{count:,}" for service, count in one.calls.items())
        fits = Text("no", style="bold red") if one.problems else Text("yes", style="green")
        table.add_row(_title(one), "" if one.cost is None else f"{one.cost:,}", Text(calls), fits)
    terminal.show(table)
    for one in checked:
        for problem in one.problems:
            terminal.show(Text.assemble(("✗ ", "bold red"), (f"{one.file} ", "bold"), problem))


def _title(one: Checked) -> Text:
    return Text.assemble(one.file, (f" {one.operation}", "dim"))

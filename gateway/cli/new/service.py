"""`tributary new service`: a folder, its tests, an imitation, and the line that makes it one of the services."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from gateway.cli import terminal
from gateway.cli.failure import explained
from gateway.cli.new import checkout, edits, names, nouns, templates
from gateway.cli.new.openapi import contract
from gateway.cli.new.openapi.document import Document, Operation
from gateway.cli.new.placing import place
from gateway.cli.new.stage import Stage, staged


@dataclass(frozen=True, slots=True)
class Made:
    """What is to be written: new folders and edited files, with how many lines each has or gains."""

    folders: Sequence[str]
    new: dict[str, int]
    edited: dict[str, int]
    notes: Sequence[str] = ()


def run(name: str, called: Sequence[str], openapi: Path | None, ids: Sequence[str], *, dry_run: bool) -> None:
    """Writes a service that has these nouns into the checkout around the working directory.

    With `openapi` and no `ids`, the operations that there are to choose from are listed, and nothing is written.
    """
    with explained():
        root = checkout.root(Path.cwd())
        given, chosen = names.checked(name, root), nouns.chosen(called)
        document = Document.read(openapi) if openapi else None
        if document and not ids:
            _print_operations(document)
            return
        operations = document.chosen(ids) if document else []
        with staged(root) as stage:
            made = _made(root, stage, given, chosen, document, operations)
            if not dry_run:
                place(stage.folder, root, made.folders, list(made.edited))
        _print(made, given, dry_run=dry_run)


def _made(
    root: Path,
    stage: Stage,
    given: names.Names,
    chosen: Sequence[nouns.Noun],
    document: Document | None,
    operations: Sequence[Operation],
) -> Made:
    new = templates.package(given, chosen) | templates.tests(given, chosen)
    stage.write(new | edits.edited(root, given))
    stage.format([path for path in new if path.endswith(".py")])
    notes: Sequence[str] = ()
    if document:
        more, notes = contract.add(stage, given, document, operations)
        new |= more
    changed = [edits.REGISTRY, *stage.generate()]
    folders = sorted({path.rpartition("/")[0] for path in new})
    return Made(
        folders,
        {path: len((stage.folder / path).read_text(encoding="utf-8").splitlines()) for path in sorted(new)},
        {path: _gained(root, stage, path) for path in sorted(changed)},
        notes,
    )


def _gained(root: Path, stage: Stage, path: str) -> int:
    before, after = ((folder / path).read_text(encoding="utf-8").splitlines() for folder in (root, stage.folder))
    changes = unified_diff(before, after, n=0, lineterm="")
    return sum(line.startswith("+") and not line.startswith("+++ ") for line in changes)


def _print(made: Made, given: names.Names, *, dry_run: bool) -> None:
    tree = Tree(Text("Would write" if dry_run else "Written", style="bold"))
    for folder in made.folders:
        branch = tree.add(Text(folder, style="bold green"))
        for path, lines in made.new.items():
            if path.rpartition("/")[0] == folder:
                branch.add(Text.assemble(path.rpartition("/")[2], (f"  {lines}", "dim")))
    edited = tree.add(Text("edited", style="bold yellow"))
    for path, lines in made.edited.items():
        edited.add(Text.assemble(path, (f"  +{lines}", "dim")))
    terminal.show(tree)
    for note in made.notes:
        terminal.show(Text(note))
    if not dry_run:
        for line in _next_steps(given):
            terminal.show(Text(line))


def _print_operations(document: Document) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold", style="dim")
    for one in document.operations():
        grid.add_row(one.id, one.route)
    terminal.show(grid)
    terminal.show(Text("Say which with --operation; nothing was written."))


def _next_steps(given: names.Names) -> Sequence[str]:
    folder = f"connectors/{given.name}"
    return (
        "",
        "It works as it stands, with an imitation of its own: make lint test. The vendor's own goes into",
        f"  {folder}/service.py  the address, the variables, the headers, what reads take",
        f"  {folder}/client.py   the paths, and how lists are asked for",
        f"  {folder}/wire.py     the fields of its bodies",
        f"  {folder}/sandbox.py  the same, as the vendor would answer it",
        "The customers of a store that is there already are not linked to it yet: remove .tributary/mongo,",
        "or start dev with another TRIBUTARY_DATA_DIR.",
    )

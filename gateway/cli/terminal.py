"""What the commands show: panels and tables, the same in every command."""

from collections.abc import Iterable, Mapping

from rich.box import ROUNDED
from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from connectors.connection import Access, Mode
from connectors.domain.service import Service

STYLES = {Mode.LIVE: "green", Mode.IMITATED: "yellow", Mode.OFF: "dim"}


def panel(title: str, rows: Iterable[tuple[str, RenderableType]], subtitle: str) -> Panel:
    """Names and what they are, in a frame."""
    grid = Table.grid(padding=(0, 3))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in rows:
        grid.add_row(name, value)
    return Panel(
        grid, title=title, title_align="left", subtitle=subtitle, subtitle_align="right", box=ROUNDED, padding=(1, 2)
    )


def services(access: Mapping[Service, Access]) -> list[tuple[str, Text]]:
    """A row for each way in which services are reached, with their names."""
    return [
        (mode.value.capitalize(), Text(", ".join(names), style=STYLES[mode]))
        for mode in Mode
        if (names := [service.value for service, one in access.items() if one.mode is mode])
    ]


def show(renderable: RenderableType) -> None:
    """Prints to stdout, in colours where that is a terminal, no wider than reads well."""
    console = Console(highlight=False)
    console.print(renderable, width=min(console.width, 100))

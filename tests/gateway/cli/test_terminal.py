"""What the commands show."""

from io import StringIO

import pytest
from rich.console import Console, RenderableType
from rich.text import Text

from connectors.connection import Mode
from connectors.domain.service import Service
from connectors.stripe.service import STRIPE
from gateway.cli import terminal
from tests.gateway.support import DESK, RATES, access


def shown(renderable: RenderableType, width: int = 60) -> str:
    console = Console(file=StringIO(), width=width)
    console.print(renderable)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_services_are_grouped_by_how_they_are_reached() -> None:
    how = {
        Service.STRIPE: access(STRIPE, Mode.IMITATED),
        Service.ZENDESK: access(DESK, Mode.LIVE),
        Service.FRANKFURTER: access(RATES, Mode.IMITATED),
    }
    rows = [(name, text.plain) for name, text in terminal.services(how)]
    assert rows == [("Live", "zendesk"), ("Imitated", "stripe, frankfurter")]


@pytest.mark.parametrize("mode", Mode)
def test_every_way_to_reach_a_service_has_a_colour_of_its_own(mode: Mode) -> None:
    assert len({terminal.STYLES[one] for one in Mode}) == len(Mode)
    (_, text), *_ = terminal.services({Service.STRIPE: access(STRIPE, mode)})
    assert text.style == terminal.STYLES[mode]


def test_a_panel_lines_names_up_with_what_they_are() -> None:
    told = shown(terminal.panel("Title", [("A", Text("one")), ("Longer", Text("two"))], "the end"))
    assert told.splitlines()[0].startswith("╭─ Title ─")
    assert told.splitlines()[-1].endswith("─ the end ─╯")
    first, second = (next(line for line in told.splitlines() if word in line) for word in ("one", "two"))
    assert first.index("one") == second.index("two")


def test_a_narrow_terminal_folds_what_is_long_and_loses_nothing() -> None:
    told = shown(terminal.panel("T", [("Name", Text("x" * 100))], "."), width=40)
    assert told.count("x") == 100
    assert max(map(len, told.splitlines())) == 40

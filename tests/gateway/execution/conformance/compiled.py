"""A plugin for pytest: graphql-core's own tests, executed by ours. It lies apart, since they too are called `tests`."""

import importlib

import pytest

from gateway.execution import slices
from gateway.execution.executor import CompiledExecutor

_executed = {True: 0, False: 0}  # operations, by whether they were compiled
_reached: set[str] = set()  # tests that compiled one
_running = ""


class Counted(CompiledExecutor):
    """Counts what it compiles, and what it leaves to graphql-core."""

    def _compiles(self) -> bool:
        compiles = super()._compiles()
        _executed[compiles] += 1
        if compiles:
            _reached.add(_running)
        return compiles


def pytest_configure() -> None:
    """A slow machine would let others run in between: a turn later than graphql-core, errors change places."""
    slices.LONGEST = 3600.0
    importlib.import_module("graphql.execution.execute").IncrementalExecutor = Counted  # type: ignore[attr-defined]  # a module


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    global _running  # noqa: PLW0603 - hooks share nothing else
    _running = item.nodeid


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(
        f"compiled: {_executed[True]} operations in {len(_reached)} tests; left to graphql-core: {_executed[False]}"
    )

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.load import Load
from benchmarks.posts_compare import WORKLOADS, Figure, arguments_of, table
from benchmarks.posts_servers import COMPARE, SERVERS

ROOT = Path(__file__).parents[2]


def figure(rate: int) -> Figure:
    return Figure(Load(requests=rate * 2, seconds=2, p50=1.25, p99=30), 250, 0.98)


def test_a_table_tells_how_many_times_as_fast_a_server_is() -> None:
    figures = {
        ("tributary", "executed"): figure(4000),
        ("stock", "executed"): figure(80),
        ("stock", "greet"): figure(9),
    }

    told = table("executed", figures).splitlines()

    assert told[2] == "| **Tributary** | 4,000 | 1.2 | 30.0 | 98% | 250 | 50.00x |  |  |"
    assert told[3].endswith("| 80 | 1.2 | 30.0 | 98% | 250 | 1.00x |  |  |")
    assert len({line.count("|") for line in told}) == 1
    assert len(told) == 4


def test_of_several_rounds_the_fastest_load_and_the_lowest_cpu_count() -> None:
    first, second = figure(4000), replace(figure(3000), cpu=200)

    assert first.better(None) is first
    assert second.better(first) == first.better(second) == replace(first, cpu=200)


def test_every_server_and_workload_is_measured_unless_some_are_named() -> None:
    everything, some = arguments_of([]), arguments_of(["--servers", "stock", "--workloads", "greet", "--rounds", "3"])

    assert (everything.servers, everything.workloads) == (list(SERVERS), list(WORKLOADS))
    assert (some.servers, some.workloads, some.rounds) == (["stock"], ["greet"], 3)


@pytest.mark.parametrize("workload", WORKLOADS)
def test_a_body_is_json_and_the_executed_one_has_a_variable_to_change(workload: str) -> None:
    bodies = [json.loads(WORKLOADS[workload].replace("%d", number)) for number in ("1", "2")]

    assert (bodies[0] != bodies[1]) is (workload == "executed")
    assert bodies[0]["query"] == bodies[1]["query"]


def test_a_server_is_told_its_port() -> None:
    command = SERVERS["tributary"].command(9100)

    assert command[command.index("--port") + 1] == "9100"
    assert command[-1] == "benchmarks.posts:app"


def test_npm_s_lock_of_the_other_servers_has_hashes_and_names_no_host() -> None:
    lock = json.loads((COMPARE / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}

    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []


def test_versions_of_the_other_servers_are_exact() -> None:
    wanted = json.loads((COMPARE / "package.json").read_text())["dependencies"]
    locked = json.loads((COMPARE / "package-lock.json").read_text())["packages"]

    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted

import asyncio

import pytest

from connectors.transport.live import is_live, live, wants_live
from tests.connectors.transport.vendor_wire import read


def test_reads_are_live_inside_and_no_longer_afterwards() -> None:
    assert not is_live()
    with live():
        with live():
            pass
        assert is_live()
    assert not is_live()


async def test_tasks_that_are_started_inside_are_live_and_those_beside_are_not() -> None:
    async def asked() -> bool:
        return wants_live(read())

    with live():
        inside = asyncio.create_task(asked())
    beside = asyncio.create_task(asked())
    assert [await inside, await beside] == [True, False]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("no-cache", True), ("max-age=0, No-Cache", True), ("no-store", False), ('x="no-cache"', False)],
)
def test_a_request_may_say_so_itself(said: str, wanted: bool) -> None:  # noqa: FBT001 - a column of the table above
    assert wants_live(read(headers={"Cache-Control": said})) is wanted

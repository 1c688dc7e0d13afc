import asyncio
from math import inf

import pytest

from connectors.domain.service import Service
from connectors.transport.deadline import remaining, within
from connectors.transport.identity import identity
from connectors.transport.live import is_live, live
from connectors.transport.renewals import Renewals
from connectors.transport.stats import Ledger, ServiceStats, operation
from tests.connectors.transport.timeless import turns
from tests.connectors.transport.vendor_wire import URL, read

KEY = identity(Service.GITHUB, read())
OTHER = identity(Service.GITHUB, read(URL + "/1"))


async def test_there_is_one_a_key_and_the_next_when_that_is_over() -> None:
    renewals, gate, started = Renewals(), asyncio.Event(), 0

    async def renew() -> None:
        nonlocal started
        started += 1
        await gate.wait()

    for key in (KEY, KEY, OTHER):
        renewals.start(key, renew)
    await turns()
    assert (started, len(renewals)) == (2, 2)
    gate.set()
    await turns()
    assert not len(renewals)
    renewals.start(KEY, renew)
    await turns()
    assert started == 3


async def test_it_belongs_to_no_operation() -> None:
    renewals, ledger, seen = Renewals(), Ledger(), list[object]()

    async def renew() -> None:
        seen.extend((remaining(), is_live()))
        ServiceStats(Service.GITHUB).retried()

    with operation(ledger), within(5), live():
        renewals.start(KEY, renew)
        await turns()
    assert seen == [inf, False]
    assert ledger.meters == {}


async def test_closing_gives_up_all_of_them_and_waits_for_their_end() -> None:
    renewals, ended = Renewals(), list[str]()

    async def renew() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("clean")

    renewals.start(KEY, renew)
    renewals.start(OTHER, renew)
    await turns()
    await renewals.aclose()
    assert ended == ["clean", "clean"]
    await turns()
    assert not len(renewals)


async def test_a_bug_in_one_is_reported() -> None:
    noise: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context["exception"]))
    renewals = Renewals()

    async def renew() -> None:
        raise ZeroDivisionError

    renewals.start(KEY, renew)
    await turns()
    assert not len(renewals)
    with pytest.raises(ZeroDivisionError):
        raise next(error for error in noise if isinstance(error, Exception))

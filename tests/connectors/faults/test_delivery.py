"""Every fault as an HTTP client meets it, over a real socket."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from connectors.faults.answers import BOMB, DRIP_PAUSE, ELSEWHERE, Answer, Ending
from connectors.faults.delivery import Sleep, deliver
from connectors.sandbox_server import SandboxServer
from connectors.stripe.service import STRIPE
from tests.connectors.faults.served import Served, Sleeps, served
from tests.connectors.support import crowd

KEY = {"Authorization": "Bearer sk_test_imitation"}
BALANCE = "/stripe/v1/balance"


@asynccontextmanager
async def sandbox(faults: str, sleep: Sleep = asyncio.sleep) -> AsyncIterator[Served]:
    async with served(SandboxServer([STRIPE], crowd(3), f"stripe:{faults}" if faults else "", sleep=sleep)) as running:
        running.http.headers.update(KEY)
        yield running


async def well() -> httpx.Response:
    async with sandbox("") as running:
        return await running.http.get(BALANCE)


@pytest.fixture(autouse=True)
def nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A fault on demand is no bug: the server does not complain."""
    yield
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("fault", ["reset", "reset-after"])
async def test_a_reset_is_a_reset(fault: str) -> None:
    async with sandbox(fault) as running:
        with pytest.raises(httpx.ReadError) as broken:
            await running.http.get(BALANCE)
    errors = list(_causes(broken.value))
    assert any(isinstance(error, ConnectionResetError) or "Reset" in repr(error) for error in errors), errors


async def test_a_client_who_is_gone_in_the_same_moment_is_not_reset() -> None:
    class Closed(asyncio.Transport):
        def is_closing(self) -> bool:
            return True

    messages = iter([{"type": "http.disconnect"}])

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return next(messages)

    async def send(_: object) -> None:
        raise AssertionError("nobody is there to hear it")

    scope = {"extensions": {"tributary.connection": {"transport": Closed()}}}
    await deliver(Answer(ending=Ending.RESET), scope, receive, send)


async def test_a_hang_lasts_until_the_client_gives_up_and_then_the_server_forgets_it() -> None:
    async with sandbox("hang") as running:
        with pytest.raises(httpx.ReadTimeout):
            await running.http.get(BALANCE, timeout=0.05)
        await running.idle()
        assert running.state.tasks == set()


async def test_a_drip_is_whole_in_the_end() -> None:
    sleeps, expected = Sleeps(), await well()
    async with sandbox("drip", sleeps) as running:
        answer = await running.http.get(BALANCE)
    assert answer.content == expected.content
    assert sleeps.pauses == [0.0, *[DRIP_PAUSE] * len(expected.content)]


async def test_a_drip_ends_with_its_client() -> None:
    sleeps = Sleeps(stuck_after=5)
    async with sandbox("drip", sleeps) as running:
        async with running.http.stream("GET", BALANCE) as answer:
            assert answer.status_code == 200
            await sleeps.stuck.wait()
            assert len(await anext(answer.aiter_raw())) <= 4
        await running.idle()


async def test_a_truncated_answer_breaks_off() -> None:
    async with sandbox("truncate") as running:
        with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
            await running.http.get(BALANCE)


async def test_garbage_is_not_http() -> None:
    async with sandbox("garbage") as running:
        with pytest.raises(httpx.RemoteProtocolError):
            await running.http.get(BALANCE)


async def test_a_status_comes_with_its_wait() -> None:
    async with sandbox("status=429,retry-after=7") as running:
        answer = await running.http.get(BALANCE)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


async def test_a_page_for_people_is_not_json() -> None:
    async with sandbox("html") as running:
        answer = await running.http.get(BALANCE)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


async def test_nothing_at_all_is_200_too() -> None:
    async with sandbox("empty") as running:
        answer = await running.http.get(BALANCE)
    assert (answer.status_code, answer.content) == (200, b"")


async def test_types_and_shapes_are_wrong_in_the_imitation_s_own_answer() -> None:
    expected = (await well()).json()
    async with sandbox("wrong-type") as running:
        mistyped = (await running.http.get(BALANCE)).json()
    async with sandbox("wrong-shape") as running:
        misshapen = (await running.http.get(BALANCE)).json()
    assert mistyped["available"][0]["amount"] == "unexpected"
    assert mistyped.keys() == expected.keys()
    assert misshapen == [expected]


async def test_a_bomb_goes_off_in_who_decodes_it() -> None:
    async with sandbox("bomb") as running, running.http.stream("GET", BALANCE) as answer:
        held = 0
        async for part in answer.aiter_bytes():
            held += len(part)
        assert answer.num_bytes_downloaded < BOMB // 900
    assert held == BOMB


async def test_an_endless_answer_ends_with_its_client() -> None:
    async with sandbox("endless") as running:
        read = 0
        async with running.http.stream("GET", BALANCE) as answer:
            async for part in answer.aiter_raw():
                read += len(part)
                if read > 2**22:
                    break
        await running.idle()
        assert (await running.http.get("/faults")).status_code == 200, "the server has time for others"


async def test_a_redirect_leads_elsewhere() -> None:
    async with sandbox("redirect") as running:
        answer = await running.http.get(BALANCE)
    assert (answer.status_code, answer.headers["location"]) == (307, ELSEWHERE)


async def test_a_late_answer_is_the_right_one() -> None:
    sleeps, expected = Sleeps(), await well()
    async with sandbox("latency=2s", sleeps) as running:
        answer = await running.http.get(BALANCE)
    assert answer.json() == expected.json()
    assert sleeps.pauses[0] == 2


@pytest.mark.parametrize("fault", ["hang", "drip", "latency=600s"])
async def test_a_server_that_stops_breaks_off_and_says_nothing_in_the_service_s_name(fault: str) -> None:
    sleeps = Sleeps(stuck_after=1 if fault != "drip" else 5)
    async with sandbox(fault, sleeps) as running:
        call = asyncio.create_task(running.http.get(BALANCE))
        await sleeps.stuck.wait()
        for connection in list(running.state.connections):
            connection.shutdown()
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await call
        await running.idle()


async def test_who_leaves_while_an_answer_is_late_is_not_waited_for() -> None:
    sleeps = Sleeps(stuck_after=1)
    async with sandbox("latency=600s", sleeps) as running:
        with pytest.raises(httpx.ReadTimeout):
            await running.http.get(BALANCE, timeout=0.05)
        await running.idle()
    assert sleeps.stuck.is_set()


@pytest.mark.parametrize("fault", ["status=503", "drip", "html", "latency=1ms"])
async def test_a_connection_serves_on_after_a_fault_that_is_http(fault: str) -> None:
    async with sandbox(fault, Sleeps()) as running:
        await running.http.get(BALANCE)
        (first,) = running.state.connections
        await running.http.delete("/faults")
        assert (await running.http.get(BALANCE)).status_code == 200
        assert running.state.connections == {first}


@pytest.mark.parametrize("fault", ["drip", "wrong-type", "status=503"])
async def test_head_has_no_body(fault: str) -> None:
    async with sandbox(fault, Sleeps()) as running:
        answer = await running.http.head(BALANCE)
    assert answer.content == b""


async def test_a_share_of_the_calls_is_hit_the_same_every_time() -> None:
    async def statuses() -> list[int]:
        async with sandbox("status=503,rate=0.4") as running:
            return [(await running.http.get(BALANCE)).status_code for _ in range(30)]

    first = await statuses()
    assert set(first) == {200, 503}
    assert await statuses() == first


@pytest.mark.parametrize(
    ("fault", "done"), [("reset-after", True), ("truncate", True), ("wrong-shape", True), ("reset", False)]
)
async def test_a_write_whose_answer_is_deformed_is_done_and_one_that_is_refused_is_not(
    fault: str, *, done: bool
) -> None:
    async with sandbox("") as running:
        charges = (await running.http.get("/stripe/v1/charges", params={"limit": 100})).json()["data"]
        paid = next(one for one in charges if one["status"] == "succeeded" and not one["amount_refunded"])
        await running.http.put("/faults", content=f"stripe:{fault}")
        with suppress(httpx.TransportError):
            await running.http.post("/stripe/v1/refunds", data={"charge": paid["id"]})
        await running.http.delete("/faults")
        found = (await running.http.get(f"/stripe/v1/charges/{paid['id']}")).json()
    assert bool(found["amount_refunded"]) is done


async def test_a_server_that_keeps_its_connections_to_itself_is_told_what_is_missing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with served(SandboxServer([STRIPE], crowd(3), "stripe:reset"), HttpToolsProtocol) as running:
        answer = await running.http.get(BALANCE, headers=KEY)
    assert answer.status_code == 500
    assert "http=OpenHanded" in caplog.text
    caplog.clear()


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

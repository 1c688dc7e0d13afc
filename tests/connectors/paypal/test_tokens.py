import asyncio
from base64 import b64encode

import httpx
import pytest

from connectors.domain.errors import Rejected, TimedOut, Unauthorized, Unavailable
from connectors.paypal.tokens import AGAIN, EARLY, LATEST
from connectors.transport.deadline import within
from tests.connectors.paypal.support import BALANCES, TOKEN, Ticking, client, connected
from tests.connectors.support import Recorder, Silence, answering

BASIC = "Basic " + b64encode(b"imitation-client-id:imitation-client-secret").decode()


class Guard:
    """Issues tokens, and answers the balance to those who show one that is good."""

    def __init__(self, *, life: int = 32_400, refusal: int = 401, forgetful: bool = False) -> None:
        self.issued = 0
        self.good: set[str] = set()
        self.life = life
        self.refusal = refusal
        self.forgetful = forgetful
        self.failure: int | None = None
        self.wire = Recorder(httpx.MockTransport(self.handle))

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == TOKEN:
            return self.issue()
        if request.headers["authorization"] not in self.good:
            return httpx.Response(self.refusal, json={"name": "AUTHENTICATION_FAILURE", "message": "no"})
        return httpx.Response(200, json={"balances": []})

    def issue(self) -> httpx.Response:
        if self.failure:
            return httpx.Response(self.failure, json={"error": "x", "error_description": "y"})
        self.issued += 1
        if not self.forgetful:
            self.good.add(f"Bearer token-{self.issued}")
        return httpx.Response(200, json={"access_token": f"token-{self.issued}", "expires_in": self.life})

    @property
    def sent(self) -> list[str]:
        """The credentials of every call, tokens apart."""
        return [one.headers["authorization"] for one in self.wire.requests if one.url.path == BALANCES]


async def behind_their_backs() -> None:
    """Turns enough for a renewal that nobody waits for."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_token_is_asked_for_with_the_credentials_and_goes_with_every_call() -> None:
    guard = Guard()
    paypal = client(guard.wire)
    await paypal.balance()
    await paypal.balance()
    asked = guard.wire.requests[0]
    assert (asked.method, asked.url.path, asked.headers["authorization"]) == ("POST", TOKEN, BASIC)
    assert asked.content == b"grant_type=client_credentials"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert guard.sent == ["Bearer token-1"] * 2
    assert guard.issued == 1


@pytest.mark.parametrize("whole", [False, True])
async def test_all_who_call_at_once_wait_for_one_token(*, whole: bool) -> None:
    guard = Guard()
    paypal = client(guard.wire, whole=whole)
    await asyncio.gather(*(paypal.balance() for _ in range(100)))
    assert guard.issued == 1


async def test_a_token_is_renewed_a_minute_before_its_end() -> None:
    guard, clock = Guard(life=1000), Ticking()
    paypal = client(guard.wire, clock=clock)
    await paypal.balance()
    clock.at = 1000 - EARLY - 0.1
    await paypal.balance()
    assert guard.issued == 1
    clock.at = 1000 - EARLY
    await asyncio.gather(*(paypal.balance() for _ in range(100)))
    assert guard.issued == 2
    assert guard.sent == ["Bearer token-1"] * 102, "nobody waits for the next one while this one is good"
    await behind_their_backs()
    await paypal.balance()
    assert guard.sent[-1] == "Bearer token-2"


async def test_a_renewal_that_fails_is_tried_again_while_the_old_token_serves_and_waited_for_at_its_end() -> None:
    guard, clock = Guard(life=1000), Ticking()
    paypal = client(guard.wire, clock=clock)
    await paypal.balance()
    guard.failure = 503
    asked = [1]
    for clock.at in (1000 - EARLY, 1000 - EARLY + AGAIN - 0.1, 1000 - EARLY + AGAIN):
        assert await paypal.balance() == []
        await behind_their_backs()
        asked.append(sum(one.url.path == TOKEN for one in guard.wire.requests))
    assert asked == [1, 2, 2, 3]
    clock.at = 1000 - LATEST
    with pytest.raises(Unavailable):
        await paypal.balance()
    guard.failure = None
    await asyncio.gather(*(paypal.balance() for _ in range(100)))
    assert (guard.issued, {*guard.sent[4:]}) == (2, {"Bearer token-2"})


async def test_a_token_of_a_short_life_serves_for_nearly_all_of_it() -> None:
    guard, clock = Guard(life=50), Ticking()
    paypal = client(guard.wire, clock=clock)
    for clock.at in (0, 44.9, 45, 47.4):
        await paypal.balance()
        await behind_their_backs()
    assert guard.issued == 2
    assert guard.sent == ["Bearer token-1"] * 3 + ["Bearer token-2"]


async def test_a_call_that_is_refused_is_sent_once_more_with_another_token() -> None:
    guard = Guard()
    paypal = client(guard.wire)
    await paypal.balance()
    guard.good.clear()  # revoked
    assert await paypal.balance() == []
    assert guard.sent == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


async def test_all_who_are_refused_at_once_share_one_new_token() -> None:
    guard, together = Guard(), asyncio.Barrier(7)

    class Together(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await guard.wire.handle_async_request(request)
            if response.status_code == 401:
                await together.wait()
            return response

    paypal = client(Together())
    await paypal.balance()
    guard.good.clear()
    await asyncio.gather(*(paypal.balance() for _ in range(7)))
    assert guard.issued == 2
    assert guard.sent == ["Bearer token-1"] * 8 + ["Bearer token-2"] * 7


async def test_who_is_refused_late_takes_the_token_that_another_has_fetched() -> None:
    guard, refused, held = Guard(), asyncio.Event(), asyncio.Event()

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await guard.wire.handle_async_request(request)
            if response.status_code == 401 and not refused.is_set():
                refused.set()
                await held.wait()
            return response

    paypal = client(Slow())
    await paypal.balance()
    guard.good.clear()
    late = asyncio.create_task(paypal.balance())
    await refused.wait()
    await paypal.balance()  # is refused as well, and fetches another
    held.set()
    assert await late == []
    assert guard.issued == 2


@pytest.mark.parametrize("refusal", [401, 403])
async def test_a_call_that_is_refused_twice_is_an_error(refusal: int) -> None:
    guard = Guard(refusal=refusal, forgetful=True)
    with pytest.raises(Unauthorized):
        await client(guard.wire).balance()
    assert len(guard.sent) == 2


async def test_the_same_token_again_is_not_tried_again() -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        token = request.url.path == TOKEN
        return httpx.Response(200 if token else 401, json={"access_token": "same", "expires_in": 100} if token else {})

    wire = Recorder(httpx.MockTransport(handle))
    with pytest.raises(Unauthorized):
        await client(wire).balance()
    assert [request.url.path for request in wire.requests] == [TOKEN, BALANCES, TOKEN]


async def test_credentials_that_are_not_accepted_are_an_error_for_all_who_wait_and_the_next_one_asks_again() -> None:
    guard = Guard()
    guard.failure = 401
    paypal = client(guard.wire)
    answers = await asyncio.gather(*(paypal.balance() for _ in range(5)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Unauthorized] * 5
    assert len(guard.wire.requests) == 1
    guard.failure = None
    assert await paypal.balance() == []


async def test_a_failure_of_the_token_service_is_its_own_kind_of_error() -> None:
    guard = Guard()
    guard.failure = 503
    with pytest.raises(Unavailable):
        await client(guard.wire).balance()
    assert guard.sent == []


async def test_a_caller_who_goes_leaves_the_token_to_those_who_stay() -> None:
    guard, gate = Guard(), asyncio.Event()

    class Gated(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await gate.wait()
            return await guard.wire.handle_async_request(request)

    paypal = client(Gated())
    first, second = (asyncio.create_task(paypal.balance()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    gate.set()
    assert await second == []
    assert guard.issued == 1


async def test_a_fetch_that_nobody_waits_for_is_given_up_and_begun_anew_by_the_next() -> None:
    silence = Silence()
    paypal = client(silence)
    for _ in range(2):
        silence.asked.clear()
        only = asyncio.create_task(paypal.balance())
        await silence.asked.wait()
        only.cancel()
        await asyncio.gather(only, return_exceptions=True)
    assert len(asyncio.all_tasks()) == 1


async def test_nobody_waits_for_a_token_beyond_their_own_deadline() -> None:
    silence = Silence()
    connection = connected(silence)
    with within(0.01), pytest.raises(TimedOut, match="did not issue an access token in time"):
        await connection.connector.ping()
    assert connection.stats.totals.errors == 1


async def test_a_kept_answer_is_found_again_under_another_token() -> None:
    guard, clock = Guard(life=100), Ticking()
    paypal = client(guard.wire, clock=clock, whole=True)
    await paypal.balance()
    clock.at = 1000
    await paypal.balance()
    assert guard.issued == 2
    assert guard.sent == ["Bearer token-1"]


async def test_no_secret_is_shown_in_an_error() -> None:
    wire = answering(400, b'{"error": "invalid", "error_description": "not imitation-client-secret"}')
    with pytest.raises(Rejected, match=r"PAYPAL answered 400: invalid: not …$"):
        await client(wire).balance()

from datetime import timedelta

import httpx
import pytest

from connectors.connection import Access, Mode, connect, imitated
from connectors.domain.errors import Rejected, Unavailable
from connectors.paypal.client import Paypal
from connectors.paypal.history import PAGE, PAGES, History
from connectors.paypal.service import PAYPAL
from connectors.paypal.tokens import Tokens
from connectors.paypal.windows import FINEST, LAG, PULSE, STEP, Window, floor
from connectors.seed.people import People
from connectors.transport.cache_store import MemoryStore
from connectors.transport.limits import Limits
from tests.connectors.paypal.support import Json, Written, client, line, returned
from tests.connectors.support import NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TWO_PAGES = [line(f"P{number}", NOW - 40 * DAY - number * MINUTE) for number in range(PAGE + 1)]


def over(wire: httpx.AsyncBaseTransport) -> History:
    api = client(wire)._api  # noqa: SLF001 - the one that a connection made
    return History(api, Tokens(api), lambda: NOW)


def crowded(count: int) -> list[Json]:
    """So many payments in the second of the windows, spread over it evenly."""
    start = over(Written([])).windows()[1].start
    return [line(f"P{number}", start + number * STEP / count) for number in range(count)]


async def test_a_search_names_its_window_in_utc_and_asks_for_payers_and_for_what_is_not_settled() -> None:
    wire = Written([])
    window = over(wire).windows()[3]
    await over(wire).read(window)
    assert dict(wire.requests[0].url.params) == {
        "start_date": window.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "end_date": window.end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "fields": "transaction_info,payer_info",
        "balance_affecting_records_only": "N",
        "page_size": "500",
        "page": "1",
    }


async def test_a_window_is_read_to_its_last_page() -> None:
    wire = Written(TWO_PAGES)
    history = over(wire)
    read = await history.read(next(one for one in history.windows() if one.start < NOW - 41 * DAY < one.end))
    assert len({one.transaction_info.transaction_id for one in read.transactions}) == PAGE + 1
    assert read.calls == len(wire.requests) == 2


async def test_a_window_with_too_many_pages_is_read_in_narrower_ones_that_have_few() -> None:
    wire = Written(crowded(PAGE * PAGES + 1))
    history = over(wire)
    window = history.windows()[1]
    read = await history.read(window)
    assert (len(read.transactions), read.calls, len(wire.requests)) == (0, 1, 1)
    parts = [await history.read(part) for part in read.narrower]
    assert all(part.transactions and not part.narrower for part in parts)
    found = {one.transaction_info.transaction_id for part in parts for one in part.transactions}
    assert len(found) == PAGE * PAGES + 1


async def test_a_window_that_paypal_calls_too_large_is_read_in_narrower_ones() -> None:
    history = over(Written(crowded(30), most=25))
    read = await history.read(history.windows()[1])
    assert len(read.narrower) == 8
    assert sum([len((await history.read(part)).transactions) for part in read.narrower]) >= 30


async def test_a_window_that_cannot_be_narrower_is_read_however_many_pages_it_has() -> None:
    end = floor(NOW - 40 * DAY, FINEST)
    wire = Written([line(f"P{number}", end - MINUTE) for number in range(PAGE * PAGES + 1)])
    read = await over(wire).read(Window(end - FINEST, end))
    assert (len(read.transactions), read.calls) == (PAGE * PAGES + 1, PAGES + 1)


async def test_a_window_that_is_too_large_and_cannot_be_narrower_is_an_error() -> None:
    end = floor(NOW - 40 * DAY, FINEST)
    wire = Written([line(f"P{number}", end - MINUTE) for number in range(6)], most=5)
    with pytest.raises(Rejected, match="RESULTSET_TOO_LARGE"):
        await over(wire).read(Window(end - FINEST, end))


async def test_another_refusal_is_not_taken_for_a_window_that_is_too_large() -> None:
    wire = httpx.MockTransport(_refusing)
    with pytest.raises(Rejected, match="INVALID_REQUEST: no"):
        await over(wire).read(over(wire).windows()[1])


async def test_a_failure_of_one_page_fails_its_window() -> None:
    whole = Written(TWO_PAGES)

    class Failing(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.params.get("page") == "2":
                return httpx.Response(503)
            return await whole.handle_async_request(request)

    history = over(Failing())
    with pytest.raises(Unavailable):
        await history.read(next(one for one in history.windows() if one.start < NOW - 41 * DAY < one.end))


async def test_where_paypal_fails_the_latest_window_is_what_was_kept_of_it_some_minutes_ago() -> None:
    whole = Written([line("P1", NOW - DAY)])

    class Dying(httpx.AsyncBaseTransport):
        """Fails from the moment it is told to."""

        dead = False

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(503) if self.dead else await whole.handle_async_request(request)

    now, wire = NOW, Dying()
    access = Access(mode=Mode.LIVE, base_url=PAYPAL.base_url, credentials=imitated(PAYPAL), limits=Limits(attempts=1))
    paypal = connect(PAYPAL, access, People(1), wire, store=MemoryStore()).connector
    assert isinstance(paypal, Paypal)
    history = History(paypal._api, Tokens(paypal._api), lambda: now)  # noqa: SLF001 - as above
    before = await history.read(history.windows()[0])
    assert before.transactions
    wire.dead, now = True, NOW + 2 * PULSE
    assert (await history.read(history.windows()[0])).transactions == before.transactions
    now = NOW + 4 * PULSE
    with pytest.raises(Unavailable):
        await history.read(history.windows()[0])


async def test_refunds_are_searched_for_by_their_kind_for_as_long_as_they_may_be_made() -> None:
    paid = NOW - 400 * DAY
    lines = [returned(f"R{days}", "A", paid + days * DAY) for days in (-40, 0, 5, 100, 179, 250)]
    wire = Written([*lines, line("A", paid)])
    found = {one.transaction_info.transaction_id or "" for one in await over(wire).refunds(paid)}
    assert {id.rstrip("X") for id in found} >= {"R0", "R5", "R100", "R179"}
    assert not {id.rstrip("X") for id in found} & {"R-40", "R250", "A"}
    assert {request.url.params["transaction_type"] for request in wire.requests} == {"T1107"}
    assert len(wire.requests) == 7


async def test_refunds_of_what_was_paid_lately_are_one_search() -> None:
    wire = Written([])
    assert await over(wire).refunds(NOW - DAY) == []
    assert len(wire.requests) == 1


async def test_a_stretch_with_too_many_refunds_is_searched_in_narrower_windows() -> None:
    refunds = [
        one | {"transaction_info": one["transaction_info"] | {"transaction_event_code": "T1107"}} for one in crowded(30)
    ]
    wire = Written(refunds, most=25)
    found = await over(wire).refunds(NOW - 70 * DAY)
    assert {one.transaction_info.transaction_id for one in found} == {
        one["transaction_info"]["transaction_id"] for one in refunds
    }


async def test_a_transaction_is_found_by_its_id_within_a_window() -> None:
    wire = Written([line("A", NOW - DAY), line("B", NOW - DAY)])
    history, id = over(wire), "B".ljust(17, "X")
    found = await history.find(id, Window(NOW - 2 * DAY, NOW))
    assert found is not None
    assert found.transaction_info.transaction_id == id
    assert wire.requests[0].url.params["transaction_id"] == id
    assert await history.find(id, Window(NOW - 9 * DAY, NOW - 5 * DAY)) is None


async def test_of_a_payment_and_a_notice_of_it_the_payment_is_found() -> None:
    wire = Written([line("A", NOW - DAY, transaction_status="P"), line("A", NOW - DAY)])
    found = await over(wire).find("A".ljust(17, "X"), Window(NOW - 2 * DAY, NOW))
    assert found is not None
    assert found.transaction_info.transaction_status == "S"


async def test_nothing_is_asked_about_what_paypal_does_not_remember_or_has_not_seen() -> None:
    wire = Written([])
    history, oldest = over(wire), over(wire).windows()[-1].start
    assert await history.find("A" * 17, Window(oldest - 9 * DAY, oldest - 7 * DAY)) is None
    assert wire.requests == []
    await history.find("A" * 17, Window(oldest - DAY, oldest + DAY))
    await history.find("A" * 17, Window(NOW - LAG, NOW + DAY))
    asked = [(request.url.params["start_date"], request.url.params["end_date"]) for request in wire.requests]
    assert asked[0][0] == oldest.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert asked[1][1] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")


def _refusing(request: httpx.Request) -> httpx.Response:
    if request.method == "POST":
        return httpx.Response(200, json={"access_token": "t", "expires_in": 100})
    return httpx.Response(400, json={"name": "INVALID_REQUEST", "details": [{"issue": "no"}]})

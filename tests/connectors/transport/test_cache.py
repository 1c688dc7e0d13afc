from dataclasses import replace

import httpx
import pytest

from connectors.domain.errors import Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Call, call_of
from connectors.transport.live import live
from connectors.transport.stats import Ledger, operation
from tests.connectors.transport.cached import ROUTE, Subject, reply
from tests.connectors.transport.vendor_wire import URL, read

MINUTE = "max-age=60"


async def test_a_fresh_answer_is_shown_again_with_its_age() -> None:
    subject = Subject(reply(b"1", cache_control=MINUTE), reply(b"2", cache_control=MINUTE))
    assert "age" not in (await subject.ask()).headers
    subject.now += 59.5
    again = await subject.ask()
    assert (again.content, again.headers["age"], str(again.request.url)) == (b"1", "59", URL)
    subject.now += 0.5
    assert (await subject.ask()).content == b"2"
    assert subject.calls == 2


async def test_each_hit_is_reported_with_its_age_in_the_operation_that_made_it() -> None:
    subject = Subject(reply(cache_control=MINUTE))
    ledger = Ledger()
    await subject.ask()
    with operation(ledger):
        for seconds in (10, 30, 0):
            subject.now += seconds
            await subject.ask()
    meter = ledger.meter(Service.GITHUB)
    assert (meter.cached, meter.age, meter.stale) == (3, 40.0, False)


async def test_the_age_that_an_answer_came_with_counts() -> None:
    subject = Subject(reply(b"1", age="50", cache_control=MINUTE), reply(b"2"))
    await subject.ask()
    subject.now += 9
    assert (await subject.ask()).headers.get_list("age") == ["59"]
    subject.now += 1
    assert (await subject.ask()).content == b"2"


async def test_where_the_service_says_nothing_the_route_does() -> None:
    subject = Subject(reply(b"1"), reply(b"2"))
    assert await subject.bodies(2, read(call=ROUTE)) == [b"1", b"1"]
    other = Subject(reply(b"1"), reply(b"2"))
    assert await other.bodies(2) == [b"1", b"2"]


@pytest.mark.parametrize("status", [404, 410, 500, 503, 429, 206, 301])
async def test_errors_and_parts_are_asked_for_again(status: int) -> None:
    subject = Subject(reply(status=status, cache_control=MINUTE))
    for _ in range(2):
        assert (await subject.ask(read(call=ROUTE))).status_code == status
    assert (subject.calls, len(subject.store)) == (2, 0)


async def test_what_is_not_to_be_stored_is_not() -> None:
    subject = Subject(reply(cache_control="no-store, max-age=60"))
    await subject.bodies(2, read(call=ROUTE))
    assert (subject.calls, len(subject.store)) == (2, 0)
    subject = Subject(reply(cache_control=MINUTE))
    await subject.bodies(2, read(headers={"Cache-Control": "no-store"}))
    assert (subject.calls, len(subject.store)) == (2, 0)


async def test_what_says_no_store_is_kept_where_the_route_overrides_it() -> None:
    route = replace(ROUTE, override=True)
    subject = Subject(reply(b"1", cache_control="no-cache, no-store"), Unavailable(Service.GITHUB, "down"))
    assert await subject.bodies(2, read(call=route)) == [b"1", b"1"]
    subject.now += 400
    assert await subject.bodies(1, read(call=route)) == [b"1"]
    assert subject.stats.totals.stale


async def test_what_is_kept_against_its_services_word_is_shown_to_its_own_credential_alone() -> None:
    subject = Subject(reply(b"a", cache_control="no-store"), reply(b"b", cache_control="no-store"))
    routes = [replace(ROUTE, override=True, credential=name) for name in "abab"]
    assert [(await subject.ask(read(call=route))).content for route in routes] == [b"a", b"b", b"a", b"b"]


async def test_a_caller_cannot_change_what_was_kept() -> None:
    subject = Subject(reply(x="1", cache_control=MINUTE))
    for _ in range(3):
        response = await subject.ask()
        assert response.headers["x"] == "1"
        response.headers["x"] = "2"


async def test_a_cookie_is_shown_to_who_was_given_it_alone() -> None:
    subject = Subject(reply(set_cookie="a=b", cache_control=MINUTE))
    assert "set-cookie" in (await subject.ask()).headers
    assert "set-cookie" not in (await subject.ask()).headers


async def test_credentials_have_entries_of_their_own() -> None:
    subject = Subject(
        reply(b"a", cache_control=MINUTE),
        reply(b"b", cache_control=MINUTE),
        Unavailable(Service.GITHUB, "no third call"),
    )
    for _ in range(2):
        assert [(await subject.ask(read(credential=each))).content for each in "ab"] == [b"a", b"b"]


async def test_an_answer_that_varies_is_shown_to_those_it_fits() -> None:
    subject = Subject(
        reply(b"1", vary="User-Agent", cache_control=MINUTE), reply(b"2", vary="User-Agent", cache_control=MINUTE)
    )
    one, two = (read(headers={"User-Agent": name}) for name in ("one", "two"))
    assert [(await subject.ask(each)).content for each in (one, one, two, two)] == [b"1", b"1", b"2", b"2"]


async def test_reads_by_post_are_kept_by_their_body_where_the_route_says_for_how_long() -> None:
    subject = Subject(reply(b"1"), reply(b"2"), reply(b"3"))
    first, second = (read(method="POST", content=body, call=ROUTE) for body in (b"q1", b"q2"))
    assert [(await subject.ask(each)).content for each in (first, second, first, second)] == [b"1", b"2"] * 2
    plain = read(method="POST", content=b"q3")
    await subject.bodies(2, plain)
    assert subject.calls == 4


@pytest.mark.parametrize("headers", [{"Range": "bytes=0-1"}, {"If-None-Match": '"mine"'}])
async def test_what_a_caller_asks_about_a_copy_of_its_own_is_passed_on(headers: dict[str, str]) -> None:
    subject = Subject(reply(cache_control=MINUTE))
    await subject.ask()
    await subject.bodies(2, read(headers=headers))
    assert subject.calls == 3
    assert subject.vendor.requests[-1].headers.get("if-none-match") == headers.get("If-None-Match")


async def test_a_live_read_asks_the_service_and_its_answer_is_kept_for_others() -> None:
    subject = Subject(reply(b"1", etag='"1"', cache_control=MINUTE), reply(b"2", cache_control=MINUTE))
    assert await subject.bodies(2) == [b"1", b"1"]
    with live():
        assert (await subject.ask()).content == b"2"
    assert "if-none-match" not in subject.vendor.requests[-1].headers
    assert await subject.bodies(2) == [b"2", b"2"]


async def test_a_live_read_that_may_not_be_kept_takes_away_what_it_disproved() -> None:
    subject = Subject(
        reply(b"1", cache_control=MINUTE), reply(b"2", cache_control="no-store"), reply(b"3", cache_control=MINUTE)
    )
    await subject.ask()
    with live():
        await subject.ask()
    assert await subject.bodies(2) == [b"3", b"3"]


async def test_a_live_read_shows_the_failure_and_leaves_what_is_kept() -> None:
    subject = Subject(reply(b"1", cache_control=MINUTE), Unavailable(Service.GITHUB, "down"))
    await subject.ask(read(call=ROUTE))
    with live(), pytest.raises(Unavailable):
        await subject.ask(read(call=ROUTE))
    assert (await subject.ask(read(call=ROUTE))).content == b"1"


async def test_a_stale_answer_is_confirmed_and_shown_with_its_new_headers() -> None:
    confirmation = reply(status=304, etag='"1"', cache_control="max-age=5", x="2")
    subject = Subject(reply(b"1", etag='"1"', x="1", cache_control=MINUTE), confirmation)
    await subject.ask()
    subject.now += 100
    again = await subject.ask()
    assert subject.vendor.requests[-1].headers["if-none-match"] == '"1"'
    assert (again.status_code, again.content, again.headers["x"], again.headers["age"]) == (200, b"1", "2", "0")
    assert (subject.stats.totals.cached, subject.stats.totals.age, subject.stats.totals.stale) == (1, 0.0, False)
    subject.now += 4
    assert (await subject.ask()).content == b"1"
    assert subject.calls == 2


async def test_what_must_be_confirmed_each_time_is_and_counts_as_no_stale_answer() -> None:
    subject = Subject(reply(b"1", etag='"1"', cache_control="no-cache"), reply(status=304))
    assert await subject.bodies(4) == [b"1"] * 4
    assert subject.calls == 4
    assert not subject.stats.totals.stale


async def test_an_answer_without_an_etag_is_asked_about_by_its_date() -> None:
    subject = Subject(reply(last_modified="Sun, 22 Nov 2026 11:00:00 GMT"), reply(status=304))
    assert await subject.bodies(2) == [b"1", b"1"]
    assert subject.vendor.requests[1].headers["if-modified-since"] == "Sun, 22 Nov 2026 11:00:00 GMT"


async def test_a_new_answer_takes_the_place_of_the_stale_one() -> None:
    subject = Subject(reply(b"1", etag='"1"'), reply(b"2", etag='"2"', cache_control=MINUTE))
    assert await subject.bodies(3) == [b"1", b"2", b"2"]


async def test_a_304_about_some_other_answer_makes_it_ask_for_the_whole() -> None:
    subject = Subject(
        reply(b"1", etag='"1"'), reply(status=304, etag='"9"'), reply(b"2", etag='"9"', cache_control=MINUTE)
    )
    assert await subject.bodies(3) == [b"1", b"2", b"2"]
    assert ["if-none-match" in request.headers for request in subject.vendor.requests] == [False, True, False]


async def test_a_confirmation_that_forbids_storing_is_the_last() -> None:
    subject = Subject(reply(b"1", etag='"1"'), reply(status=304, cache_control="no-store"), reply(b"2"))
    assert await subject.bodies(3) == [b"1", b"1", b"2"]


async def test_what_is_gone_is_forgotten() -> None:
    subject = Subject(reply(b"1", etag='"1"'), reply(status=404), Unavailable(Service.GITHUB, "down"))
    await subject.bodies(2, read(call=ROUTE))
    subject.now += 1
    assert len(subject.store) == 1  # fresh still: the 404 has not been asked for yet
    subject.now += 100
    assert (await subject.ask(read(call=ROUTE))).status_code == 404
    with pytest.raises(Unavailable):
        await subject.ask(read(call=ROUTE))


async def test_every_kept_answer_of_a_call_is_passed_on_as_the_connector_described_it() -> None:
    subject = Subject(reply(etag='"1"', cache_control=MINUTE))
    call = Call(credential="a", repeatable=True, fresh=1)
    await subject.ask(read(call=call))
    subject.now += 61
    await subject.ask(read(call=call))
    assert [call_of(request) for request in subject.vendor.requests] == [call, call]


async def test_closing_it_closes_the_transport_inside_and_leaves_the_store() -> None:
    subject = Subject(httpx.Response(200, headers={"Cache-Control": "max-age=60"}))
    await subject.ask()
    await subject.layer.aclose()
    assert subject.vendor.closed
    assert len(subject.store) == 1

"""What goes wrong is a value, and costs its own keys only."""

import httpx
import pytest

from connectors.domain.errors import (
    ConnectorError,
    Malformed,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.domain.page import Page, Slice
from connectors.domain.tickets import TicketsAsked
from connectors.zendesk.client import GROUP, Zendesk
from connectors.zendesk.service import ZENDESK
from tests.connectors.support import answering, connected, refs
from tests.connectors.zendesk.support import (
    PEOPLE,
    FakeDesk,
    Stub,
    fake,
    imitation,
    over,
    ref,
    sliced,
)


async def test_one_search_that_fails_costs_its_own_customers_only() -> None:
    desk = FakeDesk([Stub(one, one, one) for one in range(1, 46)], failing=[2])
    zendesk, _ = fake(desk)
    answers = await zendesk.tickets([TicketsAsked(ref(one), Page(3)) for one in range(1, 46)])
    failures = [answer for answer in answers.values() if isinstance(answer, ConnectorError)]
    assert {type(failure) for failure in failures} == {Unavailable}
    assert len(failures) in (GROUP, 5)
    assert len(answers) == 45


async def test_a_failure_of_everybodys_list_leaves_the_customers_theirs() -> None:
    def half(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if "requester" not in request.url.params["query"] else FakeDesk([])(request)

    asked = [TicketsAsked(None, Page(3)), TicketsAsked(ref(1), Page(3))]
    answers = await over(httpx.MockTransport(half)).tickets(asked)
    assert isinstance(answers[asked[0]], Unavailable)
    assert sliced(answers[asked[1]]) == Slice(())


async def test_one_read_of_tickets_that_fails_leaves_the_others() -> None:
    inner = imitation()

    async def second_fails(request: httpx.Request) -> httpx.Response:
        if request.url.params["ids"].startswith("101,"):
            return httpx.Response(500)
        return await inner.handle_async_request(request)

    asked = [str(number) for number in range(1, 202)]
    answers = await over(httpx.MockTransport(second_fails)).tickets_by_id(asked)
    assert [isinstance(answers[id], Unavailable) for id in asked] == [100 <= number < 200 for number in range(201)]


@pytest.mark.parametrize(
    ("wire", "error", "words"),
    [
        (answering(401, b'{"error": "Couldn\'t authenticate you"}'), Unauthorized, "credentials"),
        (answering(403, b'{"error": {"title": "Forbidden", "message": "No access"}}'), Unauthorized, "403"),
        (answering(429, b"too many", {"Retry-After": "41"}), RateLimited, "41 s"),
        (answering(500), Unavailable, "500"),
        (
            answering(422, b'{"error": "invalid", "description": "Invalid search: x"}'),
            Rejected,
            "422: Invalid search: x",
        ),
        (answering(400, b"text/plain it is"), Rejected, "400: Bad Request"),
        (answering(200, b"<html>"), Malformed, "not JSON"),
        (answering(200, b'{"results": [{"id": "7"}], "count": 1}'), Malformed, r"\$.results\[0\].id"),
    ],
)
async def test_what_goes_wrong_has_one_kind_each_and_is_a_value(
    wire: httpx.AsyncBaseTransport, error: type[ConnectorError], words: str
) -> None:
    asked = [TicketsAsked(ref(1), Page(3)), TicketsAsked(ref(2), Page(3)), TicketsAsked(None, Page(3))]
    answers = await over(wire).tickets(asked)
    assert {type(answer) for answer in answers.values()} == {error}
    with pytest.raises(error, match=words):
        raise next(answer for answer in answers.values() if isinstance(answer, ConnectorError))


async def test_a_desk_that_does_not_answer_in_time_costs_its_fields_only() -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    answers = await over(httpx.MockTransport(never)).tickets_by_id(["1", "x"])
    assert isinstance(answers["1"], TimedOut)
    assert answers["x"] is None


async def test_calls_are_counted_and_failures_with_them() -> None:
    connection = connected(ZENDESK, PEOPLE, answering(500))
    assert isinstance(connection.connector, Zendesk)
    await connection.connector.tickets([TicketsAsked(one, Page(3)) for one in refs(PEOPLE, range(40))])
    assert (connection.stats.totals.calls, connection.stats.totals.errors) == (2, 2)

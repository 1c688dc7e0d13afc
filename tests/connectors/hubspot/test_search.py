"""Text searches for contacts and deals."""

import httpx
import pytest

from connectors.domain.errors import Rejected, Unavailable
from connectors.domain.search import Stretch, TextAsked, Turn
from connectors.hubspot.client import HubSpot
from connectors.sandbox import reply
from tests.connectors.hubspot.support import (
    ACCOUNT,
    CONTACT_SEARCH,
    DEAL_SEARCH,
    PEOPLE,
    PIPELINES,
    Body,
    contact_id,
    imitation,
    over,
    paths,
    sent,
)
from tests.connectors.support import Recorder, answering, crowd, matches


async def test_contacts_are_searched_for_in_one_call_of_as_many_as_are_wanted(hubspot: HubSpot, wire: Recorder) -> None:
    asked = TextAsked(PEOPLE[7].email, 5)
    found = matches((await hubspot.search_contacts([asked]))[asked])
    assert [contact.external_id for contact in found] == [contact_id(7)]
    assert (found[0].email, {*(found[0].name or "").split()}) == (PEOPLE[7].email, {*PEOPLE[7].name.split()})
    [body] = sent(wire, CONTACT_SEARCH)
    assert (body["query"], body["limit"]) == (PEOPLE[7].email, 5)
    assert (body["filterGroups"], body["sorts"]) == ([], [])
    assert "lifecyclestage" in body["properties"]
    assert paths(wire) == [CONTACT_SEARCH]


async def test_deals_are_searched_for_by_their_names(wire: Recorder) -> None:
    people = crowd(100)
    wire = imitation(people)
    asked = TextAsked("Renewal", 3)
    found = matches((await over(wire, people).search_deals([asked]))[asked])
    assert len(found) == 3
    assert all("Renewal" in deal.name for deal in found)
    assert [path for path in paths(wire) if path != ACCOUNT] == [DEAL_SEARCH, PIPELINES]


async def test_fewer_matches_are_fewer(hubspot: HubSpot) -> None:
    asked = [TextAsked("zzz-nothing", 3), TextAsked("", 3), TextAsked("  ", 3), TextAsked("a", 0)]
    assert set((await hubspot.search_contacts(asked)).values()) == {Stretch()}
    assert set((await hubspot.search_deals(asked)).values()) == {Stretch()}


async def test_no_words_are_not_sent_for_they_would_mean_all_there_are(hubspot: HubSpot, wire: Recorder) -> None:
    await hubspot.search_contacts([TextAsked("", 3), TextAsked("\t", 3)])
    await hubspot.search_deals([TextAsked("", 3)])
    assert wire.requests == []


def endless(request: httpx.Request) -> httpx.Response:
    body: Body = httpx.Response(200, content=request.content).json()
    start = int(body.get("after", "0"))
    record = {"createdAt": "2026-01-01T00:00:00Z", "properties": {}, "url": "https://app.hubspot.com/x"}
    results = [record | {"id": str(1 + start + place)} for place in range(body["limit"])]
    return reply({"total": 10**6, "results": results, "paging": {"next": {"after": str(start + body["limit"])}}})


@pytest.mark.parametrize(("first", "limits"), [(1, [1]), (100, [100]), (101, [100, 1]), (200, [100, 100])])
async def test_more_than_a_page_are_as_few_calls_as_can_be(first: int, limits: list[int]) -> None:
    wire = Recorder(httpx.MockTransport(endless))
    asked = TextAsked("x", first)
    found = matches((await over(wire).search_contacts([asked]))[asked])
    assert [int(contact.external_id) for contact in found] == list(range(1, first + 1))
    assert [body["limit"] for body in sent(wire, CONTACT_SEARCH)] == limits


async def test_a_search_takes_two_calls_and_goes_on_where_hubspot_says() -> None:
    wire = Recorder(httpx.MockTransport(endless))
    asked = TextAsked("x", 500)
    found = (await over(wire).search_contacts([asked]))[asked]
    assert isinstance(found, Stretch)
    assert (len(found.items), found.more) == (200, True)
    assert found.turns == (Turn(0, ""), Turn(100, "100"), Turn(200, "200"))
    assert len(wire.requests) == 2
    then = TextAsked("x", 3, start="200")
    assert [one.external_id for one in matches((await over(wire).search_contacts([then]))[then])] == [
        *("201", "202", "203")
    ]


async def test_a_search_that_fails_leaves_the_others() -> None:
    inner = imitation()

    async def one_fails(request: httpx.Request) -> httpx.Response:
        if b"broken" in request.content:
            return httpx.Response(502)
        return await inner.handle_async_request(request)

    asked = [TextAsked("broken", 3), TextAsked(PEOPLE[1].email, 3)]
    answers = await over(httpx.MockTransport(one_fails)).search_contacts(asked)
    assert isinstance(answers[asked[0]], Unavailable)
    assert len(matches(answers[asked[1]])) == 1


async def test_a_query_that_is_too_long_is_refused_in_hubspots_words() -> None:
    words = b'{"status":"error","message":"query too long","category":"VALIDATION_ERROR"}'
    asked = TextAsked("x" * 4000, 3)
    answer = (await over(answering(400, words)).search_deals([asked]))[asked]
    assert isinstance(answer, Rejected)
    assert str(answer) == "HUBSPOT answered 400: query too long"

"""Tickets found by words: what is sent, in which order they come, and how many calls they cost."""

import httpx
import pytest

from connectors.domain.errors import Rejected, Unavailable
from connectors.domain.search import Stretch, TextAsked, Turn
from connectors.domain.tickets import Ticket
from connectors.seed import timeline as timeline_module
from connectors.seed.people import MOST, People
from connectors.seed.timeline import Event
from connectors.zendesk.client import Zendesk
from connectors.zendesk.search import WORDS, by_text
from tests.connectors.support import NOW, Recorder, matches
from tests.connectors.zendesk.support import Call, calling, everybodys, everything, imitation, over, queries


async def found(zendesk: Zendesk, asked: TextAsked) -> tuple[Ticket, ...]:
    return matches((await zendesk.search_tickets([asked]))[asked])


async def test_a_search_is_one_call_for_tickets_with_all_of_the_words(zendesk: Zendesk, wire: Recorder) -> None:
    asked = TextAsked("Dashboard blank", 5)
    answers = await zendesk.search_tickets([asked, asked])
    assert queries(wire) == [["type:ticket", "Dashboard", "blank"]]
    assert "sort_by" not in wire.requests[0].url.params
    tickets = matches(answers[asked])
    assert 0 < len(tickets) <= 5
    assert all("Dashboard is blank" in ticket.subject for ticket in tickets)


async def test_assignees_come_along(zendesk: Zendesk) -> None:
    known = {ticket.external_id: ticket for ticket in await everybodys(zendesk)}
    for ticket in await found(zendesk, TextAsked("the", 30)):
        assert ticket == known[ticket.external_id]


@pytest.mark.parametrize(("first", "pages"), [(1, ["1"]), (100, ["1"]), (130, ["1", "2"])])
async def test_no_more_pages_are_read_than_it_takes(first: int, pages: list[str]) -> None:
    wire = imitation(People(2000, NOW))
    zendesk = over(wire)
    asked = TextAsked("invoice", first)
    tickets = await found(zendesk, asked)
    assert len(tickets) == (first if first <= 100 else 200)  # whole pages lead on, and no other
    assert len({ticket.external_id for ticket in tickets}) == len(tickets)
    assert [request.url.params["page"] for request in wire.requests] == pages
    assert wire.requests[0].url.params["per_page"] == str(min(first, 100))


async def test_a_search_takes_two_calls_and_ends_where_zendesk_does() -> None:
    calls: list[tuple[str, str]] = []

    def endless(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        calls.append((request.url.params["page"], request.url.params["per_page"]))
        ticket = {
            "url": "https://acme.zendesk.com/api/v2/tickets/1.json",
            "status": "open",
            "created_at": "2026-11-01T00:00:00Z",
            "updated_at": "2026-11-01T00:00:00Z",
        }
        results = [ticket | {"id": number * 100 + place} for place in range(100)]
        return httpx.Response(200, json={"results": results, "count": 10**6, "next_page": "more"})

    zendesk = over(httpx.MockTransport(endless))
    first, last = TextAsked("x", 5000), TextAsked("x", 120, start="10")
    answers = await zendesk.search_tickets([first])
    turns = (Turn(0, ""), Turn(100, "2"), Turn(200, "3"))
    assert answers[first] == Stretch(matches(answers[first]), more=True, turns=turns)
    answers = await zendesk.search_tickets([last])
    assert answers[last] == Stretch(matches(answers[last]), more=False, turns=(Turn(0, "10"),))
    assert calls == [("1", "100"), ("2", "100"), ("10", "100")]


@pytest.mark.parametrize("start", ["0", "11", "-1", "x", "1.5", "²"])
async def test_what_zendesk_cannot_have_named_is_refused_before_it_is_asked(
    zendesk: Zendesk, wire: Recorder, start: str
) -> None:
    asked = TextAsked("invoice", 5, start=start)
    assert isinstance((await zendesk.search_tickets([asked]))[asked], Rejected)
    assert wire.requests == []


@pytest.mark.parametrize(
    "asked", [TextAsked("", 5), TextAsked(' - "":<> ', 5), TextAsked("' … \0 &", 5), TextAsked("invoice", 0)]
)
async def test_a_search_for_nothing_finds_nothing_and_costs_no_call(
    zendesk: Zendesk, wire: Recorder, asked: TextAsked
) -> None:
    assert await zendesk.search_tickets([asked]) == {asked: Stretch()}
    assert wire.requests == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("requester:7 status>open", "requester 7 status open"),
        ('"exact phrase" -without +with', "exact phrase without with"),
        ("a*b (c OR d) [e]", "a b c OR d e"),
        ("Straße 東京 é", "Straße 東京 é"),
        ("created<2026-01-01", "created 2026-01-01"),
        ("Job 🏔️ #hiring _this -- +1", "Job hiring this 1"),
    ],
)
def test_a_text_is_words_and_nothing_else(text: str, words: str) -> None:
    assert by_text(text, 5)["query"] == f"type:ticket {words}"


def test_no_more_words_are_sent_than_a_search_takes() -> None:
    assert len(str(by_text("word " * 100, 5)["query"]).split()) == WORDS + 1


async def test_a_failing_search_is_its_own_texts_alone() -> None:
    inner = imitation()

    async def answer(request: httpx.Request) -> httpx.Response:
        failing = "boom" in request.url.params["query"]
        return httpx.Response(500) if failing else await inner.handle_async_request(request)

    good, bad = TextAsked("the", 2), TextAsked("boom", 2)
    answers = await over(httpx.MockTransport(answer)).search_tickets([good, bad])
    assert isinstance(answers[good], Stretch)
    assert isinstance(answers[bad], Unavailable)


@pytest.fixture
def call() -> Call:
    return calling()


def test_the_imitation_finds_what_has_every_word(call: Call) -> None:
    every = everything(call)
    matching = {
        body["id"]
        for body in every
        if all(word in f"{body['subject']} {body['description']}".lower() for word in ("invoice", "address"))
    }
    assert {body["id"] for body in everything(call, "type:ticket INVOICE address")} == matching
    assert matching


def test_words_narrow_what_else_is_asked_for(call: Call) -> None:
    found_ = everything(call, "type:ticket status:closed invoice")
    assert found_
    assert {body["status"] for body in found_} == {"closed"}


def test_by_relevance_those_with_the_words_in_their_subject_come_first(call: Call) -> None:
    hits = ["invoice" in body["subject"].lower() for body in call.search("type:ticket invoice").json()["results"]]
    assert hits == sorted(hits, reverse=True)
    newest = [body["created_at"] for body in call.search("type:ticket the", sort_by="created_at").json()["results"]]
    assert newest == sorted(newest, reverse=True)


def test_a_search_over_a_hundred_thousand_people_looks_back_so_far_and_no_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int | None] = []
    find = timeline_module.Timeline.find

    def counted(self: timeline_module.Timeline, number: int | None) -> Event | None:
        looked.append(number)
        return find(self, number)

    monkeypatch.setattr(timeline_module.Timeline, "find", counted)
    assert calling(People(MOST, NOW)).search("type:ticket nowhere").json()["count"] == 0
    assert len(looked) < 6000


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_is_no_key_is_refused(call: Call, key: str) -> None:
    body = {"ticket": {"comment": {"body": "Hello"}}}
    refused = call.post("/api/v2/tickets.json", body, **{"Idempotency-Key": key})
    assert (refused.status_code, refused.json()["error"]) == (400, "IdempotentRequestError")

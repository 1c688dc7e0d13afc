"""One walk for a batch: what it costs, where it ends, and what it claims."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.errors import Rejected, Unavailable
from connectors.domain.page import Page, Position, Slice, position
from connectors.domain.payments import Payment, PaymentsAsked, PaymentStatus
from connectors.domain.references import CustomerRef
from connectors.paypal.client import Paypal
from connectors.paypal.walk import DEEPEST
from connectors.paypal.windows import history
from tests.connectors.paypal.support import Json, Written, client, everything, line, page_of, payer, returned
from tests.connectors.support import NOW

DAY = timedelta(days=1)
ADA, BOB = payer("ADA"), payer("BOB")
WINDOWS = history(NOW)


def ids(found: Slice[Payment]) -> list[str]:
    return [payment.external_id.rstrip("X") for payment in found.items]


async def walked(paypal: Paypal, ref: CustomerRef | None, size: int) -> tuple[list[Payment], int]:
    """A list joined from its pages, and how many there were."""
    joined: list[Payment] = []
    page = Page(size)
    for count in range(1, 100):
        found = await page_of(paypal, PaymentsAsked(ref, page))
        joined += found.items
        if found.horizon is None:
            return joined, count
        assert page.after is None or found.horizon < page.after
        page = Page(size, found.horizon)
    raise AssertionError(page)


async def test_a_batch_of_any_size_costs_one_walk() -> None:
    wire = Written([line(f"A{number}", NOW - number * DAY, by=f"P{number}") for number in range(50)])
    asked = [PaymentsAsked(payer(f"P{number}"), Page(5)) for number in range(50)]
    answers = await client(wire).payments(asked)
    assert len(wire.requests) == DEEPEST
    assert [ids(one) for one in answers.values() if isinstance(one, Slice)] == [[f"A{n}"] for n in range(50)]


async def test_a_page_ends_where_it_is_full() -> None:
    wire = Written([line(f"A{number:02}", NOW - number * DAY) for number in range(60)])
    found = await page_of(client(wire), PaymentsAsked(None, Page(10)))
    assert ids(found) == [f"A{number:02}" for number in range(10)]
    assert found.horizon == position(found.items[-1])
    assert len(wire.requests) == 1


async def test_a_page_that_is_not_full_says_how_far_it_was_looked() -> None:
    wire = Written([line("A", NOW - DAY), line("B", NOW - 3 * 365 * DAY + 9 * DAY)])
    found = await page_of(client(wire), PaymentsAsked(ADA, Page(10)))
    assert ids(found) == ["A"]
    assert found.horizon == Position(WINDOWS[DEEPEST - 1].start, "")


async def test_the_next_page_goes_on_from_there_until_paypals_memory_ends() -> None:
    wire = Written([line("A", NOW - DAY), line("B", NOW - 3 * 365 * DAY + 9 * DAY)])
    payments, pages = await walked(client(wire), ADA, 10)
    assert [one.external_id[0] for one in payments] == ["A", "B"]
    assert pages == 3


async def test_a_list_that_is_wanted_whole_is_read_to_the_end_of_three_years() -> None:
    wire = Written([line("A", NOW - DAY), line("B", NOW - 3 * 365 * DAY + 9 * DAY)])
    found = await page_of(client(wire), PaymentsAsked(ADA, Page(None)))
    assert (ids(found), found.horizon) == (["A", "B"], None)
    assert len(wire.requests) == len(WINDOWS)


async def test_the_first_window_is_read_alone_and_the_others_side_by_side() -> None:
    written, rounds = Written([]), [0]

    class Together(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "GET":
                rounds[-1] += 1
                await asyncio.sleep(0)  # all of a round are sent before the first is answered
                if rounds[-1]:
                    rounds.append(0)
            return await written.handle_async_request(request)

    await page_of(client(Together()), PaymentsAsked(ADA, Page(1)))
    assert [count for count in rounds if count] == [1, 2, 4, 8]


async def test_since_ends_the_walk_and_leaves_older_payments_out() -> None:
    since = NOW - 20 * DAY
    wire = Written([line("A", since), line("B", since - timedelta(seconds=1))])
    found = await page_of(client(wire), PaymentsAsked(ADA, Page(10), since=since))
    assert (ids(found), found.horizon) == (["A"], None)
    assert len(wire.requests) == len([window for window in WINDOWS if window.end > since])


async def test_since_the_future_is_nothing_and_costs_nothing() -> None:
    wire = Written([line("A", NOW - DAY)])
    found = await page_of(client(wire), PaymentsAsked(None, Page(10), since=NOW + DAY))
    assert (found, wire.requests) == (Slice(()), [])


async def test_a_status_is_sifted_out_after_refunds_were_taken_off() -> None:
    lines = [
        *(line(id, NOW - days * DAY) for id, days in (("A", 3), ("B", 5), ("C", 7))),
        returned("R1", "A", NOW - DAY, "-10.00"),
        returned("R2", "C", NOW - 6 * DAY, "-1.00"),
    ]
    for status, expected in {
        PaymentStatus.REFUNDED: ["A"],
        PaymentStatus.SUCCEEDED: ["B"],
        PaymentStatus.PARTIALLY_REFUNDED: ["C"],
        PaymentStatus.FAILED: [],
    }.items():
        found = await page_of(client(Written(lines)), PaymentsAsked(ADA, Page(None), status))
        assert ids(found) == expected


async def test_a_refund_in_a_later_window_than_its_payment_is_taken_off() -> None:
    lines = [line("A", NOW - 100 * DAY), returned("R", "A", NOW - 2 * DAY)]
    (payment,) = await everything(client(Written(lines)), ADA)
    assert payment.refunded.amount == 4


async def test_a_page_that_goes_on_takes_off_what_was_given_back_above_it() -> None:
    lines = [line("A", NOW - 100 * DAY), returned("R", "A", NOW - 2 * DAY)]
    wire = Written(lines)
    found = await page_of(client(wire), PaymentsAsked(ADA, Page(5, Position(NOW - 90 * DAY, ""))))
    assert [payment.refunded.amount for payment in found.items] == [4]
    kinds = [request.url.params.get("transaction_type") for request in wire.requests]
    assert kinds == ["T1107"] * 4 + [None] * (len(kinds) - 4)


async def test_a_page_that_goes_on_reads_nothing_that_is_newer() -> None:
    wire = Written([])
    await page_of(client(wire), PaymentsAsked(ADA, Page(5, Position(WINDOWS[20].end, ""))))
    ends = [one.url.params["end_date"] for one in wire.requests if "transaction_type" not in one.url.params]
    assert max(ends) == WINDOWS[20].end.strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_one_list_from_the_top_and_one_that_goes_on_share_a_walk() -> None:
    wire = Written([line("A", NOW - DAY), line("B", NOW - 200 * DAY, by="BOB")])
    top = PaymentsAsked(ADA, Page(5))
    further = PaymentsAsked(BOB, Page(5, Position(NOW - 100 * DAY, "")))
    answers = await client(wire).payments([top, further])
    assert [ids(answers[one]) for one in (top, further) if isinstance(answers[one], Slice)] == [["A"], ["B"]]  # type: ignore[arg-type]  # checked in the same line
    assert len(wire.requests) == DEEPEST


async def test_payments_of_the_same_second_are_ordered_by_id_and_split_between_pages() -> None:
    wire = Written([line(id, NOW - DAY) for id in ("B", "D", "A", "C")])
    payments, _ = await walked(client(wire), None, 1)
    assert [one.external_id[0] for one in payments] == ["D", "C", "B", "A"]


async def test_a_payment_in_the_second_that_two_windows_share_is_listed_once() -> None:
    wire = Written([line("A", WINDOWS[1].start), line("B", WINDOWS[2].start)])
    for size in (1, 2, 5):
        payments, _ = await walked(client(wire), ADA, size)
        assert [one.external_id[0] for one in payments] == ["A", "B"]


async def test_a_page_of_nothing_leads_on() -> None:
    wire = Written([line("A", NOW - DAY)])
    found = await page_of(client(wire), PaymentsAsked(None, Page(0)))
    assert found.items == ()
    assert found.horizon is not None
    assert found.horizon > Position(NOW - DAY, "paypal:A")


async def test_the_same_question_twice_is_one() -> None:
    wire = Written([])
    asked = PaymentsAsked(ADA, Page(5))
    assert list(await client(wire).payments([asked, asked])) == [asked]
    assert len(wire.requests) == DEEPEST


async def test_who_is_not_linked_has_nothing_and_costs_nothing() -> None:
    wire = Written([line("A", NOW - DAY)])
    asked = PaymentsAsked(CustomerRef("1"), Page(5))
    assert await client(wire).payments([asked]) == {asked: Slice(())}
    assert (wire.requests, wire.tokens) == ([], 0)


def crowded(days: int, a_day: int) -> list[Json]:
    return [line(f"N{number}", NOW - number * DAY / a_day, by=f"P{number}") for number in range(days * a_day)]


async def test_a_busy_accounts_newest_are_found_in_few_calls() -> None:
    wire = Written(crowded(40, 300))
    found = await page_of(client(wire), PaymentsAsked(None, Page(20)))
    assert ids(found) == [f"N{number}" for number in range(20)]
    assert len(wire.requests) <= 8


async def test_a_busy_account_is_looked_through_less_deep_and_says_so() -> None:
    wire = Written(crowded(60, 300))
    paypal, asked = client(wire), PaymentsAsked(payer("P1"), Page(20))
    found = await page_of(paypal, asked)
    assert ids(found) == ["N1"]
    assert found.horizon is not None
    assert timedelta(days=7) < NOW - found.horizon.at < timedelta(days=60)
    assert DEEPEST <= len(wire.requests) < 2 * DEEPEST


async def test_the_pages_of_a_busy_account_join_to_the_whole() -> None:
    wire = Written(crowded(12, 250))
    payments, _ = await walked(client(wire), None, 1000)
    assert [one.external_id.rstrip("X") for one in payments] == [f"N{number}" for number in range(3000)]


async def test_a_whole_list_that_takes_too_many_calls_is_an_error_rather_than_a_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("connectors.paypal.walk.WHOLE", 20)
    wire = Written(crowded(200, 30))
    whole, page = PaymentsAsked(payer("P1"), Page(None)), PaymentsAsked(payer("P1"), Page(3))
    answers = await client(wire).payments([whole, page])
    refusal = answers[whole]
    assert isinstance(refusal, Rejected)
    assert "lists no payments by payer, and has more of them than 20 calls can go through" in str(refusal)
    assert isinstance(answers[page], Slice)
    assert 20 <= len(wire.requests) < 40


class FailingFrom(httpx.AsyncBaseTransport):
    """Fails searches that begin before a moment."""

    def __init__(self, inner: Written, moment: str) -> None:
        self.inner = inner
        self.moment = moment

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.params.get("start_date", "9") < self.moment:
            return httpx.Response(503)
        return await self.inner.handle_async_request(request)


async def test_a_window_that_fails_leaves_the_lists_that_do_not_need_it() -> None:
    lines = [*(line(f"A{number}", NOW - number * DAY) for number in range(5)), line("B", NOW - DAY, by="BOB")]
    wire = FailingFrom(Written(lines), WINDOWS[1].start.strftime("%Y-%m"))
    asked = [PaymentsAsked(ADA, Page(2)), PaymentsAsked(BOB, Page(2)), PaymentsAsked(None, Page(3))]
    answers = await client(wire).payments(asked)
    assert [type(answers[one]) for one in asked] == [Slice, Unavailable, Slice]


async def test_where_refunds_cannot_be_known_a_page_that_goes_on_is_an_error() -> None:
    wire = FailingFrom(Written([]), "9")
    asked = PaymentsAsked(ADA, Page(5, Position(NOW - 100 * DAY, "")))
    answers = await client(wire).payments([asked])
    assert isinstance(answers[asked], Unavailable)


HOURS = st.lists(st.integers(1, 3 * 360 * 24), max_size=25)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(HOURS, st.integers(1, 6), st.sampled_from([ADA, BOB, None]))
async def test_pages_of_any_size_join_to_the_whole(hours: Sequence[int], size: int, whose: CustomerRef | None) -> None:
    lines = [line(f"N{n}", NOW - hour * DAY / 24, by="ADA" if n % 3 else "BOB") for n, hour in enumerate(hours)]
    lines += [returned(f"R{n}", f"N{n}", NOW - hour * DAY / 25, "-1.00") for n, hour in enumerate(hours) if n % 4 == 0]
    paypal = client(Written(lines))
    payments, _ = await walked(paypal, whose, size)
    assert payments == await everything(paypal, whose)
    named = {whose.links[0].external_id} if whose else {"ADA", "BOB"}
    assert len(payments) == len([one for one in lines[: len(hours)] if one["payer_info"]["account_id"] in named])


@pytest.mark.parametrize("window", [0, 1, 7])
async def test_a_window_is_the_same_call_for_every_batch(window: int) -> None:
    wire = Written([])
    paypal = client(wire, whole=True)
    await page_of(paypal, PaymentsAsked(ADA, Page(5)))
    await page_of(paypal, PaymentsAsked(BOB, Page(9)))
    starts = [request.url.params["start_date"] for request in wire.requests]
    assert starts.count(WINDOWS[window].start.strftime("%Y-%m-%dT%H:%M:%SZ")) == 1

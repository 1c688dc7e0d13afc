"""One write in all its endings, over a shop that can be told how they end."""

import asyncio
from typing import Any

import pytest

from connectors.domain.deeds import State
from connectors.domain.errors import (
    ConnectorError,
    Overloaded,
    RateLimited,
    Rejected,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from connectors.domain.service import Service
from connectors.sources import Sources
from schema.build import new_context
from schema.principal import Principal
from schema.relay import node_id
from tests.schema.fake_deeds import Deeds
from tests.schema.fake_desks import RefundingShop, SellingCrm, Writing
from tests.schema.harness import REQUEST, Answer, engine, hub, run, run_in
from tests.schema.nouns import payment

PAYMENT = node_id("Payment", Service.STRIPE, "ch_1")
REFUND = "mutation($input: RefundPaymentInput!) { refundPayment(input: $input) { payment { id } errors { path } } }"
DEAL = "mutation($input: CreateDealInput!) { createDeal(input: $input) { deal { name } errors { path } } }"
ONCE = {"paymentId": PAYMENT, "idempotencyKey": "once"}
DONE = {"payment": {"id": PAYMENT}, "errors": []}
TIMED_OUT = TimedOut(Service.STRIPE, "STRIPE did not answer within 10 s")
KEYLESS = TimedOut(Service.HUBSPOT, "HUBSPOT did not answer within 10 s")


@pytest.fixture
def deeds() -> Deeds:
    return Deeds()


@pytest.fixture
def shop() -> RefundingShop:
    return RefundingShop(charges=[payment("ch_1")])


@pytest.fixture
def sources(shop: RefundingShop, deeds: Deeds) -> Sources:
    return hub(shop, deeds=deeds)


async def refund(sources: Sources, **given: object) -> Answer:
    return await run(sources, REFUND, input=ONCE | given)


async def done(sources: Sources, **given: object) -> Any:  # noqa: ANN401 - JSON, as a caller gets it
    return (await refund(sources, **given)).whole["refundPayment"]


async def test_the_same_key_and_input_acts_once_and_has_the_first_answer(
    sources: Sources, shop: RefundingShop, deeds: Deeds
) -> None:
    assert await done(sources) == await done(sources) == DONE
    assert shop.written.keys == ["once"]
    deeds.advance(hours=23)
    assert await done(sources) == DONE
    assert len(shop.written.sent) == 1
    deeds.advance(hours=1)
    await done(sources)
    assert len(shop.written.sent) == 2


async def test_another_input_with_the_key_is_refused(sources: Sources, shop: RefundingShop) -> None:
    await done(sources)
    answer = await refund(sources, reason="another")
    assert answer.codes == ["CONFLICT"]
    assert "another input" in answer.only_error["message"]
    assert len(shop.written.sent) == 1


async def test_another_caller_with_the_key_is_refused(sources: Sources) -> None:
    await done(sources)
    context = new_context(sources, REQUEST)
    context.principal = Principal(id="eve", name="Eve")
    assert (await run_in(engine(), context, REFUND, {"input": ONCE})).codes == ["CONFLICT"]


async def test_two_who_come_at_once_act_once(sources: Sources, shop: RefundingShop) -> None:
    first, second = await asyncio.gather(refund(sources), refund(sources))
    assert len(shop.written.sent) == 1
    assert {*first.codes, *second.codes} <= {"CONFLICT"}


@pytest.mark.parametrize("key", ["with blanks", "ключ", "k" * 65, "a:b"])
async def test_a_key_that_no_header_takes_reaches_the_service_as_one_that_it_does(
    sources: Sources, shop: RefundingShop, key: str
) -> None:
    await done(sources, idempotencyKey=key)
    await done(sources, idempotencyKey=key)
    (sent,) = shop.written.keys
    assert len(sent) == 64
    assert sent.isalnum()


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_a_key_that_is_none_is_a_refused_input(sources: Sources, shop: RefundingShop, key: str) -> None:
    payload = await done(sources, idempotencyKey=key)
    assert payload == {"payment": None, "errors": [{"path": ["input", "idempotencyKey"]}]}
    assert shop.written.sent == []


async def test_without_a_key_two_requests_are_two_acts_and_one_request_is_one(
    sources: Sources, shop: RefundingShop
) -> None:
    for request in ("one", "two", "two"):
        context = new_context(sources, request)
        assert (await run_in(engine(), context, REFUND, {"input": {"paymentId": PAYMENT}})).errors == []
    assert len(shop.written.sent) == len(set(shop.written.keys)) == 2


async def test_without_a_key_two_fields_of_one_request_are_two_acts(sources: Sources, shop: RefundingShop) -> None:
    query = "mutation($input: RefundPaymentInput!) { a: refundPayment(input: $input) { errors { path } } "
    query += "b: refundPayment(input: $input) { errors { path } } }"
    await run(sources, query, input={"paymentId": PAYMENT})
    assert len(set(shop.written.keys)) == 2


async def test_a_refusal_is_a_member_of_errors_and_frees_the_key(
    sources: Sources, shop: RefundingShop, deeds: Deeds
) -> None:
    shop.written.ends = [Rejected(Service.STRIPE, 400, "STRIPE answered 400: too much")]
    query = REFUND.replace("path", "path message")
    payload = (await run(sources, query, input=ONCE)).whole["refundPayment"]
    assert payload == {"payment": None, "errors": [{"path": ["input"], "message": "STRIPE answered 400: too much"}]}
    assert await done(sources, reason="less") == DONE
    assert deeds.results == ["begun", "refused", "begun", "done"]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Unavailable(Service.STRIPE, "STRIPE cannot be reached"), "UPSTREAM_UNAVAILABLE"),
        (RateLimited(Service.STRIPE, 3), "UPSTREAM_RATE_LIMITED"),
        (Overloaded(Service.STRIPE), "OVERLOADED"),
        (Unauthorized(Service.STRIPE, "no"), "UPSTREAM_UNAUTHORIZED"),
    ],
)
async def test_what_was_not_sent_is_an_error_and_frees_the_key(
    sources: Sources, shop: RefundingShop, deeds: Deeds, failure: ConnectorError, code: str
) -> None:
    shop.written.ends = [failure]
    answer = await refund(sources)
    assert answer.codes == [code]
    assert "outcome" not in answer.only_error["extensions"]
    assert await done(sources, reason="another") == DONE
    assert deeds.results == ["begun", "failed", "begun", "done"]


async def test_a_call_whose_fate_is_unknown_says_so(sources: Sources, shop: RefundingShop, deeds: Deeds) -> None:
    shop.written.ends = [TIMED_OUT]
    extensions = (await refund(sources)).only_error["extensions"]
    assert extensions == {"code": "UPSTREAM_TIMEOUT", "service": "STRIPE", "outcome": "UNKNOWN"}
    assert deeds.results == ["begun", "unknown"]
    assert (await refund(sources, reason="another")).codes == ["CONFLICT"]


async def test_where_the_service_honours_keys_an_unknown_fate_is_settled_by_the_same_key(
    sources: Sources, shop: RefundingShop
) -> None:
    shop.written = Writing(ends=[TIMED_OUT], acts_first=True)
    assert (await refund(sources)).codes == ["UPSTREAM_TIMEOUT"]
    assert await done(sources) == DONE
    assert (shop.written.keys, len(shop.written.acts)) == (["once", "once"], 1)


@pytest.mark.parametrize("failure", [Unavailable(Service.STRIPE, "no"), RateLimited(Service.STRIPE, 3), TIMED_OUT])
async def test_an_unknown_fate_stays_unknown_where_the_service_is_not_reached_the_second_time(
    sources: Sources, shop: RefundingShop, deeds: Deeds, failure: ConnectorError
) -> None:
    shop.written = Writing(ends=[TIMED_OUT, failure], acts_first=True)
    for _ in range(2):
        assert (await refund(sources)).only_error["extensions"]["outcome"] == "UNKNOWN"
    assert (await refund(sources, reason="another")).codes == ["CONFLICT"]
    assert await done(sources) == DONE
    assert deeds.results == ["begun", "unknown", "resumed", "unknown", "other_input", "resumed", "done"]
    assert len(shop.written.acts) == 1


async def test_an_unknown_fate_is_settled_by_the_refusal_of_the_same_key(sources: Sources, shop: RefundingShop) -> None:
    shop.written.ends = [TIMED_OUT, Rejected(Service.STRIPE, 400, "STRIPE answered 400: too much")]
    assert (await refund(sources)).only_error["extensions"]["outcome"] == "UNKNOWN"
    assert await done(sources) == {"payment": None, "errors": [{"path": ["input"]}]}


async def test_where_it_does_not_an_unknown_fate_is_a_conflict_and_nothing_is_sent() -> None:
    crm = SellingCrm(written=Writing(ends=[KEYLESS], acts_first=True))
    sources = hub(crm, deeds=Deeds())
    wanted = {"name": "Big", "idempotencyKey": "once"}
    assert (await run(sources, DEAL, input=wanted)).codes == ["UPSTREAM_TIMEOUT"]
    error = (await run(sources, DEAL, input=wanted)).only_error
    assert error["extensions"] == {"code": "CONFLICT", "service": "HUBSPOT", "outcome": "UNKNOWN"}
    assert "unknown" in error["message"]
    assert len(crm.written.sent) == 1


async def test_whoever_died_at_it_left_an_unknown_fate(deeds: Deeds) -> None:
    crm = SellingCrm()
    sources = hub(crm, deeds=deeds)
    wanted = {"name": "Big", "idempotencyKey": "once"}
    await run(sources, DEAL, input=wanted)
    (kept,) = deeds.kept.values()
    kept.state = State.PENDING
    error = (await run(sources, DEAL, input=wanted)).only_error
    assert error["extensions"] == {"code": "CONFLICT", "service": "HUBSPOT", "outcome": "PENDING"}
    assert "being done already" in error["message"]
    deeds.advance(seconds=60)
    error = (await run(sources, DEAL, input=wanted)).only_error
    assert error["extensions"]["outcome"] == "UNKNOWN"
    assert len(crm.written.sent) == 1


async def test_a_bug_leaves_an_unknown_fate(shop: RefundingShop, deeds: Deeds, sources: Sources) -> None:
    shop.written.ends = [ZeroDivisionError()]  # type: ignore[list-item]  # what no connector may raise
    assert (await refund(sources)).codes == ["INTERNAL"]
    assert deeds.results == ["begun", "unknown"]


async def test_without_the_store_nothing_is_sent(shop: RefundingShop) -> None:
    sources = hub(shop, deeds=Deeds(failure=Unavailable(Service.STORE, "STORE cannot be reached")))
    answer = await refund(sources)
    assert (answer.codes, answer.only_error["extensions"]["service"]) == (["UPSTREAM_UNAVAILABLE"], "STORE")
    assert shop.written.sent == []


async def test_a_store_that_fails_after_the_act_does_not_hide_it(
    shop: RefundingShop, caplog: pytest.LogCaptureFixture
) -> None:
    sources = hub(shop, deeds=Deeds(late_failure=Unavailable(Service.STORE, "STORE dropped the call")))
    assert await done(sources) == DONE
    assert "ended as done, which could not be kept" in caplog.text


async def test_what_came_of_it_and_is_gone_is_not_found(sources: Sources, shop: RefundingShop) -> None:
    await done(sources)
    shop.charges = []
    extensions = (await refund(sources)).only_error["extensions"]
    assert extensions == {"code": "NOT_FOUND", "service": "STRIPE", "outcome": "DONE"}


async def test_what_was_done_and_cannot_be_read_now_is_told_as_done(sources: Sources, shop: RefundingShop) -> None:
    await done(sources)
    shop.failure = RateLimited(Service.STRIPE, 3)
    extensions = (await refund(sources)).only_error["extensions"]
    assert extensions == {"code": "UPSTREAM_RATE_LIMITED", "service": "STRIPE", "retryAfter": 3, "outcome": "DONE"}


async def test_the_audit_tells_who_what_and_what_came_of_it_and_no_text_of_the_callers(
    sources: Sources, deeds: Deeds
) -> None:
    await done(sources, reason="hunter2 told me", idempotencyKey="hunter2")
    begun, ended = deeds.lines
    assert (begun.result, ended.result, ended.answer) == ("begun", "done", f"{PAYMENT} 0")
    assert (ended.kind, ended.service, ended.target) == ("refundPayment", Service.STRIPE, "ch_1")
    assert (ended.who, ended.request) == ("anonymous", REQUEST)
    assert "hunter2" not in repr(deeds.lines)
    assert "hunter2" not in repr(deeds.kept)

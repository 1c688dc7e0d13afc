from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.code import HostPage, HostSlice
from connectors.domain.errors import Unavailable
from connectors.domain.page import AFTER_ALL_OF_ITS_TIME, END, Page, Position, Slice, position
from connectors.domain.payments import Payment
from connectors.domain.service import Service
from schema import relay
from schema.errors import BadUserInputError
from schema.loaders.merging import Found
from schema.relay import (
    GlobalId,
    checked_first,
    dated_connection,
    dated_page,
    host_connection,
    host_page,
    merged_connection,
    seal,
    unseal,
)
from tests.schema.nouns import NOON, ago, payment

EXAMPLES = settings(derandomize=True, max_examples=60, deadline=None)
KINDS = st.sampled_from(["Customer", "Payment", "PullRequest"])
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2280, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def wrapped(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


GENUINE = str(GlobalId("Payment", Service.STRIPE, "ch_1"))
FORGED = {
    "empty": "",
    "plain": "ch_1",
    "not ASCII": "ä",
    "control characters": "\x00\n",
    "not base64": "!!!!",
    "one letter too many": GENUINE + "A",
    "with an ornament that base64 passes over": GENUINE + "!",
    "padded": GENUINE + "=" * (-len(GENUINE) % 4 or 4),
    "truncated": GENUINE[:-3],
    "half": GENUINE[: len(GENUINE) // 2],
    "not UTF-8": wrapped(b'[1,"id","Payment","stripe","\xff\xfe"]'),
    "a lone surrogate": wrapped(b'[1,"id","Payment","stripe","\\ud800"]'),
    "not JSON": wrapped(b"Payment:ch_1"),
    "an object": wrapped(b'{"kind":"Payment"}'),
    "a number": wrapped(b"1"),
    "an empty list": wrapped(b"[]"),
    "another version": wrapped(b'[2,"id","Payment","stripe","ch_1"]'),
    "a version that only equals ours": wrapped(b'[true,"id","Payment","stripe","ch_1"]'),
    "another purpose": seal("at", "Payment", "stripe", "ch_1"),
    "another service": seal("id", "Payment", "venmo", "ch_1"),
    "too short": seal("id", "Payment", "stripe"),
    "too long": seal("id", "Payment", "stripe", "ch_1", "more"),
    "a number for an id": seal("id", "Payment", "stripe", 1),
    "a null for an id": seal("id", "Payment", "stripe", None),
    "spelled otherwise": wrapped(b'[1, "id", "Payment", "stripe", "ch_1"]'),
    "another gateway's": wrapped(b"gid://shop/Payment/1"),
    "nested": wrapped(b"[" * 100_000),
    "nested, and closed": wrapped(b"[" * 900 + b"]" * 900),
    "huge": "A" * 1_000_000,
}


@EXAMPLES
@given(KINDS, st.sampled_from(Service), TEXTS)
def test_an_id_means_what_it_was_made_of(kind: str, service: Service, external_id: str) -> None:
    id = GlobalId(kind, service, external_id)
    assert GlobalId.parse(str(id)) == GlobalId.parse(str(id), kind) == id


@EXAMPLES
@given(TIMES, TEXTS)
def test_a_cursor_of_a_dated_list_means_what_it_was_made_of(at: datetime, key: str) -> None:
    cursor = seal("at", relay.micros(at), key)
    assert dated_page(3, cursor) == Page(3, Position(at, key))


def test_a_cursor_can_begin_where_no_service_but_one_has_moved() -> None:
    ahead = ((Service.STRIPE, position(payment("1"))), (Service.PAYPAL, END))
    parts = [part for service, at in ahead for part in (service.value, relay.micros(at.at), at.key)]
    assert dated_page(3, seal("at", None, None, *parts)) == Page(3, None, ahead)
    assert dated_page(3, seal("at", 0, "key", *parts)).ahead == ahead


@pytest.mark.parametrize(
    "parts",
    [
        [None, None],
        [None, "key", "stripe", 0, "a"],
        [0, "key", "stripe"],
        [0, "key", "stripe", 0],
        [0, "key", "venmo", 0, "a"],
        [0, "key", "stripe", "0", "a"],
        [0, "key", "stripe", 2**63, "a"],
        [0, "key", *["stripe", 0, "a"] * 20],
        [0, "key", *["stripe", 0, "a"] * 50_000],
    ],
    ids=["nowhere", "half a place", "no place", "half", "no service", "no time", "outside", "too many", "far too many"],
)
def test_a_cursor_with_places_that_this_graph_did_not_give_is_refused(parts: list[str | int | None]) -> None:
    with pytest.raises(BadUserInputError) as refusal:
        dated_page(3, seal("at", *parts))
    assert len(refusal.value.message) < 200


@EXAMPLES
@given(TEXTS)
def test_a_cursor_of_a_host_is_handed_back_to_it_as_it_was(theirs: str) -> None:
    assert host_page(5, seal("host", theirs)) == HostPage(5, theirs)


@EXAMPLES
@given(KINDS, st.sampled_from(Service), TEXTS)
def test_ids_and_cursors_can_stand_in_an_address(kind: str, service: Service, external_id: str) -> None:
    assert set(str(GlobalId(kind, service, external_id))) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def test_an_id_begins_with_a_version_inside() -> None:
    assert msgspec.json.decode(urlsafe_b64decode(GENUINE + "==="))[0] == 1


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED.keys())
def test_an_id_that_this_graph_did_not_give_is_refused(text: str) -> None:
    with pytest.raises(BadUserInputError, match="is not an id of this graph") as refusal:
        GlobalId.parse(text)
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize("text", FORGED.values(), ids=FORGED.keys())
def test_a_cursor_that_this_graph_did_not_give_is_refused(text: str) -> None:
    for page in (dated_page, host_page):
        with pytest.raises(BadUserInputError, match="is not a cursor of this list") as refusal:
            page(20, text)
        assert len(refusal.value.message) < 200


@EXAMPLES
@given(st.text(max_size=60) | st.binary(max_size=60).map(wrapped))
def test_no_text_breaks_what_reads_it(text: str) -> None:
    assert unseal("id", text) == []


def test_an_id_of_another_kind_is_refused_by_name() -> None:
    with pytest.raises(BadUserInputError, match="is the id of a Payment, not of a Customer"):
        GlobalId.parse(GENUINE, "Customer")


def test_cursors_of_different_lists_are_told_apart() -> None:
    dated, host = seal("at", 0, "key"), seal("host", "key")
    for refused in (lambda: dated_page(1, host), lambda: host_page(1, dated)):
        with pytest.raises(BadUserInputError, match="is not a cursor of this list"):
            refused()


@pytest.mark.parametrize("count", [10**15 * 999, -(10**18), 2**63, 2**64 - 1, 10**16 + 1, -62_135_596_800_000_001])
def test_a_cursor_outside_of_time_is_refused(count: int) -> None:
    with pytest.raises(BadUserInputError):
        dated_page(1, seal("at", count, "key"))


@pytest.mark.parametrize("first", [1, 2, 99, 100])
def test_a_page_has_one_to_a_hundred_items(first: int) -> None:
    assert checked_first(first) == dated_page(first, None).first == host_page(first, None).first == first


@pytest.mark.parametrize("first", [0, -1, 101, 1_000_000])
def test_any_other_number_of_items_is_refused(first: int) -> None:
    for refused in (dated_page, host_page):
        with pytest.raises(BadUserInputError, match=f"`first` is {first}; it must be between 1 and 100"):
            refused(first, None)


def test_null_asks_for_a_page_of_the_usual_size() -> None:
    assert checked_first(None) == 20


@EXAMPLES
@given(TIMES)
def test_times_are_counted_to_the_microsecond(at: datetime) -> None:
    assert relay.from_micros(relay.micros(at)) == at
    assert relay.from_micros(relay.micros(at) + 1) - at == timedelta(microseconds=1)


async def test_a_page_of_a_dated_list_ends_where_its_sources_stopped_looking() -> None:
    newest, older = payment("1", at=NOON), payment("2", at=ago(1))
    horizon = Position(ago(2), AFTER_ALL_OF_ITS_TIME)
    page = dated_connection(lambda item: item.external_id, Slice((newest, older), horizon), Page(5))
    assert [edge.node for edge in page.edges] == ["1", "2"]
    assert dated_page(5, page.page_info.end_cursor).after == horizon
    assert dated_page(5, page.page_info.start_cursor).after == position(newest)
    assert page.page_info.has_next_page
    assert not page.page_info.has_previous_page
    assert page.count is None


async def test_the_last_page_of_a_dated_list_ends_with_its_last_item() -> None:
    last = payment("2", at=ago(1))
    page = dated_connection(lambda item: item.external_id, Slice((last,)), Page(5, position(payment("1"))))
    assert page.page_info.end_cursor == page.edges[-1].cursor
    assert not page.page_info.has_next_page
    assert page.page_info.has_previous_page


async def test_an_empty_page_can_still_say_that_there_is_more() -> None:
    page = dated_connection(str, Slice((), Position(ago(9), "")), Page(5))
    assert page.page_info.has_next_page
    assert page.page_info.start_cursor is None
    assert dated_page(5, page.page_info.end_cursor).after == Position(ago(9), "")
    assert dated_connection(str, Slice(()), Page(5)).page_info.end_cursor is None


def lacking(*items: Payment, horizon: Position | None = None) -> Found[Payment]:
    """What Stripe has, while PayPal is down."""
    down = Unavailable(Service.PAYPAL, "PAYPAL dropped the call")
    return Found(Slice(items, horizon), (down,), (Service.STRIPE, Service.PAYPAL), frozenset({Service.PAYPAL}))


async def test_cursors_after_a_failure_lead_the_service_that_failed_to_where_it_was() -> None:
    newest, older = payment("1", at=NOON), payment("2", at=ago(1))
    start = Page(5, position(payment("0", at=ago(-1))))
    page = merged_connection(lambda item: item.external_id, lacking(newest, older, horizon=position(older)), start)
    for cursor, reached in ((page.edges[0].cursor, newest), (page.page_info.end_cursor, older)):
        onward = dated_page(5, cursor)
        assert onward.of(Service.PAYPAL) == start
        assert onward.of(Service.STRIPE) == Page(5, position(reached))


async def test_after_a_failure_there_is_a_next_page_until_one_has_led_nowhere() -> None:
    page = merged_connection(lambda item: item.external_id, lacking(payment("1")), Page(5))
    assert page.page_info.has_next_page
    again = dated_page(5, page.page_info.end_cursor)
    assert again.of(Service.STRIPE).after == END
    page = merged_connection(lambda item: item.external_id, lacking(), again)
    assert not page.page_info.has_next_page
    assert dated_page(5, page.page_info.end_cursor) == again, "who wants to may try once more from there"


async def test_a_page_of_a_host_keeps_its_cursors_and_its_count() -> None:
    page = host_connection(str.upper, HostSlice(("a", "b"), ("c1", "c2"), more=True, total=9), HostPage(2))
    assert [(edge.node, host_page(2, edge.cursor).after) for edge in page.edges] == [("A", "c1"), ("B", "c2")]
    assert host_page(2, page.page_info.end_cursor).after == "c2"
    assert page.page_info.has_next_page
    assert page.count is not None
    assert await page.count() == 9

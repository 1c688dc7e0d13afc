import pytest

from connectors.domain.activity import TimelineKind
from connectors.domain.page import END, Page, Position, Slice, position
from connectors.domain.payments import Payment
from connectors.domain.service import Service
from schema.errors import BadUserInputError
from schema.loaders.merging import Found
from schema.relay import seal
from schema.timeline_pages import TimelinePage, joined
from tests.schema.nouns import ago, payment

PAYMENT, INVOICE, NOTE = TimelineKind.PAYMENT, TimelineKind.INVOICE, TimelineKind.NOTE
STRIPE, PAYPAL, STORE = Service.STRIPE, Service.PAYPAL, Service.STORE
EARLY, LATE = Position(ago(5), "a"), Position(ago(1), "b")


def answered(*services: Service, behind: frozenset[Service] = frozenset()) -> Found[Payment]:
    return Found(Slice(()), (), services, behind)


@pytest.mark.parametrize(
    "page",
    [
        TimelinePage(20, LATE),
        TimelinePage(20, LATE, (((PAYMENT, STRIPE), EARLY),)),
        TimelinePage(20, None, (((PAYMENT, STRIPE), EARLY), ((INVOICE, STRIPE), END))),
    ],
)
def test_a_cursor_means_the_page_that_it_was_made_of(page: TimelinePage) -> None:
    assert TimelinePage.of(20, page.cursor) == page


def test_each_kind_is_asked_from_where_its_own_services_are() -> None:
    page = TimelinePage(20, LATE, (((PAYMENT, STRIPE), EARLY), ((INVOICE, STRIPE), END)))
    assert page.page(PAYMENT).of(STRIPE) == Page(20, EARLY)
    assert page.page(PAYMENT).of(PAYPAL) == Page(20, LATE)
    assert page.page(INVOICE).of(STRIPE) == Page(20, END)
    assert page.page(NOTE) == Page(20, LATE)


def test_a_service_can_fail_for_one_kind_and_go_on_for_another() -> None:
    found = {PAYMENT: answered(STRIPE, PAYPAL, behind=frozenset({STRIPE})), INVOICE: answered(STRIPE)}
    onward = TimelinePage(20, LATE).next(found, EARLY)
    assert onward.page(PAYMENT).of(STRIPE).after == LATE
    assert onward.page(PAYMENT).of(PAYPAL).after == EARLY
    assert onward.page(INVOICE).of(STRIPE).after == EARLY


def test_where_nothing_failed_the_place_is_one() -> None:
    assert TimelinePage(20, LATE).next({PAYMENT: answered(STRIPE, PAYPAL)}, EARLY) == TimelinePage(20, EARLY)


def test_what_is_missing_at_the_end_is_asked_for_once_more_and_then_not_again() -> None:
    found = {PAYMENT: answered(STRIPE, behind=frozenset({STRIPE})), NOTE: answered(STORE)}
    _, info = joined(found, TimelinePage(20, LATE))
    assert info.has_next_page
    again = TimelinePage.of(20, info.end_cursor)
    assert again == TimelinePage(20, LATE, (((NOTE, STORE), END),))
    _, info = joined(found, again)
    assert (info.has_next_page, info.end_cursor) == (False, again.cursor)


def test_a_page_is_cut_at_its_size_and_leads_on() -> None:
    charges = [payment(str(hours), at=ago(hours)) for hours in range(3)]
    shown, info = joined({PAYMENT: Found(Slice(tuple(charges)), (), (STRIPE,))}, TimelinePage(2))
    assert [item.external_id for item, _ in shown] == ["0", "1"]
    assert info.has_next_page
    assert TimelinePage.of(2, info.end_cursor).after == position(charges[1])
    assert (info.start_cursor, info.end_cursor) == (shown[0][1], shown[1][1])


def test_an_empty_timeline_has_no_cursors() -> None:
    shown, info = joined({PAYMENT: answered(STRIPE)}, TimelinePage(2))
    assert (shown, info.has_next_page, info.start_cursor, info.end_cursor) == ([], False, None, None)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        seal("at", 0, "key"),
        seal("timeline"),
        seal("timeline", None, None),
        seal("timeline", 0, None),
        seal("timeline", 2**63, "key"),
        seal("timeline", 0, "key", "payment", "stripe", 0),
        seal("timeline", 0, "key", "birth", "stripe", 0, "a"),
        seal("timeline", 0, "key", "payment", "venmo", 0, "a"),
        seal("timeline", 0, "key", *("payment", "stripe", 0, "a") * 200),
        seal("timeline", 0, "key", *("payment", "stripe", 0, "a") * 50_000),
    ],
    ids=range(12),
)
def test_a_cursor_that_no_timeline_gave_is_refused(cursor: str) -> None:
    with pytest.raises(BadUserInputError) as refusal:
        TimelinePage.of(20, cursor)
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_out_of_bounds_is_refused(first: int) -> None:
    with pytest.raises(BadUserInputError, match="must be between 1 and 100"):
        TimelinePage.of(first, None)

"""Every body has the fields that Zendesk documents, of the documented kinds, and no other."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
import pytest

from connectors.zendesk.sandbox_bodies import instant
from tests.connectors.zendesk.support import Call, calling

Time = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
Address = Annotated[str, msgspec.Meta(pattern=r"^https://imitation\.zendesk\.com/api/v2/(tickets|users)/\d+\.json$")]


class Source(msgspec.Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    from_: dict[str, object]
    to: dict[str, object]
    rel: str | None


class Via(msgspec.Struct, forbid_unknown_fields=True):
    channel: Literal["api", "web", "email", "native_messaging"]
    source: Source


class DocumentedTicket(msgspec.Struct, forbid_unknown_fields=True):
    """https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/#json-format."""

    url: Address
    id: int
    external_id: str | None
    via: Via
    created_at: Time
    updated_at: Time
    generated_timestamp: int
    type: Literal["problem", "incident", "question", "task"] | None
    subject: str
    raw_subject: str
    description: str
    priority: Literal["urgent", "high", "normal", "low"] | None
    status: Literal["new", "open", "pending", "hold", "solved", "closed"]
    recipient: str | None
    requester_id: int
    submitter_id: int
    assignee_id: int | None
    organization_id: int | None
    group_id: int | None
    collaborator_ids: list[int]
    follower_ids: list[int]
    email_cc_ids: list[int]
    forum_topic_id: int | None
    problem_id: int | None
    has_incidents: bool
    is_public: bool
    due_at: str | None
    tags: list[str]
    custom_fields: list[dict[str, object]]
    satisfaction_rating: dict[str, object] | None
    sharing_agreement_ids: list[int]
    custom_status_id: int
    fields: list[dict[str, object]]
    followup_ids: list[int]
    brand_id: int
    allow_channelback: bool
    allow_attachments: bool
    from_messaging_channel: bool
    result_type: Literal["ticket"] | msgspec.UnsetType = msgspec.UNSET


class DocumentedUser(msgspec.Struct):
    """https://developer.zendesk.com/api-reference/ticketing/users/users/#json-format, what an account does not add."""

    id: int
    url: Address
    name: str
    email: str
    created_at: Time
    updated_at: Time
    role: Literal["end-user", "agent", "admin"]
    active: bool
    verified: bool
    suspended: bool
    time_zone: str
    locale: str
    locale_id: int
    tags: list[str]
    user_fields: dict[str, object]
    default_group_id: int | None
    organization_id: int | None
    phone: str | None


@pytest.fixture
def call() -> Call:
    return calling()


def documented(body: dict[str, Any]) -> DocumentedTicket:
    return msgspec.convert(body, DocumentedTicket)


def test_every_ticket_that_is_found_is_as_documented(call: Call) -> None:
    for number in (1, 2):
        body = call.search("type:ticket", page=number, include="tickets(users)").json()
        assert set(body) == {"results", "facets", "next_page", "previous_page", "count", "users"}
        read = [documented(one) for one in body["results"]]
        assert {one.result_type for one in read} == {"ticket"}
        assert all(one.created_at <= one.updated_at for one in read)
        assert all(one.generated_timestamp >= 1_700_000_000 for one in read)
        assert msgspec.convert(body["users"], list[DocumentedUser])


def test_every_ticket_that_is_listed_or_shown_is_as_documented(call: Call) -> None:
    listed = call.get("/api/v2/tickets.json", **{"page[size]": 100}).json()
    assert set(listed) == {"tickets", "meta", "links"}
    assert set(listed["meta"]) == {"has_more", "after_cursor", "before_cursor"}
    ids = ",".join(str(documented(one).id) for one in listed["tickets"])
    shown = call.get("/api/v2/tickets/show_many.json", ids=ids).json()
    assert set(shown) == {"tickets", "next_page", "previous_page", "count"}
    assert shown["tickets"] == listed["tickets"]


def test_a_new_ticket_is_as_documented(call: Call) -> None:
    body = call.post("/api/v2/tickets.json", {"ticket": {"comment": {"body": "Hej"}}}).json()
    assert set(body) == {"ticket", "audit"}
    read = documented(body["ticket"])
    assert read.result_type is msgspec.UNSET
    assert {"id", "ticket_id", "created_at", "author_id", "metadata", "events"} == set(body["audit"])


def test_agents_have_a_group_and_customers_none(call: Call) -> None:
    body = call.search("type:ticket", include="tickets(users)").json()
    users = msgspec.convert(body["users"], list[DocumentedUser])
    assert {user.default_group_id is None for user in users if user.role == "agent"} == {False}
    assert {user.default_group_id for user in users if user.role == "end-user"} == {None}


def test_a_ticket_goes_to_the_group_of_its_topic(call: Call) -> None:
    read = [documented(one) for one in call.search("type:ticket").json()["results"]]
    money = {one.group_id for one in read if set(one.tags) & {"invoice", "refund"}}
    rest = {one.group_id for one in read if not set(one.tags) & {"invoice", "refund"}}
    assert len(money) == len(rest) == 1
    assert money != rest


def test_times_are_written_to_the_second_in_utc() -> None:
    assert instant(datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)) == "2026-01-02T03:04:05Z"

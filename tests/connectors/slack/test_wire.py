"""Bodies as Slack documents them, with what is unusual about them, and the nouns they become."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.domain.chat import Channel
from connectors.domain.errors import RateLimited, Rejected, Unauthorized, Unavailable
from connectors.domain.service import Service
from connectors.slack import wire
from connectors.slack.errors import failure

T = TypeVar("T")


def recorded(method: str, into: type[T]) -> T:
    """A body in Slack's documented shape."""
    path = Path(__file__).with_name("bodies") / f"{method}.json"
    return msgspec.json.decode(path.read_bytes(), type=into)


CHANNELS = recorded("conversations.list", wire.ChannelList)
MENTIONS, ROBOT, OUTSIDER, JOIN = recorded("conversations.history", wire.History).messages or []


def test_a_channel_becomes_one() -> None:
    assert CHANNELS.channels is not None
    assert [wire.channel(one) for one in CHANNELS.channels] == [
        Channel(
            service=Service.SLACK,
            external_id="C012AB3CD",
            name="général",
            topic="Tout & rien, l'intranet",
            members=4,
        ),
        Channel(service=Service.SLACK, external_id="G061EG9T2", name="finanzen", topic=None, members=None),
    ]
    assert [one.is_member for one in CHANNELS.channels] == [True, False]


def test_the_cursor_is_where_slack_puts_it() -> None:
    assert CHANNELS.response_metadata == wire.Metadata("dGVhbTpDMDYxRkE1UEI=")


def test_what_was_said_is_told_from_what_happened() -> None:
    assert [one.subtype in wire.SAID for one in (MENTIONS, ROBOT, OUTSIDER, JOIN)] == [True, True, True, False]


def test_apps_and_outsiders_bring_their_names_along() -> None:
    assert [wire.spoken_for(one) for one in (MENTIONS, ROBOT, OUTSIDER)] == [None, "deploys", "Zoé Müller"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"bot_profile": {"name": "Tributary"}}, "Tributary"),
        ({"bot_profile": {"name": None}}, None),
        ({"username": "", "user_profile": {"display_name": "zoe", "real_name": "Zoé"}}, "zoe"),
        ({"user_profile": {"display_name": None, "real_name": ""}}, None),
        ({}, None),
    ],
)
def test_a_name_is_the_first_that_is_one(body: dict[str, object], name: str | None) -> None:
    assert wire.spoken_for(msgspec.convert({"ts": "1.000000"} | body, wire.SlackMessage)) == name


def test_a_user_without_a_profile_goes_by_their_handle() -> None:
    assert wire.called(None, "zoe") == "zoe"
    assert wire.called(wire.Profile("", ""), "zoe") == "zoe"
    assert wire.called(wire.Profile("", "Zoé Müller"), "zoe") == "Zoé Müller"


def test_text_is_shown_without_its_control_sequences() -> None:
    assert wire.plain(MENTIONS.text) == "Siehe Übersicht, @lina & #general"
    assert wire.plain(OUTSIDER.text) == "@here @support today a@b.example https://x.example"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U1>", "@U1"),
        ("<#C1>", "#C1"),
        ("<!everyone>", "@everyone"),
        ("<!subteam^S012>", "@subteam"),
        ("<https://a.example?x=1&amp;y=2>", "https://a.example?x=1&y=2"),
        ("&amp;lt;", "&lt;"),
        ("1 &lt; 2", "1 < 2"),
        ("<>", ""),
        ("a < b", "a < b"),
        ("", ""),
    ],
)
def test_every_control_sequence_has_a_plain_form(text: str, shown: str) -> None:
    assert wire.plain(text) == shown


@given(st.text())
def test_what_we_say_is_shown_as_it_was_said(text: str) -> None:
    assert wire.plain(wire.escaped(text)) == text


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        ("1512085950.000216", datetime(2017, 11, 30, 23, 52, 30, 216, tzinfo=UTC)),
        ("0.000000", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1512085930.999999", datetime(2017, 11, 30, 23, 52, 10, 999_999, tzinfo=UTC)),
    ],
)
def test_a_ts_is_a_time_to_the_microsecond(stamp: str, at: datetime) -> None:
    assert wire.time_of(stamp) == at


@given(st.integers(0, 10**11 - 1), st.integers(0, 999_999))
def test_a_time_is_the_ts_that_it_came_from(seconds: int, micros: int) -> None:
    assert wire.stamp_of(wire.time_of(f"{seconds}.{micros:06}")) == f"{seconds}.{micros:06}"


def test_a_ts_does_not_depend_on_where_the_clock_hangs() -> None:
    at = wire.time_of("1512085930.999999")
    from_afar = at.astimezone(datetime(2026, 1, 1).astimezone().tzinfo)
    assert wire.stamp_of(from_afar + timedelta(microseconds=1)) == "1512085931.000000"


def test_a_permalink_has_the_workspaces_form() -> None:
    link = "https://acme.slack.com/archives/C012AB3CD/p1512085950000216"
    assert wire.permalink("https://acme.slack.com/", "C012AB3CD", "1512085950.000216") == link
    assert wire.permalink(None, "C012AB3CD", "1512085950.000216") is None


@pytest.mark.parametrize("ts", ["1512085950", "1512085950.0002", "x.000216", "151208595000.000216", "", "1.0000000"])
def test_a_message_whose_name_is_no_time_is_refused(ts: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="ts"):
        msgspec.convert({"ts": ts}, wire.SlackMessage)


@pytest.mark.parametrize(
    "body", [{}, {"ok": "yes"}, {"ok": True, "messages": [{}]}, {"ok": True, "messages": "none", "has_more": False}]
)
def test_what_slack_does_not_document_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, wire.History)


def test_an_error_with_a_status_is_told_by_its_word() -> None:
    assert wire.error_message(b'{"ok": false, "error": "ratelimited"}') == "ratelimited"
    assert wire.error_message(b'{"ok": true}') is None
    with pytest.raises(msgspec.MsgspecError):
        wire.error_message(b"<html>")


@pytest.mark.parametrize("word", ["ratelimited", "rate_limited"])
def test_too_often_is_told_without_saying_how_long(word: str) -> None:
    error = failure(wire.Answer(ok=False, error=word))
    assert isinstance(error, RateLimited)
    assert error.retry_after is None


@pytest.mark.parametrize(
    "word", ["not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "missing_scope"]
)
def test_what_is_wrong_with_a_token_is_unauthorized(word: str) -> None:
    error = failure(wire.Answer(ok=False, error=word))
    assert isinstance(error, Unauthorized)
    assert word in str(error)


def test_a_missing_scope_is_named() -> None:
    error = failure(wire.Answer(ok=False, error="missing_scope", needed="users:read"))
    assert str(error) == "SLACK does not accept our token (missing_scope); it lacks the scope users:read"


@pytest.mark.parametrize("word", ["internal_error", "fatal_error", "service_unavailable", "request_timeout"])
def test_what_passes_is_unavailable(word: str) -> None:
    assert isinstance(failure(wire.Answer(ok=False, error=word)), Unavailable)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("channel_not_found", 404),
        ("user_not_found", 404),
        ("not_in_channel", 400),
        ("invalid_cursor", 400),
        ("a_word_from_the_future", 400),
        (None, 400),
    ],
)
def test_anything_else_is_rejected_by_its_word(word: str | None, status: int) -> None:
    error = failure(wire.Answer(ok=False, error=word))
    assert isinstance(error, Rejected)
    assert error.status == status
    assert (word or "unknown_error") in str(error)

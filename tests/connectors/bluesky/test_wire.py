from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.bluesky import wire
from connectors.domain.service import Service
from connectors.domain.social import Post, Profile
from tests.connectors.bluesky.support import ADA, NOON, view


def recorded(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes()


FEED = msgspec.json.decode(recorded("feed.json"), type=wire.Feed)
PROFILES = msgspec.json.decode(recorded("profiles.json"), type=wire.Profiles).profiles


def dated(created: object, indexed: str = "2026-10-01T12:00:00.000Z") -> datetime:
    body = view(0, record={"text": "", "createdAt": created}, indexedAt=indexed)
    return wire.sort_at(msgspec.convert(body, wire.PostView))


def test_a_post_keeps_its_text_its_counts_and_where_it_is() -> None:
    assert wire.post(FEED.feed[0].post) == Post(
        service=Service.BLUESKY,
        external_id=f"at://{ADA}/app.bsky.feed.post/3m4aaaaaaaa22",
        author="ada.example.com",
        text="Grüße aus Zürich 🏔️\nzweite Zeile",
        created_at=NOON,
        likes=3,
        reposts=2,
        replies=1,
        url="https://bsky.app/profile/ada.example.com/post/3m4aaaaaaaa22",
    )


def test_a_post_without_counts_has_none_and_one_without_a_handle_is_seen_by_its_did() -> None:
    post = wire.post(FEED.feed[1].post)
    assert (post.likes, post.reposts, post.replies, post.text) == (0, 0, 0, "")
    assert post.url == "https://bsky.app/profile/did:plc:bobbobbobbobbobbobbobbob/post/3m4bbbbbbbb22"


def test_what_is_passed_on_is_not_the_passers_own() -> None:
    assert [wire.own(item, ADA) for item in FEED.feed] == [True, False]
    assert wire.own(FEED.feed[0], "ada.example.com")
    assert not wire.own(FEED.feed[0], "did:plc:bobbobbobbobbobbobbobbob")


def test_a_profile_keeps_its_counts_its_name_and_its_picture() -> None:
    assert wire.profile(PROFILES[0]) == Profile(
        service=Service.BLUESKY,
        handle="ada.example.com",
        display_name="Ada 🧮",
        followers=1_200_000,
        following=1,
        posts_count=77,
        avatar_url="https://cdn.bsky.app/img/avatar/plain/did:plc:ada/bafkrei@jpeg",
        url="https://bsky.app/profile/ada.example.com",
    )


def test_a_bare_profile_has_no_name_no_picture_and_no_followers() -> None:
    bare = wire.profile(PROFILES[1])
    assert (bare.display_name, bare.avatar_url, bare.followers) == (None, None, 0)
    assert bare.url == "https://bsky.app/profile/did:web:bare.example.com"
    assert wire.profile(wire.ProfileView(did=ADA, handle="a.b", display_name="")).display_name is None


@pytest.mark.parametrize(
    ("claimed", "told"),
    [
        ("2026-10-01T11:59:59.500Z", NOON - timedelta(milliseconds=500)),
        ("2031-01-01T00:00:00Z", NOON),
        ("2026-10-01T13:30:00+02:00", NOON - timedelta(minutes=30)),
        ("2026-10-01T11:00:00", NOON - timedelta(hours=1)),
        ("2026-10-01T11:00:00.123456789Z", datetime(2026, 10, 1, 11, 0, 0, 123457, UTC)),
        ("0001-01-01T00:00:00+23:00", datetime(1970, 1, 1, tzinfo=UTC)),
        ("last week", NOON),
        ("", NOON),
    ],
)
def test_a_post_is_dated_by_the_earlier_of_claim_and_sight(claimed: str, told: datetime) -> None:
    assert dated(claimed) == told
    assert dated(claimed).tzinfo is UTC


def test_a_sight_without_a_zone_does_not_fit() -> None:
    with pytest.raises(msgspec.ValidationError, match="timezone"):
        dated("2026-10-01T11:00:00Z", "2026-10-01T12:00:00")


def test_a_record_of_another_kind_is_a_post_without_words() -> None:
    body = view(0, record={"$type": "com.example.other"})
    assert wire.post(msgspec.convert(body, wire.PostView)).text == ""


def test_an_error_is_told_in_blueskys_words_or_by_its_name() -> None:
    assert wire.error_message(b'{"error":"InvalidRequest","message":"Profile not found"}') == "Profile not found"
    assert wire.error_message(b'{"error":"UpstreamFailure"}') == "UpstreamFailure"
    with pytest.raises(msgspec.MsgspecError):
        wire.error_message(b"<html>")

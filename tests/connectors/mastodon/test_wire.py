from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from connectors.domain.service import Service
from connectors.domain.social import Post, Profile
from connectors.mastodon import wire
from tests.connectors.mastodon.support import NOON, account, status


def recorded(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes()


ADA, BOB, EVE, CY = msgspec.json.decode(recorded("accounts.json"), type=list[wire.Account])
FIRST, OLD, PASSED_ON = msgspec.json.decode(recorded("statuses.json"), type=list[wire.Status])


def read(**changes: object) -> wire.Status:
    return msgspec.convert(status(1, **changes), wire.Status)  # type: ignore[arg-type]  # bodies are of any shape


def test_a_post_keeps_its_words_its_counts_and_where_it_is() -> None:
    assert wire.post(FIRST) == Post(
        service=Service.MASTODON,
        external_id="115299999999999999",
        author="ada",
        text=("Grüße & Küsse aus Zürich 🏔️\nzweite Zeile\n\nhttps://www.example.com/a/very/long/way/to/a/page #berge"),
        created_at=NOON + timedelta(milliseconds=537),
        likes=3,
        reposts=2,
        replies=1,
        url="https://mastodon.social/@ada/115299999999999999",
    )


def test_a_post_of_another_server_without_an_address_is_seen_by_its_name_there() -> None:
    post = wire.post(OLD)
    assert (post.author, post.url) == ("bob@troet.example", "https://troet.example/users/bob/statuses/1")
    assert (post.likes, post.reposts, post.replies) == (0, 0, 0)


def test_a_post_is_dated_in_utc() -> None:
    assert wire.post(OLD).created_at == datetime(2017, 4, 1, 7, 8, 7, tzinfo=UTC)
    assert wire.post(OLD).created_at.tzinfo is UTC


def test_a_warning_stands_before_the_words() -> None:
    assert wire.post(OLD).text == "Essen"
    assert wire.post(read(spoiler_text=" Essen ", content="<p>Käse</p>")).text == "Essen\n\nKäse"


def test_what_is_passed_on_is_not_the_passers_own() -> None:
    assert [wire.own(one) for one in (FIRST, OLD, PASSED_ON)] == [True, True, False]


def test_a_status_came_when_its_id_was_given_or_when_it_was_said() -> None:
    assert wire.came_at(read(late=timedelta(hours=3))) == NOON + timedelta(minutes=179)
    assert wire.came_at(OLD) == datetime(2017, 4, 1, 7, 8, 7, tzinfo=UTC)


def test_a_status_needs_no_more_than_what_names_it() -> None:
    post = wire.post(read(content=""))
    assert (post.text, post.likes, post.url) == ("", 0, "https://mastodon.social/users/ada/statuses/1")


def test_a_profile_keeps_its_counts_its_name_and_its_picture() -> None:
    assert wire.profile(ADA) == Profile(
        service=Service.MASTODON,
        handle="ada",
        display_name="Ada 🧮 :blobcat:",
        followers=1_200_000,
        following=3,
        posts_count=77,
        avatar_url="https://files.mastodon.social/a.png",
        url="https://mastodon.social/@ada",
    )


def test_a_bare_profile_has_no_name_and_no_picture_and_is_seen_by_its_name_there() -> None:
    bare = wire.profile(BOB)
    assert bare is not None
    assert (bare.display_name, bare.avatar_url, bare.url) == (None, None, "https://troet.example/users/bob")
    unpictured = wire.profile(msgspec.convert(account(), wire.Account))
    assert unpictured is not None
    assert unpictured.avatar_url is None


def test_a_suspended_account_is_gone_and_one_that_moved_is_not() -> None:
    assert wire.profile(EVE) is None
    moved = wire.profile(CY)
    assert moved is not None
    assert moved.handle == "cy"


def test_an_error_is_told_in_mastodons_words() -> None:
    assert wire.error_message(b'{"error":"Record not found"}') == "Record not found"
    described = b'{"error":"invalid_grant","error_description":"The grant has expired."}'
    assert wire.error_message(described) == "The grant has expired."
    with pytest.raises(msgspec.MsgspecError):
        wire.error_message(b"<html>")


@pytest.mark.parametrize("field", ["id", "created_at", "account", "uri"])
def test_a_status_without_what_names_it_does_not_fit(field: str) -> None:
    body = status(1)
    del body[field]
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert(body, wire.Status)

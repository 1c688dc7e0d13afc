import pytest

from connectors.bluesky.names import is_actor, is_post, post_url, profile_url

DID = "did:plc:z72i7hdynmk6r22z27h6tvur"


@pytest.mark.parametrize(
    "name", [DID, "did:web:example.com", "ada.bsky.social", "Ada-1.Example.COM", "xn--zrich-kva.ch"]
)
def test_dids_and_handles_name_somebody(name: str) -> None:
    assert is_actor(name)


@pytest.mark.parametrize(
    "name",
    ["", "ada", "@ada.bsky.social", "ada..social", "-ada.bsky.social", "did:plc:", "a b.c", "handle.invalid", "a.1"],
)
def test_anything_else_names_nobody(name: str) -> None:
    assert not is_actor(name)


def test_only_a_posts_own_address_is_one() -> None:
    assert is_post(f"at://{DID}/app.bsky.feed.post/3kabcdefghij2")
    for other in (
        f"at://{DID}/app.bsky.feed.like/3kabcdefghij2",
        f"at://{DID}/app.bsky.feed.post/",
        f"at://{DID}/app.bsky.feed.post/a/b",
        f"at://{DID}/app.bsky.feed.post/a?b",
        "at://ada.bsky.social/app.bsky.feed.post/3kabcdefghij2",
        f"https://bsky.app/profile/{DID}/post/3kabcdefghij2",
        "",
    ):
        assert not is_post(other)


def test_the_web_address_has_the_handle_or_the_did_where_the_handle_is_lost() -> None:
    assert profile_url(DID, "ada.bsky.social") == "https://bsky.app/profile/ada.bsky.social"
    assert profile_url(DID, "handle.invalid") == f"https://bsky.app/profile/{DID}"
    uri = f"at://{DID}/app.bsky.feed.post/3kabcdefghij2"
    assert post_url(uri, DID, "ada.bsky.social") == "https://bsky.app/profile/ada.bsky.social/post/3kabcdefghij2"

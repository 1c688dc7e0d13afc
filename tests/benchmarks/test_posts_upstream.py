import json
from unittest.mock import Mock

from benchmarks.posts_data import POSTS, expected
from benchmarks.posts_upstream import Static, answer

ASKED = b"GET /users?id=2&id=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_users_are_chosen_by_id() -> None:
    body = answer("/users?id=2&id=7&id=99").partition(b"\r\n\r\n")[2]

    assert [user["id"] for user in json.loads(body)] == [2, 7]


def test_a_response_says_how_long_it_is() -> None:
    head, _, body = answer("/posts").partition(b"\r\n\r\n")

    assert f"Content-Length: {len(body)}".encode() in head
    assert len(json.loads(body)) == POSTS


def test_what_there_is_not_is_not_found() -> None:
    assert answer("/comments").startswith(b"HTTP/1.1 404 Not Found\r\n")


def test_a_request_may_arrive_in_pieces_and_two_at_once() -> None:
    transport, static = Mock(), Static()
    static.connection_made(transport)

    static.data_received(ASKED[:20])
    assert not transport.write.called
    static.data_received(ASKED[20:] + ASKED)

    assert [call.args[0] for call in transport.write.mock_calls] == [answer("/users?id=2&id=1")] * 2


def test_every_post_has_its_user() -> None:
    posts = expected()

    assert len(posts) == POSTS
    assert all(isinstance(post["user"], dict) and post["user"]["id"] == post["userId"] for post in posts)

"""Messages, without a server that has limits of its own."""

import json

import pytest

from gateway.http.sockets import messages
from gateway.http.sockets.closing import Closed


@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_message_that_is_too_large_is_refused_by_its_bytes(letter: str) -> None:
    size = messages.LIMIT // len(letter.encode())
    with pytest.raises(Closed) as closed:
        messages.read(letter * (size + 1))
    assert closed.value.code == 1009


def pinged(inside: str) -> str:
    """The answer to a ping with this JSON in it."""
    message = messages.read(f'{{"type":"ping","payload":{{"a":{inside}}}}}')
    assert isinstance(message, messages.Ping)
    return messages.pong(message.payload)


@pytest.mark.parametrize("inside", ['"\ud800"', r'"\ud800"', "NaN", "Infinity", "1e400", '"\x00"'])
def test_what_could_not_be_sent_back_is_not_taken(inside: str) -> None:
    with pytest.raises(Closed) as closed:
        pinged(inside)
    assert closed.value.code == 4400


@pytest.mark.parametrize("inside", ["-0.0", r'"\u0000"', "[null, true]", "12345678901234567890"])
def test_what_is_taken_is_sent_back(inside: str) -> None:
    assert json.loads(pinged(inside))["payload"] == json.loads(f'{{"a":{inside}}}')


def test_a_reason_fits_a_frame_and_is_cut_between_characters() -> None:
    assert Closed(4400, "a" + "é" * 100).reason == "a" + "é" * 61


def test_an_error_needs_no_complete() -> None:
    assert messages.error("1", [{"message": "no"}]) == '{"id":"1","type":"error","payload":[{"message":"no"}]}'
    assert messages.refused("1", b'{"errors":[{"message":"no"}]}') == messages.error("1", [{"message": "no"}])

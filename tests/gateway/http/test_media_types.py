import pytest

from gateway.http.media_types import (
    EVENTS,
    JSON,
    MULTIPART,
    RESPONSE,
    Accepted,
    Format,
    Stream,
    is_json,
    negotiated,
)
from gateway.http.refusal import Refused

ACCEPTED = {
    None: JSON,
    "": JSON,
    "*/*": JSON,
    "application/*": JSON,
    "application/json": JSON,
    "Application/JSON": JSON,
    "application/json; charset=utf-8": JSON,
    "application/graphql-response+json": RESPONSE,
    "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8": RESPONSE,
    "application/json, application/graphql-response+json": RESPONSE,
    "application/graphql-response+json;q=0.9, application/json": JSON,
    "application/graphql-response+json, application/json;q=0.9": RESPONSE,
    "application/graphql-response+json;q=0.5, */*": JSON,
    "application/json;q=0.1, */*": RESPONSE,
    "application/json;q=0, */*": RESPONSE,
    "application/graphql-response+json;q=0, */*": JSON,
    "application/graphql-response+json, */*": RESPONSE,
    "application/json, */*": JSON,
    "text/html, */*;q=0.1": JSON,
    "multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json": RESPONSE,
    "application/graphql-response+json;q=2, application/json;q=0.1": JSON,
    "nonsense, ,;, application/json": JSON,
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8": JSON,
}


@pytest.mark.parametrize(("accept", "answered"), ACCEPTED.items())
def test_the_answer_is_what_the_client_likes_best(accept: str | None, answered: bytes) -> None:
    assert negotiated(accept.encode() if accept is not None else None).media == answered


NEWER, OLDER = Stream(Format.INCREMENTAL_0_2, MULTIPART), Stream(Format.DEFER_2022, MULTIPART)
WHOLE = Stream(Format.WHOLE, MULTIPART)
EVENT_STREAM = Stream(Format.WHOLE, EVENTS)
# As it comes: which parts it knows it does not say.
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
)
STREAMED = {
    # Apollo Client 4, with either handler
    "multipart/mixed;incrementalSpec=v0.2,application/graphql-response+json,application/json;q=0.9": Accepted(
        RESPONSE, None, NEWER
    ),
    "multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9": Accepted(
        RESPONSE, None, OLDER
    ),
    URQL: Accepted(RESPONSE),
    # graphql-sse
    "text/event-stream": Accepted(None, EVENT_STREAM),
    "Multipart/Mixed; IncrementalSpec=V0.2": Accepted(None, NEWER, NEWER),
    'multipart/mixed; boundary="-"; deferSpec="20220824", application/json': Accepted(JSON, None, OLDER),
    "multipart/mixed;deferSpec=20220824, multipart/mixed;incrementalSpec=v0.2, */*;q=0.1": Accepted(JSON, NEWER, NEWER),
    "multipart/mixed;deferSpec=20220824, multipart/mixed;incrementalSpec=v0.2;q=0.9": Accepted(None, OLDER, OLDER),
    "text/event-stream;incrementalSpec=v0.2, application/json": Accepted(
        JSON, None, Stream(Format.INCREMENTAL_0_2, EVENTS)
    ),
    "multipart/mixed;incrementalSpec=v0.2, text/event-stream;incrementalSpec=v0.2": Accepted(
        None, Stream(Format.INCREMENTAL_0_2, EVENTS), Stream(Format.INCREMENTAL_0_2, EVENTS)
    ),
    "multipart/mixed": Accepted(None, WHOLE),
    "multipart/mixed;incrementalSpec=v0.2;q=0.5, application/json": Accepted(JSON),
    "multipart/mixed;incrementalSpec=v0.2;q=0.5, text/event-stream": Accepted(None, EVENT_STREAM),
    "multipart/mixed;incrementalSpec=v0.2;q=0, application/json": Accepted(JSON),
    "text/event-stream;q=0.5, application/json;q=0.4": Accepted(JSON, EVENT_STREAM),
    "text/event-stream;charset=utf-8, text/html": Accepted(None, EVENT_STREAM),
}


@pytest.mark.parametrize(("accept", "accepted"), STREAMED.items())
def test_parts_are_for_clients_that_name_them_and_like_nothing_better(accept: str, accepted: Accepted) -> None:
    assert negotiated(accept.encode()) == accepted


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "application/json;q=0",
        "*/*;q=0",
        "application/json; charset=utf-16",
        "multipart/*",
        "multipart/mixed;q=0",
        "multipart/mixed;subscriptionSpec=1.0",
        "multipart/mixed;incrementalSpec=v0.3",
        "application/json;incrementalSpec=v0.2",
        "text/event-stream;charset=utf-16",
        "nonsense",
        "application/xml, text/*",
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_can(accept: str) -> None:
    with pytest.raises(Refused, match=r"application/json or application/graphql-response\+json") as refused:
        negotiated(accept.encode())
    assert (refused.value.status, refused.value.code) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        'application/json; charset="UTF-8"',
        "application/json; profile=x",
    ],
)
def test_json_in_utf_8_is_read(content_type: str) -> None:
    assert is_json(content_type.encode())


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/json",
        "application/graphql",
        "application/json, text/plain",
        "application/json; charset=latin-1",
        "application/graphql+json",
        "multipart/form-data; boundary=x",
    ],
)
def test_anything_else_is_not(content_type: str) -> None:
    assert not is_json(content_type.encode())
    assert not is_json(None)

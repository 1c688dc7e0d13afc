import msgspec
import pytest

from gateway.execution.operation import Answer, Freshness
from gateway.http.media_types import JSON, RESPONSE
from gateway.http.refusal import Refused
from gateway.http.responses import answered, batched, refused, unfit

BODY = b'{"data":{"a":1}}'


def test_an_answer_is_sent_as_it_is() -> None:
    status, headers, body = answered(Answer(BODY), JSON, "query")
    assert (status, body) == (200, BODY)
    assert dict(headers) == {
        b"content-type": b"application/json; charset=utf-8",
        b"content-length": b"16",
        b"cache-control": b"no-store",
    }


@pytest.mark.parametrize(("media", "status"), [(JSON, 200), (RESPONSE, 400)])
def test_where_nothing_was_executed_the_newer_media_type_says_so(media: bytes, status: int) -> None:
    response = answered(Answer(b"{}", executed=False, freshness=Freshness(60)), media, "query")
    assert response.status == status
    assert dict(response.headers)[b"content-type"] == media + b"; charset=utf-8"
    assert dict(response.headers)[b"cache-control"] == b"no-store"


def test_what_may_be_stored_says_how_old_it_is_and_what_it_depends_on() -> None:
    headers = dict(answered(Answer(BODY, freshness=Freshness(300, 299)), JSON, "query").headers)
    assert headers[b"cache-control"] == b"private, max-age=300"
    assert (headers[b"age"], headers[b"vary"]) == (b"299", b"Accept, Authorization, Cookie")


@pytest.mark.parametrize("private", [True, False])
def test_what_is_private_is_never_public(*, private: bool) -> None:
    answer = Answer(BODY, freshness=Freshness(60, 0, private=private))
    caching = dict(answered(answer, JSON, "query").headers)[b"cache-control"]
    assert (b"private" in caching, b"public" in caching) == (private, not private)


@pytest.mark.parametrize(
    ("kind", "freshness"),
    [("mutation", Freshness(60)), ("query", Freshness(60, 61)), ("query", Freshness())],
)
def test_a_mutation_and_what_is_stale_are_not_stored(kind: str, freshness: Freshness) -> None:
    headers = dict(answered(Answer(BODY, freshness=freshness), JSON, kind).headers)
    assert headers[b"cache-control"] == b"no-store"
    assert b"age" not in headers


def test_headers_can_be_added_to_one_response_without_a_trace_in_the_next() -> None:
    answered(Answer(BODY), JSON, "query").headers.append((b"x", b"y"))
    assert (b"x", b"y") not in answered(Answer(BODY), JSON, "query").headers


@pytest.mark.parametrize(("media", "status"), [(JSON, 200), (RESPONSE, 400)])
def test_an_unfit_document_is_told_by_its_errors(media: bytes, status: int) -> None:
    errors = [{"message": "Syntax Error", "extensions": {"code": "GRAPHQL_PARSE_FAILED"}}]
    response = unfit(errors, media)
    assert (response.status, msgspec.json.decode(response.body)) == (status, {"errors": errors})


def test_a_refusal_keeps_its_status_its_code_and_its_headers() -> None:
    refusal = Refused(405, "METHOD_NOT_ALLOWED", "No.", headers=((b"allow", b"POST"),), cache_control=b"no-cache")
    response = refused(refusal, RESPONSE)
    assert response.status == 405
    assert msgspec.json.decode(response.body) == {
        "errors": [{"message": "No.", "extensions": {"code": "METHOD_NOT_ALLOWED"}}]
    }
    headers = dict(response.headers)
    assert (headers[b"allow"], headers[b"cache-control"]) == (b"POST", b"no-cache")


def test_several_are_one_list() -> None:
    several = [answered(Answer(BODY), RESPONSE, "query"), unfit([], RESPONSE)]
    response = batched(several, RESPONSE)
    assert (response.status, msgspec.json.decode(response.body)) == (200, [{"data": {"a": 1}}, {"errors": []}])
    assert dict(response.headers)[b"content-length"] == str(len(response.body)).encode()

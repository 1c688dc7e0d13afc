import pytest

from gateway.http.documents import AsSent, PersistedQuery, persisted_query
from gateway.http.refusal import Refused
from gateway.http.requests import Parameters

HASH = "a" * 64


def test_a_document_is_what_was_sent() -> None:
    assert AsSent().text(Parameters(query="{ a }", id="ignored")) == "{ a }"


def test_an_empty_document_is_the_engines_to_refuse() -> None:
    assert AsSent().text(Parameters(query="")) == ""


@pytest.mark.parametrize("asked", [Parameters(), Parameters(id="x"), Parameters(extensions={"other": 1})])
def test_without_a_document_there_is_nothing_to_execute(asked: Parameters) -> None:
    with pytest.raises(Refused, match="no `query`") as refused:
        AsSent().text(asked)
    assert (refused.value.status, refused.value.code) == (400, "BAD_REQUEST")


def test_a_client_that_tries_hashes_is_told_to_stop() -> None:
    with pytest.raises(Refused, match=r"^PersistedQueryNotSupported$") as refused:
        AsSent().text(Parameters(extensions={"persistedQuery": {"version": 1, "sha256Hash": HASH}}))
    assert (refused.value.status, refused.value.code) == (200, "PERSISTED_QUERY_NOT_SUPPORTED")


@pytest.mark.parametrize("extensions", [None, {}, {"persistedQuery": None}, {"other": {"sha256Hash": HASH}}])
def test_a_request_need_not_name_a_hash(extensions: dict[str, object] | None) -> None:
    assert persisted_query(Parameters(extensions=extensions)) is None


def test_the_hash_is_read() -> None:
    asked = Parameters(extensions={"persistedQuery": {"version": 1, "sha256Hash": HASH, "more": 1}})
    assert persisted_query(asked) == PersistedQuery(sha256=HASH)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("x", "cannot be read: Expected `object`, got `str`"),
        ({"version": 1}, "missing required field `sha256Hash`"),
        ({"version": 1, "sha256Hash": 5}, r"Expected `str`, got `int` - at `\$.sha256Hash`"),
        ({"version": 2, "sha256Hash": HASH}, "version` has to be 1"),
        ({"version": "1", "sha256Hash": HASH}, "Expected `int`"),
    ],
)
def test_a_hash_that_cannot_be_understood_is_refused(value: object, complaint: str) -> None:
    with pytest.raises(Refused, match=complaint) as refused:
        persisted_query(Parameters(extensions={"persistedQuery": value}))
    assert (refused.value.status, refused.value.code) == (400, "BAD_REQUEST")

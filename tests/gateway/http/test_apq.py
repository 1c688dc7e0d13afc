import sys
from hashlib import sha256

import pytest

from gateway.http.apq import AutomaticDocuments
from gateway.http.refusal import Refused
from gateway.http.requests import Parameters


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def asked(text: str | None, sha: str) -> Parameters:
    return Parameters(query=text, extensions={"persistedQuery": {"version": 1, "sha256Hash": sha}})


def named(text: str) -> Parameters:
    return asked(None, digest(text))


def sent(text: str) -> Parameters:
    return asked(text, digest(text))


def test_a_request_without_a_hash_is_as_ever() -> None:
    documents = AutomaticDocuments()
    assert documents.text(Parameters(query="{ a }")) == "{ a }"
    with pytest.raises(Refused, match="no `query`"):
        documents.text(Parameters())
    with pytest.raises(Refused, match="PersistedQueryNotFound"):
        documents.text(named("{ a }"))


def test_an_unknown_hash_makes_the_client_send_the_document() -> None:
    with pytest.raises(Refused, match=r"^PersistedQueryNotFound$") as refused:
        AutomaticDocuments().text(named("{ a }"))
    assert (refused.value.status, refused.value.code) == (200, "PERSISTED_QUERY_NOT_FOUND")
    assert refused.value.cache_control == b"private, no-cache, must-revalidate"


def test_a_document_that_came_with_its_hash_is_remembered() -> None:
    documents = AutomaticDocuments()
    assert documents.text(sent("{ é }")) == "{ é }"
    assert documents.text(named("{ é }")) == "{ é }"


@pytest.mark.parametrize("sha", [digest("{ b }"), "", "x", digest("{ a }").upper()])
def test_a_wrong_hash_is_refused_and_not_remembered(sha: str) -> None:
    documents = AutomaticDocuments()
    with pytest.raises(Refused) as refused:
        documents.text(asked("{ a }", sha))
    assert (refused.value.status, refused.value.code) == (400, "PERSISTED_QUERY_HASH_MISMATCH")
    with pytest.raises(Refused, match="PersistedQueryNotFound"):
        documents.text(asked(None, sha))


def test_memory_is_bounded_in_bytes_and_the_latest_used_stay() -> None:
    texts = [f"{{ field{number} {'x' * 1000} }}" for number in range(4)]
    entry = sys.getsizeof(texts[0]) + 300
    documents = AutomaticDocuments(3 * entry)
    for text in texts[:3]:
        documents.text(sent(text))
    documents.text(named(texts[0]))
    documents.text(sent(texts[3]))
    assert documents.text(named(texts[0])) == texts[0]
    with pytest.raises(Refused, match="PersistedQueryNotFound"):
        documents.text(named(texts[1]))


def test_a_document_that_is_larger_than_the_memory_is_executed_and_not_remembered() -> None:
    documents = AutomaticDocuments(1000)
    documents.text(sent("{ a }"))
    large = f"{{ {'x' * 1000} }}"
    assert documents.text(sent(large)) == large
    with pytest.raises(Refused, match="PersistedQueryNotFound"):
        documents.text(named(large))
    assert documents.text(named("{ a }")) == "{ a }"

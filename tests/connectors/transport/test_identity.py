from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.service import Service
from connectors.transport.call import Call, attach
from connectors.transport.identity import changed_by, changes_something, identity, is_read, origin
from connectors.transport.snapshot import Snapshot
from connectors.transport.validation import conditional
from tests.connectors.transport.vendor_wire import URL, read, write

SECRET = {"Authorization": "Bearer s3cret"}


def key(request: httpx.Request, service: Service = Service.GITHUB) -> object:
    return identity(service, request)


def test_the_same_read_has_the_same_key() -> None:
    assert key(read(headers={"Accept": "a", "X-Version": "1"})) == key(read(headers={"x-version": "1", "accept": "a"}))


@pytest.mark.parametrize(
    "other",
    [
        read(credential="b"),
        read(method="HEAD"),
        read(URL + "/1"),
        read(URL + "?page=2"),
        read(URL.replace("https", "http")),
        read(URL.replace("example", "example:8443")),
        read(content=b"{}"),
        read(headers={"Accept": "text/csv"}),
        read(headers={"Accept-Language": "fr"}),
        read(headers={"Content-Type": "application/json"}),
        read(headers={"Stripe-Version": "2023-08-16"}),
        read(headers={"Cookie": "a=b"}),
        read(headers={"If-None-Match": '"1"'}),
    ],
    ids=lambda request: f"{request.method} {request.url} {request.headers}",
)
def test_what_can_vary_an_answer_is_in_the_key(other: httpx.Request) -> None:
    assert key(other) != key(read())


def test_two_services_never_share_a_key() -> None:
    assert key(read(), Service.GITHUB) != key(read(), Service.JIRA)


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "another"},
        {"Connection": "close"},
        {"traceparent": "00-1-2-01"},
        {"Authorization": "Bearer renewed"},
        {"Cache-Control": "no-cache"},
    ],
)
def test_what_never_varies_an_answer_is_not(headers: dict[str, str]) -> None:
    assert key(read(headers=headers)) == key(read())


def test_an_address_is_the_same_however_it_is_spelled() -> None:
    assert key(read("https://Vendor.Example:443/v1/../v1/things#top")) == key(read())


def test_a_key_holds_no_secret() -> None:
    asked = read(headers=SECRET | {"X-Api-Key": "k3y", "Cookie": "session=c00kie"}, content=b"t0ken")
    shown = repr(identity(Service.GITHUB, asked))
    assert not any(secret in shown for secret in ("s3cret", "k3y", "c00kie", "t0ken"))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.tuples(st.text("ab:,\n[]", max_size=4), st.binary(max_size=4)), st.data())
def test_headers_and_body_cannot_be_taken_for_each_other(parts: tuple[str, bytes], data: st.DataObject) -> None:
    other = data.draw(st.tuples(st.text("ab:,\n[]", max_size=4), st.binary(max_size=4)))
    first, second = (read(headers={"X": value}, content=body) for value, body in (parts, other))
    assert (key(first) == key(second)) == (parts == other)


@pytest.mark.parametrize(
    ("request_", "is_one"),
    [
        (read(), True),
        (read(method="HEAD"), True),
        (read(method="POST", content=b"{}"), True),
        (read(method="POST", content=b"{}", headers={"Idempotency-Key": "k"}), False),
        (read(method="PUT"), False),
        (read(method="OPTIONS"), False),
        (write("POST"), False),
        (attach(httpx.Request("GET", URL), Call(repeatable=False)), False),
        (httpx.Request("GET", URL), True),
        (httpx.Request("POST", URL), False),
    ],
)
def test_a_read_is_what_its_connector_calls_repeatable_and_carries_no_key(
    request_: httpx.Request,
    is_one: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    assert is_read(request_) is is_one


@pytest.mark.parametrize(
    ("request_", "does"),
    [
        (read(), False),
        (read(method="OPTIONS"), False),
        (read(method="POST"), False),
        (attach(httpx.Request("GET", URL), Call(repeatable=False)), False),
        (read(method="POST", headers={"Idempotency-Key": "k"}), True),
        (read(method="PUT"), True),
        (write("DELETE"), True),
    ],
)
def test_what_is_neither_a_read_nor_safe_changes_something(request_: httpx.Request, does: bool) -> None:  # noqa: FBT001 - a column of the table above
    assert changes_something(request_) is does


def test_what_is_streamed_up_is_no_read() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"one"

    streamed = attach(httpx.Request("POST", URL, content=body()), Call(repeatable=True))
    assert not is_read(streamed)
    assert changes_something(streamed)


def test_an_origin_names_a_port_only_where_it_is_not_the_schemes() -> None:
    assert origin(httpx.URL("https://vendor.example:443/a")) == "https://vendor.example"
    assert origin(httpx.URL("https://vendor.example:444/a")) == "https://vendor.example:444"


@pytest.mark.parametrize(
    ("path", "credential", "changed"),
    [
        ("/v1/things", "b", True),
        ("/v1/things?page=2", "b", True),
        ("/v1/things/1", "a", False),
        ("/v1/lists", "a", True),
        ("/v1/lists/", "a", True),
        ("/v1/lists/1/items?x=/v1/other", "a", True),
        ("/v1/lists", "b", False),
        ("/v1/lists-of-others", "a", False),
        ("/v1/other?x=/v1/lists", "a", False),
        ("/v1", "a", False),
    ],
)
@pytest.mark.parametrize("named", ["/v1/lists", "/v1/lists/"])
def test_a_write_changes_its_own_path_for_all_and_what_it_names_for_its_credential(
    path: str, credential: str, named: str, *, changed: bool
) -> None:
    change = attach(httpx.Request("POST", URL), Call(credential="a", evicts=(named,)))
    asked = identity(Service.GITHUB, read(URL.replace("/v1/things", path), credential=credential))
    assert changed_by(change)(asked) is changed


def test_a_write_changes_nothing_elsewhere() -> None:
    change = attach(httpx.Request("POST", URL), Call(credential="a", evicts=("/",)))
    assert changed_by(change)(identity(Service.GITHUB, read("https://vendor.example/", credential="a")))
    assert not changed_by(change)(identity(Service.GITHUB, read("http://vendor.example/", credential="a")))


def test_a_request_that_is_made_of_another_has_a_key_of_its_own() -> None:
    kept = Snapshot(200, ((b"etag", b'"1"'),), b"")
    plain = read()
    assert key(plain) == key(plain) != key(conditional(plain, kept))
    assert key(conditional(plain, kept)) != key(plain), "the key went along with what was attached"
    assert key(attach(plain, Call(credential="another", repeatable=True))) != key(read())

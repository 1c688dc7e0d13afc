from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from bson import ObjectId, decode, encode
from bson.codec_options import CodecOptions
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.domain.customers import Customer, Location, NewCustomer, Note
from connectors.domain.errors import Malformed
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo.documents import (
    changed_fields,
    customer,
    kept_document,
    milliseconds,
    new_document,
    object_id,
)
from connectors.mongo.driver import Document
from tests.connectors.mongo.support import NOON, anna

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDS = st.binary(min_size=12, max_size=12).map(bytes.hex)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(milliseconds)  # noqa: DTZ001 - hypothesis wants naive bounds
DEGREES = st.floats(-90, 90)
CUSTOMERS = st.builds(
    Customer,
    name=TEXT,
    email=TEXT,
    company=st.none() | TEXT,
    tags=st.lists(TEXT, max_size=3).map(tuple),
    location=st.none()
    | st.builds(
        Location,
        city=st.none() | TEXT,
        country_code=st.sampled_from([None, "NO", "DE"]),
        latitude=DEGREES,
        longitude=DEGREES,
    ),
    links=st.lists(st.builds(ServiceLink, st.sampled_from(Service), TEXT), max_size=3).map(tuple),
    id=IDS,
    notes=st.lists(st.builds(Note, id=IDS, text=TEXT, author=TEXT, created_at=MOMENTS), max_size=2).map(tuple),
    created_at=MOMENTS,
    updated_at=MOMENTS,
    version=st.integers(1, 2**31 - 1),
)


def through_bson(document: Document) -> Document:
    return decode(encode(document), CodecOptions(tz_aware=True))


@settings(deadline=None)  # a busy machine is no failure
@given(CUSTOMERS)
def test_a_customer_is_the_same_after_a_stay_in_the_store(one: Customer) -> None:
    assert customer(through_bson(kept_document(one))) == one


@settings(deadline=None)  # a busy machine is no failure
@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_a_time_is_cut_to_the_millisecond_that_bson_keeps(at: datetime) -> None:
    cut = milliseconds(at)
    assert timedelta() <= at - cut < timedelta(milliseconds=1)
    assert through_bson({"at": at}) == through_bson({"at": cut}) == {"at": cut}


def test_a_time_elsewhere_is_the_same_time_in_utc() -> None:
    moved = milliseconds(NOON.astimezone(timezone(timedelta(hours=-8))))
    assert (moved, moved.utcoffset()) == (NOON, timedelta())


@pytest.mark.parametrize("text", ["", "anna", "g" * 24, "0" * 12, "0" * 23, "0" * 25, " " + "0" * 23])
def test_only_24_hexadecimal_characters_are_an_id(text: str) -> None:
    assert object_id(text) is None


def test_an_id_is_read_in_either_case() -> None:
    assert object_id("AB" * 12) == object_id("ab" * 12) == ObjectId("ab" * 12)


def test_a_new_document_has_every_field_and_what_is_derived() -> None:
    id = ObjectId()
    assert new_document(anna(), id, NOON) == {
        "_id": id,
        "name": "Anna Smith",
        "nameKey": "anna smith",
        "email": "anna@example.com",
        "emailKey": "anna@example.com",
        "company": "Fjord Ltd",
        "companyKey": "fjord ltd",
        "tags": ["vip", "early bird"],
        "location": {"city": "Oslo", "countryCode": "NO", "latitude": 59.91, "longitude": 10.75},
        "links": [{"service": "stripe", "externalId": "cus_anna"}],
        "notes": [],
        "search": [
            {"words": ["anna", "smith"]},
            {"words": ["anna", "com", "example"]},
            {"words": ["fjord", "ltd"]},
            {"words": ["bird", "early", "vip"]},
        ],
        "createdAt": NOON,
        "updatedAt": NOON,
        "version": 1,
    }


def test_a_change_sets_what_is_named_and_what_is_derived_from_it() -> None:
    assert changed_fields({"company": None}) == {"company": None, "companyKey": None, "search.2.words": []}
    assert changed_fields({"tags": ("A", "b")}) == {"tags": ["A", "b"], "search.3.words": ["a", "b"]}
    assert changed_fields({"location": None}) == {"location": None}
    assert changed_fields({}) == {}


@pytest.mark.parametrize("field", ["links", "id", "version", "$set", "name.first"])
def test_only_the_fields_of_a_new_customer_change(field: str) -> None:
    with pytest.raises(ValueError, match="cannot change"):
        changed_fields({field: "x"})


def test_changing_every_field_makes_the_document_of_the_new_values() -> None:
    before, after = anna(), NewCustomer(name="Ö", email="O@x.no", company="C", tags=("t",))
    changes = {name: getattr(after, name) for name in ("name", "email", "company", "tags", "location")}
    document = new_document(before, ObjectId(), NOON)
    for path, value in changed_fields(changes).items():
        if path.startswith("search."):
            document["search"][int(path.split(".")[1])]["words"] = value
        else:
            document[path] = value
    assert document == new_document(replace(after, links=before.links), document["_id"], NOON)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [("links", [{"service": "nobody", "externalId": "1"}], "'nobody'"), ("tags", 5, "int"), ("location", {}, "city")],
)
def test_a_document_that_does_not_fit_names_itself(path: str, value: object, says: str) -> None:
    id = ObjectId()
    with pytest.raises(Malformed, match=says) as malformed:
        customer(new_document(anna(), id, NOON) | {path: value})
    assert malformed.value.path == f"$.customers[{id}]"

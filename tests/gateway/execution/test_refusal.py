import msgspec
from graphql import GraphQLError, Source

from gateway.execution.refusal import LONGEST, bad_input, formatted, shortened, too_complex


def test_an_error_is_sent_with_its_places_and_its_code() -> None:
    error = GraphQLError("No", source=Source("{\n a }"), positions=[3], extensions={"more": 1})
    assert formatted(error, "SOME_CODE") == {
        "message": "No",
        "locations": [{"line": 2, "column": 2}],
        "extensions": {"more": 1, "code": "SOME_CODE"},
    }


def test_an_error_without_a_place_names_none() -> None:
    assert bad_input("No") == {"message": "No", "extensions": {"code": "BAD_USER_INPUT"}}


def test_a_message_does_not_grow_with_what_it_quotes() -> None:
    message = formatted(GraphQLError("x" * 100_000), "SOME_CODE")["message"]
    assert len(message) == LONGEST
    assert message.endswith("x…")


def test_what_fits_is_not_shortened() -> None:
    assert (shortened("abc", 3), shortened("abcd", 3)) == ("abc", "ab…")


def test_a_count_beyond_all_numbers_of_json_can_still_be_sent() -> None:
    error = too_complex("No", "fields", 1, 2**100)
    assert msgspec.json.decode(msgspec.json.encode(error))["extensions"]["found"] == 2**53 - 1

from collections.abc import Mapping

import httpx
import pytest

from connectors.mastodon.sandbox_query import Params, Refusal, links, number

ITEMS = [(id, str(id)) for id in range(9, 0, -1)]


def params(query: Mapping[str, str | list[str]]) -> Params:
    return Params(httpx.Request("GET", "https://mastodon.social/api/v1/x", params=query))


def page(**query: str) -> list[int]:
    return [id for id, _ in params(query).range().cut(ITEMS)]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, [9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ({"limit": "2"}, [9, 8]),
        ({"limit": "-2"}, [9, 8]),
        ({"limit": "0"}, []),
        ({"limit": "many"}, []),
        ({"limit": "3", "max_id": "6"}, [5, 4, 3]),
        ({"limit": "3", "since_id": "5"}, [9, 8, 7]),
        ({"limit": "3", "since_id": "7"}, [9, 8]),
        ({"limit": "3", "min_id": "5"}, [8, 7, 6]),
        ({"limit": "3", "min_id": "7"}, [9, 8]),
        ({"limit": "2", "min_id": "2", "max_id": "6"}, [4, 3]),
        ({"limit": "0", "min_id": "2"}, []),
        ({"max_id": "nonsense"}, []),
        ({"min_id": "nonsense", "limit": "2"}, [2, 1]),
    ],
)
def test_a_page_is_cut_by_ids(query: dict[str, str], ids: list[int]) -> None:
    assert page(**query) == ids


@pytest.mark.parametrize(("sent", "limit"), [(None, 20), ("7", 7), ("40", 40), ("41", 40), ("999999", 40)])
def test_a_page_has_twenty_and_at_most_forty(sent: str | None, limit: int) -> None:
    assert params({"limit": sent} if sent else {}).range().limit == limit


@pytest.mark.parametrize(
    ("text", "value"), [("5", 5), (" 5", 5), ("-5", -5), ("5abc", 5), ("abc", 0), ("", 0), ("9" * 99, int("9" * 30))]
)
def test_a_number_is_what_a_text_begins_with(text: str, value: int) -> None:
    assert number(text) == value


def test_arrays_have_brackets_and_different_values() -> None:
    assert params({"id[]": ["1", "2", "1"], "id": "3"}).many("id") == ["1", "2"]
    assert params({"id": "3"}).many("id") == []


def test_an_array_that_is_too_long_is_refused() -> None:
    assert params({"id[]": ["1", "2"]}).many("id", 2) == ["1", "2"]
    with pytest.raises(Refusal) as refused:
        params({"id[]": ["1", "2", "3"]}).many("id", 2)
    assert refused.value.reply.status_code == 422


@pytest.mark.parametrize(
    ("value", "flag"), [("true", True), ("1", True), ("TRUE", True), ("false", False), ("", False)]
)
def test_a_flag_means_yes_or_no(value: str, *, flag: bool) -> None:
    assert params({"pinned": value}).flag("pinned") is flag
    assert not params({}).flag("pinned")


def test_of_a_text_that_is_sent_twice_the_last_counts() -> None:
    assert params({"tagged": ["a", "b"]}).text("tagged") == "b"
    assert params({}).text("tagged") is None


def test_links_lead_both_ways_or_one_or_none() -> None:
    request = httpx.Request("GET", "https://mastodon.social/api/v1/x?limit=2&min_id=1&all%5B%5D=a")
    both = links(request, older=3, newer=9)["Link"].split(", ")
    assert both == [
        '<https://mastodon.social/api/v1/x?limit=2&all%5B%5D=a&max_id=3>; rel="next"',
        '<https://mastodon.social/api/v1/x?limit=2&all%5B%5D=a&min_id=9>; rel="prev"',
    ]
    assert links(request, older=None, newer=9) == {"Link": both[1]}
    assert links(request, older=None, newer=None) == {}

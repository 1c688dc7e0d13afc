from datetime import timedelta

import pytest

from connectors.bluesky.sandbox_square import Square
from connectors.bluesky.sandbox_texts import said
from tests.connectors.bluesky.sandboxed import DID, HANDLE, PEOPLE, came_at, pages, pages_of_own, told
from tests.connectors.support import NOW

# search


def test_a_search_finds_every_post_with_all_of_the_words() -> None:
    found = pages("feed.searchPosts", "posts", 100, q="Support customer")
    everybodys = [event for event in Square(PEOPLE).posts.events(range(4000)) if "Support got back" in said(event).text]
    assert len(found) == len(everybodys) > 20


def test_a_search_is_newest_first_and_its_pages_join() -> None:
    whole = pages("feed.searchPosts", "posts", 100, q="coffee")
    assert pages("feed.searchPosts", "posts", 13, q="coffee") == whole
    came = [came_at(post) for post in whole]
    assert came == sorted(came, reverse=True)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("RÄTOROMANISCH", "Rätoromanisch"),
        ('"in four minutes"', "in four minutes"),
        ("#startup", "#startup"),
        ("返事", "返事"),
        ("🎉", "🎉"),
        ("धन्यवाद", "धन्यवाद"),
    ],
)
def test_words_phrases_tags_and_other_scripts_are_found(query: str, part: str) -> None:
    found = told("feed.searchPosts", q=query)["posts"]
    assert found
    assert all(part in post["record"]["text"] for post in found)


def test_a_part_of_a_word_is_not_the_word_and_nonsense_is_nowhere() -> None:
    assert told("feed.searchPosts", q="coff")["posts"] == []
    assert told("feed.searchPosts", q="!?")["posts"] == []


def test_a_search_is_bound_from_since_to_before_until() -> None:
    whole = pages("feed.searchPosts", "posts", 100, q="coffee")
    came = [came_at(post) for post in whole]
    bound = pages("feed.searchPosts", "posts", 100, q="coffee", since=came[9], until=came[4])
    assert bound == whole[5:10]
    day = (NOW - timedelta(days=30)).date().isoformat()
    assert {post["uri"] for post in pages("feed.searchPosts", "posts", 100, q="coffee", since=day)} == {
        post["uri"] for post, at in zip(whole, came, strict=True) if at >= day
    }


def test_a_search_is_narrowed_to_an_author_a_language_or_a_tag() -> None:
    by_author = told("feed.searchPosts", q="", author=HANDLE, limit=100)["posts"]
    assert {post["author"]["did"] for post in by_author} == {DID}
    assert {post["uri"] for post in by_author} == {item["post"]["uri"] for item in pages_of_own()}
    french = told("feed.searchPosts", q="", lang="fr")["posts"]
    assert {tuple(post["record"]["langs"]) for post in french} == {("fr",)}
    assert told("feed.searchPosts", q="", author="nobody.bsky.social") == {"posts": []}
    assert told("feed.searchPosts", q="", mentions=DID) == {"posts": []}


def test_the_top_of_a_search_is_what_most_people_like() -> None:
    liked = [post["likeCount"] for post in told("feed.searchPosts", q="coffee", sort="top")["posts"]]
    assert liked == sorted(liked, reverse=True)
    assert liked[0] > 20

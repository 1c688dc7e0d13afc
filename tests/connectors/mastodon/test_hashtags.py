import pytest

from connectors.mastodon.hashtags import hashtags


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("coffee", ("coffee",)),
        ("#Coffee", ("coffee",)),
        ('"in four minutes!"', ("in", "four", "minutes")),
        ("coffee Coffee #COFFEE", ("coffee",)),
        ("snake_case co·op", ("snake_case", "co·op")),
        ("Zürich, 東京 (बारिश)", ("zürich", "東京", "बारिश")),
        ("python3 3d", ("python3", "3d")),
        ("coffee ☕ 🎉", ("coffee",)),
        ("one two three four five", ("one", "two", "three", "four", "five")),
    ],
)
def test_words_are_hashtags_in_lower_case_each_once(text: str, tags: tuple[str, ...]) -> None:
    assert hashtags(text) == tags


@pytest.mark.parametrize("text", ["", " ", "#", "?!", "2026", "a-b", "a&b", "e.g.x", "at://x", "coffee 2026"])
def test_what_cannot_be_a_hashtag_leaves_nothing_to_look_for(text: str) -> None:
    assert hashtags(text) == ()


def test_more_words_than_a_timeline_takes_leave_nothing_to_look_for() -> None:
    assert hashtags("a b c d e f") == ()
    assert len(hashtags("a b c d e a b c")) == 5

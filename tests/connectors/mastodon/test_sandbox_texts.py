from collections import Counter

from connectors.mastodon.hashtags import hashtags
from connectors.mastodon.plain_text import plain_text
from connectors.mastodon.sandbox_html import html, tags_in
from connectors.mastodon.sandbox_texts import said
from connectors.seed.timeline import Timeline
from tests.connectors.support import crowd

LINE = Timeline(crowd(300), "mastodon post", each=60, days=540)
HEARD = [(event, said(event)) for event in LINE.events(range(3000))]


def test_people_speak_the_language_of_their_country() -> None:
    languages = {event.person.country.code: words.language for event, words in HEARD}
    assert len(languages) == 14
    assert set(languages.values()) == {"de", "en", "fr", "ja", "pt", "hi", "pl", "sv", "es", "tr"}


def test_nothing_is_left_to_fill_in_and_everything_can_be_written_and_read_again() -> None:
    for _, words in HEARD:
        assert not set(words.text) & set("{}")
        assert plain_text(html(words.text)) == words.text


def test_every_hashtag_can_be_looked_for() -> None:
    tags = {tag for _, words in HEARD for tag in tags_in(words.text)}
    assert len(tags) > 20
    assert all(hashtags(tag) == (tag,) for tag in tags)


def test_what_is_said_varies_and_some_of_it_hides_behind_a_warning() -> None:
    texts = Counter(words.text for _, words in HEARD)
    assert len(texts) > 300
    assert 0.05 < sum(bool(words.warning) for _, words in HEARD) / len(HEARD) < 0.12


def test_it_is_the_same_every_time() -> None:
    assert [said(event) for event, _ in HEARD[:50]] == [words for _, words in HEARD[:50]]

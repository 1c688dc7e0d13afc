from connectors.bluesky.sandbox_square import Square
from connectors.bluesky.sandbox_texts import said
from connectors.seed.places import COUNTRIES
from tests.connectors.support import crowd

EVENTS = list(Square(crowd(200)).posts.events(range(800)))


def test_people_everywhere_speak_their_own_language() -> None:
    spoken = {(event.person.country.code, said(event).language) for event in EVENTS}
    assert {country for country, _ in spoken} == {country.code for country in COUNTRIES}
    assert len(spoken) == len(COUNTRIES)
    assert {language for _, language in spoken} == {"de", "en", "fr", "ja", "pt", "hi", "pl", "sv", "es", "tr"}


def test_texts_differ_and_are_filled_in() -> None:
    texts = {said(event).text for event in EVENTS}
    assert len(texts) > 250
    assert not any("{" in text or "}" in text for text in texts)
    assert any(event.person.company in said(event).text for event in EVENTS)
    assert any(event.person.city.name in said(event).text for event in EVENTS)


def test_no_text_is_longer_than_a_post_may_be() -> None:
    assert max(len(said(event).text) for event in EVENTS) <= 300  # graphemes: fewer than characters


def test_a_hashtag_ends_the_text_of_every_fourth_post_or_so() -> None:
    tagged = [said(event) for event in EVENTS if said(event).hashtag]
    assert 0.15 < len(tagged) / len(EVENTS) < 0.35
    assert all(words.text.endswith(f" #{words.hashtag}") for words in tagged)


def test_what_was_said_stays_said() -> None:
    assert [said(event) for event in EVENTS[:20]] == [said(event) for event in EVENTS[:20]]

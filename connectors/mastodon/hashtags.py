"""Words as hashtags: what Mastodon lets everybody look for (https://docs.joinmastodon.org/methods/timelines/#tag)."""

import unicodedata

MOST = 5  # one in the path and four beside it: https://github.com/mastodon/mastodon/blob/main/app/models/tag_feed.rb
_JOINTS = frozenset("_·・\u200c")


def hashtags(text: str) -> tuple[str, ...]:
    """The different words of `text` in lower case; none where one of them, or so many of them, cannot be hashtags."""
    words = tuple(dict.fromkeys(filter(None, (_bare(word).lower() for word in text.split()))))
    return words if len(words) <= MOST and all(map(_is_hashtag, words)) else ()


def _bare(word: str) -> str:
    """Without quotes, brackets, stops, emoji and the like around it."""
    inside = [place for place, character in enumerate(word) if _fits(character)]
    return word[inside[0] : inside[-1] + 1] if inside else ""


def _is_hashtag(word: str) -> bool:
    """Letters, with their marks, digits and joints, of which one at least is a letter."""
    return all(map(_fits, word)) and any(map(str.isalpha, word))


def _fits(character: str) -> bool:
    return character.isalnum() or character in _JOINTS or unicodedata.category(character).startswith("M")

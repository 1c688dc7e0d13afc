"""Text as Mastodon writes it: paragraphs, line ends, links with hidden parts, hashtags.

https://docs.joinmastodon.org/spec/activitypub/#sanitization
"""

import re
from html import escape
from urllib.parse import quote

HOME = "https://mastodon.social"
_SHOWN = 30  # characters of an address, after its scheme
_SPECIAL = re.compile(r"(?P<scheme>https?://)(?P<rest>[^\s]+)|#(?P<tag>[^\s#.,!?…]+)")


def html(text: str) -> str:
    """The content of a status."""
    return "".join(f"<p>{_inline(one)}</p>" for one in text.split("\n\n"))


def tags_in(text: str) -> list[str]:
    """The hashtags, in the order in which they stand, as they are compared: in lower case."""
    return list(dict.fromkeys(match["tag"].lower() for match in _SPECIAL.finditer(text) if match["tag"]))


def tag_url(tag: str) -> str:
    """Where a hashtag's timeline is seen."""
    return f"{HOME}/tags/{quote(tag)}"


def _inline(text: str) -> str:
    parts, end = [], 0
    for match in _SPECIAL.finditer(text):
        parts += [_plain(text[end : match.start()]), _hashtag(match["tag"]) if match["tag"] else _link(match)]
        end = match.end()
    return "".join(parts) + _plain(text[end:])


def _plain(text: str) -> str:
    return escape(text, quote=True).replace("&#x27;", "&#39;").replace("\n", "<br />")


def _hashtag(tag: str) -> str:
    name = escape(tag)
    return f'<a href="{tag_url(tag.lower())}" class="mention hashtag" rel="tag">#<span>{name}</span></a>'


def _link(match: re.Match[str]) -> str:
    scheme, rest = match["scheme"], escape(match["rest"])
    shown, hidden = rest[:_SHOWN], rest[_SHOWN:]
    return (
        f'<a href="{scheme}{rest}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}</span><span class="{"ellipsis" if hidden else ""}">{shown}</span>'
        f'<span class="invisible">{hidden}</span></a>'
    )

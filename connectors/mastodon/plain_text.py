"""The plain text of a post, which Mastodon gives as HTML: https://docs.joinmastodon.org/spec/activitypub/#sanitization.

Nothing of the markup is kept, so that the text is fit for any place that shows text; it is not fit to be HTML.
"""

import re
from html.parser import HTMLParser

LONGEST = 50_000  # characters of HTML that are read; Mastodon's own posts have 500, other software's some thousands

_BLOCKS = frozenset("address article blockquote div dl h1 h2 h3 h4 h5 h6 ol p pre section table ul".split())
_LINES = frozenset("br dd dt hr tr".split())
_UNSEEN = frozenset("script style".split())
_NAMES = frozenset("mention hashtag".split())  # classes of links whose text says all
_SPACES = re.compile(r"[ \t\r\n\f]+")
_GAPS = re.compile(r"\n{3,}")
_PARAGRAPH, _LINE, _ITEM = "\n\n", "\n", "\n- "
_SCHEME = re.compile(r"https?://(?:www\.)?")
_CUT = ("…", "...")
_COMMENT = re.compile(r"<!--(?:(?!<!--|-->).)*+-->", re.DOTALL)
# What begins like a tag and is none, because it does not end before the next one begins, or is longer than any is.
# Python's parser looks for its end all the way, and again for the next one: 100 kB of that would take it minutes.
_NO_TAG = re.compile(r"""<(?!/?[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*'){0,1000}+>)""")


def plain_text(html: str) -> str:
    """Paragraphs parted by an empty line, `<br>` as a line's end, list items with a dash, entities as characters.

    A link whose text is its address, or a cut of it, stands there as the whole address; another one as its text with
    the address behind it. Never raises, whatever the markup.
    """
    reader = _Reader()
    reader.feed(_NO_TAG.sub("&lt;", _COMMENT.sub("", html[:LONGEST])))
    reader.close()
    lines = "".join(reader.parts).split("\n")
    return _GAPS.sub(_PARAGRAPH, "\n".join(line.strip(" ") for line in lines)).strip()


class _Reader(HTMLParser):
    """Collects the text in `parts`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._link: tuple[str, int] | None = None  # its address, and the part that its text begins with
        self._preformatted = 0
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LINES:
            self.parts.append(_LINE)
        elif tag == "li":
            self.parts.append(_ITEM)
        elif tag == "a":
            self._open_link(dict(attrs))
        self._enter(tag, 1)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close_link()
        self._enter(tag, -1)

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        lines = data.split("\n") if self._preformatted else [data]
        self.parts.append("\n".join(_SPACES.sub(" ", line) for line in lines))

    def close(self) -> None:
        super().close()
        self._close_link()

    def _enter(self, tag: str, step: int) -> None:
        """Into an element, or out of it (`step` is 1 or -1)."""
        if tag in _BLOCKS and self.parts[-1:] != [_ITEM]:  # the paragraph of a list item stands beside its dash
            self.parts.append(_PARAGRAPH)
        if tag == "pre":
            self._preformatted = max(0, self._preformatted + step)
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen + step)

    def _open_link(self, attributes: dict[str, str | None]) -> None:
        self._close_link()
        address = (attributes.get("href") or "").strip()
        if _SCHEME.match(address) and _NAMES.isdisjoint((attributes.get("class") or "").split()):
            self._link = address, len(self.parts)

    def _close_link(self) -> None:
        """Mastodon shortens the text of a link by hiding parts of it, other software with an ellipsis."""
        if self._link is None:
            return
        (address, start), self._link = self._link, None
        if _stands_for(address, "".join(self.parts[start:]).strip()):
            self.parts[start:] = [address]
        else:
            self.parts.append(f" ({address})")


def _stands_for(address: str, text: str) -> bool:
    """Whether `text` is nothing but the address: all of it, with or without its beginning, or as much as fitted."""
    spellings = address, _SCHEME.sub("", address, count=1)
    if text.endswith(_CUT):
        return any(one.startswith(text.rstrip("….")) for one in spellings)
    return not text or text.rstrip("/") in {one.rstrip("/") for one in spellings}

"""How text is compared: without case for what is unique, and as a reader would for order and search.

The stored forms are computed here and compared byte by byte, rather than by a collation: MongoDB applies a collation to
a whole query, so that ordering by name would also change what a tag matches; and Python has to find an email again by
the very rule that made it unique.
"""

import re
from collections.abc import Iterable
from unicodedata import combining, normalize

LONGEST = 64  # characters of a word that are kept
_WORD = re.compile(r"[^\W_]+")


def caseless(text: str) -> str:
    """Equal for texts that differ in case or in how an accent is encoded: Unicode 3.13, D145 canonical caseless."""
    return normalize("NFC", normalize("NFD", text).casefold())


def plain(text: str) -> str:
    """Without case, accents and typographic variants, so that Émile stands beside Emil and is found as emile."""
    bare = "".join(character for character in normalize("NFKD", text) if not combining(character))
    return normalize("NFKC", bare.casefold())


def words(texts: Iterable[str]) -> list[str]:
    """The different words of `texts`, sorted: runs of letters and digits in their plain form."""
    return sorted({word[:LONGEST] for text in texts for word in _WORD.findall(plain(text))})

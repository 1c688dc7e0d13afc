"""From the order of ids, in which Mastodon lists posts, to the order of time, in which the graph does.

An id tells when a post came to this server, which for posts of other servers may be long after it was said: most take
seconds, but a server that was away delivers what it missed hours later.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from connectors.domain.page import position
from connectors.domain.social import Post

SKEW = timedelta(seconds=1)  # by which a post may be dated later than its id: the two are made by different clocks


class Ordering:
    """Takes posts by id, newest first, and gives them by time.

    A post is held back until no newer one can follow: nothing comes before it is said, so that whatever is still to be
    listed is as old as the last id, or older.
    """

    def __init__(self) -> None:
        self._held: list[Post] = []

    def take(self, posts: Sequence[Post], last: datetime | None) -> list[Post]:
        """Those that are certain, newest first; `last` is when the last one listed came, None where it is the end."""
        held = sorted((*self._held, *posts), key=position, reverse=True)
        certain = [post for post in held if last is None or post.created_at > last + SKEW]
        self._held = held[len(certain) :]
        return certain

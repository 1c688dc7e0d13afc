"""The best matches of texts, from any of them on: every match of GitHub's has a cursor of its own."""

from collections.abc import Callable, Mapping
from itertools import chain
from typing import Final, TypeVar

from connectors.domain.code import Issue, Repository
from connectors.domain.errors import ConnectorError
from connectors.domain.search import Stretch, TextAsked, Turn
from connectors.github import wire
from connectors.github.batches import Batches
from connectors.github.query import Selection

PAGE: Final = 100  # https://docs.github.com/en/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api
STEP: Final = 10  # matches, of which the last are read again: cursors count, and so shift when matches come or go
ROUNDS: Final = 2  # of a page and what is read again with it
T = TypeVar("T")
N = TypeVar("N", Issue, Repository)


async def best(
    batches: Batches,
    selection: Selection,
    texts: Mapping[TextAsked, str | None],
    into: type[wire.Connection[T]],
    noun: Callable[[T], N],
) -> dict[TextAsked, Stretch[N] | ConnectorError]:
    """By text as asked. `texts` says what GitHub is asked, None for what finds nothing; it shows 1,000 at most.

    A round is one query for all the texts that are not read yet as far as is asked, and a text takes no more of them
    than it would if GitHub showed us everything.
    """
    pages: dict[TextAsked, list[wire.Connection[T]]] = {one: [] for one in texts}
    failed: dict[TextAsked, ConnectorError] = {}
    left = {one: one.start or None for one, text in texts.items() if text and one.first > 0}

    def values(one: TextAsked) -> dict[str, object]:
        return {"query": texts[one], "first": min(one.first - _count(pages[one]), PAGE), "after": left[one]}

    for _ in range(ROUNDS):
        answers = await batches.each(selection, list(left), values, into) if left else {}
        left = {}
        for one, page in answers.items():
            if isinstance(page, ConnectorError):
                failed[one] = page
                continue
            pages[one].append(page)
            if page.page_info.has_next_page and page.page_info.end_cursor and len(pages[one]) * PAGE < one.first:
                left[one] = page.page_info.end_cursor
    return {one: failed.get(one) or _stretch(one, pages[one], noun) for one in texts}


def _count(pages: list[wire.Connection[T]]) -> int:
    return sum(len(page.items) for page in pages)


def _stretch(asked: TextAsked, pages: list[wire.Connection[T]], noun: Callable[[T], N]) -> Stretch[N]:
    found: dict[str, N] = {}
    cursors: list[str] = []
    for cursor, body in chain.from_iterable(page.items for page in pages):
        item = noun(body)
        if item.external_id not in found:
            found[item.external_id] = item
            cursors.append(cursor)
    turns: list[Turn] = [Turn(number, cursors[number - 1]) for number in range(STEP, len(cursors), STEP)]
    info = pages[-1].page_info if pages else wire.PageInfo(has_next_page=False)
    if info.has_next_page and info.end_cursor:
        turns.append(Turn(len(found), info.end_cursor))
    return Stretch(tuple(found.values()), info.has_next_page, (Turn(0, asked.start), *turns))

"""The best matches of texts, through as many pages of a search as they take."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from connectors.domain.code import Issue, Repository
from connectors.domain.errors import ConnectorError
from connectors.domain.search import TextAsked
from connectors.github import wire
from connectors.github.batches import Batches
from connectors.github.query import Selection

PAGE = 100  # https://docs.github.com/en/graphql/overview/rate-limits-and-node-limits-for-the-graphql-api
T = TypeVar("T")
N = TypeVar("N", Issue, Repository)


async def best(
    batches: Batches,
    selection: Selection,
    texts: Mapping[TextAsked, str | None],
    into: type[wire.Connection[T]],
    noun: Callable[[T], N],
) -> dict[TextAsked, tuple[N, ...] | ConnectorError]:
    """By text as asked. `texts` says what GitHub is asked, None for what finds nothing; it shows 1,000 at most.

    A round is one query for all the texts that are not read yet as far as is asked.
    """
    found: dict[TextAsked, dict[str, N]] = {one: {} for one in texts}
    failed: dict[TextAsked, ConnectorError] = {}
    left: dict[TextAsked, str | None] = {one: None for one, text in texts.items() if text and one.first > 0}

    def values(one: TextAsked) -> dict[str, object]:
        return {"query": texts[one], "first": min(one.first - len(found[one]), PAGE), "after": left[one]}

    while left:
        pages = await batches.each(selection, list(left), values, into)
        left = {}
        for one, page in pages.items():
            if isinstance(page, ConnectorError):
                failed[one] = page
                continue
            found[one] |= {item.external_id: item for _, body in page.items for item in (noun(body),)}
            if page.items and page.page_info.has_next_page and len(found[one]) < one.first:
                left[one] = page.page_info.end_cursor
    return {one: failed.get(one) or tuple(found[one].values()) for one in texts}

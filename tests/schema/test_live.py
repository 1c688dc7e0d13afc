"""`@live`: a field that is read from the service itself."""

from collections.abc import Sequence
from typing import Any

import pytest

from connectors.domain.answers import Answers
from connectors.domain.page import Slice
from connectors.domain.payments import Payment, PaymentsAsked
from connectors.transport.live import is_live
from schema.build import new_context
from tests.schema.fakes import Shop
from tests.schema.harness import engine, hub, run


class Watched(Shop):
    """Notes for each batch how many keys it had, and whether it had to be live."""

    def __init__(self, **more: Any) -> None:  # noqa: ANN401 - whatever a shop is made of
        super().__init__(**more)
        self.watched: list[tuple[int, bool]] = []

    async def payments(self, asked: Sequence[PaymentsAsked]) -> Answers[PaymentsAsked, Slice[Payment]]:
        self.watched.append((len(asked), is_live()))
        return await super().payments(asked)


@pytest.mark.parametrize(
    ("query", "batches"),
    [
        ("{ payments { totalCount } }", [(1, False)]),
        ("{ payments @live { totalCount } }", [(1, True)]),
        ("{ kept: payments { totalCount } now: payments @live { totalCount } }", [(1, False), (1, True)]),
        ("{ payments { totalCount } ... on Query { payments @live { totalCount } } }", [(1, True)]),
    ],
)
async def test_what_a_live_field_reads_is_read_live(query: str, batches: list[tuple[int, bool]]) -> None:
    shop = Watched()
    assert (await run(hub(shop), query)).errors == []
    assert sorted(shop.watched) == batches


async def test_a_live_operation_is_not_answered_by_one_that_is_under_way() -> None:
    live, kept = (engine().prepare(f"{{ payments {extra} {{ totalCount }} }}", None) for extra in ("@live", ""))
    assert (live.alone, kept.alone) == (True, False)


async def test_live_is_a_directive_of_fields_alone() -> None:
    answer = await run(hub(), "query @live { payments { totalCount } }")
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert new_context(hub()).loaders is not None

"""Every limit of a service reaches the layer that keeps it."""

from dataclasses import fields
from typing import Any

import httpx
import pytest

from connectors.domain.service import Service
from connectors.transport import stack as composed
from connectors.transport.cache_store import MemoryStore
from connectors.transport.call import Call, attach
from connectors.transport.limits import Limits
from connectors.transport.stack import Stack, stack
from connectors.transport.stats import ServiceStats

OTHERS = Limits(
    timeout=5.0,
    concurrency=7,
    queue=11,
    attempts=2,
    retry_delay=0.5,
    retry_delay_throttled=1.5,
    retry_delay_max=4.0,
    retry_budget=0.4,
    retry_floor=3.0,
    retry_window=30.0,
    breaker_failures=0.75,
    breaker_calls=9,
    breaker_window=40.0,
    breaker_open=6.0,
    cache=0.5,
)
GIVEN: dict[str, dict[str, float]] = {
    "Limiter": {"concurrency": 7, "queue": 11},
    "Breaker": {"window": 40.0, "least": 9, "share": 0.75, "open_for": 6.0},
    "Patience": {"most": 11},
    "RetryBudget": {"share": 0.4, "window": 30.0, "floor": 3.0},
    "Retry": {"attempts": 2, "base": 0.5, "throttled_base": 1.5, "ceiling": 4.0},
    "Coalesce": {"timeout": 4.7},
    "Cache": {"timeout": 4.7},
}
# Those of the wire (tests/connectors/test_connection.py), and what `Treatment` makes of `cache`.
ELSEWHERE = {"connect_timeout", "max_body", "cache"}
ANSWER = httpx.Response(200, headers={"Cache-Control": "max-age=60"}, content=b"{}")


def over(limits: Limits) -> tuple[Stack, ServiceStats]:
    stats = ServiceStats(Service.STRIPE)
    return stack(httpx.MockTransport(lambda _: ANSWER), stats, MemoryStore(), limits), stats


@pytest.mark.parametrize("layer", GIVEN)
def test_a_layer_is_given_its_limits(monkeypatch: pytest.MonkeyPatch, layer: str) -> None:
    given: list[dict[str, Any]] = []
    original = getattr(composed, layer)

    def made(*args: object, **limits: Any) -> object:  # noqa: ANN401 - of any layer
        given.append({name: limit for name, limit in limits.items() if not callable(limit)})
        return original(*args, **limits)

    monkeypatch.setattr(composed, layer, made)
    over(OTHERS)
    assert given == [pytest.approx(GIVEN[layer])]


def test_no_limit_is_forgotten() -> None:
    names = [field.name for field in fields(Limits) if field.name not in ELSEWHERE]
    twice = 2  # `timeout` and `queue` go to two layers each
    assert sum(map(len, GIVEN.values())) - twice == len(names)
    usual = Limits()
    assert not any(getattr(OTHERS, name) == getattr(usual, name) for name in names)


@pytest.mark.parametrize(("factor", "calls"), [(1.0, 1), (0.0, 3)])
async def test_where_the_cache_is_off_even_what_the_service_allows_is_not_kept(factor: float, calls: int) -> None:
    layers, stats = over(Limits(cache=factor))
    for _ in range(3):
        request = attach(httpx.Request("GET", "https://vendor.example/"), Call(repeatable=True, fresh=60))
        assert (await layers.top.handle_async_request(request)).content == b"{}"
    assert stats.totals.calls == calls
    assert (layers.cache is None) is (factor == 0)
